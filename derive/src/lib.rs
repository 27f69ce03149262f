//! The derive macro `#[derive(Properties)]` of the crate `weaviate`.
//!
//! Programs use it as `weaviate::Properties`; the trait of that name documents the attributes.

mod container;
mod expand;
mod field;
mod names;
mod serde_attributes;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the trait `weaviate::Properties` for a struct with named fields.
///
/// The struct becomes the type of a collection's objects or of nested objects. The derive creates
/// the schema of the properties and a typed handle for each. The trait documents the
/// `#[weaviate(..)]` attributes; names come from serde's attributes.
#[proc_macro_derive(Properties, attributes(weaviate, serde))]
pub fn properties(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let output = container::Container::read(&input).and_then(|container| expand::expand(&container));
    output.unwrap_or_else(|error| error.to_compile_error()).into()
}

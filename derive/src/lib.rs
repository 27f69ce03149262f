//! `#[derive(Properties)]` of the package `weaviate`, where it is documented: see `weaviate::Properties`.

mod container;
mod expand;
mod field;
mod names;
mod serde_attributes;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct the type of a collection's objects, or of objects within them: schema and handles of the properties.
///
/// See the trait `weaviate::Properties` for what it reads and makes.
#[proc_macro_derive(Properties, attributes(weaviate, serde))]
pub fn properties(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let made = container::Container::read(&input).and_then(|container| expand::expand(&container));
    made.unwrap_or_else(|error| error.to_compile_error()).into()
}

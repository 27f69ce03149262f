//! What progenitor and typify cannot be told by a setting is done to their output here.

pub mod operations;
pub mod types;

use anyhow::{Context as _, bail};

/// The parts of progenitor's file that are kept: its client struct gives way to `templates/support.rs`, which has
/// no constructor that builds an HTTP client of its own.
pub struct Parts {
    /// The items of `mod types`.
    pub types: Vec<syn::Item>,
    /// The methods of the client, one per operation.
    pub methods: Vec<syn::ImplItemFn>,
}

/// Takes progenitor's file apart.
pub fn take_apart(file: syn::File) -> anyhow::Result<Parts> {
    let mut types = None;
    let mut methods = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                types = Some(module.content.context("progenitor wrote an empty `mod types`")?.1);
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                for member in block.items {
                    match member {
                        syn::ImplItem::Fn(method) if method.sig.asyncness.is_some() => methods.push(method),
                        // The constructors.
                        syn::ImplItem::Fn(_) => {}
                        _ => bail!("progenitor's client has a member that is not a function"),
                    }
                }
            }
            // Imports, the client struct and its trait implementations.
            _ => {}
        }
    }
    Ok(Parts { types: types.context("progenitor wrote no `mod types`")?, methods })
}

/// The last segment of a type's path, such as `Option`.
pub fn head(kind: &syn::Type) -> Option<String> {
    match kind {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The value of `#[serde(<key> = "...")]`.
pub fn serde_value(attrs: &[syn::Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // An attribute of another form simply has no such key.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: syn::LitStr = meta.value()?.parse()?;
                if meta.path.is_ident(key) {
                    found = Some(value.value());
                }
            }
            Ok(())
        });
    }
    found
}

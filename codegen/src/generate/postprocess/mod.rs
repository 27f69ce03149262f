//! Postprocessing of the output of progenitor and typify, for changes that they have no setting
//! for.

pub mod directions;
pub mod operations;
pub mod types;

use anyhow::{Context as _, bail};

/// Parts of progenitor's output that are kept.
///
/// Its client struct is replaced by `templates/support.rs`, because its constructors build an HTTP
/// client of their own.
pub struct ClientParts {
    /// Items of `mod types`.
    pub types: Vec<syn::Item>,
    /// Methods of the client, one per operation.
    pub methods: Vec<syn::ImplItemFn>,
}

/// Splits progenitor's output into its parts.
pub fn split_file(file: syn::File) -> anyhow::Result<ClientParts> {
    let mut types = None;
    let mut methods = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                types = Some(module.content.context("progenitor generated an empty `mod types`")?.1);
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                for member in block.items {
                    match member {
                        syn::ImplItem::Fn(method) if method.sig.asyncness.is_some() => methods.push(method),
                        // Constructors are not async.
                        syn::ImplItem::Fn(_) => {}
                        _ => bail!("progenitor generated a client member that is not a function"),
                    }
                }
            }
            // Imports, the client struct and its trait implementations.
            _ => {}
        }
    }
    Ok(ClientParts { types: types.context("progenitor generated no `mod types`")?, methods })
}

/// Returns the last segment of a type's path, such as `Option`.
pub fn type_name(kind: &syn::Type) -> Option<String> {
    match kind {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Returns the value of `#[serde(<key> = "...")]`.
pub fn serde_value(attrs: &[syn::Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // An attribute that does not parse has no such key.
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

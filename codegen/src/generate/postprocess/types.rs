//! Rewriting of typify's types.
//!
//! - Enums of strings keep unknown values.
//! - Structs with a flattened map derive `Default`.
//! - Deprecated fields are marked.
//! - Paths are shortened.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};

use super::{serde_value, type_name};
use crate::generate::contract::enum_values;
use crate::generate::docs::{Docs, Group};
use crate::generate::grpc::folded;
use crate::generate::metadata::Metadata;

/// Enum of strings that keeps unknown values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEnum {
    /// Rust name.
    pub name: String,
    /// Variants, each with its wire value.
    pub variants: Vec<(String, String)>,
}

/// Types of the REST interface.
#[derive(Debug)]
pub struct Types {
    /// Structs, in alphabetical order.
    pub structs: Vec<syn::ItemStruct>,
    /// Enums, in alphabetical order.
    pub enums: Vec<OpenEnum>,
}

/// Fields by which a body contains itself, and which a user can nest without a limit. Each holds the
/// inner bodies as JSON text, which `serde_json` writes and reads without stack for each level.
const ENCODED: &[(&str, &str)] = &[("WhereFilter", "operands")];

/// Rewrites the items of typify's module.
pub fn rewrite(items: Vec<syn::Item>, metadata: &Metadata, docs: &mut Docs) -> anyhow::Result<Types> {
    let mut types = Types { structs: Vec::new(), enums: Vec::new() };
    let mut defaulted = BTreeSet::new();
    for mut item in items {
        FreeNames { unqualified: true }.visit_item_mut(&mut item);
        match item {
            syn::Item::Struct(item) => types.structs.push(item),
            syn::Item::Enum(item) => types.enums.push(open_enum(&item)?),
            syn::Item::Impl(block) => {
                let of = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
                if of.is_some_and(|segment| segment.ident == "Default") {
                    defaulted.extend(type_name(&block.self_ty));
                }
                // Other impls are conversions of newtypes and enums. Fields of newtypes are public,
                // and the template of open enums has its own conversions.
            }
            // Error type of the dropped conversions.
            syn::Item::Mod(module) if module.ident == "error" => {}
            other => bail!("typify generated an unsupported item: {}", other.to_token_stream()),
        }
    }
    let mut marked = BTreeSet::new();
    for item in &mut types.structs {
        let name = item.ident.to_string();
        item.attrs.retain(|attr| !attr.path().is_ident("doc"));
        rewrite_derives(item, defaulted.contains(&name))?;
        for field in &mut item.fields {
            field.attrs.retain(|attr| !attr.path().is_ident("doc"));
            let wire = wire_name(field);
            let key = (folded(&name), wire);
            if metadata.deprecated_properties.contains(&key) {
                field.attrs.insert(0, syn::parse_quote!(#[deprecated]));
                marked.insert(key);
            }
            if ENCODED.contains(&(name.as_str(), wire_name(field).as_str())) {
                field.ty = syn::parse_quote!(Option<Vec<EncodedJson>>);
            }
            docs.attach(Group::Field, &format!("{name}.{}", wire_name(field)), &mut field.attrs);
        }
        ShortPaths { imports: true }.visit_item_struct_mut(item);
    }
    let structs: BTreeSet<String> = types.structs.iter().map(|item| folded(&item.ident.to_string())).collect();
    let mut lost = metadata.deprecated_properties.difference(&marked).filter(|(name, _)| structs.contains(name));
    if let Some((name, property)) = lost.next() {
        bail!("the contract has the deprecated property {property} of {name}, but typify generated no such field");
    }
    types.structs.sort_by_key(|item| item.ident.to_string());
    types.enums.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(types)
}

/// Returns the JSON name of a field.
pub fn wire_name(field: &syn::Field) -> String {
    serde_value(&field.attrs, "rename")
        .unwrap_or_else(|| field.ident.as_ref().map(ToString::to_string).unwrap_or_default())
}

fn open_enum(item: &syn::ItemEnum) -> anyhow::Result<OpenEnum> {
    let name = item.ident.to_string();
    let mut values = Vec::new();
    for variant in &item.variants {
        if variant.fields != syn::Fields::Unit {
            bail!("{name}::{} has data; only enums of strings are supported", variant.ident);
        }
        let wire = serde_value(&variant.attrs, "rename").unwrap_or_else(|| variant.ident.to_string());
        values.push(enum_values::decode(&wire));
    }
    let variants = enum_values::variants(&values).into_iter().zip(values).collect();
    Ok(OpenEnum { name, variants })
}

/// Sorts and shortens the derives, and adds `Default` if every field has one.
///
/// typify omits `Default` for structs with a flattened map.
fn rewrite_derives(item: &mut syn::ItemStruct, implements_default: bool) -> anyhow::Result<()> {
    let needs_default = item.fields.iter().all(|field| {
        matches!(type_name(&field.ty).as_deref(), Some("Option" | "Map" | "Vec" | "BTreeMap")) && !implements_default
    });
    let attr = item
        .attrs
        .iter_mut()
        .find(|attr| attr.path().is_ident("derive"))
        .with_context(|| format!("{} has no derive attribute", item.ident))?;
    let mut paths: Vec<syn::Path> = attr
        .parse_args_with(syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated)
        .context("the derive attribute is not a list of paths")?
        .into_iter()
        .collect();
    let has_default = paths.iter().any(|path| path.is_ident("Default"));
    if needs_default && !has_default {
        paths.push(syn::parse_quote!(Default));
    }
    for path in &mut paths {
        if let Some(last) = path.segments.last().map(|segment| segment.ident.clone()) {
            *path = syn::Path::from(last);
        }
    }
    paths.sort_by_key(|path| path.to_token_stream().to_string());
    *attr = syn::parse_quote!(#[derive(#(#paths),*)]);
    Ok(())
}

/// Appends an underscore to the names of definitions that the generated files need themselves:
/// `Option` becomes `Option_`. typify writes the types of the standard library with their paths.
pub struct FreeNames {
    /// Whether names without a path are those of definitions, as in the module of the types.
    pub unqualified: bool,
}

/// Names that the files of structs and enums import or use.
const NEEDED: [&str; 12] = [
    "BTreeMap",
    "Deserialize",
    "EncodedJson",
    "From",
    "Map",
    "Option",
    "Result",
    "Serialize",
    "String",
    "Value",
    "Vec",
    "Box",
];

impl VisitMut for FreeNames {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let is_definition = match path.segments.len() {
            1 => self.unqualified && path.leading_colon.is_none(),
            2 => path.segments.first().is_some_and(|first| first.ident == "types"),
            _ => false,
        };
        if let Some(last) = path.segments.last_mut().filter(|_| is_definition) {
            free(&mut last.ident);
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        visit_mut::visit_item_struct_mut(self, item);
        free(&mut item.ident);
    }

    fn visit_item_enum_mut(&mut self, item: &mut syn::ItemEnum) {
        visit_mut::visit_item_enum_mut(self, item);
        free(&mut item.ident);
    }

    // Derives are paths of traits.
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}
}

fn free(ident: &mut syn::Ident) {
    if NEEDED.iter().any(|needed| ident == needed) {
        *ident = syn::Ident::new(&format!("{ident}_"), ident.span());
    }
}

/// Shortens paths: `::std::option::Option<T>` → `Option<T>`.
pub struct ShortPaths {
    /// Whether the file imports the types of `std::collections` and `serde_json`.
    pub imports: bool,
}

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let short = match names.as_slice() {
            ["std", "option" | "vec" | "string", _] => true,
            ["std", "collections", _] | ["serde_json", _] => self.imports,
            _ => false,
        };
        if let (true, true, Some(last)) = (short, path.leading_colon.is_some(), path.segments.last().cloned()) {
            *path = syn::Path { leading_colon: None, segments: std::iter::once(last).collect() };
        }
    }

    fn visit_attribute_mut(&mut self, attr: &mut syn::Attribute) {
        let text = attr.to_token_stream().to_string();
        if attr.path().is_ident("serde")
            && text.contains("::std::option::Option::is_none")
            && let syn::Meta::List(list) = &mut attr.meta
        {
            let short = list.tokens.to_string().replace("::std::option::Option::is_none", "Option::is_none");
            if let Ok(tokens) = short.parse() {
                list.tokens = tokens;
            }
        }
    }
}

//! Directions of the REST types: a type is sent in requests, read from replies, or both.
//!
//! Reading and writing JSON is most of what a type costs to compile, so a type gets only what its
//! direction needs. The other direction is for servers, and for tests that read what they wrote.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use syn::visit::{self, Visit};

/// Puts `Deserialize` of types that no reply contains behind the feature `server`, and `Serialize` of
/// those that no request contains. A type that no operation uses has both, and so does all that it
/// contains.
pub fn restrict_derives<'m>(
    structs: &mut [syn::ItemStruct],
    methods: impl Iterator<Item = &'m syn::ImplItemFn>,
) -> anyhow::Result<()> {
    let contents: BTreeMap<String, BTreeSet<String>> = structs
        .iter()
        .map(|item| {
            let mut names = Names::default();
            item.fields.iter().for_each(|field| names.visit_type(&field.ty));
            (item.ident.to_string(), names.0)
        })
        .collect();
    let (mut sent, mut read) = (Names::default(), Names::default());
    for method in methods {
        method.sig.inputs.iter().for_each(|input| sent.visit_fn_arg(input));
        read.visit_return_type(&method.sig.output);
    }
    let (mut sent, mut read) = (within(sent.0, &contents), within(read.0, &contents));
    let unused = contents.keys().filter(|name| !sent.contains(*name) && !read.contains(*name)).cloned().collect();
    let unused = within(unused, &contents);
    sent.extend(unused.iter().cloned());
    read.extend(unused);
    for item in structs {
        let name = item.ident.to_string();
        if !sent.contains(&name) {
            restrict(item, "Serialize")?;
        }
        if !read.contains(&name) {
            restrict(item, "Deserialize")?;
        }
    }
    Ok(())
}

/// Returns the names, and those of all types that these contain.
fn within(names: BTreeSet<String>, contents: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = names.into_iter().collect();
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            open.extend(contents.get(&name).into_iter().flatten().cloned());
        }
    }
    found
}

/// Moves a derive behind the feature `server`.
fn restrict(item: &mut syn::ItemStruct, derive: &str) -> anyhow::Result<()> {
    let at = item.attrs.iter().position(|attr| attr.path().is_ident("derive"));
    let at = at.with_context(|| format!("{} has no derive attribute", item.ident))?;
    let all = item.attrs[at]
        .parse_args_with(syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated)
        .context("the derive attribute is not a list of paths")?;
    let (moved, kept): (Vec<_>, Vec<_>) = all.iter().partition(|path| path.is_ident(derive));
    item.attrs[at] = syn::parse_quote!(#[derive(#(#kept),*)]);
    item.attrs.insert(at + 1, syn::parse_quote!(#[cfg_attr(feature = "server", derive(#(#moved),*))]));
    Ok(())
}

/// Names of the types that occur in a type, without their modules.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'a> Visit<'a> for Names {
    fn visit_path(&mut self, path: &'a syn::Path) {
        self.0.extend(path.segments.last().map(|last| last.ident.to_string()));
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;

    use super::*;

    #[test]
    fn a_type_is_written_if_it_is_sent_and_read_if_it_is_in_a_reply() -> anyhow::Result<()> {
        let structs = [
            "Sent { inner: Option<Vec<Inner>> }",
            "Inner {}",
            "Read { both: Both }",
            "Both {}",
            "Unused { of: BTreeMap<String, Spare> }",
            "Spare {}",
        ];
        let parse = |text| syn::parse_str(&format!("#[derive(Clone, Deserialize, Serialize)] struct {text}"));
        let mut structs = structs.into_iter().map(parse).collect::<Result<Vec<syn::ItemStruct>, _>>()?;
        let method: syn::ImplItemFn = syn::parse_quote! {
            fn put(&self, body: &types::Sent, more: Option<&types::Both>) -> Reply<types::Read> {}
        };
        restrict_derives(&mut structs, std::iter::once(&method))?;
        let derives = structs.iter().map(|item| {
            let derives = |attr: &syn::Attribute| attr.meta.to_token_stream().to_string().replace(' ', "");
            item.attrs.iter().map(derives).collect::<Vec<_>>().join(" ")
        });
        let written = "derive(Clone,Serialize) cfg_attr(feature=\"server\",derive(Deserialize))";
        let read = "derive(Clone,Deserialize) cfg_attr(feature=\"server\",derive(Serialize))";
        let both = "derive(Clone,Deserialize,Serialize)";
        assert_eq!(derives.collect::<Vec<_>>(), [written, written, read, both, both, both]);
        Ok(())
    }
}

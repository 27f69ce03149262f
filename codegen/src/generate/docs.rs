//! Our own words for the contract, from `specs/overlay/docs.toml`, put before the items they are about.
//!
//! A new release must generate without a hand edit, so words that are missing and words that are about nothing do not
//! stop the generator: it tells them, and `check` fails for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::grpc::folded;

/// The file, and which of its keys have been used.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// How many operations and RPCs lack a line.
    #[serde(default)]
    wordless: usize,
    /// By `operationId`.
    #[serde(default)]
    operations: BTreeMap<String, String>,
    /// By the name of the RPC.
    #[serde(default)]
    rpcs: BTreeMap<String, String>,
    /// By message.
    #[serde(default)]
    messages: BTreeMap<String, String>,
    /// `Message.field`, or `Definition.property`.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(skip)]
    used: BTreeSet<(Group, String)>,
    /// Operations and RPCs without a line.
    #[serde(skip)]
    missing: BTreeSet<String>,
}

/// A table of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// REST operations.
    Operation,
    /// RPCs.
    Rpc,
    /// Messages.
    Message,
    /// Fields and properties.
    Field,
}

impl Words {
    /// Reads the file; a contract without one has no words.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not as it should be", path.display()))
    }

    fn group(&self, group: Group) -> &BTreeMap<String, String> {
        match group {
            Group::Operation => &self.operations,
            Group::Rpc => &self.rpcs,
            Group::Message => &self.messages,
            Group::Field => &self.fields,
        }
    }

    /// What is said about a name, however it is spelled.
    pub fn about(&mut self, group: Group, name: &str) -> Option<String> {
        let folded_name = folded(name);
        let Some((key, text)) = self.group(group).iter().find(|(key, _)| folded(key) == folded_name) else {
            if matches!(group, Group::Operation | Group::Rpc) {
                self.missing.insert(name.to_owned());
            }
            return None;
        };
        let (key, text) = (key.clone(), text.clone());
        self.used.insert((group, key));
        Some(text)
    }

    /// Puts what is said about a name before an item.
    pub fn mark(&mut self, group: Group, name: &str, attrs: &mut Vec<syn::Attribute>) {
        if let Some(text) = self.about(group, name) {
            let text = format!(" {text}");
            attrs.insert(0, syn::parse_quote!(#[doc = #text]));
        }
    }

    /// Puts words before a message with its fields, the choices of a oneof, and what lies in its module.
    pub fn mark_message(&mut self, scope: &str, item: &mut syn::Item) {
        match item {
            syn::Item::Struct(item) => {
                let name = format!("{scope}{}", item.ident);
                self.mark(Group::Message, &name, &mut item.attrs);
                for field in &mut item.fields {
                    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                    self.mark(Group::Field, &format!("{name}.{}", ident.trim_start_matches("r#")), &mut field.attrs);
                }
            }
            syn::Item::Enum(item) => {
                for variant in item.variants.iter_mut().filter(|variant| variant.fields != syn::Fields::Unit) {
                    self.mark(Group::Field, &format!("{scope}{}", variant.ident), &mut variant.attrs);
                }
            }
            syn::Item::Mod(module) => {
                let inner = format!("{scope}{}.", module.ident);
                for item in module.content.iter_mut().flat_map(|(_, items)| items) {
                    self.mark_message(&inner, item);
                }
            }
            _ => {}
        }
    }

    /// Puts words before the methods of a client stub.
    pub fn mark_rpcs(&mut self, items: &mut [syn::Item]) {
        for item in items {
            let syn::Item::Impl(block) = item else { continue };
            for member in &mut block.items {
                if let syn::ImplItem::Fn(method) = member
                    && method.sig.asyncness.is_some()
                {
                    self.mark(Group::Rpc, &method.sig.ident.to_string(), &mut method.attrs);
                }
            }
        }
    }

    /// What is wrong with the file, once everything has been asked for.
    pub fn findings(&self) -> Vec<String> {
        let mut findings = Vec::new();
        for group in [Group::Operation, Group::Rpc, Group::Message, Group::Field] {
            let keys = self.group(group).keys().filter(|key| !self.used.contains(&(group, (*key).clone())));
            findings.extend(keys.map(|key| {
                format!(
                    "docs.toml speaks of what the contract does not have: {} {key}",
                    format!("{group:?}").to_lowercase()
                )
            }));
        }
        let (missing, committed) = (self.missing.len(), self.wordless);
        if missing > committed {
            let names: Vec<&str> = self.missing.iter().map(String::as_str).collect();
            let names = names.join(", ");
            findings
                .push(format!("docs.toml has no words for {missing} operations and RPCs, {committed} before: {names}"));
        } else if missing < committed {
            findings.push(format!("docs.toml: lower `wordless` to {missing}"));
        }
        findings
    }
}

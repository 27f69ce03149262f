//! Documentation overlay: doc comments from `specs/overlay/docs.toml`, attached to the generated
//! items.
//!
//! A new release must generate without a hand edit. Missing and unused docs are therefore findings,
//! not errors: `generate` prints them, and `check` fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::grpc::folded;

/// Path of the file, as messages name it.
const FILE: &str = "specs/overlay/docs.toml";

/// Content of `docs.toml`, and the keys used so far.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Docs {
    /// Accepted number of operations and RPCs without docs.
    #[serde(default)]
    undocumented: usize,
    /// Docs by `operationId`.
    #[serde(default)]
    operations: BTreeMap<String, String>,
    /// Docs by name of the RPC.
    #[serde(default)]
    rpcs: BTreeMap<String, String>,
    /// Docs by message.
    #[serde(default)]
    messages: BTreeMap<String, String>,
    /// Docs by `Message.field` or `Definition.property`.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(skip)]
    used: BTreeSet<(Group, String)>,
    /// Operations and RPCs without docs.
    #[serde(skip)]
    missing: BTreeSet<String>,
}

/// Table of `docs.toml`.
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

impl Docs {
    /// Reads the file. A missing file means no docs.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))
    }

    fn group(&self, group: Group) -> &BTreeMap<String, String> {
        match group {
            Group::Operation => &self.operations,
            Group::Rpc => &self.rpcs,
            Group::Message => &self.messages,
            Group::Field => &self.fields,
        }
    }

    /// Returns the docs of an item and records the use. Names are compared folded.
    pub fn lookup(&mut self, group: Group, name: &str) -> Option<String> {
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

    /// Adds the docs of an item to its attributes.
    pub fn attach(&mut self, group: Group, name: &str, attrs: &mut Vec<syn::Attribute>) {
        if let Some(text) = self.lookup(group, name) {
            let text = format!(" {text}");
            attrs.insert(0, syn::parse_quote!(#[doc = #text]));
        }
    }

    /// Adds docs to a message, its fields, the variants of a oneof and nested messages.
    pub fn attach_to_message(&mut self, scope: &str, item: &mut syn::Item) {
        match item {
            syn::Item::Struct(item) => {
                let name = format!("{scope}{}", item.ident);
                self.attach(Group::Message, &name, &mut item.attrs);
                for field in &mut item.fields {
                    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                    self.attach(Group::Field, &format!("{name}.{}", ident.trim_start_matches("r#")), &mut field.attrs);
                }
            }
            syn::Item::Enum(item) => {
                for variant in item.variants.iter_mut().filter(|variant| variant.fields != syn::Fields::Unit) {
                    self.attach(Group::Field, &format!("{scope}{}", variant.ident), &mut variant.attrs);
                }
            }
            syn::Item::Mod(module) => {
                let inner = format!("{scope}{}.", module.ident);
                for item in module.content.iter_mut().flat_map(|(_, items)| items) {
                    self.attach_to_message(&inner, item);
                }
            }
            _ => {}
        }
    }

    /// Adds docs to the methods of a client stub.
    pub fn attach_to_rpcs(&mut self, items: &mut [syn::Item]) {
        for item in items {
            let syn::Item::Impl(block) = item else { continue };
            for member in &mut block.items {
                if let syn::ImplItem::Fn(method) = member
                    && method.sig.asyncness.is_some()
                {
                    let name = method.sig.ident.to_string();
                    self.attach(Group::Rpc, name.trim_start_matches("r#"), &mut method.attrs);
                }
            }
        }
    }

    /// Returns the faults of the file. Call it after all lookups.
    pub fn findings(&self) -> Vec<String> {
        let mut findings = Vec::new();
        for group in [Group::Operation, Group::Rpc, Group::Message, Group::Field] {
            let keys = self.group(group).keys().filter(|key| !self.used.contains(&(group, (*key).clone())));
            findings.extend(keys.map(|key| {
                format!(
                    "{FILE} documents an item that the contract does not have, so remove it: {} {key}",
                    format!("{group:?}").to_lowercase()
                )
            }));
        }
        let (missing, accepted) = (self.missing.len(), self.undocumented);
        if missing > accepted {
            let names: Vec<&str> = self.missing.iter().map(String::as_str).collect();
            let names = names.join(", ");
            findings.push(format!(
                "{FILE} lacks docs for {missing} operations and RPCs ({accepted} accepted), so add them: {names}"
            ));
        } else if missing < accepted {
            findings.push(format!("{FILE}: lower `undocumented` to {missing}"));
        }
        findings
    }
}

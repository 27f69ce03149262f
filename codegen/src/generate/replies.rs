//! Generation of the reply messages that the client decodes: those with fields left encoded.
//!
//! The client reads properties straight into the caller's type. Decoding them into messages first
//! would be most of its cost of a small search. The complete messages are for the emulator.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FileDescriptorSet};

use super::docs::Docs;
use super::grpc::{folded, keep_encoded, without_panic};

/// Module of these messages, and its head.
pub const MODULE: &str = "reply";
pub const HEAD: &str = "//! Reply messages as the client decodes them: some fields stay encoded. The complete messages of the\n\
    //! same names are for servers.\n";

/// Fields that stay encoded, and the reason. A path that is not in the contract is skipped.
const LEFT_ENCODED: &[(&str, &str)] = &[
    ("PropertiesResult.non_ref_props", "The client reads it straight into the caller's type."),
    ("PropertiesResult.target_collection", "Each hit has it, and a text would allocate."),
    ("MetadataResult.id", "Not needed beside `id_as_bytes`, and a text would allocate."),
    ("RefPropertiesResult.properties", "The objects that a reference leads to, nested as deeply as the request asks."),
];

/// Fields that are boxed in these messages only, because replies have a list of them.
const BOXED: &[&str] = &[".weaviate.v1.PropertiesResult.metadata"];

/// Reply messages with encoded fields.
#[derive(Debug)]
pub struct Replies {
    /// Messages with encoded fields, and all that contain one.
    pub messages: BTreeSet<String>,
    /// Descriptors with encoded fields.
    descriptors: FileDescriptorSet,
}

impl Replies {
    pub fn of(descriptors: &FileDescriptorSet) -> anyhow::Result<Self> {
        let mut descriptors = descriptors.clone();
        let mut messages = BTreeSet::new();
        for message in descriptors.file.iter_mut().flat_map(|file| &mut file.message_type) {
            for field in &mut message.field {
                let path = format!("{}.{}", message.name.as_deref().unwrap_or_default(), field.name());
                if !LEFT_ENCODED.iter().any(|(known, _)| *known == path) {
                    continue;
                }
                if field.oneof_index.is_some() && !field.proto3_optional() {
                    bail!("{path} is part of a oneof, and cannot be left encoded");
                }
                if !matches!(field.r#type(), Type::Message | Type::String) {
                    bail!("{path} is neither a message nor a text, and cannot be left encoded");
                }
                keep_encoded(field);
                messages.extend(message.name.clone());
            }
        }
        let all = || descriptors.file.iter().flat_map(|file| &file.message_type);
        while let Some(outer) = all().find(|message| !messages.contains(message.name()) && contains(message, &messages))
        {
            messages.insert(outer.name().to_owned());
        }
        if let Some(message) =
            all().find(|message| messages.contains(message.name()) && !message.nested_type.is_empty())
        {
            bail!("{} has nested messages, and cannot have encoded fields", message.name());
        }
        for file in &mut descriptors.file {
            file.service.clear();
        }
        Ok(Self { messages, descriptors })
    }

    /// Returns whether an item is the complete form of one of these messages.
    pub fn has(&self, item: &syn::ItemStruct) -> bool {
        self.messages.iter().any(|name| folded(name) == folded(&item.ident.to_string()))
    }

    /// Returns the structs.
    pub fn items(self, docs: &mut Docs, mut config: prost_build::Config) -> anyhow::Result<Vec<syn::Item>> {
        let scratch = tempfile::tempdir().context("cannot create a temporary folder")?;
        config.out_dir(scratch.path());
        for path in BOXED {
            config.boxed(path);
        }
        without_panic("prost-build", || config.compile_fds(self.descriptors.clone()))?.context("prost-build failed")?;
        let mut items = read_items(scratch.path())?;
        items.retain(|item| matches!(item, syn::Item::Struct(item) if self.has(item)));
        for item in &mut items {
            docs.attach_to_message("", item);
            if let syn::Item::Struct(item) = item {
                explain(item);
            }
        }
        Ok(items)
    }
}

/// Adds the reasons to the encoded fields of a message.
fn explain(item: &mut syn::ItemStruct) {
    for field in &mut item.fields {
        let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let path = format!("{}.{ident}", item.ident);
        if let Some((_, reason)) = LEFT_ENCODED.iter().find(|(known, _)| folded(known) == folded(&path)) {
            let text = format!(" Encoded. {reason}");
            field.attrs.insert(0, syn::parse_quote!(#[doc = #text]));
        }
    }
}

fn contains(message: &DescriptorProto, messages: &BTreeSet<String>) -> bool {
    let kinds = message.field.iter().filter_map(|field| field.type_name().rsplit('.').next());
    kinds.into_iter().any(|kind| messages.contains(kind))
}

/// Parses all files that a code generator wrote into a folder.
pub fn read_items(folder: &Path) -> anyhow::Result<Vec<syn::Item>> {
    let mut outputs = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .context("cannot list the output of prost-build")?;
    outputs.sort();
    let mut items = Vec::new();
    for path in outputs {
        let text = fs::read_to_string(&path).context("cannot read the output of prost-build")?;
        items.extend(syn::parse_file(&text).context("cannot parse the output of prost-build")?.items);
    }
    Ok(items)
}

//! Nothing gets lost on the way: what the contract has is either in the output or on the list of what is left out on
//! purpose, and nothing is on that list for no reason.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use prost_types::{DescriptorProto, FileDescriptorSet};
use serde_json::Value;

use super::grpc::{self, folded};
use super::post::types::wire_name;
use super::rest;
use crate::fixups::{MISSING_OPERATION_IDS, OPAQUE, operations};

/// Something that is left out on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Its name in the contract: an operation id, a definition, `Service.Method` or a message.
    pub name: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// All that is left out. Nothing is, at present.
pub const SKIPPED: &[Skipped] = &[];

/// How many of each kind were written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// REST operations.
    pub operations: usize,
    /// REST definitions.
    pub definitions: usize,
    /// gRPC methods.
    pub rpcs: usize,
    /// Messages and enums.
    pub messages: usize,
    /// Of all kinds.
    pub skipped: usize,
}

/// Holds the output against the contract.
pub fn settle(
    contract: &Value,
    descriptors: &FileDescriptorSet,
    rest: &rest::Emitted,
    grpc: &grpc::Emitted,
    skipped: &[Skipped],
) -> anyhow::Result<Counts> {
    let mut counts = Counts { skipped: skipped.len(), ..Counts::default() };
    let mut missing = Vec::new();
    let mut needless: BTreeSet<&str> = skipped.iter().map(|skipped| skipped.name).collect();
    let mut account = |kind: &str, name: &str, emitted: bool, count: &mut usize| {
        if emitted {
            *count += 1;
        } else if !needless.remove(name) {
            missing.push(format!("{kind} {name}"));
        }
    };

    let methods: BTreeSet<String> = rest.methods.iter().map(|name| folded(name)).collect();
    for (path, method, operation) in operations(contract) {
        let added = MISSING_OPERATION_IDS.iter().find(|(known, _)| *known == path).map(|(_, id)| *id);
        let id = operation.get("operationId").and_then(Value::as_str).or(added);
        let id = id.map_or_else(|| format!("{method} {path}"), str::to_owned);
        account("operation", &id, methods.contains(&folded(&id)), &mut counts.operations);
    }

    let written = written(rest);
    let mut properties = Vec::new();
    for (name, schema) in contract.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let fields = written.get(&folded(name));
        account("definition", name, fields.is_some(), &mut counts.definitions);
        // What is whole is there with all its fields, by no name of their own.
        let Some(fields) = fields.filter(|_| !OPAQUE.contains(&name.as_str())) else { continue };
        let names = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties
            .extend(names.filter(|(field, _)| !fields.contains(*field)).map(|(field, _)| format!("{name}.{field}")));
        let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        properties.extend(values.filter(|value| !fields.contains(*value)).map(|value| format!("{name}={value}")));
    }

    for file in descriptors.file.iter().filter(|file| !file.name().starts_with("google/")) {
        for service in &file.service {
            let client = folded(&format!("{}_client", service.name()));
            let methods = grpc.clients.iter().find(|(name, _)| folded(name) == client).map(|(_, methods)| methods);
            for method in &service.method {
                let found = methods.is_some_and(|names| names.iter().any(|name| folded(name) == folded(method.name())));
                account("rpc", &format!("{}.{}", service.name(), method.name()), found, &mut counts.rpcs);
            }
        }
        let mut names = Vec::new();
        file.message_type.iter().for_each(|message| messages("", message, &mut names));
        names.extend(file.enum_type.iter().map(|values| values.name().to_owned()));
        for name in names {
            account("message", &name, grpc.types.contains(&folded(&name)), &mut counts.messages);
        }
    }

    missing.extend(properties);
    if !missing.is_empty() {
        bail!("in the contract, but neither generated nor left out on purpose: {}", missing.join(", "));
    }
    if !needless.is_empty() {
        bail!("on the list of what is left out, but not left out: {needless:?}");
    }
    Ok(counts)
}

/// Folded type name → wire names of its fields or values.
fn written(rest: &rest::Emitted) -> BTreeMap<String, BTreeSet<String>> {
    let structs = rest
        .types
        .structs
        .iter()
        .map(|item| (folded(&item.ident.to_string()), item.fields.iter().map(wire_name).collect()));
    let enums = rest
        .types
        .enums
        .iter()
        .map(|item| (folded(&item.name), item.variants.iter().map(|(_, wire)| wire.clone()).collect()));
    structs.chain(enums).collect()
}

fn messages(scope: &str, message: &DescriptorProto, names: &mut Vec<String>) {
    if message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry) {
        return;
    }
    let name = format!("{scope}{}", message.name());
    let inner = format!("{name}.");
    message.nested_type.iter().for_each(|nested| messages(&inner, nested, names));
    names.extend(message.enum_type.iter().map(|values| format!("{inner}{}", values.name())));
    names.push(name);
}

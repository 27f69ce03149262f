//! Completeness check: every item of the contract is either generated or listed in [`SKIPPED`], and
//! every entry of that list is needed.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use prost_types::{DescriptorProto, FileDescriptorSet};
use serde_json::Value;

use super::contract::type_name;
use super::grpc::{self, folded};
use super::postprocess::types::wire_name;
use super::rest;
use crate::fixups::{MISSING_OPERATION_IDS, OPAQUE, operations};

/// Item of the contract that is deliberately not generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Name in the contract: an operation id, a definition, `Service.Method` or a message.
    pub name: &'static str,
    /// Reason, as it is printed in `API.md`.
    pub reason: &'static str,
}

/// Items that are not generated. Currently none.
pub const SKIPPED: &[Skipped] = &[];

/// Number of generated items by kind.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// REST operations.
    pub operations: usize,
    /// REST definitions.
    pub definitions: usize,
    /// gRPC methods.
    pub rpcs: usize,
    /// gRPC messages and enums.
    pub messages: usize,
    /// Skipped items of all kinds.
    pub skipped: usize,
}

/// Compares the output with the contract and counts the generated items.
///
/// # Errors
///
/// Fails if an item is neither generated nor skipped, or skipped without need.
pub fn check(
    contract: &Value,
    descriptors: &FileDescriptorSet,
    rest: &rest::Emitted,
    grpc: &grpc::Emitted,
    skipped: &[Skipped],
) -> anyhow::Result<Counts> {
    let mut counts = Counts { skipped: skipped.len(), ..Counts::default() };
    let mut missing = Vec::new();
    let mut unused_skips: BTreeSet<&str> = skipped.iter().map(|skipped| skipped.name).collect();
    let mut account = |kind: &str, name: &str, emitted: bool, count: &mut usize| {
        if emitted {
            *count += 1;
        } else if !unused_skips.remove(name) {
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

    let generated = generated_fields(rest);
    let mut properties = Vec::new();
    for (name, schema) in contract.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let fields = generated.get(&folded(&type_name(name))).filter(|_| !is_dropped_twin(contract, name, skipped));
        account("definition", name, fields.is_some(), &mut counts.definitions);
        // Opaque definitions are untyped JSON, so they have no generated fields.
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
        bail!("items of the contract that are neither generated nor skipped: {}", missing.join(", "));
    }
    if !unused_skips.is_empty() {
        bail!("items listed in SKIPPED that are generated: {unused_skips:?}; remove them from the list");
    }
    Ok(counts)
}

/// Whether a skipped definition differs from another one in case and punctuation only. A fixup keeps
/// one of them, and the generated type belongs to that one.
fn is_dropped_twin(contract: &Value, name: &str, skipped: &[Skipped]) -> bool {
    let definitions = contract.pointer("/components/schemas").and_then(Value::as_object);
    let mut names = definitions.into_iter().flatten().map(|(other, _)| other);
    skipped.iter().any(|skipped| skipped.name == name)
        && names.any(|other| other != name && folded(other) == folded(name))
}

/// Returns the wire names of all generated fields and enum values, by folded type name.
fn generated_fields(rest: &rest::Emitted) -> BTreeMap<String, BTreeSet<String>> {
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

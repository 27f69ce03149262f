//! Metadata of operations and properties that progenitor's output lacks. Postprocessing needs it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::contract::{INNER, contents, is_identifier, type_name, without_marks};
use super::grpc::folded;
use crate::fixups::{JOINED_LIST, operations, resolve};

/// REST operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operation {
    /// `operationId` in the contract.
    pub id: String,
    /// Upper-case HTTP method.
    pub method: String,
    /// Path, including `/v1`.
    pub path: String,
    /// Generated module that has the method.
    pub module: String,
    /// Whether the contract marks the operation as deprecated.
    pub deprecated: bool,
    /// Whether the operation has an optional body.
    pub optional_body: bool,
    /// Folded names of list parameters whose values are joined with commas.
    pub joined: BTreeSet<String>,
}

/// Metadata of the corrected contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Operations by folded operation id, which equals the folded method name.
    pub operations: BTreeMap<String, Operation>,
    /// Deprecated properties: folded type name and wire name. Not every schema becomes a type.
    pub deprecated_properties: BTreeSet<(String, String)>,
}

/// Module names under `rest/` that a tag must not use.
const RESERVED: [&str; 5] = ["types", "enums", "support", "mod", "lib"];

impl Metadata {
    /// Collects the metadata of the corrected contract.
    pub fn read(document: &Value) -> anyhow::Result<Self> {
        let mut metadata = Self::default();
        for (path, method, operation) in operations(document) {
            let id = operation
                .get("operationId")
                .and_then(Value::as_str)
                .with_context(|| format!("{method} {path} has no operationId"))?;
            let body = operation.get("requestBody");
            let mut joined = BTreeSet::new();
            for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
                let parameter = resolve(document, parameter);
                if parameter.get(JOINED_LIST).is_some() {
                    joined.extend(parameter.get("name").and_then(Value::as_str).map(folded));
                }
            }
            let entry = Operation {
                id: id.to_owned(),
                method: method.to_uppercase(),
                path: without_marks(path),
                module: module_name(operation.get("tags"), id),
                deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
                optional_body: body.is_some_and(|body| body.get("required") != Some(&Value::Bool(true))),
                joined,
            };
            if metadata.operations.insert(folded(id), entry).is_some() {
                bail!("two operations have the id {id}");
            }
        }
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        for (name, schema) in schemas.into_iter().flatten() {
            let name = type_name(name);
            // The type of what can be null is an `Option` of an inner one.
            for name in [format!("{name}Inner"), name] {
                metadata.deprecated_fields(document, schema, &name, &mut BTreeSet::new());
            }
        }
        for (_, _, operation) in operations(document) {
            let id = type_name(operation.get("operationId").and_then(Value::as_str).unwrap_or_default());
            for (suffix, _, schema) in contents(operation, "") {
                metadata.deprecated_fields(document, schema, &format!("{id}{suffix}"), &mut BTreeSet::new());
            }
        }
        Ok(metadata)
    }

    /// Adds the deprecated properties of a schema and of all schemas in it, with the names that typify
    /// gives to their types. It merges the parts of `allOf` into one type.
    fn deprecated_fields<'a>(
        &mut self,
        document: &'a Value,
        schema: &'a Value,
        name: &str,
        merged: &mut BTreeSet<&'a str>,
    ) {
        for (property, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if is_deprecated(inner) {
                self.deprecated_properties.insert((folded(name), property.clone()));
            }
            let name = format!("{name}{}", type_name(property));
            self.deprecated_fields(document, inner, &name, &mut merged.clone());
        }
        for (key, suffix) in INNER {
            if let Some(inner) = schema.get(key) {
                self.deprecated_fields(document, inner, &format!("{name}{suffix}"), &mut merged.clone());
            }
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let target = part.get("$ref").and_then(Value::as_str);
            if target.is_none_or(|target| merged.insert(target)) {
                self.deprecated_fields(document, resolve(document, part), name, merged);
            }
        }
    }
}

/// Whether a schema, parameter or operation is marked as deprecated.
pub fn is_deprecated(value: &Value) -> bool {
    ["deprecated", "x-deprecated"].iter().any(|key| value.get(key) == Some(&Value::Bool(true)))
}

/// Returns the module of an operation: its first tag, or the first word of its id if it has no tag.
/// A name that no module can have gets the suffix `_operations`.
fn module_name(tags: Option<&Value>, id: &str) -> String {
    let tag = tags.and_then(|tags| tags.get(0)).and_then(Value::as_str);
    let name: String = tag
        .unwrap_or_else(|| id.split('.').next().unwrap_or(id))
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else if RESERVED.contains(&name.as_str()) || !is_identifier(&name) {
        format!("{name}_operations")
    } else {
        name
    }
}

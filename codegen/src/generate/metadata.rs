//! What post-processing and the inventory need to know of the contract and cannot see in progenitor's output.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::grpc::folded;
use crate::fixups::{JOINED_LIST, operations, resolve};

/// One REST operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operation {
    /// The contract's `operationId`.
    pub id: String,
    /// Upper-case HTTP method.
    pub method: String,
    /// The path from `/v1` on.
    pub path: String,
    /// The module it goes to.
    pub module: String,
    /// Marked so in the contract.
    pub deprecated: bool,
    /// It has a body that may be left out.
    pub optional_body: bool,
    /// Parameters whose values are joined with commas, folded.
    pub joined: BTreeSet<String>,
}

/// Facts about the corrected document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// By the folded operation id, which is also the folded method name.
    pub operations: BTreeMap<String, Operation>,
    /// Folded schema name and wire name of each deprecated property.
    pub deprecated_properties: BTreeSet<(String, String)>,
}

/// Names of files under `rest/` that are not a tag's.
const RESERVED: [&str; 4] = ["types", "enums", "support", "mod"];

impl Facts {
    /// Reads the facts off the corrected document.
    pub fn read(document: &Value) -> anyhow::Result<Self> {
        let mut facts = Self::default();
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
                path: path.to_owned(),
                module: module(operation.get("tags"), id),
                deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
                optional_body: body.is_some_and(|body| body.get("required") != Some(&Value::Bool(true))),
                joined,
            };
            if facts.operations.insert(folded(id), entry).is_some() {
                bail!("two operations are called {id}");
            }
        }
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        for (name, schema) in schemas.into_iter().flatten() {
            for (property, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if deprecated(schema) {
                    facts.deprecated_properties.insert((folded(name), property.clone()));
                }
            }
        }
        Ok(facts)
    }
}

/// Whether a schema, parameter or operation carries the mark.
pub fn deprecated(value: &Value) -> bool {
    ["deprecated", "x-deprecated"].iter().any(|key| value.get(key) == Some(&Value::Bool(true)))
}

/// The first tag, or the first word of the id of an operation that has none.
fn module(tags: Option<&Value>, id: &str) -> String {
    let tag = tags.and_then(|tags| tags.get(0)).and_then(Value::as_str);
    let name: String = tag
        .unwrap_or_else(|| id.split('.').next().unwrap_or(id))
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    if RESERVED.contains(&name.as_str()) { format!("{name}_operations") } else { name }
}

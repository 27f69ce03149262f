//! Sets of strings that upstream lists in prose only: `specs/overlay/open_sets.toml`.
//!
//! The contract in `specs/` has no prose, and a rule on upstream's prose would be wrong too often:
//! "one of", "can be" and lists in backticks also stand before examples, aliases of one value and
//! names that users choose. So a person reads the prose once. The generator makes an enum of each
//! property in the table, which keeps unknown values as every enum does.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::read_toml;

const FILE: &str = "open_sets.toml";

/// Content of the file: values by `Definition.property`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct OpenSets(BTreeMap<String, Vec<String>>);

impl OpenSets {
    /// Reads the file of an overlay. A missing file means no sets.
    pub fn read(overlay: &Path) -> anyhow::Result<Self> {
        let path = overlay.join(FILE);
        if path.exists() { read_toml(&path) } else { Ok(Self::default()) }
    }

    /// Makes enums of the properties. Returns the faults of the file.
    ///
    /// A new release must generate without a hand edit, so an entry that does not fit is a finding.
    pub fn apply(&self, corrected: &mut Value) -> Vec<String> {
        let mut findings = Vec::new();
        for (name, values) in &self.0 {
            if let Err(fault) = apply(corrected, name, values) {
                findings.push(format!("{FILE}: `{name}` {fault}; correct or remove the entry"));
            }
        }
        findings
    }
}

fn apply(corrected: &mut Value, name: &str, values: &[String]) -> Result<(), &'static str> {
    let (definition, property) = name.split_once('.').ok_or("is not the name of a property")?;
    let definition = corrected.pointer_mut("/components/schemas").and_then(|all| all.get_mut(definition));
    let property = definition.and_then(|of| of.get_mut("properties")).and_then(|all| all.get_mut(property));
    let mut schema = property.ok_or("is not in the contract")?;
    if schema.get("type") == Some(&json!("array")) {
        schema = schema.get_mut("items").ok_or("is not a string or a list of strings")?;
    }
    let schema = schema.as_object_mut().filter(|schema| schema.get("type") == Some(&json!("string")));
    let schema = schema.ok_or("is not a string or a list of strings")?;
    if schema.contains_key("enum") {
        return Err("is an enum in the contract");
    }
    if values.is_empty() {
        return Err("has no values");
    }
    schema.insert("enum".to_owned(), json!(values));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> Value {
        json!({ "components": { "schemas": { "Thing": { "properties": {
            "state": { "type": "string" }, "kinds": { "type": "array", "items": { "type": "string" } },
            "done": { "type": "string", "enum": ["A"] }, "count": { "type": "integer" },
        } } } } })
    }

    #[test]
    fn a_set_makes_an_enum_of_a_string_or_of_the_items_of_a_list() -> anyhow::Result<()> {
        let sets: OpenSets = toml::from_str("\"Thing.state\" = ['UP', 'DOWN']\n\"Thing.kinds\" = ['a']")?;
        let mut changed = contract();
        assert_eq!(sets.apply(&mut changed), [""; 0]);
        let at =
            |pointer: &str| changed.pointer(&format!("/components/schemas/Thing/properties/{pointer}/enum")).cloned();
        assert_eq!((at("state"), at("kinds/items")), (Some(json!(["UP", "DOWN"])), Some(json!(["a"]))));
        Ok(())
    }

    #[test]
    fn an_entry_that_does_not_fit_is_a_finding_and_changes_nothing() -> anyhow::Result<()> {
        for (name, values, fault) in [
            ("Thing.gone", "['A']", "is not in the contract"),
            ("Gone.state", "['A']", "is not in the contract"),
            ("state", "['A']", "is not the name of a property"),
            ("Thing.count", "['A']", "is not a string or a list of strings"),
            ("Thing.done", "['A']", "is an enum in the contract"),
            ("Thing.state", "[]", "has no values"),
        ] {
            let sets: OpenSets = toml::from_str(&format!("{name:?} = {values}"))?;
            let mut changed = contract();
            let expected = format!("open_sets.toml: `{name}` {fault}; correct or remove the entry");
            assert_eq!(sets.apply(&mut changed), [expected]);
            assert_eq!(changed, contract());
        }
        Ok(())
    }
}

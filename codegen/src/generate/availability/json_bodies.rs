//! Table of the properties and enum values of JSON bodies that some supported server lacks, or that
//! are deprecated.
//!
//! These bodies have no generated type, so a table by definition replaces the visitors of gRPC
//! messages.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Table;
use super::behaviours::Feature;
use super::version_set::Version;
use crate::sync::history::Kind;

/// Root definitions: bodies that are sent as untyped JSON.
const ROOTS: [&str; 2] = ["Class", "Property"];

/// Property of a definition.
#[derive(Debug, Default, PartialEq, Eq)]
struct Field {
    /// Requirements of the property, as Rust expressions.
    needs: Vec<String>,
    /// Enum values that some supported server lacks.
    values: Vec<String>,
    /// Definition of the value, of the items of a list or of the values of a map.
    of: Option<String>,
    /// Whether the property is a map.
    keyed: bool,
}

type Definitions = BTreeMap<String, BTreeMap<String, Field>>;

/// Renders `src/availability/bodies.rs`.
pub fn emit(contract: &Value, table: &Table, oldest: Version, ignored: &BTreeMap<String, Feature>) -> Result<String> {
    let mut definitions = Definitions::new();
    for root in ROOTS {
        read(contract, table, oldest, root, &mut definitions)?;
    }
    for (symbol, feature) in ignored {
        let (definition, property) = symbol.split_once('.').unwrap_or((symbol, ""));
        let fields = definitions.get_mut(definition);
        let fields =
            fields.with_context(|| format!("behaviours.toml: {symbol} is not in a collection's configuration"))?;
        let ignored = format!("&ignored({symbol:?}, {}, {:?})", feature.versions.rust(), feature.why);
        fields.entry(property.to_owned()).or_default().needs.push(ignored);
    }
    prune(&mut definitions);
    let mut out = String::from(
        "//! Properties and enum values of JSON bodies that some supported server lacks or ignores, or that are\n\
         //! deprecated, by definition.\n\n\
         use super::{Field, Range, Version, deprecated, enum_value, ignored, property};\n\n\
         const START: Version = Version::START;\nconst END: Version = Version::END;\n\n\
         pub(super) static DEFINITIONS: &[(&str, &[Field])] = &[\n",
    );
    for (definition, fields) in &definitions {
        out.push_str(&format!("    ({definition:?}, &[\n"));
        for (name, field) in fields {
            let needs = field.needs.join(", ");
            let value =
                |value: &String| format!("({value:?}, enum_value({:?}))", format!("{definition}.{name}={value}"));
            let values: Vec<String> = field.values.iter().map(value).collect();
            let of = field.of.as_deref().unwrap_or_default();
            out.push_str(&format!(
                "        Field {{ name: {name:?}, needs: &[{needs}], values: &[{}], of: {of:?}, keyed: {} }},\n",
                values.join(", "),
                field.keyed
            ));
        }
        out.push_str("    ]),\n");
    }
    out.push_str("];\n");
    Ok(out)
}

fn read(contract: &Value, table: &Table, oldest: Version, name: &str, into: &mut Definitions) -> Result<()> {
    if into.contains_key(name) {
        return Ok(());
    }
    let definition = contract.pointer(&format!("/components/schemas/{name}"));
    let Some(properties) = definition.and_then(|definition| definition.get("properties")).and_then(Value::as_object)
    else {
        return Ok(());
    };
    let gated = |kind, symbol: &str| table.since(kind, symbol).is_some_and(|since| !since.covers_from(oldest));
    let mut fields = BTreeMap::new();
    for (property, schema) in properties {
        let symbol = format!("{name}.{property}");
        let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let values = values.filter(|value| gated(Kind::EnumValue, &format!("{symbol}={value}"))).map(str::to_owned);
        let of = reference(schema).map(str::to_owned);
        let keyed = schema.get("additionalProperties").is_some();
        let mut needs = Vec::new();
        if gated(Kind::Property, &symbol) {
            needs.push(format!("property({symbol:?})"));
        }
        if table.is_deprecated(Kind::Property, &symbol) {
            needs.push(format!("&deprecated({symbol:?})"));
        }
        fields.insert(property.clone(), Field { needs, values: values.collect(), of, keyed });
    }
    let inner: BTreeSet<String> = fields.values().filter_map(|field| field.of.clone()).collect();
    into.insert(name.to_owned(), fields);
    for name in inner {
        read(contract, table, oldest, &name, into).with_context(|| format!("definition {name}"))?;
    }
    Ok(())
}

/// Returns the definition that a schema, the items of a list or the values of a map refer to.
fn reference(schema: &Value) -> Option<&str> {
    let inner = ["items", "additionalProperties"].into_iter().find_map(|key| schema.get(key));
    let target = inner.unwrap_or(schema);
    let target = target.pointer("/allOf/0").unwrap_or(target);
    target.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

/// Removes fields and definitions that do not lead to an item with a requirement.
fn prune(definitions: &mut Definitions) {
    loop {
        let kept: BTreeSet<String> = definitions.keys().cloned().collect();
        for fields in definitions.values_mut() {
            for field in fields.values_mut() {
                field.of.take_if(|of| !kept.contains(of));
            }
            fields.retain(|_, field| !field.needs.is_empty() || !field.values.is_empty() || field.of.is_some());
        }
        let before = definitions.len();
        definitions.retain(|_, fields| !fields.is_empty());
        if definitions.len() == before {
            return;
        }
    }
}

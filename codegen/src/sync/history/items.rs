//! Items of a contract, each identified by kind and name.
//!
//! | kind | names |
//! |---|---|
//! | `operation` | `GET /schema/{className}`, without the base path |
//! | `parameter` | `GET /schema ? header:consistency`, `POST /objects ? body:body`, and `POST /x body.field` for a body described in place |
//! | `definition` | `Class` |
//! | `property` | `Class.vectorConfig`, `Permission.data.object` for an object in place or a list of them, `Vectors <alias>` for a definition without properties, `TenantResponse <allOf> Tenant` |
//! | `enum_value` | `Tenant.activityStatus=HOT`, `GroupType <alias>=oidc` |
//! | `proto` | `SearchRequest`, `SearchRequest.limit`, `Filters.Operator.OPERATOR_EQUAL`, `Weaviate.rpc Search` |

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};
use serde_json::{Map, Value};

use super::attributes::{self, Attributes};

/// Prefix of every path. Names of operations omit it.
const BASE_PATH: &str = "/v1";

/// Kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Definition,
    EnumValue,
    Operation,
    Parameter,
    Property,
    Proto,
}

impl Kind {
    pub const ALL: [Self; 6] =
        [Self::Definition, Self::EnumValue, Self::Operation, Self::Parameter, Self::Property, Self::Proto];

    /// Returns the name of the kind in `history.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::EnumValue => "enum_value",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::Property => "property",
            Self::Proto => "proto",
        }
    }
}

/// All items of one contract, with their attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items(BTreeMap<Kind, BTreeMap<String, Attributes>>);

impl Items {
    /// Collects the items of a canonical contract.
    pub fn of(openapi: &Value, protos: &FileDescriptorSet) -> Result<Self> {
        let mut items = Self::default();
        for (name, schema) in entries(openapi.pointer("/components/schemas")) {
            items.definition(name, schema);
        }
        for (path, item) in entries(openapi.get("paths")) {
            let path = path
                .strip_prefix(BASE_PATH)
                .with_context(|| format!("{path}: the path must start with {BASE_PATH}"))?;
            for (method, operation) in entries(Some(item)).filter(|(method, _)| *method != "parameters") {
                let name = format!("{} {path}", method.to_uppercase());
                items.parameters(&name, openapi, [item, operation]);
                items.body(&name, operation);
                items.add(Kind::Operation, name, attributes::operation(operation));
            }
        }
        for file in protos.file.iter().filter(|file| !file.name().starts_with("google/")) {
            for message in &file.message_type {
                items.message("", message);
            }
            for values in &file.enum_type {
                items.proto_enum("", values);
            }
            for service in &file.service {
                for method in &service.method {
                    let name = format!("{}.rpc {}", service.name(), method.name());
                    items.add(Kind::Proto, name, attributes::rpc(method));
                }
            }
        }
        Ok(items)
    }

    pub fn add(&mut self, kind: Kind, name: impl Into<String>, attributes: Attributes) {
        self.0.entry(kind).or_default().insert(name.into(), attributes);
    }

    pub fn contains(&self, kind: Kind, name: &str) -> bool {
        self.attributes(kind, name).is_some()
    }

    pub fn attributes(&self, kind: Kind, name: &str) -> Option<&Attributes> {
        self.0.get(&kind)?.get(name)
    }

    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.0.get(&kind).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    fn definition(&mut self, name: &str, schema: &Value) {
        let deprecated = schema.get("deprecated") == Some(&Value::Bool(true));
        self.add(Kind::Definition, name, attributes::deprecated(deprecated));
        let parts = schema.get("allOf").and_then(Value::as_array);
        if parts.is_none() && entries(schema.get("properties")).next().is_none() {
            let alias = format!("{name} <alias>");
            self.enum_values(&alias, schema);
            self.add(Kind::Property, alias, attributes::schema(schema));
            return;
        }
        for target in parts.into_iter().flatten().filter_map(attributes::target) {
            self.add(Kind::Property, format!("{name} <allOf> {target}"), Attributes::new());
        }
        self.schema(name, schema);
    }

    fn schema(&mut self, name: &str, schema: &Value) {
        self.enum_values(name, schema);
        if let Some(inner) = schema.get("items") {
            self.schema(name, inner);
        }
        for (property, inner) in entries(schema.get("properties")) {
            let attributes = attributes::property(schema, property, inner);
            let property = format!("{name}.{property}");
            self.schema(&property, inner);
            self.add(Kind::Property, property, attributes);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.schema(name, part);
        }
    }

    fn enum_values(&mut self, name: &str, schema: &Value) {
        for value in schema.get("enum").and_then(Value::as_array).into_iter().flatten() {
            if let Some(value) = value.as_str() {
                self.add(Kind::EnumValue, format!("{name}={value}"), Attributes::new());
            }
        }
    }

    fn parameters(&mut self, operation: &str, document: &Value, holders: [&Value; 2]) {
        let lists = holders.iter().filter_map(|holder| holder.get("parameters").and_then(Value::as_array));
        for parameter in lists.flatten() {
            let target = parameter.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
            let parameter = target.and_then(|pointer| document.pointer(pointer)).unwrap_or(parameter);
            let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
            let name = format!("{operation} ? {}:{}", text("in"), text("name"));
            self.add(Kind::Parameter, name, attributes::parameter(parameter));
        }
    }

    fn body(&mut self, operation: &str, value: &Value) {
        let Some(body) = value.get("requestBody") else {
            return;
        };
        self.add(Kind::Parameter, format!("{operation} ? body:body"), attributes::body(body));
        for (_, media) in entries(body.get("content")) {
            let Some(schema) = media.get("schema") else {
                continue;
            };
            for (field, inner) in entries(schema.get("properties")) {
                let attributes = attributes::property(schema, field, inner);
                self.add(Kind::Parameter, format!("{operation} body.{field}"), attributes);
            }
        }
    }

    fn message(&mut self, scope: &str, message: &DescriptorProto) {
        // protoc synthesizes a message for a map field; it is not part of the contract.
        if message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry) {
            return;
        }
        let name = format!("{scope}{}", message.name());
        for field in &message.field {
            self.add(Kind::Proto, format!("{name}.{}", field.name()), attributes::field(message, field));
        }
        let inner = format!("{name}.");
        for nested in &message.nested_type {
            self.message(&inner, nested);
        }
        for values in &message.enum_type {
            self.proto_enum(&inner, values);
        }
        let deprecated = message.options.as_ref().is_some_and(prost_types::MessageOptions::deprecated);
        self.add(Kind::Proto, name, attributes::deprecated(deprecated));
    }

    fn proto_enum(&mut self, scope: &str, values: &EnumDescriptorProto) {
        let name = format!("{scope}{}", values.name());
        for value in &values.value {
            self.add(Kind::Proto, format!("{name}.{}", value.name()), attributes::enum_value(value));
        }
        let deprecated = values.options.as_ref().is_some_and(prost_types::EnumOptions::deprecated);
        self.add(Kind::Proto, name, attributes::deprecated(deprecated));
    }
}

pub(super) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter).map(|(key, value)| (key.as_str(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(items: &Items, kind: Kind) -> Vec<&str> {
        items.names(kind).collect()
    }

    #[test]
    fn rest_items_are_named_as_in_the_history() -> Result<()> {
        let openapi = json!({
            "components": {
                "parameters": { "Tenant": { "in": "query", "name": "tenant" } },
                "schemas": {
                    "Kind": { "type": "string", "enum": ["a", "b"] },
                    "Reply": { "allOf": [{ "$ref": "#/components/schemas/Thing" }, { "properties": { "took": {} } }] },
                    "Thing": { "properties": {
                        "list": { "type": "array", "items": { "properties": { "inner": { "enum": ["x"] } } } },
                        "maybe": { "allOf": [{ "$ref": "#/components/schemas/Kind" }], "nullable": true },
                        "table": { "additionalProperties": { "properties": { "hidden": {} } } },
                    } },
                },
            },
            "paths": { "/v1/things": {
                "parameters": [{ "in": "header", "name": "consistency" }],
                "post": {
                    "parameters": [{ "$ref": "#/components/parameters/Tenant" }],
                    "requestBody": { "content": { "application/json": { "schema": { "properties": { "roles": {} } } } } },
                },
            } },
        });
        let items = Items::of(&openapi, &FileDescriptorSet::default())?;
        assert_eq!(names(&items, Kind::Operation), ["POST /things"]);
        assert_eq!(
            names(&items, Kind::Parameter),
            [
                "POST /things ? body:body",
                "POST /things ? header:consistency",
                "POST /things ? query:tenant",
                "POST /things body.roles",
            ]
        );
        assert_eq!(names(&items, Kind::Definition), ["Kind", "Reply", "Thing"]);
        assert_eq!(
            names(&items, Kind::Property),
            [
                "Kind <alias>",
                "Reply <allOf> Thing",
                "Reply.took",
                "Thing.list",
                "Thing.list.inner",
                "Thing.maybe",
                "Thing.table",
            ]
        );
        assert_eq!(names(&items, Kind::EnumValue), ["Kind <alias>=a", "Kind <alias>=b", "Thing.list.inner=x"]);
        Ok(())
    }

    #[test]
    fn a_path_without_the_base_path_is_an_error() {
        let openapi = json!({ "paths": { "/v2/things": { "get": {} } } });
        assert!(Items::of(&openapi, &FileDescriptorSet::default()).is_err());
    }

    #[test]
    fn proto_items_are_named_as_in_the_history() -> Result<()> {
        let text = r#"syntax = "proto3"; package weaviate.v1;
            message Outer { message Inner { optional bool flag = 1; } map<string, int32> counts = 2; enum Mode { NONE = 0; } }
            enum Top { ZERO = 0; }
            service Weaviate { rpc Search(Outer) returns (Outer); }"#;
        let files = [("v1/x.proto".to_owned(), text.to_owned())].into();
        let items = Items::of(&json!({}), &crate::sync::proto::compile(&files)?)?;
        assert_eq!(
            names(&items, Kind::Proto),
            [
                "Outer",
                "Outer.Inner",
                "Outer.Inner.flag",
                "Outer.Mode",
                "Outer.Mode.NONE",
                "Outer.counts",
                "Top",
                "Top.ZERO",
                "Weaviate.rpc Search",
            ]
        );
        Ok(())
    }
}

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
//!
//! One walk visits all schemas. What it finds in these places is not in the history, whose past
//! releases were recorded without it, and serves comparisons only:
//!
//! | place | names |
//! |---|---|
//! | items of a definition | `BackupListResponse.startedAt` |
//! | values of a map | `Thing.table.*.hidden` |
//! | inner fields of a body | `POST /x body.field.inner`, `POST /x body.*.inner` |
//! | success | `GET /x reply 200.field` |
//! | enum values of a parameter, body or success | `GET /x ? query:kind=a`, `POST /x body.field=a` |

use std::collections::{BTreeMap, BTreeSet};

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

/// Items of one contract, with their attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items {
    by_kind: BTreeMap<Kind, BTreeMap<String, Attributes>>,
    /// Items that the history does not record.
    unrecorded: BTreeSet<(Kind, String)>,
    /// Items by their places in the REST contract ([`place`]).
    places: BTreeMap<String, BTreeSet<(Kind, String)>>,
}

/// Schema that the walk visits.
struct Visit<'a> {
    schema: &'a Value,
    /// Name of the item that the schema belongs to.
    name: String,
    place: String,
    /// Kind of the properties in the schema.
    kind: Kind,
    is_recorded: bool,
}

impl Items {
    /// Collects all items of a canonical contract.
    pub fn of(openapi: &Value, protos: &FileDescriptorSet) -> Result<Self> {
        let mut items = Self::default();
        let schemas = place(&place("", "components"), "schemas");
        for (name, schema) in entries(openapi.pointer("/components/schemas")) {
            items.definition(name, schema, place(&schemas, name));
        }
        for (path, item) in entries(openapi.get("paths")) {
            let at = place(&place("", "paths"), path);
            let path = path
                .strip_prefix(BASE_PATH)
                .with_context(|| format!("{path}: the path must start with {BASE_PATH}"))?;
            for (method, operation) in entries(Some(item)).filter(|(method, _)| *method != "parameters") {
                let name = format!("{} {path}", method.to_uppercase());
                let own = place(&at, method);
                items.parameters(&name, openapi, [(item, &at), (operation, &own)]);
                items.body(&name, operation, &own);
                items.replies(&name, operation, &own);
                items.put(Kind::Operation, name, own, attributes::operation(operation), true);
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

    /// Keeps the items that the history records.
    pub fn recorded(mut self) -> Self {
        for (kind, name) in std::mem::take(&mut self.unrecorded) {
            self.by_kind.entry(kind).or_default().remove(&name);
        }
        self.places.clear();
        self
    }

    pub fn add(&mut self, kind: Kind, name: impl Into<String>, attributes: Attributes) {
        self.by_kind.entry(kind).or_default().insert(name.into(), attributes);
    }

    /// Adds an item of the REST contract.
    fn put(&mut self, kind: Kind, name: String, place: String, attributes: Attributes, is_recorded: bool) {
        let key = (kind, name.clone());
        let is_new = !self.contains(kind, &name);
        if is_recorded {
            self.unrecorded.remove(&key);
        } else if is_new {
            self.unrecorded.insert(key.clone());
        }
        self.places.entry(place).or_default().insert(key);
        if is_recorded || is_new {
            self.add(kind, name, attributes);
        }
    }

    pub fn contains(&self, kind: Kind, name: &str) -> bool {
        self.attributes(kind, name).is_some()
    }

    pub fn attributes(&self, kind: Kind, name: &str) -> Option<&Attributes> {
        self.by_kind.get(&kind)?.get(name)
    }

    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.by_kind.get(&kind).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    /// Returns the items at a place of the REST contract.
    pub fn at(&self, place: &str) -> impl Iterator<Item = (Kind, &str)> {
        self.places.get(place).into_iter().flatten().map(|(kind, name)| (*kind, name.as_str()))
    }

    fn definition(&mut self, name: &str, schema: &Value, at: String) {
        self.put(Kind::Definition, name.to_owned(), at.clone(), attributes::definition(schema), true);
        let visit = Visit { schema, name: name.to_owned(), place: at.clone(), kind: Kind::Property, is_recorded: true };
        if attributes::is_alias(schema) {
            let alias = format!("{name} <alias>");
            self.enum_values(&Visit { name: alias.clone(), place: at.clone(), ..visit });
            self.put(Kind::Property, alias, at, attributes::schema(schema), true);
            self.inner(&Visit { is_recorded: false, ..visit });
            return;
        }
        for (key, part) in parts(schema) {
            if let Some(target) = attributes::target(part) {
                let place = place(&place(&at, "allOf"), &key);
                self.put(Kind::Property, format!("{name} <allOf> {target}"), place, Attributes::new(), true);
            }
        }
        self.schema(&visit);
    }

    /// Adds all that is described in a schema.
    fn schema(&mut self, visit: &Visit<'_>) {
        self.enum_values(visit);
        self.inner(visit);
    }

    fn inner(&mut self, visit: &Visit<'_>) {
        let Visit { schema, name, place: at, kind, is_recorded } = visit;
        let inside = |key: &str, schema| Visit { schema, name: name.clone(), place: place(at, key), ..*visit };
        if let Some(items) = schema.get("items") {
            self.schema(&inside("items", items));
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
            let values = inside("additionalProperties", values);
            self.schema(&Visit { name: format!("{name}.*"), is_recorded: false, ..values });
        }
        for (property, inner) in entries(schema.get("properties")) {
            let attributes = attributes::property(schema, property, inner);
            let at = place_of_property(at, property);
            let property = format!("{name}.{property}");
            self.schema(&Visit { schema: inner, name: property.clone(), place: at.clone(), ..*visit });
            self.put(*kind, property, at, attributes, *is_recorded);
        }
        for (key, part) in parts(schema) {
            let part = inside("allOf", part);
            self.schema(&Visit { place: place(&part.place, &key), ..part });
        }
    }

    fn enum_values(&mut self, visit: &Visit<'_>) {
        for value in visit.schema.get("enum").and_then(Value::as_array).into_iter().flatten() {
            if let Some(value) = value.as_str() {
                let name = format!("{}={value}", visit.name);
                let place = place(&place(&visit.place, "enum"), value);
                self.put(Kind::EnumValue, name, place, Attributes::new(), visit.is_recorded);
            }
        }
    }

    fn parameters(&mut self, operation: &str, document: &Value, holders: [(&Value, &str); 2]) {
        for (holder, at) in holders {
            for parameter in holder.get("parameters").and_then(Value::as_array).into_iter().flatten() {
                let own = place(&place(at, "parameters"), &parameter_key(parameter));
                let target = parameter.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
                let found = target.and_then(|pointer| Some((document.pointer(pointer)?, pointer.to_owned())));
                let (parameter, shared) = match found {
                    Some((parameter, pointer)) => (parameter, Some(pointer)),
                    None => (parameter, None),
                };
                let name = format!("{operation} ? {}", parameter_key(parameter));
                for at in shared.into_iter().chain([own]) {
                    if let Some(schema) = parameter.get("schema") {
                        let place = place(&at, "schema");
                        let kind = Kind::Parameter;
                        self.schema(&Visit { schema, name: name.clone(), place, kind, is_recorded: false });
                    }
                    self.put(Kind::Parameter, name.clone(), at, attributes::parameter(parameter), true);
                }
            }
        }
    }

    fn body(&mut self, operation: &str, value: &Value, at: &str) {
        let Some(body) = value.get("requestBody") else {
            return;
        };
        let at = place(at, "requestBody");
        for (schema, place) in contents(body, &at) {
            let name = format!("{operation} body");
            let visit = Visit { schema, name, place, kind: Kind::Parameter, is_recorded: false };
            self.schema(&visit);
            for (field, inner) in entries(schema.get("properties")) {
                let attributes = attributes::property(schema, field, inner);
                let at = place_of_property(&visit.place, field);
                self.put(Kind::Parameter, format!("{operation} body.{field}"), at, attributes, true);
            }
        }
        self.put(Kind::Parameter, format!("{operation} ? body:body"), at, attributes::body(body), true);
    }

    /// Adds what the successes of an operation describe in place. Other replies are not read.
    fn replies(&mut self, operation: &str, value: &Value, at: &str) {
        for (status, reply) in entries(value.get("responses")).filter(|(status, _)| status.starts_with('2')) {
            for (schema, place) in contents(reply, &place(&place(at, "responses"), status)) {
                let name = format!("{operation} reply {status}");
                self.schema(&Visit { schema, name, place, kind: Kind::Property, is_recorded: false });
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

/// Returns the place of a member: a JSON pointer, in which parameters and parts of `allOf` have names
/// in place of numbers.
pub fn place(holder: &str, key: &str) -> String {
    format!("{holder}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Returns the place of a property of the schema at a place.
pub fn place_of_property(schema: &str, name: &str) -> String {
    place(&place(schema, "properties"), name)
}

/// Returns the name of a parameter in its place: `query:limit`, or its reference.
pub fn parameter_key(parameter: &Value) -> String {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("$ref") {
        "" => format!("{}:{}", text("in"), text("name")),
        target => target.to_owned(),
    }
}

/// Returns the name of a part of `allOf` in its place: its reference, or its number.
pub fn part_key(index: usize, part: &Value) -> String {
    part.get("$ref").and_then(Value::as_str).map_or_else(|| index.to_string(), str::to_owned)
}

/// Returns the parts of `allOf`, each with its name.
fn parts(schema: &Value) -> impl Iterator<Item = (String, &Value)> {
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    parts.enumerate().map(|(index, part)| (part_key(index, part), part))
}

/// Returns the schemas of a body or reply, each with its place.
fn contents<'a>(holder: &'a Value, at: &str) -> Vec<(&'a Value, String)> {
    let at = place(at, "content");
    let schemas = entries(holder.get("content"))
        .filter_map(|(media, body)| Some((body.get("schema")?, place(&place(&at, media), "schema"))));
    schemas.collect()
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
        let items = Items::of(&openapi, &FileDescriptorSet::default())?.recorded();
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
    fn all_schemas_are_walked_and_the_history_keeps_its_names() -> Result<()> {
        let inner = json!({ "type": "object", "properties": { "deep": { "enum": ["x"] } } });
        let list = json!({ "type": "array", "items": inner });
        let map = json!({ "type": "object", "additionalProperties": inner });
        let content = |schema: &Value| json!({ "application/json": { "schema": schema } });
        let openapi = json!({
            "components": { "schemas": {
                "List": list, "Map": map, "Thing": { "properties": { "list": list, "map": map } },
            } },
            "paths": { "/v1/things": { "post": {
                "parameters": [{ "in": "query", "name": "q", "schema": { "type": "array", "items": { "enum": ["y"] } } }],
                "requestBody": { "content": content(&json!({ "properties": { "in": list } })) },
                "responses": { "200": { "content": content(&list) }, "422": { "content": content(&inner) } },
            } } },
        });
        let items = Items::of(&openapi, &FileDescriptorSet::default())?;
        let recorded = items.clone().recorded();
        for (kind, recorded_names, other_names) in [
            (
                Kind::Property,
                &["List <alias>", "Map <alias>", "Thing.list", "Thing.list.deep", "Thing.map"][..],
                &["List.deep", "Map.*.deep", "POST /things reply 200.deep", "Thing.map.*.deep"][..],
            ),
            (
                Kind::Parameter,
                &["POST /things ? body:body", "POST /things ? query:q", "POST /things body.in"],
                &["POST /things body.in.deep"],
            ),
            (
                Kind::EnumValue,
                &["Thing.list.deep=x"],
                &[
                    "List.deep=x",
                    "Map.*.deep=x",
                    "POST /things ? query:q=y",
                    "POST /things body.in.deep=x",
                    "POST /things reply 200.deep=x",
                    "Thing.map.*.deep=x",
                ],
            ),
        ] {
            assert_eq!(names(&recorded, kind), recorded_names);
            let all: BTreeSet<&str> = recorded_names.iter().chain(other_names).copied().collect();
            assert_eq!(items.names(kind).collect::<BTreeSet<_>>(), all);
        }
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

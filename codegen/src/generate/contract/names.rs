//! Names of definitions, properties and operations that would become one Rust name.
//!
//! They have no distinct names by a rule: what the name of a type or field means must not change when
//! the contract gets another one. Values of enums have such a rule, see [`super::enum_values`].

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::{Map, Value};

use super::{Problems, child, root};
use crate::fixups::{operations, resolve};
use crate::generate::grpc::folded;

/// Methods of the generated client that belong to no operation, and one that they call.
const METHODS: [&str; 5] = ["clone", "empty", "json", "new", "send"];

/// Keywords with a schema for all elements or values, and the suffixes that typify gives to its type.
pub const INNER: [(&str, &str); 2] = [("items", "Item"), ("additionalProperties", "Value")];

const UNTYPED: &str = "leave the definition untyped, as `Meta` is (`OPAQUE` in codegen/src/fixups/choices.rs)";
const TWIN: &str = "rename one where it is defined and used in a fixup, and list it in `SKIPPED` (codegen/src/generate/completeness.rs)";

/// Returns the name of the method of an operation. A name that the client needs gets an underscore.
pub fn method_name(name: &str) -> String {
    if METHODS.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// Returns the name of a type or variant, as typify forms it.
pub fn type_name(name: &str) -> String {
    identifier(name, str::to_pascal_case)
}

/// Returns the name of a field, argument or method, as typify and progenitor form it.
pub fn field_name(name: &str) -> String {
    identifier(name, str::to_snake_case)
}

fn identifier(name: &str, case: fn(&str) -> String) -> String {
    let spaced: String = name
        .chars()
        .filter(|letter| *letter != '\'')
        .map(|letter| if letter == '_' || letter.is_alphanumeric() { letter } else { '-' })
        .collect();
    let out = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => case(&spaced),
    };
    let out = if out.starts_with(char::is_alphabetic) { out } else { format!("{}{out}", case("x")) };
    if is_identifier(&out) { out } else { format!("{out}_") }
}

/// Whether a name is an identifier and not a keyword.
pub fn is_identifier(name: &str) -> bool {
    name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Names of one scope, each with its place.
#[derive(Default)]
struct Scope(BTreeMap<String, (String, String)>);

impl Scope {
    /// Adds a name. Returns the name and the place that have its Rust name already.
    fn add(&mut self, rust: String, name: &str, place: &str) -> Option<(String, String)> {
        self.0.insert(rust, (name.to_owned(), place.to_owned())).filter(|(other, _)| other != name)
    }
}

/// Checks all names of the document.
pub fn check(document: &Value, problems: &mut Problems) {
    definitions(document, problems);
    methods(document, problems);
    inline_types(document, problems);
}

/// Checks the names that typify gives to types inside of definitions and operations: the name of the
/// whole and that of the part. It takes a type of that name that exists, whatever it is.
fn inline_types(document: &Value, problems: &mut Problems) {
    let mut types = Types { places: BTreeMap::new(), problems };
    let schemas = child(&child(&root(), "components"), "schemas");
    let definitions = || document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
    for (name, _) in definitions() {
        types.places.insert(type_name(name), child(&schemas, name));
    }
    for (name, schema) in definitions() {
        types.parts(schema, &type_name(name), &child(&schemas, name));
    }
    for (path, method, operation) in operations(document) {
        let place = child(&child(&child(&root(), "paths"), path), method);
        let name = type_name(operation.get("operationId").and_then(Value::as_str).unwrap_or_default());
        let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        for (index, parameter) in parameters.enumerate() {
            let parameter = resolve(document, parameter);
            let own = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
            if let Some(schema) = parameter.get("schema") {
                types.part(schema, &format!("{name}{}", type_name(own)), &format!("{place}/parameters/{index}/schema"));
            }
        }
        for (suffix, place, schema) in contents(operation, &place) {
            types.part(schema, &format!("{name}{suffix}"), &place);
        }
    }
}

/// Returns the schemas of the body and of the replies of an operation. Each has the suffix that its
/// type gets and its place.
pub fn contents<'a>(operation: &'a Map<String, Value>, place: &str) -> Vec<(&'static str, String, &'a Value)> {
    let body = operation.get("requestBody").map(|body| ("Body", "requestBody".to_owned(), body));
    let replies = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let replies = replies.map(|(status, reply)| ("Response", format!("responses/{status}"), reply));
    let mut found = Vec::new();
    for (suffix, part, holder) in body.into_iter().chain(replies) {
        for (media, content) in holder.get("content").and_then(Value::as_object).into_iter().flatten() {
            if let Some(schema) = content.get("schema") {
                let place = child(&child(&format!("{place}/{part}/content"), media), "schema");
                found.push((suffix, place, schema));
            }
        }
    }
    found
}

/// Places of the generated types.
struct Types<'a> {
    places: BTreeMap<String, String>,
    problems: &'a mut Problems,
}

impl Types<'_> {
    /// Adds the type of a schema that is not a definition, and the types in it.
    fn part(&mut self, schema: &Value, name: &str, place: &str) {
        let is_struct = schema.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
        if is_struct || schema.get("enum").is_some() {
            if let Some(other) = self.places.get(name).filter(|other| *other != place) {
                self.problems.add(place, format!("the type would be named `{name}`, as that of {other}"), UNTYPED);
            }
            self.places.entry(name.to_owned()).or_insert_with(|| place.to_owned());
        }
        self.parts(schema, name, place);
    }

    /// Adds the types in a schema.
    fn parts(&mut self, schema: &Value, name: &str, place: &str) {
        for (property, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = child(&child(place, "properties"), property);
            self.part(inner, &format!("{name}{}", type_name(property)), &place);
        }
        for (key, suffix) in INNER {
            if let Some(inner) = schema.get(key) {
                self.part(inner, &format!("{name}{suffix}"), &child(place, key));
            }
        }
        for (index, inner) in schema.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
            self.parts(inner, name, &format!("{place}/allOf/{index}"));
        }
    }
}

fn definitions(document: &Value, problems: &mut Problems) {
    let schemas = child(&child(&root(), "components"), "schemas");
    let mut scope = Scope::default();
    for (name, schema) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let place = child(&schemas, name);
        if folded(name).is_empty() {
            problems.add(&place, "the name has no letter or digit", TWIN);
        } else if let Some((other, at)) = scope.add(folded(&type_name(name)), name, &place) {
            let what = format!("`{name}` and `{other}` ({at}) differ in case and punctuation only");
            problems.add(&place, what, TWIN);
        }
        fields(document, schema, &place, problems);
    }
    for (path, method, operation) in operations(document) {
        let place = child(&child(&child(&root(), "paths"), path), method);
        for (_, place, schema) in contents(operation, &place) {
            fields(document, schema, &place, problems);
        }
    }
}

/// Checks the properties of a schema and of all schemas in it.
fn fields(document: &Value, schema: &Value, place: &str, problems: &mut Problems) {
    let mut properties = Vec::new();
    collect(document, schema, place, &mut BTreeSet::new(), &mut properties);
    let mut scope = Scope::default();
    if properties.iter().any(|(name, _)| !name.is_empty())
        && schema.get("additionalProperties").is_some_and(Value::is_object)
    {
        scope.add("extra".to_owned(), "additionalProperties", &child(place, "additionalProperties"));
    }
    for (name, at) in properties {
        let rust = field_name(&name);
        if let Some((other, first)) = scope.add(rust.clone(), &name, &at) {
            problems.add(&at, format!("`{name}` and `{other}` ({first}) would both be the field `{rust}`"), UNTYPED);
        }
    }
    for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        fields(document, inner, &child(&child(place, "properties"), name), problems);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            fields(document, inner, &child(place, key), problems);
        }
    }
    for (index, inner) in schema.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
        fields(document, inner, &format!("{place}/allOf/{index}"), problems);
    }
}

/// Collects the properties of a schema, and of the parts that typify merges into it.
fn collect<'a>(
    document: &'a Value,
    schema: &'a Value,
    place: &str,
    seen: &mut BTreeSet<&'a str>,
    found: &mut Vec<(String, String)>,
) {
    for (name, _) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        found.push((name.clone(), child(&child(place, "properties"), name)));
    }
    for (index, part) in schema.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let target = part.get("$ref").and_then(Value::as_str);
        if target.is_none_or(|target| seen.insert(target)) {
            let place =
                target.map_or_else(|| format!("{place}/allOf/{index}"), |target| format!("openapi.json{target}"));
            collect(document, resolve(document, part), &place, seen, found);
        }
    }
}

fn methods(document: &Value, problems: &mut Problems) {
    let mut scope = Scope::default();
    for (path, method, operation) in operations(document) {
        let place = child(&child(&child(&root(), "paths"), path), method);
        let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
            problems.add(
                &place,
                "the operation has no operationId",
                "add one to `MISSING_OPERATION_IDS` in codegen/src/fixups/upstream_bugs.rs",
            );
            continue;
        };
        let way_out = "give it another operationId in a fixup";
        let place = child(&place, "operationId");
        if folded(id).is_empty() {
            problems.add(&place, format!("`{id}` has no letter or digit"), way_out);
        } else if let Some((other, at)) = scope.0.insert(folded(id), (id.to_owned(), place.clone())) {
            problems.add(
                &place,
                format!("`{id}` and `{other}` ({at}) would both be the method `{}`", field_name(id)),
                way_out,
            );
        }
    }
}

//! Names of the arguments of generated methods.
//!
//! An argument has the name of its parameter. Where that name is taken, it gets a suffix: the place
//! of the parameter if another one has the same name (`id` in the path, `id_query`), or `parameter`
//! if the method needs the name itself (`request_parameter`). Arguments are positional, so a name is
//! visible in the signature only.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::names::field_name;
use super::{Problems, child, root};
use crate::fixups::{operations, resolve};

/// Separates a name from its suffix in the prepared document. The character is for private use.
const MARK: char = '\u{e001}';

/// Names that a generated method uses itself.
const TAKEN: [&str; 12] = [
    "body",
    "header_map",
    "info",
    "joined",
    "optional_body",
    "request",
    "response",
    "result",
    "segment",
    "types",
    "url",
    "value",
];

/// Removes the marks and suffixes from a text.
pub fn without_marks(text: &str) -> String {
    let mut parts = text.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // In a path, the suffix ends at the brace.
        out.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_lowercase()));
    }
    out
}

/// Gives the parameters of each operation names that become distinct arguments.
pub fn rename(document: &mut Value, problems: &mut Problems) {
    let original = document.clone();
    let mut renamed = Map::new();
    for (path, item) in original.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let mut item = item.clone();
        let at = child(&child(&root(), "paths"), path);
        let shared = item.as_object_mut().and_then(|item| item.remove("parameters"));
        for (of, method, operation) in operations(&original).into_iter().filter(|(of, ..)| of == path) {
            let mut parameters = Vec::new();
            for (list, at) in [
                (shared.as_ref(), at.clone()),
                (operation.get("parameters"), child(&child(&child(&root(), "paths"), of), method)),
            ] {
                for (index, parameter) in list.and_then(Value::as_array).into_iter().flatten().enumerate() {
                    add(resolve(&original, parameter).clone(), format!("{at}/parameters/{index}"), &mut parameters);
                }
            }
            let parameters = distinct(parameters, problems);
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                operation.insert("parameters".to_owned(), Value::Array(parameters));
            }
        }
        renamed.insert(marked_path(path), item);
    }
    if let Some(paths) = document.get_mut("paths") {
        *paths = Value::Object(renamed);
    }
}

/// Parameter with its name, its place in the request and its place in the contract.
struct Parameter {
    value: Value,
    name: String,
    place: String,
    at: String,
}

/// Adds a parameter of the operation. It replaces the one of its path with the same name and place.
fn add(value: Value, at: String, parameters: &mut Vec<Parameter>) {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let parameter = Parameter { name: text("name"), place: text("in"), at, value };
    let scope = |at: &str| at.rsplit_once("/parameters/").map(|(scope, _)| scope.to_owned());
    parameters.retain(|other| {
        (&other.name, &other.place) != (&parameter.name, &parameter.place) || scope(&other.at) == scope(&parameter.at)
    });
    parameters.push(parameter);
}

fn distinct(parameters: Vec<Parameter>, problems: &mut Problems) -> Vec<Value> {
    let taken = |name: &str| TAKEN.contains(&field_name(name).as_str());
    let mut count = BTreeMap::new();
    for parameter in &parameters {
        *count.entry(field_name(&parameter.name)).or_insert(0) += 1;
    }
    let mut seen: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut out = Vec::new();
    for Parameter { mut value, name, place, at } in parameters {
        // A path has one name for all its operations, so that of its parameters does not depend on others.
        let shared = place != "path" && count.get(&field_name(&name)).is_some_and(|count| *count > 1);
        let marked = match () {
            () if shared => format!("{name}{MARK}{place}"),
            () if taken(&name) => format!("{name}{MARK}parameter"),
            () => name.clone(),
        };
        let rust = field_name(&marked.replace(MARK, "-"));
        if let Some((other, first)) = seen.insert(rust.clone(), (name.clone(), at.clone())) {
            let what = format!("the parameters `{name}` and `{other}` ({first}) would both be the argument `{rust}`");
            problems.add(&at, what, "drop one of the two in a fixup");
        }
        if let Some(object) = value.as_object_mut() {
            object.insert("name".to_owned(), marked.into());
        }
        out.push(value);
    }
    out
}

/// Marks the parameters in a path.
fn marked_path(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        let mark = if TAKEN.contains(&field_name(name).as_str()) { format!("{MARK}parameter") } else { String::new() };
        out.push_str(&format!("{before}{{{name}{mark}}}"));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn marks_are_removed_from_paths_and_names() {
        assert_eq!(marked_path("/v1/{request}/{id}/x"), format!("/v1/{{request{MARK}parameter}}/{{id}}/x"));
        assert_eq!(without_marks(&marked_path("/v1/{request}/{id}/{url}")), "/v1/{request}/{id}/{url}");
        assert_eq!(without_marks(&format!("id{MARK}query")), "id");
    }

    #[test]
    fn a_parameter_of_the_operation_replaces_that_of_its_path() {
        let parameter = |place: &str, kind: &str| json!({ "name": "id", "in": place, "schema": { "type": kind } });
        let mut document = json!({ "paths": { "/a": {
            "parameters": [parameter("query", "string"), parameter("header", "string")],
            "get": { "parameters": [parameter("query", "integer")] },
        } } });
        let mut problems = Problems::default();
        rename(&mut document, &mut problems);
        let found = document.pointer("/paths/~1a/get/parameters").cloned().unwrap_or_default();
        let name = |place: &str| format!("id{MARK}{place}");
        let expected = json!([
            { "name": name("header"), "in": "header", "schema": { "type": "string" } },
            { "name": name("query"), "in": "query", "schema": { "type": "integer" } },
        ]);
        assert_eq!(found, expected);
        assert!(problems.result().is_ok());
    }
}

//! Operations: refuses parameters, bodies and replies that the generated client cannot send or read.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schemas::has_form;
use super::{Problems, child, root};
use crate::fixups::{JOINED_LIST, operations, resolve};

const JSON: &str = "application/json";

const PARAMETER: &str = "correct the parameter in a fixup";
const BODY: &str = "the client sends JSON only: correct the body in a fixup";
const REPLY: &str = "the client reads one JSON type or nothing: correct the replies in a fixup";

/// Checks every operation of the document.
pub fn check(document: &Value, problems: &mut Problems) {
    for (path, method, operation) in operations(document) {
        let place = child(&child(&root(), "paths"), path);
        let shared = document.get("paths").and_then(|paths| paths.get(path)).and_then(|item| item.get("parameters"));
        let mut parameters = Vec::new();
        list(document, shared, &place, &mut parameters);
        let place = child(&place, method);
        list(document, operation.get("parameters"), &place, &mut parameters);
        check_parameters(document, path, &place, &parameters, problems);
        if let Some(body) = operation.get("requestBody") {
            check_body(document, body, &child(&place, "requestBody"), problems);
        }
        check_replies(document, operation, &child(&place, "responses"), problems);
        if ["options", "trace"].contains(&method) {
            problems.add(
                &place,
                format!("the client cannot send {}", method.to_uppercase()),
                "drop the operation in a fixup, and list it in `SKIPPED` (codegen/src/generate/completeness.rs)",
            );
        }
    }
}

/// Adds the parameters of a holder, each with its place.
fn list<'a>(document: &'a Value, parameters: Option<&'a Value>, place: &str, found: &mut Vec<(String, &'a Value)>) {
    for (index, parameter) in parameters.and_then(Value::as_array).into_iter().flatten().enumerate() {
        found.push((format!("{place}/parameters/{index}"), resolve(document, parameter)));
    }
}

fn text<'a>(parameter: &'a Value, key: &str) -> &'a str {
    parameter.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn is_required(parameter: &Value) -> bool {
    parameter.get("required") == Some(&Value::Bool(true))
}

fn check_parameters(
    document: &Value,
    path: &str,
    place: &str,
    parameters: &[(String, &Value)],
    problems: &mut Problems,
) {
    let mut listed = BTreeSet::new();
    for (at, parameter) in parameters {
        if parameter.get("$ref").is_some() {
            problems.add(at, format!("`$ref` is {}, which does not exist", parameter["$ref"]), PARAMETER);
            continue;
        }
        let name = text(parameter, "name");
        match text(parameter, "in") {
            "path" => {
                if !is_required(parameter) {
                    problems.add(at, format!("the path parameter `{name}` is not required"), PARAMETER);
                }
                listed.insert(name.to_owned());
            }
            "query" => {}
            "header" if is_token(name) => {}
            "header" => problems.add(at, format!("`{name}` is not usable as the name of an HTTP header"), PARAMETER),
            other => problems.add(
                at,
                format!("the parameter `{name}` is in `{other}`, which the client does not send"),
                PARAMETER,
            ),
        }
        let schema = parameter.get(JOINED_LIST).or_else(|| parameter.get("schema"));
        if schema.is_none() {
            problems.add(at, format!("the parameter `{name}` has no schema"), PARAMETER);
        }
        let untyped_query = |schema: &Value| text(parameter, "in") == "query" && !has_form(schema);
        if let Some(schema) = schema {
            if !is_scalar_or_list(document, schema) && !untyped_query(schema) {
                let what = format!("the parameter `{name}` is neither a scalar nor a list of scalars");
                problems.add(at, what, PARAMETER);
            }
            check_form(document, at, parameter, schema, problems);
        }
    }
    match placeholders(path) {
        None => problems.add(
            place,
            "the path does not start with `/`, or its braces do not match",
            "correct the path in a fixup",
        ),
        Some(names) => {
            let unique: BTreeSet<String> = names.iter().cloned().collect();
            if unique.len() != names.len() {
                problems.add(place, "the path has a parameter twice", "correct the path in a fixup");
            }
            for name in unique.symmetric_difference(&listed) {
                problems.add(
                    place,
                    format!("the path parameter `{name}` is in the path or in the list, but not in both"),
                    PARAMETER,
                );
            }
        }
    }
}

/// Checks what the path and headers cannot send: null, and a list that is required.
fn check_form(document: &Value, at: &str, parameter: &Value, schema: &Value, problems: &mut Problems) {
    let (place, name) = (text(parameter, "in"), text(parameter, "name"));
    if place == "query" {
        return;
    }
    let schema = resolve(document, schema);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        problems.add(at, format!("the {place} parameter `{name}` can be null, which no {place} can say"), PARAMETER);
    }
    if is_required(parameter) && schema.get("type").is_some_and(|kind| kind == "array") {
        let what = format!("the {place} parameter `{name}` is a required list, which the client sends in a query only");
        problems.add(at, what, "declare it as a string in a fixup");
    }
}

/// Whether a text is a token of HTTP, as names of headers are.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_scalar_or_list(document: &Value, schema: &Value) -> bool {
    let schema = resolve(document, schema);
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => schema.get("items").is_some_and(|items| is_scalar(document, items)),
        _ => is_scalar(document, schema),
    }
}

fn is_scalar(document: &Value, schema: &Value) -> bool {
    let schema = resolve(document, schema);
    match schema.get("type").and_then(Value::as_str) {
        Some(kind) => !["array", "object"].contains(&kind),
        None => schema.get("enum").is_some(),
    }
}

/// Returns the names of the parameters in a path.
fn placeholders(path: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = path.strip_prefix('/')?;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if before.contains('}') || name.contains(['{', '/']) {
            return None;
        }
        names.push(name.to_owned());
        rest = after;
    }
    (!rest.contains('}')).then_some(names)
}

/// Returns the schema of the JSON content, or what is wrong with the content.
fn json_schema(content: Option<&Map<String, Value>>) -> Result<&Value, String> {
    let content = content.filter(|content| !content.is_empty()).ok_or("it has no content")?;
    let other = content.keys().find(|media| *media != JSON);
    if let Some(other) = other {
        return Err(format!("its content is {other}, not {JSON}"));
    }
    content.get(JSON).and_then(|media| media.get("schema")).ok_or_else(|| "its content has no schema".to_owned())
}

fn check_body(document: &Value, body: &Value, place: &str, problems: &mut Problems) {
    let body = resolve(document, body);
    if let Err(what) = json_schema(body.get("content").and_then(Value::as_object)) {
        problems.add(place, format!("the body cannot be sent: {what}"), BODY);
    }
}

fn check_replies(document: &Value, operation: &Map<String, Value>, place: &str, problems: &mut Problems) {
    let replies = operation.get("responses").and_then(Value::as_object);
    let mut successes: Vec<(&str, Option<&Value>)> = Vec::new();
    for (status, reply) in replies.into_iter().flatten() {
        let at = child(place, status);
        // Other replies are not read.
        if status != "default" && !status.starts_with('2') {
            continue;
        }
        if !status.parse::<u16>().is_ok_and(|status| (200..300).contains(&status)) {
            problems.add(&at, "the success has no status of its own", REPLY);
            continue;
        }
        let reply = resolve(document, reply);
        if reply.get("$ref").is_some() {
            problems.add(&at, format!("`$ref` is {}, which does not exist", reply["$ref"]), REPLY);
            continue;
        }
        let content = reply.get("content").and_then(Value::as_object).filter(|content| !content.is_empty());
        match content.map(|content| json_schema(Some(content))) {
            None => successes.push((status, None)),
            Some(Ok(schema)) => successes.push((status, Some(schema))),
            Some(Err(what)) => problems.add(&at, format!("the reply cannot be read: {what}"), REPLY),
        }
    }
    let Some(((first, schema), others)) = successes.split_first() else {
        if !replies.into_iter().flatten().any(|(status, _)| status == "default" || status.starts_with('2')) {
            problems.add(place, "the operation has no success", REPLY);
        }
        return;
    };
    if let Some((other, _)) = others.iter().find(|(_, other)| other != schema) {
        problems.add(
            child(place, other),
            format!("the reply {other} has another body than {first} ({})", child(place, first)),
            REPLY,
        );
    }
}

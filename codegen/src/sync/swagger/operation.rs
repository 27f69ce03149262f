//! Paths, operations, parameters, bodies and responses.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::node::Node;
use super::{MediaTypes, schema};

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch"];

/// For people, or for gateways that are long gone.
const NOT_CONTRACT: &[&str] =
    &["summary", "description", "externalDocs", "x-serviceIds", "x-available-in-mqtt", "x-available-in-websocket"];

/// How a parameter is sorted: by where it goes, then by name.
pub type SortKey = (String, String);

/// The sort keys of the parameters that operations refer to.
pub type SharedParameters = BTreeMap<String, SortKey>;

pub fn path_item(node: &Node<'_>, media: &MediaTypes<'_>, shared: &SharedParameters) -> Result<Value> {
    let mut object = node.object()?;
    let mut out = Map::new();
    for method in METHODS {
        if let Some(operation) = object.take(method) {
            out.insert((*method).to_owned(), convert(&operation, media, shared)?);
        }
    }
    if let Some(node) = object.take("parameters") {
        let (parameters, body) = parameters(&node, &media.consumes, shared)?;
        if body.is_some() {
            return Err(node.error("a body for all operations of a path is not known to the converter"));
        }
        out.insert("parameters".to_owned(), parameters.into());
    }
    object.finish()?;
    Ok(Value::Object(out))
}

fn convert(node: &Node<'_>, media: &MediaTypes<'_>, shared: &SharedParameters) -> Result<Value> {
    let mut object = node.object()?;
    object.ignore(NOT_CONTRACT);
    let mut out = Map::new();

    object.copy(&["operationId", "security"], &mut out);
    if let Some(tags) = object.take("tags") {
        // Not sorted: the first tag is the one an operation is filed under.
        out.insert("tags".to_owned(), tags.string_set()?.into());
    }
    if object.take_flag("deprecated")? | object.take_flag("x-deprecated")? {
        out.insert("deprecated".to_owned(), true.into());
    }
    let consumes = object.take("consumes").map_or_else(|| Ok(media.consumes.clone()), |own| own.string_set())?;
    let produces = object.take("produces").map_or_else(|| Ok(media.produces.clone()), |own| own.string_set())?;

    if let Some(node) = object.take("parameters") {
        let (parameters, body) = parameters(&node, &consumes, shared)?;
        if !parameters.is_empty() {
            out.insert("parameters".to_owned(), parameters.into());
        }
        if let Some(body) = body {
            out.insert("requestBody".to_owned(), body);
        }
    }

    let mut responses = Map::new();
    for (status, node) in object.require("responses")?.object()?.entries() {
        if status != "default" && status.parse::<u16>().is_err() {
            return Err(node.error(format_args!("{status:?} is no status code")));
        }
        responses.insert(status.to_owned(), response(&node, &produces)?);
    }
    out.insert("responses".to_owned(), Value::Object(responses));
    object.finish()?;
    Ok(Value::Object(out))
}

/// The parameters of an operation in canonical order, and its body.
fn parameters(node: &Node<'_>, consumes: &[&str], shared: &SharedParameters) -> Result<(Vec<Value>, Option<Value>)> {
    let mut sorted: BTreeMap<SortKey, Value> = BTreeMap::new();
    let mut body = None;
    for parameter in node.array()? {
        let mut object = parameter.object()?;
        let (key, converted) = if let Some(target) = object.take("$ref") {
            object.finish()?;
            let reference = schema::reference(&target, "#/parameters/", "#/components/parameters/")?;
            let name = reference.rsplit('/').next().unwrap_or_default();
            let key = shared.get(name).ok_or_else(|| target.error(format_args!("{name:?} is not defined")))?;
            (key.clone(), json!({ "$ref": reference }))
        } else if object.take("in").is_some_and(|place| place.value() == "body") {
            if body.replace(request_body(&parameter, consumes)?).is_some() {
                return Err(parameter.error("a second body"));
            }
            continue;
        } else {
            let converted = shared_parameter(&parameter)?;
            (sort_key(&converted), converted)
        };
        if sorted.insert(key, converted).is_some() {
            return Err(parameter.error("this parameter stands here twice"));
        }
    }
    Ok((sorted.into_values().collect(), body))
}

/// How a converted parameter is sorted.
pub fn sort_key(parameter: &Value) -> SortKey {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("in"), text("name"))
}

/// A parameter that is not a body.
pub fn shared_parameter(node: &Node<'_>) -> Result<Value> {
    let mut object = node.object()?;
    object.ignore(&["description"]);
    let name = object.require("name")?.string()?;
    let place = object.require("in")?;
    let style = match place.string()? {
        "query" => "form",
        "path" | "header" => "simple",
        other => {
            return Err(place.error(format_args!("the converter does not know parameters in {other:?} here")));
        }
    };
    let mut out = Map::new();
    out.insert("name".to_owned(), name.into());
    out.insert("in".to_owned(), place.value().clone());
    if object.take_flag("required")? {
        out.insert("required".to_owned(), true.into());
    }
    if object.take_flag("x-deprecated")? {
        out.insert("deprecated".to_owned(), true.into());
    }
    if object.take_flag("allowEmptyValue")? {
        out.insert("allowEmptyValue".to_owned(), true.into());
    }
    let joined = match object.take("collectionFormat") {
        Some(node) if node.value() == "csv" => Some(true),
        Some(node) if node.value() == "multi" && style == "form" => Some(false),
        Some(node) => {
            return Err(node.error("the converter does not know this collection format here"));
        }
        None => None,
    };
    let schema = schema::convert_object(object)?;
    if schema.get("type").is_some_and(|kind| kind == "array") {
        // Swagger 2.0 joins with commas unless told otherwise, OpenAPI 3.0 repeats the name unless told otherwise.
        out.insert("style".to_owned(), style.into());
        out.insert("explode".to_owned(), (joined == Some(false)).into());
    } else if joined.is_some() {
        return Err(node.error("a collection format on something that is no array"));
    }
    out.insert("schema".to_owned(), schema);
    Ok(Value::Object(out))
}

fn request_body(node: &Node<'_>, consumes: &[&str]) -> Result<Value> {
    let mut object = node.object()?;
    // A body has a name in Swagger 2.0 only; it never goes over the wire.
    object.ignore(&["name", "in", "description"]);
    let required = object.take_flag("required")?;
    let schema = schema::convert(&object.require("schema")?)?;
    object.finish()?;
    if consumes.is_empty() {
        return Err(node.error("a body, but no media type in \"consumes\""));
    }
    let mut out = Map::new();
    out.insert("content".to_owned(), content(consumes, &schema));
    if required {
        out.insert("required".to_owned(), true.into());
    }
    Ok(Value::Object(out))
}

fn response(node: &Node<'_>, produces: &[&str]) -> Result<Value> {
    let mut object = node.object()?;
    object.ignore(&["description", "examples"]);
    // OpenAPI requires the key; the text would be prose.
    let mut out = json!({ "description": "" });
    if let Some(node) = object.take("schema") {
        if produces.is_empty() {
            return Err(node.error("a response with a schema, but no media type in \"produces\""));
        }
        out["content"] = content(produces, &schema::convert(&node)?);
    }
    object.finish()?;
    Ok(out)
}

fn content(media: &[&str], schema: &Value) -> Value {
    media.iter().map(|name| ((*name).to_owned(), json!({ "schema": schema }))).collect::<Map<_, _>>().into()
}

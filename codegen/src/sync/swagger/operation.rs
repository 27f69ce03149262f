//! Conversion of paths, operations, parameters, bodies and responses.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::node::Node;
use super::{MediaTypes, schema};

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch"];

/// Keys that are not part of the contract: links, and hints for discontinued gateways.
const NOT_CONTRACT: &[&str] = &["externalDocs", "x-serviceIds", "x-available-in-mqtt", "x-available-in-websocket"];

/// Sort key of a parameter: location, then name.
pub type SortKey = (String, String);

/// Sort keys of shared parameters, which operations refer to by name.
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
            return Err(node.error("unsupported: a body for all operations of a path"));
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
        // Not sorted, because the first tag selects the module of the operation.
        out.insert("tags".to_owned(), tags.string_set()?.into());
    }
    let told = object.take_prose(&["summary", "description"]);
    if object.take_flag("deprecated")? | object.take_flag("x-deprecated")? | told {
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
            return Err(node.error(format_args!("{status:?} is not a status code")));
        }
        responses.insert(status.to_owned(), response(&node, &produces)?);
    }
    out.insert("responses".to_owned(), Value::Object(responses));
    object.finish()?;
    Ok(Value::Object(out))
}

/// Converts the parameters of an operation. Returns them in canonical order, and the body apart.
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
                return Err(parameter.error("duplicate body"));
            }
            continue;
        } else {
            let converted = convert_parameter(&parameter)?;
            (sort_key(&converted), converted)
        };
        if sorted.insert(key, converted).is_some() {
            return Err(parameter.error("duplicate parameter"));
        }
    }
    Ok((sorted.into_values().collect(), body))
}

/// Returns the sort key of a converted parameter.
pub fn sort_key(parameter: &Value) -> SortKey {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("in"), text("name"))
}

/// Converts a parameter that is not a body.
pub fn convert_parameter(node: &Node<'_>) -> Result<Value> {
    let mut object = node.object()?;
    let told = object.take_prose(&["description"]);
    let name = object.require("name")?.string()?;
    let place = object.require("in")?;
    let style = match place.string()? {
        "query" => "form",
        "path" | "header" => "simple",
        other => {
            return Err(place.error(format_args!("unsupported location of a parameter: {other:?}")));
        }
    };
    let mut out = Map::new();
    out.insert("name".to_owned(), name.into());
    out.insert("in".to_owned(), place.value().clone());
    if object.take_flag("required")? {
        out.insert("required".to_owned(), true.into());
    }
    if object.take_flag("x-deprecated")? | told {
        out.insert("deprecated".to_owned(), true.into());
    }
    if object.take_flag("allowEmptyValue")? {
        out.insert("allowEmptyValue".to_owned(), true.into());
    }
    let joined = match object.take("collectionFormat") {
        Some(node) if node.value() == "csv" => Some(true),
        Some(node) if node.value() == "multi" && style == "form" => Some(false),
        Some(node) => {
            return Err(node.error("unsupported collection format"));
        }
        None => None,
    };
    let schema = schema::convert_object(object)?;
    if schema.get("type").is_some_and(|kind| kind == "array") {
        // The defaults differ: Swagger 2.0 joins with commas, OpenAPI 3.0 repeats the name of a
        // query parameter.
        out.insert("style".to_owned(), style.into());
        out.insert("explode".to_owned(), (joined == Some(false)).into());
    } else if joined.is_some() {
        return Err(node.error("a collection format requires an array"));
    }
    out.insert("schema".to_owned(), schema);
    Ok(Value::Object(out))
}

fn request_body(node: &Node<'_>, consumes: &[&str]) -> Result<Value> {
    let mut object = node.object()?;
    // The name of a body exists in Swagger 2.0 only and is not sent.
    object.ignore(&["name", "in", "description"]);
    let required = object.take_flag("required")?;
    let schema = schema::convert(&object.require("schema")?)?;
    object.finish()?;
    if consumes.is_empty() {
        return Err(node.error("a body requires a media type in \"consumes\""));
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
    // OpenAPI requires a description.
    let mut out = json!({ "description": "" });
    if let Some(node) = object.take("schema") {
        if produces.is_empty() {
            return Err(node.error("a response with a schema requires a media type in \"produces\""));
        }
        out["content"] = content(produces, &schema::convert(&node)?);
    }
    object.finish()?;
    Ok(out)
}

fn content(media: &[&str], schema: &Value) -> Value {
    media.iter().map(|name| ((*name).to_owned(), json!({ "schema": schema }))).collect::<Map<_, _>>().into()
}

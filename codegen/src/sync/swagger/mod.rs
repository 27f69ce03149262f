//! Conversion of Swagger 2.0 to `OpenAPI` 3.0.3.
//!
//! The conversion is strict: an unknown key is an error with its JSON pointer, so that no part of a
//! new release is dropped silently.
//!
//! The result is the contract in canonical form: sorted and without descriptions. It contains no
//! corrections, so that a diff of two releases shows only upstream's changes. Corrections are made
//! by `generate`.

mod node;
mod operation;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use self::node::{Node, Object};

/// Default media types of operations that do not name their own.
struct MediaTypes<'a> {
    consumes: Vec<&'a str>,
    produces: Vec<&'a str>,
}

/// Converts the text of a Swagger 2.0 document. `file` is its name in errors.
pub fn convert(file: &str, text: &str) -> Result<Value> {
    let document: Value = serde_json::from_str(text).with_context(|| format!("{file}: not JSON"))?;
    let root = Node::root(file, &document);
    let mut object = root.object()?;
    match object.take("swagger") {
        Some(node) if node.value() == "2.0" => {}
        Some(node) => {
            return Err(node.error(format_args!("expected Swagger version \"2.0\", got {}", node.value())));
        }
        None => return Err(root.error("not a Swagger 2.0 document: \"swagger\" is missing")),
    }
    check_references(&root, &document)?;
    // The address of a server is not part of the contract.
    object.ignore(&["host", "schemes", "externalDocs"]);

    let info = info(&object.require("info")?)?;
    let base_path = match object.take("basePath") {
        Some(node) => base_path(&node)?,
        None => "",
    };
    let media = MediaTypes {
        consumes: object.take("consumes").map_or(Ok(Vec::new()), |node| node.string_set())?,
        produces: object.take("produces").map_or(Ok(Vec::new()), |node| node.string_set())?,
    };

    let mut components = Map::new();
    let mut shared = operation::SharedParameters::new();
    if let Some(node) = object.take("parameters") {
        let mut parameters = Map::new();
        for (name, parameter) in node.object()?.entries() {
            let converted = operation::convert_parameter(&parameter)?;
            shared.insert(name.to_owned(), operation::sort_key(&converted));
            parameters.insert(name.to_owned(), converted);
        }
        components.insert("parameters".to_owned(), Value::Object(parameters));
    }
    if let Some(node) = object.take("definitions") {
        let mut schemas = Map::new();
        for (name, definition) in node.object()?.entries() {
            schemas.insert(name.to_owned(), schema::convert(&definition)?);
        }
        components.insert("schemas".to_owned(), Value::Object(schemas));
    }
    if let Some(node) = object.take("securityDefinitions") {
        let mut schemes = Map::new();
        for (name, scheme) in node.object()?.entries() {
            schemes.insert(name.to_owned(), security_scheme(&scheme)?);
        }
        components.insert("securitySchemes".to_owned(), Value::Object(schemes));
    }

    let mut paths = Map::new();
    for (path, item) in object.require("paths")?.object()?.entries() {
        if !path.starts_with('/') {
            return Err(item.error(format_args!("the path {path:?} must start with a slash")));
        }
        paths.insert(format!("{base_path}{path}"), operation::path_item(&item, &media, &shared)?);
    }

    let mut out = json!({ "openapi": "3.0.3", "info": info, "paths": paths, "components": components });
    if let Some(node) = object.take("tags") {
        out["tags"] = tags(&node)?;
    }
    if let Some(node) = object.take("security") {
        out["security"] = node.value().clone();
    }
    object.finish()?;
    out.sort_all_objects();
    Ok(out)
}

fn info(node: &Node<'_>) -> Result<Value> {
    let mut object = node.object()?;
    object.ignore(&["description", "contact", "license", "termsOfService"]);
    // OpenAPI requires a title. It is prose, which a copy of the contract may lack.
    let title = object.take("title").map_or(Ok("Weaviate"), |node| node.string())?;
    let version = object.require("version")?.string()?;
    object.finish()?;
    Ok(json!({ "title": title, "version": version }))
}

fn base_path<'a>(node: &Node<'a>) -> Result<&'a str> {
    let path = node.string()?;
    if !path.starts_with('/') {
        return Err(node.error("the base path must start with a slash"));
    }
    Ok(path.trim_end_matches('/'))
}

/// Converts the declared tags. Drops their descriptions.
fn tags(node: &Node<'_>) -> Result<Value> {
    let mut names = BTreeSet::new();
    for tag in node.array()? {
        let mut object = tag.object()?;
        object.ignore(&["description", "externalDocs"]);
        names.insert(object.require("name")?.string()?);
        object.finish()?;
    }
    Ok(names.into_iter().map(|name| json!({ "name": name })).collect())
}

fn security_scheme(node: &Node<'_>) -> Result<Value> {
    let mut object = node.object()?;
    object.ignore(&["description"]);
    let kind = object.require("type")?;
    let scheme = match kind.string()? {
        "oauth2" => oauth2(&mut object)?,
        "basic" => json!({ "type": "http", "scheme": "basic" }),
        "apiKey" => {
            json!({ "type": "apiKey", "name": object.require("name")?.string()?, "in": object.require("in")?.string()? })
        }
        other => {
            return Err(kind.error(format_args!("unsupported security type {other:?}")));
        }
    };
    object.finish()?;
    Ok(scheme)
}

fn oauth2(object: &mut Object<'_>) -> Result<Value> {
    let flow = object.require("flow")?;
    let (name, urls): (_, &[&str]) = match flow.string()? {
        "implicit" => ("implicit", &["authorizationUrl"]),
        "password" => ("password", &["tokenUrl"]),
        "application" => ("clientCredentials", &["tokenUrl"]),
        "accessCode" => ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
        other => {
            return Err(flow.error(format_args!("unsupported OAuth flow {other:?}")));
        }
    };
    let mut out = Map::new();
    for url in urls {
        out.insert((*url).to_owned(), object.require(url)?.string()?.into());
    }
    let mut scopes = Map::new();
    if let Some(node) = object.take("scopes") {
        for (scope, _) in node.object()?.entries() {
            scopes.insert(scope.to_owned(), "".into());
        }
    }
    out.insert("scopes".to_owned(), Value::Object(scopes));
    Ok(json!({ "type": "oauth2", "flows": { name: out } }))
}

/// Checks that every reference has a target.
fn check_references(node: &Node<'_>, document: &Value) -> Result<()> {
    if node.value().is_array() {
        return node.array()?.iter().try_for_each(|item| check_references(item, document));
    }
    if !node.value().is_object() {
        return Ok(());
    }
    for (key, child) in node.object()?.entries() {
        if key == "$ref" && child.value().is_string() {
            let target = child.string()?;
            if target.strip_prefix('#').and_then(|pointer| document.pointer(pointer)).is_none() {
                return Err(child.error(format_args!("{target:?} is not defined")));
            }
        }
        check_references(&child, document)?;
    }
    Ok(())
}

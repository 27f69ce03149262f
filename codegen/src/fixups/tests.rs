//! Tests of every fixup on the smallest contract that needs it.

use serde_json::{Value, json};

use super::{Fixup, Kind, all, apply_each};

/// Builds a document with one operation and one definition.
fn document(operation: &Value, definition: &Value) -> Value {
    json!({
        "paths": { "/v1/things/{id}": { "get": operation } },
        "components": { "schemas": { "Thing": definition } },
    })
}

fn schema(definition: &Value) -> Value {
    document(&json!({ "operationId": "things.get", "responses": {} }), definition)
}

fn operation(operation: &Value) -> Value {
    document(operation, &json!({ "type": "string" }))
}

fn replies(definition: &Value) -> Value {
    let thing = json!({ "schema": { "$ref": "#/components/schemas/Thing" } });
    let responses = json!({ "200": { "content": { "application/json": thing } } });
    document(&json!({ "operationId": "things.get", "responses": responses }), definition)
}

/// Cases: name of the fixup, document before, document after, number of places.
#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<(&'static str, Value, Value, usize)> {
    vec![
        (
            "operation-id",
            json!({ "paths": { "/v1/.well-known/openid-configuration": { "get": {} } } }),
            json!({ "paths": { "/v1/.well-known/openid-configuration": {
                "get": { "operationId": "weaviate.wellknown.openid.configuration" },
            } } }),
            1,
        ),
        (
            "format-for-type",
            schema(
                &json!({ "properties": { "a": { "format": "object" }, "b": { "format": "uuid", "type": "string" } } }),
            ),
            schema(
                &json!({ "properties": { "a": { "type": "object" }, "b": { "format": "uuid", "type": "string" } } }),
            ),
            1,
        ),
        (
            "integer-numbers",
            schema(&json!({ "properties": {
                "a": { "type": "number", "format": "int" },
                "b": { "items": { "type": "number", "format": "uint64" } },
                "c": { "type": "number", "format": "float" },
            } })),
            schema(&json!({ "properties": {
                "a": { "type": "integer", "format": "int64" },
                "b": { "items": { "type": "integer", "format": "uint64" } },
                "c": { "type": "number", "format": "float" },
            } })),
            2,
        ),
        (
            "any-value",
            schema(&json!({ "properties": {
                "a": { "type": "object", "nullable": true },
                "b": { "type": "object", "additionalProperties": { "type": "object" } },
                "c": { "type": "object", "properties": {} },
            } })),
            schema(&json!({ "properties": {
                "a": {},
                "b": { "type": "object", "additionalProperties": {} },
                "c": { "type": "object", "properties": {} },
            } })),
            2,
        ),
        (
            "dangling-required",
            schema(
                &json!({ "required": ["a", "name"], "properties": { "a": { "required": ["x"], "properties": { "y": {} } } } }),
            ),
            schema(&json!({ "required": ["a"], "properties": { "a": { "properties": { "y": {} } } } })),
            2,
        ),
        (
            "null-collections",
            replies(&json!({ "type": "array", "items": { "type": "object", "properties": {
                "list": { "type": "array" }, "map": { "type": "object", "additionalProperties": {} }, "text": { "type": "string" },
            } } })),
            replies(&json!({ "nullable": true, "type": "array", "items": { "type": "object", "properties": {
                "list": { "type": "array", "nullable": true },
                "map": { "type": "object", "additionalProperties": {}, "nullable": true },
                "text": { "type": "string" },
            } } })),
            3,
        ),
        (
            "required-in-replies",
            replies(
                &json!({ "required": ["a"], "properties": { "a": { "required": ["b"], "properties": { "b": {} } } } }),
            ),
            replies(&json!({ "properties": { "a": { "properties": { "b": {} } } } })),
            2,
        ),
        (
            "json-only",
            operation(&json!({ "requestBody": { "content": { "application/json": {}, "application/yaml": {} } } })),
            operation(&json!({ "requestBody": { "content": { "application/json": {} } } })),
            1,
        ),
        (
            "plain-errors",
            operation(&json!({ "responses": { "200": {}, "202": {}, "404": {}, "default": {} } })),
            operation(&json!({ "responses": { "200": {}, "202": {} } })),
            2,
        ),
        (
            "joined-lists",
            operation(&json!({ "parameters": [
                { "name": "a", "schema": { "type": "array", "items": {} }, "style": "form", "explode": false },
                { "name": "b", "schema": { "type": "string" } },
            ] })),
            operation(&json!({ "parameters": [
                { "name": "a", "schema": { "type": "string" }, "x-joined-list": { "type": "array", "items": {} } },
                { "name": "b", "schema": { "type": "string" } },
            ] })),
            1,
        ),
        (
            "no-defaults",
            schema(&json!({ "properties": { "default": { "type": "string", "default": "STARTED" } } })),
            schema(&json!({ "properties": { "default": { "type": "string" } } })),
            1,
        ),
        (
            "no-bounds",
            schema(
                &json!({ "properties": { "a": { "type": "integer", "minimum": 1, "maximum": 80 } }, "maxItems": 2 }),
            ),
            schema(&json!({ "properties": { "a": { "type": "integer" } } })),
            3,
        ),
        (
            "plain-strings",
            schema(
                &json!({ "properties": { "a": { "type": "string", "format": "uuid" }, "b": { "type": "integer", "format": "int64" } } }),
            ),
            schema(
                &json!({ "properties": { "a": { "type": "string" }, "b": { "type": "integer", "format": "int64" } } }),
            ),
            1,
        ),
        (
            "whole-collections",
            json!({ "components": { "schemas": { "Class": { "properties": {} }, "Meta": { "properties": {} } } } }),
            json!({ "components": { "schemas": { "Class": {}, "Meta": { "properties": {} } } } }),
            1,
        ),
        (
            "metadata-by-field",
            json!({ "components": { "schemas": { "Class": { "properties": {} }, "Meta": { "properties": {} } } } }),
            json!({ "components": { "schemas": { "Class": { "properties": {} }, "Meta": {} } } }),
            1,
        ),
    ]
}

#[test]
fn each_fixup_makes_its_change_and_counts_the_places() {
    for (name, before, after, places) in cases() {
        let fixup = all().find(|fixup| fixup.name == name);
        let mut document = before;
        assert_eq!(fixup.map(|fixup| (fixup.apply)(&mut document)), Some(places), "{name}");
        assert_eq!(document, after, "{name}");
    }
}

#[test]
fn each_fixup_has_a_test_case() {
    let tested: Vec<_> = cases().into_iter().map(|(name, ..)| name).collect();
    for fixup in all() {
        assert!(tested.contains(&fixup.name), "{} has no test case", fixup.name);
    }
}

#[test]
fn a_fixup_applied_twice_changes_nothing_the_second_time() {
    for (name, before, ..) in cases() {
        let mut document = before;
        let apply = all().find(|fixup| fixup.name == name).map(|fixup| fixup.apply);
        let again = apply.map(|apply| {
            apply(&mut document);
            apply(&mut document)
        });
        assert_eq!(again, Some(0), "{name}");
    }
}

#[test]
fn a_list_as_request_body_does_not_become_nullable() {
    let list = json!({ "schema": { "type": "array", "items": {} } });
    let mut document =
        operation(&json!({ "requestBody": { "content": { "application/json": list } }, "responses": {} }));
    let before = document.clone();
    let places = all().find(|fixup| fixup.name == "null-collections").map(|fixup| (fixup.apply)(&mut document));
    assert_eq!(places, Some(0));
    assert_eq!(document, before);
}

const NO_OP: Fixup = Fixup { name: "no-op", kind: Kind::Choice, reason: "a test", since: (1, 36), apply: |_| 0 };

#[test]
fn a_fixup_that_changes_nothing_is_an_error_that_names_it() {
    let error = apply_each([NO_OP].into_iter(), &mut json!({}), "1.36.0").map_err(|error| error.to_string());
    assert!(error.is_err_and(|text| text.contains("no longer change the contract: no-op")));
}

#[test]
fn a_fixup_may_change_nothing_in_a_contract_older_than_its_since() {
    assert!(apply_each([NO_OP].into_iter(), &mut json!({}), "1.35.23").is_ok_and(|applied| applied.is_empty()));
    assert!(apply_each([NO_OP].into_iter(), &mut json!({}), "main").is_err());
}

#[test]
fn every_fixup_has_a_unique_name_and_a_reason() {
    let mut names: Vec<_> = all().map(|fixup| fixup.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(all().all(|fixup| fixup.reason.len() > 20));
}

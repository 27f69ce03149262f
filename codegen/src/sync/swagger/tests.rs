#![expect(clippy::needless_pass_by_value, reason = "`json!` makes values; passing them on reads best")]

use serde_json::{Value, json};

use super::convert;

/// Builds the smallest document, with the keys of `extra` added or replaced.
fn document(extra: Value) -> Value {
    let mut document = json!({
        "swagger": "2.0", "info": { "title": "T", "version": "1.2.3" }, "basePath": "/v1",
        "consumes": ["application/json"], "produces": ["application/json"], "paths": {},
    });
    for (key, value) in extra.as_object().into_iter().flatten() {
        document[key] = value.clone();
    }
    document
}

fn converted(extra: Value) -> Value {
    convert("schema.json", &document(extra).to_string()).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Returns an error without its way out.
fn error(extra: Value) -> String {
    match convert("schema.json", &document(extra).to_string()) {
        Ok(value) => panic!("converted to {value}"),
        Err(error) => without_way_out(&format!("{error:#}")),
    }
}

#[track_caller]
fn without_way_out(error: &str) -> String {
    let way_out = if error.contains("unsupported key") { super::node::CONVERT } else { super::node::CORRECT };
    match error.strip_suffix(way_out).and_then(|error| error.strip_suffix("; ")) {
        Some(error) => error.to_owned(),
        None => panic!("{error} does not end with {way_out}"),
    }
}

/// Returns a definition after conversion.
fn schema(definition: Value) -> Value {
    converted(json!({ "definitions": { "Other": {}, "It": definition } }))["components"]["schemas"]["It"].clone()
}

/// Returns an operation after conversion. Adds `responses` if it has none.
fn operation(mut operation: Value) -> Value {
    if operation.get("responses").is_none() {
        operation["responses"] = json!({});
    }
    converted(json!({ "paths": { "/x": { "post": operation } }, "definitions": { "It": {} } }))["paths"]["/v1/x"]["post"]
        .clone()
}

fn parameter(parameter: Value) -> Value {
    operation(json!({ "parameters": [parameter] }))["parameters"][0].clone()
}

mod documents {
    use super::*;

    #[test]
    fn the_base_path_is_prepended_to_the_paths() {
        let get = json!({ "get": { "responses": {} } });
        let out = converted(json!({ "paths": { "/": get, "/a/b": get }, "host": "h", "schemes": ["https"] }));
        let paths: Vec<_> = out["paths"].as_object().into_iter().flatten().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/v1/", "/v1/a/b"]);
        assert!(out.get("servers").is_none() && out.get("host").is_none());
    }

    #[test]
    fn descriptions_are_dropped_and_keys_are_sorted() {
        let out = converted(json!({
            "info": { "version": "1.2.3", "title": "T", "description": "d", "contact": {}, "license": {} },
            "tags": [{ "name": "b", "description": "d" }, { "name": "a" }],
            "externalDocs": {},
        }));
        let expected = r#"{"components":{},"info":{"title":"T","version":"1.2.3"},"openapi":"3.0.3","paths":{},"tags":[{"name":"a"},{"name":"b"}]}"#;
        assert_eq!(out.to_string(), expected);
    }

    #[test]
    fn a_document_needs_no_title() {
        let out = converted(json!({ "info": { "version": "1.2.3" } }));
        assert_eq!(out["info"], json!({ "title": "Weaviate", "version": "1.2.3" }));
    }

    #[test]
    fn security_schemes_are_converted() {
        let out = converted(json!({
            "security": [{}, { "oidc": [] }],
            "securityDefinitions": {
                "basic": { "type": "basic", "description": "d" },
                "key": { "type": "apiKey", "name": "X-Key", "in": "header" },
                "oidc": { "type": "oauth2", "flow": "implicit", "authorizationUrl": "http://a", "scopes": { "s": "d" } },
            },
        }));
        assert_eq!(out["security"], json!([{}, { "oidc": [] }]));
        assert_eq!(
            out["components"]["securitySchemes"],
            json!({
                "basic": { "type": "http", "scheme": "basic" },
                "key": { "type": "apiKey", "name": "X-Key", "in": "header" },
                "oidc": { "type": "oauth2", "flows": { "implicit": { "authorizationUrl": "http://a", "scopes": { "s": "" } } } },
            })
        );
    }

    #[test]
    fn a_document_that_is_not_swagger_2_is_refused() {
        assert_eq!(
            error(json!({ "swagger": "3.0" })),
            "schema.json#/swagger: expected Swagger version \"2.0\", got \"3.0\""
        );
        let missing = convert("schema.json", r#"{ "openapi": "3.0.3" }"#).err().map(|error| error.to_string());
        let missing = missing.as_deref().map(without_way_out);
        assert_eq!(missing.as_deref(), Some("schema.json#: not a Swagger 2.0 document: \"swagger\" is missing"));
        let text = convert("schema.json", "swagger: '2.0'").err().map(|error| error.to_string());
        assert_eq!(text.as_deref(), Some("schema.json: not JSON"));
    }

    #[test]
    fn an_unknown_key_is_refused_at_every_level() {
        let operation = |operation: Value| json!({ "paths": { "/a/{b}": { "get": operation } } });
        for (extra, pointer) in [
            (json!({ "webhooks": {} }), "/webhooks"),
            (json!({ "responses": {} }), "/responses"),
            (json!({ "info": { "title": "T", "version": "1", "mood": "" } }), "/info/mood"),
            (json!({ "tags": [{ "name": "a", "colour": "" }] }), "/tags/0/colour"),
            (json!({ "paths": { "/a": { "trace": {} } } }), "/paths/~1a/trace"),
            (operation(json!({ "responses": {}, "callbacks": {} })), "/paths/~1a~1{b}/get/callbacks"),
            (operation(json!({ "responses": { "200": { "links": {} } } })), "/paths/~1a~1{b}/get/responses/200/links"),
            (
                operation(json!({ "responses": {}, "parameters": [{ "name": "n", "in": "query", "content": {} }] })),
                "/paths/~1a~1{b}/get/parameters/0/content",
            ),
            (
                operation(json!({ "responses": {}, "parameters": [{ "in": "body", "schema": {}, "type": "x" }] })),
                "/paths/~1a~1{b}/get/parameters/0/type",
            ),
            (json!({ "definitions": { "D": { "oneOf": [] } } }), "/definitions/D/oneOf"),
            (
                json!({ "definitions": { "D": { "properties": { "p": { "items": { "x-new": 1 } } } } } }),
                "/definitions/D/properties/p/items/x-new",
            ),
            (json!({ "securityDefinitions": { "s": { "type": "basic", "flow": "" } } }), "/securityDefinitions/s/flow"),
        ] {
            let key = pointer.rsplit('/').next().unwrap_or_default();
            assert_eq!(error(extra), format!("schema.json#{pointer}: unsupported key {key:?}"));
        }
    }

    #[test]
    fn a_reference_without_target_is_refused() {
        let extra = json!({ "definitions": { "D": { "items": { "$ref": "#/definitions/Gone" } } } });
        assert_eq!(error(extra), "schema.json#/definitions/D/items/$ref: \"#/definitions/Gone\" is not defined");
    }
}

mod schemas {
    use super::*;

    #[test]
    fn constraints_are_kept() {
        let definition = json!({
            "type": "array", "items": { "type": "string", "maxLength": 3, "pattern": "a" }, "minItems": 1, "maxItems": 2,
            "default": null,
        });
        assert_eq!(schema(definition.clone()), definition);
    }

    #[test]
    fn descriptions_and_encoder_hints_are_dropped() {
        let definition = json!({
            "type": "integer", "format": "int64", "description": "d", "title": "t", "example": 1, "x-omitempty": false,
        });
        assert_eq!(schema(definition), json!({ "type": "integer", "format": "int64" }));
    }

    #[test]
    fn property_names_and_enum_values_are_sorted() {
        let definition = json!({ "enum": ["b", "a"], "required": ["y", "x"], "properties": { "b": {}, "a": {} } });
        let expected = r#"{"enum":["a","b"],"properties":{"a":{},"b":{}},"required":["x","y"]}"#;
        assert_eq!(schema(definition).to_string(), expected);
    }

    #[test]
    fn every_form_of_null_becomes_nullable() {
        let nullable = json!({ "type": "string", "nullable": true });
        assert_eq!(schema(json!({ "type": ["string", "null"] })), nullable);
        assert_eq!(schema(json!({ "type": "string", "x-nullable": true })), nullable);
        assert_eq!(schema(json!({ "type": "string", "x-nullable": false })), json!({ "type": "string" }));
    }

    #[test]
    fn x_deprecated_becomes_deprecated() {
        assert_eq!(schema(json!({ "type": "integer", "x-deprecated": true }))["deprecated"], true);
    }

    #[test]
    fn a_deprecation_told_in_prose_becomes_deprecated() {
        let told = "(Deprecated). Use another one.";
        assert_eq!(schema(json!({ "type": "integer", "description": told }))["deprecated"], true);
        let reference = json!({ "$ref": "#/definitions/Other", "description": told });
        assert_eq!(schema(reference)["deprecated"], true);
        assert_eq!(schema(json!({ "type": "integer", "description": "Not deprecated." })).get("deprecated"), None);
    }

    #[test]
    fn references_are_converted_and_their_nullability_is_kept() {
        let reference = json!({ "$ref": "#/components/schemas/Other" });
        assert_eq!(schema(json!({ "type": "object", "$ref": "#/definitions/Other", "x-omitempty": true })), reference);
        assert_eq!(
            schema(json!({ "$ref": "#/definitions/Other", "x-nullable": true })),
            json!({ "allOf": [reference], "nullable": true })
        );
    }

    #[test]
    fn nested_schemas_are_converted() {
        let nullable = json!({ "type": "string", "nullable": true });
        let swagger = json!({ "type": "string", "x-nullable": true });
        assert_eq!(schema(json!({ "additionalProperties": swagger }))["additionalProperties"], nullable);
        assert_eq!(schema(json!({ "additionalProperties": false }))["additionalProperties"], false);
        assert_eq!(schema(json!({ "items": swagger }))["items"], nullable);
        assert_eq!(schema(json!({ "allOf": [swagger] }))["allOf"][0], nullable);
        assert_eq!(schema(json!({ "properties": { "p": swagger } }))["properties"]["p"], nullable);
    }

    #[test]
    fn an_invalid_type_is_refused() {
        for kind in [json!("file"), json!(["string", "integer"]), json!(["null"]), json!(1)] {
            let message = error(json!({ "definitions": { "D": { "type": kind } } }));
            assert!(message.starts_with("schema.json#/definitions/D/type: "), "{message}");
        }
        let message = error(json!({ "definitions": { "D": { "enum": ["a", "a"] } } }));
        assert_eq!(message, "schema.json#/definitions/D/enum/1: duplicate value \"a\"");
    }
}

mod operations {
    use super::*;

    #[test]
    fn descriptions_and_gateway_hints_are_dropped() {
        let out = operation(json!({
            "operationId": "a.b", "tags": ["z", "a"], "summary": "s", "description": "d", "deprecated": true,
            "x-serviceIds": ["s"], "x-available-in-mqtt": true, "x-available-in-websocket": false,
        }));
        assert_eq!(out, json!({ "operationId": "a.b", "tags": ["z", "a"], "deprecated": true, "responses": {} }));
    }

    #[test]
    fn a_deprecation_told_in_prose_becomes_deprecated() {
        let told = operation(json!({ "operationId": "a.b", "tags": ["a"], "summary": "Deprecated: use b." }));
        assert_eq!(told["deprecated"], true);
        let told =
            parameter(json!({ "name": "n", "in": "query", "type": "string", "description": "A name (deprecated)." }));
        assert_eq!(told["deprecated"], true);
    }

    #[test]
    fn a_parameter_keeps_its_constraints_in_a_schema() {
        let swagger = json!({
            "name": "n", "in": "query", "description": "d", "required": false, "type": "integer", "format": "int64",
            "default": 50, "minimum": 2,
        });
        let expected = json!({
            "name": "n", "in": "query", "schema": { "type": "integer", "format": "int64", "default": 50, "minimum": 2 },
        });
        assert_eq!(parameter(swagger), expected);
        assert_eq!(
            parameter(json!({ "name": "n", "in": "path", "required": true, "type": "string" }))["required"],
            true
        );
    }

    #[test]
    fn the_collection_format_of_an_array_becomes_style_and_explode() {
        let array = |place: &str, format: Value| {
            let mut swagger = json!({ "name": "n", "in": place, "type": "array", "items": { "type": "string" } });
            if !format.is_null() {
                swagger["collectionFormat"] = format;
            }
            let out = parameter(swagger);
            (out["style"].clone(), out["explode"].clone())
        };
        assert_eq!(array("query", Value::Null), (json!("form"), json!(false)));
        assert_eq!(array("query", json!("csv")), (json!("form"), json!(false)));
        assert_eq!(array("query", json!("multi")), (json!("form"), json!(true)));
        assert_eq!(array("header", Value::Null), (json!("simple"), json!(false)));
    }

    #[test]
    fn parameters_are_sorted_by_location_and_name_including_shared_ones() {
        let out = converted(json!({
            "parameters": { "Shared": { "name": "b", "in": "query", "type": "string" } },
            "paths": { "/x": { "get": { "responses": {}, "parameters": [
                { "name": "c", "in": "query", "type": "string" },
                { "$ref": "#/parameters/Shared" },
                { "name": "z", "in": "path", "required": true, "type": "string" },
                { "name": "a", "in": "query", "type": "string" },
            ] } } },
        }));
        let list = &out["paths"]["/v1/x"]["get"]["parameters"];
        assert_eq!(list[0]["name"], "z");
        assert_eq!(list[1]["name"], "a");
        assert_eq!(list[2], json!({ "$ref": "#/components/parameters/Shared" }));
        assert_eq!(list[3]["name"], "c");
        assert_eq!(out["components"]["parameters"]["Shared"]["schema"], json!({ "type": "string" }));
    }

    #[test]
    fn parameters_of_a_path_are_kept() {
        let shared = json!([{ "name": "a", "in": "query", "type": "string" }]);
        let out = converted(json!({ "paths": { "/x": { "parameters": shared, "get": { "responses": {} } } } }));
        assert_eq!(out["paths"]["/v1/x"]["parameters"][0]["name"], "a");
    }

    #[test]
    fn a_body_has_the_media_types_of_its_operation_or_of_the_document() {
        let body = json!([{ "name": "any", "in": "body", "required": true, "schema": { "$ref": "#/definitions/It" } }]);
        let reference = json!({ "schema": { "$ref": "#/components/schemas/It" } });
        assert_eq!(
            operation(json!({ "parameters": body }))["requestBody"],
            json!({ "required": true, "content": { "application/json": reference } })
        );
        assert_eq!(
            operation(json!({ "parameters": body, "consumes": ["a/b", "c/d"] }))["requestBody"]["content"],
            json!({ "a/b": reference, "c/d": reference })
        );
        let optional = json!([{ "name": "any", "in": "body", "schema": {} }]);
        assert_eq!(operation(json!({ "parameters": optional }))["requestBody"].get("required"), None);
    }

    #[test]
    fn responses_of_every_status_are_kept() {
        let responses = json!({
            "200": { "description": "d", "schema": { "type": "string" }, "examples": {} }, "404": { "description": "d" },
        });
        assert_eq!(
            operation(json!({ "responses": responses, "produces": ["text/event-stream"] }))["responses"],
            json!({
                "200": { "description": "", "content": { "text/event-stream": { "schema": { "type": "string" } } } },
                "404": { "description": "" },
            })
        );
    }

    #[test]
    fn unsupported_operations_are_refused() {
        let operation = |operation: Value| json!({ "paths": { "/a": { "get": operation } } });
        let parameters = |list: Value| operation(json!({ "responses": {}, "parameters": list }));
        let query = json!({ "name": "n", "in": "query", "type": "string" });
        for (extra, expected) in [
            (operation(json!({})), "get: \"responses\" is missing"),
            (operation(json!({ "responses": { "2XX": {} } })), "get/responses/2XX: \"2XX\" is not a status code"),
            (
                parameters(json!([{ "name": "n", "in": "formData", "type": "file" }])),
                "get/parameters/0/in: unsupported location of a parameter: \"formData\"",
            ),
            (
                parameters(
                    json!([{ "name": "n", "in": "query", "type": "array", "items": {}, "collectionFormat": "tsv" }]),
                ),
                "get/parameters/0/collectionFormat: unsupported collection format",
            ),
            (
                parameters(json!([{ "name": "n", "in": "query", "type": "string", "collectionFormat": "csv" }])),
                "get/parameters/0: a collection format requires an array",
            ),
            (parameters(json!([query, query])), "get/parameters/1: duplicate parameter"),
            (
                parameters(json!([{ "in": "body", "schema": {} }, { "in": "body", "schema": {} }])),
                "get/parameters/1: duplicate body",
            ),
            (
                operation(json!({ "responses": {}, "consumes": [], "parameters": [{ "in": "body", "schema": {} }] })),
                "get/parameters/0: a body requires a media type in \"consumes\"",
            ),
            (
                operation(json!({ "produces": [], "responses": { "200": { "schema": {} } } })),
                "get/responses/200/schema: a response with a schema requires a media type in \"produces\"",
            ),
        ] {
            assert_eq!(error(extra), format!("schema.json#/paths/~1a/{expected}"));
        }
    }
}

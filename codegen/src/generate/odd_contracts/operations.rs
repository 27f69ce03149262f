//! Odd operations, parameters, bodies and replies.

use serde_json::{Value, json};

use super::{Case, Compiles, Refused, paths};

const GET: &str = "openapi.json#/paths/~1v1~1odd/get";
const ID: &str = "give it another operationId in a fixup";
const PARAMETER: &str = "correct the parameter in a fixup";
const REPLY: &str = "the client reads one JSON type or nothing: correct the replies in a fixup";
const BODY: &str = "the client sends JSON only: correct the body in a fixup";

fn thing() -> Value {
    json!({ "$ref": "#/components/schemas/Thing" })
}

fn nothing() -> Value {
    json!({ "204": { "description": "" } })
}

/// Returns an object with a deprecated property.
fn old(property: &str) -> Value {
    json!({ "type": "object", "properties": { property: { "type": "string", "deprecated": true } } })
}

fn parameter(place: &str, name: &str, schema: &Value) -> Value {
    json!({ "in": place, "name": name, "required": place == "path", "schema": schema })
}

/// Returns parameters of one place.
fn texts(place: &str, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| parameter(place, name, &json!({ "type": "string" }))).collect()
}

fn get(id: &str, parameters: &[Value]) -> Value {
    json!({ "get": { "operationId": id, "tags": ["odd"], "parameters": parameters, "responses": nothing() } })
}

/// Returns a case with one operation at `/v1/odd`.
fn one(name: &'static str, operation: &Value, expected: super::Expected) -> Case {
    paths(name, &json!({ "/v1/odd": operation }), expected)
}

fn refused(name: &'static str, operation: &Value, texts: [&'static str; 3]) -> Case {
    one(name, operation, Refused(Vec::leak(texts.to_vec())))
}

pub(super) fn cases() -> Vec<Case> {
    [ids(), modules(), parameters(), kinds_of_parameters(), places(), bodies(), replies()]
        .into_iter()
        .flatten()
        .collect()
}

fn ids() -> Vec<Case> {
    let two = |first: &str, second: &str| json!({ "/v1/a": get(first, &[]), "/v1/b": get(second, &[]) });
    let both = "operationId: `odd.get` and `odd.get` (openapi.json#/paths/~1v1~1a/get/operationId)";
    vec![
        paths(
            "equal_ids",
            &two("odd.get", "odd.get"),
            Refused(Vec::leak(vec![both, "would both be the method `odd_get`", ID])),
        ),
        paths(
            "ids_that_fold",
            &two("odd.get", "oddGet"),
            Refused(&["`oddGet` and `odd.get`", "~1b/get/operationId", ID]),
        ),
        one(
            "no_id",
            &json!({ "get": { "responses": nothing() } }),
            Refused(&[GET, "the operation has no operationId", "`MISSING_OPERATION_IDS` in codegen/src/fixups"]),
        ),
        refused("an_empty_id", &get("", &[]), [GET, "/operationId: `` has no letter or digit", ID]),
        paths(
            "odd_ids",
            &json!({
                "/v1/a": get("new", &[]), "/v1/b": get("send", &[]), "/v1/c": get("type", &[]), "/v1/d": get("1.2", &[]),
                "/v1/e": get("über.größe", &[]), "/v1/f": get("clone", &[]),
            }),
            Compiles(&["pub fn new_(&self)", "pub fn type_(&self)", "pub fn über_größe(&self)"]),
        ),
        paths(
            "methods_that_reqwest_lacks",
            &json!({ "/v1/odd": { "trace": { "operationId": "odd.trace", "responses": nothing() } } }),
            Refused(&["/paths/~1v1~1odd/trace: the client cannot send TRACE", "drop the operation in a fixup"]),
        ),
    ]
}

fn modules() -> Vec<Case> {
    let tags = ["type", "self", "Types", "2fa", "größe", "-", "std", "lib", "mod", "crate", "", "a b"];
    let all: serde_json::Map<String, Value> = tags
        .iter()
        .enumerate()
        .map(|(index, tag)| {
            let operation =
                json!({ "operationId": format!("odd.number{index}"), "tags": [tag], "responses": nothing() });
            (format!("/v1/odd/{index}"), json!({ "get": operation }))
        })
        .collect();
    vec![paths(
        "odd_tags",
        &Value::Object(all),
        Compiles(&["mod type_operations;", "mod _2fa;", "mod types_operations;"]),
    )]
}

fn parameters() -> Vec<Case> {
    let taken = [
        "request",
        "url",
        "client",
        "result",
        "response",
        "info",
        "segment",
        "joined",
        "optional_body",
        "header_map",
        "value",
        "types",
        "body",
        "query",
        "self",
    ];
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let post = json!({ "post": {
        "operationId": "odd.post", "parameters": texts("query", &["body", "request"]), "responses": nothing(),
        "requestBody": { "content": { "application/json": { "schema": thing() } } },
    } });
    let mut everywhere = texts("path", &["id", "request"]);
    everywhere.extend(texts("query", &["id"]));
    everywhere.extend(texts("header", &["id"]));
    vec![
        refused(
            "parameters_that_fold",
            &get("odd.get", &texts("query", &["fooBar", "foo_bar"])),
            [
                GET,
                "/parameters/1: the parameters `foo_bar` and `fooBar` (openapi.json#",
                "drop one of the two in a fixup",
            ],
        ),
        refused(
            "a_parameter_twice",
            &get("odd.get", &texts("header", &["a", "a"])),
            [GET, "would both be the argument `a_header`", "drop one of the two in a fixup"],
        ),
        paths(
            "a_name_in_three_places",
            &json!({ "/v1/odd/{id}/{request}": get("odd.get", &everywhere) }),
            Compiles(&[
                "id: &str, request_parameter: &str, id_query: Option<&str>, id_header",
                "\"id\", &id_query",
                "(\"id\",",
            ]),
        ),
        one(
            "names_that_methods_need",
            &get("odd.get", &texts("query", &taken)),
            Compiles(&["(\"url\", &url_parameter)"]),
        ),
        one("headers_that_methods_need", &get("odd.get", &texts("header", &taken)), Compiles(&["\"url\""])),
        one("a_parameter_called_body", &post, Compiles(&["body: Option<&types::Thing>"])),
        one(
            "lists_that_methods_need",
            &get("odd.get", &["request", "joined"].map(|name| parameter("query", name, &list))),
            Compiles(&["let joined_parameter = joined("]),
        ),
        one(
            "keywords",
            &get("odd.get", &texts("query", &["type", "self", "crate", "async", "", "1", "größe", "a\"b", "$top"])),
            Compiles(&["type_: Option<&str>"]),
        ),
    ]
}

fn kinds_of_parameters() -> Vec<Case> {
    let text = json!({ "type": "string" });
    let list = json!({ "type": "array", "items": text });
    vec![
        one(
            "kinds_of_parameters",
            &get(
                "odd.get",
                &[
                    parameter("query", "a", &json!({ "type": "number", "format": "int64" })),
                    parameter("query", "b", &json!({})),
                    parameter("query", "c", &json!({ "type": "string", "enum": ["x", "X"] })),
                    json!({ "in": "query", "name": "d", "required": true, "schema": { "type": "array", "items": { "type": "integer" } } }),
                ],
            ),
            Compiles(&["a: Option<i64>", "d: &[String]", "x = \"x\", X = \"X\","]),
        ),
        refused(
            "a_cookie",
            &get("odd.get", &[parameter("cookie", "session", &text)]),
            [GET, "/parameters/0: the parameter `session` is in `cookie`, which the client does not send", PARAMETER],
        ),
        refused(
            "an_odd_header",
            &get("odd.get", &texts("header", &["größe"])),
            [GET, "/parameters/0: `größe` is not usable as the name of an HTTP header", PARAMETER],
        ),
        refused(
            "no_schema",
            &get("odd.get", &[json!({ "in": "query", "name": "a" })]),
            [GET, "/parameters/0: the parameter `a` has no schema", PARAMETER],
        ),
        refused(
            "an_object",
            &get("odd.get", &[parameter("query", "a", &thing())]),
            [GET, "/parameters/0: the parameter `a` is neither a scalar nor a list of scalars", PARAMETER],
        ),
        refused(
            "a_list_of_lists",
            &get("odd.get", &[parameter("query", "a", &json!({ "type": "array", "items": list }))]),
            [GET, "/parameters/0: the parameter `a` is neither a scalar nor a list of scalars", PARAMETER],
        ),
        one(
            "optional_lists",
            &get("odd.get", &[parameter("query", "a", &list), parameter("header", "b", &list)]),
            Compiles(&["a: Option<&[String]>, b: Option<&[String]>"]),
        ),
        refused(
            "a_required_list_as_header",
            &get("odd.get", &[json!({ "in": "header", "name": "a", "required": true, "schema": list })]),
            [GET, "/parameters/0: the header parameter `a` is a required list", "declare it as a string in a fixup"],
        ),
        paths(
            "a_list_in_the_path",
            &json!({ "/v1/{a}": get("odd.get", &[parameter("path", "a", &list)]) }),
            Refused(&["/parameters/0: the path parameter `a` is a required list", "declare it as a string in a fixup"]),
        ),
        refused(
            "null_as_header",
            &get("odd.get", &[parameter("header", "a", &json!({ "type": "string", "nullable": true }))]),
            [GET, "/parameters/0: the header parameter `a` can be null", PARAMETER],
        ),
        paths(
            "null_in_the_path",
            &json!({ "/v1/{a}": get("odd.get", &[parameter("path", "a", &json!({ "type": "string", "nullable": true }))]) }),
            Refused(&["/parameters/0: the path parameter `a` can be null", PARAMETER]),
        ),
        refused(
            "a_missing_parameter",
            &get("odd.get", &[json!({ "$ref": "#/components/parameters/Gone" })]),
            [GET, "/parameters/0: `$ref` is \"#/components/parameters/Gone\", which does not exist", PARAMETER],
        ),
    ]
}

fn places() -> Vec<Case> {
    let id = texts("path", &["id"]);
    let at = |path: &str, parameters: &[Value]| json!({ path: get("odd.get", parameters) });
    let shared = json!({ "parameters": id, "get": { "operationId": "odd.get", "responses": nothing() } });
    let optional = json!({ "in": "path", "name": "id", "schema": { "type": "string" } });
    vec![
        paths(
            "in_the_path_only",
            &at("/v1/{id}", &[]),
            Refused(&["~1v1~1{id}/get: the path parameter `id`", PARAMETER]),
        ),
        paths(
            "in_the_list_only",
            &at("/v1/odd", &id),
            Refused(&[GET, "`id` is in the path or in the list", PARAMETER]),
        ),
        paths(
            "twice_in_the_path",
            &at("/v1/{id}/{id}", &id),
            Refused(&["the path has a parameter twice", "in a fixup"]),
        ),
        paths("not_required", &at("/v1/{id}", &[optional]), Refused(&["`id` is not required", PARAMETER])),
        paths(
            "an_open_brace",
            &at("/v1/{id", &[]),
            Refused(&["~1v1~1{id/get: ", "its braces do not match", "in a fixup"]),
        ),
        paths(
            "an_empty_path",
            &at("", &[]),
            Refused(&["openapi.json#/paths//get: the path does not start", "in a fixup"]),
        ),
        paths(
            "odd_paths",
            &json!({
                "/v1//odd/": get("odd.a", &[]), "/v1/größe/\"quoted\"": get("odd.b", &[]), "/v1/x{id}y": get("odd.c", &id),
                "/v1/of/{id}": shared, "/v1/{}": get("odd.d", &texts("path", &[""])),
                "/v1/n/{n}": get("odd.e", &[parameter("path", "n", &json!({ "type": "integer" }))]),
            }),
            Compiles(&["segment(\"id\", id) ?", "n: i64"]),
        ),
    ]
}

fn bodies() -> Vec<Case> {
    let post = |content: Value| {
        json!({ "post": {
        "operationId": "odd.post", "requestBody": { "content": content }, "responses": nothing(),
    } })
    };
    let of = |media: &str, schema: Value| post(json!({ media: { "schema": schema } }));
    let place = "openapi.json#/paths/~1v1~1odd/post/requestBody";
    let text = json!({ "type": "string" });
    vec![
        refused(
            "a_text",
            &of("text/plain", text.clone()),
            [place, "its content is text/plain, not application/json", BODY],
        ),
        refused("a_form", &of("multipart/form-data", thing()), [place, "its content is multipart/form-data", BODY]),
        refused(
            "a_binary",
            &of("application/octet-stream", text),
            [place, "its content is application/octet-stream", BODY],
        ),
        refused("no_content", &post(json!({})), [place, "it has no content", BODY]),
        refused("no_body_schema", &post(json!({ "application/json": {} })), [place, "its content has no schema", BODY]),
        one("any_body", &of("application/json", json!({})), Compiles(&["body: Option<&::serde_json::Value>"])),
        optional_bodies(),
        one(
            "deprecated_fields_of_bodies_and_replies",
            &json!({ "post": {
                "operationId": "odd.post",
                "requestBody": { "content": { "application/json": { "schema": old("oldSent") } } },
                "responses": { "200": { "description": "", "content": { "application/json": { "schema": old("oldRead") } } } },
            } }),
            Compiles(&["#[deprecated] #[serde(rename = \"oldSent\"", "#[deprecated] #[serde(rename = \"oldRead\""]),
        ),
        one(
            "a_list_as_body",
            &of("application/json", json!({ "type": "array", "items": thing() })),
            Compiles(&["body: "]),
        ),
    ]
}

/// Returns a case with optional bodies that progenitor passes by value and by reference.
fn optional_bodies() -> Case {
    let kinds = [
        json!({ "type": "string" }),
        json!({ "type": "string", "nullable": true }),
        json!({ "type": "string", "enum": ["a", "b"] }),
        json!({ "type": "string", "minLength": 1 }),
        json!({ "type": "integer" }),
        json!({ "type": "number" }),
        json!({ "type": "boolean" }),
        json!({ "type": "array", "items": { "type": "string" }, "nullable": true }),
        json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        json!({ "allOf": [thing()], "nullable": true }),
        thing(),
    ];
    let all: serde_json::Map<String, Value> = kinds
        .iter()
        .enumerate()
        .map(|(index, schema)| {
            let operation = json!({
                "operationId": format!("odd.body{index}"), "tags": ["odd"], "responses": nothing(),
                "requestBody": { "content": { "application/json": { "schema": schema } } },
            });
            (format!("/v1/odd/{index}"), json!({ "post": operation }))
        })
        .collect();
    paths(
        "optional_bodies",
        &Value::Object(all),
        Compiles(&["body: Option<&str>", "body: Option<i64>", "body: Option<&types::Thing>"]),
    )
}

fn replies() -> Vec<Case> {
    let of = |replies: Value| json!({ "get": { "operationId": "odd.get", "tags": ["odd"], "responses": replies } });
    let json = |schema: Value| json!({ "description": "", "content": { "application/json": { "schema": schema } } });
    let text = || json!({ "type": "string" });
    let empty = || json!({ "description": "" });
    let other =
        "/responses/204: the reply 204 has another body than 200 (openapi.json#/paths/~1v1~1odd/get/responses/200)";
    let missing = "/responses/200: `$ref` is \"#/components/responses/Gone\", which does not exist";
    let plain = json!({ "description": "", "content": { "text/plain": { "schema": text() } } });
    vec![
        refused("a_success_without_body", &of(json!({ "200": json(thing()), "204": empty() })), [GET, other, REPLY]),
        refused(
            "two_types",
            &of(json!({ "200": json(thing()), "201": json(text()) })),
            [GET, "the reply 201 has another", REPLY],
        ),
        refused(
            "a_default_only",
            &of(json!({ "default": json(thing()) })),
            [GET, "the operation has no success", REPLY],
        ),
        refused("no_success", &of(json!({ "404": json(thing()) })), [GET, "the operation has no success", REPLY]),
        refused(
            "a_range",
            &of(json!({ "2XX": json(thing()) })),
            [GET, "/2XX: the success has no status of its own", REPLY],
        ),
        refused(
            "a_text_reply",
            &of(json!({ "200": plain })),
            [GET, "its content is text/plain, not application/json", REPLY],
        ),
        refused(
            "a_missing_reply",
            &of(json!({ "200": { "$ref": "#/components/responses/Gone" } })),
            [GET, missing, REPLY],
        ),
        one(
            "two_equal_successes",
            &of(json!({ "200": json(thing()), "201": json(thing()) })),
            Compiles(&["&[200, 201]"]),
        ),
        one("any_reply", &of(json!({ "200": json(json!({})) })), Compiles(&["Reply<::serde_json::Value>"])),
        paths(
            "inner_types_of_two_operations",
            &json!({
                "/v1/a": { "get": { "operationId": "thing", "responses": { "200": json(json!({ "type": "object", "properties": { "a": text() } })) } } },
                "/v1/b": { "get": { "operationId": "thing.response", "responses": { "200": json(json!({ "type": "object", "properties": { "b": text() } })) } } },
            }),
            Compiles(&["pub struct ThingResponse {", "pub struct ThingResponseResponse {"]),
        ),
    ]
}

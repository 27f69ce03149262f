use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::report::summary;
use super::*;
use crate::sync::source::Upstream;

const PROTO: &str = r#"syntax = "proto3"; package weaviate.v1;
    message Request { string a = 1; optional int32 b = 2; oneof kind { string c = 3; } map<string, int64> d = 4; }
    message Gone { string x = 1; }
    enum Mode { NONE = 0; FAST = 1; }
    service Weaviate { rpc Search(Request) returns (Request); rpc Old(Gone) returns (Gone); }"#;

fn swagger() -> Value {
    json!({
        "swagger": "2.0", "basePath": "/v1", "info": { "title": "T", "version": "1.0.0" },
        "consumes": ["application/json"], "produces": ["application/json"],
        "definitions": {
            "Thing": {
                "required": ["name"],
                "properties": { "name": { "type": "string" }, "kind": { "type": "string", "enum": ["a", "b"] } },
            },
        },
        "paths": { "/things": {
            "get": {
                "parameters": [{ "name": "limit", "in": "query", "type": "integer" }],
                "responses": { "200": { "schema": { "$ref": "#/definitions/Thing" } }, "404": {} },
            },
            "post": {
                "parameters": [{ "name": "body", "in": "body", "schema": { "$ref": "#/definitions/Thing" } }],
                "responses": { "204": {} },
            },
        } },
    })
}

fn contract(schema: &Value, proto: &str) -> Result<Contract> {
    let files = BTreeMap::from([
        ("openapi-specs/schema.json".to_owned(), schema.to_string().into_bytes()),
        ("grpc/proto/v1/x.proto".to_owned(), proto.as_bytes().to_vec()),
    ]);
    Contract::from_upstream(&Upstream::new(files, "tree".to_owned(), None)?)
}

/// Returns the REST section after a change to the small contract.
fn rest(change: impl Fn(&mut Value)) -> Result<Section> {
    let mut schema = swagger();
    change(&mut schema);
    Ok(compare(&contract(&swagger(), PROTO)?, &contract(&schema, PROTO)?)?.rest)
}

/// Returns the gRPC section after a replacement in the small contract.
fn grpc(from: &str, to: &str) -> Result<Section> {
    assert!(PROTO.contains(from), "{from}");
    Ok(compare(&contract(&swagger(), PROTO)?, &contract(&swagger(), &PROTO.replace(from, to))?)?.grpc)
}

/// Asserts the three lists of a section.
#[track_caller]
fn assert_section(section: &Section, breaking: &[&str], additive: &[&str], deprecated: &[&str]) {
    for (lines, expected) in
        [(&section.breaking, breaking), (&section.additive, additive), (&section.deprecated, deprecated)]
    {
        assert_eq!(lines.iter().map(Line::to_string).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn equal_contracts_have_an_empty_report() -> Result<()> {
    let report = compare(&contract(&swagger(), PROTO)?, &contract(&swagger(), PROTO)?)?;
    assert!(report.rest.is_empty() && report.grpc.is_empty(), "{report:?}");
    assert_eq!(report.markdown(), "# Weaviate 1.0.0 → 1.0.0\n\n## REST\n\nNo change.\n\n## gRPC\n\nNo change.\n");
    Ok(())
}

#[test]
fn an_added_or_removed_item_is_listed_without_its_parts() -> Result<()> {
    let section = rest(|schema| {
        let get = schema["paths"]["/things"]["get"].take();
        schema["paths"]["/things"].as_object_mut().map(|item| item.remove("get"));
        schema["paths"]["/more"]["get"] = get;
        schema["definitions"]["More"] = json!({ "properties": { "x": { "enum": ["y"] } } });
    })?;
    assert_section(
        &section,
        &["operation `GET /things` removed"],
        &["definition `More` added", "operation `GET /more` added"],
        &[],
    );
    Ok(())
}

#[test]
fn properties_and_enum_values_are_compared() -> Result<()> {
    let section = rest(|schema| {
        schema["definitions"]["Thing"] = json!({
            "required": ["kind"],
            "properties": {
                "name": { "type": "integer", "format": "int64", "x-nullable": true, "maximum": 3 },
                "kind": { "type": "string", "enum": ["b", "c"], "x-deprecated": true },
                "new": { "type": "string" },
            },
        });
    })?;
    assert_section(
        &section,
        &[
            "property `Thing.kind` is now required",
            "property `Thing.name` can now be null",
            "property `Thing.name` limits: nothing → `maximum 3`",
            "property `Thing.name` type: `string` → `integer (int64)`",
            "value `Thing.kind=a` removed",
        ],
        &["property `Thing.name` is no longer required", "property `Thing.new` added", "value `Thing.kind=c` added"],
        &["property `Thing.kind`"],
    );
    Ok(())
}

#[test]
fn operations_and_parameters_are_compared() -> Result<()> {
    let section = rest(|schema| {
        let get = &mut schema["paths"]["/things"]["get"];
        get["deprecated"] = true.into();
        get["responses"] = json!({ "200": {}, "404": {}, "429": {} });
        get["parameters"] = json!([
            { "name": "limit", "in": "query", "type": "integer", "required": true },
            { "name": "must", "in": "query", "type": "string", "required": true },
            { "name": "may", "in": "query", "type": "string" },
        ]);
        schema["paths"]["/things"]["post"]["parameters"][0]["required"] = true.into();
    })?;
    assert_section(
        &section,
        &[
            "operation `GET /things` replies: `200 application/json Thing` → `200`",
            "parameter `GET /things ? query:limit` is now required",
            "parameter `GET /things ? query:must` added as required",
            "parameter `POST /things ? body:body` is now required",
        ],
        &["operation `GET /things` errors: `404` → `404, 429`", "parameter `GET /things ? query:may` added"],
        &["operation `GET /things`"],
    );
    Ok(())
}

/// Returns the REST section after a change to a contract that describes schemas in every place.
fn inline(change: impl Fn(&mut Value)) -> Result<Report> {
    let inner = json!({ "type": "object", "properties": {
        "at": { "type": "string" }, "kind": { "type": "string", "enum": ["a", "b"] },
    } });
    let list = json!({ "type": "array", "items": inner });
    let mut schema = swagger();
    schema["definitions"]["List"] = list.clone();
    schema["definitions"]["Map"] = json!({ "type": "object", "additionalProperties": inner });
    schema["definitions"]["Thing"]["properties"]["map"] =
        json!({ "type": "object", "additionalProperties": { "type": "array", "items": inner } });
    let get = &mut schema["paths"]["/things"]["get"];
    get["operationId"] = "things.get".into();
    get["parameters"][0]["type"] = "string".into();
    get["parameters"][0]["enum"] = json!(["a", "b"]);
    get["responses"]["200"]["schema"] = list.clone();
    schema["paths"]["/things"]["post"]["parameters"][0]["schema"] =
        json!({ "type": "object", "properties": { "list": list } });
    let old = contract(&schema, PROTO)?;
    change(&mut schema);
    compare(&old, &contract(&schema, PROTO)?)
}

#[test]
fn schemas_that_are_described_in_place_are_compared() -> Result<()> {
    let places = [
        ("/definitions/List/items", "property", "List"),
        ("/definitions/Map/additionalProperties", "property", "Map.*"),
        ("/definitions/Thing/properties/map/additionalProperties/items", "property", "Thing.map.*"),
        ("/paths/~1things/get/responses/200/schema/items", "property", "GET /things reply 200"),
        ("/paths/~1things/post/parameters/0/schema/properties/list/items", "parameter", "POST /things body.list"),
    ];
    for (pointer, noun, name) in places {
        let report = inline(|schema| {
            let Some(inner) = schema.pointer_mut(pointer) else { return };
            inner["properties"] = json!({
                "kind": { "type": "string", "enum": ["a"], "x-deprecated": true }, "more": { "type": "integer" },
            });
        })?;
        assert_section(
            &report.rest,
            &[&format!("{noun} `{name}.at` removed"), &format!("value `{name}.kind=b` removed")],
            &[&format!("{noun} `{name}.more` added")],
            &[&format!("{noun} `{name}.kind`")],
        );
        assert_eq!(report.otherwise, Vec::<String>::new(), "{pointer}");
    }
    Ok(())
}

#[test]
fn attributes_in_every_place_are_compared() -> Result<()> {
    type Change<'a> = (&'a str, Value, &'a [&'a str]);
    let get = "/paths/~1things/get";
    let changes: &[Change<'_>] = &[
        (&format!("{get}/parameters/0/enum"), json!(["b"]), &["value `GET /things ? query:limit=a` removed"]),
        (
            &format!("{get}/operationId"),
            json!("things.list"),
            &["operation `GET /things` operationId: `things.get` → `things.list`"],
        ),
        (
            &format!("{get}/responses/200/schema"),
            json!({ "type": ["string", "null"] }),
            &[
                "operation `GET /things` replies: `200 application/json array of object` → `200 application/json nullable string`",
                "property `GET /things reply 200.at` removed",
                "property `GET /things reply 200.kind` removed",
            ],
        ),
        (
            "/definitions/Thing/properties/name",
            json!({ "type": "array", "items": { "type": ["string", "null"], "maxLength": 3 } }),
            &[
                "property `Thing.name` limits: nothing → `items: maxLength 3`",
                "property `Thing.name` type: `string` → `array of nullable string`",
            ],
        ),
        (
            "/definitions/Thing",
            json!({ "type": "array", "items": { "type": "string" } }),
            &[
                "definition `Thing` type: `object` → `array`",
                "property `Thing.kind` removed",
                "property `Thing.map` removed",
                "property `Thing.name` removed",
            ],
        ),
        (
            "/definitions/Map",
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            &[
                "property `Map <alias>` type: `object of object` → `object of string`",
                "property `Map.*.at` removed",
                "property `Map.*.kind` removed",
            ],
        ),
    ];
    for (pointer, value, breaking) in changes {
        let report = inline(|schema| {
            if let Some(place) = schema.pointer_mut(pointer) {
                place.clone_from(value);
            }
        })?;
        assert_eq!(report.rest.breaking.iter().map(Line::to_string).collect::<Vec<_>>(), *breaking);
        assert_eq!(report.otherwise, Vec::<String>::new(), "{pointer}");
    }
    Ok(())
}

#[test]
fn what_no_line_explains_is_counted() -> Result<()> {
    let report = inline(|schema| {
        schema["security"] = json!([{}]);
        schema["paths"]["/things"]["get"]["tags"] = json!(["things"]);
        schema["paths"]["/things"]["get"]["responses"]["404"]["schema"] = json!({ "type": "string" });
        schema["definitions"]["List"]["items"]["required"] = json!(["at", "gone"]);
    })?;
    assert_section(&report.rest, &["property `List.at` is now required"], &[], &[]);
    let get = "/paths/~1v1~1things/get";
    assert_eq!(
        report.otherwise,
        [
            "/components/schemas/List/items/required/gone".to_owned(),
            format!("{get}/responses/404/content/application~1json/schema/type"),
            format!("{get}/tags"),
            "/security".to_owned(),
        ]
    );
    let text = report.markdown();
    let line = "`openapi.json` changed otherwise, in 4 places that no line explains: `/components/schemas/List/items/required/gone`, ";
    assert!(text.contains(line) && text.matches("No change.").count() == 1, "{text}");
    Ok(())
}

#[test]
fn proto_files_that_no_line_explains_are_named() -> Result<()> {
    let old = contract(&swagger(), PROTO)?;
    let new = contract(&swagger(), &PROTO.replace("message Gone {", "message Gone { reserved 7;"))?;
    let report = compare(&old, &new)?;
    assert!(report.grpc.is_empty());
    let text = report.markdown();
    let line = "The proto files changed otherwise, in 1 place that no line explains: `weaviate/v1/x.proto`.";
    assert!(text.contains(line), "{text}");
    Ok(())
}

#[test]
fn added_messages_are_listed_with_their_nested_messages() -> Result<()> {
    let section =
        grpc("enum Mode", "message Boost { message Condition { string p = 1; } Condition c = 1; } enum Mode")?;
    assert_section(&section, &[], &["type `Boost` added", "type `Boost.Condition` added"], &[]);
    let section = grpc("rpc Old(Gone) returns (Gone);", "rpc Stream(stream Request) returns (Request);")?;
    assert_section(&section, &["RPC `Weaviate.rpc Old` removed"], &["RPC `Weaviate.rpc Stream` added"], &[]);
    Ok(())
}

#[test]
fn fields_and_proto_enum_values_are_compared() -> Result<()> {
    for (from, to, breaking) in [
        ("string a = 1", "string a = 9", "field `Request.a` number: `1` → `9`"),
        ("string a = 1", "repeated string a = 1", "field `Request.a` type: `string` → `repeated string`"),
        ("optional int32 b", "int32 b", "field `Request.b` type: `optional int32` → `int32`"),
        ("string c = 3; }", "string cc = 5; } string c = 3;", "field `Request.c` oneof: `kind` → nothing"),
        (
            "map<string, int64>",
            "map<string, Mode>",
            "field `Request.d` type: `map<string, int64>` → `map<string, Mode>`",
        ),
        ("FAST = 1", "FAST = 2", "value `Mode.FAST` number: `1` → `2`"),
        ("Search(Request)", "Search(stream Request)", "RPC `Weaviate.rpc Search` takes: `Request` → `stream Request`"),
    ] {
        let lines: Vec<String> = grpc(from, to)?.breaking.iter().map(Line::to_string).collect();
        assert_eq!(lines, [breaking]);
    }
    assert_section(&grpc("string a = 1", "string a = 1 [deprecated = true]")?, &[], &[], &["field `Request.a`"]);
    for (from, deprecated) in [
        ("message Gone", "type `Gone`"),
        ("enum Mode", "type `Mode`"),
        ("rpc Old", "RPC `Weaviate.rpc Old`"),
        ("NONE = 0", "value `Mode.NONE`"),
    ] {
        assert_section(&grpc(from, &format!("\n// Deprecated.\n{from}"))?, &[], &[], &[deprecated]);
    }
    assert_section(&grpc("FAST = 1;", "FAST = 1; SLOW = 2;")?, &[], &["value `Mode.SLOW` added"], &[]);
    Ok(())
}

#[test]
fn the_report_is_written_as_markdown_and_as_json() -> Result<()> {
    let mut schema = swagger();
    schema["info"]["version"] = "1.1.0".into();
    schema["definitions"]["More"] = json!({});
    let proto = PROTO.replace("FAST = 1;", "");
    let report = compare(&contract(&swagger(), PROTO)?, &contract(&schema, &proto)?)?;
    let expected = "# Weaviate 1.0.0 → 1.1.0\n\n## REST\n\n0 breaking, 1 additive, 0 deprecated\n\n### Additive: 1 \
                    definition added\n\n- definition `More` added\n\n## gRPC\n\n1 breaking, 0 additive, 0 deprecated\n\n### \
                    Breaking: 1 value removed\n\n- value `Mode.FAST` removed\n";
    assert_eq!(report.markdown(), expected);
    let value: Value = serde_json::from_str(&report.json()?)?;
    let expected = json!({
        "from": "1.0.0", "to": "1.1.0",
        "rest": { "breaking": [], "additive": ["definition `More` added"], "deprecated": [] },
        "grpc": { "breaking": ["value `Mode.FAST` removed"], "additive": [], "deprecated": [] },
    });
    assert_eq!(value, expected);
    Ok(())
}

#[test]
fn a_list_is_headed_by_its_counts() -> Result<()> {
    let section = rest(|schema| {
        schema["paths"]["/things"]["get"]["responses"]["429"] = json!({});
        schema["paths"]["/more"]["get"] = json!({ "deprecated": true, "responses": { "200": {} } });
        schema["definitions"]["More"] = json!({});
        for name in ["x", "y"] {
            schema["definitions"]["Thing"]["properties"][name] = json!({ "type": "string" });
        }
    })?;
    assert_eq!(summary(&section.additive), "1 definition, 1 operation and 2 properties added; 1 operation changed");
    assert_eq!(summary(&section.deprecated), "1 operation");
    Ok(())
}

#[test]
fn text_of_a_contract_does_not_become_markup() -> Result<()> {
    let mut schema = swagger();
    schema["info"]["version"] = "1.1.0 @all\n# Fake".into();
    schema["definitions"]["Thing"]["properties"]["a`b|c\n- fixes #12"] = json!({ "type": "string" });
    schema["definitions"]["Thing"]["properties"]["name"]["pattern"] = "`` <b>@name".into();
    let text = compare(&contract(&swagger(), PROTO)?, &contract(&schema, PROTO)?)?.markdown();
    for line in [
        "# Weaviate 1.0.0 → `1.1.0 \\u{40}all\\n# Fake`",
        "- property ``Thing.a`b|c\\n- fixes \\u{23}12`` added",
        "- property `Thing.name` limits: nothing → ```pattern \"`` <b>\\u{40}name\"```",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    Ok(())
}

#[test]
fn a_contract_without_a_release_is_compared() -> Result<()> {
    let mut schema = swagger();
    schema["info"]["version"] = "1.1.0-dev".into();
    let report = compare(&contract(&swagger(), PROTO)?, &contract(&schema, PROTO)?)?;
    assert_eq!(report.title(), "Weaviate 1.0.0 → 1.1.0-dev");
    Ok(())
}

#[test]
fn canonical_and_upstream_folders_are_both_read() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("tree");
    for (path, text) in
        [("openapi-specs/schema.json", swagger().to_string()), ("grpc/proto/v1/x.proto", PROTO.to_owned())]
    {
        let path = tree.join(path);
        std::fs::create_dir_all(path.with_file_name(""))?;
        std::fs::write(path, text)?;
    }
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    assert!(Contract::read(&specs)?.items()?.contains(Kind::Operation, "GET /schema"));
    assert!(Contract::read(&tree)?.items()?.contains(Kind::Operation, "GET /things"));
    assert!(Contract::read(folder.path()).is_err());
    Ok(())
}

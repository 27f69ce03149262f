//! The whole pipeline on a contract small enough to read.

use std::collections::BTreeSet;

use prost_types::FileDescriptorSet;
use serde_json::{Value, json};

use super::output::FileSet;
use super::words::Words;
use super::{Sources, accounting, build_corrected, grpc};
use crate::fixups;
use crate::sync::history::History;

const PROTO: &str = r#"
syntax = "proto3";
package tiny.v1;
import "google/protobuf/struct.proto";

service Tiny {
  rpc Find(FindRequest) returns (FindReply) {}
  rpc Watch(stream FindRequest) returns (stream FindReply) {}
}

message FindRequest {
  string name = 1;
  bytes vector = 2;
  bool old = 3 [deprecated = true];
  optional NearIMUSearch near = 4;
  map<string, int64> weights = 5;
  enum Order {
    ORDER_UNSPECIFIED = 0;
    ORDER_UP = 1;
  }
  Order order = 6;
}

message FindReply {
  repeated string names = 1;
  google.protobuf.Struct more = 2;
}

message NearIMUSearch {
  string imu = 1;
}
"#;

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn ok(schema: &Value) -> Value {
    json!({ "200": { "description": "", "content": { "application/json": { "schema": schema } } } })
}

fn parameter(place: &str, name: &str, schema: &Value) -> Value {
    json!({ "in": place, "name": name, "required": place == "path", "schema": schema })
}

/// Some of everything.
fn contract() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Tiny", "version": "1.39.0" },
        "paths": {
            "/v1/things": {
                "get": {
                    "operationId": "things.list", "tags": ["things"],
                    "parameters": [parameter("query", "limit", &json!({ "type": "integer" })), parameter("header", "trace", &text)],
                    "responses": ok(&json!({ "type": "array", "items": reference("Thing") })),
                },
                "post": {
                    "operationId": "things.create", "tags": ["things"],
                    "requestBody": { "required": true, "content": { "application/json": { "schema": reference("Thing") } } },
                    "responses": ok(&reference("Thing")),
                },
            },
            "/v1/things/{id}/{part}": {
                "delete": {
                    "operationId": "things.delete", "tags": ["things"], "deprecated": true,
                    "parameters": [parameter("path", "id", &text), parameter("path", "part", &text)],
                    "responses": { "204": { "description": "" } },
                },
                "patch": {
                    "operationId": "thingsPatch", "tags": ["well-known"],
                    "parameters": [
                        parameter("path", "id", &text), parameter("path", "part", &text),
                        parameter("query", "tenantNames", &json!({ "type": "array", "items": text })),
                    ],
                    "requestBody": { "content": { "application/json": { "schema": reference("Thing") } } },
                    "responses": { "204": { "description": "" } },
                },
            },
        },
        "components": { "schemas": {
            "Class": { "type": "object", "properties": { "class": text } },
            "State": { "type": "string", "enum": ["UP", "DOWN"] },
            "Thing": { "type": "object", "required": ["name"], "properties": {
                "name": text,
                "oldName": { "type": "string", "deprecated": true },
                "parts": { "type": "array", "items": text },
                "state": reference("State"),
                "count": { "type": "number", "format": "int64" },
            } },
        } },
    })
}

pub(super) fn protos(text: &str) -> anyhow::Result<FileDescriptorSet> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("tiny.proto"), text)?;
    grpc::compile(folder.path())
}

/// Like `build`, without asking whether every fixup still has a place.
fn generated(contract: &Value, proto: &str) -> anyhow::Result<FileSet> {
    let mut corrected = contract.clone();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    Ok(build_corrected(&sources(contract, proto)?, &corrected, &applied, &mut Words::default())?.0)
}

fn sources(contract: &Value, proto: &str) -> anyhow::Result<Sources> {
    let history = json!({ "covers": ["1.23.0", "1.39.0"], "newest": { "1.23": "1.23.0", "1.39": "1.39.0" }, "releases": 2, "items": {
        "property": { "Thing.count": { "backports": { "1.28": "1.28.5" }, "settled": "1.29.0" } },
        "proto": {
            "FindRequest.near": { "settled": "1.38.0" },
            "FindRequest.Order.ORDER_UP": { "settled": "1.39.0" },
        },
    } });
    Ok(Sources {
        contract: contract.clone(),
        descriptors: protos(proto)?,
        history: History::parse(&history.to_string())?,
        behaviours: toml::from_str("oldest = '1.27.0'\n[features]")?,
    })
}

fn file(files: &FileSet, path: &str) -> String {
    files.get(path).unwrap_or_default().to_owned()
}

/// `haystack` holds `needle` up to white space.
pub(super) fn assert_holds(haystack: &str, needle: &str) {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeeze(haystack).contains(&squeeze(needle)), "`{needle}` is not in\n{haystack}");
}

#[test]
fn two_runs_give_the_same_files() -> anyhow::Result<()> {
    assert_eq!(generated(&contract(), PROTO)?, generated(&contract(), PROTO)?);
    Ok(())
}

#[test]
fn every_file_says_where_it_comes_from() -> anyhow::Result<()> {
    for (path, body) in generated(&contract(), PROTO)?.iter() {
        assert!(body.lines().next().is_some_and(|line| line.contains("@generated by `make regen`")), "{path}");
        assert!(body.ends_with('\n') && !body.contains('\r'), "{path}");
    }
    Ok(())
}

#[test]
fn there_is_one_file_per_tag_and_per_proto() -> anyhow::Result<()> {
    let files = generated(&contract(), PROTO)?;
    let paths: Vec<&str> = files.iter().map(|(path, _)| path).collect();
    let expected = [
        "API.md",
        "src/availability/bodies.rs",
        "src/availability/features.rs",
        "src/availability/grpc.rs",
        "src/availability/mod.rs",
        "src/availability/operations.rs",
        "src/availability/since.rs",
        "src/availability/types.rs",
        "src/availability/visit.rs",
        "src/grpc/mod.rs",
        "src/grpc/tiny.rs",
        "src/grpc/tiny_client.rs",
        "src/grpc/tiny_server.rs",
        "src/lib.rs",
        "src/rest/enums.rs",
        "src/rest/mod.rs",
        "src/rest/support.rs",
        "src/rest/things.rs",
        "src/rest/types.rs",
        "src/rest/well_known.rs",
    ];
    assert_eq!(paths, expected);
    Ok(())
}

#[test]
fn types_tolerate_what_other_servers_send() -> anyhow::Result<()> {
    let files = generated(&contract(), PROTO)?;
    let types = file(&files, "src/rest/types.rs");
    assert_holds(&types, "pub parts: Option<Vec<String>>");
    assert_holds(&types, "pub name: Option<String>");
    assert_holds(&types, "pub count: Option<i64>");
    assert_holds(&types, "#[deprecated] #[serde(rename = \"oldName\", skip_serializing_if = \"Option::is_none\")]");
    assert_holds(&types, "pub struct Class(pub Value);");
    assert_holds(&file(&files, "src/rest/enums.rs"), "open_enum! { State { Up = \"UP\", Down = \"DOWN\", } }");
    Ok(())
}

#[test]
fn methods_guard_paths_join_lists_and_leave_bodies_out() -> anyhow::Result<()> {
    let files = generated(&contract(), PROTO)?;
    let things = file(&files, "src/rest/things.rs");
    assert_holds(&things, "#[deprecated] pub async fn things_delete");
    assert_holds(&things, "segment(\"id\", id) ?, segment(\"part\", part) ?");
    assert_holds(&things, "_ => Err(Error::UnexpectedResponse(response))");
    assert_holds(&things, "body: &'a types::Thing");
    assert_holds(&things, "Result<ResponseValue<Option<Vec<types::Thing>>>, Error<()>>");
    let patch = file(&files, "src/rest/well_known.rs");
    assert_holds(&patch, "body: Option<&'a types::Thing>");
    assert_holds(&patch, "optional_body(self.client.patch(url), body)");
    assert_holds(&patch, "tenant_names: Option<&'a [String]>");
    assert_holds(&patch, "let tenant_names = joined(\"tenant_names\", tenant_names)?;");
    for (path, body) in files.iter() {
        assert!(!body.contains("api-version"), "{path}");
        assert!(!body.contains("ClientBuilder::new()"), "{path}");
    }
    Ok(())
}

#[test]
fn a_header_parameter_is_still_sent() -> anyhow::Result<()> {
    let things = file(&generated(&contract(), PROTO)?, "src/rest/things.rs");
    assert_holds(&things, "header_map.append(\"trace\", value.to_string().try_into()?)");
    assert_eq!(things.matches(".headers(header_map)").count(), 1);
    Ok(())
}

#[test]
fn messages_share_bytes_and_server_stubs_stand_behind_a_feature() -> anyhow::Result<()> {
    let files = generated(&contract(), PROTO)?;
    let messages = file(&files, "src/grpc/tiny.rs");
    assert_holds(&messages, "pub vector: ::prost::bytes::Bytes");
    assert_holds(&messages, "#[deprecated] #[prost(bool, tag = \"3\")]");
    assert_holds(
        &file(&files, "src/grpc/mod.rs"),
        "#[cfg(feature = \"server\")] #[rustfmt::skip] pub mod tiny_server;",
    );
    assert!(!file(&files, "src/grpc/tiny_client.rs").contains("pub async fn connect"));
    Ok(())
}

#[test]
fn the_inventory_names_everything() -> anyhow::Result<()> {
    let api = file(&generated(&contract(), PROTO)?, "API.md");
    for line in [
        "- `GET /things` things.list → list of Thing",
        "- `GET /things ? header:trace` string",
        "- `DELETE /things/{id}/{part}` things.delete → nothing · **deprecated**",
        "- `PATCH /things/{id}/{part} ? body:body` Thing, optional",
        "- `PATCH /things/{id}/{part} ? query:tenantNames` list of string",
        "- `State <alias>=DOWN`",
        "- `Thing` object",
        "- `Thing.name` string, required",
        "- `Thing.oldName` string · **deprecated**",
        "- `FindRequest.near` optional NearIMUSearch = 4 · since 1.38.0+",
        "- `FindRequest.old` bool = 3 · **deprecated**",
        "- `FindRequest.weights` map of string to int64 = 5",
        "- `FindRequest.Order.ORDER_UP` = 1 · since 1.39.0+",
        "- `Thing.count` number (int64) · since 1.28.5, 1.29.0+",
        "- `Tiny.rpc Watch` stream of FindRequest → stream of FindReply",
        "- `FindReply.more` Struct = 2",
    ] {
        assert!(api.lines().any(|found| found == line), "{line} is not in\n{api}");
    }
    assert!(!api.contains("WeightsEntry"));
    Ok(())
}

#[test]
fn our_own_words_stand_before_what_they_are_about() -> anyhow::Result<()> {
    let mut corrected = contract();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    let mut words: Words = toml::from_str(
        r#"
        operations = { "things.list" = "Lists." }
        rpcs = { Find = "Finds." }
        messages = { NearIMUSearch = "Near." }
        fields = { "FindRequest.order" = "Up or down.", "Thing.name" = "Its name." }
        "#,
    )?;
    let (files, _) = build_corrected(&sources(&contract(), PROTO)?, &corrected, &applied, &mut words)?;
    assert_holds(
        &file(&files, "src/rest/things.rs"),
        "/// Lists. /// /// `GET /v1/things` (`things.list`) pub async fn",
    );
    assert_holds(&file(&files, "src/grpc/tiny_client.rs"), "/// Finds. pub async fn find");
    assert_holds(&file(&files, "src/grpc/tiny.rs"), "/// Near. #[derive");
    assert_holds(&file(&files, "src/grpc/tiny.rs"), "/// Up or down. #[prost");
    assert_holds(&file(&files, "src/rest/types.rs"), "/// Its name. #[serde");

    assert_eq!(
        words.findings(),
        [
            "docs.toml has no words for 4 operations and RPCs, 0 before: things.create, things.delete, thingsPatch, watch"
        ]
    );
    Ok(())
}

/// Added and removed lines of each file.
fn changes(old: &FileSet, new: &FileSet) -> Vec<String> {
    crate::check::differences(old, new)
        .lines()
        .filter(|line| line.starts_with(['+', '-']) && !line.starts_with("---") && !line.starts_with("+++"))
        .filter(|line| !line.get(1..).unwrap_or_default().trim().is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn words_about_nothing_and_a_count_that_is_too_high_are_found() -> anyhow::Result<()> {
    let text = r#"
        wordless = 7
        operations = { "things.nothing" = "Is not there." }
        fields = { "Thing.nothing" = "Is not there." }
    "#;
    let mut words: Words = toml::from_str(text)?;
    let mut corrected = contract();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    build_corrected(&sources(&contract(), PROTO)?, &corrected, &applied, &mut words)?;
    assert_eq!(
        words.findings(),
        [
            "docs.toml speaks of what the contract does not have: operation things.nothing",
            "docs.toml speaks of what the contract does not have: field Thing.nothing",
            "docs.toml: lower `wordless` to 6",
        ]
    );
    assert!(toml::from_str::<Words>("colours = {}").is_err());
    Ok(())
}

#[test]
fn a_small_change_of_the_contract_is_a_small_change_of_the_output() -> anyhow::Result<()> {
    let old = generated(&contract(), PROTO)?;

    let mut next = contract();
    if let Some(properties) = next.pointer_mut("/components/schemas/Thing/properties").and_then(Value::as_object_mut) {
        properties.insert("newName".into(), json!({ "type": "string" }));
    }
    if let Some(item) = next.pointer_mut("/paths/~1v1~1things").and_then(Value::as_object_mut) {
        item.remove("post");
    }
    if let Some(values) = next.pointer_mut("/components/schemas/State/enum") {
        *values = json!(["UP", "OFF"]);
    }
    let new = generated(&next, PROTO)?;
    let changed = changes(&old, &new);

    let (gone, rest): (Vec<&String>, Vec<&String>) = changed.iter().partition(|line| {
        let method = method_lines(&file(&old, "src/rest/things.rs"), "things_create");
        method.contains(line.get(1..).unwrap_or_default()) && line.starts_with('-')
    });
    assert!(gone.len() > 10, "the whole method goes: {gone:?}");
    let expected = [
        "-- `POST /things` things.create → Thing",
        "-- `POST /things ? body:body` Thing",
        "-- `State <alias>=DOWN`",
        "+- `State <alias>=OFF`",
        "+- `Thing.newName` string",
        "-        Down = \"DOWN\",",
        "+        Off = \"OFF\",",
        "+    #[serde(rename = \"newName\", skip_serializing_if = \"Option::is_none\")]",
        "+    pub new_name: Option<String>,",
    ];
    let rest: BTreeSet<&str> = rest.into_iter().map(String::as_str).collect();
    assert_eq!(rest, expected.into_iter().collect::<BTreeSet<&str>>());
    Ok(())
}

/// The lines of one method with its doc comment.
fn method_lines(text: &str, name: &str) -> BTreeSet<String> {
    let blocks: Vec<&str> = text.split("\n\n").collect();
    let block = blocks.iter().find(|block| block.contains(&format!("fn {name}<")));
    block.into_iter().flat_map(|block| block.lines()).map(str::to_owned).collect()
}

#[test]
fn a_change_of_a_proto_shows_up_as_just_that() -> anyhow::Result<()> {
    let old = generated(&contract(), PROTO)?;
    let new = generated(&contract(), &PROTO.replace("string imu = 1;", "string imu = 1;\n  bool fast = 2;"))?;
    let changed = changes(&old, &new);
    assert_eq!(
        changed,
        ["+- `NearIMUSearch.fast` bool = 2", "+    #[prost(bool, tag = \"2\")]", "+    pub fast: bool,",]
    );
    Ok(())
}

#[test]
fn what_is_neither_written_nor_left_out_on_purpose_stops_the_run() -> anyhow::Result<()> {
    let contract = contract();
    let mut corrected = contract.clone();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    if let Some(schemas) = corrected.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.remove("Class");
    }
    let error = build_corrected(&sources(&contract, PROTO)?, &corrected, &applied, &mut Words::default())
        .map_err(|error| error.to_string());
    assert!(error.is_err_and(|text| text.contains("definition Class")));
    Ok(())
}

#[test]
fn the_list_of_what_is_left_out_is_held_to_account() -> anyhow::Result<()> {
    let contract = contract();
    let mut corrected = contract.clone();
    fixups::apply(&mut corrected, "1.0.0")?;
    if let Some(schemas) = corrected.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.remove("Class");
    }
    let mut files = FileSet::default();
    let descriptors = protos(PROTO)?;
    let rest = super::rest::emit(&corrected, &super::Facts::read(&corrected)?, &mut Words::default(), &mut files)?;
    let grpc = grpc::emit(&descriptors, &mut Words::default(), &mut files)?;
    let skip = |name| accounting::Skipped { name, reason: "a test" };
    let counts = accounting::settle(&contract, &descriptors, &rest, &grpc, &[skip("Class")])?;
    assert_eq!((counts.operations, counts.definitions, counts.rpcs, counts.messages), (4, 2, 2, 4));
    let needless = accounting::settle(&contract, &descriptors, &rest, &grpc, &[skip("Class"), skip("Thing")]);
    assert!(needless.is_err_and(|error| error.to_string().contains("Thing")));
    Ok(())
}

#[test]
fn a_file_that_is_missing_or_broken_is_named() -> anyhow::Result<()> {
    let specs = tempfile::tempdir()?;
    let out = tempfile::tempdir()?;
    let run = || super::run(specs.path(), out.path()).map(|_| ()).map_err(|error| format!("{error:#}"));
    assert!(run().is_err_and(|text| text.contains("openapi.json")));
    std::fs::write(specs.path().join("openapi.json"), "{")?;
    assert!(run().is_err_and(|text| text.contains("openapi.json") && text.contains("not the JSON")));
    std::fs::write(specs.path().join("openapi.json"), "{}")?;
    std::fs::create_dir(specs.path().join("proto"))?;
    std::fs::write(specs.path().join("proto/bad.proto"), "syntax = \"proto3\"; message {")?;
    assert!(run().is_err_and(|text| text.contains("proto")));
    assert_eq!(std::fs::read_dir(out.path())?.count(), 0);
    Ok(())
}

#[test]
fn a_construct_that_progenitor_cannot_read_is_an_error_and_no_panic() {
    let mut contract = contract();
    if let Some(schema) = contract.pointer_mut("/components/schemas/Thing/properties/name") {
        *schema = json!({ "format": "mystery" });
    }
    let error = generated(&contract, PROTO).map(|_| ()).map_err(|error| format!("{error:#}"));
    assert!(error.is_err_and(|text| text.contains("a fixup is needed") && text.contains("mystery")));
}

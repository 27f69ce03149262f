//! Tests of the whole generation on a small contract.

use std::collections::BTreeSet;

use anyhow::Context as _;
use prost_types::FileDescriptorSet;
use serde_json::{Value, json};

use super::docs::Docs;
use super::output::FileSet;
use super::{Built, Sources, build_corrected, completeness, grpc};
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

/// Returns a contract with some items of every kind.
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

/// Generates all files. The release is older than any fixup, so that fixups may change nothing.
fn generated(contract: &Value, proto: &str) -> anyhow::Result<FileSet> {
    let mut corrected = contract.clone();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    Ok(build_corrected(&sources(contract, proto)?, &corrected, &applied, &mut Docs::default())?.files)
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
        preview: None,
        contract: contract.clone(),
        descriptors: protos(proto)?,
        history: History::parse(&history.to_string())?,
        behaviours: toml::from_str("oldest = '1.27.0'\n[features]")?,
    })
}

fn file(files: &FileSet, path: &str) -> String {
    files.get(path).unwrap_or_default().to_owned()
}

/// Asserts that `haystack` contains `needle`, ignoring differences in white space.
pub(super) fn assert_contains(haystack: &str, needle: &str) {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(squeeze(haystack).contains(&squeeze(needle)), "`{needle}` is not in\n{haystack}");
}

#[test]
fn generation_is_deterministic() -> anyhow::Result<()> {
    assert_eq!(generated(&contract(), PROTO)?, generated(&contract(), PROTO)?);
    Ok(())
}

#[test]
fn every_file_has_the_generated_header() -> anyhow::Result<()> {
    for (path, body) in generated(&contract(), PROTO)?.iter() {
        assert!(body.lines().next().is_some_and(|line| line.contains("@generated by `make regen`")), "{path}");
        assert!(body.ends_with('\n') && !body.contains('\r'), "{path}");
    }
    Ok(())
}

#[test]
fn there_is_one_file_per_tag_and_per_proto_file() -> anyhow::Result<()> {
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
fn types_accept_missing_fields_and_unknown_values() -> anyhow::Result<()> {
    let files = generated(&contract(), PROTO)?;
    let types = file(&files, "src/rest/types.rs");
    assert_contains(&types, "pub parts: Option<Vec<String>>");
    assert_contains(&types, "pub name: Option<String>");
    assert_contains(&types, "pub count: Option<i64>");
    assert_contains(&types, "#[deprecated] #[serde(rename = \"oldName\", skip_serializing_if = \"Option::is_none\")]");
    assert_contains(&types, "pub struct Class(pub Value);");
    assert_contains(&file(&files, "src/rest/enums.rs"), "open_enum! { State { Up = \"UP\", Down = \"DOWN\", } }");
    Ok(())
}

#[test]
fn methods_check_path_segments_join_lists_and_take_optional_bodies() -> anyhow::Result<()> {
    let files = generated(&contract(), PROTO)?;
    let things = file(&files, "src/rest/things.rs");
    assert_contains(&things, "#[deprecated] #[inline] pub fn things_delete");
    assert_contains(&things, "segment(\"id\", id) ?, segment(\"part\", part) ?");
    assert_contains(&things, "self.json(&[200], \"things_list\", request)");
    assert_contains(&file(&files, "src/rest/well_known.rs"), "self.empty(&[204], ");
    assert_contains(&things, "body: &types::Thing");
    assert_contains(&things, "-> Reply<Option<Vec<types::Thing>>>");
    let patch = file(&files, "src/rest/well_known.rs");
    assert_contains(&patch, "body: Option<&types::Thing>");
    assert_contains(&patch, "optional_body(self.client.patch(url), body)");
    assert_contains(&patch, "tenant_names: Option<&[String]>");
    assert_contains(&patch, "let tenant_names = joined(\"tenant_names\", tenant_names)?;");
    for (path, body) in files.iter() {
        assert!(!body.contains("api-version"), "{path}");
        assert!(!body.contains("ClientBuilder::new()"), "{path}");
    }
    Ok(())
}

#[test]
fn a_header_parameter_is_sent() -> anyhow::Result<()> {
    let things = file(&generated(&contract(), PROTO)?, "src/rest/things.rs");
    assert_contains(&things, "header_map.append(\"trace\", value.to_string().try_into()?)");
    assert_eq!(things.matches(".headers(header_map)").count(), 1);
    Ok(())
}

#[test]
fn messages_use_shared_bytes_and_server_stubs_are_behind_a_feature() -> anyhow::Result<()> {
    let files = generated(&contract(), PROTO)?;
    let messages = file(&files, "src/grpc/tiny.rs");
    assert_contains(&messages, "pub vector: ::prost::bytes::Bytes");
    assert_contains(&messages, "#[deprecated] #[prost(bool, tag = \"3\")]");
    assert_contains(
        &file(&files, "src/grpc/mod.rs"),
        "#[cfg(feature = \"server\")] #[rustfmt::skip] pub mod tiny_server;",
    );
    assert!(!file(&files, "src/grpc/tiny_client.rs").contains("pub async fn connect"));
    Ok(())
}

#[test]
fn replies_leave_fields_encoded_and_the_complete_messages_are_behind_a_feature() -> anyhow::Result<()> {
    let replies = r"
message FindReply {
  repeated PropertiesResult results = 1;
  repeated string names = 2;
}

message PropertiesResult { optional Properties non_ref_props = 11; optional MetadataResult metadata = 4; }

message MetadataResult { string id = 1; }

message Properties {
  map<string, string> fields = 1;
  int64 kept_as_it_is = 2;
}
";
    let (before, after) = PROTO.split_once("message FindReply").context("PROTO has FindReply")?;
    let rest = after.split_once("}\n").context("FindReply ends")?.1;
    let files = generated(&contract(), &format!("{before}{replies}{rest}"))?;
    let reply = file(&files, "src/grpc/reply.rs");
    assert_contains(&reply, "pub results: ::prost::alloc::vec::Vec<PropertiesResult>");
    assert_contains(&reply, "#[prost(bytes = \"bytes\", optional, tag = \"11\")] pub non_ref_props");
    assert_contains(&reply, "#[prost(bytes = \"bytes\", tag = \"1\")] pub id");
    assert!(!reply.contains("struct Properties {") && !reply.contains("struct FindRequest"), "{reply}");
    let complete = file(&files, "src/grpc/tiny.rs");
    assert_eq!(complete.matches("#[cfg(feature = \"server\")]").count(), 3, "{complete}");
    for message in ["FindReply", "PropertiesResult", "MetadataResult"] {
        assert_contains(&complete, &format!("pub struct {message} {{"));
    }
    assert_contains(&file(&files, "src/grpc/mod.rs"), "pub mod reply;");
    assert_contains(
        &file(&files, "src/grpc/field_number.rs"),
        "pub mod properties { pub const FIELDS: u32 = 1; pub const KEPT_AS_IT_IS: u32 = 2; }",
    );
    Ok(())
}

#[test]
fn the_inventory_lists_every_item() -> anyhow::Result<()> {
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
        "- `FindRequest.near` optional NearIMUSearch = 4 · since 1.38.0",
        "- `FindRequest.old` bool = 3 · **deprecated**",
        "- `FindRequest.weights` map of string to int64 = 5",
        "- `FindRequest.Order.ORDER_UP` = 1 · since 1.39.0",
        "- `Thing.count` number (int64) · since 1.28.5 or 1.29.0",
        "- `Tiny.rpc Watch` stream of FindRequest → stream of FindReply",
        "- `FindReply.more` Struct = 2",
    ] {
        assert!(api.lines().any(|found| found == line), "{line} is not in\n{api}");
    }
    assert!(!api.contains("WeightsEntry"));
    Ok(())
}

#[test]
fn docs_of_the_overlay_are_attached_to_their_items() -> anyhow::Result<()> {
    let mut corrected = contract();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    let mut docs: Docs = toml::from_str(
        r#"
        operations = { "things.list" = "Lists." }
        rpcs = { Find = "Finds." }
        messages = { NearIMUSearch = "Near." }
        fields = { "FindRequest.order" = "Up or down.", "Thing.name" = "Its name." }
        "#,
    )?;
    let Built { files, .. } = build_corrected(&sources(&contract(), PROTO)?, &corrected, &applied, &mut docs)?;
    assert_contains(
        &file(&files, "src/rest/things.rs"),
        "/// Lists. /// /// `GET /v1/things` (`things.list`) #[inline] pub fn",
    );
    assert_contains(&file(&files, "src/grpc/tiny_client.rs"), "/// Finds. pub async fn find");
    assert_contains(&file(&files, "src/grpc/tiny.rs"), "/// Near. #[derive");
    assert_contains(&file(&files, "src/grpc/tiny.rs"), "/// Up or down. #[prost");
    assert_contains(&file(&files, "src/rest/types.rs"), "/// Its name. #[serde");

    assert_eq!(
        docs.findings(),
        [
            "specs/overlay/docs.toml lacks docs for 4 operations and RPCs (0 accepted), so add them: things.create, things.delete, thingsPatch, watch"
        ]
    );
    Ok(())
}

/// Returns the added and removed lines of all files.
fn changes(old: &FileSet, new: &FileSet) -> Vec<String> {
    crate::check::differences(old, new)
        .lines()
        .filter(|line| line.starts_with(['+', '-']) && !line.starts_with("---") && !line.starts_with("+++"))
        .filter(|line| !line.get(1..).unwrap_or_default().trim().is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn unused_docs_and_a_count_that_is_too_high_are_findings() -> anyhow::Result<()> {
    let text = r#"
        undocumented = 7
        operations = { "things.nothing" = "Is not there." }
        fields = { "Thing.nothing" = "Is not there." }
    "#;
    let mut docs: Docs = toml::from_str(text)?;
    let mut corrected = contract();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    build_corrected(&sources(&contract(), PROTO)?, &corrected, &applied, &mut docs)?;
    assert_eq!(
        docs.findings(),
        [
            "specs/overlay/docs.toml documents an item that the contract does not have, so remove it: operation things.nothing",
            "specs/overlay/docs.toml documents an item that the contract does not have, so remove it: field Thing.nothing",
            "specs/overlay/docs.toml: lower `undocumented` to 6",
        ]
    );
    assert!(toml::from_str::<Docs>("colours = {}").is_err());
    Ok(())
}

#[test]
fn a_small_change_of_the_contract_changes_few_lines_of_the_output() -> anyhow::Result<()> {
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
    assert!(gone.len() >= 8, "the whole method is removed: {gone:?}");
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

/// Returns the lines of a method, including its doc comment.
fn method_lines(text: &str, name: &str) -> BTreeSet<String> {
    let blocks: Vec<&str> = text.split("\n\n").collect();
    let block = blocks.iter().find(|block| block.contains(&format!("fn {name}(")));
    block.into_iter().flat_map(|block| block.lines()).map(str::to_owned).collect()
}

#[test]
fn a_new_proto_field_changes_only_its_lines() -> anyhow::Result<()> {
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
fn an_item_that_is_neither_generated_nor_skipped_is_an_error() -> anyhow::Result<()> {
    let contract = contract();
    let mut corrected = contract.clone();
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    if let Some(schemas) = corrected.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.remove("Class");
    }
    let error = build_corrected(&sources(&contract, PROTO)?, &corrected, &applied, &mut Docs::default())
        .map_err(|error| error.to_string());
    assert!(error.is_err_and(|text| text.contains("definition Class")));
    Ok(())
}

#[test]
fn a_skipped_item_that_is_generated_is_an_error() -> anyhow::Result<()> {
    let contract = contract();
    let mut corrected = contract.clone();
    fixups::apply(&mut corrected, "1.0.0")?;
    if let Some(schemas) = corrected.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.remove("Class");
    }
    let mut files = FileSet::default();
    let descriptors = protos(PROTO)?;
    let rest = super::rest::emit(&corrected, &super::Metadata::read(&corrected)?, &mut Docs::default(), &mut files)?;
    let grpc = grpc::emit(&descriptors, &mut Docs::default(), &mut files)?;
    let skip = |name| completeness::Skipped { name, reason: "a test" };
    let counts = completeness::check(&contract, &descriptors, &rest, &grpc, &[skip("Class")])?;
    assert_eq!((counts.operations, counts.definitions, counts.rpcs, counts.messages), (4, 2, 2, 4));
    let needless = completeness::check(&contract, &descriptors, &rest, &grpc, &[skip("Class"), skip("Thing")]);
    assert!(needless.is_err_and(|error| error.to_string().contains("Thing")));
    Ok(())
}

#[test]
fn an_error_names_the_missing_or_invalid_file() -> anyhow::Result<()> {
    let specs = tempfile::tempdir()?;
    let out = tempfile::tempdir()?;
    let run = || super::run(specs.path(), out.path()).map(|_| ()).map_err(|error| format!("{error:#}"));
    assert!(run().is_err_and(|text| text.contains("openapi.json")));
    std::fs::write(specs.path().join("openapi.json"), "{")?;
    assert!(run().is_err_and(|text| text.contains("openapi.json is damaged; restore it (`git checkout")));
    std::fs::write(specs.path().join("openapi.json"), "{}")?;
    std::fs::create_dir(specs.path().join("proto"))?;
    std::fs::write(specs.path().join("proto/bad.proto"), "syntax = \"proto3\"; message {")?;
    assert!(run().is_err_and(|text| text.contains("proto")));
    assert_eq!(std::fs::read_dir(out.path())?.count(), 0);
    Ok(())
}

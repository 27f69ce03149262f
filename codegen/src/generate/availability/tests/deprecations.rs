//! Tests of deprecated items and of the table of JSON bodies.

use super::*;
use crate::generate::availability::json_bodies;

#[test]
fn a_deprecated_item_is_reported_unless_the_client_sets_it_itself() -> Result<()> {
    let proto = "syntax = \"proto3\"; package weaviate.v1;
        service Tiny { rpc Find(Find) returns (Find); }
        message Find {
          bool old = 1 [deprecated = true];
          bool kept = 2 [deprecated = true];
          Mode mode = 3;
          oneof choice { Part part = 4 [deprecated = true]; Part other = 5; }
        }
        message Part { optional string text = 1 [deprecated = true]; }
        enum Mode { NONE = 0; SLOW = 1 [deprecated = true]; }";
    let descriptors = protos(proto)?;
    let emitted = grpc::emit(&descriptors, &mut Docs::default(), &mut FileSet::default())?;
    let table = Table::of(&Inventory::of(&json!({}), &descriptors), &history(&json!({}))?, None)?;
    let overlay =
        |field: &str| format!("sent_for_older_servers = [{{ fields = ['{field}'], why = 'told' }}]\n[features]");
    let deprecated = behaviours(&overlay("Find.kept"))?.deprecated(&table)?;
    let overrides = BTreeMap::new();
    let gates =
        VersionGates { table: &table, overrides: &overrides, deprecated: &deprecated, oldest: Version(1, 27, 0) };
    let rendered = visitors(&gates, &descriptors, &emitted)?;
    for part in [
        "if self.old { visit(const { &deprecated(\"Find.old\") }); }",
        "match self.mode { 1 => { visit(const { &deprecated(\"Mode.SLOW\") }); }",
        "Some(find::Choice::Part(value)) => { visit(const { &deprecated(\"Find.part\") }); value.requirements(visit); }",
        "Some(find::Choice::Other(value)) => { value.requirements(visit); }",
        "if self.text.is_some() { visit(const { &deprecated(\"Part.text\") }); }",
    ] {
        assert_contains(&rendered, part);
    }
    assert!(!rendered.contains("Find.kept"), "{rendered}");
    assert_eq!(
        error(behaviours(&overlay("Find.mode"))?.deprecated(&table)),
        "behaviours.toml: sent_for_older_servers: Find.mode is not deprecated"
    );
    Ok(())
}

/// A message, an enum and an RPC are used where a request has one of them.
#[test]
fn a_deprecated_message_enum_or_rpc_is_reported_where_a_request_uses_it() -> Result<()> {
    let proto = "syntax = \"proto3\"; package weaviate.v1;
        service Tiny {
          rpc Find(Find) returns (Reply) { option deprecated = true; }
          rpc Old(Shared) returns (Reply) { option deprecated = true; }
          rpc Young(Shared) returns (Reply);
          rpc Last(Last) returns (Reply);
        }
        message Find { Part part = 1; Mode mode = 2; repeated Mode modes = 3; oneof choice { Part other = 4; } }
        message Shared { string text = 1; }
        message Last { option deprecated = true; string text = 1; }
        message Part { option deprecated = true; string text = 1; }
        message Reply {}
        enum Mode { option deprecated = true; NONE = 0; SLOW = 1; FAST = 2; }";
    let descriptors = protos(proto)?;
    let emitted = grpc::emit(&descriptors, &mut Docs::default(), &mut FileSet::default())?;
    let table = Table::of(&Inventory::of(&json!({}), &descriptors), &history(&json!({}))?, None)?;
    let deprecated = behaviours("[features]")?.deprecated(&table)?;
    let overrides = BTreeMap::new();
    let gates =
        VersionGates { table: &table, overrides: &overrides, deprecated: &deprecated, oldest: Version(1, 27, 0) };
    let rendered = visitors(&gates, &descriptors, &emitted)?;
    let mode = "{ visit(const { &deprecated(\"Mode\") }); }";
    for part in [
        "impl Requirements for Find { fn requirements(&self, visit: &mut Visit<'_>) { visit(const { \
         &deprecated(\"Tiny.rpc Find\") });",
        "if self.part.is_some() { visit(const { &deprecated(\"Part\") }); }",
        "Some(find::Choice::Other(_)) => { visit(const { &deprecated(\"Part\") }); }",
        &format!("match self.mode {{ 1 => {mode} 2 => {mode} _ => {{}} }}"),
        &format!("for value in &self.modes {{ match *value {{ 1 => {mode} 2 => {mode} _ => {{}} }} }}"),
        "impl Requirements for Last { fn requirements(&self, visit: &mut Visit<'_>) { visit(const { &deprecated(\"Last\") }); } }",
        "impl Requirements for Shared { fn requirements(&self, _visit: &mut Visit<'_>) { } }",
    ] {
        assert_contains(&rendered, part);
    }
    Ok(())
}

#[test]
fn a_setting_that_newer_servers_ignore_is_one_that_the_contract_has_lost() -> Result<()> {
    let table =
        table(&json!({ "property": { "Part.lost": { "backports": { "1.30": "1.30.2" }, "gone": "1.31.0" } } }))?;
    let ignored = |name: &str| {
        let overlay = format!("ignored = [{{ properties = ['{name}'], why = 'told' }}]\n[features]");
        behaviours(&overlay).and_then(|behaviours| behaviours.ignored(&table))
    };
    assert_eq!(ignored("Part.lost")?["Part.lost"].versions.listed(Version(1, 39, 0)), "1.30.2 (not in 1.31.0)");
    assert_eq!(
        error(ignored("Part.never")),
        "behaviours.toml: ignored Part.never: the contract has it, or never had it"
    );
    Ok(())
}

#[test]
fn json_bodies_list_only_fields_that_lead_to_gated_items() -> Result<()> {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let contract = json!({ "components": { "schemas": {
        "Class": { "properties": {
            "name": {},
            "young": { "type": "string" },
            "parts": { "type": "array", "items": reference("Part") },
            "named": { "type": "object", "additionalProperties": reference("Part") },
            "old": reference("Old"),
        } },
        "Part": { "properties": {
            "kind": { "type": "string", "enum": ["a", "b"] },
            "part": { "allOf": [reference("Part")] },
            "plain": {},
            "late": { "type": "integer", "deprecated": true },
        } },
        "Old": { "properties": { "plain": {}, "part": reference("Plain") } },
        "Plain": { "properties": { "plain": {} } },
    } } });
    let since = json!({ "settled": "1.30.0" });
    let history = history(&json!({
        "property": {
            "Class.young": since, "Old.plain": { "settled": "1.25.0" },
            "Part.lost": { "backports": { "1.30": "1.30.2" }, "gone": "1.31.0" },
        },
        "enum_value": { "Part.kind=b": since },
    }))?;
    let table = Table::of(&Inventory::of(&contract, &protos(PROTO)?), &history, None)?;
    let ignored =
        behaviours("ignored = [{ properties = ['Part.lost'], why = 'told' }]\n[features]")?.ignored(&table)?;
    let emitted = json_bodies::emit(&contract, &table, Version(1, 27, 0), &ignored)?;
    for line in [
        "(\"Class\", &[",
        "Field { name: \"young\", needs: &[property(\"Class.young\")], values: &[], of: \"\", keyed: false },",
        "Field { name: \"parts\", needs: &[], values: &[], of: \"Part\", keyed: false },",
        "Field { name: \"named\", needs: &[], values: &[], of: \"Part\", keyed: true },",
        "Field { name: \"kind\", needs: &[], values: &[(\"b\", enum_value(\"Part.kind=b\"))], of: \"\", keyed: false },",
        "Field { name: \"late\", needs: &[&deprecated(\"Part.late\")], values: &[], of: \"\", keyed: false },",
        "Field { name: \"lost\", needs: &[&ignored(\"Part.lost\", &[Range(Version(1, 30, 2), Version(1, 31, 0))], \"told\")], \
         values: &[], of: \"\", keyed: false },",
        "Field { name: \"part\", needs: &[], values: &[], of: \"Part\", keyed: false },",
    ] {
        assert!(emitted.contains(line), "{line}\n{emitted}");
    }
    for absent in ["plain", "Old", "\"name\""] {
        assert!(!emitted.contains(absent), "{absent}\n{emitted}");
    }
    Ok(())
}

//! Tables and visitors of contracts small enough to read.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::behaviours::{Behaviours, Treatment};
use super::set::{Set, Version};
use super::visit::{Knowledge, visitors};
use super::{Table, features, rows};
use crate::generate::inventory::Inventory;
use crate::generate::output::FileSet;
use crate::generate::tests::{assert_holds, protos};
use crate::generate::words::Words;
use crate::generate::{Sources, grpc};
use crate::sync::history::{History, Kind};

const PROTO: &str = r#"
syntax = "proto3";
package tiny.v1;

service Tiny {
  rpc Find(FindRequest) returns (FindRequest) {}
  rpc Plain(PlainRequest) returns (PlainRequest) {}
}

message PlainRequest { string name = 1; }

message FindRequest {
  string name = 1;
  bool flag = 2;
  repeated Near nears = 3;
  map<string, Near> by_name = 4;
  optional uint32 limit = 5;
  oneof search {
    Near near = 6;
    string text = 7;
  }
  Order order = 8;
  FindRequest inner = 9;
  repeated string lines = 10;
  optional Young young = 11;
  bytes old_bytes = 12;
  double weight = 13;
  Loud loud = 14;
}

message Near { bytes vector = 1; Order order = 2; }
message Young { string word = 1; string later = 2; }
message Loud { bool on = 1; }

enum Order {
  ORDER_UNSPECIFIED = 0;
  ORDER_UP = 1;
  ORDER_DOWN = 2;
}
"#;

fn history(items: &Value) -> Result<History> {
    let text = json!({ "covers": ["1.23.0", "1.39.0"], "items": items, "newest": { "1.39": "1.39.0" }, "releases": 1 });
    History::parse(&text.to_string())
}

fn table(items: &Value) -> Result<Table> {
    Table::of(&Inventory::of(&json!({}), &protos(PROTO)?), &history(items)?)
}

fn behaviours(text: &str) -> Result<Behaviours> {
    Ok(toml::from_str(&format!("oldest = '1.27.0'\n{text}"))?)
}

fn set(entry: &Value) -> Result<Set> {
    let table = table(&json!({ "proto": { "X": entry } }))?;
    Ok(table.since(Kind::Proto, "X").cloned().unwrap_or_else(Set::always))
}

fn error<T>(result: Result<T>) -> String {
    result.err().map(|error| format!("{error:#}")).unwrap_or_default()
}

fn visit(items: &Value, overlay: &str) -> Result<String> {
    let descriptors = protos(PROTO)?;
    let emitted = grpc::emit(&descriptors, &mut Words::default(), &mut FileSet::default())?;
    let table = table(items)?;
    let treatments = behaviours(&format!("{overlay}\n[features]"))?.treatments(&table)?;
    visitors(&Knowledge { table: &table, treatments: &treatments, oldest: Version(1, 27, 0) }, &descriptors, &emitted)
}

#[test]
fn sets_are_told_in_one_notation() -> Result<()> {
    for (entry, text) in [
        (json!({ "settled": "1.38.0" }), "1.38.0+"),
        (json!({ "backports": { "1.32": "1.32.5" }, "settled": "1.33.0" }), "1.32.5, 1.33.0+"),
        (
            json!({ "backports": { "1.31": "1.31.20", "1.32": "1.32.17", "1.33": "1.33.5" }, "settled": "1.35.0" }),
            "1.31.20, 1.32.17, 1.33.5, 1.35.0+",
        ),
        (json!({ "backports": { "1.38": "1.38.10" }, "gone": "1.39.0" }), "1.38.10, gone in 1.39.0"),
        (
            json!({ "backports": { "1.28": "1.28.0" }, "dropped_within": { "1.28": "1.28.5" }, "gone": "1.29.0" }),
            "1.28.0, gone in 1.28.5",
        ),
        (
            json!({ "backports": { "1.28": "1.28.0", "1.29": "1.29.3" }, "dropped_within": { "1.28": "1.28.5" }, "gone": "1.30.0" }),
            "1.28.0 until 1.28.5, 1.29.3, gone in 1.30.0",
        ),
        (json!({ "backports": { "1.23": "1.23.0", "1.24": "1.24.0" }, "gone": "1.25.0" }), "gone in 1.25.0"),
        (json!({ "gone": "1.39.0" }), "no version"),
    ] {
        assert_eq!(set(&entry)?.to_string(), text, "{entry}");
    }
    Ok(())
}

#[test]
fn a_set_is_the_intersection_of_its_parts() -> Result<()> {
    let backported = set(&json!({ "backports": { "1.28": "1.28.5", "1.30": "1.30.2" }, "settled": "1.31.0" }))?;
    let removed =
        set(&json!({ "backports": { "1.28": "1.28.7", "1.29": "1.29.0", "1.30": "1.30.0" }, "gone": "1.31.0" }))?;
    assert_eq!(backported.and(&removed).to_string(), "1.28.7, 1.30.2, gone in 1.31.0");
    assert_eq!(backported.and(&Set::always()), backported);
    assert!(!backported.covers(&removed) && Set::always().covers(&removed) && removed.covers(&Set::never()));
    assert!(backported.covers_from(Version(1, 31, 0)) && !backported.covers_from(Version(1, 30, 1)));
    Ok(())
}

#[test]
fn rows_are_sorted_and_hold_ranges() -> Result<()> {
    let table = table(&json!({ "operation": {
        "POST /b": { "settled": "1.30.0" },
        "GET /a": { "backports": { "1.23": "1.23.0" }, "gone": "1.24.0" },
    } }))?;
    let expected = "pub(super) static OPERATIONS: &[Requirement] = &[
        row(\"GET /a\", &[Range(START, Version(1, 24, 0))]),
        row(\"POST /b\", &[Range(Version(1, 30, 0), END)]),
    ];";
    assert_holds(&rows(&table, "OPERATIONS", Kind::Operation), expected);
    assert_eq!(table.note(Kind::Operation, "GET /a").as_deref(), Some("gone in 1.24.0"));
    assert_eq!(table.note(Kind::Operation, "POST /b").as_deref(), Some("since 1.30.0+"));
    assert_eq!(table.note(Kind::Operation, "GET /c"), None);
    Ok(())
}

#[test]
fn only_what_some_server_lacks_produces_code() -> Result<()> {
    let text = visit(&json!({ "proto": { "FindRequest.name": { "settled": "1.27.0" } } }), "")?;
    assert_holds(&text, "impl Requirements for FindRequest { fn requirements(&self, _visit: &mut Visit<'_>) { } }");
    assert!(!text.contains("for Near "));
    Ok(())
}

#[test]
fn every_kind_of_field_is_looked_at_where_it_is_set() -> Result<()> {
    let names = ["flag", "nears", "by_name", "limit", "near", "text", "lines", "weight", "old_bytes"];
    let items: BTreeMap<String, Value> =
        names.iter().map(|name| (format!("FindRequest.{name}"), json!({ "settled": "1.30.0" }))).collect();
    let text = visit(&json!({ "proto": items }), "")?;
    let said = |name: &str| format!("visit(const {{ proto(\"FindRequest.{name}\") }});");
    for (condition, name) in [
        ("if self.flag", "flag"),
        ("if !self.nears.is_empty()", "nears"),
        ("if !self.by_name.is_empty()", "by_name"),
        ("if self.limit.is_some()", "limit"),
        ("if !self.lines.is_empty()", "lines"),
        ("if self.weight != 0.0", "weight"),
        ("if !self.old_bytes.is_empty()", "old_bytes"),
        ("Some(find_request::Search::Near(_)) =>", "near"),
        ("Some(find_request::Search::Text(_)) =>", "text"),
    ] {
        assert_holds(&text, &format!("{condition} {{ {} }}", said(name)));
    }
    Ok(())
}

#[test]
fn values_of_enums_are_found_however_deep() -> Result<()> {
    let text = visit(&json!({ "proto": { "Order.ORDER_DOWN": { "settled": "1.38.0" } } }), "")?;
    let value = "match self.order { 2 => { visit(const { proto(\"Order.ORDER_DOWN\") }); } _ => {} }";
    assert_holds(
        &text,
        &format!("impl Requirements for Near {{ fn requirements(&self, visit: &mut Visit<'_>) {{ {value} }} }}"),
    );
    for descent in [
        "for value in &self.nears { value.requirements(visit); }",
        "for value in self.by_name.values() { value.requirements(visit); }",
        "if let Some(value) = &self.inner { value.requirements(visit); }",
        "Some(find_request::Search::Near(value)) => { value.requirements(visit); }",
    ] {
        assert_holds(&text, descent);
    }
    Ok(())
}

#[test]
fn inside_a_new_message_only_what_is_younger_is_reported() -> Result<()> {
    let young = json!({ "settled": "1.30.0" });
    let items = json!({ "proto": {
        "FindRequest.young": young, "Young": young, "Young.word": young, "Young.later": { "settled": "1.31.0" },
        "Loud": young, "Loud.on": young, "PlainRequest": young, "PlainRequest.name": young,
    } });
    let text = visit(&items, "")?;
    assert_holds(
        &text,
        "if let Some(value) = &self.young { visit(const { proto(\"FindRequest.young\") }); value.requirements(visit); }",
    );
    assert_holds(&text, "if !self.later.is_empty() { visit(const { proto(\"Young.later\") }); }");
    assert!(!text.contains("Young.word") && !text.contains("proto(\"Young\")") && !text.contains("Loud.on"));
    // A field that is older than its message, and a request of its own.
    assert_holds(&text, "if self.loud.is_some() { visit(const { proto(\"Loud\") }); }");
    assert_holds(
        &text,
        "impl Requirements for PlainRequest { fn requirements(&self, visit: &mut Visit<'_>) { visit(const { proto(\"PlainRequest\") }); } }",
    );
    Ok(())
}

#[test]
fn what_old_servers_may_ignore_is_not_reported() -> Result<()> {
    let items = json!({ "proto": {
        "FindRequest.flag": { "settled": "1.30.0" },
        "FindRequest.lines": { "settled": "1.30.0" },
        "FindRequest.order": { "settled": "1.30.0" },
        "Order.ORDER_UP": { "settled": "1.30.0" },
        "Order.ORDER_DOWN": { "settled": "1.30.0" },
    } });
    let overlay = "
        tolerated = [
            { field = 'FindRequest.flag', why = 'x' },
            { field = 'FindRequest.order', why = 'x' },
            { field = 'Order.ORDER_UP', why = 'x' },
            { field = 'FindRequest.lines', beside = 'old_bytes', why = 'x' },
        ]";
    let text = visit(&items, overlay)?;
    assert!(!text.contains("FindRequest.flag") && !text.contains("FindRequest.order") && !text.contains("ORDER_UP"));
    assert_holds(&text, "match self.order { 2 => { visit(const { proto(\"Order.ORDER_DOWN\") }); } _ => {} }");
    assert_holds(
        &text,
        "if !self.lines.is_empty() { if self.old_bytes.is_empty() { visit(const { proto(\"FindRequest.lines\") }); } }",
    );
    Ok(())
}

#[test]
fn a_rule_takes_the_place_of_the_contract() -> Result<()> {
    let rule = "rules = [{ fields = ['FindRequest.flag'], feature = 'Flags', never = true, why = 'ignored' }]";
    let reported = "if self.flag { visit(const { &Requirement { symbol: \"FindRequest.flag\", feature: \"Flags\", \
                    since: Since(&[]), why: \"ignored\" } }); }";
    assert_holds(&visit(&json!({}), rule)?, reported);
    assert_holds(&visit(&json!({ "proto": { "FindRequest.flag": { "settled": "1.30.0" } } }), rule)?, reported);
    let rule = "rules = [{ fields = ['FindRequest.flag'], feature = 'Flags', settled = '1.31.0', why = 'ignored' }]";
    assert_holds(&visit(&json!({}), rule)?, "since: Since(&[Range(Version(1, 31, 0), END)])");
    Ok(())
}

#[test]
fn a_rule_can_ask_for_a_feature() -> Result<()> {
    let table = table(&json!({}))?;
    let text = "rules = [{ fields = ['FindRequest.flag'], feature = 'Flags' }]
        [features]
        Flags = { settled = '1.36.0', why = 'told' }";
    let treatments = behaviours(text)?.treatments(&table)?;
    let Some(Treatment::Rule(named)) = treatments.get("FindRequest.flag") else {
        bail!("no rule in {treatments:?}");
    };
    assert_eq!(
        (named.feature.as_str(), named.why.as_str(), named.set.to_string().as_str()),
        ("Flags", "told", "1.36.0+")
    );
    Ok(())
}

#[test]
fn a_feature_is_there_when_all_its_items_are() -> Result<()> {
    let table = table(&json!({
        "operation": { "GET /a": { "settled": "1.30.0" } },
        "proto": { "FindRequest.flag": { "backports": { "1.30": "1.30.4" }, "settled": "1.31.0" } },
    }))?;
    let text = features(
        &table,
        &behaviours(
            "[features]
            Both = { contract = ['operation GET /a', 'proto FindRequest.flag', 'proto FindRequest.name'] }
            Stated = { settled = '1.29.0', backports = ['1.27.3'], gone = '1.35.0', why = 'told' }",
        )?,
    )?;
    assert_holds(&text, "pub const OLDEST: Version = Version(1, 27, 0);");
    assert_holds(
        &text,
        "Requirement { symbol: \"Both\", feature: \"Both\", since: Since(&[Range(Version(1, 30, 4), END)]), why: \"\" }",
    );
    assert_holds(&text, "symbol: \"Stated\"");
    Ok(())
}

#[test]
fn rows_that_make_no_sense_are_refused() -> Result<()> {
    let table = table(&json!({ "proto": { "FindRequest.flag": { "settled": "1.30.0" } } }))?;
    for (row, expected) in [
        ("contract = ['proto FindRequest.nothing']", "the contract never had \"proto FindRequest.nothing\""),
        ("contract = ['property FindRequest.flag']", "the contract never had \"property FindRequest.flag\""),
        ("contract = ['FindRequest.flag']", "\"FindRequest.flag\" has no kind"),
        ("contract = ['colour x']", "\"colour x\" begins with no kind of item"),
        ("settled = '1.30.0'", "versions without a reason"),
        ("contract = ['proto FindRequest.flag'], settled = '1.30.0', why = 'x'", "not both"),
        ("why = 'x'", "not both"),
        ("backports = ['1.30.1', '1.30.2'], why = 'x'", "two backports to the line of 1.30.2"),
        ("settled = 'soon', why = 'x'", "\"soon\" is not a release version"),
    ] {
        let error = error(behaviours(&format!("[features]\nX = {{ {row} }}"))?.features(&table));
        assert!(error.contains("feature X") && error.contains(expected), "{row}: {error}");
    }
    for (row, expected) in [
        ("tolerated = [{ field = 'FindRequest.name', why = 'x' }]", "every server has it"),
        ("tolerated = [{ field = 'FindRequest.flag', why = '' }]", "without a reason"),
        (
            "rules = [{ fields = ['FindRequest.nothing'], feature = 'X', never = true, why = 'x' }]",
            "the contract never had",
        ),
        ("rules = [{ fields = ['FindRequest.flag'], feature = 'X', why = 'x' }]", "either the name of a feature"),
        ("rules = [{ fields = ['FindRequest.flag'], feature = 'X', never = true }]", "a rule without a reason"),
        (
            "rules = [{ fields = ['FindRequest.flag'], feature = 'X', never = true, why = 'x' }]
             tolerated = [{ field = 'FindRequest.flag', why = 'x' }]",
            "named twice",
        ),
    ] {
        let error = error(behaviours(&format!("{row}\n[features]"))?.treatments(&table));
        assert!(error.contains(expected), "{row}: {error}");
    }
    assert!(behaviours("[features]\n[[colours]]").is_err());
    Ok(())
}

#[test]
fn the_committed_behaviours_fit_the_committed_contract() -> Result<()> {
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let Sources { contract, descriptors, history, behaviours } = Sources::read(&specs)?;
    let table = Table::of(&Inventory::of(&contract, &descriptors), &history)?;
    let named = behaviours.features(&table)?;
    let since = |name: &str| named.iter().find(|named| named.feature == name).map(|named| named.set.to_string());
    assert_eq!(since("GrpcWeb").as_deref(), Some("1.38.3, 1.39.0+"));
    assert_eq!(since("Aggregate").as_deref(), Some("1.28.5, 1.29.0+"));
    assert_eq!(since("ReplicationScale").as_deref(), Some("1.31.20, 1.32.17, 1.33.5, 1.34.1, 1.35.0+"));
    assert!(behaviours.treatments(&table)?.len() > 10);
    Ok(())
}

#[test]
fn bodies_lead_to_what_is_young() -> Result<()> {
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
        } },
        "Old": { "properties": { "plain": {}, "part": reference("Plain") } },
        "Plain": { "properties": { "plain": {} } },
    } } });
    let since = json!({ "settled": "1.30.0" });
    let table = table(&json!({
        "property": { "Class.young": since, "Old.plain": { "settled": "1.25.0" } },
        "enum_value": { "Part.kind=b": since },
    }))?;
    let emitted = super::bodies::emit(&contract, &table, Version(1, 27, 0))?;
    for line in [
        "(\"Class\", &[",
        "Field { name: \"young\", needs: Some(property(\"Class.young\")), values: &[], of: \"\", keyed: false },",
        "Field { name: \"parts\", needs: None, values: &[], of: \"Part\", keyed: false },",
        "Field { name: \"named\", needs: None, values: &[], of: \"Part\", keyed: true },",
        "Field { name: \"kind\", needs: None, values: &[(\"b\", enum_value(\"Part.kind=b\"))], of: \"\", keyed: false },",
        "Field { name: \"part\", needs: None, values: &[], of: \"Part\", keyed: false },",
    ] {
        assert!(emitted.contains(line), "{line}\n{emitted}");
    }
    for absent in ["plain", "Old", "\"name\""] {
        assert!(!emitted.contains(absent), "{absent}\n{emitted}");
    }
    Ok(())
}

//! Tests of the tables and visitors of small contracts.

mod deprecations;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::behaviours::{Behaviours, FieldOverride};
use super::version_set::{Version, VersionSet};
use super::visitors::{VersionGates, visitors};
use super::{Table, features, rows};
use crate::generate::docs::Docs;
use crate::generate::inventory::Inventory;
use crate::generate::output::FileSet;
use crate::generate::tests::{assert_contains, protos};
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
    Table::of(&Inventory::of(&json!({}), &protos(PROTO)?), &history(items)?, None)
}

fn behaviours(text: &str) -> Result<Behaviours> {
    Ok(toml::from_str(&format!("oldest = '1.27.0'\n{text}"))?)
}

fn set(entry: &Value) -> Result<VersionSet> {
    let table = table(&json!({ "proto": { "X": entry } }))?;
    Ok(table.since(Kind::Proto, "X").cloned().unwrap_or_else(VersionSet::always))
}

fn error<T>(result: Result<T>) -> String {
    result.err().map(|error| format!("{error:#}")).unwrap_or_default()
}

fn visit(items: &Value, overlay: &str) -> Result<String> {
    let descriptors = protos(PROTO)?;
    let emitted = grpc::emit(&descriptors, &mut Docs::default(), &mut FileSet::default())?;
    let table = table(items)?;
    let overrides = behaviours(&format!("{overlay}\n[features]"))?.overrides(&table)?;
    let deprecated = behaviours("[features]")?.deprecated(&table)?;
    let gates =
        VersionGates { table: &table, overrides: &overrides, deprecated: &deprecated, oldest: Version(1, 27, 0) };
    visitors(&gates, &descriptors, &emitted)
}

#[test]
fn version_sets_are_displayed_as_a_list_of_releases() -> Result<()> {
    for (entry, text) in [
        (json!({ "settled": "1.38.0" }), "1.38.0"),
        (json!({ "backports": { "1.32": "1.32.5" }, "settled": "1.33.0" }), "1.32.5 or 1.33.0"),
        (
            json!({ "backports": { "1.31": "1.31.20", "1.32": "1.32.17", "1.33": "1.33.5" }, "settled": "1.35.0" }),
            "1.31.20, 1.32.17, 1.33.5 or 1.35.0",
        ),
        (json!({ "backports": { "1.38": "1.38.0" }, "gone": "1.39.0" }), "1.38.0 (removed in 1.39.0)"),
        (json!({ "backports": { "1.38": "1.38.10" } }), "1.38.10 (not in 1.39.0)"),
        (json!({ "backports": { "1.37": "1.37.14", "1.38": "1.38.10" } }), "1.37.14 or 1.38.10 (not in 1.39.0)"),
        (
            json!({ "backports": { "1.28": "1.28.0" }, "dropped_within": { "1.28": "1.28.5" }, "gone": "1.29.0" }),
            "1.28.0 (removed in 1.28.5)",
        ),
        (
            json!({ "backports": { "1.28": "1.28.0", "1.29": "1.29.0" }, "dropped_within": { "1.28": "1.28.5" }, "gone": "1.30.0" }),
            "1.28.0 (removed in 1.28.5) or 1.29.0 (removed in 1.30.0)",
        ),
        (json!({ "backports": { "1.23": "1.23.0", "1.24": "1.24.0" }, "gone": "1.25.0" }), "older than 1.25.0"),
        (json!({ "backports": { "1.38": "1.38.8" }, "settled": "1.39.0" }), "1.38.8 or 1.39.0"),
        (json!({ "settled": "1.39.0" }), "1.39.0"),
        (json!({ "settled": "1.40.0" }), "1.40.0 (not released)"),
        (json!({ "gone": "1.39.0" }), "no version"),
    ] {
        assert_eq!(set(&entry)?.listed(Version(1, 39, 0)), text, "{entry}");
    }
    Ok(())
}

#[test]
fn the_first_release_of_a_line_is_listed_once_there_is_one() -> Result<()> {
    let ahead = set(&json!({ "backports": { "1.38": "1.38.10" }, "settled": "1.39.1" }))?;
    assert_eq!(ahead.listed(Version(1, 39, 1)), "1.38.10 or 1.39.1");
    assert_eq!(ahead.listed(Version(1, 40, 0)), "1.38.10, 1.39.1 or 1.40.0");
    Ok(())
}

/// The contract has `Near` and `Young`, and lacks `Lost` and `Dropped`.
#[test]
fn what_a_preview_adds_is_not_released() -> Result<()> {
    let items = json!({ "proto": {
        "Near": {},
        "Young": { "backports": { "1.38": "1.38.10" } },
        "Lost": { "settled": "1.23.0" },
        "Dropped": { "settled": "1.30.0" },
    } });
    let history = json!({ "covers": ["1.23.0", "1.39.0"], "items": items, "releases": 3,
                          "newest": { "1.23": "1.23.0", "1.38": "1.38.10", "1.39": "1.39.0" } });
    let history = History::parse(&history.to_string())?;
    let inventory = Inventory::of(&json!({}), &protos(PROTO)?);
    for (release, near, young, lost, dropped) in [
        (
            "1.40.0",
            "1.40.0 (not released)",
            "1.38.10 or 1.40.0 (not released)",
            "older than 1.40.0",
            "1.30.0 (removed in 1.40.0)",
        ),
        (
            "1.39.1",
            "1.39.1 (not released)",
            "1.38.10 or 1.39.1 (not released)",
            "older than 1.39.1",
            "1.30.0 (removed in 1.39.1)",
        ),
        // A branch that still states the last release stands for the next one.
        (
            "1.39.0",
            "1.39.1 (not released)",
            "1.38.10 or 1.39.1 (not released)",
            "older than 1.39.1",
            "1.30.0 (removed in 1.39.1)",
        ),
    ] {
        let table = Table::of(&inventory, &history, Some(release.parse()?))?;
        let text = |name| table.since(Kind::Proto, name).map(|set| set.listed(Version(1, 39, 0))).unwrap_or_default();
        assert_eq!(["Near", "Young", "Lost", "Dropped"].map(text), [near, young, lost, dropped], "{release}");
    }
    // The next patch release of an older line says nothing about newer lines. The last one has a branch,
    // too.
    for release in ["1.38.11", "1.38.10", "1.38.2"] {
        let table = Table::of(&inventory, &history, Some(release.parse()?))?;
        let near = table.since(Kind::Proto, "Near").map(VersionSet::rust);
        assert_eq!(near.as_deref(), Some("&[Range(Version(1, 38, 11), Version(1, 39, 0))]"), "{release}");
    }
    Ok(())
}

#[test]
fn intersection_and_subset_of_version_sets() -> Result<()> {
    let backported = set(&json!({ "backports": { "1.28": "1.28.5", "1.30": "1.30.2" }, "settled": "1.31.0" }))?;
    let removed =
        set(&json!({ "backports": { "1.28": "1.28.7", "1.29": "1.29.0", "1.30": "1.30.0" }, "gone": "1.31.0" }))?;
    assert_eq!(backported.intersection(&removed).listed(Version(1, 39, 0)), "1.28.7 or 1.30.2 (not in 1.31.0)");
    assert_eq!(backported.intersection(&VersionSet::always()), backported);
    assert!(
        !backported.covers(&removed) && VersionSet::always().covers(&removed) && removed.covers(&VersionSet::never())
    );
    assert!(backported.covers_from(Version(1, 31, 0)) && !backported.covers_from(Version(1, 30, 1)));
    Ok(())
}

#[test]
fn rows_are_sorted_and_contain_ranges() -> Result<()> {
    let table = table(&json!({ "operation": {
        "POST /b": { "settled": "1.30.0" },
        "GET /a": { "backports": { "1.23": "1.23.0" }, "gone": "1.24.0" },
    } }))?;
    let expected = "pub(super) static OPERATIONS: &[Requirement] = &[
        row(\"GET /a\", &[Range(START, Version(1, 24, 0))]),
        row(\"POST /b\", &[Range(Version(1, 30, 0), END)]),
    ];";
    assert_contains(&rows(&table, "OPERATIONS", Kind::Operation), expected);
    assert_eq!(table.note(Kind::Operation, "GET /a").as_deref(), Some("only older than 1.24.0"));
    assert_eq!(table.note(Kind::Operation, "POST /b").as_deref(), Some("since 1.30.0"));
    assert_eq!(table.note(Kind::Operation, "GET /c"), None);
    Ok(())
}

#[test]
fn a_field_that_every_supported_server_has_produces_no_code() -> Result<()> {
    let text = visit(&json!({ "proto": { "FindRequest.name": { "settled": "1.27.0" } } }), "")?;
    assert_contains(&text, "impl Requirements for FindRequest { fn requirements(&self, _visit: &mut Visit<'_>) { } }");
    assert!(!text.contains("for Near "));
    Ok(())
}

#[test]
fn every_kind_of_field_is_reported_if_it_is_set() -> Result<()> {
    let names = ["flag", "nears", "by_name", "limit", "near", "text", "lines", "weight", "old_bytes"];
    let items: BTreeMap<String, Value> =
        names.iter().map(|name| (format!("FindRequest.{name}"), json!({ "settled": "1.30.0" }))).collect();
    let text = visit(&json!({ "proto": items }), "")?;
    let report = |name: &str| format!("visit(const {{ proto(\"FindRequest.{name}\") }});");
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
        assert_contains(&text, &format!("{condition} {{ {} }}", report(name)));
    }
    Ok(())
}

#[test]
fn enum_values_are_reported_at_any_depth() -> Result<()> {
    let text = visit(&json!({ "proto": { "Order.ORDER_DOWN": { "settled": "1.38.0" } } }), "")?;
    let value = "match self.order { 2 => { visit(const { proto(\"Order.ORDER_DOWN\") }); } _ => {} }";
    assert_contains(
        &text,
        &format!("impl Requirements for Near {{ fn requirements(&self, visit: &mut Visit<'_>) {{ {value} }} }}"),
    );
    for descent in [
        "for value in &self.nears { value.requirements(visit); }",
        "for value in self.by_name.values() { value.requirements(visit); }",
        "if let Some(value) = &self.inner { value.requirements(visit); }",
        "Some(find_request::Search::Near(value)) => { value.requirements(visit); }",
    ] {
        assert_contains(&text, descent);
    }
    Ok(())
}

#[test]
fn in_a_new_message_only_newer_fields_are_reported() -> Result<()> {
    let young = json!({ "settled": "1.30.0" });
    let items = json!({ "proto": {
        "FindRequest.young": young, "Young": young, "Young.word": young, "Young.later": { "settled": "1.31.0" },
        "Loud": young, "Loud.on": young, "PlainRequest": young, "PlainRequest.name": young,
    } });
    let text = visit(&items, "")?;
    assert_contains(
        &text,
        "if let Some(value) = &self.young { visit(const { proto(\"FindRequest.young\") }); value.requirements(visit); }",
    );
    assert_contains(&text, "if !self.later.is_empty() { visit(const { proto(\"Young.later\") }); }");
    assert!(!text.contains("Young.word") && !text.contains("proto(\"Young\")") && !text.contains("Loud.on"));
    // A field that is older than its message, and a new request message.
    assert_contains(&text, "if self.loud.is_some() { visit(const { proto(\"Loud\") }); }");
    assert_contains(
        &text,
        "impl Requirements for PlainRequest { fn requirements(&self, visit: &mut Visit<'_>) { visit(const { proto(\"PlainRequest\") }); } }",
    );
    Ok(())
}

#[test]
fn an_ignorable_field_is_not_reported() -> Result<()> {
    let items = json!({ "proto": {
        "FindRequest.flag": { "settled": "1.30.0" },
        "FindRequest.lines": { "settled": "1.30.0" },
        "FindRequest.order": { "settled": "1.30.0" },
        "Order.ORDER_UP": { "settled": "1.30.0" },
        "Order.ORDER_DOWN": { "settled": "1.30.0" },
    } });
    let overlay = "
        ignorable = [
            { field = 'FindRequest.flag', why = 'x' },
            { field = 'FindRequest.order', why = 'x' },
            { field = 'Order.ORDER_UP', why = 'x' },
            { field = 'FindRequest.lines', alternative = 'old_bytes', why = 'x' },
        ]";
    let text = visit(&items, overlay)?;
    assert!(!text.contains("FindRequest.flag") && !text.contains("FindRequest.order") && !text.contains("ORDER_UP"));
    assert_contains(&text, "match self.order { 2 => { visit(const { proto(\"Order.ORDER_DOWN\") }); } _ => {} }");
    assert_contains(
        &text,
        "if !self.lines.is_empty() { if self.old_bytes.is_empty() { visit(const { proto(\"FindRequest.lines\") }); } }",
    );
    Ok(())
}

#[test]
fn a_rule_overrides_the_contract() -> Result<()> {
    let rule = "rules = [{ fields = ['FindRequest.flag'], feature = 'Flags', never = true, why = 'ignored' }]";
    let reported = "if self.flag { visit(const { &feature_row(\"FindRequest.flag\", \"Flags\", &[], \"ignored\") }); }";
    assert_contains(&visit(&json!({}), rule)?, reported);
    assert_contains(&visit(&json!({ "proto": { "FindRequest.flag": { "settled": "1.30.0" } } }), rule)?, reported);
    let rule = "rules = [{ fields = ['FindRequest.flag'], feature = 'Flags', settled = '1.31.0', why = 'ignored' }]";
    assert_contains(&visit(&json!({}), rule)?, "&[Range(Version(1, 31, 0), END)]");
    Ok(())
}

#[test]
fn a_message_in_itself_is_encoded_and_visited_without_recursion() -> Result<()> {
    let proto = "syntax = \"proto3\"; package tiny;
        service Tiny { rpc Find(Filters) returns (Filters) {} }
        message Filters { bool late = 1; repeated Filters filters = 3; }";
    let descriptors = protos(proto)?;
    let mut files = FileSet::default();
    let emitted = grpc::emit(&descriptors, &mut Docs::default(), &mut files)?;
    let messages = files.get("src/grpc/tiny.rs").unwrap_or_default();
    assert_contains(messages, "pub filters: ::prost::alloc::vec::Vec<::prost::bytes::Bytes>");
    let history = history(&json!({ "proto": { "Filters.late": { "settled": "1.38.0" } } }))?;
    let table = Table::of(&Inventory::of(&json!({}), &descriptors), &history, None)?;
    let (overrides, deprecated) = (BTreeMap::new(), BTreeSet::new());
    let gates =
        VersionGates { table: &table, overrides: &overrides, deprecated: &deprecated, oldest: Version(1, 27, 0) };
    assert_contains(
        &visitors(&gates, &descriptors, &emitted)?,
        "levels(self, visit, |level, inside, visit| { if level.late { visit(const { proto(\"Filters.late\") }); } \
         inside.extend_from_slice(&level.filters); });",
    );
    Ok(())
}

#[test]
fn a_rule_can_name_a_feature() -> Result<()> {
    let table = table(&json!({}))?;
    let text = "rules = [{ fields = ['FindRequest.flag'], feature = 'Flags' }]
        [features]
        Flags = { settled = '1.36.0', why = 'told' }";
    let overrides = behaviours(text)?.overrides(&table)?;
    let Some(FieldOverride::Rule(named)) = overrides.get("FindRequest.flag") else {
        bail!("no rule in {overrides:?}");
    };
    assert_eq!(
        (named.name.as_str(), named.why.as_str(), named.versions.listed(Version(1, 39, 0)).as_str()),
        ("Flags", "told", "1.36.0")
    );
    Ok(())
}

#[test]
fn a_feature_has_the_versions_that_have_all_its_items() -> Result<()> {
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
    assert_contains(&text, "pub const OLDEST: Version = Version(1, 27, 0);");
    assert_contains(&text, "feature_row(\"Both\", \"Both\", &[Range(Version(1, 30, 4), END)], \"\")");
    assert_contains(&text, "feature_row(\"Stated\"");
    Ok(())
}

/// The contract of an older release lacks what the overlay names.
#[test]
fn items_that_the_contract_never_had_are_findings() -> Result<()> {
    let table = table(&json!({ "proto": { "FindRequest.flag": { "settled": "1.30.0" } } }))?;
    let (known, findings) = behaviours(
        "rules = [
            { fields = ['FindRequest.flag', 'FindRequest.nothing'], feature = 'Flags', never = true, why = 'x' },
            { fields = ['FindRequest.limit'], feature = 'Absent', why = 'x' },
        ]
        ignorable = [{ field = 'Nothing.at_all', why = 'x' }]
        [features]
        Absent = { contract = ['proto FindRequest.flag', 'operation GET /nothing'] }
        Present = { contract = ['proto FindRequest.flag'] }",
    )?
    .known(&table);
    let expected = [
        "behaviours.toml: feature Absent: the contract never had \"operation GET /nothing\"",
        "behaviours.toml: rule Flags: the contract never had \"FindRequest.nothing\"",
        "behaviours.toml: ignorable field: the contract never had \"Nothing.at_all\"",
    ];
    assert_eq!(findings, expected);
    assert_eq!(known.features(&table)?.iter().map(|feature| feature.name.as_str()).collect::<Vec<_>>(), ["Present"]);
    assert_eq!(known.overrides(&table)?.into_keys().collect::<Vec<_>>(), ["FindRequest.flag"]);
    Ok(())
}

#[test]
fn invalid_features_and_rules_are_refused() -> Result<()> {
    let table = table(&json!({ "proto": { "FindRequest.flag": { "settled": "1.30.0" } } }))?;
    for (row, expected) in [
        ("contract = ['proto FindRequest.nothing']", "the contract never had \"proto FindRequest.nothing\""),
        ("contract = ['property FindRequest.flag']", "the contract never had \"property FindRequest.flag\""),
        ("contract = ['FindRequest.flag']", "\"FindRequest.flag\" must start with its kind"),
        ("contract = ['colour x']", "\"colour x\" starts with an unknown kind"),
        ("settled = '1.30.0'", "`why` is missing"),
        ("contract = ['proto FindRequest.flag'], settled = '1.30.0', why = 'x'", "either `contract` or versions"),
        ("why = 'x'", "either `contract` or versions"),
        ("backports = ['1.30.1', '1.30.2'], why = 'x'", "two backports in the minor line of 1.30.2"),
        ("settled = 'soon', why = 'x'", "\"soon\" is not a release version"),
    ] {
        let error = error(behaviours(&format!("[features]\nX = {{ {row} }}"))?.features(&table));
        assert!(error.contains("feature X") && error.contains(expected), "{row}: {error}");
    }
    for (row, expected) in [
        ("ignorable = [{ field = 'FindRequest.name', why = 'x' }]", "every server has it"),
        ("ignorable = [{ field = 'FindRequest.flag', why = '' }]", "`why` is missing"),
        (
            "rules = [{ fields = ['FindRequest.nothing'], feature = 'X', never = true, why = 'x' }]",
            "the contract never had",
        ),
        (
            "rules = [{ fields = ['FindRequest.flag'], feature = 'X', why = 'x' }]",
            "expected one of: the name of a feature",
        ),
        ("rules = [{ fields = ['FindRequest.flag'], feature = 'X', never = true }]", "`why` is missing"),
        (
            "rules = [{ fields = ['FindRequest.flag'], feature = 'X', never = true, why = 'x' }]
             ignorable = [{ field = 'FindRequest.flag', why = 'x' }]",
            "has two entries",
        ),
    ] {
        let error = error(behaviours(&format!("{row}\n[features]"))?.overrides(&table));
        assert!(error.contains(expected), "{row}: {error}");
    }
    assert!(behaviours("[features]\n[[colours]]").is_err());
    Ok(())
}

#[test]
fn the_committed_behaviours_match_the_committed_contract() -> Result<()> {
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let Sources { contract, descriptors, history, behaviours, .. } = Sources::read(&specs)?;
    let table = Table::of(&Inventory::of(&contract, &descriptors), &history, None)?;
    let named = behaviours.features(&table)?;
    let since = |name: &str| {
        named.iter().find(|named| named.name == name).map(|named| named.versions.listed(Version(1, 39, 0)))
    };
    assert_eq!(since("GrpcWeb").as_deref(), Some("1.38.3 or 1.39.0"));
    assert_eq!(since("Aggregate").as_deref(), Some("1.28.5 or 1.29.0"));
    assert_eq!(since("ReplicationScale").as_deref(), Some("1.31.20, 1.32.17, 1.33.5, 1.34.1 or 1.35.0"));
    assert!(behaviours.overrides(&table)?.len() > 10);
    Ok(())
}

//! Tests of the version tables and of the requirements of requests.

mod matrix;
mod requests;

use weaviate_generated::availability::{self, Kind, OLDEST, Range, Since, Version, features, find, is_deprecated};

fn text(kind: Kind, symbol: &str) -> Option<String> {
    find(kind, symbol).map(|row| row.since.to_string())
}

#[test]
fn an_item_of_every_release_or_of_none_is_not_listed() {
    assert_eq!(text(Kind::Proto, "SearchRequest.limit"), None);
    assert_eq!(text(Kind::Proto, "SearchRequest.nothing"), None);
    assert_eq!(text(Kind::Operation, "GET /schema/{className}"), None);
    // The name of another kind.
    assert_eq!(text(Kind::Property, "SearchRequest.boost"), None);
}

#[test]
fn versions_read_well_after_needs_weaviate() {
    for (kind, symbol, expected) in [
        (Kind::Proto, "SearchRequest.boost", "1.38.0"),
        (Kind::Proto, "Weaviate.rpc Aggregate", "1.28.5 or 1.29.0"),
        (Kind::Operation, "POST /replication/scale", "1.31.20, 1.32.17, 1.33.5, 1.34.1 or 1.35.0"),
        (Kind::Operation, "GET /schema/cluster-status", "older than 1.25.0"),
        (Kind::Definition, "IndexUpdateRequest", "1.38.0 (removed in 1.39.0)"),
        (Kind::EnumValue, "GroupType <alias>=db", "1.32.5 (removed in 1.32.6)"),
        (Kind::Proto, "GetFileRequest", "1.32.0 (removed in 1.33.6) or 1.34.0 (removed in 1.34.1)"),
    ] {
        assert_eq!(text(kind, symbol).as_deref(), Some(expected), "{symbol}");
    }
    for (range, expected) in [
        (Range(Version(1, 38, 10), Version(1, 39, 0)), "1.38.10 (not in 1.39.0)"),
        (Range(Version(9, 0, 0), Version::END), "9.0.0 (not released)"),
    ] {
        assert_eq!(Since(&[range]).to_string(), expected);
    }
    assert_eq!(Since::NEVER.to_string(), "no version");
    assert_eq!(Since::ALWAYS.to_string(), "any version");
}

#[test]
fn operations_and_parameters_are_found_by_method() {
    let operation = |method| availability::operation(method).map(|row| row.symbol);
    assert_eq!(
        operation("schema_objects_index_rebuild"),
        Some("POST /schema/{className}/properties/{propertyName}/index/{indexName}/rebuild")
    );
    assert_eq!(operation("tokenize"), Some("POST /tokenize"));
    assert_eq!(operation("schema_objects_get"), None);
    let parameter = |method, name| availability::parameter(method, name).map(|row| row.since.to_string());
    assert_eq!(parameter("backups_list", "order").as_deref(), Some("1.32.14, 1.33.2 or 1.34.0"));
    assert_eq!(parameter("nodes_get_class", "shardName").as_deref(), Some("1.31.0"));
    // Parameters that are as old as their operation.
    assert_eq!(parameter("tokenize", "body"), None);
    assert_eq!(parameter("nodes_get_class", "output"), None);
}

#[test]
fn every_feature_is_found_by_its_name() {
    let mut names = Vec::new();
    for row in features() {
        assert_eq!(availability::feature(row.symbol), Some(row));
        names.push(row.symbol);
    }
    assert!(names.is_sorted() && names.len() > 50);
    assert!(names.contains(&"Boost") && names.contains(&"GrpcWeb"));
    assert_eq!(availability::feature("Nothing"), None);
}

#[test]
fn versions_that_the_contract_does_not_show_have_a_reason() {
    assert!(availability::feature("GrpcWeb").is_some_and(|row| !row.why.is_empty()));
    assert!(availability::feature("Boost").is_some_and(|row| row.why.is_empty()));
}

#[test]
fn deprecated_items_are_listed_by_kind() {
    assert!(is_deprecated(Kind::Property, "BackupConfig.ChunkSize"));
    assert!(is_deprecated(Kind::Proto, "SearchRequest.uses_125_api"));
    assert!(!is_deprecated(Kind::Proto, "SearchRequest.uses_127_api"));
    assert!(!is_deprecated(Kind::Property, "SearchRequest.uses_125_api"));
}

#[test]
fn the_oldest_server_is_that_of_the_readme() {
    assert_eq!(OLDEST, Version(1, 27, 0));
}

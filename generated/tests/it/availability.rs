//! The table of versions and the visitors.

use weaviate_generated::availability::{
    Kind, SymbolId, Version, visit_batch_objects_request, visit_search_request, visit_tenants_get_request,
};
use weaviate_generated::grpc::{
    BatchObject, BatchObjectsRequest, Boost, Filters, Hybrid, MetadataRequest, Rerank, SearchRequest,
    TenantsGetRequest, batch_object, filters, hybrid,
};

fn has(kind: Kind, name: &str, version: (u16, u16, u16)) -> bool {
    let symbol = SymbolId::find(kind, name).unwrap_or_else(|| panic!("{name} is not in the table"));
    symbol.since().contains(Version(version.0, version.1, version.2))
}

fn reported(request: &SearchRequest) -> Vec<&'static str> {
    let mut found = Vec::new();
    visit_search_request(request, &mut |symbol| found.push(symbol.name()));
    found
}

#[test]
fn every_symbol_is_found_by_its_name() {
    let mut count = 0;
    for symbol in SymbolId::all() {
        assert_eq!(SymbolId::find(symbol.kind(), symbol.name()), Some(symbol));
        count += 1;
    }
    assert!(count > 2_000);
    assert_eq!(SymbolId::find(Kind::Proto, "SearchRequest.nothing"), None);
    assert_eq!(SymbolId::find(Kind::Property, "SearchRequest.limit"), None);
}

#[test]
fn a_plain_beginning() {
    assert!(!has(Kind::Proto, "SearchRequest.boost", (1, 37, 14)));
    assert!(has(Kind::Proto, "SearchRequest.boost", (1, 38, 0)));
    assert!(has(Kind::Proto, "SearchRequest.boost", (2, 0, 0)));
    assert!(has(Kind::Operation, "GET /schema/{className}", (1, 23, 0)));
}

#[test]
fn a_backport_holds_in_its_minor_release_only() {
    for (version, expected) in
        [((1, 27, 27), false), ((1, 28, 4), false), ((1, 28, 5), true), ((1, 28, 16), true), ((1, 29, 0), true)]
    {
        assert_eq!(has(Kind::Proto, "Weaviate.rpc Aggregate", version), expected, "{version:?}");
    }
    // Not in 1.31.0 although 1.30.17 has it.
    let operation = "POST /replication/scale";
    for (version, expected) in
        [((1, 31, 19), false), ((1, 31, 20), true), ((1, 32, 0), false), ((1, 34, 1), true), ((1, 35, 0), true)]
    {
        assert_eq!(has(Kind::Operation, operation, version), expected, "{version:?}");
    }
}

#[test]
fn what_was_dropped_and_what_is_gone() {
    for (version, expected) in [
        ((1, 31, 22), false),
        ((1, 32, 27), true),
        ((1, 33, 5), true),
        ((1, 33, 6), false),
        ((1, 34, 0), true),
        ((1, 34, 1), false),
        ((1, 35, 0), false),
    ] {
        assert_eq!(has(Kind::Proto, "GetFileRequest", version), expected, "{version:?}");
    }
    assert!(!has(Kind::Operation, "POST /aggregate/{collection}", (1, 39, 0)));
    assert!(has(Kind::Operation, "POST /aggregate/{collection}", (1, 38, 11)));
}

#[test]
fn the_set_reads_well() {
    let text = |kind, name| SymbolId::find(kind, name).map(|symbol| symbol.since().to_string());
    assert_eq!(text(Kind::Proto, "SearchRequest.boost").as_deref(), Some("1.38.0 or later"));
    assert_eq!(text(Kind::Proto, "Weaviate.rpc Aggregate").as_deref(), Some("1.28.5 (in 1.28), 1.29.0 or later"));
    assert_eq!(text(Kind::Proto, "SearchRequest.limit").as_deref(), Some("any version"));
}

#[test]
fn methods_lead_to_operations() {
    let name = |method| SymbolId::of_method(method).map(SymbolId::name);
    assert_eq!(name("schema_objects_get"), Some("GET /schema/{className}"));
    assert_eq!(name("tenant_exists"), Some("HEAD /schema/{className}/tenants/{tenantName}"));
    assert_eq!(name("nothing"), None);
}

#[test]
fn deprecations_are_known() {
    assert!(SymbolId::find(Kind::Property, "BackupConfig.ChunkSize").unwrap().is_deprecated());
    assert!(SymbolId::find(Kind::Proto, "SearchRequest.uses_125_api").unwrap().is_deprecated());
    assert!(!SymbolId::find(Kind::Proto, "SearchRequest.uses_127_api").unwrap().is_deprecated());
}

#[test]
fn a_request_of_what_every_server_knows_reports_nothing() {
    let request = SearchRequest {
        collection: "A".into(),
        limit: 10,
        uses_127_api: true,
        metadata: Some(MetadataRequest { uuid: true, ..MetadataRequest::default() }),
        rerank: Some(Rerank { property: "p".into(), query: Some("q".into()) }),
        ..SearchRequest::default()
    };
    assert_eq!(reported(&request), Vec::<&str>::new());
    visit_tenants_get_request(&TenantsGetRequest::default(), &mut |symbol| panic!("{symbol:?}"));
}

#[test]
fn what_is_set_is_reported_however_deep() {
    let request = SearchRequest { boost: Some(Box::new(Boost::default())), ..SearchRequest::default() };
    assert_eq!(reported(&request), ["SearchRequest.boost"]);

    let metadata = MetadataRequest { query_profile: true, ..MetadataRequest::default() };
    let request = SearchRequest { metadata: Some(metadata), ..SearchRequest::default() };
    assert_eq!(reported(&request), ["MetadataRequest.query_profile"]);

    let inner = Filters { operator: filters::Operator::ContainsNone.into(), ..Filters::default() };
    let outer = Filters { operator: filters::Operator::And.into(), filters: vec![inner], ..Filters::default() };
    let request = SearchRequest { filters: Some(outer), ..SearchRequest::default() };
    assert_eq!(reported(&request), ["Filters.Operator.OPERATOR_CONTAINS_NONE"]);

    let hybrid = Hybrid { threshold: Some(hybrid::Threshold::VectorDistance(0.5)), ..Hybrid::default() };
    let request = SearchRequest { hybrid_search: Some(Box::new(hybrid)), ..SearchRequest::default() };
    assert!(reported(&request).iter().all(|name| name.starts_with("Hybrid.")));
}

#[test]
#[expect(deprecated, reason = "that the compiler knows of it is the point")]
fn deprecated_fields_are_marked_and_reported() {
    let request = SearchRequest { uses_125_api: true, ..SearchRequest::default() };
    assert_eq!(reported(&request), ["SearchRequest.uses_125_api"]);
}

#[test]
fn a_batch_of_plain_objects_reports_nothing() {
    let properties = batch_object::Properties {
        non_ref_properties: Some(prost_types::Struct::default()),
        ..batch_object::Properties::default()
    };
    let object = BatchObject { uuid: "u".into(), properties: Some(properties), ..BatchObject::default() };
    let request = BatchObjectsRequest { objects: vec![object; 3], ..BatchObjectsRequest::default() };
    visit_batch_objects_request(&request, &mut |symbol| panic!("{symbol:?}"));
}

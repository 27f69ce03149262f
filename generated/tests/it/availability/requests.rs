//! What is set in a request, held against a server.

use prost::Message as _;
use serde_json::{Value, json};
use weaviate_generated::availability::{Body, Requirement, Requirements, Version};
use weaviate_generated::grpc::{
    AggregateRequest, BatchObject, BatchObjectsRequest, BatchReferencesRequest, BatchStreamRequest, Bm25, Boost,
    Filters, GenerativeProvider, GenerativeSearch, GenerativeXai, Hybrid, MetadataRequest, NearImageSearch, NearObject,
    NearVector, PropertiesRequest, RefPropertiesRequest, Rerank, SearchOperatorOptions, SearchRequest, Selection,
    TenantsGetRequest, Vectors, batch_stream_request, boost, filters, generative_provider, generative_search, hybrid,
    search_operator_options, selection, vectors,
};

fn unmet(request: &impl Requirements, version: (u16, u16, u16)) -> Option<&'static str> {
    request.unmet(Version(version.0, version.1, version.2)).map(|requirement| requirement.symbol)
}

fn asked(request: &impl Requirements) -> Vec<&'static str> {
    let mut symbols = Vec::new();
    request.requirements(&mut |requirement: &'static Requirement| symbols.push(requirement.symbol));
    symbols
}

fn mmr() -> Selection {
    Selection { selection: Some(selection::Selection::Mmr(selection::Mmr { limit: Some(5), balance: None })) }
}

fn vector(kind: vectors::VectorType) -> Vectors {
    Vectors { vector_bytes: vec![0; 4].into(), r#type: kind.into(), ..Vectors::default() }
}

#[test]
#[expect(deprecated, reason = "sent for old servers")]
fn what_every_server_knows_asks_for_nothing() {
    let request = SearchRequest {
        collection: "A".into(),
        limit: 10,
        uses_123_api: true,
        uses_125_api: true,
        uses_127_api: true,
        metadata: Some(MetadataRequest { uuid: true, vectors: vec!["a".into()], ..MetadataRequest::default() }),
        rerank: Some(Rerank { property: "p".into(), query: Some("q".into()) }),
        hybrid_search: Some(Box::new(Hybrid {
            alpha: 0.5,
            alpha_param: Some(0.5),
            use_alpha_param: true,
            threshold: Some(hybrid::Threshold::VectorDistance(0.5)),
            ..Hybrid::default()
        })),
        ..SearchRequest::default()
    };
    assert_eq!(asked(&request), Vec::<&str>::new());
    assert_eq!(
        asked(&TenantsGetRequest { collection: "A".into(), ..TenantsGetRequest::default() }),
        Vec::<&str>::new()
    );
    let object = BatchObject {
        uuid: "u".into(),
        vectors: vec![vector(vectors::VectorType::SingleFp32)],
        ..BatchObject::default()
    };
    assert_eq!(
        asked(&BatchObjectsRequest { objects: vec![object; 3], ..BatchObjectsRequest::default() }),
        Vec::<&str>::new()
    );
}

#[test]
fn boost_needs_1_38() {
    let request = SearchRequest { boost: Some(Box::new(Boost::default())), ..SearchRequest::default() };
    assert_eq!(unmet(&request, (1, 37, 14)), Some("SearchRequest.boost"));
    assert_eq!(unmet(&request, (1, 38, 0)), None);
    assert_eq!(unmet(&request, (2, 0, 0)), None);
    let needs = request.unmet(Version(1, 37, 14)).map(|requirement| requirement.since.to_string());
    assert_eq!(needs.as_deref(), Some("1.38.0"));
}

#[test]
fn and_cross_was_backported() {
    let operator = search_operator_options::Operator::AndCross.into();
    let options = SearchOperatorOptions { operator, minimum_or_tokens_match: None };
    let bm25 = Bm25 { query: "q".into(), search_operator: Some(options), ..Bm25::default() };
    let keyword = SearchRequest { bm25_search: Some(bm25), ..SearchRequest::default() };
    let hybrid = Hybrid { bm25_search_operator: Some(options), ..Hybrid::default() };
    let hybrid = SearchRequest { hybrid_search: Some(Box::new(hybrid)), ..SearchRequest::default() };
    for request in [keyword, hybrid] {
        let symbol = "SearchOperatorOptions.Operator.OPERATOR_AND_CROSS";
        assert_eq!(unmet(&request, (1, 38, 7)), Some(symbol));
        assert_eq!(unmet(&request, (1, 37, 99)), Some(symbol));
        assert_eq!(unmet(&request, (1, 38, 8)), None);
        assert_eq!(unmet(&request, (1, 39, 0)), None);
    }
}

#[test]
fn the_operators_before_it_came_earlier() {
    let options = SearchOperatorOptions {
        operator: search_operator_options::Operator::And.into(),
        minimum_or_tokens_match: None,
    };
    let bm25 = Bm25 { search_operator: Some(options), ..Bm25::default() };
    let request = SearchRequest { bm25_search: Some(bm25), ..SearchRequest::default() };
    assert_eq!(unmet(&request, (1, 30, 16)), Some("BM25.search_operator"));
    assert_eq!(unmet(&request, (1, 30, 17)), None);
}

#[test]
fn what_is_set_is_found_however_deep() {
    let inner = Filters { operator: filters::Operator::ContainsNone.into(), ..Filters::default() };
    let and = filters::Operator::And.into();
    let outer = Filters { operator: and, filters: vec![inner.encode_to_vec().into()], ..Filters::default() };
    let none = "Filters.Operator.OPERATOR_CONTAINS_NONE";
    let request = SearchRequest { filters: Some(outer.clone()), ..SearchRequest::default() };
    assert_eq!(asked(&request), [none]);
    let condition =
        boost::Condition { condition: Some(boost::condition::Condition::Filter(outer.clone())), weight: None };
    let boost = Boost { conditions: vec![condition], ..Boost::default() };
    let request = SearchRequest { boost: Some(Box::new(boost)), ..SearchRequest::default() };
    assert_eq!(asked(&request), ["SearchRequest.boost", none]);

    let level =
        |inside: Filters| Filters { operator: and, filters: vec![inside.encode_to_vec().into()], ..Filters::default() };
    let deep = (0..2_000).fold(outer, |inside, _| level(inside));
    assert_eq!(asked(&SearchRequest { filters: Some(deep), ..SearchRequest::default() }), [none]);

    let metadata = MetadataRequest { query_profile: true, ..MetadataRequest::default() };
    let reference = RefPropertiesRequest { metadata: Some(metadata), ..RefPropertiesRequest::default() };
    let properties = PropertiesRequest { ref_properties: vec![reference], ..PropertiesRequest::default() };
    let request = SearchRequest { properties: Some(properties), ..SearchRequest::default() };
    assert_eq!(unmet(&request, (1, 36, 8)), Some("MetadataRequest.query_profile"));
    assert_eq!(unmet(&request, (1, 36, 9)), None);
}

#[test]
fn a_provider_is_a_choice_inside_a_list() {
    let kind = generative_provider::Kind::Xai(GenerativeXai::default());
    let provider = GenerativeProvider { return_metadata: false, kind: Some(kind) };
    let single = generative_search::Single { prompt: "p".into(), debug: false, queries: vec![provider] };
    let generative = GenerativeSearch { single: Some(single), ..GenerativeSearch::default() };
    let request = SearchRequest { generative: Some(Box::new(generative)), ..SearchRequest::default() };
    assert_eq!(unmet(&request, (1, 29, 11)), Some("GenerativeProvider.xai"));
    assert_eq!(unmet(&request, (1, 30, 0)), None);
}

#[test]
fn a_field_that_is_accepted_and_ignored_is_refused_everywhere() {
    let near_object = NearObject { selection: Some(mmr()), ..NearObject::default() };
    let request = SearchRequest { near_object: Some(near_object), ..SearchRequest::default() };
    assert_eq!(unmet(&request, (1, 36, 8)), Some("NearObject.selection"));
    assert_eq!(unmet(&request, (1, 37, 0)), None);

    let near_image = NearImageSearch { selection: Some(mmr()), ..NearImageSearch::default() };
    let request = SearchRequest { near_image: Some(Box::new(near_image)), ..SearchRequest::default() };
    for version in [(1, 36, 8), (1, 37, 0), (1, 39, 0)] {
        let refusal = request.unmet(Version(version.0, version.1, version.2)).unwrap();
        assert_eq!(refusal.symbol, "NearImageSearch.selection");
        assert_eq!((refusal.feature, refusal.since.to_string().as_str()), ("Mmr on media searches", "no version"));
        assert!(!refusal.why.is_empty());
    }
}

#[test]
#[expect(deprecated, reason = "what servers before 1.29 read")]
fn a_vector_that_old_servers_would_not_see_is_refused() {
    let near = |vector_bytes: &'static [u8], kind| SearchRequest {
        near_vector: Some(NearVector {
            vector_bytes: vector_bytes.into(),
            vectors: vec![vector(kind)],
            ..NearVector::default()
        }),
        ..SearchRequest::default()
    };
    let single = vectors::VectorType::SingleFp32;
    assert_eq!(unmet(&near(&[], single), (1, 28, 16)), Some("NearVector.vectors"));
    assert_eq!(unmet(&near(&[], single), (1, 29, 0)), None);
    assert_eq!(unmet(&near(&[0; 4], single), (1, 27, 0)), None);
    let multi = vectors::VectorType::MultiFp32;
    assert_eq!(unmet(&near(&[0; 4], multi), (1, 28, 16)), Some("Vectors.VectorType.VECTOR_TYPE_MULTI_FP32"));
}

#[test]
fn a_request_that_is_new_itself() {
    assert_eq!(asked(&BatchReferencesRequest::default()), ["BatchReferencesRequest"]);
    assert_eq!(unmet(&AggregateRequest::default(), (1, 28, 4)), Some("AggregateRequest"));
    assert_eq!(unmet(&AggregateRequest::default(), (1, 28, 5)), None);
}

#[test]
fn a_stream_of_the_old_kind_is_refused() {
    let start = batch_stream_request::Start { consistency_level: None };
    let request = BatchStreamRequest { message: Some(batch_stream_request::Message::Start(start)) };
    assert_eq!(unmet(&request, (1, 32, 0)), Some("BatchStreamRequest"));
    for (version, feature) in [((1, 33, 0), Some("BatchStream")), ((1, 35, 9), Some("BatchStream")), ((1, 36, 0), None)]
    {
        let refusal = request.unmet(Version(version.0, version.1, version.2));
        assert_eq!(refusal.map(|requirement| requirement.feature), feature, "{version:?}");
    }
}

#[test]
fn a_provider_chosen_with_the_query_needs_usable_replies() {
    let provider = GenerativeProvider::default();
    let single = generative_search::Single { queries: vec![provider], ..generative_search::Single::default() };
    let generative = GenerativeSearch { single: Some(single), ..GenerativeSearch::default() };
    let request = SearchRequest { generative: Some(Box::new(generative)), ..SearchRequest::default() };
    assert_eq!(unmet(&request, (1, 27, 13)), Some("GenerativeSearch.Single.queries"));
    assert_eq!(unmet(&request, (1, 27, 14)), None);
}

fn body_asks(definition: &str, value: &Value) -> Vec<&'static str> {
    asked(&Body { definition, value })
}

#[test]
fn a_json_body_asks_for_what_is_in_it() {
    let plain = json!({
        "class": "A",
        "objectTtlConfig": null,
        "properties": [{ "name": "p", "tokenization": "word" }, "odd"],
        "invertedIndexConfig": [{ "bm25": {} }],
        "new": { "textAnalyzer": {} },
    });
    assert_eq!(body_asks("Class", &plain), Vec::<&str>::new());
    assert_eq!(body_asks("Nothing", &plain), Vec::<&str>::new());
    let young = json!({
        "objectTtlConfig": {},
        "properties": [
            { "tokenization": "gse_ch" },
            { "nestedProperties": [{ "nestedProperties": [{ "tokenization": "kagome_ja" }] }] },
        ],
        "invertedIndexConfig": { "stopwordPresets": { "a": [] } },
    });
    let mut symbols = body_asks("Class", &young);
    symbols.sort_unstable();
    assert_eq!(
        symbols,
        [
            "Class.objectTtlConfig",
            "InvertedIndexConfig.stopwordPresets",
            "NestedProperty.tokenization=kagome_ja",
            "Property.tokenization=gse_ch",
        ]
    );
    let property = json!({ "textAnalyzer": { "asciiFold": true } });
    let body = Body { definition: "Property", value: &property };
    assert_eq!(unmet(&body, (1, 36, 20)), Some("Property.textAnalyzer"));
    assert_eq!(unmet(&body, (1, 37, 0)), None);
}

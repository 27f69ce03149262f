//! Each field of a search is sent by a request of the table, and each field of its reply is read.

use std::collections::{BTreeMap, BTreeSet};
use std::future::IntoFuture;
use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;
use prost::Message as _;
use weaviate::generate::{Generate, GenerativeProvider, GroupedTask, ReasoningEffort, Verbosity, providers};
use weaviate::prelude::*;
use weaviate::query::{
    Boost, BoostCondition, DecayCurve, Diversity, Listed, Modifier, Move, NearText, NearVector, Query, QueryVectors,
    Rerank, Results, Search, Targets,
};
use weaviate_generated::grpc;

use crate::support::contract::{Content, Contract, Field, assert_in_contract, is_listed};
use crate::support::recorder::Recorder;

/// Fields of a request that are not sent, and why. `Message.*` stands for all fields that begin with `Message.`.
const NOT_SENT: &[(&str, &str)] = &[
    ("Filters.*", "the filters' own tests hold the message"),
    ("FilterTarget.*", "the filters' own tests hold the message"),
    ("FilterReference*", "the filters' own tests hold the message"),
    ("GeoCoordinatesFilter.*", "the filters' own tests hold the message"),
    ("NumberArray.*", "the filters' own tests hold the message"),
    ("IntArray.*", "the filters' own tests hold the message"),
    ("BooleanArray.*", "the filters' own tests hold the message"),
    ("Vectors.name", "the targets have the names"),
    ("NearImageSearch.selection", "servers ignore it"),
    ("NearAudioSearch.selection", "servers ignore it"),
    ("NearVideoSearch.selection", "servers ignore it"),
    ("NearDepthSearch.selection", "servers ignore it"),
    ("NearThermalSearch.selection", "servers ignore it"),
    ("NearIMUSearch.selection", "servers ignore it"),
];

/// Fields of a reply that are not read, and why.
const NOT_READ: &[(&str, &str)] = &[
    ("PropertiesResult.ref_props_requested", "tells that there is an object where nothing else does"),
    ("MetadataResult.id", "`id_as_bytes` has it; read if that is missing"),
    ("Vectors.type", "the vectors of the reply are single ones, as without a type"),
];

struct Table {
    recorder: Recorder,
    contract: Contract,
    owls: Collection,
    /// Requests by the fields that they set.
    by_field: BTreeMap<String, BTreeSet<&'static str>>,
}

impl Table {
    async fn new() -> Self {
        let recorder = Recorder::start().await;
        let client = recorder.client().await;
        let contract = Contract::read();
        Self { owls: client.collection("Owl"), recorder, contract, by_field: BTreeMap::new() }
    }

    /// Sends a request, and takes down which fields it sets.
    async fn sends<K: Search, Out: Results>(&mut self, name: &'static str, query: Query<PropertyMap, K, Out>) {
        self.recorder.take();
        query.into_future().await.unwrap();
        let calls = self.recorder.take();
        let message = &calls.iter().find(|call| call.path.ends_with("/Search")).unwrap().body[5..];
        for field in self.contract.set_in("SearchRequest", message) {
            self.by_field.entry(field).or_default().insert(name);
        }
    }

    async fn sends_ranked<K: Search + Listed>(&mut self, name: &'static str, query: Query<PropertyMap, K>) {
        self.sends(name, query.limit(10)).await;
    }
}

#[tokio::test]
async fn each_field_of_a_search_is_sent_by_a_request_of_the_table() {
    let mut table = Table::new().await;
    let owls = table.owls.tenant("ann").consistency_level(ConsistencyLevel::Quorum);
    let query = owls.query();
    let both = || Targets::manual_weights([("a", 0.5), ("b", 1.0)]);
    let mmr = || Diversity::mmr(2);

    let metadata = [
        Metadata::CreationTime,
        Metadata::LastUpdateTime,
        Metadata::Distance,
        Metadata::Certainty,
        Metadata::Score,
        Metadata::ExplainScore,
        Metadata::IsConsistent,
    ];
    let list = query.fetch_objects().offset(1).sort(Sort::by("year")).metadata(metadata).query_profile(true);
    table.sends_ranked("list", list.filter(Filter::property("year").equal(1)).include_vector(true)).await;
    table.sends_ranked("cursor", query.fetch_objects().after(Uuid::from_u128(1)).include_vectors(["a"])).await;
    let nested = query.fetch_objects().properties(["title", "author.name", "author.home.city"]);
    table.sends("selection", nested).await;
    let publisher = Selection::none().metadata([Metadata::CreationTime]).vectors(["a"]);
    let references = Selection::all().reference_to("madeBy", "Publisher", publisher);
    table.sends("references", query.fetch_objects().select(references)).await;

    let words = query.bm25("owl").query_properties(["title"]).operator(Bm25Operator::or(2)).auto_limit(1);
    table.sends("keywords", words.rerank(Rerank::new("title", "owl")).group_by(GroupBy::new("topic"))).await;

    let near = query.near_vector([1.0, 0.0]).target(both()).distance(0.5).diversity(mmr());
    table.sends_ranked("query vector", near).await;
    table.sends("certainty", query.near_vector(vec![vec![1.0], vec![2.0]]).certainty(0.5)).await;
    table.sends("query vectors", query.near_vectors(QueryVectors::sum([("a", [1.0])]))).await;
    let by_object = query.near_object(Uuid::from_u128(1)).target(both()).diversity(mmr());
    table.sends_ranked("object", by_object.clone().distance(0.5)).await;
    table.sends_ranked("object, certainty", by_object.certainty(0.5)).await;
    let moved = Move::force(0.5).concepts("snow").objects([Uuid::from_u128(1)]);
    let by_text = query.near_text("owl").move_to(moved.clone()).move_away(moved).target(both()).diversity(mmr());
    table.sends_ranked("text", by_text.clone().distance(0.5)).await;
    table.sends_ranked("text, certainty", by_text.certainty(0.5)).await;
    for (name, medium) in [
        ("image", query.near_image(vec![1])),
        ("audio", query.near_audio(vec![1])),
        ("video", query.near_video(vec![1])),
        ("depth", query.near_depth(vec![1])),
        ("thermal", query.near_thermal(vec![1])),
        ("imu", query.near_imu(vec![1])),
    ] {
        table.sends(name, medium.clone().target("a").distance(0.5)).await;
        table.sends(name, medium.certainty(0.5)).await;
    }

    let hybrid = || query.hybrid("owl").fusion(Fusion::Ranked).query_properties(["title"]).diversity(mmr()).limit(10);
    let options = hybrid().vector([1.0]).target(both()).max_vector_distance(0.5).operator(Bm25Operator::or(2));
    table.sends("hybrid", options).await;
    table.sends("hybrid, vector", hybrid().vector(NearVector::new([1.0]).distance(0.5))).await;
    table.sends("hybrid, text", hybrid().vector(NearText::new("kite"))).await;
    table.sends("hybrid, vectors", hybrid().vector(QueryVectors::sum([("a", [1.0])]))).await;

    let day = Duration::from_secs(24 * 60 * 60);
    let origin = WeaviateDateTime::parse("2026-01-01T00:00:00Z").unwrap();
    let time = BoostCondition::time_decay("day", day).origin(origin).offset(day).decay_value(0.5);
    let number = BoostCondition::numeric_decay("year", 1.0, 2.0).offset(1.0).decay_value(0.5);
    let boost = Boost::blend((
        time.curve(DecayCurve::Gauss).weight(2.0),
        number.curve(DecayCurve::Linear),
        BoostCondition::property_value("year").modifier(Modifier::Sqrt),
        BoostCondition::filter(Filter::property("year").equal(1)),
    ));
    table.sends("boost", query.bm25("owl").boost(boost.weight(0.5).depth(50))).await;

    for provider in all_providers() {
        let task = GroupedTask::new("sum up").properties(["title"]);
        let generate = Generate::single("say {title}").and_grouped(task).debug(true);
        table.sends("generate", query.bm25("owl").generate(generate.provider(provider))).await;
    }

    let Table { contract, by_field, .. } = table;
    let all = contract.beneath("SearchRequest");
    let missing: Vec<_> = all
        .values()
        // A server that needs such a field gets it from another one: `operations/older_servers.rs`.
        .filter(|field| !field.is_deprecated)
        .map(|field| field.path.as_str())
        .filter(|path| !by_field.contains_key(*path) && !is_listed(path, NOT_SENT))
        .collect();
    assert!(missing.is_empty(), "no request sends {missing:?}");
    assert_in_contract(NOT_SENT, &all);
    println!("{} of {} fields beneath `SearchRequest` are sent", by_field.len(), all.len());
}

/// Each provider with a value for each option.
#[rustfmt::skip]
fn all_providers() -> [GenerativeProvider; 15] {
    use providers::*;
    let (model, url, image) = ("m", "http://a:1", || [vec![1]]);
    let texts = || ["a"];
    [
        Anthropic::new().model(model).base_url(url).max_tokens(1).stop_sequences(texts()).temperature(0.5).top_k(1)
            .top_p(0.5).images(image()).image_properties(texts()).return_metadata(true).into(),
        Anyscale::new().model(model).base_url(url).temperature(0.5).into(),
        Aws::new().service("bedrock").region("r").model(model).endpoint("e").target_model("t").target_variant("v")
            .max_tokens(1).stop_sequences(texts()).temperature(0.5).images(image()).image_properties(texts()).into(),
        Cohere::new().model(model).base_url(url).max_tokens(1).stop_sequences(texts()).temperature(0.5)
            .frequency_penalty(0.5).presence_penalty(0.5).k(1).p(0.5).images(image()).image_properties(texts()).into(),
        ContextualAi::new().model(model).max_new_tokens(1).temperature(0.5).top_p(0.5).system_prompt("s")
            .avoid_commentary(true).knowledge(texts()).into(),
        Databricks::new().endpoint(url).model(model).max_tokens(1).stop(texts()).temperature(0.5).top_p(0.5)
            .frequency_penalty(0.5).presence_penalty(0.5).n(1).log_probs(true).top_log_probs(1).into(),
        DeepSeek::new().model(model).base_url(url).max_tokens(1).stop(texts()).temperature(0.5).top_p(0.5)
            .frequency_penalty(0.5).presence_penalty(0.5).into(),
        Dummy::new().into(),
        FriendliAi::new().model(model).base_url(url).max_tokens(1).temperature(0.5).top_p(0.5).n(1).into(),
        Google::new().model(model).api_endpoint("a").project_id("p").endpoint_id("e").region("r").location("l")
            .max_tokens(1).stop_sequences(texts()).temperature(0.5).top_k(1).top_p(0.5).frequency_penalty(0.5)
            .presence_penalty(0.5).images(image()).image_properties(texts()).into(),
        Mistral::new().model(model).base_url(url).max_tokens(1).temperature(0.5).top_p(0.5).into(),
        Nvidia::new().model(model).base_url(url).max_tokens(1).temperature(0.5).top_p(0.5).into(),
        Ollama::new().model(model).api_endpoint(url).temperature(0.5).images(image()).image_properties(texts()).into(),
        OpenAi::new().model(model).base_url(url).resource_name("r").deployment_id("d").api_version("v").is_azure(true)
            .max_tokens(1).stop(texts()).temperature(0.5).top_p(0.5).frequency_penalty(0.5).presence_penalty(0.5).n(1)
            .reasoning_effort(ReasoningEffort::Minimal).verbosity(Verbosity::High).images(image())
            .image_properties(texts()).into(),
        Xai::new().model(model).base_url(url).max_tokens(1).temperature(0.5).top_p(0.5).images(image())
            .image_properties(texts()).into(),
    ]
}

/// A value that the client can read. `provider` is the one whose metadata there is.
fn readable(contract: &Contract, field: &Field, provider: &str) -> Vec<Content> {
    let bytes = |bytes: &[u8]| vec![Content::Bytes(bytes.to_vec())];
    match field.path.as_str() {
        "PropertiesResult.non_ref_props" => {
            let year = grpc::Value { kind: Some(grpc::value::Kind::IntValue(1999)) };
            bytes(&grpc::Properties { fields: [("year".to_owned(), year)].into() }.encode_to_vec())
        }
        "MetadataResult.id" => bytes(Uuid::from_u128(7).to_string().as_bytes()),
        "Vectors.type" => vec![Content::Varint(1)],
        // The older form of a vector, and of a text: read where the newer one is missing.
        "MetadataResult.vector"
        | "Vectors.index"
        | "GroupByResult.generative"
        | "SearchReply.generative_grouped_result" => vec![],
        path if path.starts_with("GenerativeMetadata.") && path != provider => vec![],
        _ if contract.is_message(field) => vec![Content::Message],
        _ => vec![field.of(3)],
    }
}

#[tokio::test]
async fn each_field_of_a_reply_is_read() {
    let recorder = Recorder::start().await;
    let client = recorder.client().await;
    let owls = client.collection("Owl");
    let contract = Contract::read();
    let read = async |without: &str, provider: &str| {
        // A reply has a list or groups.
        let answer = |other: &str| {
            let is_left_out = |field: &Field| field.path == without || field.path == other;
            // References that follow each other end somewhere.
            let mut references = 3;
            let mut value = |field: &Field| {
                let is_reference = field.path == "RefPropertiesResult.properties";
                references -= i32::from(is_reference);
                let ends = is_reference && references < 0;
                if is_left_out(field) || ends { vec![] } else { readable(&contract, field, provider) }
            };
            recorder.answer_rpc("Search", contract.encode("SearchReply", &mut value));
        };
        answer("SearchReply.group_by_results");
        let generate = || Generate::single("a").and_grouped("b");
        let list = owls.query().bm25("owl").generate(generate()).await;
        answer("SearchReply.results");
        let groups = owls.query().bm25("owl").group_by("topic").generate(generate()).await;
        format!("{list:?} {groups:?}")
    };
    // One reply has the metadata of one provider.
    let is_provider = |path: &String| path.starts_with("GenerativeMetadata.");
    let mut replies = Vec::new();
    for provider in contract.beneath("GenerativeMetadata").into_keys().filter(is_provider) {
        let complete = read("", &provider).await;
        assert!(!complete.contains("Err("), "{complete}");
        replies.push((provider, complete));
    }
    let mut properties: Vec<_> =
        ["Properties", "Value", "ListValue"].iter().flat_map(|m| contract.beneath(m)).collect();
    properties.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut count = 0;
    for (path, field) in contract.beneath("SearchReply") {
        let of_properties = properties.binary_search_by(|(known, _)| known.cmp(&path)).is_ok();
        if of_properties || field.is_deprecated || is_listed(&path, NOT_READ) {
            continue;
        }
        let mut is_read = false;
        for (provider, complete) in &replies {
            is_read = is_read || read(&path, provider).await != *complete;
        }
        assert!(is_read, "{path} is not read");
        count += 1;
    }
    assert_in_contract(NOT_READ, &contract.beneath("SearchReply"));
    println!("{count} fields beneath `SearchReply` are read");
}

/// Random values of all fields, in a tree that ends.
fn random_reply(contract: &Contract, seed: u64) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut budget = 200;
    contract.encode("SearchReply", &mut |field| {
        let most = if field.repeats() { 3 } else { 1 };
        let times = if contract.is_message(field) && budget == 0 { 0 } else { random.usize(0..=most) };
        (0..times)
            .map(|_| {
                budget = usize::saturating_sub(budget, 1);
                if contract.is_message(field) { Content::Message } else { field.of(random.u8(1..)) }
            })
            .collect()
    })
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

proptest! {
    /// What the client decodes has all that the complete messages have.
    #[test]
    fn the_lean_messages_lose_nothing(seed in any::<u64>()) {
        let encoded = random_reply(&CONTRACT, seed);
        let complete = grpc::SearchReply::decode(encoded.as_slice()).unwrap();
        let lean = grpc::reply::SearchReply::decode(encoded.as_slice()).unwrap();
        prop_assert_eq!(grpc::SearchReply::decode(lean.encode_to_vec().as_slice()).unwrap(), complete);
    }
}

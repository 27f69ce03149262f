//! Numbers of the public API at 0, 1 and their maximum: an error or a success, and no panic.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use weaviate::aggregate::Metrics;
use weaviate::auth::AccessToken;
use weaviate::connect::{ClientBuilder, Integrations, RetryPolicy, Timeouts};
use weaviate::data::NewReference;
use weaviate::embed::Embed;
use weaviate::prelude::*;
use weaviate::query::{
    Bm25Operator, Boost, BoostCondition, Diversity, Move, NearText, NearVector, QueryVectors, SearchProperty, Targets,
};
use weaviate::schema::{
    AsyncReplicationConfig, Bm25Config, Bq, Dynamic, HFresh, MultiVector, Muvera, ObjectTtlConfig, Pq, Rq,
    ShardingConfig, Sq, VectorIndex, modules,
};
use weaviate::{Error, Uuid};
use weaviate_emulator::Emulator;

use super::{client, first, provider_numbers};

/// 0, 1 and the maximum of a type.
pub(super) trait Extremes: Sized {
    const ALL: [Self; 3];
}

macro_rules! extremes {
    ($($kind:ty: $zero:expr, $one:expr, $max:expr;)+) => {
        $(
            impl Extremes for $kind {
                const ALL: [Self; 3] = [$zero, $one, $max];
            }
        )+
    };
}

extremes! {
    u16: 0, 1, u16::MAX;
    u32: 0, 1, u32::MAX;
    u64: 0, 1, u64::MAX;
    usize: 0, 1, usize::MAX;
    i64: 0, 1, i64::MAX;
    f32: 0.0, 1.0, f32::MAX;
    f64: 0.0, 1.0, f64::MAX;
    Duration: Duration::ZERO, Duration::from_secs(1), Duration::MAX;
}

pub(super) type Done = Pin<Box<dyn Future<Output = ()> + Send>>;

fn new() -> CollectionConfig {
    CollectionConfig::new("Numbers")
}

fn index(index: impl Into<VectorIndex>) -> CollectionConfig {
    new().vector(VectorConfig::self_provided().index(index))
}

fn vectorizer(module: impl Into<modules::Vectorizer>) -> CollectionConfig {
    new().vector(VectorConfig::new(module))
}

fn generative(module: impl Into<modules::Generative>) -> CollectionConfig {
    new().generative(module)
}

fn reranker(module: impl Into<modules::Reranker>) -> CollectionConfig {
    new().reranker(module)
}

async fn first_of(mut objects: weaviate::iterate::TenantObjects<PropertyMap>) -> Result<(), String> {
    objects.next().await.transpose().map(drop).map_err(|error| error.to_string())
}

macro_rules! settings {
    ($($name:literal, $kind:ty => |$n:ident| $config:expr;)+) => {
        vec![$(($name, <$kind as Extremes>::ALL.map(|$n| $config)),)+]
    };
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "a table is as long as what it lists")]
fn settings() -> Vec<(&'static str, [CollectionConfig; 3])> {
    settings! {
        "GenerativeAnthropic::max_tokens", i64 => |n| generative(modules::GenerativeAnthropic::new().max_tokens(n));
        "GenerativeAnthropic::temperature", f64 => |n| generative(modules::GenerativeAnthropic::new().temperature(n));
        "GenerativeAnthropic::top_k", i64 => |n| generative(modules::GenerativeAnthropic::new().top_k(n));
        "GenerativeAnthropic::top_p", f64 => |n| generative(modules::GenerativeAnthropic::new().top_p(n));
        "GenerativeAnyscale::temperature", f64 => |n| generative(modules::GenerativeAnyscale::new().temperature(n));
        "GenerativeAws::max_tokens", i64 => |n| generative(modules::GenerativeAws::new().max_tokens(n));
        "GenerativeAws::temperature", f64 => |n| generative(modules::GenerativeAws::new().temperature(n));
        "GenerativeAws::top_k", i64 => |n| generative(modules::GenerativeAws::new().top_k(n));
        "GenerativeAws::top_p", f64 => |n| generative(modules::GenerativeAws::new().top_p(n));
        "GenerativeCohere::k", i64 => |n| generative(modules::GenerativeCohere::new().k(n));
        "GenerativeCohere::max_tokens", i64 => |n| generative(modules::GenerativeCohere::new().max_tokens(n));
        "GenerativeCohere::temperature", f64 => |n| generative(modules::GenerativeCohere::new().temperature(n));
        "GenerativeContextualAi::max_new_tokens", i64 => |n| generative(modules::GenerativeContextualAi::new().max_new_tokens(n));
        "GenerativeContextualAi::temperature", f64 => |n| generative(modules::GenerativeContextualAi::new().temperature(n));
        "GenerativeContextualAi::top_p", f64 => |n| generative(modules::GenerativeContextualAi::new().top_p(n));
        "GenerativeDatabricks::max_tokens", i64 => |n| generative(modules::GenerativeDatabricks::new().max_tokens(n));
        "GenerativeDatabricks::temperature", f64 => |n| generative(modules::GenerativeDatabricks::new().temperature(n));
        "GenerativeDatabricks::top_k", i64 => |n| generative(modules::GenerativeDatabricks::new().top_k(n));
        "GenerativeDatabricks::top_p", f64 => |n| generative(modules::GenerativeDatabricks::new().top_p(n));
        "GenerativeDeepseek::frequency_penalty", f64 => |n| generative(modules::GenerativeDeepseek::new().frequency_penalty(n));
        "GenerativeDeepseek::max_tokens", i64 => |n| generative(modules::GenerativeDeepseek::new().max_tokens(n));
        "GenerativeDeepseek::presence_penalty", f64 => |n| generative(modules::GenerativeDeepseek::new().presence_penalty(n));
        "GenerativeDeepseek::temperature", f64 => |n| generative(modules::GenerativeDeepseek::new().temperature(n));
        "GenerativeDeepseek::top_p", f64 => |n| generative(modules::GenerativeDeepseek::new().top_p(n));
        "GenerativeFriendliAi::max_tokens", i64 => |n| generative(modules::GenerativeFriendliAi::new().max_tokens(n));
        "GenerativeFriendliAi::temperature", f64 => |n| generative(modules::GenerativeFriendliAi::new().temperature(n));
        "GenerativeGoogle::max_tokens", i64 => |n| generative(modules::GenerativeGoogle::new().max_tokens(n));
        "GenerativeGoogle::temperature", f64 => |n| generative(modules::GenerativeGoogle::new().temperature(n));
        "GenerativeGoogle::top_k", i64 => |n| generative(modules::GenerativeGoogle::new().top_k(n));
        "GenerativeGoogle::top_p", f64 => |n| generative(modules::GenerativeGoogle::new().top_p(n));
        "GenerativeMistral::max_tokens", i64 => |n| generative(modules::GenerativeMistral::new().max_tokens(n));
        "GenerativeMistral::temperature", f64 => |n| generative(modules::GenerativeMistral::new().temperature(n));
        "GenerativeNvidia::max_tokens", i64 => |n| generative(modules::GenerativeNvidia::new().max_tokens(n));
        "GenerativeNvidia::temperature", f64 => |n| generative(modules::GenerativeNvidia::new().temperature(n));
        "GenerativeNvidia::top_p", f64 => |n| generative(modules::GenerativeNvidia::new().top_p(n));
        "GenerativeOpenAi::frequency_penalty", f64 => |n| generative(modules::GenerativeOpenAi::new().frequency_penalty(n));
        "GenerativeOpenAi::max_tokens", i64 => |n| generative(modules::GenerativeOpenAi::new().max_tokens(n));
        "GenerativeOpenAi::presence_penalty", f64 => |n| generative(modules::GenerativeOpenAi::new().presence_penalty(n));
        "GenerativeOpenAi::temperature", f64 => |n| generative(modules::GenerativeOpenAi::new().temperature(n));
        "GenerativeOpenAi::top_p", f64 => |n| generative(modules::GenerativeOpenAi::new().top_p(n));
        "GenerativeXai::max_tokens", i64 => |n| generative(modules::GenerativeXai::new().max_tokens(n));
        "GenerativeXai::temperature", f64 => |n| generative(modules::GenerativeXai::new().temperature(n));
        "GenerativeXai::top_p", f64 => |n| generative(modules::GenerativeXai::new().top_p(n));
        "Multi2VecAws::dimensions", i64 => |n| vectorizer(modules::Multi2VecAws::new().dimensions(n));
        "Multi2VecCohere::dimensions", i64 => |n| vectorizer(modules::Multi2VecCohere::new().dimensions(n));
        "Multi2VecGoogle::dimensions", i64 => |n| vectorizer(modules::Multi2VecGoogle::new().dimensions(n));
        "Multi2VecGoogle::video_interval_seconds", i64 => |n| vectorizer(modules::Multi2VecGoogle::new().video_interval_seconds(n));
        "Multi2VecJinaAi::dimensions", i64 => |n| vectorizer(modules::Multi2VecJinaAi::new().dimensions(n));
        "Multi2VecVoyageAi::dimensions", i64 => |n| vectorizer(modules::Multi2VecVoyageAi::new().dimensions(n));
        "RerankerContextualAi::top_n", i64 => |n| reranker(modules::RerankerContextualAi::new().top_n(n));
        "Text2MultiVecJinaAi::dimensions", i64 => |n| vectorizer(modules::Text2MultiVecJinaAi::new().dimensions(n));
        "Text2VecAws::dimensions", i64 => |n| vectorizer(modules::Text2VecAws::new().dimensions(n));
        "Text2VecCohere::dimensions", i64 => |n| vectorizer(modules::Text2VecCohere::new().dimensions(n));
        "Text2VecDigitalOcean::dimensions", i64 => |n| vectorizer(modules::Text2VecDigitalOcean::new().dimensions(n));
        "Text2VecGoogle::dimensions", i64 => |n| vectorizer(modules::Text2VecGoogle::new().dimensions(n));
        "Text2VecJinaAi::dimensions", i64 => |n| vectorizer(modules::Text2VecJinaAi::new().dimensions(n));
        "Text2VecOpenAi::dimensions", i64 => |n| vectorizer(modules::Text2VecOpenAi::new().dimensions(n));
        "Text2VecTransformers::dimensions", i64 => |n| vectorizer(modules::Text2VecTransformers::new().dimensions(n));
        "Text2VecVoyageAi::dimensions", i64 => |n| vectorizer(modules::Text2VecVoyageAi::new().dimensions(n));
        "Text2VecWeaviate::dimensions", i64 => |n| vectorizer(modules::Text2VecWeaviate::new().dimensions(n));
        "WeightedField::weight", f64 => |n| vectorizer(modules::Multi2VecClip::new().text_fields([modules::WeightedField::new("a").weight(n)]));
        "Hnsw::cleanup_interval", Duration => |n| index(Hnsw::new().cleanup_interval(n));
        "Hnsw::dynamic_ef_factor", i64 => |n| index(Hnsw::new().dynamic_ef_factor(n));
        "Hnsw::dynamic_ef_max", i64 => |n| index(Hnsw::new().dynamic_ef_max(n));
        "Hnsw::dynamic_ef_min", i64 => |n| index(Hnsw::new().dynamic_ef_min(n));
        "Hnsw::ef", i64 => |n| index(Hnsw::new().ef(n));
        "Hnsw::ef_construction", i64 => |n| index(Hnsw::new().ef_construction(n));
        "Hnsw::flat_search_cutoff", i64 => |n| index(Hnsw::new().flat_search_cutoff(n));
        "Hnsw::max_connections", i64 => |n| index(Hnsw::new().max_connections(n));
        "Hnsw::vector_cache_max_objects", i64 => |n| index(Hnsw::new().vector_cache_max_objects(n));
        "Flat::vector_cache_max_objects", i64 => |n| index(Flat::new().vector_cache_max_objects(n));
        "Dynamic::threshold", i64 => |n| index(Dynamic::new().threshold(n));
        "HFresh::max_posting_size_kb", i64 => |n| index(HFresh::new().max_posting_size_kb(n));
        "HFresh::replicas", i64 => |n| index(HFresh::new().replicas(n));
        "HFresh::search_probe", i64 => |n| index(HFresh::new().search_probe(n));
        "Bq::rescore_limit", i64 => |n| index(Flat::new().quantizer(Bq::new().rescore_limit(n)));
        "Pq::centroids", i64 => |n| index(Hnsw::new().quantizer(Pq::new().centroids(n)));
        "Pq::segments", i64 => |n| index(Hnsw::new().quantizer(Pq::new().segments(n)));
        "Pq::training_limit", i64 => |n| index(Hnsw::new().quantizer(Pq::new().training_limit(n)));
        "Rq::bits", i64 => |n| index(Hnsw::new().quantizer(Rq::new().bits(n)));
        "Rq::rescore_limit", i64 => |n| index(Hnsw::new().quantizer(Rq::new().rescore_limit(n)));
        "Sq::rescore_limit", i64 => |n| index(Hnsw::new().quantizer(Sq::new().rescore_limit(n)));
        "Sq::training_limit", i64 => |n| index(Hnsw::new().quantizer(Sq::new().training_limit(n)));
        "Muvera::dprojections", i64 => |n| index(Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new().dprojections(n))));
        "Muvera::ksim", i64 => |n| index(Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new().ksim(n))));
        "Muvera::repetitions", i64 => |n| index(Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new().repetitions(n))));
        "AsyncReplicationConfig::alive_nodes_checking_frequency", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().alive_nodes_checking_frequency(n)));
        "AsyncReplicationConfig::diff_batch_size", i64 => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().diff_batch_size(n)));
        "AsyncReplicationConfig::diff_per_node_timeout", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().diff_per_node_timeout(n)));
        "AsyncReplicationConfig::frequency", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().frequency(n)));
        "AsyncReplicationConfig::frequency_while_propagating", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().frequency_while_propagating(n)));
        "AsyncReplicationConfig::hashtree_height", i64 => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().hashtree_height(n)));
        "AsyncReplicationConfig::logging_frequency", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().logging_frequency(n)));
        "AsyncReplicationConfig::max_workers", i64 => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().max_workers(n)));
        "AsyncReplicationConfig::pre_propagation_timeout", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().pre_propagation_timeout(n)));
        "AsyncReplicationConfig::propagation_batch_size", i64 => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().propagation_batch_size(n)));
        "AsyncReplicationConfig::propagation_concurrency", i64 => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().propagation_concurrency(n)));
        "AsyncReplicationConfig::propagation_delay", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().propagation_delay(n)));
        "AsyncReplicationConfig::propagation_limit", i64 => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().propagation_limit(n)));
        "AsyncReplicationConfig::propagation_timeout", Duration => |n| new().replication(ReplicationConfig::new().async_config(AsyncReplicationConfig::new().propagation_timeout(n)));
        "ReplicationConfig::factor", i64 => |n| new().replication(ReplicationConfig::new().factor(n));
        "ShardingConfig::desired_count", i64 => |n| new().sharding(ShardingConfig::new().desired_count(n));
        "ShardingConfig::desired_virtual_count", i64 => |n| new().sharding(ShardingConfig::new().desired_virtual_count(n));
        "ShardingConfig::virtual_per_physical", i64 => |n| new().sharding(ShardingConfig::new().virtual_per_physical(n));
        "InvertedIndexConfig::cleanup_interval", Duration => |n| new().inverted_index(InvertedIndexConfig::new().cleanup_interval(n));
        "Bm25Config::b", f64 => |n| new().inverted_index(InvertedIndexConfig::new().bm25(Bm25Config::new().b(n)));
        "Bm25Config::k1", f64 => |n| new().inverted_index(InvertedIndexConfig::new().bm25(Bm25Config::new().k1(n)));
        "ObjectTtlConfig::by_creation_time", Duration => |n| new().object_ttl(ObjectTtlConfig::by_creation_time(n));
        "ObjectTtlConfig::by_update_time", Duration => |n| new().object_ttl(ObjectTtlConfig::by_update_time(n));
        "ObjectTtlConfig::after", Duration => |n| new().object_ttl(ObjectTtlConfig::by_date_property("d").after(n));
        "ObjectTtlConfig::before", Duration => |n| new().object_ttl(ObjectTtlConfig::by_date_property("d").before(n));
        "ObjectTtlConfig::default_ttl", i64 => |n| new().object_ttl(ObjectTtlConfig::by_date_property("d").default_ttl(n));
    }
}

macro_rules! calls {
    ($($name:literal, $kind:ty => |$client:ident, $n:ident| $call:expr;)+) => {
        vec![$(($name, <$kind as Extremes>::ALL.map(|$n| -> Done {
            let $client = client();
            Box::pin(async move {
                let _ = $call.await;
            })
        })),)+]
    };
}

fn one_vector() -> Embed<PropertyMap> {
    Embed::new(|texts: Vec<String>| async move { Ok::<_, Error>(vec![vec![1.0]; texts.len()]) }, |_| "owl".to_owned())
}

#[rustfmt::skip]
fn calls() -> Vec<(&'static str, [Done; 3])> {
    calls! {
        "Query::limit", u32 => |client, n| client.collection("Owl").query().fetch_objects().limit(n);
        "Query::offset", u32 => |client, n| client.collection("Owl").query().fetch_objects().offset(n);
        "Query::timeout", Duration => |client, n| client.collection("Owl").query().fetch_objects().timeout(n);
        "Query::auto_limit", u32 => |client, n| client.collection("Owl").query().near_vector([1.0]).auto_limit(n);
        "Query::distance", f64 => |client, n| client.collection("Owl").query().near_vector([1.0]).distance(n);
        "Query::certainty", f64 => |client, n| client.collection("Owl").query().near_object(Uuid::nil()).certainty(n);
        "Query::alpha", f32 => |client, n| client.collection("Owl").query().hybrid("owl").alpha(n);
        "Query::max_vector_distance", f32 => |client, n| client.collection("Owl").query().hybrid("owl").max_vector_distance(n);
        "NearVector::distance", f64 => |client, n| client.collection("Owl").query().hybrid("owl").vector(NearVector::new([1.0]).distance(n));
        "NearVector::certainty", f64 => |client, n| client.collection("Owl").query().hybrid("owl").vector(NearVector::new([1.0]).certainty(n));
        "Targets::manual_weights", f32 => |client, n| client.collection("Owl").query().near_vector([1.0]).target(Targets::manual_weights([("a", n)]));
        "QueryVectors::relative_score", f32 => |client, n| client.collection("Owl").query().near_vectors(QueryVectors::relative_score([("a", n, [1.0])]));
        "Move::force", f32 => |client, n| client.collection("Owl").query().near_text("owl").move_to(Move::force(n).concepts("a")).move_away(Move::force(n).concepts("b"));
        "Diversity::mmr", u32 => |client, n| client.collection("Owl").query().near_vector([1.0]).diversity(Diversity::mmr(n));
        "Diversity::balance", f32 => |client, n| client.collection("Owl").query().near_vector([1.0]).diversity(Diversity::mmr(1).balance(n));
        "Boost::weight", f32 => |client, n| client.collection("Owl").query().bm25("owl").boost(Boost::blend([BoostCondition::property_value("p")]).weight(n));
        "Boost::depth", u32 => |client, n| client.collection("Owl").query().bm25("owl").boost(Boost::blend([BoostCondition::property_value("p")]).depth(n));
        "BoostCondition::weight", f32 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::filter(Filter::property("p").equal(1)).weight(n));
        "ValueBoost::weight", f32 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::property_value("p").weight(n));
        "TimeDecay::offset", Duration => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::time_decay("p", Duration::from_secs(1)).offset(n));
        "TimeDecay::weight", f32 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::time_decay("p", Duration::from_secs(1)).weight(n));
        "NumericDecay::offset", f64 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::numeric_decay("p", 1.0, 1.0).offset(n));
        "NumericDecay::weight", f32 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::numeric_decay("p", 1.0, 1.0).weight(n));
        "NearText::distance", f64 => |client, n| client.collection("Owl").query().hybrid("owl").vector(NearText::new("kite").distance(n));
        "NearText::certainty", f64 => |client, n| client.collection("Owl").query().hybrid("owl").vector(NearText::new("kite").certainty(n));
        "BoostCondition::time_decay", Duration => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::time_decay("p", n).offset(n));
        "TimeDecay::decay_value", f32 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::time_decay("p", Duration::from_secs(1)).decay_value(n).weight(n));
        "BoostCondition::numeric_decay", f64 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::numeric_decay("p", n, n).offset(n));
        "NumericDecay::decay_value", f32 => |client, n| client.collection("Owl").query().bm25("owl").boost(BoostCondition::numeric_decay("p", 1.0, 1.0).decay_value(n).weight(n));
        "Bm25Operator::or", u32 => |client, n| client.collection("Owl").query().bm25("owl").operator(Bm25Operator::or(n));
        "SearchProperty::weight", f32 => |client, n| client.collection("Owl").query().bm25("owl").query_properties([SearchProperty::new("title").weight(n)]);
        "GroupBy::groups", u32 => |client, n| client.collection("Owl").query().near_vector([1.0]).group_by(GroupBy::new("title").groups(n));
        "GroupBy::objects_per_group", u32 => |client, n| client.collection("Owl").query().near_vector([1.0]).group_by(GroupBy::new("title").objects_per_group(n));
        "FilterTarget::within_geo_range", f32 => |client, n| client.collection("Owl").query().fetch_objects().filter(Filter::property("p").within_geo_range(GeoCoordinates::new(n, n), n));
        "GeoCoordinates::new", f32 => |client, n| client.collection("Owl").data().insert(PropertyMap::from([("p", GeoCoordinates::new(n, n))]));
        "Insert::timeout", Duration => |client, n| client.collection("Owl").data().insert(PropertyMap::new()).timeout(n);
        "BatchBuilder::fixed", usize => |client, n| client.collection("Owl").batch().fixed(n, n).import_from([PropertyMap::new()]);
        "BatchBuilder::keep_failures", usize => |client, n| client.collection("Owl").batch().keep_failures(n).import_from([PropertyMap::new()]);
        "BatchBuilder::linger", Duration => |client, n| client.collection("Owl").batch().linger(n).import_from([PropertyMap::new()]);
        "BatchBuilder::max_queued_bytes", usize => |client, n| client.collection("Owl").batch().max_queued_bytes(n).import_from([PropertyMap::new()]);
        "BatchBuilder::max_queued_objects", usize => |client, n| client.collection("Owl").batch().max_queued_objects(n).import_from([PropertyMap::new()]);
        "BatchBuilder::timeout", Duration => |client, n| client.collection("Owl").batch().timeout(n).import_from([PropertyMap::new()]);
        "InsertMany::timeout", Duration => |client, n| client.collection("Owl").data().insert_many([PropertyMap::new()]).timeout(n);
        "Get::timeout", Duration => |client, n| client.collection("Owl").data().get(Uuid::nil()).timeout(n);
        "Exists::timeout", Duration => |client, n| client.collection("Owl").data().exists(Uuid::nil()).timeout(n);
        "Validate::timeout", Duration => |client, n| client.collection("Owl").data().validate(PropertyMap::new()).timeout(n);
        "Replace::timeout", Duration => |client, n| client.collection("Owl").data().replace(Uuid::nil(), PropertyMap::new()).timeout(n);
        "Merge::timeout", Duration => |client, n| client.collection("Owl").data().merge(Uuid::nil(), PropertyMap::new()).timeout(n);
        "Delete::timeout", Duration => |client, n| client.collection("Owl").data().delete(Uuid::nil()).timeout(n);
        "DeleteMany::timeout", Duration => |client, n| client.collection("Owl").data().delete_many(Filter::property("year").equal(1)).timeout(n);
        "ChangeReferences::timeout", Duration => |client, n| client.collection("Owl").data().reference_add(Uuid::nil(), "nest", Uuid::nil()).timeout(n);
        "AddReferences::timeout", Duration => |client, n| client.collection("Owl").data().reference_add_many([NewReference::new(Uuid::nil(), "nest", Uuid::nil())]).timeout(n);
        "ChangeTenants::timeout", Duration => |client, n| client.collection("Owl").tenants().create(["a"]).timeout(n);
        "GetTenant::timeout", Duration => |client, n| client.collection("Owl").tenants().get("a").timeout(n);
        "TenantExists::timeout", Duration => |client, n| client.collection("Owl").tenants().exists("a").timeout(n);
        "ListTenants::timeout", Duration => |client, n| client.collection("Owl").tenants().list().timeout(n);
        "Iterate::page_size", u32 => |client, n| first(client.collection("Owl").iterate().page_size(n).stream());
        "Iterate::timeout", Duration => |client, n| first(client.collection("Owl").iterate().timeout(n).stream());
        "IterateTenants::concurrency", usize => |client, n| first_of(client.collection("Owl").iterate().tenants(["a"]).concurrency(n).stream());
        "Aggregate::limit", u32 => |client, n| client.collection("Owl").aggregate().group_by("p").limit(n);
        "Aggregate::timeout", Duration => |client, n| client.collection("Owl").aggregate().timeout(n);
        "Count::timeout", Duration => |client, n| client.collection("Owl").count().timeout(n);
        "Wait::interval", Duration => |client, n| client.collection("Owl").wait_until_indexed(Duration::from_secs(9)).interval(n);
        "Wait::at_least", u64 => |client, n| client.collection("Owl").wait_until_indexed(Duration::from_secs(9)).at_least(n);
        "Collection::wait_until_indexed", Duration => |client, n| client.collection("no name").wait_until_indexed(n);
        "Metric::top_occurrences", u32 => |client, n| client.collection("Owl").aggregate().metrics(Metrics::text("p").top_occurrences(n));
        "Embed::batch_size", usize => |client, n| client.collection("Owl").data().insert_many([PropertyMap::new()]).embed(one_vector().batch_size(n));
        "RetryPolicy::max_attempts", u32 => |client, n| client.collection("Owl").query().fetch_objects().retry(RetryPolicy::default().max_attempts(n));
        "RetryPolicy::backoff", Duration => |client, n| client.collection("Owl").query().fetch_objects().retry(RetryPolicy::default().backoff(n, n));
        "RetryPolicy::max_elapsed", Duration => |client, n| client.collection("Owl").query().fetch_objects().retry(RetryPolicy::default().max_elapsed(n));
        "RetryPolicy::attempt_timeout", Duration => |client, n| client.collection("Owl").query().fetch_objects().retry(RetryPolicy::default().attempt_timeout(n));
    }
}

macro_rules! builders {
    ($($name:literal, $kind:ty => |$builder:ident, $n:ident| $set:expr;)+) => {
        vec![$(($name, |$builder: fn() -> ClientBuilder| <$kind as Extremes>::ALL.map(|$n| {
            let $builder = $builder();
            $set
        })),)+]
    };
}

type Builders = fn(fn() -> ClientBuilder) -> [ClientBuilder; 3];

#[rustfmt::skip]
fn builders() -> Vec<(&'static str, Builders)> {
    builders! {
        "ClientBuilder::connections", usize => |builder, n| builder.connections(n);
        "ClientBuilder::max_in_flight", usize => |builder, n| builder.max_in_flight(n);
        "ClientBuilder::port", u16 => |builder, n| builder.port(n);
        "ClientBuilder::grpc_port", u16 => |builder, n| builder.grpc_port(n);
        "ClientBuilder::wait_for_start", Duration => |builder, n| builder.wait_for_start(n);
        "RetryPolicy::budget", u32 => |builder, n| builder.retry(RetryPolicy::default().budget(n));
        "Timeouts::connect", Duration => |builder, n| builder.timeouts(Timeouts::default().connect(n));
        "Timeouts::init", Duration => |builder, n| builder.timeouts(Timeouts::default().init(n));
        "Timeouts::query", Duration => |builder, n| builder.timeouts(Timeouts::default().query(n));
        "Timeouts::insert", Duration => |builder, n| builder.timeouts(Timeouts::default().insert(n));
        "AccessToken::expires_in", Duration => |builder, n| builder.bearer(AccessToken::new("x").expires_in(n)).allow_plaintext_credentials(true);
        "Integrations::cohere_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().cohere_requests_per_minute(n));
        "Integrations::cohere_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().cohere_tokens_per_minute(n));
        "Integrations::databricks_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().databricks_requests_per_minute(n));
        "Integrations::databricks_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().databricks_tokens_per_minute(n));
        "Integrations::digitalocean_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().digitalocean_requests_per_minute(n));
        "Integrations::digitalocean_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().digitalocean_tokens_per_minute(n));
        "Integrations::jinaai_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().jinaai_requests_per_minute(n));
        "Integrations::jinaai_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().jinaai_tokens_per_minute(n));
        "Integrations::mistral_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().mistral_requests_per_minute(n));
        "Integrations::mistral_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().mistral_tokens_per_minute(n));
        "Integrations::nvidia_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().nvidia_requests_per_minute(n));
        "Integrations::nvidia_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().nvidia_tokens_per_minute(n));
        "Integrations::openai_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().openai_requests_per_minute(n));
        "Integrations::openai_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().openai_tokens_per_minute(n));
        "Integrations::voyageai_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().voyageai_requests_per_minute(n));
        "Integrations::voyageai_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().voyageai_tokens_per_minute(n));
        "Integrations::weaviate_requests_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().weaviate_requests_per_minute(n));
        "Integrations::weaviate_tokens_per_minute", u32 => |builder, n| builder.integrations(Integrations::new().weaviate_tokens_per_minute(n));
    }
}

/// Setters of numbers that other tests use, with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    ("EmbeddedBuilder", "starts a server"),
    ("Field", "calls that of the plain type"),
    ("ReferenceField", "calls that of the plain type"),
    ("Typed", "calls that of the plain type"),
];

/// A path without what is between `<` and `>`.
fn without_generics(path: &str) -> String {
    let mut depth = 0;
    path.chars()
        .filter(|char| {
            match char {
                '<' => depth += 1,
                '>' => depth -= 1,
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

/// The setters of the public API that take a number, by type and method.
fn listed() -> BTreeSet<String> {
    let listing = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/api/weaviate.txt")).unwrap();
    let mut found = BTreeSet::new();
    for line in listing.lines() {
        let Some((path, arguments)) =
            line.strip_prefix("pub fn weaviate::").and_then(|rest| rest.split_once("(self, "))
        else {
            continue;
        };
        let arguments = arguments.split_once(") -> ").map_or(arguments, |(arguments, _)| arguments);
        let words: Vec<_> = arguments.split([' ', ',', ':']).collect();
        if !["u16", "u32", "u64", "usize", "i64", "f32", "f64", "Duration"].iter().any(|kind| words.contains(kind)) {
            continue;
        }
        let path = without_generics(path);
        let mut parts = path.rsplit("::");
        if let (Some(method), Some(kind)) = (parts.next(), parts.next())
            && kind.starts_with(char::is_uppercase)
            && !ELSEWHERE.iter().any(|(elsewhere, _)| *elsewhere == kind)
        {
            found.insert(format!("{kind}::{method}"));
        }
    }
    found
}

#[tokio::test]
async fn every_setter_of_a_number_is_in_the_table() {
    let settings = settings().into_iter().map(|(name, _)| name);
    let calls = calls().into_iter().chain(provider_numbers::calls(&client())).map(|(name, _)| name);
    let tested: BTreeSet<_> = settings.chain(calls).chain(builders().into_iter().map(|(name, _)| name)).collect();
    let listed = listed();
    assert!(listed.len() > 150, "{}", listed.len());
    let missing: Vec<_> = listed.iter().filter(|name| !tested.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    println!("{} setters of numbers", tested.len());
}

#[tokio::test]
async fn no_number_of_a_collection_makes_it_panic() {
    let client = client();
    for (name, configs) in settings() {
        for config in configs {
            let json = serde_json::to_value(&config).unwrap_or_else(|error| panic!("{name}: {error}"));
            let back: CollectionConfig = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(serde_json::to_value(back).unwrap(), json, "{name}");
            assert!(client.collections().create(config).await.is_err(), "there is no server");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_number_of_a_call_makes_it_panic() {
    for (_, calls) in calls().into_iter().chain(provider_numbers::calls(&client())) {
        for call in calls {
            call.await;
        }
    }
}

/// Connects with each, and makes a call over both protocols.
#[tokio::test]
async fn no_number_of_a_client_makes_it_panic() {
    static URLS: std::sync::OnceLock<(String, String)> = std::sync::OnceLock::new();
    let emulator = Emulator::start().await.unwrap();
    URLS.get_or_init(|| (emulator.rest_url(), emulator.grpc_url()));
    for (_, builders) in builders() {
        let all = builders(|| {
            let (rest, grpc) = URLS.get().unwrap();
            // A wrong port would be tried again and again.
            Client::custom(rest).grpc(grpc).retry(RetryPolicy::none())
        });
        for builder in all {
            if let Ok(client) = builder.connect_lazy() {
                let _ = client.is_ready().await;
                let _ = client.collection("Owl").query().fetch_objects().await;
                let _ = client.collection("Owl").data().get(Uuid::nil()).await;
            }
        }
    }
}

#[tokio::test]
async fn a_pool_has_1_to_1024_connections() {
    for (connections, fits) in [(0, false), (1, true), (1_024, true), (1_025, false), (usize::MAX, false)] {
        match Client::local().connections(connections).connect_lazy() {
            Ok(_) => assert!(fits, "{connections}"),
            Err(error) => {
                assert!(!fits, "{error}");
                let text = format!("connections must be between 1 and 1024, got {connections}");
                assert!(error.to_string().contains(&text), "{error}");
            }
        }
    }
}

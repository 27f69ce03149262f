//! Each collection option set alone: created and read back. Runs at a real server, too.

use std::time::Duration;

use serde_json::Value;
use weaviate::prelude::*;
use weaviate::schema::modules::{
    CustomModule, GenerativeDummy, GenerativeOpenAi, RerankerCohere, SelfProvided, Text2VecCohere, Text2VecOpenAi,
};
use weaviate::schema::{
    Aggregation, AsyncReplicationConfig, Bm25Config, Bq, DeletionStrategy, Dynamic, FilterStrategy, Flat, HFresh, Hnsw,
    InvertedIndexConfig, MultiTenancyConfig, MultiVector, Muvera, ObjectTtlConfig, Pq, PqDistribution, PqEncoder,
    PqEncoderType, PropertyVectorization, Quantizer, Replacement, ReplicationConfig, Rq, ShardingConfig, Sq, Stopwords,
    TextAnalyzer, TokenizerUserDict, VectorIndex,
};

use crate::support::live_bed_of;

const SECOND: Duration = Duration::from_secs(1);

fn owl() -> CollectionConfig {
    CollectionConfig::new("Owl")
}

fn property(property: Property) -> CollectionConfig {
    owl().property(property)
}

fn typed(data_type: DataType) -> CollectionConfig {
    property(Property::new("p", data_type))
}

fn text() -> Property {
    Property::new("p", DataType::Text)
}

fn vector(vector: VectorConfig) -> CollectionConfig {
    owl().property(text()).vector(vector)
}

fn index(index: impl Into<VectorIndex>) -> CollectionConfig {
    vector(VectorConfig::self_provided().index(index))
}

fn inverted(config: InvertedIndexConfig) -> CollectionConfig {
    owl().property(text()).inverted_index(config)
}

fn replication(config: ReplicationConfig) -> CollectionConfig {
    owl().replication(config)
}

fn asynchronous(config: AsyncReplicationConfig) -> CollectionConfig {
    replication(ReplicationConfig::new().async_config(config))
}

fn tenants(config: MultiTenancyConfig) -> CollectionConfig {
    owl().multi_tenancy(config)
}

/// Every option of a collection but those of modules, by the name that it has in this file.
#[rustfmt::skip]
#[allow(clippy::too_many_lines, reason = "a table")]
pub(super) fn options() -> Vec<(&'static str, CollectionConfig)> {
    let named = || VectorConfig::self_provided().name("a");
    vec![
        ("nothing", owl()),
        ("description", owl().description("Birds")),
        // types of data
        ("text", typed(DataType::Text)),
        ("text[]", typed(DataType::TextArray)),
        ("int", typed(DataType::Int)),
        ("int[]", typed(DataType::IntArray)),
        ("boolean", typed(DataType::Boolean)),
        ("boolean[]", typed(DataType::BooleanArray)),
        ("number", typed(DataType::Number)),
        ("number[]", typed(DataType::NumberArray)),
        ("date", typed(DataType::Date)),
        ("date[]", typed(DataType::DateArray)),
        ("uuid", typed(DataType::Uuid)),
        ("uuid[]", typed(DataType::UuidArray)),
        ("geoCoordinates", typed(DataType::GeoCoordinates)),
        ("phoneNumber", typed(DataType::PhoneNumber)),
        ("blob", typed(DataType::Blob)),
        ("blobHash", typed(DataType::BlobHash)),
        ("object", typed(DataType::object([text(), Property::new("q", DataType::object([text()]))]))),
        ("object[]", typed(DataType::object_array([text().tokenization(Tokenization::Field)]))),
        ("reference", typed(DataType::reference(["Owl"]))),
        ("reference to several", typed(DataType::reference(["Owl", "Nest"]))),
        // properties
        ("property.description", property(text().description("what"))),
        ("property.index_filterable", property(text().index_filterable(false))),
        ("property.index_searchable", property(text().index_searchable(false))),
        ("property.index_range_filters", property(Property::new("p", DataType::Int).index_range_filters(true))),
        ("property.disable_duplicated_references", property(Property::new("p", DataType::reference(["Owl"])).disable_duplicated_references(true))),
        ("word", property(text().tokenization(Tokenization::Word))),
        ("lowercase", property(text().tokenization(Tokenization::Lowercase))),
        ("whitespace", property(text().tokenization(Tokenization::Whitespace))),
        ("field", property(text().tokenization(Tokenization::Field))),
        ("trigram", property(text().tokenization(Tokenization::Trigram))),
        ("gse", property(text().tokenization(Tokenization::Gse))),
        ("gse_ch", property(text().tokenization(Tokenization::GseCh))),
        ("kagome_ja", property(text().tokenization(Tokenization::KagomeJa))),
        ("kagome_kr", property(text().tokenization(Tokenization::KagomeKr))),
        ("text_analyzer.ascii_fold", property(text().text_analyzer(TextAnalyzer::new().ascii_fold(true)))),
        ("text_analyzer.ascii_fold_ignore", property(text().text_analyzer(TextAnalyzer::new().ascii_fold(true).ascii_fold_ignore(["é"])))),
        ("text_analyzer.stopword_preset", property(text().text_analyzer(TextAnalyzer::new().stopword_preset("none")))),
        ("vectorization.skip", vector(VectorConfig::new(Text2VecOpenAi::new())).property(Property::new("q", DataType::Text)
            .vectorization(Text2VecOpenAi::NAME, PropertyVectorization::new().skip(true)))),
        ("vectorization.vectorize_property_name", vector(VectorConfig::new(Text2VecOpenAi::new())).property(Property::new("q", DataType::Text)
            .vectorization(Text2VecOpenAi::NAME, PropertyVectorization::new().vectorize_property_name(true)))),
        // vectors
        ("self provided", vector(VectorConfig::self_provided())),
        ("vector.name", vector(named())),
        ("two vectors", vector(named()).vector(VectorConfig::new(SelfProvided::new()).name("b").index(Flat::new()))),
        ("vector.source_properties", vector(VectorConfig::new(Text2VecOpenAi::new().source_properties(["p"])))),
        ("cosine", vector(named().distance(Distance::Cosine))),
        ("dot", vector(named().distance(Distance::Dot))),
        ("l2-squared", vector(named().distance(Distance::L2Squared))),
        ("hamming", vector(named().distance(Distance::Hamming))),
        ("manhattan", vector(named().distance(Distance::Manhattan))),
        // indexes
        ("hnsw", index(Hnsw::new())),
        ("hnsw.skip", index(Hnsw::none())),
        ("hnsw.ef_construction", index(Hnsw::new().ef_construction(100))),
        ("hnsw.max_connections", index(Hnsw::new().max_connections(16))),
        ("hnsw.ef", index(Hnsw::new().ef(64))),
        ("hnsw.dynamic_ef_min", index(Hnsw::new().dynamic_ef_min(50))),
        ("hnsw.dynamic_ef_max", index(Hnsw::new().dynamic_ef_max(250))),
        ("hnsw.dynamic_ef_factor", index(Hnsw::new().dynamic_ef_factor(4))),
        ("hnsw.flat_search_cutoff", index(Hnsw::new().flat_search_cutoff(1_000))),
        ("hnsw.vector_cache_max_objects", index(Hnsw::new().vector_cache_max_objects(5_000))),
        ("hnsw.cleanup_interval", index(Hnsw::new().cleanup_interval(60 * SECOND))),
        ("sweeping", index(Hnsw::new().filter_strategy(FilterStrategy::Sweeping))),
        ("acorn", index(Hnsw::new().filter_strategy(FilterStrategy::Acorn))),
        ("flat", index(Flat::new())),
        ("flat.vector_cache_max_objects", index(Flat::new().vector_cache_max_objects(5_000))),
        ("dynamic", index(Dynamic::new())),
        ("dynamic.threshold", index(Dynamic::new().threshold(5_000))),
        ("dynamic.hnsw", index(Dynamic::new().hnsw(Hnsw::new().ef(32)))),
        ("dynamic.flat", index(Dynamic::new().flat(Flat::new().vector_cache_max_objects(5_000)))),
        ("hfresh", index(HFresh::new())),
        ("hfresh.max_posting_size_kb", index(HFresh::new().max_posting_size_kb(64))),
        ("hfresh.replicas", index(HFresh::new().replicas(8))),
        ("hfresh.search_probe", index(HFresh::new().search_probe(32))),
        // quantizers
        ("pq", index(Hnsw::new().quantizer(Pq::new()))),
        ("pq.centroids", index(Hnsw::new().quantizer(Pq::new().centroids(16)))),
        ("pq.segments", index(Hnsw::new().quantizer(Pq::new().segments(2)))),
        ("pq.training_limit", index(Hnsw::new().quantizer(Pq::new().training_limit(300)))),
        ("pq.encoder.tile", index(Hnsw::new().quantizer(Pq::new().encoder(PqEncoder::new().kind(PqEncoderType::Tile).distribution(PqDistribution::Normal))))),
        ("pq.encoder.kmeans", index(Hnsw::new().quantizer(Pq::new().encoder(PqEncoder::new().kind(PqEncoderType::Kmeans).distribution(PqDistribution::LogNormal))))),
        ("pq.bit_compression", index(Hnsw::new().quantizer(Pq::new().bit_compression(false)))),
        ("bq", index(Hnsw::new().quantizer(Bq::new()))),
        ("bq in flat", index(Flat::new().quantizer(Bq::new().cache(true).rescore_limit(20)))),
        ("sq", index(Hnsw::new().quantizer(Sq::new()))),
        ("sq.rescore_limit", index(Hnsw::new().quantizer(Sq::new().rescore_limit(30)))),
        ("sq.training_limit", index(Hnsw::new().quantizer(Sq::new().training_limit(400)))),
        ("rq", index(Hnsw::new().quantizer(Rq::new()))),
        ("rq.bits", index(Hnsw::new().quantizer(Rq::new().bits(1)))),
        ("rq.rescore_limit", index(Hnsw::new().quantizer(Rq::new().rescore_limit(40)))),
        ("rq in flat", index(Flat::new().quantizer(Rq::new().bits(8).cache(true)))),
        ("rq in hfresh", index(HFresh::new().quantizer(Rq::new().rescore_limit(100)))),
        ("uncompressed", index(Hnsw::new().quantizer(Quantizer::Uncompressed))),
        ("multi_vector", index(Hnsw::new().multi_vector(MultiVector::new()))),
        ("multi_vector.aggregation", index(Hnsw::new().multi_vector(MultiVector::new().aggregation(Aggregation::MaxSim)))),
        ("muvera", index(Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new())))),
        ("muvera.ksim", index(Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new().ksim(3))))),
        ("muvera.dprojections", index(Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new().dprojections(8))))),
        ("muvera.repetitions", index(Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new().repetitions(5))))),
        // the inverted index
        ("bm25", inverted(InvertedIndexConfig::new().bm25(Bm25Config::new().b(0.6).k1(1.5)))),
        ("cleanup_interval", inverted(InvertedIndexConfig::new().cleanup_interval(30 * SECOND))),
        ("index_timestamps", inverted(InvertedIndexConfig::new().index_timestamps(true))),
        ("index_null_state", inverted(InvertedIndexConfig::new().index_null_state(true))),
        ("index_property_length", inverted(InvertedIndexConfig::new().index_property_length(true))),
        ("stopwords.preset", inverted(InvertedIndexConfig::new().stopwords(Stopwords::new().preset("none")))),
        ("stopwords.additions", inverted(InvertedIndexConfig::new().stopwords(Stopwords::new().preset("en").additions(["foo"])))),
        ("stopwords.removals", inverted(InvertedIndexConfig::new().stopwords(Stopwords::new().preset("en").removals(["the"])))),
        ("stopword_presets", inverted(InvertedIndexConfig::new().stopword_presets([("kitchen".to_owned(), vec!["pot".to_owned()])]))),
        ("tokenizer_user_dict", inverted(InvertedIndexConfig::new().tokenizer_user_dict([TokenizerUserDict::new()
            .tokenizer(Tokenization::KagomeKr).replacements([Replacement::new().source("Weaviate").target("We Aviate")])]))),
        ("using_block_max_wand", inverted(InvertedIndexConfig::new().using_block_max_wand(true))),
        // copies
        ("factor", replication(ReplicationConfig::new().factor(1))),
        ("async_enabled", replication(ReplicationConfig::new().async_enabled(false))),
        ("DeleteOnConflict", replication(ReplicationConfig::new().deletion_strategy(DeletionStrategy::DeleteOnConflict))),
        ("NoAutomatedResolution", replication(ReplicationConfig::new().deletion_strategy(DeletionStrategy::NoAutomatedResolution))),
        ("TimeBasedResolution", replication(ReplicationConfig::new().deletion_strategy(DeletionStrategy::TimeBasedResolution))),
        ("hashtree_height", asynchronous(AsyncReplicationConfig::new().hashtree_height(10))),
        ("frequency", asynchronous(AsyncReplicationConfig::new().frequency(40 * SECOND))),
        ("frequency_while_propagating", asynchronous(AsyncReplicationConfig::new().frequency_while_propagating(4 * SECOND))),
        ("logging_frequency", asynchronous(AsyncReplicationConfig::new().logging_frequency(7 * SECOND))),
        ("diff_batch_size", asynchronous(AsyncReplicationConfig::new().diff_batch_size(500))),
        ("diff_per_node_timeout", asynchronous(AsyncReplicationConfig::new().diff_per_node_timeout(20 * SECOND))),
        ("pre_propagation_timeout", asynchronous(AsyncReplicationConfig::new().pre_propagation_timeout(200 * SECOND))),
        ("propagation_timeout", asynchronous(AsyncReplicationConfig::new().propagation_timeout(50 * SECOND))),
        ("propagation_limit", asynchronous(AsyncReplicationConfig::new().propagation_limit(5_000))),
        ("propagation_delay", asynchronous(AsyncReplicationConfig::new().propagation_delay(20 * SECOND))),
        ("propagation_concurrency", asynchronous(AsyncReplicationConfig::new().propagation_concurrency(3))),
        ("propagation_batch_size", asynchronous(AsyncReplicationConfig::new().propagation_batch_size(50))),
        // shards and tenants
        ("desired_count", owl().sharding(ShardingConfig::new().desired_count(2))),
        ("virtual_per_physical", owl().sharding(ShardingConfig::new().virtual_per_physical(64))),
        ("multi_tenancy", tenants(MultiTenancyConfig::new().enabled(true))),
        ("auto_tenant_creation", tenants(MultiTenancyConfig::new().enabled(true).auto_tenant_creation(true))),
        ("auto_tenant_activation", tenants(MultiTenancyConfig::new().enabled(true).auto_tenant_activation(true))),
        // objects that delete themselves
        ("ttl by creation time", owl().object_ttl(ObjectTtlConfig::by_creation_time(3_600 * SECOND))),
        ("ttl by update time", owl().object_ttl(ObjectTtlConfig::by_update_time(60 * SECOND))),
        ("ttl by date property", typed(DataType::Date).object_ttl(ObjectTtlConfig::by_date_property("p").before(60 * SECOND))),
        ("ttl with a filter", owl().object_ttl(ObjectTtlConfig::by_creation_time(60 * SECOND).filter_expired_objects(true))),
        // modules
        ("generative", owl().generative(GenerativeDummy::new())),
        ("reranker", owl().reranker(RerankerCohere::new().model("rerank-v3.5"))),
        ("custom generative", owl().generative(CustomModule::new("generative-dummy", [("a", "b")].into_iter().collect::<std::collections::BTreeMap<_, _>>()).unwrap())),
        ("two of a kind", owl().generative(GenerativeDummy::new()).generative(GenerativeOpenAi::new().model("gpt-4o"))),
        ("module for one vector", vector(VectorConfig::new(Text2VecCohere::new().model("embed-multilingual-v3.0")).name("a")).vector(VectorConfig::self_provided().name("b"))),
    ]
}

/// Options that the emulator does not support yet. An option that it supports does no harm here.
const NOT_EMULATED: &[&str] = &[
    "blobHash",
    "gse",
    "gse_ch",
    "kagome_ja",
    "kagome_kr",
    "ttl by creation time",
    "ttl by update time",
    "ttl by date property",
    "ttl with a filter",
];

/// True if the stored configuration contains everything that was sent.
pub(super) fn holds(there: &Value, sent: &Value) -> bool {
    match (there, sent) {
        (Value::Object(there), Value::Object(sent)) => {
            sent.iter().all(|(key, sent)| there.get(key).is_some_and(|there| holds(there, sent)))
        }
        (Value::Array(there), Value::Array(sent)) => {
            there.len() == sent.len() && there.iter().zip(sent).all(|(there, sent)| holds(there, sent))
        }
        (Value::Number(there), Value::Number(sent)) => there.as_f64() == sent.as_f64(),
        _ => there == sent,
    }
}

#[tokio::test]
async fn create_stores_each_collection_option() {
    let bed = live_bed_of(weaviate_emulator::Emulator::builder().async_indexing(true)).await;
    let emulated = !bed.is_live();
    let collections = bed.client.collections();
    collections.delete("Nest").await.unwrap();
    collections.create(CollectionConfig::new("Nest")).await.unwrap();
    let mut failed = Vec::new();
    for (name, config) in options() {
        collections.delete("Owl").await.unwrap();
        let created = collections.create(config.clone()).await;
        let owl = match created {
            Ok(owl) => owl,
            Err(_) if emulated && NOT_EMULATED.contains(&name) => continue,
            Err(error) => {
                failed.push(format!("{name}: {error}"));
                continue;
            }
        };
        let sent = serde_json::to_value(&config).unwrap();
        let there = serde_json::to_value(owl.config().get().await.unwrap()).unwrap();
        if !holds(&there, &sent) {
            failed.push(format!("{name}: sent {sent}, there {there}"));
        }
    }
    for name in ["Owl", "Nest"] {
        collections.delete(name).await.unwrap();
    }
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), options().len(), failed.join("\n"));
}

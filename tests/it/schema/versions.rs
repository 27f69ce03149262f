//! Options and operations that the server version lacks are refused before sending.

use std::time::Duration;

use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::schema::modules::{GenerativeDummy, RerankerCohere};
use weaviate::schema::{CollectionUpdate, PropertyIndex, TextAnalyzer};
use weaviate_emulator::Emulator;

use super::options::options;
use crate::support::{Bed, bed_of};

async fn bed_at(version: &str) -> Bed {
    bed_of(Emulator::builder().version(version).async_indexing(true)).await
}

/// Options by the first minor that has them, and the last patch of the line before that has not.
const SINCE: &[(&str, &str, &[&str])] = &[
    ("1.27.4", "1.27.5", &["TimeBasedResolution"]),
    ("1.27.9", "1.28.0", &["kagome_ja"]),
    ("1.28.9", "1.29.0", &["multi_vector", "multi_vector.aggregation"]),
    ("1.29.9", "1.30.0", &["gse_ch", "using_block_max_wand"]),
    ("1.30.9", "1.31.0", &["muvera", "muvera.ksim", "muvera.dprojections", "muvera.repetitions"]),
    ("1.31.9", "1.32.0", &["rq", "rq.rescore_limit"]),
    ("1.32.4", "1.32.5", &["uncompressed"]),
    ("1.33.9", "1.34.0", &["rq.bits", "rq in flat"]),
    ("1.34.0", "1.34.1", &["tokenizer_user_dict"]),
    (
        "1.34.12",
        "1.34.13",
        &[
            "hashtree_height",
            "frequency",
            "frequency_while_propagating",
            "logging_frequency",
            "diff_batch_size",
            "diff_per_node_timeout",
            "pre_propagation_timeout",
            "propagation_timeout",
            "propagation_limit",
            "propagation_delay",
            "propagation_concurrency",
            "propagation_batch_size",
        ],
    ),
    ("1.34.20", "1.35.0", &["ttl by creation time", "ttl by update time", "ttl by date property", "ttl with a filter"]),
    (
        "1.35.9",
        "1.36.0",
        &[
            "hfresh",
            "hfresh.max_posting_size_kb",
            "hfresh.replicas",
            "hfresh.search_probe",
            "rq in hfresh",
            "property.disable_duplicated_references",
        ],
    ),
    (
        "1.36.9",
        "1.37.0",
        &[
            "blobHash",
            "text_analyzer.ascii_fold",
            "text_analyzer.ascii_fold_ignore",
            "text_analyzer.stopword_preset",
            "stopword_presets",
        ],
    ),
];

#[tokio::test]
async fn create_checks_each_option_against_the_server_version() {
    let all = options();
    for (without, with, names) in SINCE {
        let (old, new) = (bed_at(without).await, bed_at(with).await);
        for name in *names {
            let (_, config) = all.iter().find(|(option, _)| option == name).unwrap();
            let error = old.client.collections().create(config.clone()).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent), "{name}: {error}");
            assert!(error.to_string().contains(without), "{name}: {error}");
            // The emulator may refuse it, but the client does not.
            new.client.collections().delete("Owl").await.unwrap();
            if let Err(error) = new.client.collections().create(config.clone()).await {
                assert_ne!(error.kind(), ErrorKind::Unsupported, "{name}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn create_sends_all_other_options_to_the_oldest_server() {
    let young: Vec<&str> = SINCE.iter().flat_map(|(_, _, names)| *names).copied().collect();
    let bed = bed_at("1.27.0").await;
    bed.client.collections().create(CollectionConfig::new("Nest")).await.unwrap();
    for (name, config) in options() {
        bed.client.collections().delete("Owl").await.unwrap();
        let created = bed.client.collections().create(config).await;
        let refused = created.is_err_and(|error| error.kind() == ErrorKind::Unsupported);
        assert_eq!(refused, young.contains(&name), "{name}");
    }
}

#[tokio::test]
async fn create_checks_each_module_against_the_server_version() {
    use weaviate::schema::modules::{
        Generative, GenerativeContextualAi, GenerativeDeepseek, GenerativeFriendliAi, GenerativeNvidia, GenerativeXai,
    };
    let config = |module: Generative| CollectionConfig::new("Owl").generative(module);
    let cases: [(&str, &str, Generative); 4] = [
        ("1.28.4", "1.28.5", GenerativeNvidia::new().into()),
        ("1.29.9", "1.30.0", GenerativeXai::new().into()),
        ("1.33.9", "1.34.0", GenerativeContextualAi::new().into()),
        ("1.37.9", "1.37.10", GenerativeDeepseek::new().into()),
    ];
    for (without, with, module) in cases {
        let error = bed_at(without).await.client.collections().create(config(module.clone())).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent), "{error}");
        bed_at(with).await.client.collections().create(config(module)).await.unwrap();
    }
    bed_at("1.27.0").await.client.collections().create(config(GenerativeFriendliAi::new().into())).await.unwrap();
}

#[tokio::test]
async fn create_names_the_vector_index_type_for_old_servers() {
    let config = || CollectionConfig::new("Owl").vector(VectorConfig::self_provided());
    for version in ["1.37.4", "1.37.5"] {
        let bed = bed_at(version).await;
        let owl = bed.client.collections().create(config()).await.unwrap();
        assert!(owl.config().get().await.unwrap().vectors[0].index.is_some(), "{version}");
    }
}

#[tokio::test]
async fn config_operations_check_the_server_version() {
    let old = bed_at("1.27.0").await;
    let config = CollectionConfig::new("Owl").property(Property::new("call", DataType::Text));
    let owl = old.client.collections().create(config).await.unwrap();
    let config = owl.config();
    let update = CollectionUpdate::new;
    let ttl = weaviate::schema::ObjectTtlConfig::by_creation_time(Duration::from_secs(60));
    let presets = [("nest".to_owned(), vec!["twig".to_owned()])];
    let presets = InvertedIndexConfig::new().stopword_presets(presets);
    let analyzed = Property::new("p", DataType::Text).text_analyzer(TextAnalyzer::new().ascii_fold(true));
    let refused = [
        ("drop property index", config.drop_property_index("call", PropertyIndex::Searchable).await.err()),
        ("drop vector index", config.drop_vector_index("default").await.err()),
        ("indexes", config.property_indexes().await.err()),
        ("upsert", config.upsert_property_index("call", PropertyIndex::Filterable).await.err()),
        ("rebuild", config.rebuild_property_index("call", PropertyIndex::Filterable).await.err()),
        ("cancel", config.cancel_property_index("call", PropertyIndex::Filterable).await.err()),
        ("add vector", config.add_vector(VectorConfig::self_provided().name("b")).await.err()),
        ("generative", config.update(update().generative(GenerativeDummy::new())).await.err()),
        ("reranker", config.update(update().reranker(RerankerCohere::new())).await.err()),
        ("ttl", config.update(update().object_ttl(ttl)).await.err()),
        ("presets", config.update(update().inverted_index(presets)).await.err()),
        ("analyzer", config.add_property(analyzed).await.err()),
    ];
    for (name, error) in refused {
        let error = error.unwrap_or_else(|| panic!("{name} went through"));
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent), "{name}: {error}");
    }
    config.update(update().description("Birds")).await.unwrap();

    let there = config.get().await.unwrap();
    let plan = there.plan(&CollectionConfig::new("Owl").vector(VectorConfig::self_provided().name("b")));
    assert_eq!(config.apply(&plan).await.unwrap_err().kind(), ErrorKind::Unsupported);
    let analyzed = Property::new("p", DataType::Text).text_analyzer(TextAnalyzer::new().ascii_fold(true));
    let plan = there.plan(&CollectionConfig::new("Owl").property(analyzed));
    assert_eq!(config.apply(&plan).await.unwrap_err().kind(), ErrorKind::Unsupported);
}

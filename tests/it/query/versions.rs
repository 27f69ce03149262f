//! Options of searches that the server's version lacks are refused before sending.

use std::future::IntoFuture;
use std::pin::Pin;

use weaviate::error::Outcome;
use weaviate::generate::{Generate, ReasoningEffort, Verbosity, providers};
use weaviate::prelude::*;
use weaviate::query::{BoostCondition, Diversity, QueryVectors};
use weaviate::server::Feature;
use weaviate::{Error, ErrorKind};
use weaviate_emulator::Emulator;

use crate::support::bed_of;

type Running = Pin<Box<dyn Future<Output = Option<Error>> + Send>>;

/// An option, the last version without it and the first with it, and a search that has it.
type Gate = (&'static str, &'static str, &'static str, fn(Collection) -> Running);

macro_rules! gates {
    ($($option:literal, $without:literal, $with:literal => |$owls:ident| $search:expr;)+) => {
        &[$(($option, $without, $with, |$owls| {
            let search = $search.into_future();
            Box::pin(async move { search.await.err() })
        })),+]
    };
}

#[rustfmt::skip]
const GATES: &[Gate] = gates! {
    "multi-vector", "1.28.16", "1.29.0" => |owls| owls.query().near_vector(vec![vec![1.0], vec![2.0]]);
    "multi-vector of a target", "1.28.16", "1.29.0" => |owls| owls.query().near_vectors(QueryVectors::sum([("a", vec![vec![1.0]])]));
    "multi-vector of a hybrid search", "1.28.16", "1.29.0" => |owls| owls.query().hybrid("owl").vector(vec![vec![1.0]]);
    "operator", "1.30.16", "1.30.17" => |owls| owls.query().bm25("owl").operator(Bm25Operator::and());
    "operator of a hybrid search", "1.30.16", "1.30.17" => |owls| owls.query().hybrid("owl").operator(Bm25Operator::and());
    "contains_none", "1.32.27", "1.33.0" => |owls| owls.query().fetch_objects().filter(Filter::property("name").contains_none(["a"]));
    "not", "1.32.27", "1.33.0" => |owls| owls.query().fetch_objects().filter(!Filter::property("name").equal("a"));
    "query_profile", "1.36.8", "1.36.9" => |owls| owls.query().bm25("owl").query_profile(true);
    "diversity", "1.36.23", "1.37.0" => |owls| owls.query().near_vector([1.0]).diversity(Diversity::mmr(2));
    "diversity of query vectors", "1.36.23", "1.37.0" => |owls| owls.query().near_vectors(QueryVectors::sum([("a", [1.0])])).diversity(Diversity::mmr(2));
    "diversity of an object search", "1.36.23", "1.37.0" => |owls| owls.query().near_object(Uuid::nil()).diversity(Diversity::mmr(2));
    "diversity of a text search", "1.36.23", "1.37.0" => |owls| owls.query().near_text("owl").diversity(Diversity::mmr(2));
    "diversity of a hybrid search", "1.36.23", "1.37.0" => |owls| owls.query().hybrid("owl").diversity(Diversity::mmr(2));
    "boost", "1.37.14", "1.38.0" => |owls| owls.query().bm25("owl").boost(BoostCondition::property_value("weight"));
    "boost of a list", "1.37.14", "1.38.0" => |owls| owls.query().fetch_objects().boost(BoostCondition::property_value("weight"));
    "provider", "1.27.13", "1.27.14" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Cohere::new()));
    "provider of a task", "1.27.13", "1.27.14" => |owls| owls.query().bm25("owl").generate(Generate::grouped("a").provider(providers::Dummy::new()));
    "debug of a prompt", "1.27.13", "1.27.14" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Aws::new()).debug(true));
    "debug of a task", "1.32.3", "1.32.4" => |owls| owls.query().bm25("owl").generate(Generate::grouped("a").provider(providers::Mistral::new()).debug(true));
    "images", "1.28.4", "1.28.5" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Anthropic::new().images([vec![1]])));
    "images for Ollama", "1.27.11", "1.27.14" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Ollama::new().images([vec![1]])));
    "image_properties", "1.29.0", "1.29.1" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Google::new().image_properties(["photo"])));
    "images for Cohere", "1.32.9", "1.32.10" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Cohere::new().images([vec![1]])));
    "NVIDIA", "1.28.4", "1.28.5" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Nvidia::new()));
    "xAI", "1.29.11", "1.30.0" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Xai::new().model("grok")));
    "Contextual AI", "1.33.18", "1.34.0" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::ContextualAi::new().knowledge(["b"])));
    "DeepSeek", "1.38.1", "1.38.2" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::DeepSeek::new()));
    "max_tokens for AWS", "1.32.5", "1.32.6" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Aws::new().max_tokens(1)));
    "stop_sequences for AWS", "1.34.3", "1.34.4" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Aws::new().stop_sequences(["b"])));
    "location for Google", "1.38.1", "1.38.2" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::Google::new().location("eu")));
    "reasoning_effort", "1.32.7", "1.32.8" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::OpenAi::new().reasoning_effort(ReasoningEffort::Low)));
    "verbosity", "1.32.7", "1.32.8" => |owls| owls.query().bm25("owl").generate(Generate::single("a").provider(providers::OpenAi::new().verbosity(Verbosity::Low)));
    "and_cross", "1.38.7", "1.38.8" => |owls| owls.query().bm25("owl").operator(Bm25Operator::and_cross());
};

#[tokio::test]
async fn each_gated_option_is_refused_by_the_last_server_without_it_and_sent_to_the_first_with_it() {
    for (option, without, with, search) in GATES {
        for (version, is_sent) in [(without, false), (with, true)] {
            let bed = bed_of(Emulator::builder().version(*version)).await;
            let owls = bed.client.collection("Owl");
            let before = bed.requests().grpc;
            let error = search(owls).await.unwrap();
            if is_sent {
                // There is no such collection; the client does not know.
                assert_ne!(error.kind(), ErrorKind::Unsupported, "{option} at {version}: {error}");
                assert_eq!(bed.requests().grpc, before + 1, "{option} at {version}: {error}");
            } else {
                assert_eq!(
                    (error.kind(), error.outcome()),
                    (ErrorKind::Unsupported, Outcome::NotSent),
                    "{option}: {error}"
                );
                assert!(error.to_string().contains(*version), "{option}: {error}");
                // The name of the feature, not that of a field on the wire.
                let feature = error.feature().unwrap_or_default();
                assert!(Feature::ALL.iter().any(|known| known.name() == feature), "{option}: {error}");
                assert_eq!(bed.requests().grpc, before, "{option} at {version}");
            }
        }
    }
}

#[tokio::test]
async fn searches_without_a_gated_option_are_sent_to_the_oldest_server() {
    let bed = bed_of(Emulator::builder().version("1.27.0")).await;
    let query = bed.client.collection("Owl").query();
    for (search, error) in [
        ("near_vector", query.near_vector([1.0]).target("a").distance(0.5).await.unwrap_err()),
        ("two vectors", query.near_vectors(QueryVectors::sum([("a", [1.0]), ("a", [2.0])])).await.unwrap_err()),
        ("near_text", query.near_text("owl").await.unwrap_err()),
        ("near_image", query.near_image(vec![1]).await.unwrap_err()),
        ("hybrid", query.hybrid("owl").vector(QueryVectors::sum([("a", [1.0])])).await.unwrap_err()),
        ("generate", query.bm25("owl").generate(Generate::single("a").and_grouped("b")).await.unwrap_err()),
        ("bm25", query.bm25("owl").rerank(weaviate::query::Rerank::new("name", "owl")).await.unwrap_err()),
    ] {
        assert_ne!(error.outcome(), Outcome::NotSent, "{search}: {error}");
    }
}

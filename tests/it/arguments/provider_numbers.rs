//! Numbers of the providers of a generative search.

use std::future::IntoFuture as _;

use weaviate::Client;
use weaviate::generate::{Generate, GenerativeProvider, providers};

use super::numbers::{Done, Extremes};

/// Asks a provider for a text.
fn ask(client: &Client, provider: impl Into<GenerativeProvider>) -> Done {
    let search = client.collection("Owl").query().fetch_objects();
    let search = search.generate(Generate::single("a").provider(provider)).into_future();
    Box::pin(async { drop(search.await) })
}

macro_rules! providers {
    ($client:expr; $($name:ident::$option:ident $kind:ty;)+) => {
        vec![$((
            concat!(stringify!($name), "::", stringify!($option)),
            <$kind as Extremes>::ALL.map(|n| ask($client, providers::$name::new().$option(n))),
        ),)+]
    };
}

/// Each number of each provider.
#[rustfmt::skip]
pub(super) fn calls(client: &Client) -> Vec<(&'static str, [Done; 3])> {
    providers! {
        client;
        Anthropic::max_tokens i64;
        Anthropic::temperature f64;
        Anthropic::top_k i64;
        Anthropic::top_p f64;
        Anyscale::temperature f64;
        Aws::max_tokens i64;
        Aws::temperature f64;
        Cohere::frequency_penalty f64;
        Cohere::k i64;
        Cohere::max_tokens i64;
        Cohere::p f64;
        Cohere::presence_penalty f64;
        Cohere::temperature f64;
        ContextualAi::max_new_tokens i64;
        ContextualAi::temperature f64;
        ContextualAi::top_p f64;
        Databricks::frequency_penalty f64;
        Databricks::max_tokens i64;
        Databricks::n i64;
        Databricks::presence_penalty f64;
        Databricks::temperature f64;
        Databricks::top_log_probs i64;
        Databricks::top_p f64;
        DeepSeek::frequency_penalty f64;
        DeepSeek::max_tokens i64;
        DeepSeek::presence_penalty f64;
        DeepSeek::temperature f64;
        DeepSeek::top_p f64;
        FriendliAi::max_tokens i64;
        FriendliAi::n i64;
        FriendliAi::temperature f64;
        FriendliAi::top_p f64;
        Google::frequency_penalty f64;
        Google::max_tokens i64;
        Google::presence_penalty f64;
        Google::temperature f64;
        Google::top_k i64;
        Google::top_p f64;
        Mistral::max_tokens i64;
        Mistral::temperature f64;
        Mistral::top_p f64;
        Nvidia::max_tokens i64;
        Nvidia::temperature f64;
        Nvidia::top_p f64;
        Ollama::temperature f64;
        OpenAi::frequency_penalty f64;
        OpenAi::max_tokens i64;
        OpenAi::n i64;
        OpenAi::presence_penalty f64;
        OpenAi::temperature f64;
        OpenAi::top_p f64;
        Xai::max_tokens i64;
        Xai::temperature f64;
        Xai::top_p f64;
    }
}

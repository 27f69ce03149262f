//! Reasons why a model provider gives no vectors, in the server's words as far as it has some.

use thiserror::Error;

/// Reason why a provider gives no vectors.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ProviderFault {
    #[error(
        "the emulator calls no model providers: start it with `Builder::offline_models`, or give it a function for {0} with `Builder::vectorizer`"
    )]
    NoStandIn(String),
    #[error(
        "API Key: no api key found neither in request header: {header} nor in environment variable under {variable}"
    )]
    NoKey { header: &'static str, variable: &'static str },
    #[error(
        "send POST request: Post \"{address}{}\": dial tcp {}: connect: connection refused", path(.module), host(.address)
    )]
    Unreachable { module: String, address: String },
    #[error("{}", provoked(.0))]
    Provoked(String),
    #[error("empty embeddings response")]
    Empty,
    /// In the words of the user's function.
    #[error("{0}")]
    Failed(String),
    #[error("the function that stands in for the provider panicked")]
    Panicked,
    #[error("the function that stands in for {module} gave {vectors} vectors for {texts} texts")]
    Count { module: String, texts: usize, vectors: usize },
}

/// The path of the provider's API that the module calls.
fn path(module: &str) -> &'static str {
    if module == "text2vec-ollama" { "/api/embed" } else { "/v1/embeddings" }
}

fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}

fn provoked(module: &str) -> String {
    match module {
        "text2vec-ollama" => "connection to Ollama API failed with error: provoked".to_owned(),
        "text2vec-jinaai" | "multi2vec-jinaai" => {
            "connection to: JinaAI API failed with status: 500 error: provoked".to_owned()
        }
        other => format!("the provider of {other} failed: provoked"),
    }
}

/// The words that some modules put in front of a provider's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wording {
    /// Of modules that hand all texts on in one request.
    Batched,
    Plain,
}

impl Wording {
    pub(crate) fn of(module: &str) -> Self {
        if matches!(module, "text2vec-ollama" | "text2vec-google") { Self::Batched } else { Self::Plain }
    }
}

//! Reasons why a model provider gives no vectors or texts, in the server's words as far as it has some.

use thiserror::Error;

/// Reason why a provider gives no vectors or texts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ProviderFault {
    #[error(
        "the emulator calls no model providers: start it with `Builder::offline_models`, or give it a function for {0} with `Builder::vectorizer`"
    )]
    NoStandIn(String),
    /// In the words of the module.
    #[error("{0}")]
    NoKey(&'static str),
    #[error(
        "the emulator calls no model providers: start it with `Builder::offline_models`, or give it a function with `Builder::generative`, so that {0} answers"
    )]
    NoGenerator(String),
    #[error(
        "Following property has empty value: '{0}'. Make sure you spell the property name correctly, verify that the property exists and has a value"
    )]
    NoValue(String),
    #[error(
        "{}Post \"{address}{}\": dial tcp {}: connect: connection refused", sending(.module), path(.module), host(.address)
    )]
    Unreachable { module: String, address: String },
    /// The provider's words, behind those of the module about it.
    #[error("{}{text}", front(.module, *.status))]
    Refused { module: String, status: u16, text: String },
    #[error("empty embeddings response")]
    Empty,
    /// Of a function that has to be called first. It is never told.
    #[error("the function that stands in for {0} has yet to be called")]
    Unasked(String),
    #[error("the function that stands in for the provider panicked")]
    Panicked,
    #[error("the function that stands in for {module} gave {vectors} vectors for {texts} texts")]
    Count { module: String, texts: usize, vectors: usize },
    #[error(
        "the function that stands in for {module} gave {what} for text {place}: a vector needs one number at least, and all of them finite"
    )]
    Vector { module: String, place: usize, what: &'static str },
}

/// The path of the provider's API that the module calls.
fn path(module: &str) -> &'static str {
    match module {
        "text2vec-ollama" => "/api/embed",
        "generative-anthropic" => "/v1/messages",
        "generative-cohere" => "/v2/chat",
        "generative-deepseek" => "/chat/completions",
        "generative-ollama" => "/api/generate",
        generative if generative.starts_with("generative-") => "/v1/chat/completions",
        _ => "/v1/embeddings",
    }
}

/// The module's words about what it was doing.
fn sending(module: &str) -> &'static str {
    match module {
        "generative-anthropic" => "do POST request: ",
        "generative-deepseek" => "execute request: ",
        _ => "send POST request: ",
    }
}

fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, host)| host)
}

/// The module's words in front of a provider's fault, which is therefore never mistaken for one of the server's own.
fn front(module: &str, status: u16) -> String {
    let provider = match module.rsplit_once('-').map_or(module, |(_, provider)| provider) {
        // It reads no status.
        "anthropic" if status == 429 => return "Anthropic API error: rate_limit_error - ".to_owned(),
        "anthropic" => return "Anthropic API error: invalid_request_error - ".to_owned(),
        "ollama" => return "connection to Ollama API failed with error: ".to_owned(),
        "jinaai" => ": JinaAI API",
        "openai" => ": OpenAI API",
        "digitalocean" => ": DigitalOcean Serverless Inference API",
        "nvidia" => " NVIDIA API",
        "cohere" => " Cohere",
        "google" => " Google",
        "huggingface" => " HuggingFace",
        "mistral" => " Mistral",
        "twelvelabs" => " TwelveLabs",
        "voyageai" => " VoyageAI",
        _ => return format!("connection to {module} failed with error: "),
    };
    format!("connection to{provider} failed with status: {status} error: ")
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

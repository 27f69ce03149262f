//! Keys, addresses and rate limits of the model providers that the server calls.

use std::fmt;

use crate::options::headers::Headers;

/// Keys, addresses and rate limits of model providers, sent as headers with every call.
///
/// The server's modules use them for embeddings, reranking and generation. They replace the keys
/// that the server was started with. See Weaviate's list of [model
/// providers](https://docs.weaviate.io/weaviate/model-providers).
///
/// Set them for a client with
/// [`ClientBuilder::integrations`](crate::connect::ClientBuilder::integrations), and replace them
/// later with [`Client::set_integrations`](crate::Client::set_integrations). A handle may have
/// others, see [`Collection::integrations`](crate::Collection::integrations). `Debug` shows names
/// without values.
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::Integrations;
///
/// let keys = Integrations::new()
///     .openai_api_key("sk-…")
///     .openai_requests_per_minute(500)
///     .cohere_api_key("…");
/// let builder = Client::local().integrations(keys);
/// ```
#[doc(alias = "api_keys")]
#[doc(alias = "model_provider")]
#[derive(Clone, Default)]
#[must_use = "integrations are given to a client"]
pub struct Integrations {
    headers: Headers,
}

impl Integrations {
    /// Starts without any keys.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Adds those of `later`, which replace those of the same header.
    pub(crate) fn extend(&mut self, later: &Self) {
        self.headers.extend(&later.headers);
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value);
        self
    }
}

impl fmt::Debug for Integrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Integrations").field(&self.headers).finish()
    }
}

/// Makes a setter for each header.
macro_rules! integrations {
    ($($method:ident => $header:literal, $doc:literal;)+) => {
        impl Integrations {
            $(
                #[doc = concat!($doc, " Sent as `", $header, "`.")]
                pub fn $method(self, value: impl AsRef<str>) -> Self {
                    self.set($header, value.as_ref())
                }
            )+
        }

        #[cfg(test)]
        const TABLE: &[(fn(Integrations, &'static str) -> Integrations, &str)] = &[
            $((|keys, value| keys.$method(value), $header),)+
        ];
    };
}

/// Makes the two setters of each rate limit.
macro_rules! limits {
    ($($requests:ident, $tokens:ident => $header:literal, $provider:literal;)+) => {
        impl Integrations {
            $(
                #[doc = concat!("Limits the embedding requests per minute that the server sends to ", $provider, ".")]
                pub fn $requests(self, limit: u32) -> Self {
                    self.set(concat!("X-", $header, "-Ratelimit-RequestPM-Embedding"), &limit.to_string())
                }

                #[doc = concat!("Limits the tokens per minute that the server sends to ", $provider, " for embeddings.")]
                pub fn $tokens(self, limit: u32) -> Self {
                    self.set(concat!("X-", $header, "-Ratelimit-TokenPM-Embedding"), &limit.to_string())
                }
            )+
        }
    };
}

integrations! {
    anthropic_api_key => "X-Anthropic-Api-Key", "Sets the API key of Anthropic.";
    anthropic_base_url => "X-Anthropic-Baseurl", "Sets the base URL of Anthropic's API.";
    anyscale_api_key => "X-Anyscale-Api-Key", "Sets the API key of Anyscale.";
    anyscale_base_url => "X-Anyscale-Baseurl", "Sets the base URL of Anyscale's API.";
    aws_access_key => "X-Aws-Access-Key", "Sets the access key of AWS.";
    aws_secret_key => "X-Aws-Secret-Key", "Sets the secret key of AWS.";
    aws_session_token => "X-Aws-Session-Token", "Sets the session token of AWS, for temporary credentials.";
    azure_api_key => "X-Azure-Api-Key", "Sets the API key of Azure OpenAI.";
    azure_block_size => "X-Azure-Block-Size", "Sets the number of texts in one request to Azure OpenAI.";
    azure_concurrency => "X-Azure-Concurrency", "Sets the number of concurrent requests to Azure OpenAI.";
    azure_deployment_id => "X-Azure-Deployment-Id", "Sets the deployment id of Azure OpenAI.";
    azure_resource_name => "X-Azure-Resource-Name", "Sets the resource name of Azure OpenAI.";
    cohere_api_key => "X-Cohere-Api-Key", "Sets the API key of Cohere.";
    cohere_base_url => "X-Cohere-Baseurl", "Sets the base URL of Cohere's API.";
    contextualai_api_key => "X-ContextualAI-Api-Key", "Sets the API key of Contextual AI.";
    contextualai_base_url => "X-ContextualAI-Baseurl", "Sets the base URL of Contextual AI's API.";
    databricks_endpoint => "X-Databricks-Endpoint", "Sets the serving endpoint of Databricks.";
    databricks_token => "X-Databricks-Token", "Sets the token of Databricks.";
    databricks_user_agent => "X-Databricks-User-Agent", "Sets the user agent of requests to Databricks.";
    deepseek_api_key => "X-Deepseek-Api-Key", "Sets the API key of DeepSeek.";
    deepseek_base_url => "X-Deepseek-Baseurl", "Sets the base URL of DeepSeek's API.";
    digitalocean_api_key => "X-Digitalocean-Api-Key", "Sets the API key of DigitalOcean.";
    digitalocean_base_url => "X-Digitalocean-Baseurl", "Sets the base URL of DigitalOcean's API.";
    friendli_base_url => "X-Friendli-Baseurl", "Sets the base URL of FriendliAI's API.";
    friendli_token => "X-Friendli-Token", "Sets the token of FriendliAI.";
    google_api_key => "X-Goog-Api-Key", "Sets the API key of Google, for Vertex AI and AI Studio.";
    google_studio_api_key => "X-Goog-Studio-Api-Key", "Sets the API key of Google AI Studio.";
    google_vertex_api_key => "X-Goog-Vertex-Api-Key", "Sets the API key of Google Vertex AI.";
    huggingface_api_key => "X-Huggingface-Api-Key", "Sets the API key of Hugging Face.";
    jinaai_api_key => "X-Jinaai-Api-Key", "Sets the API key of Jina AI.";
    mistral_api_key => "X-Mistral-Api-Key", "Sets the API key of Mistral.";
    mistral_base_url => "X-Mistral-Baseurl", "Sets the base URL of Mistral's API.";
    nvidia_api_key => "X-Nvidia-Api-Key", "Sets the API key of NVIDIA.";
    nvidia_base_url => "X-Nvidia-Baseurl", "Sets the base URL of NVIDIA's API.";
    ollama_base_url => "X-Ollama-BaseURL", "Sets the base URL of Ollama.";
    openai_api_key => "X-OpenAI-Api-Key", "Sets the API key of OpenAI.";
    openai_base_url => "X-OpenAI-Baseurl", "Sets the base URL of OpenAI's API or a compatible one.";
    openai_organization => "X-OpenAI-Organization", "Sets the organization at OpenAI.";
    twelvelabs_api_key => "X-Twelvelabs-Api-Key", "Sets the API key of TwelveLabs.";
    twelvelabs_base_url => "X-Twelvelabs-Baseurl", "Sets the base URL of TwelveLabs' API.";
    voyageai_api_key => "X-Voyageai-Api-Key", "Sets the API key of Voyage AI.";
    voyageai_base_url => "X-Voyageai-Baseurl", "Sets the base URL of Voyage AI's API.";
    weaviate_api_key => "X-Weaviate-Api-Key", "Sets the API key of Weaviate's embedding service, if it differs from that of the cluster.";
    xai_api_key => "X-Xai-Api-Key", "Sets the API key of xAI.";
    xai_base_url => "X-Xai-Baseurl", "Sets the base URL of xAI's API.";
}

limits! {
    cohere_requests_per_minute, cohere_tokens_per_minute => "Cohere", "Cohere";
    databricks_requests_per_minute, databricks_tokens_per_minute => "Databricks", "Databricks";
    digitalocean_requests_per_minute, digitalocean_tokens_per_minute => "Digitalocean", "DigitalOcean";
    jinaai_requests_per_minute, jinaai_tokens_per_minute => "Jinaai", "Jina AI";
    mistral_requests_per_minute, mistral_tokens_per_minute => "Mistral", "Mistral";
    nvidia_requests_per_minute, nvidia_tokens_per_minute => "Nvidia", "NVIDIA";
    openai_requests_per_minute, openai_tokens_per_minute => "Openai", "OpenAI";
    voyageai_requests_per_minute, voyageai_tokens_per_minute => "Voyageai", "Voyage AI";
    weaviate_requests_per_minute, weaviate_tokens_per_minute => "Weaviate", "Weaviate's embedding service";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_becomes_its_header_and_none_is_shown() {
        let mut all = Integrations::new();
        for (set, header) in TABLE {
            let one = set(Integrations::new(), "hunter2");
            let map = one.headers().map().unwrap();
            assert_eq!((map.len(), map.get(*header).unwrap().to_str().unwrap()), (1, "hunter2"), "{header}");
            all = set(all, "hunter2");
        }
        assert_eq!(all.headers().map().unwrap().len(), TABLE.len(), "two go by the same header");
        assert!(all.headers().check().is_ok());
        assert!(!format!("{all:?}").contains("hunter2"));
        let limited = Integrations::new().openai_tokens_per_minute(9);
        assert_eq!(limited.headers().map().unwrap()["x-openai-ratelimit-tokenpm-embedding"], "9");
    }
}

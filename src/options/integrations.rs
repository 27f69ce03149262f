//! Keys and addresses of the model providers that the server asks on the caller's behalf.

use std::fmt;

use crate::options::headers::Headers;

/// Keys and addresses of model providers, which travel as headers with every call: the server's modules use them to make
/// vectors, to rerank and to generate. What is set here takes the place of what the server was started with.
///
/// Given to a client with [`ClientBuilder::integrations`](crate::connect::ClientBuilder::integrations), and changed while it lives
/// with [`Client::set_integrations`](crate::Client::set_integrations). A collection or a call may carry others, see
/// [`Collection::integrations`](crate::Collection::integrations). `Debug` shows names alone.
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::Integrations;
///
/// let keys = Integrations::new().openai_api_key("sk-…").cohere_api_key("…");
/// let builder = Client::local().integrations(keys);
/// ```
#[derive(Clone, Default)]
#[must_use = "integrations are given to a client"]
pub struct Integrations {
    headers: Headers,
}

impl Integrations {
    /// None at all.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn headers(&self) -> &Headers {
        &self.headers
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

/// A line for each header: the method, the header, and what it is.
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

/// The same for limits, which are numbers.
macro_rules! limits {
    ($($requests:ident, $tokens:ident => $provider:literal;)+) => {
        impl Integrations {
            $(
                #[doc = concat!("How many requests a minute the server may send to ", $provider, " to make vectors.")]
                pub fn $requests(self, limit: u32) -> Self {
                    self.set(concat!("X-", $provider, "-Ratelimit-RequestPM-Embedding"), &limit.to_string())
                }

                #[doc = concat!("How many tokens a minute the server may send to ", $provider, " to make vectors.")]
                pub fn $tokens(self, limit: u32) -> Self {
                    self.set(concat!("X-", $provider, "-Ratelimit-TokenPM-Embedding"), &limit.to_string())
                }
            )+
        }
    };
}

integrations! {
    anthropic_api_key => "X-Anthropic-Api-Key", "The key of Anthropic.";
    anthropic_base_url => "X-Anthropic-Baseurl", "Where Anthropic's API is.";
    anyscale_api_key => "X-Anyscale-Api-Key", "The key of Anyscale.";
    anyscale_base_url => "X-Anyscale-Baseurl", "Where Anyscale's API is.";
    aws_access_key => "X-Aws-Access-Key", "The access key of AWS.";
    aws_secret_key => "X-Aws-Secret-Key", "The secret key of AWS.";
    aws_session_token => "X-Aws-Session-Token", "The session token of AWS, for temporary credentials.";
    azure_api_key => "X-Azure-Api-Key", "The key of Azure OpenAI.";
    azure_block_size => "X-Azure-Block-Size", "How many texts the server puts into one request to Azure OpenAI.";
    azure_concurrency => "X-Azure-Concurrency", "How many requests the server sends to Azure OpenAI at a time.";
    azure_deployment_id => "X-Azure-Deployment-Id", "The deployment of Azure OpenAI.";
    azure_resource_name => "X-Azure-Resource-Name", "The resource of Azure OpenAI.";
    cohere_api_key => "X-Cohere-Api-Key", "The key of Cohere.";
    cohere_base_url => "X-Cohere-Baseurl", "Where Cohere's API is.";
    contextualai_api_key => "X-ContextualAI-Api-Key", "The key of Contextual AI.";
    contextualai_base_url => "X-ContextualAI-Baseurl", "Where Contextual AI's API is.";
    databricks_endpoint => "X-Databricks-Endpoint", "The serving endpoint of Databricks.";
    databricks_token => "X-Databricks-Token", "The token of Databricks.";
    databricks_user_agent => "X-Databricks-User-Agent", "How the server calls itself at Databricks.";
    deepseek_api_key => "X-Deepseek-Api-Key", "The key of DeepSeek.";
    deepseek_base_url => "X-Deepseek-Baseurl", "Where DeepSeek's API is.";
    digitalocean_api_key => "X-Digitalocean-Api-Key", "The key of DigitalOcean.";
    digitalocean_base_url => "X-Digitalocean-Baseurl", "Where DigitalOcean's API is.";
    friendli_base_url => "X-Friendli-Baseurl", "Where FriendliAI's API is.";
    friendli_token => "X-Friendli-Token", "The token of FriendliAI.";
    google_api_key => "X-Goog-Api-Key", "The key of Google, for Vertex and AI Studio alike.";
    google_studio_api_key => "X-Goog-Studio-Api-Key", "The key of Google AI Studio.";
    google_vertex_api_key => "X-Goog-Vertex-Api-Key", "The key of Google Vertex AI.";
    huggingface_api_key => "X-Huggingface-Api-Key", "The key of Hugging Face.";
    jinaai_api_key => "X-Jinaai-Api-Key", "The key of Jina AI.";
    mistral_api_key => "X-Mistral-Api-Key", "The key of Mistral.";
    mistral_base_url => "X-Mistral-Baseurl", "Where Mistral's API is.";
    nvidia_api_key => "X-Nvidia-Api-Key", "The key of NVIDIA.";
    nvidia_base_url => "X-Nvidia-Baseurl", "Where NVIDIA's API is.";
    ollama_base_url => "X-Ollama-BaseURL", "Where Ollama is.";
    openai_api_key => "X-OpenAI-Api-Key", "The key of OpenAI.";
    openai_base_url => "X-OpenAI-Baseurl", "Where OpenAI's API is, or one that is like it.";
    openai_organization => "X-OpenAI-Organization", "The organization at OpenAI.";
    twelvelabs_api_key => "X-Twelvelabs-Api-Key", "The key of TwelveLabs.";
    twelvelabs_base_url => "X-Twelvelabs-Baseurl", "Where TwelveLabs' API is.";
    voyageai_api_key => "X-Voyageai-Api-Key", "The key of Voyage AI.";
    voyageai_base_url => "X-Voyageai-Baseurl", "Where Voyage AI's API is.";
    weaviate_api_key => "X-Weaviate-Api-Key", "The key of Weaviate's own embedding service, where it is not that of the cluster.";
    xai_api_key => "X-Xai-Api-Key", "The key of xAI.";
    xai_base_url => "X-Xai-Baseurl", "Where xAI's API is.";
}

limits! {
    cohere_requests_per_minute, cohere_tokens_per_minute => "Cohere";
    databricks_requests_per_minute, databricks_tokens_per_minute => "Databricks";
    digitalocean_requests_per_minute, digitalocean_tokens_per_minute => "Digitalocean";
    jinaai_requests_per_minute, jinaai_tokens_per_minute => "Jinaai";
    mistral_requests_per_minute, mistral_tokens_per_minute => "Mistral";
    nvidia_requests_per_minute, nvidia_tokens_per_minute => "Nvidia";
    openai_requests_per_minute, openai_tokens_per_minute => "Openai";
    voyageai_requests_per_minute, voyageai_tokens_per_minute => "Voyageai";
    weaviate_requests_per_minute, weaviate_tokens_per_minute => "Weaviate";
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

//! Keys for model providers, which requests bring in headers.

use std::collections::BTreeSet;

use super::fault::ProviderFault;

/// The modules that want a key: the headers that may bring it, and the module's words where none does.
const KEYS: [(&[&str], &[&str], &str); 14] = [
    (
        &["generative-anthropic"],
        &["X-Anthropic-Api-Key"],
        "Anthropic API key: no api key found for Anthropic neither in request header: X-Anthropic-Api-Key nor in the environment variable under ANTHROPIC_APIKEY",
    ),
    (
        &["generative-anyscale"],
        &["X-Anyscale-Api-Key"],
        "Anyscale (OpenAI) API Key: no api key found neither in request header: X-Anyscale-Api-Key nor in environment variable under ANYSCALE_APIKEY",
    ),
    (
        &["generative-aws"],
        &["X-AWS-Access-Key"],
        "AWS Access Key: no access key found neither in request header: X-AWS-Access-Key nor in environment variable under AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY",
    ),
    (
        &["generative-cohere", "reranker-cohere"],
        &["X-Cohere-Api-Key"],
        "Cohere API Key: no api key found neither in request header: X-Cohere-Api-Key nor in environment variable under COHERE_APIKEY",
    ),
    (
        &["generative-contextualai"],
        &["X-ContextualAI-Api-Key"],
        "Contextual AI API key: no api key found for Contextual AI neither in request header: X-ContextualAI-Api-Key nor in the environment variable under CONTEXTUALAI_APIKEY",
    ),
    (
        &["generative-databricks"],
        &["X-Databricks-Token"],
        "Databricks Token: no api key found neither in request header: X-Databricks-Token nor in environment variable under DATABRICKS_TOKEN",
    ),
    (&["generative-deepseek"], &["X-Deepseek-Api-Key"], "api key: no api key found"),
    (
        &["generative-friendliai"],
        &["X-Friendli-Token"],
        "FriendliAI API Key: no api key found neither in request header: X-Friendli-Token nor in environment variable under FRIENDLI_TOKEN",
    ),
    (
        &["generative-google"],
        &["X-Palm-Api-Key", "X-Goog-Api-Key", "X-Goog-Vertex-Api-Key", "X-Goog-Studio-Api-Key"],
        "Google API Key: no api key found neither in request header: X-Palm-Api-Key or X-Goog-Api-Key or X-Goog-Vertex-Api-Key or X-Goog-Studio-Api-Key nor in environment variable under PALM_APIKEY or GOOGLE_APIKEY",
    ),
    (
        &["generative-mistral"],
        &["X-Mistral-Api-Key"],
        "Mistral API Key: no api key found neither in request header: X-Mistral-Api-Key nor in environment variable under MISTRAL_APIKEY",
    ),
    (
        &["generative-nvidia"],
        &["X-Nvidia-Api-Key"],
        "NVIDIA API Key: no api key found neither in request header: X-Nvidia-Api-Key nor in environment variable under NVIDIA_APIKEY",
    ),
    (
        &["generative-openai"],
        &["X-Openai-Api-Key", "X-Azure-Api-Key"],
        "OpenAI API Key: no api key found neither in request header: X-Openai-Api-Key nor in environment variable under OPENAI_APIKEY",
    ),
    (
        &["generative-xai"],
        &["X-xAI-Api-Key"],
        "xAI API Key: no api key found neither in request header: X-xAI-Api-Key nor in environment variable under XAI_APIKEY",
    ),
    (
        &["text2vec-jinaai", "multi2vec-jinaai"],
        &["X-Jinaai-Api-Key"],
        "API Key: no api key found neither in request header: X-Jinaai-Api-Key nor in environment variable under JINAAI_APIKEY",
    ),
];

/// The headers of a request that may bring a provider's key, in small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ProviderKeys(BTreeSet<String>);

/// The keys of a request that brings none.
pub(crate) static NO_KEYS: ProviderKeys = ProviderKeys(BTreeSet::new());

impl ProviderKeys {
    /// Those among the headers of a request.
    pub(crate) fn of<'h>(headers: impl IntoIterator<Item = &'h str>) -> Self {
        Self(headers.into_iter().map(str::to_lowercase).filter(|name| name.starts_with("x-")).collect())
    }

    /// Refuses a module that wants a key which the request does not bring.
    pub(crate) fn check(&self, module: &str) -> Result<(), ProviderFault> {
        let wanted = KEYS.iter().find(|(modules, ..)| modules.contains(&module));
        match wanted.filter(|(_, headers, _)| !headers.iter().any(|header| self.0.contains(&header.to_lowercase()))) {
            Some((.., words)) => Err(ProviderFault::NoKey(words)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_begin_with_x_may_bring_keys() {
        let keys = ProviderKeys::of(["X-JinaAI-Api-Key", "accept"]);
        assert_eq!(keys, ProviderKeys(["x-jinaai-api-key".to_owned()].into()));
    }
}

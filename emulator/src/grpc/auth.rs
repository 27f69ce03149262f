//! Who may call, by the `authorization` metadata.

use tonic::metadata::MetadataMap;

use crate::config::Config;

/// Lets a call pass or says why not, in the server's bare words.
pub(crate) fn check(config: &Config, metadata: &MetadataMap) -> Result<(), String> {
    let token = metadata.get("authorization").and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    match token {
        None if config.anonymous_access => Ok(()),
        Some(_) if config.api_keys.is_empty() => Err(
            "no authentication scheme is configured (API Key or OIDC), but an 'Authorization' header was provided. \
             Please configure an auth scheme or remove the header for anonymous access"
                .to_owned(),
        ),
        Some(token) if config.api_keys.iter().any(|known| known.key == token) => Ok(()),
        _ => Err("unauthorized: invalid api key".to_owned()),
    }
}

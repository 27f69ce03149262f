//! Who may call, by the `authorization` metadata.

use tonic::metadata::MetadataMap;

use crate::auth::{self, Denied};
use crate::config::Config;

/// Lets a call pass or says why not, in the server's bare words.
pub(crate) fn check(config: &Config, metadata: &MetadataMap) -> Result<(), String> {
    let authorization = metadata.get("authorization").and_then(|value| value.to_str().ok());
    auth::check(config, authorization).map_err(|denied| match denied {
        Denied::AnonymousOff => "unauthorized: invalid api key".to_owned(),
        Denied::BadToken(text) => text.to_owned(),
    })
}

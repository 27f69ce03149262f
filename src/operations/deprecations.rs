//! Deprecations reported in REST replies.

use weaviate_generated::rest::types::Deprecation;

use crate::transport::Transport;
use crate::values::warning::WarningCode;

/// Emits the deprecations of a reply as warnings.
pub(super) fn warn(transport: &Transport, deprecations: Option<Vec<Deprecation>>) {
    for deprecation in deprecations.into_iter().flatten() {
        transport.warn(WarningCode::Deprecated, || {
            let text = |text: Option<String>| text.unwrap_or_default();
            format!("{} {}", text(deprecation.msg), text(deprecation.mitigation)).trim().to_owned()
        });
    }
}

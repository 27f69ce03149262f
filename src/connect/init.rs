//! What `connect` finds out before it hands over a client.

use std::time::Duration;

use tokio::time::Instant;

use crate::transport::Transport;
use crate::{Error, Result, ServerVersion};

/// One question about the server and one to gRPC, within `init` altogether.
pub(super) async fn check(transport: &Transport, init: Duration) -> Result<()> {
    let start = Instant::now();
    let meta = transport.meta(Some(init)).await?;
    match meta.server_version() {
        Some(version) if *version < ServerVersion::MINIMUM => {
            let minimum = ServerVersion::MINIMUM;
            return Err(Error::unsupported(format!(
                "the server is {version}, and this client needs {minimum} or newer"
            )));
        }
        Some(_) => {}
        None => tracing::warn!(version = meta.version(), "the server names no version that this client can read"),
    }
    transport.health(init.saturating_sub(start.elapsed())).await
}

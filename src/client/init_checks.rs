//! The checks of `ClientBuilder::connect`: version, credential, protocol.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Outcome;
use crate::operations::server::{wait, wait_until_ready};
use crate::transport::{Transport, version_check};
use crate::{ErrorKind, Result};

/// Reads the server's version and checks the health of each protocol that is tried, within `init`
/// in total.
pub(super) async fn check(transport: &Transport, init: Duration) -> Result<()> {
    let start = Instant::now();
    let denied = match transport.meta(Some(init)).await {
        Ok(meta) => {
            meta.server_version().map_or(Ok(()), version_check::minimum)?;
            None
        }
        // Another outcome comes from the token provider: the server was not asked. The credential may be refused this
        // one request only, and still search.
        Err(error) if error.kind() == ErrorKind::Permission && error.outcome() == Outcome::Refused => Some(error),
        Err(error) => return Err(error),
    };
    if let Some(error) = denied {
        transport.version_is_unknown(&error);
    }
    transport.settle_protocol(init.saturating_sub(start.elapsed())).await
}

/// Waits until the server is ready, and checks it then. A protocol that opens a little later than
/// REST is waited for, too.
pub(super) async fn check_after_start(transport: &Transport, within: Duration, checked: bool) -> Result<()> {
    const OPERATION: &str = "wait for start";
    let start = Instant::now();
    wait_until_ready(transport, OPERATION, within).await?;
    if !checked {
        return Ok(());
    }
    let left = within.saturating_sub(start.elapsed()).max(transport.init_timeout());
    wait(transport, OPERATION, left, |transport, share| async move { check(&transport, share).await }).await?;
    Ok(())
}

//! Liveness, readiness, and the wait for readiness.

use std::time::Duration;

use crate::call::{Call, Idempotency};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Transport;
use crate::wait::Wait;

/// Returns whether the server is live.
pub(crate) async fn is_live(transport: &Transport) -> Result<bool> {
    let call = Call::new("is live", Idempotency::Read).not_retried().authentication_optional().about_server();
    bool_of_probe(transport.rest(&call, |rest| async move { rest.weaviate_wellknown_liveness().await }).await)
}

/// Returns whether the server is ready.
pub(crate) async fn is_ready(transport: &Transport) -> Result<bool> {
    bool_of_probe(ready(transport, None).await)
}

/// Succeeds if the server is ready.
pub(crate) async fn ready(transport: &Transport, timeout: Option<Duration>) -> Result<()> {
    let mut call = Call::new("is ready", Idempotency::Read).not_retried().authentication_optional().about_server();
    call.options.timeout = timeout;
    transport.rest(&call, |rest| async move { rest.weaviate_wellknown_readiness().await }).await
}

/// Converts a probe to a bool: 503 means no, and a missing reply is an error.
fn bool_of_probe(result: Result<()>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.http_status() == Some(503) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Waits until the server is ready, or fails after `within`.
pub(crate) async fn wait_until_ready(transport: &Transport, within: Duration) -> Result<()> {
    const OPERATION: &str = "wait until ready";
    let mut wait = Wait::new(within, Duration::from_millis(50), Duration::from_secs(1));
    loop {
        let error = match ready(transport, Some(wait.left().min(transport.init_timeout()))).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let may_change = matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Unavailable);
        if !may_change {
            return Err(error.in_operation(OPERATION, None));
        }
        if wait.left().is_zero() {
            let late = Error::timeout(within).at(&transport.place()).with_source(error);
            return Err(late.in_operation(OPERATION, None));
        }
        wait.pause().await;
    }
}

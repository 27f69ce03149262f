//! The limit of requests in flight (bulkhead).
//!
//! An attempt holds a slot, a call does not: in the pause before a retry, another call has it. Calls
//! about the server itself need no slot. So an attempt can wait for a health check of another
//! protocol, and readiness is answered while all slots are taken. Questions to one node and requests
//! to an identity provider are not made by the run loop, and need none either.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::call::Call;
use crate::error::{Error, ErrorKind, Result, Verdict};

/// The slots of a client. None without a limit.
#[derive(Debug, Default)]
pub(crate) struct InFlight(Option<Slots>);

#[derive(Debug)]
struct Slots {
    free: Semaphore,
    limit: usize,
}

impl InFlight {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self(limit.map(|limit| Slots { free: Semaphore::new(limit.min(Semaphore::MAX_PERMITS)), limit }))
    }

    /// Waits for a slot, in the order of the calls. Dropping it frees the slot.
    pub(super) async fn enter(&self, call: &Call, left: Duration) -> Result<Option<SemaphorePermit<'_>>> {
        let Some(slots) = self.0.as_ref().filter(|_| !call.about_server) else { return Ok(None) };
        if let Ok(slot) = slots.free.try_acquire() {
            return Ok(Some(slot));
        }
        tracing::debug!(limit = slots.limit, "all slots are taken");
        // Boxed: only clients with a limit wait, and the future is part of that of every call.
        match Box::pin(timeout(left, slots.free.acquire())).await {
            Ok(Ok(slot)) => Ok(Some(slot)),
            // The slots are never closed.
            Ok(Err(_)) | Err(_) => Err(slots.late(left)),
        }
    }
}

impl Slots {
    fn late(&self, left: Duration) -> Error {
        let message = format!(
            "not sent within {left:?}: {} requests of this client are in flight, the limit of `max_in_flight`; raise the \
             limit or the timeout",
            self.limit
        );
        Error::new(Verdict::not_sent(ErrorKind::Timeout).transient(), message)
    }
}

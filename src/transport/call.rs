use std::time::Duration;

use crate::Protocol;

/// One call as the run loop sees it: all but its protocol and its payload.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Shown in errors and spans, `search` for instance.
    pub(crate) operation: &'static str,
    pub(crate) collection: Option<String>,
    pub(crate) idempotency: Idempotency,
    /// In place of the timeout that the client has for such calls.
    pub(crate) timeout: Option<Duration>,
    /// In place of the protocol that the client has, unless it is `Auto`.
    pub(crate) protocol: Protocol,
}

impl Call {
    pub(crate) fn new(operation: &'static str, idempotency: Idempotency) -> Self {
        Self { operation, collection: None, idempotency, timeout: None, protocol: Protocol::Auto }
    }

    pub(crate) fn collection(self, name: impl Into<String>) -> Self {
        Self { collection: Some(name.into()), ..self }
    }

    pub(crate) fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }
}

/// What a second sending of the same request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// Nothing: it reads.
    Read,
    /// The same as the first: a write with an id that we made, or one that is repeatable by nature.
    Idempotent,
    /// Perhaps the same thing twice.
    Never,
}

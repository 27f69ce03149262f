use std::time::Duration;

use crate::headers::Headers;
use crate::{Protocol, RetryPolicy};

/// One call as the run loop sees it: all but its payload.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Shown in errors and spans, `search` for instance.
    pub(crate) operation: &'static str,
    pub(crate) collection: Option<String>,
    pub(crate) idempotency: Idempotency,
    pub(crate) options: CallOptions,
    /// The server answers everybody: it goes out even where no token is to be had.
    pub(crate) open: bool,
}

/// What a caller can set for a single call, in place of what the client has.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    /// `Auto` leaves it to the client.
    pub(crate) protocol: Protocol,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) headers: Headers,
}

impl Call {
    pub(crate) fn new(operation: &'static str, idempotency: Idempotency) -> Self {
        Self { operation, collection: None, idempotency, options: CallOptions::default(), open: false }
    }

    pub(crate) fn collection(self, name: impl Into<String>) -> Self {
        Self { collection: Some(name.into()), ..self }
    }

    /// What the caller said for this call, above what the handle says that it was made of.
    pub(crate) fn options(self, handle: &Headers, own: &CallOptions) -> Self {
        let mut options = own.clone();
        if handle.map().is_some() || handle.check().is_err() {
            let mut headers = handle.clone();
            headers.extend(&own.headers);
            options.headers = headers;
        }
        Self { options, ..self }
    }

    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    pub(crate) fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// The answer of the moment is what is wanted, not one that comes later.
    pub(crate) fn once(mut self) -> Self {
        self.options.retry = Some(RetryPolicy::none());
        self
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

/// The setters that all requests have in common, for the field that holds their [`CallOptions`].
macro_rules! call_options {
    ($($field:ident).+) => {
        /// How long each exchange with the server may take altogether, retries and pauses included, in place of the client's
        /// [`Timeouts`](crate::Timeouts).
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$($field).+.timeout = Some(timeout);
            self
        }

        /// By which protocol it travels, in place of what the client has chosen.
        /// [`Protocol::Auto`](crate::Protocol::Auto) leaves it to the client.
        pub fn protocol(mut self, protocol: crate::Protocol) -> Self {
            self.$($field).+.protocol = protocol;
            self
        }

        /// What is done when an attempt fails, in place of the client's policy.
        pub fn retry(mut self, policy: crate::RetryPolicy) -> Self {
            self.$($field).+.retry = Some(policy);
            self
        }

        /// A header of this call alone, in place of one of the same name that the collection or the client has.
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.$($field).+.headers.insert(name.as_ref(), value.as_ref());
            self
        }
    };
}

pub(crate) use call_options;

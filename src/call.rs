//! A call without its payload, and the setters that all requests share.

use std::sync::OnceLock;
use std::time::Duration;

use crate::options::headers::Headers;
use crate::options::{Protocol, RetryPolicy};
use crate::values::collection_name::CollectionName;
use crate::{Error, Result};

/// A call: operation, collection, idempotency and options.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The name in errors and spans, such as `search`.
    pub(crate) operation: &'static str,
    pub(crate) collection: Option<CollectionName>,
    pub(crate) idempotency: Idempotency,
    pub(crate) options: CallOptions,
    /// Whether the server answers without a token. Such a call is sent even if the token provider
    /// fails.
    pub(crate) authentication_optional: bool,
    /// Whether the call asks about the server itself: a server of any version answers, and no leader
    /// is needed.
    pub(crate) about_server: bool,
    /// Whether a 404 without a text says that an object is missing. One node says that, which may
    /// not have loaded the object yet.
    pub(crate) about_object: bool,
    /// The kind of search, such as `hybrid`, for spans.
    pub(crate) kind: Option<&'static str>,
    /// The size of the encoded message, for spans.
    bytes: OnceLock<usize>,
    /// The number of objects or references, sent or received, for spans.
    rows: OnceLock<usize>,
    /// Set if the call succeeded after an attempt that may have had an effect.
    uncertain: OnceLock<()>,
}

/// Options of a single call. They replace those of the client.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    /// `Auto` leaves the choice to the client.
    pub(crate) protocol: Protocol,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) headers: Headers,
}

impl CallOptions {
    /// Returns these options, replaced by those that `inner` has.
    pub(crate) fn overridden_by(mut self, inner: &Self) -> Self {
        self.timeout = inner.timeout.or(self.timeout);
        if inner.protocol != Protocol::Auto {
            self.protocol = inner.protocol;
        }
        self.retry = inner.retry.or(self.retry);
        self.headers.extend(&inner.headers);
        self
    }

    /// Refuses invalid headers and retry policies.
    pub(crate) fn check(&self) -> Result<()> {
        self.headers.check()?;
        self.retry.map_or(Ok(()), |policy| policy.check())
    }
}

impl Call {
    pub(crate) fn new(operation: &'static str, idempotency: Idempotency) -> Self {
        Self {
            operation,
            collection: None,
            idempotency,
            options: CallOptions::default(),
            authentication_optional: false,
            about_server: false,
            about_object: false,
            kind: None,
            bytes: OnceLock::new(),
            rows: OnceLock::new(),
            uncertain: OnceLock::new(),
        }
    }

    pub(crate) fn collection(self, name: CollectionName) -> Self {
        Self { collection: Some(name), ..self }
    }

    pub(crate) fn options(self, options: CallOptions) -> Self {
        Self { options, ..self }
    }

    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    pub(crate) fn authentication_optional(self) -> Self {
        Self { authentication_optional: true, ..self }
    }

    pub(crate) fn about_server(self) -> Self {
        Self { about_server: true, ..self }
    }

    pub(crate) fn about_object(self) -> Self {
        Self { about_object: true, ..self }
    }

    pub(crate) fn kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// The size of the encoded message in bytes. `None` for a call without one.
    pub(crate) fn bytes(&self) -> Option<usize> {
        self.bytes.get().copied()
    }

    pub(crate) fn set_bytes(&self, bytes: usize) {
        self.bytes.get_or_init(|| bytes);
    }

    pub(crate) fn rows(&self) -> Option<usize> {
        self.rows.get().copied()
    }

    /// Sets the number of objects or references, before they are sent or after they are received.
    pub(crate) fn set_rows(&self, rows: usize) {
        self.rows.get_or_init(|| rows);
    }

    /// Returns whether the call succeeded after an attempt that may have had an effect. What its reply
    /// says was not done may have been done then.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.uncertain.get().is_some()
    }

    pub(crate) fn set_uncertain(&self) {
        self.uncertain.get_or_init(|| ());
    }

    /// Names operation and collection in an error that arose before the call was sent.
    pub(crate) fn failed(&self, error: Error) -> Error {
        error.in_operation(self.operation, self.collection.as_ref().map(CollectionName::as_str))
    }

    /// Turns off retries, for probes of the current state.
    pub(crate) fn not_retried(mut self) -> Self {
        self.options.retry = Some(RetryPolicy::none());
        self
    }
}

/// The effect of sending the same request twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// None: the call reads.
    Read,
    /// The same as once: a write with an id made by the client, or an idempotent one, such as a
    /// deletion.
    Idempotent,
    /// Possibly a second change.
    Never,
}

/// The setters that all requests have in common, for the field that holds their [`CallOptions`].
macro_rules! call_options {
    ($($field:ident).+) => {
        /// Sets the deadline of each request to the server, with retries and pauses included.
        /// Default: that of the client's [`Timeouts`](crate::connect::Timeouts).
        ///
        /// ```no_run
        /// use std::time::Duration;
        /// use weaviate::prelude::*;
        ///
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let hits = articles.query().fetch_objects().timeout(Duration::from_secs(2)).await?;
        /// # Ok(())
        /// # }
        /// ```
        #[doc(alias = "deadline")]
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.$($field).+.timeout = Some(timeout);
            self
        }

        /// Sets the protocol of this request. Default:
        /// [`Protocol::Auto`](crate::connect::Protocol::Auto), the one that the client has chosen.
        ///
        /// ```no_run
        /// use weaviate::connect::Protocol;
        /// use weaviate::prelude::*;
        ///
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let hits = articles.query().fetch_objects().protocol(Protocol::GrpcWeb).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn protocol(mut self, protocol: crate::options::Protocol) -> Self {
            self.$($field).+.protocol = protocol;
            self
        }

        /// Sets the retry policy of this request. Default: that of the client.
        ///
        /// ```no_run
        /// use weaviate::connect::RetryPolicy;
        /// use weaviate::prelude::*;
        ///
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let hits = articles.query().fetch_objects().retry(RetryPolicy::none()).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn retry(mut self, policy: crate::options::RetryPolicy) -> Self {
            self.$($field).+.retry = Some(policy);
            self
        }

        /// Adds a header to this request. It replaces one of the same name of the collection or the
        /// client.
        ///
        /// ```no_run
        /// use weaviate::prelude::*;
        ///
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let hits = articles.query().fetch_objects().header("x-request-id", "42").await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.$($field).+.headers.insert(name.as_ref(), value.as_ref());
            self
        }
    };
}

pub(crate) use call_options;

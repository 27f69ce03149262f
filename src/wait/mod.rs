//! Waiting: until a server is ready, until vectors are indexed, until tenants have a status.
//!
//! Every wait is a [`Wait`], with the state `S` that it looks at. Awaiting it waits and returns the
//! last state. [`on_progress`](Wait::on_progress) and [`stream`](Wait::stream) show the states on the
//! way.
//!
//! | Method | State |
//! |---|---|
//! | [`Client::wait_until_ready`](crate::Client::wait_until_ready) | [`Readiness`] |
//! | [`Collection::wait_until_indexed`](crate::Collection::wait_until_indexed) | [`IndexingStatus`] |
//! | [`Tenants::wait_for_status`](crate::tenants::Tenants::wait_for_status) | [`TenantsProgress`] |
//!
//! ```no_run
//! use std::time::Duration;
//! use weaviate::prelude::*;
//!
//! # async fn example(articles: Collection) -> weaviate::Result<()> {
//! let wait = articles.wait_until_indexed(Duration::from_secs(600));
//! let wait = wait.on_progress(|status| println!("{} vectors to index", status.queue_length));
//! let status = wait.await?;
//! println!("{} shards are indexed", status.shards);
//! # Ok(())
//! # }
//! ```

mod look;
mod pauses;
mod states;

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use look::{Look, Looking, Seen, timed_out};
#[cfg(feature = "embedded")]
pub(crate) use pauses::Pauses;
pub use states::States;

pub use crate::values::indexing_status::IndexingStatus;
pub use crate::values::server::Readiness;
pub use crate::values::tenants::TenantsProgress;
use crate::{Error, Result};

/// Request to wait for something on the server.
///
/// Awaiting it looks at the server again and again, until what is waited for has happened, and
/// returns the last state. Nothing is done before it is awaited. Dropping it stops the wait, and
/// never what is waited for.
///
/// The pauses between the looks are short at first and longer later, unless
/// [`interval`](Self::interval) sets them. A look that fails does not end the wait if a later one
/// may succeed, for instance while a server restarts.
///
/// # Errors
///
/// - [`Timeout`](crate::ErrorKind::Timeout) after the time that was given. The text has the last
///   state, and the [source](std::error::Error::source) is the error of the last look, if it failed.
/// - Every other error at once, with the server's text, if waiting longer does not help.
///
/// ```no_run
/// use std::time::Duration;
/// use weaviate::prelude::*;
/// use weaviate::wait::{IndexingStatus, Wait};
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let wait: Wait<IndexingStatus> = articles.wait_until_indexed(Duration::from_secs(600));
/// let status = wait.interval(Duration::from_secs(5)).await?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "poll")]
#[must_use = "nothing is waited for until the request is awaited"]
pub struct Wait<S> {
    operation: &'static str,
    collection: Option<String>,
    look: Arc<MakeLook<S>>,
    timeout: Duration,
    /// The first and the longest pause.
    pauses: (Duration, Duration),
    interval: Option<Duration>,
    /// Objects that a wait for indexing waits for.
    at_least: Option<u64>,
    on_progress: Option<Arc<OnProgress<S>>>,
}

type MakeLook<S> = dyn Fn() -> Box<dyn Look<S>> + Send + Sync;
type OnProgress<S> = dyn Fn(&S) + Send + Sync;

impl<S> Wait<S> {
    /// Creates a wait. `look` is called for each time it is awaited.
    pub(crate) fn new<L: Look<S> + 'static>(
        operation: &'static str,
        collection: Option<&str>,
        timeout: Duration,
        pauses: (Duration, Duration),
        look: impl Fn() -> L + Send + Sync + 'static,
    ) -> Self {
        let (collection, look) =
            (collection.map(str::to_owned), Arc::new(move || Box::new(look()) as Box<dyn Look<S>>));
        Self { operation, collection, look, timeout, pauses, interval: None, at_least: None, on_progress: None }
    }

    /// Sets the pause between two looks. Default: short at first, up to two seconds later.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for zero, when the wait is awaited.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// # use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let wait = articles.wait_until_indexed(Duration::from_secs(3600));
    /// wait.interval(Duration::from_secs(30)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Calls a function with each state, also with the last one. A second function replaces the
    /// first.
    ///
    /// It runs between two looks, so it should return soon.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// # use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let wait = client.wait_until_ready(Duration::from_secs(60));
    /// wait.on_progress(|state| println!("{state}")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_progress(mut self, report: impl Fn(&S) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
    }

    /// Refuses an interval that would keep the server busy.
    fn check(&self) -> Result<()> {
        match self.interval {
            Some(Duration::ZERO) => Err(Error::validation("interval", "must be longer than zero")),
            _ => Ok(()),
        }
    }
}

impl Wait<IndexingStatus> {
    /// Waits until there are at least this many objects, too. For objects that are still being
    /// imported, perhaps by another process.
    ///
    /// The nodes report objects late, see [`IndexingStatus::objects`]. Once no vector is queued and
    /// they report too few, the client counts the objects with an aggregation. The server does not
    /// aggregate over all tenants: on the handle of a collection with multi-tenancy, the wait lasts
    /// until the nodes report enough.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// # use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let wait = articles.wait_until_indexed(Duration::from_secs(3600));
    /// wait.at_least(1_000_000).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn at_least(mut self, objects: u64) -> Self {
        self.at_least = Some(objects);
        self
    }
}

impl<S: Send + 'static> Wait<S> {
    /// Returns a stream of the states. It ends with the state that the wait is for, or with an
    /// error.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let limit = Duration::from_secs(60);
    /// let wait = orders.tenants().wait_for_status(["ann", "bob"], TenantStatus::Active, limit);
    /// let mut states = wait.stream();
    /// while let Some(state) = states.next().await {
    ///     println!("{} tenants are active", state?.reached);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> States<S> {
        States::new(self)
    }
}

// Not derived, which would require `S: Clone`.
impl<S> Clone for Wait<S> {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation,
            collection: self.collection.clone(),
            look: Arc::clone(&self.look),
            timeout: self.timeout,
            pauses: self.pauses,
            interval: self.interval,
            at_least: self.at_least,
            on_progress: self.on_progress.clone(),
        }
    }
}

impl<S> fmt::Debug for Wait<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("operation", &self.operation)
            .field("collection", &self.collection)
            .field("timeout", &self.timeout)
            .field("interval", &self.interval)
            .field("at_least", &self.at_least)
            .finish_non_exhaustive()
    }
}

impl<S: Send + 'static> IntoFuture for Wait<S> {
    type Output = Result<S>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<S>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let operation = self.operation;
            let (mut states, mut last) = (self.stream(), None);
            while let Some(state) = states.next().await {
                last = Some(state?);
            }
            last.ok_or_else(|| Error::decode("the wait saw no state").in_operation(operation, None))
        })
    }
}

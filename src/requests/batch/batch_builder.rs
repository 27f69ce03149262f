//! Builder of a batch: its mode, its bounds, and what becomes of failures.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::any_lane::Queued;
use super::core::{Core, CoreSettings};
use super::driver::{self, BatchHooks, Shared};
use super::handle::BatchHandle;
use super::pace::Pace;
use super::settlement::ItemRetries;
use crate::call::{CallOptions, call_options};
use crate::error::{Error, Result, check_runtime};
use crate::options::RetryPolicy;
use crate::transport::Transport;
use crate::values::batch::{BatchFailure, BatchMode, BatchProgress, RateLimit};

const LINGER: Duration = Duration::from_millis(100);
const MAX_QUEUED_OBJECTS: usize = 10_000;
const MAX_QUEUED_BYTES: usize = 8 << 20;
const KEEP_FAILURES: usize = 1_000;

/// More patient than the policy of single calls: an import should outlive the restart of a server.
const RETRIES: RetryPolicy = RetryPolicy {
    max_attempts: 12,
    backoff: Duration::from_millis(500),
    max_backoff: Duration::from_secs(30),
    max_elapsed: None,
    attempt_timeout: None,
    budget: 0,
};

/// Builder of a batch, returned by [`Collection::batch`](crate::Collection::batch) and
/// [`Client::batch`](crate::Client::batch).
///
/// Nothing has to be set. [`start`](Self::start) starts the batch; `import` starts it, adds all
/// objects and finishes it.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
/// let report = articles.batch().dynamic().import_from(objects).await?;
/// println!("{} stored in {:?}", report.objects().stored, report.elapsed());
/// # Ok(())
/// # }
/// ```
#[must_use = "a batch takes objects once it is started"]
pub struct BatchBuilder<B: BatchKind> {
    pub(super) kind: B::Start,
    pub(super) options: CallOptions,
    mode: BatchMode,
    settings: CoreSettings,
    collect_failures: bool,
    pub(super) allow_lossy_integers: bool,
    hooks: BatchHooks<B::Properties>,
}

mod sealed {
    /// A kind of batch that this crate has.
    #[expect(unnameable_types, reason = "seals the public trait")]
    pub trait BatchKind {
        /// What a batch of this kind needs to start.
        type Start;
    }
}

pub(super) use sealed::BatchKind as SealedKind;

/// A kind of batch: [`Batch`](crate::batch::Batch) of a collection, or
/// [`ClientBatch`](crate::batch::ClientBatch). It cannot be implemented outside of this crate.
pub trait BatchKind: SealedKind {
    /// The properties of objects in its report.
    type Properties: Send + 'static;
}

impl<B: BatchKind> BatchBuilder<B> {
    pub(super) fn of(kind: B::Start, options: CallOptions) -> Self {
        Self {
            kind,
            options,
            mode: BatchMode::Auto,
            settings: CoreSettings {
                linger: LINGER,
                max_queued: Queued { count: MAX_QUEUED_OBJECTS, bytes: MAX_QUEUED_BYTES },
                retries: ItemRetries { policy: RETRIES, random: fastrand::f64 },
                keep_failures: KEEP_FAILURES,
                refuse_duplicates: false,
                stop_on_first_error: false,
            },
            collect_failures: false,
            allow_lossy_integers: false,
            hooks: BatchHooks { retry_rule: None, on_progress: None, on_further_failure: None },
        }
    }

    /// Leaves the mode to the client. This is the default.
    ///
    /// See [`BatchMode::Auto`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().auto().start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn auto(self) -> Self {
        self.mode(BatchMode::Auto)
    }

    /// Lets size and number of the messages follow what the server can take.
    ///
    /// Messages grow to 1,000 objects while they are answered within half a second, and shrink when
    /// one takes longer than a second. The first ones have 250 objects, or 48 for a collection whose
    /// vectors the server makes, where a message may take ten seconds. There are 2 to 8 in flight: one
    /// more is kept if it brings more objects per second. Both are halved when the server, or a model provider behind
    /// it, wants less.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().dynamic().start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn dynamic(self) -> Self {
        self.mode(BatchMode::Dynamic)
    }

    /// Sets a constant number of objects in a message, and of messages in flight.
    ///
    /// A message is sent before it has as many objects if it reaches 1.5 MB, or 1 MB over REST.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// articles.batch().fixed(500, 4).import_from(objects).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The start fails with [`Validation`](crate::ErrorKind::Validation) for a 0, and for more than
    /// 1,000 messages in flight.
    #[doc(alias = "fixed_size")]
    pub fn fixed(self, size: usize, concurrency: usize) -> Self {
        self.mode(BatchMode::Fixed { size, concurrency })
    }

    /// Limits requests, objects and tokens per minute, for the rate limit of a model provider.
    ///
    /// ```no_run
    /// use weaviate::batch::RateLimit;
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let limit = RateLimit::objects_per_minute(5_000).and_tokens(90_000);
    /// articles.batch().rate_limited(limit).import_from(objects).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "rate_limit")]
    pub fn rate_limited(self, limit: RateLimit) -> Self {
        self.mode(BatchMode::RateLimited(limit))
    }

    /// Sets the mode by a value. Default: [`BatchMode::Auto`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// use weaviate::batch::BatchMode;
    ///
    /// let batch = articles.batch().mode(BatchMode::Fixed { size: 200, concurrency: 2 }).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn mode(mut self, mode: BatchMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets how long an object waits for others before a message is sent that is not full. Default:
    /// 100 ms.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().linger(std::time::Duration::from_secs(1)).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn linger(mut self, linger: Duration) -> Self {
        self.settings.linger = linger.min(MAX_LINGER);
        self
    }

    /// Sets how many objects the batch takes before they are sent: beyond that, `add` waits.
    /// Default: 10,000.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().max_queued_objects(50_000).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_queued_objects(mut self, objects: usize) -> Self {
        self.settings.max_queued.count = objects;
        self
    }

    /// Sets how many encoded bytes the batch takes before they are sent: beyond that, `add` waits.
    /// Default: 8 MiB.
    ///
    /// Messages in flight come on top. A single larger object is taken.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().max_queued_bytes(64 << 20).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_queued_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_queued.bytes = bytes;
        self
    }

    /// Sets how many failures the report keeps, with their items. Default: 1,000.
    ///
    /// Further ones go to [`on_further_failure`](Self::on_further_failure). Without that, only the
    /// counts tell of them. 0 gives all of them to the function.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().keep_failures(10).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn keep_failures(mut self, failures: usize) -> Self {
        self.settings.keep_failures = failures;
        self
    }

    /// Sets a function for the failures that the report does not keep, for example to write their
    /// items to a file. Default: none.
    ///
    /// It is called between messages, so it should be quick.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().keep_failures(0).on_further_failure(|failure| eprintln!("{failure}"));
    /// let report = batch.collect_failures().import_from(objects).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_further_failure(mut self, sink: impl Fn(BatchFailure<B::Properties>) + Send + Sync + 'static) -> Self {
        self.hooks.on_further_failure = Some(Box::new(sink));
        self
    }

    /// Sets a function that is called after each message, for example for a progress bar. Default:
    /// none.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().on_progress(|progress| println!("{} stored", progress.objects.stored)).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_progress(mut self, listener: impl Fn(&BatchProgress) + Send + Sync + 'static) -> Self {
        self.hooks.on_progress = Some(Box::new(listener));
        self
    }

    /// Returns the report of a batch with failures as a success. Default: as a
    /// [`BatchError`](crate::batch::BatchError).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let report = articles.batch().collect_failures().import_from(objects).await?;
    /// println!("{} failed", report.objects().failed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn collect_failures(mut self) -> Self {
        self.collect_failures = true;
        self
    }

    /// Sends nothing more after the first item that fails. Default: the others are sent.
    ///
    /// Items that are not sent yet fail with the outcome
    /// [`NotSent`](crate::error::Outcome::NotSent). What is in flight is carried out.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// articles.batch().stop_on_first_error().import_from(objects).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stop_on_first_error(mut self) -> Self {
        self.settings.stop_on_first_error = true;
        self
    }

    /// Refuses an object whose id is that of another one in the batch that is not stored yet.
    /// Default: it waits for the other one, and replaces it.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().refuse_duplicates().start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuse_duplicates(mut self) -> Self {
        self.settings.refuse_duplicates = true;
        self
    }

    /// Sends integers beyond ±2^53, which the server rounds. Default: off.
    ///
    /// See [`Insert::allow_lossy_integers`](crate::data::Insert::allow_lossy_integers).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().allow_lossy_integers(true).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_lossy_integers(mut self, allow: bool) -> Self {
        self.allow_lossy_integers = allow;
        self
    }

    /// Adds a rule for errors of single items and of messages: those for which it returns `true` are
    /// sent again. Default: those that [`Error::is_retryable`] knows.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().retry_item_if(|error| {
    ///     error.server_message().is_some_and(|text| text.starts_with("model is warming up"))
    /// });
    /// batch.import_from(objects).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn retry_item_if(mut self, rule: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.hooks.retry_rule = Some(Arc::new(rule));
        self
    }

    call_options!(options);

    /// Checks the settings, and starts the task of the batch.
    pub(super) fn launch(
        mut self,
        transport: &Transport,
    ) -> Result<(BatchHandle<B::Properties>, B::Start, CallOptions)> {
        check_runtime()?;
        self.mode.check()?;
        self.options.check()?;
        let Queued { count, bytes } = self.settings.max_queued;
        for (field, value) in [("max_queued_objects", count), ("max_queued_bytes", bytes)] {
            if value == 0 {
                return Err(Error::validation(field, "must be 1 or more, got 0: the batch would never take anything"));
            }
        }
        if let Some(policy) = self.options.retry.or_else(|| transport.own_retry_policy()) {
            self.settings.retries.policy = policy;
        }
        let core = Core::new(self.settings, Pace::new(&self.mode, Instant::now()));
        let shared = Arc::new(Shared::new(core, self.hooks));
        driver::start(&shared);
        Ok((BatchHandle::new(shared, self.collect_failures), self.kind, self.options))
    }
}

/// Beyond that, the clock could overflow.
const MAX_LINGER: Duration = Duration::from_secs(366 * 24 * 60 * 60);

impl<B: BatchKind> fmt::Debug for BatchBuilder<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchBuilder").field("mode", &self.mode).finish_non_exhaustive()
    }
}

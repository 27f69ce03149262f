//! Report of a batch, and the error made of it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::settlement::FailureSummary;
use crate::error::{Outcome, Verdict};
use crate::values::batch::{BatchFailure, BatchProgress, ItemCounts};
use crate::{Error, Result};

/// Report of a finished batch: counts, and failures with their items.
///
/// [`finish`](crate::batch::Batch::finish) returns it if everything is stored, or within a
/// [`BatchError`].
///
/// ```no_run
/// use weaviate::batch::Batch;
/// use weaviate::prelude::*;
///
/// # async fn example(batch: Batch<PropertyMap>) -> weaviate::Result<()> {
/// let report = batch.finish().await?;
/// println!("{} objects in {:?}", report.objects().stored, report.elapsed());
/// # Ok(())
/// # }
/// ```
pub struct BatchReport<P> {
    pub(super) progress: BatchProgress,
    pub(super) elapsed: Duration,
    pub(super) failures: Vec<BatchFailure<P>>,
    pub(super) summary: FailureSummary,
}

impl<P> BatchReport<P> {
    /// Returns the counts of objects.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// println!("{} stored", report.objects().stored);
    /// # }
    /// ```
    #[must_use]
    pub fn objects(&self) -> ItemCounts {
        self.progress.objects
    }

    /// Returns the counts of references that were added by themselves.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// println!("{} added", report.references().stored);
    /// # }
    /// ```
    #[must_use]
    pub fn references(&self) -> ItemCounts {
        self.progress.references
    }

    /// Returns the number of items that were sent again, each time counted.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// println!("{} sent again", report.retries());
    /// # }
    /// ```
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.progress.retries
    }

    /// Returns the time that the server has measured for the messages, summed up. Messages in flight
    /// at the same time count each. Zero over REST.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// println!("{:?} of the server", report.took());
    /// # }
    /// ```
    #[must_use]
    pub fn took(&self) -> Duration {
        self.progress.took
    }

    /// Returns the time from the start of the batch to its end.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// println!("{:?}", report.elapsed());
    /// # }
    /// ```
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the failures that the report keeps: those of items that are not stored, and of
    /// those whose fate is unknown.
    ///
    /// These are the first ones, as many as
    /// [`keep_failures`](crate::batch::BatchBuilder::keep_failures) says. The
    /// [counts](Self::objects) have all. A failure that a [`Tracked`](crate::batch::Tracked) has
    /// taken is not here.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// for failure in report.failures() {
    ///     eprintln!("{failure}");
    /// }
    /// # }
    /// ```
    pub fn failures(&self) -> &[BatchFailure<P>] {
        &self.failures
    }

    /// Returns the failures by value, to send their items again.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// let items: Vec<_> = report.into_failures().into_iter().map(|failure| failure.into_item()).collect();
    /// # }
    /// ```
    #[must_use]
    pub fn into_failures(self) -> Vec<BatchFailure<P>> {
        self.failures
    }

    /// Returns whether anything failed or is unknown.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// if report.has_failures() {
    ///     eprintln!("{} failed", report.objects().failed);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn has_failures(&self) -> bool {
        self.not_stored() > 0
    }

    fn not_stored(&self) -> u64 {
        [self.objects(), self.references()].iter().map(|counts| counts.failed + counts.unknown).sum()
    }

    /// Returns the report itself if everything is stored.
    ///
    /// ```
    /// # use weaviate::batch::BatchReport;
    /// # fn example(report: BatchReport<weaviate::PropertyMap>) {
    /// if let Err(error) = report.into_result() {
    ///     eprintln!("{error}");
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`BatchError`] with the report, if anything failed or is unknown.
    pub fn into_result(self) -> Result<Self, BatchError<P>> {
        if self.has_failures() { Err(BatchError { report: Box::new(self), not_started: None }) } else { Ok(self) }
    }

    /// Makes the error of the report.
    fn error(&self) -> Error {
        let (objects, references) = (self.objects(), self.references());
        let stored = objects.stored + references.stored;
        let total = objects.total() + references.total();
        let unknown = objects.unknown + references.unknown;
        let message = format!(
            "{} of {total} items {} stored{}",
            self.not_stored(),
            if unknown > 0 { "may not have been" } else { "were not" },
            self.summary.first.as_ref().map(|error| format!("; the first of them: {error}")).unwrap_or_default(),
        );
        let error = match &self.summary.first {
            Some(first) if stored == 0 => {
                let outcome = if self.summary.any_sent { Outcome::Refused } else { Outcome::NotSent };
                let verdict = Verdict { kind: first.kind(), outcome, transient: !self.summary.any_permanent };
                Error::new(verdict, message)
            }
            _ => Error::partial(message),
        };
        let error = if unknown > 0 { error.with_unknown_outcome() } else { error };
        let error = error.in_operation("batch", None);
        match &self.summary.first {
            Some(first) => error.with_source(Arc::clone(first)),
            None => error,
        }
    }
}

/// Prints the counts and the first error: thousands of failures do not belong in a log.
impl<P> fmt::Debug for BatchReport<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchReport")
            .field("objects", &self.objects())
            .field("references", &self.references())
            .field("failures", &self.failures.len())
            .field("first_error", &self.summary.first)
            .finish_non_exhaustive()
    }
}

/// Error of a batch of which not everything is stored, with its report.
///
/// `?` converts it into an [`Error`]: of kind [`Partial`](crate::ErrorKind::Partial) if something is
/// stored, otherwise of the kind of the first failure.
///
/// ```no_run
/// use weaviate::batch::{Batch, BatchItem};
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, batch: Batch<PropertyMap>) -> weaviate::Result<()> {
/// if let Err(error) = batch.finish().await {
///     eprintln!("{error}");
///     let again = error.into_report().into_failures().into_iter().filter_map(|failure| match failure.into_item() {
///         BatchItem::Object(object) => Some(object),
///         _ => None,
///     });
///     articles.data().insert_many(again).await?.into_result()?;
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "only its report lists the items that failed"]
pub struct BatchError<P> {
    report: Box<BatchReport<P>>,
    /// Why the batch could not start.
    not_started: Option<Error>,
}

impl<P> BatchError<P> {
    /// The error of a batch that could not start.
    pub(super) fn not_started(error: Error) -> Self {
        let report = BatchReport {
            progress: BatchProgress::default(),
            elapsed: Duration::ZERO,
            failures: Vec::new(),
            summary: FailureSummary::default(),
        };
        Self { report: Box::new(report), not_started: Some(error) }
    }

    /// Returns the report.
    ///
    /// ```
    /// # fn example(error: weaviate::batch::BatchError<()>) {
    /// eprintln!("{} failed", error.report().objects().failed);
    /// # }
    /// ```
    #[must_use]
    pub fn report(&self) -> &BatchReport<P> {
        &self.report
    }

    /// Returns the report by value.
    ///
    /// ```
    /// # fn example(error: weaviate::batch::BatchError<()>) {
    /// let failures = error.into_report().into_failures();
    /// # }
    /// ```
    #[must_use]
    pub fn into_report(self) -> BatchReport<P> {
        *self.report
    }
}

impl<P> fmt::Debug for BatchError<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BatchError").field(&self.report).finish()
    }
}

impl<P> fmt::Display for BatchError<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.not_started {
            Some(error) => error.fmt(f),
            None => self.report.error().fmt(f),
        }
    }
}

impl<P> StdError for BatchError<P> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.not_started {
            Some(error) => error.source(),
            None => self.report.summary.first.as_ref().map(|error| &**error as &(dyn StdError + 'static)),
        }
    }
}

impl<P> From<BatchError<P>> for Error {
    fn from(error: BatchError<P>) -> Self {
        error.not_started.unwrap_or_else(|| error.report.error())
    }
}

//! Error of an item that a batch did not accept.

use std::error::Error as StdError;
use std::fmt;

use crate::Error;
use crate::error::{ErrorKind, Verdict};

/// Error of an item that a batch did not accept, with the item.
///
/// `?` converts it into an [`Error`]. The batch goes on: the item is not in its counts, and can be
/// corrected and added again. [`is_batch_over`](Self::is_batch_over) tells an invalid item from a
/// batch that takes no more.
///
/// ```no_run
/// use weaviate::batch::Batch;
/// use weaviate::prelude::*;
///
/// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap) -> weaviate::Result<()> {
/// if let Err(refused) = batch.add(article).await {
///     if refused.is_batch_over() {
///         return Err(refused.into());
///     }
///     eprintln!("skipped: {refused}");
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "it has the item, which the batch did not accept"]
pub struct AddError<I> {
    item: Box<I>,
    error: Error,
    is_batch_over: bool,
}

impl<I> AddError<I> {
    pub(super) fn new(item: I, error: Error) -> Self {
        Self { item: Box::new(item), error, is_batch_over: false }
    }

    /// The batch takes no more: it is finished, or stopped for this reason.
    pub(super) fn ended(item: I, reason: Option<Error>) -> Self {
        let error = reason.unwrap_or_else(|| {
            let message = "the batch is finished: another handle has called `finish`; start a new batch";
            Error::new(Verdict::not_sent(ErrorKind::Configuration), message).in_operation("batch", None)
        });
        Self { item: Box::new(item), error, is_batch_over: true }
    }

    /// Returns the item.
    ///
    /// ```
    /// # use weaviate::batch::AddError;
    /// # use weaviate::data::NewObject;
    /// # fn example(refused: AddError<NewObject<weaviate::PropertyMap>>) {
    /// println!("{:?}", refused.item().properties());
    /// # }
    /// ```
    #[must_use]
    pub fn item(&self) -> &I {
        &self.item
    }

    /// Returns the item by value. An object has an id by now.
    ///
    /// ```
    /// # use weaviate::batch::AddError;
    /// # use weaviate::data::NewObject;
    /// # fn example(refused: AddError<NewObject<weaviate::PropertyMap>>) {
    /// let object = refused.into_item();
    /// # }
    /// ```
    #[must_use]
    pub fn into_item(self) -> I {
        *self.item
    }

    /// Returns the error.
    ///
    /// ```
    /// # use weaviate::batch::AddError;
    /// # use weaviate::data::NewObject;
    /// # fn example(refused: AddError<NewObject<weaviate::PropertyMap>>) {
    /// println!("{:?}", refused.error().field());
    /// # }
    /// ```
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// Returns whether the batch takes no more items, so that others would fail as well.
    ///
    /// ```
    /// # use weaviate::batch::AddError;
    /// # use weaviate::data::NewObject;
    /// # fn example(refused: AddError<NewObject<weaviate::PropertyMap>>) {
    /// if refused.is_batch_over() {
    ///     eprintln!("no more objects");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_batch_over(&self) -> bool {
        self.is_batch_over
    }

    pub(super) fn into_parts(self) -> (I, Error) {
        (*self.item, self.error)
    }
}

/// Prints all but the item, because its properties do not belong in logs.
impl<I> fmt::Debug for AddError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddError").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<I> fmt::Display for AddError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<I> StdError for AddError<I> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

impl<I> From<AddError<I>> for Error {
    fn from(refused: AddError<I>) -> Self {
        refused.error
    }
}

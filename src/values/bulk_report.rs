//! Reports of bulk requests, whose items are sent in several messages, one after the other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::data::NewObject;
use super::tenants::NewTenant;
use crate::error::{Outcome, Verdict};
use crate::{Error, ErrorKind, Result, Uuid};

/// Error of one item of a bulk request: an object of an import, a reference or a tenant.
///
/// It keeps the item, so that it can be corrected and sent again. `Debug` does not print the item.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, objects: Vec<NewObject<PropertyMap>>) -> weaviate::Result<()> {
/// let report = articles.data().insert_many(objects).await?;
/// for error in report.errors() {
///     eprintln!("object {} ({}): {}", error.index(), error.id(), error.error());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ItemError<T> {
    index: usize,
    item: T,
    /// The error, shared by all items of a message that failed as a whole.
    error: Arc<Error>,
}

impl<T> ItemError<T> {
    /// Returns the position of the item in the request, from 0.
    ///
    /// ```
    /// # fn example(report: weaviate::data::BulkReport<()>) {
    /// let failed: Vec<usize> = report.errors().iter().map(|error| error.index()).collect();
    /// # }
    /// ```
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the item as it was given to the request.
    ///
    /// ```
    /// # use weaviate::data::{ItemError, NewObject};
    /// # use weaviate::PropertyMap;
    /// # fn example(error: ItemError<NewObject<PropertyMap>>) {
    /// println!("{:?}", error.item().properties());
    /// # }
    /// ```
    #[must_use]
    pub fn item(&self) -> &T {
        &self.item
    }

    /// Returns the item as an owned value, to correct it and send it again.
    ///
    /// ```no_run
    /// # use weaviate::data::{BulkReport, NewObject};
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, report: BulkReport<NewObject<PropertyMap>>) -> weaviate::Result<()> {
    /// let failed: Vec<_> = report.into_errors().into_iter().map(|error| error.into_item()).collect();
    /// let second_report = articles.data().insert_many(failed).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn into_item(self) -> T {
        self.item
    }

    /// Returns the text of the server for this item, unchanged, or the text of the error if the
    /// server sent none. One text of the server may be about several items.
    ///
    /// ```
    /// # fn example(error: weaviate::data::ItemError<()>) {
    /// eprintln!("item {}: {}", error.index(), error.message());
    /// # }
    /// ```
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        self.error.text()
    }

    /// Returns the kind of the error. See [`ErrorKind`].
    ///
    /// ```
    /// # use weaviate::ErrorKind;
    /// # fn example(error: weaviate::data::ItemError<()>) {
    /// let needs_correction = error.kind() == ErrorKind::Validation;
    /// # }
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Returns the outcome: whether the server may have applied the item in spite of the error.
    ///
    /// ```
    /// # use weaviate::error::Outcome;
    /// # fn example(error: weaviate::data::ItemError<()>) {
    /// let may_be_applied = error.outcome() == Outcome::Unknown;
    /// # }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.error.outcome()
    }

    /// Returns the complete error, with operation, collection and source.
    ///
    /// ```
    /// # fn example(error: weaviate::data::ItemError<()>) {
    /// eprintln!("{}", error.error());
    /// # }
    /// ```
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

/// Prints all but the item, because its properties do not belong in logs.
impl<T> fmt::Debug for ItemError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemError").field("index", &self.index).field("error", &self.error).finish_non_exhaustive()
    }
}

/// The server's answer to one message.
#[derive(Debug, Default)]
pub(crate) struct MessageResult {
    /// The refused items, by their position in the message.
    pub(crate) refused: Vec<(usize, Error)>,
    /// As the server measured it.
    pub(crate) took: Duration,
}

/// Collects what fails, message by message.
pub(crate) struct Failures<T> {
    operation: &'static str,
    collection: String,
    errors: Vec<ItemError<T>>,
    /// Number of messages that have been answered.
    messages: usize,
    /// Sum over the messages, as the server measured it.
    took: Duration,
    /// Error of all items after a message that failed.
    not_sent: Option<Arc<Error>>,
}

impl<T> Failures<T> {
    pub(crate) fn new(operation: &'static str, collection: &str) -> Self {
        let (collection, took) = (collection.to_owned(), Duration::ZERO);
        Self { operation, collection, errors: Vec::new(), messages: 0, took, not_sent: None }
    }

    /// Adds an item that cannot be sent.
    pub(crate) fn add(&mut self, index: usize, item: T, error: Error) {
        let error = self.in_operation(error);
        self.errors.push(ItemError { index, item, error });
    }

    fn in_operation(&self, error: Error) -> Arc<Error> {
        Arc::new(error.in_operation(self.operation, Some(&self.collection)))
    }

    /// Adds the result of a message with these items, or an error of the whole message.
    ///
    /// # Errors
    ///
    /// The error of the first message, if it failed as a whole: it is the error of the call.
    pub(crate) fn message(
        &mut self,
        items: impl IntoIterator<Item = (usize, T)>,
        answered: Result<MessageResult>,
    ) -> Result<()> {
        let refused = answered.map(|MessageResult { refused, took }| {
            self.took = self.took.saturating_add(took);
            refused.into_iter().map(|(position, error)| (position, self.in_operation(error))).collect()
        });
        self.shared(items, refused)
    }

    /// Adds the result of a message, in which several items may share one error. Otherwise as
    /// [`message`](Self::message).
    pub(crate) fn shared(
        &mut self,
        items: impl IntoIterator<Item = (usize, T)>,
        refused: Result<Vec<(usize, Arc<Error>)>>,
    ) -> Result<()> {
        match refused {
            Ok(refused) if refused.is_empty() => {}
            Ok(refused) => {
                // The first of two errors for one item counts.
                let mut refused: HashMap<usize, Arc<Error>> = refused.into_iter().rev().collect();
                let items = items.into_iter().enumerate();
                self.errors.extend(items.filter_map(|(position, (index, item))| {
                    refused.remove(&position).map(|error| ItemError { index, item, error })
                }));
            }
            Err(error) if self.messages == 0 => return Err(error),
            Err(error) => {
                let text = format!(
                    "not sent, because an earlier message of the same call failed; send this item again. The failure: {error}"
                );
                // What made the earlier message fail decides whether that may succeed.
                let verdict = Verdict { transient: error.is_retryable(), ..Verdict::not_sent(error.kind()) };
                let error = self.in_operation(error);
                self.not_sent = Some(self.in_operation(Error::new(verdict, text).with_source(Arc::clone(&error))));
                let failed =
                    items.into_iter().map(|(index, item)| ItemError { index, item, error: Arc::clone(&error) });
                self.errors.extend(failed);
            }
        }
        self.messages += 1;
        Ok(())
    }

    /// Returns `true` after a message that failed as a whole: no more messages are sent.
    pub(crate) fn is_over(&self) -> bool {
        self.not_sent.is_some()
    }

    /// Adds the items after a message that failed.
    pub(crate) fn not_sent(&mut self, items: impl IntoIterator<Item = (usize, T)>) {
        let Some(error) = &self.not_sent else { return };
        let failed = items.into_iter().map(|(index, item)| ItemError { index, item, error: Arc::clone(error) });
        self.errors.extend(failed);
    }

    /// Returns the report of the items with these keys. `noun` and `verb` are those of its error text,
    /// such as `objects` and `stored`.
    pub(crate) fn report<K>(mut self, keys: Vec<K>, noun: &'static str, verb: &'static str) -> BulkReport<T, K> {
        // Cached: that sorts plain numbers, in the same code for all items.
        self.errors.sort_by_cached_key(ItemError::index);
        BulkReport { keys, errors: self.errors, took: self.took, noun, verb }
    }
}

/// Report of a bulk request with items `T`: objects of an import, references or tenants.
///
/// A bulk request succeeds even if items fail, so the report has to be read. `K` is the key of an
/// item: the id of an object, or the name of a tenant. See Weaviate's page on
/// [batch imports](https://docs.weaviate.io/weaviate/manage-objects/import).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let objects = ["Owls", "Kites"].map(|title| PropertyMap::from([("title", title)]));
/// let report = articles.data().insert_many(objects).await?;
/// println!("{} stored, {} failed", report.succeeded().count(), report.errors().len());
/// let ids = report.into_result()?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "batch")]
#[doc(alias = "import")]
#[derive(Clone, Debug)]
#[must_use = "only this report lists the items that failed"]
pub struct BulkReport<T, K = Uuid> {
    keys: Vec<K>,
    /// One for each item that failed, in the order of the items.
    errors: Vec<ItemError<T>>,
    took: Duration,
    /// Noun and verb of the error text, such as `objects` and `stored`.
    noun: &'static str,
    verb: &'static str,
}

impl<T, K> BulkReport<T, K> {
    /// Returns the keys of the items that succeeded, in the order of the request.
    ///
    /// ```
    /// # fn example(report: weaviate::data::BulkReport<()>) {
    /// for id in report.succeeded() {
    ///     println!("stored {id}");
    /// }
    /// # }
    /// ```
    pub fn succeeded(&self) -> impl Iterator<Item = &K> {
        let mut errors = self.errors.iter().map(ItemError::index).peekable();
        self.keys.iter().enumerate().filter_map(move |(index, key)| match errors.next_if_eq(&index) {
            Some(_) => None,
            None => Some(key),
        })
    }

    /// Returns the errors of the items that failed, or whose outcome is unknown.
    ///
    /// ```
    /// # fn example(report: weaviate::data::BulkReport<()>) {
    /// for error in report.errors() {
    ///     eprintln!("item {}: {}", error.index(), error.error());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn errors(&self) -> &[ItemError<T>] {
        &self.errors
    }

    /// Returns the errors as owned values, each with its item, to correct it and send it again.
    ///
    /// ```
    /// # use weaviate::data::{BulkReport, NewObject};
    /// # use weaviate::PropertyMap;
    /// # fn example(report: BulkReport<NewObject<PropertyMap>>) {
    /// let failed: Vec<_> = report.into_errors().into_iter().map(|error| error.into_item()).collect();
    /// # }
    /// ```
    #[must_use]
    pub fn into_errors(self) -> Vec<ItemError<T>> {
        self.errors
    }

    /// Returns `true` if any item failed.
    ///
    /// ```
    /// # fn example(report: weaviate::data::BulkReport<()>) {
    /// if report.has_errors() {
    ///     eprintln!("{} items failed", report.errors().len());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Returns the keys of all items if none failed.
    ///
    /// # Errors
    ///
    /// [`Partial`](crate::ErrorKind::Partial) if some items failed and some did not. Its outcome is
    /// [`Unknown`](crate::error::Outcome::Unknown): send the items of [`errors`](Self::errors) again, not the whole call.
    /// If all failed, the kind is that of the first error, and the error is transient only if all are. It quotes the
    /// first error only.
    ///
    /// ```
    /// # fn example(report: weaviate::data::BulkReport<()>) -> weaviate::Result<()> {
    /// let ids = report.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_result(self) -> Result<Vec<K>> {
        let Some(first) = self.errors.first() else { return Ok(self.keys) };
        let Self { keys, errors, noun, verb, .. } = &self;
        let (failed, of, index, message) = (errors.len(), keys.len(), first.index, &first.error);
        let unknown = errors.iter().any(|error| error.outcome() == Outcome::Unknown);
        let not = if unknown { "may not have been" } else { "were not" };
        let message = format!("{failed} of {of} {noun} {not} {verb}; the first of them, at index {index}: {message}");
        let error = if failed < of {
            Error::partial(message)
        } else {
            let not_sent = errors.iter().all(|error| error.outcome() == Outcome::NotSent);
            let outcome = if not_sent { Outcome::NotSent } else { Outcome::Refused };
            let transient = errors.iter().all(|error| error.error.is_retryable());
            Error::new(Verdict { kind: first.kind(), outcome, transient }, message)
        };
        let error = error.with_source(Arc::clone(&first.error));
        Err(if unknown { error.with_unknown_outcome() } else { error })
    }
}

impl<T> BulkReport<T> {
    /// Returns the ids of all items in the order of the request, including those that failed.
    ///
    /// The id of a reference is that of the object with the reference.
    ///
    /// ```
    /// # fn example(report: weaviate::data::BulkReport<()>) {
    /// println!("{} items were sent", report.ids().len());
    /// # }
    /// ```
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.keys
    }

    /// Returns the duration, as the server measured it: the sum over all messages that it answered.
    /// Zero over REST, which does not report it.
    ///
    /// What encoding and the network take is not part of it.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let report = articles.data().insert_many(objects).await?;
    /// println!("{} objects took {:?}", report.ids().len(), report.took());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }
}

impl<T> BulkReport<T, String> {
    /// Returns the names of all tenants in the order of the request, including those that failed.
    ///
    /// ```
    /// # fn example(report: weaviate::data::BulkReport<(), String>) {
    /// println!("{}", report.names().join(", "));
    /// # }
    /// ```
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.keys
    }
}

impl<P> ItemError<NewObject<P>> {
    /// Returns the id of the object that failed.
    ///
    /// ```
    /// # use weaviate::data::{ItemError, NewObject};
    /// # fn example(error: ItemError<NewObject<()>>) {
    /// eprintln!("{}: {}", error.id(), error.error());
    /// # }
    /// ```
    #[must_use]
    pub fn id(&self) -> Uuid {
        // The client assigns the id before it sends the object.
        self.item.id.unwrap_or_default()
    }
}

impl ItemError<NewTenant> {
    /// Returns the name of the tenant that failed.
    ///
    /// ```
    /// # fn example(error: weaviate::data::ItemError<weaviate::tenants::NewTenant>) {
    /// eprintln!("{}: {}", error.name(), error.error());
    /// # }
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.item.name
    }
}

#[cfg(test)]
mod tests;

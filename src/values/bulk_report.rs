//! The report of a request with many items, which are sent in several messages, one after the other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::data::NewObject;
use super::tenants::NewTenant;
use crate::error::{Outcome, Verdict};
use crate::{Error, ErrorKind, Result, Uuid};

/// One of many that failed, and why: an object of an import, a reference, a tenant.
#[derive(Clone)]
pub struct ItemError<T> {
    index: usize,
    item: T,
    /// Shared by all items of a message that failed as a whole.
    error: Arc<Error>,
}

impl<T> ItemError<T> {
    /// The position among those that were handed over, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// What was handed over.
    #[must_use]
    pub fn item(&self) -> &T {
        &self.item
    }

    /// The same, to be mended and sent again.
    #[must_use]
    pub fn into_item(self) -> T {
        self.item
    }

    /// What the server said of it, word for word, perhaps of several at once; where the server said nothing, what went wrong.
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        self.error.server_message().map_or_else(|| self.error.to_string().into(), Cow::from)
    }

    /// What can be done about it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Whether it may be done in spite of the error.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.error.outcome()
    }

    /// The error as a whole.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

/// Without the item, whose properties belong in no log.
impl<T> fmt::Debug for ItemError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemError").field("index", &self.index).field("error", &self.error).finish_non_exhaustive()
    }
}

/// Collects what fails, message by message.
pub(crate) struct Failures<T> {
    operation: &'static str,
    collection: String,
    errors: Vec<ItemError<T>>,
    /// How many messages have been answered.
    messages: usize,
    /// What is said of everything behind a message that failed.
    not_sent: Option<Arc<Error>>,
}

impl<T> Failures<T> {
    pub(crate) fn new(operation: &'static str, collection: &str) -> Self {
        Self { operation, collection: collection.to_owned(), errors: Vec::new(), messages: 0, not_sent: None }
    }

    /// An item that cannot be sent.
    pub(crate) fn add(&mut self, index: usize, item: T, error: Error) {
        let error = self.of_this(error);
        self.errors.push(ItemError { index, item, error });
    }

    fn of_this(&self, error: Error) -> Arc<Error> {
        Arc::new(error.in_operation(self.operation, Some(&self.collection)))
    }

    /// What came of a message with these items: what was refused of it, by the position in the message, or an error that
    /// concerns all. Of the first message, that is the error of the call.
    pub(crate) fn message(
        &mut self,
        items: impl IntoIterator<Item = (usize, T)>,
        refused: Result<Vec<(usize, Error)>>,
    ) -> Result<()> {
        let refused = refused
            .map(|refused| refused.into_iter().map(|(position, error)| (position, self.of_this(error))).collect());
        self.shared(items, refused)
    }

    /// The same where several may have been refused with one error.
    pub(crate) fn shared(
        &mut self,
        items: impl IntoIterator<Item = (usize, T)>,
        refused: Result<Vec<(usize, Arc<Error>)>>,
    ) -> Result<()> {
        match refused {
            Ok(refused) if refused.is_empty() => {}
            Ok(refused) => {
                // Of two errors for one item, the first counts.
                let mut refused: HashMap<usize, Arc<Error>> = refused.into_iter().rev().collect();
                let items = items.into_iter().enumerate();
                self.errors.extend(items.filter_map(|(position, (index, item))| {
                    refused.remove(&position).map(|error| ItemError { index, item, error })
                }));
            }
            Err(error) if self.messages == 0 => return Err(error),
            Err(error) => {
                let text = format!("not sent, because an earlier message of the same call failed: {error}");
                self.not_sent = Some(self.of_this(Error::new(Verdict::not_sent(error.kind()), text)));
                let error = self.of_this(error);
                let failed =
                    items.into_iter().map(|(index, item)| ItemError { index, item, error: Arc::clone(&error) });
                self.errors.extend(failed);
            }
        }
        self.messages += 1;
        Ok(())
    }

    /// Whether nothing more is to be sent.
    pub(crate) fn is_over(&self) -> bool {
        self.not_sent.is_some()
    }

    /// Items behind a message that failed.
    pub(crate) fn not_sent(&mut self, items: impl IntoIterator<Item = (usize, T)>) {
        let Some(error) = &self.not_sent else { return };
        let failed = items.into_iter().map(|(index, item)| ItemError { index, item, error: Arc::clone(error) });
        self.errors.extend(failed);
    }

    /// All that failed, in the order of the items.
    pub(crate) fn finish(mut self) -> Vec<ItemError<T>> {
        self.errors.sort_by_key(ItemError::index);
        self.errors
    }
}

/// The outcome of a request with many items: objects of an import, references, tenants. `K` is the key of an item: the id
/// of an object, the name of a tenant.
#[derive(Clone, Debug)]
#[must_use = "items that failed are listed here and nowhere else"]
pub struct BulkReport<T, K = Uuid> {
    keys: Vec<K>,
    /// In the order of the items, one for each that failed.
    errors: Vec<ItemError<T>>,
    /// The items and the verb in the words of the error, `objects` and `stored` for instance.
    what: &'static str,
    done: &'static str,
}

impl<T, K> BulkReport<T, K> {
    pub(crate) fn new(keys: Vec<K>, errors: Vec<ItemError<T>>, what: &'static str, done: &'static str) -> Self {
        Self { keys, errors, what, done }
    }

    /// Returns the keys of the items that succeeded, in the order in which they were handed over.
    pub fn succeeded(&self) -> impl Iterator<Item = &K> {
        let mut errors = self.errors.iter().map(ItemError::index).peekable();
        self.keys.iter().enumerate().filter_map(move |(index, key)| match errors.next_if_eq(&index) {
            Some(_) => None,
            None => Some(key),
        })
    }

    /// Returns the items that failed, or whose outcome is unknown.
    #[must_use]
    pub fn errors(&self) -> &[ItemError<T>] {
        &self.errors
    }

    /// Returns the items that failed, each with the item itself, ready to be corrected and sent again.
    #[must_use]
    pub fn into_errors(self) -> Vec<ItemError<T>> {
        self.errors
    }

    /// Whether any item failed.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Returns the keys of all items if none failed.
    ///
    /// # Errors
    ///
    /// [`Partial`](crate::ErrorKind::Partial) if an item failed. The error quotes the first one; read
    /// [`errors`](Self::errors) before if you need them all.
    pub fn into_result(self) -> Result<Vec<K>> {
        let Some(first) = self.errors.first() else { return Ok(self.keys) };
        let Self { keys, errors, what, done } = &self;
        let (failed, of, index, message) = (errors.len(), keys.len(), first.index, first.message());
        let message =
            format!("{failed} of {of} {what} were not {done}; the first of them is number {index}: {message}");
        let error = Error::partial(message).with_source(Arc::clone(&first.error));
        let unknown = errors.iter().any(|error| error.outcome() == Outcome::Unknown);
        Err(if unknown { error.with_unknown_outcome() } else { error })
    }
}

impl<T> BulkReport<T> {
    /// Returns the id of each item, in the order in which they were handed over, failed or not. The id of a reference is
    /// that of the object that refers.
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.keys
    }
}

impl<T> BulkReport<T, String> {
    /// Returns the name of each tenant, in the order in which they were handed over, failed or not.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.keys
    }
}

impl<P> ItemError<NewObject<P>> {
    /// Returns the id of the object.
    #[must_use]
    pub fn id(&self) -> Uuid {
        // It got one before it was sent.
        self.item.id.unwrap_or_default()
    }
}

impl ItemError<NewTenant> {
    /// Returns the name of the tenant.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.item.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Error {
        Error::new(Verdict::refused(ErrorKind::Validation), "").with_server_message(text)
    }

    fn lost() -> Error {
        Error::new(Verdict::unknown(ErrorKind::Connection), "lost")
    }

    #[test]
    fn each_item_has_its_own_error_and_comes_back() {
        let mut failures = Failures::new("insert many", "Owl");
        failures.message([(0, 'a'), (2, 'c')], Ok(Vec::new())).unwrap();
        failures.message([(3, 'd'), (4, 'e'), (6, 'g')], Ok(vec![(2, refused("x")), (0, refused("y"))])).unwrap();
        failures.add(1, 'b', Error::validation("n", "is no number"));
        assert!(!failures.is_over());
        failures.not_sent([(9, 'z')]);
        let errors = failures.finish();
        let seen: Vec<_> = errors.iter().map(|error| (error.index(), *error.item(), error.message())).collect();
        assert_eq!(seen[1..], [(3, 'd', "y".into()), (6, 'g', "x".into())]);
        assert_eq!((seen[0].0, seen[0].1), (1, 'b'));
        assert!(seen[0].2.contains("is no number"), "{}", seen[0].2);
        assert!(errors[1].error().to_string().contains("insert many"), "{}", errors[1].error());
        let report = BulkReport::new(vec![(); 7], errors.clone(), "objects", "stored");
        let error = report.into_result().unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Partial, Outcome::Refused));
        assert!(error.to_string().contains("3 of 7 objects were not stored; the first of them is number 1"), "{error}");
        assert_eq!(errors.into_iter().map(ItemError::into_item).collect::<String>(), "bdg");
    }

    #[test]
    fn behind_a_message_that_failed_nothing_is_sent() {
        let mut first = Failures::new("insert many", "Owl");
        assert_eq!(first.message([(0, 'a')], Err(lost())).unwrap_err().kind(), ErrorKind::Connection);

        let mut failures = Failures::new("insert many", "Owl");
        failures.message([(0, 'a')], Ok(Vec::new())).unwrap();
        failures.message([(1, 'b'), (2, 'c')], Err(lost())).unwrap();
        assert!(failures.is_over());
        failures.not_sent([(3, 'd')]);
        let errors = failures.finish();
        let outcomes: Vec<_> = errors.iter().map(|error| (*error.item(), error.outcome())).collect();
        assert_eq!(outcomes, [('b', Outcome::Unknown), ('c', Outcome::Unknown), ('d', Outcome::NotSent)]);
        assert!(errors[2].message().contains("lost"), "{}", errors[2].message());
        let report = BulkReport::new(vec![(); 4], errors, "objects", "stored");
        assert_eq!(report.into_result().unwrap_err().outcome(), Outcome::Unknown);
    }

    #[test]
    fn what_failed_is_shown_without_its_item() {
        let error = ItemError { index: 3, item: "hunter2", error: Arc::new(refused("x")) };
        assert!(!format!("{error:?} {error:#?}").contains("hunter2"));
    }

    #[test]
    fn an_item_without_an_error_has_succeeded() {
        let ids: Vec<_> = (0..5).map(Uuid::from_u128).collect();
        let mut failures = Failures::new("insert many", "Owl");
        for index in [4, 0, 2] {
            failures.add(index, NewObject::new(()).id(ids[index]), Error::validation("title", "must be text"));
        }
        let report = BulkReport::new(ids.clone(), failures.finish(), "objects", "stored");
        assert_eq!(report.succeeded().collect::<Vec<_>>(), [&ids[1], &ids[3]]);
        assert_eq!(report.errors().iter().map(ItemError::id).collect::<Vec<_>>(), [ids[0], ids[2], ids[4]]);
        assert_eq!(report.clone().into_errors()[1].item(), &NewObject::new(()).id(ids[2]));
        let error = report.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Partial);
        assert!(error.to_string().contains("3 of 5 objects were not stored"), "{error}");

        let report = BulkReport::<NewObject<()>>::new(ids.clone(), Vec::new(), "objects", "stored");
        assert!(!report.has_errors());
        assert_eq!(report.into_result().unwrap(), ids);
    }
}

//! Failures of a batch, each with its item.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Outcome;
use crate::values::data::{NewObject, NewReference};
use crate::values::target::Target;
use crate::{Error, ErrorKind, Result, Uuid};

/// Item of a batch: an object or a reference.
///
/// ```
/// use weaviate::batch::BatchItem;
///
/// fn title(item: &BatchItem<weaviate::PropertyMap>) -> Option<String> {
///     match item {
///         BatchItem::Object(object) => Some(format!("{:?}", object.properties().get("title")?)),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum BatchItem<P> {
    /// An object, always with an id.
    Object(NewObject<P>),
    /// A reference that was added by itself.
    Reference(NewReference),
}

impl<P> BatchItem<P> {
    /// Returns the id of the object, or of the object with the reference.
    ///
    /// ```
    /// # fn example(item: weaviate::batch::BatchItem<()>) {
    /// println!("{}", item.id());
    /// # }
    /// ```
    #[must_use]
    pub fn id(&self) -> Uuid {
        match self {
            // The batch assigns an id before it accepts an object.
            Self::Object(object) => object.id.unwrap_or_default(),
            Self::Reference(reference) => reference.from,
        }
    }

    pub(crate) fn map_properties<Q>(self, map: impl FnOnce(P) -> Q) -> BatchItem<Q> {
        match self {
            Self::Object(object) => BatchItem::Object(object.map_properties(map)),
            Self::Reference(reference) => BatchItem::Reference(reference),
        }
    }
}

/// Prints the id, because properties do not belong in logs.
impl<P> fmt::Debug for BatchItem<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Object(_) => "Object",
            Self::Reference(_) => "Reference",
        };
        f.debug_struct(kind).field("id", &self.id()).finish_non_exhaustive()
    }
}

/// Item of a batch that is not stored, or may not be, with the reason.
///
/// It keeps the item, so that it can be corrected and sent again. `Debug` does not print the item.
///
/// ```no_run
/// use weaviate::batch::BatchReport;
/// use weaviate::error::Outcome;
///
/// # fn example(report: BatchReport<weaviate::PropertyMap>) {
/// for failure in report.failures() {
///     let stored = if failure.outcome() == Outcome::Unknown { "may be stored" } else { "is not stored" };
///     eprintln!("{} {stored}: {}", failure.id(), failure.message());
/// }
/// # }
/// ```
#[must_use = "it has the item, which is not stored"]
pub struct BatchFailure<P> {
    pub(crate) item: BatchItem<P>,
    pub(crate) target: Target,
    /// The error, shared by all items of a message that failed as a whole.
    pub(crate) error: Arc<Error>,
    /// Whether the client made the id.
    pub(crate) own_id: bool,
    pub(crate) reread: Arc<dyn Reread<P>>,
}

/// Reads what is stored in the place of an item whose fate is unknown.
pub(crate) trait Reread<P>: Send + Sync {
    /// Reads the item. `own_id`: the client made its id.
    fn look(&self, item: &BatchItem<P>, own_id: bool) -> Rereading;
}

pub(crate) type Rereading = Pin<Box<dyn Future<Output = Result<SecondLook>> + Send>>;

/// What is in the place of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecondLook {
    /// The item.
    Stored,
    /// Another object with its id.
    Another,
    Missing,
}

impl<P> BatchFailure<P> {
    /// Returns the id of the object, or of the object with the reference.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// eprintln!("{}", failure.id());
    /// # }
    /// ```
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.item.id()
    }

    /// Returns the item as it was given to the batch, with its id.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// eprintln!("{:?}", failure.item());
    /// # }
    /// ```
    #[must_use]
    pub fn item(&self) -> &BatchItem<P> {
        &self.item
    }

    /// Returns the item by value, to correct it and add it again.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// let item = failure.into_item();
    /// # }
    /// ```
    pub fn into_item(self) -> BatchItem<P> {
        self.item
    }

    /// Returns the collection of the item.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// eprintln!("of {}", failure.collection());
    /// # }
    /// ```
    #[must_use]
    pub fn collection(&self) -> &str {
        self.target.collection()
    }

    /// Returns the tenant of the item, if it has one.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// eprintln!("of tenant {}", failure.tenant().unwrap_or("none"));
    /// # }
    /// ```
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.target.tenant()
    }

    /// Returns the text of the server for this item, unchanged, or the text of the error if the
    /// server sent none.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// eprintln!("{}", failure.message());
    /// # }
    /// ```
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        self.error.text()
    }

    /// Returns the kind of the error. See [`ErrorKind`].
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// let needs_correction = failure.kind() == weaviate::ErrorKind::Validation;
    /// # }
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Returns the outcome: [`Unknown`](Outcome::Unknown) if the item may be stored in spite of the
    /// error.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// let may_be_stored = failure.outcome() == weaviate::error::Outcome::Unknown;
    /// # }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.error.outcome()
    }

    /// Returns the complete error, with operation, collection and source.
    ///
    /// ```
    /// # use weaviate::batch::BatchFailure;
    /// # fn example(failure: BatchFailure<weaviate::PropertyMap>) {
    /// let again = failure.error().is_retryable();
    /// # }
    /// ```
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.outcome() == Outcome::Unknown
    }
}

/// Prints all but the item, because its properties do not belong in logs.
impl<P> fmt::Debug for BatchFailure<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchFailure").field("id", &self.id()).field("error", &self.error).finish_non_exhaustive()
    }
}

impl<P> fmt::Display for BatchFailure<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = match self.item {
            BatchItem::Object(_) => "object",
            BatchItem::Reference(_) => "reference of",
        };
        write!(f, "{noun} {}: {}", self.id(), self.error)
    }
}

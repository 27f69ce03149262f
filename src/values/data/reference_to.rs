//! Cross-references between objects.

use crate::Uuid;
use crate::values::collection_name::CollectionName;

/// Prefix of every beacon. The host is always `localhost`, on every server.
pub(crate) const BEACON: &str = "weaviate://localhost/";

/// Target of a cross-reference: an id, and the collection for properties that refer to several.
///
/// An id converts to it. See
/// [cross-references](https://docs.weaviate.io/weaviate/manage-collections/cross-references) in
/// Weaviate's documentation.
///
/// ```
/// use weaviate::Uuid;
/// use weaviate::data::ReferenceTo;
///
/// let author = ReferenceTo::new(Uuid::from_u128(1));
/// let publisher = ReferenceTo::in_collection("Publisher", Uuid::from_u128(2));
/// assert_eq!(publisher.id(), Uuid::from_u128(2));
/// assert_eq!(publisher.collection(), Some("Publisher"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceTo {
    pub(crate) collection: Option<String>,
    pub(crate) id: Uuid,
}

impl ReferenceTo {
    /// Creates a target in the only collection that the property refers to.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self { collection: None, id }
    }

    /// Creates a target in a named collection, for a property that refers to several.
    #[must_use]
    pub fn in_collection(collection: impl AsRef<str>, id: Uuid) -> Self {
        Self { collection: Some(CollectionName::new(collection.as_ref()).as_str().to_owned()), id }
    }
}

impl ReferenceTo {
    /// Returns the id of the target.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Returns the collection of the target, if it was named.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// Returns whether two texts name one collection. The server writes the first letter in upper case.
    pub(crate) fn is_same_collection(one: &str, other: &str) -> bool {
        CollectionName::new(one) == CollectionName::new(other)
    }

    /// Returns the beacon: the address of the target.
    pub(crate) fn beacon(&self) -> String {
        match &self.collection {
            Some(collection) => format!("{BEACON}{collection}/{}", self.id),
            None => format!("{BEACON}{}", self.id),
        }
    }
}

impl From<Uuid> for ReferenceTo {
    fn from(id: Uuid) -> Self {
        Self::new(id)
    }
}

/// Cross-reference to be added, for
/// [`Data::reference_add_many`](crate::data::Data::reference_add_many).
///
/// ```
/// use weaviate::Uuid;
/// use weaviate::data::{NewReference, ReferenceTo};
///
/// let (book, author) = (Uuid::from_u128(1), Uuid::from_u128(2));
/// let written_by = NewReference::new(book, "writtenBy", author);
/// assert_eq!((written_by.from(), written_by.property()), (book, "writtenBy"));
/// assert_eq!(written_by.to(), &ReferenceTo::new(author));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReference {
    pub(crate) from: Uuid,
    pub(crate) property: String,
    pub(crate) to: ReferenceTo,
}

impl NewReference {
    /// Creates a reference from a property of the object with this id to another object.
    #[must_use]
    pub fn new(from: Uuid, property: impl Into<String>, to: impl Into<ReferenceTo>) -> Self {
        Self { from, property: property.into(), to: to.into() }
    }

    /// Returns the id of the referring object.
    #[must_use]
    pub fn from(&self) -> Uuid {
        self.from
    }

    /// Returns the name of the reference property.
    #[must_use]
    pub fn property(&self) -> &str {
        &self.property
    }

    /// Returns the target.
    #[must_use]
    pub fn to(&self) -> &ReferenceTo {
        &self.to
    }
}

//! Cross-references of objects.

use std::borrow::Cow;

use bytes::Bytes;

use super::Hit;
use crate::values::data::ReferenceTo;
use crate::{PropertyMap, Uuid};

/// Cross-reference of an object: the address of its target and, where a request
/// [selected](crate::query::Selection) it, the object there.
///
/// It is what [`Hit::references`](crate::query::Hit::references) returns, and the type of a field of
/// a struct: see [`Properties`](crate::Properties#references). `T` is the type of the properties of
/// the target. serde writes and reads it as its [`beacon`](Self::beacon), without the object.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(books: Collection) -> weaviate::Result<()> {
/// let selection = Selection::of(["title"]).reference("writtenBy", Selection::of(["name"]));
/// for book in &books.query().bm25("owls").select(selection).await? {
///     for author in book.references("writtenBy") {
///         let name = author.object().and_then(|author| author.properties.get("name"));
///         println!("{:?} of {:?}: {name:?}", author.id(), author.collection());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Reference<T = PropertyMap> {
    target: ReferenceTarget,
    object: Option<Box<Hit<T>>>,
    /// The encoded object, to be read as another type. Not there without an object, and for structs.
    encoded: Option<EncodedReference>,
}

/// An object that can be read as another type, and the references that were requested of it.
#[derive(Clone, Debug)]
pub(crate) struct EncodedReference {
    pub(crate) message: Bytes,
    pub(crate) asked: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ReferenceTarget {
    Object(ReferenceTo),
    /// Beacon that does not name an object of this server.
    Beacon(String),
}

impl<T> Reference<T> {
    /// Creates a reference to an object of the collection that the property refers to.
    ///
    /// An id and a [`ReferenceTo`] convert to it, too.
    ///
    /// ```
    /// use weaviate::Uuid;
    /// use weaviate::prelude::*;
    ///
    /// let author: Reference = Reference::new(Uuid::from_u128(1));
    /// assert_eq!(author, Uuid::from_u128(1).into());
    /// ```
    #[must_use]
    pub fn new(to: impl Into<ReferenceTo>) -> Self {
        Self { target: ReferenceTarget::Object(to.into()), object: None, encoded: None }
    }

    /// Creates a reference to an object of a named collection, for a property that refers to
    /// several.
    ///
    /// ```
    /// use weaviate::Uuid;
    /// use weaviate::prelude::*;
    ///
    /// let publisher: Reference = Reference::in_collection("Publisher", Uuid::from_u128(1));
    /// assert_eq!(publisher.collection(), Some("Publisher"));
    /// ```
    #[must_use]
    pub fn in_collection(collection: impl AsRef<str>, id: Uuid) -> Self {
        Self::new(ReferenceTo::in_collection(collection, id))
    }

    pub(crate) fn unreadable(beacon: String) -> Self {
        Self { target: ReferenceTarget::Beacon(beacon), object: None, encoded: None }
    }

    pub(crate) fn with_object(mut self, object: Hit<T>, encoded: Option<EncodedReference>) -> Self {
        self.object = Some(Box::new(object));
        self.encoded = encoded;
        self
    }

    /// Returns the target, in the form that adds or deletes references.
    ///
    /// `None` if the client cannot parse the server's [`beacon`](Self::beacon).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(books: Collection, book: Hit<PropertyMap>) -> weaviate::Result<()> {
    /// for author in book.references("writtenBy").iter().filter_map(|author| author.to()) {
    ///     books.data().reference_delete(book.id, "writtenBy", author.clone()).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to(&self) -> Option<&ReferenceTo> {
        match &self.target {
            ReferenceTarget::Object(to) => Some(to),
            ReferenceTarget::Beacon(_) => None,
        }
    }

    /// Returns the id of the target.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        self.to().map(ReferenceTo::id)
    }

    /// Returns the collection of the target.
    ///
    /// `None` also for a reference that was stored without a collection: it points to the one
    /// collection of the property.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.to().and_then(ReferenceTo::collection)
    }

    /// Returns the beacon: the server's address `weaviate://localhost/{collection}/{id}`.
    ///
    /// ```
    /// use weaviate::Uuid;
    /// use weaviate::prelude::*;
    ///
    /// let author: Reference = Reference::in_collection("Author", Uuid::from_u128(1));
    /// assert_eq!(author.beacon(), "weaviate://localhost/Author/00000000-0000-0000-0000-000000000001");
    /// ```
    #[must_use]
    pub fn beacon(&self) -> Cow<'_, str> {
        match &self.target {
            ReferenceTarget::Object(to) => Cow::Owned(to.beacon()),
            ReferenceTarget::Beacon(beacon) => Cow::Borrowed(beacon),
        }
    }

    /// Returns the object that the reference leads to, with its metadata, vectors and references.
    ///
    /// `None` if the request did not select anything of it but the id, and for objects that were
    /// read over REST, which returns addresses alone.
    #[must_use]
    pub fn object(&self) -> Option<&Hit<T>> {
        self.object.as_deref()
    }

    /// Returns the object by value.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(author: Reference) {
    /// let author: Option<Hit<PropertyMap>> = author.into_object();
    /// # }
    /// ```
    #[must_use]
    pub fn into_object(self) -> Option<Hit<T>> {
        self.object.map(|object| *object)
    }

    pub(crate) fn encoded(&self) -> Option<&EncodedReference> {
        self.encoded.as_ref()
    }
}

/// Compares the targets and the objects.
impl<T: PartialEq> PartialEq for Reference<T> {
    fn eq(&self, other: &Self) -> bool {
        self.target == other.target && self.object == other.object
    }
}

impl<T> From<ReferenceTo> for Reference<T> {
    fn from(to: ReferenceTo) -> Self {
        Self::new(to)
    }
}

impl<T> From<Uuid> for Reference<T> {
    fn from(id: Uuid) -> Self {
        Self::new(id)
    }
}

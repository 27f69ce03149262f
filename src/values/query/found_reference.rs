//! Cross-references of objects that were read.

use std::borrow::Cow;

use crate::Uuid;
use crate::values::data::ReferenceTo;

/// Cross-reference of an object that was read, see
/// [`Hit::references`](crate::query::Hit::references).
///
/// ```no_run
/// # use weaviate::prelude::*;
/// # async fn example(books: Collection, id: Uuid) -> weaviate::Result<()> {
/// if let Some(book) = books.data().get(id).await? {
///     for author in book.references("writtenBy") {
///         println!("{:?} of {:?}, beacon {}", author.id(), author.collection(), author.beacon());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    target: ReferenceTarget,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ReferenceTarget {
    Object(ReferenceTo),
    /// Beacon that does not name an object of this server.
    Beacon(String),
}

impl Reference {
    pub(crate) fn new(to: ReferenceTo) -> Self {
        Self { target: ReferenceTarget::Object(to) }
    }

    pub(crate) fn unreadable(beacon: String) -> Self {
        Self { target: ReferenceTarget::Beacon(beacon) }
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
    #[must_use]
    pub fn beacon(&self) -> Cow<'_, str> {
        match &self.target {
            ReferenceTarget::Object(to) => Cow::Owned(to.beacon()),
            ReferenceTarget::Beacon(beacon) => Cow::Borrowed(beacon),
        }
    }
}

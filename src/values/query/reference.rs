//! What an object that was read refers to.

use std::borrow::Cow;

use crate::Uuid;
use crate::values::data::ReferenceTo;

/// A reference of an object that was read, see [`Hit::references`](crate::query::Hit::references).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    target: Target,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Object(ReferenceTo),
    /// An address that says something else than an object of this server.
    Beacon(String),
}

impl Reference {
    pub(crate) fn new(to: ReferenceTo) -> Self {
        Self { target: Target::Object(to) }
    }

    pub(crate) fn odd(beacon: String) -> Self {
        Self { target: Target::Beacon(beacon) }
    }

    /// The object it points to, ready to be referred to by another, or to no longer be. `None` if the server's address for
    /// it is none that this client understands; that is in [`beacon`](Self::beacon).
    #[must_use]
    pub fn to(&self) -> Option<&ReferenceTo> {
        match &self.target {
            Target::Object(to) => Some(to),
            Target::Beacon(_) => None,
        }
    }

    /// The id of the object it points to.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        self.to().map(ReferenceTo::id)
    }

    /// The collection of the object it points to. `None` also where the reference was made without one, which means the one
    /// that the property refers to.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.to().and_then(ReferenceTo::collection)
    }

    /// Its address in the server's notation, `weaviate://localhost/{collection}/{id}`.
    #[must_use]
    pub fn beacon(&self) -> Cow<'_, str> {
        match &self.target {
            Target::Object(to) => Cow::Owned(to.beacon()),
            Target::Beacon(beacon) => Cow::Borrowed(beacon),
        }
    }
}

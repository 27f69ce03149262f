//! References between objects.

use crate::Uuid;
use crate::values::collection_name::CollectionName;

/// What the address of an object begins with, wherever the server is.
pub(crate) const BEACON: &str = "weaviate://localhost/";

/// An object that another refers to. An id alone is one, too, where the property refers to a single collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceTo {
    pub(crate) collection: Option<String>,
    pub(crate) id: Uuid,
}

impl ReferenceTo {
    /// An object of the one collection that the property refers to.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self { collection: None, id }
    }

    /// An object of this collection, for a property that refers to several.
    #[must_use]
    pub fn in_collection(collection: impl AsRef<str>, id: Uuid) -> Self {
        Self { collection: Some(CollectionName::new(collection.as_ref()).as_str().to_owned()), id }
    }
}

impl ReferenceTo {
    /// The id of the object.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The collection of the object, if it was named.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// The object's address.
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

/// A reference to be added, see [`Data::reference_add_many`](crate::data::Data::reference_add_many).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReference {
    pub(crate) from: Uuid,
    pub(crate) property: String,
    pub(crate) to: ReferenceTo,
}

impl NewReference {
    /// From a property of the object of this id to another object.
    #[must_use]
    pub fn new(from: Uuid, property: impl Into<String>, to: impl Into<ReferenceTo>) -> Self {
        Self { from, property: property.into(), to: to.into() }
    }

    /// The object that is to refer.
    #[must_use]
    pub fn from(&self) -> Uuid {
        self.from
    }

    /// By which of its properties.
    #[must_use]
    pub fn property(&self) -> &str {
        &self.property
    }

    /// What it is to refer to.
    #[must_use]
    pub fn to(&self) -> &ReferenceTo {
        &self.to
    }
}

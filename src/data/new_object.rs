//! An object before it is stored.

use crate::{Uuid, Vector, Vectors};

/// An object to be stored: its properties and, if wanted, an id and vectors of its own.
///
/// ```
/// use weaviate::{NewObject, PropertyMap, Uuid};
///
/// let object = NewObject::new(PropertyMap::from([("title", "Of crabs and gophers")]))
///     .id(Uuid::from_u128(0xc0ffee))
///     .named_vector("title", vec![0.1, 0.9])
///     .named_vector("body", vec![0.3, 0.2, 0.5]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an object is stored when it is inserted"]
pub struct NewObject<P> {
    pub(crate) properties: P,
    pub(crate) id: Option<Uuid>,
    pub(crate) unnamed: Option<Vector>,
    pub(crate) vectors: Vectors,
}

/// What a collection calls its vector if nobody names it.
pub(super) const DEFAULT: &str = "default";

impl<P> NewObject<P> {
    /// An object with these properties.
    pub fn new(properties: P) -> Self {
        Self { properties, id: None, unnamed: None, vectors: Vectors::new() }
    }

    /// Its id. Without one, a random id is made. An object that has the id already is replaced.
    pub fn id(mut self, id: Uuid) -> Self {
        self.id = Some(id);
        self
    }

    /// Its one vector, for a collection whose vector was not given a name and is therefore called `default`.
    pub fn vector(self, vector: impl Into<Vector>) -> Self {
        self.named_vector(DEFAULT, vector)
    }

    /// Its vector of that name. A multi-vector is a `Vec<Vec<f32>>`.
    pub fn named_vector(mut self, name: impl Into<String>, vector: impl Into<Vector>) -> Self {
        self.vectors.insert(name, vector);
        self
    }

    /// All its named vectors, in place of those set before.
    pub fn vectors(mut self, vectors: impl Into<Vectors>) -> Self {
        self.vectors = vectors.into();
        self
    }

    /// Its vector, for an old collection that was made without named vectors. Those refuse named ones, `default` among
    /// them; collections made by this crate have named ones.
    pub fn unnamed_vector(mut self, vector: impl Into<Vector>) -> Self {
        self.unnamed = Some(vector.into());
        self
    }
}

impl<P> From<P> for NewObject<P> {
    fn from(properties: P) -> Self {
        Self::new(properties)
    }
}

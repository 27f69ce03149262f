//! An object before it is stored.

use super::ReferenceTo;
use crate::Uuid;
use crate::values::types::{Vector, Vectors};

/// An object to be stored: its properties and, if wanted, an id, vectors and references.
///
/// ```
/// use weaviate::data::NewObject;
/// use weaviate::{PropertyMap, Uuid};
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
    /// By the property that refers.
    pub(crate) references: Vec<(String, ReferenceTo)>,
}

/// What a collection calls its vector if nobody names it.
pub(crate) const DEFAULT_VECTOR: &str = "default";

impl<P> NewObject<P> {
    /// An object with these properties.
    pub fn new(properties: P) -> Self {
        Self { properties, id: None, unnamed: None, vectors: Vectors::new(), references: Vec::new() }
    }

    /// Its properties, which can be mended where it was refused for them.
    #[must_use]
    pub fn properties(&self) -> &P {
        &self.properties
    }

    /// The same, to keep or to change.
    #[must_use]
    pub fn into_properties(self) -> P {
        self.properties
    }

    /// Its id. Without one, a random id is made. An object that has the id already is replaced.
    pub fn id(mut self, id: Uuid) -> Self {
        self.id = Some(id);
        self
    }

    /// Its one vector, for a collection whose vector was not given a name and is therefore called `default`.
    pub fn vector(self, vector: impl Into<Vector>) -> Self {
        self.named_vector(DEFAULT_VECTOR, vector)
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

    /// Lets a property of the object refer to an object that exists, beside those that it refers to already.
    ///
    /// Where the property refers to one collection, the id alone will do, and in imports nothing else will; where it refers
    /// to several, name one.
    ///
    /// ```
    /// use weaviate::data::{NewObject, ReferenceTo};
    /// use weaviate::{PropertyMap, Uuid};
    ///
    /// # fn example(ann: Uuid, bob: Uuid, press: Uuid) -> NewObject<PropertyMap> {
    /// NewObject::new(PropertyMap::from([("title", "Of crabs and gophers")]))
    ///     .reference("writtenBy", ann)
    ///     .reference("writtenBy", bob)
    ///     .reference("madeBy", ReferenceTo::in_collection("Publisher", press))
    /// # }
    /// ```
    pub fn reference(mut self, property: impl Into<String>, to: impl Into<ReferenceTo>) -> Self {
        self.references.push((property.into(), to.into()));
        self
    }
}

impl<P> From<P> for NewObject<P> {
    fn from(properties: P) -> Self {
        Self::new(properties)
    }
}

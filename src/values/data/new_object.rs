//! Objects that are not stored yet.

use std::borrow::Cow;

use super::ReferenceTo;
use crate::Uuid;
use crate::values::types::{Vector, Vectors};

/// Object to be stored: its properties and, optionally, an id, vectors and references.
///
/// The properties alone convert to it. Vectors must have the dimension of the vectors that the
/// collection has already. See
/// [create objects](https://docs.weaviate.io/weaviate/manage-objects/create) in Weaviate's
/// documentation.
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
    /// Targets by the name of the reference property.
    pub(crate) references: Vec<(String, ReferenceTo)>,
}

impl<P> NewObject<P> {
    /// Creates an object with these properties, without id, vectors and references.
    ///
    /// ```
    /// use weaviate::data::NewObject;
    /// use weaviate::PropertyMap;
    ///
    /// let article = PropertyMap::from([("title", "Owls")]);
    /// let object = NewObject::new(article);
    /// ```
    pub fn new(properties: P) -> Self {
        Self { properties, id: None, unnamed: None, vectors: Vectors::new(), references: Vec::new() }
    }

    /// Returns whether the request itself sets this vector.
    pub(crate) fn has_vector(&self, name: &str) -> bool {
        self.vectors.have(name, self.unnamed.as_ref())
    }

    /// Returns the properties.
    ///
    /// ```
    /// use weaviate::data::NewObject;
    /// use weaviate::PropertyMap;
    ///
    /// let object = NewObject::new(PropertyMap::from([("title", "Owls")]));
    /// assert!(object.properties().contains_key("title"));
    /// ```
    #[must_use]
    pub fn properties(&self) -> &P {
        &self.properties
    }

    /// Returns the properties by value, for example to correct an object that was refused.
    ///
    /// ```
    /// use weaviate::data::NewObject;
    /// use weaviate::PropertyMap;
    ///
    /// let object = NewObject::new(PropertyMap::from([("title", "Owls")]));
    /// let properties: PropertyMap = object.into_properties();
    /// ```
    #[must_use]
    pub fn into_properties(self) -> P {
        self.properties
    }

    /// Sets the id. Default: a random UUID, made by the client.
    ///
    /// [`insert_many`](crate::data::Data::insert_many) replaces an object with the same id;
    /// [`insert`](crate::data::Data::insert) refuses it.
    ///
    /// ```
    /// use weaviate::data::{NewObject, uuid5};
    /// use weaviate::PropertyMap;
    ///
    /// let article = PropertyMap::from([("title", "Owls")]);
    /// let object = NewObject::new(article).id(uuid5("Owls", "Article"));
    /// ```
    pub fn id(mut self, id: Uuid) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets the vector of a collection with one unnamed vector, which the server names `default`.
    ///
    /// ```
    /// use weaviate::data::NewObject;
    /// use weaviate::PropertyMap;
    ///
    /// let article = PropertyMap::from([("title", "Owls")]);
    /// let object = NewObject::new(article).vector([0.1, 0.9]);
    /// ```
    pub fn vector(mut self, vector: impl Into<Vector>) -> Self {
        self.vectors.set(Cow::Borrowed(Vectors::DEFAULT), vector.into());
        self
    }

    /// Sets a named vector. A multi-vector is a `Vec<Vec<f32>>`, and needs Weaviate 1.29.0.
    ///
    /// ```
    /// use weaviate::data::NewObject;
    /// use weaviate::PropertyMap;
    ///
    /// let article = PropertyMap::from([("title", "Owls")]);
    /// let object = NewObject::new(article).named_vector("title", [0.1, 0.9]);
    /// ```
    pub fn named_vector(mut self, name: impl Into<String>, vector: impl Into<Vector>) -> Self {
        self.vectors.insert(name, vector);
        self
    }

    /// Sets all named vectors. Replaces those that were set before.
    ///
    /// ```
    /// use weaviate::data::NewObject;
    /// use weaviate::types::Vectors;
    /// use weaviate::PropertyMap;
    ///
    /// # fn example(vectors: Vectors) {
    /// let article = PropertyMap::from([("title", "Owls")]);
    /// let object = NewObject::new(article).vectors(vectors);
    /// # }
    /// ```
    pub fn vectors(mut self, vectors: impl Into<Vectors>) -> Self {
        self.vectors = vectors.into();
        self
    }

    /// Sets the vector of an old collection that was created without named vectors.
    ///
    /// Such a collection refuses named vectors, also `default`. Collections that this crate creates
    /// always have named vectors.
    ///
    /// ```
    /// use weaviate::data::NewObject;
    /// use weaviate::PropertyMap;
    ///
    /// let article = PropertyMap::from([("title", "Owls")]);
    /// let object = NewObject::new(article).unnamed_vector([0.1, 0.9]);
    /// ```
    pub fn unnamed_vector(mut self, vector: impl Into<Vector>) -> Self {
        self.unnamed = Some(vector.into());
        self
    }

    /// Adds a cross-reference from a property to an existing object.
    ///
    /// The id alone is enough if the property refers to one collection; imports accept nothing else
    /// there. For a property that refers to several collections, name the collection.
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

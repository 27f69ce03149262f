//! Parts that requests on objects share: the draft of an object, and setters.

use std::fmt;

use serde::Serialize;

use super::{NewObject, ReferenceTo};
use crate::call::Call;
pub(super) use crate::scope::Scope;
use crate::values::server::Feature;
use crate::values::types::{Vector, Vectors};
use crate::wire::object;
use crate::wire::object::{Body, EncodedObject, Json, WrittenObject};
use crate::{Result, Uuid};

/// Parts of an object that a request writes. Its properties are encoded already.
#[derive(Clone)]
pub(super) struct Draft {
    object: EncodedObject,
    pub(super) allow_lossy_integers: bool,
    pub(super) unnamed: Option<Vector>,
    /// Vectors that replace those of the struct.
    pub(super) vectors: Vectors,
    /// References besides those of the struct.
    pub(super) references: Vec<(String, ReferenceTo)>,
}

impl Draft {
    pub(super) fn new<P: Serialize + ?Sized>(scope: &Scope, properties: &P) -> Self {
        Self {
            object: EncodedObject::new(properties, scope.layout),
            allow_lossy_integers: false,
            unnamed: None,
            vectors: Vectors::new(),
            references: Vec::new(),
        }
    }

    pub(super) fn of<P: Serialize>(scope: &Scope, object: NewObject<P>) -> Self {
        let NewObject { properties, id: _, unnamed, vectors, references } = object;
        Self { unnamed, vectors, references, ..Self::new(scope, &properties) }
    }

    /// Returns the object without what the setters add.
    pub(super) fn encoded(&self) -> Result<&WrittenObject> {
        Ok(self.object.get(self.allow_lossy_integers)?)
    }

    /// Returns the properties with the references.
    pub(super) fn properties(&self) -> Result<Json> {
        let mut json = self.encoded()?.json.clone();
        object::add_references(&mut json, &self.references)?;
        Ok(json)
    }

    /// Returns the vectors of the struct that the request does not set itself.
    fn vectors_of_struct(&self) -> Result<impl Iterator<Item = (&str, &Vector)>> {
        let vectors = self.encoded()?.vectors.iter();
        Ok(vectors.filter(|(name, _)| !self.vectors.have(name, self.unnamed.as_ref())))
    }

    /// Returns the request body, with these properties.
    pub(super) fn body(&self, scope: &Scope, id: Uuid, properties: Json) -> Result<Body> {
        let mut vectors = self.vectors.clone();
        for (name, vector) in self.vectors_of_struct()? {
            vectors.insert(name, vector);
        }
        object::check_kinds(scope.layout, &vectors)?;
        object::body(&scope.target, id, properties, self.unnamed.as_ref(), &vectors)
    }

    /// Refuses multi-vectors where the server does not know them.
    pub(super) async fn check(&self, scope: &Scope, call: &mut Call) -> Result<()> {
        let named = self.vectors.iter().chain(self.vectors_of_struct()?).map(|(_, vector)| vector);
        if self.unnamed.iter().chain(named).any(Vector::is_multi) {
            scope.transport.require_feature(call, Feature::MultiVectors).await?;
        }
        Ok(())
    }
}

/// Without properties, vectors and references, which belong in no log.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("allow_lossy_integers", &self.allow_lossy_integers).finish_non_exhaustive()
    }
}

/// Setters of all requests on objects.
macro_rules! scope_options {
    () => {
        /// Sets the consistency level: the number of replicas that must answer.
        ///
        /// Default: that of the collection's handle, otherwise the server's: `QUORUM`. See
        /// [replication](https://docs.weaviate.io/weaviate/concepts/replication-architecture) in
        /// Weaviate's documentation.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
        /// articles.data().delete(id).consistency_level(ConsistencyLevel::All).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn consistency_level(mut self, level: crate::values::types::ConsistencyLevel) -> Self {
            self.scope.target.level = Some(level);
            self
        }

        crate::call::call_options!(scope.options);
    };
}

/// Setters of all requests that carry an object.
macro_rules! draft_options {
    () => {
        /// Sends integers beyond ±2^53, which the server rounds. Default: off, they are refused.
        ///
        /// The server stores integers as 64-bit floats: 2^53 + 1 becomes 2^53. Integers from
        /// 2^63 − 512 on are always refused, because the server could not read them back.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let article = PropertyMap::from([("title", "Owls")]);
        /// articles.data().insert(article).allow_lossy_integers(true).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn allow_lossy_integers(mut self, allow: bool) -> Self {
            self.draft.allow_lossy_integers = allow;
            self
        }

        /// Sets the vector of a collection with one unnamed vector, which is called `default`.
        ///
        /// The vector must have the dimension of the vectors that the collection has already.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let article = PropertyMap::from([("title", "Owls")]);
        /// articles.data().insert(article).vector([0.1, 0.9]).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn vector(self, vector: impl Into<crate::values::types::Vector>) -> Self {
            self.named_vector(crate::values::types::Vectors::DEFAULT, vector)
        }

        /// Sets a named vector. A multi-vector is a `Vec<Vec<f32>>`, and needs Weaviate 1.29.0.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let article = PropertyMap::from([("title", "Owls")]);
        /// articles.data().insert(article).named_vector("title", [0.1, 0.9]).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn named_vector(
            mut self,
            name: impl Into<String>,
            vector: impl Into<crate::values::types::Vector>,
        ) -> Self {
            self.draft.vectors.insert(name, vector);
            self
        }

        /// Sets the vector of an old collection that was created without named vectors.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// let article = PropertyMap::from([("title", "Owls")]);
        /// articles.data().insert(article).unnamed_vector([0.1, 0.9]).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn unnamed_vector(mut self, vector: impl Into<crate::values::types::Vector>) -> Self {
            self.draft.unnamed = Some(vector.into());
            self
        }
    };
}

/// Setters of requests that carry a whole object.
macro_rules! reference_options {
    () => {
        /// Adds a cross-reference from a property to an existing object.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(books: Collection, author: Uuid) -> weaviate::Result<()> {
        /// let book = PropertyMap::from([("title", "Owls")]);
        /// books.data().insert(book).reference("writtenBy", author).await?;
        /// # Ok(())
        /// # }
        /// ```
        pub fn reference(
            mut self,
            property: impl Into<String>,
            to: impl Into<crate::values::data::ReferenceTo>,
        ) -> Self {
            self.draft.references.push((property.into(), to.into()));
            self
        }
    };
}

pub(super) use {draft_options, reference_options, scope_options};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PropertyMap;

    #[tokio::test]
    async fn debug_hides_properties_and_vectors() {
        let object = NewObject::new(PropertyMap::from([("password", "hunter2")])).vector([0.125]);
        let scope = Scope::new(crate::transport::Transport::for_tests(), "Owl");
        let shown = format!("{:?}", Draft::of(&scope, object));
        assert!(shown.starts_with("Draft") && !shown.contains("hunter2") && !shown.contains("0.125"), "{shown}");
    }
}

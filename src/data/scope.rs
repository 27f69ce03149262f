//! What the requests on objects have in common, beside their [`Scope`].

use serde::Serialize;

use super::{NewObject, ReferenceTo};
pub(super) use crate::scope::Scope;
use crate::transport::Call;
use crate::types::{Vector, Vectors};
use crate::wire::object::{self, Body, Json, Written};
use crate::{Feature, Result, Uuid};

/// What is to be written of an object. Its properties are encoded already.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    properties: Written,
    pub(super) allow_lossy_integers: bool,
    pub(super) unnamed: Option<Vector>,
    pub(super) vectors: Vectors,
    pub(super) references: Vec<(String, ReferenceTo)>,
}

impl Draft {
    pub(super) fn new<P: Serialize + ?Sized>(properties: &P) -> Self {
        Self {
            properties: Written::new(properties),
            allow_lossy_integers: false,
            unnamed: None,
            vectors: Vectors::new(),
            references: Vec::new(),
        }
    }

    pub(super) fn of<P: Serialize>(object: NewObject<P>) -> Self {
        let NewObject { properties, id: _, unnamed, vectors, references } = object;
        Self { unnamed, vectors, references, ..Self::new(&properties) }
    }

    pub(super) fn properties(&self) -> Result<Json> {
        let mut json = self.properties.json(self.allow_lossy_integers)?;
        object::refer(&mut json, &self.references)?;
        Ok(json)
    }

    /// What is sent of it, with the properties as they are now.
    pub(super) fn body(&self, scope: &Scope, id: Uuid, properties: Json) -> Result<Body> {
        let Scope { collection, tenant, .. } = scope;
        object::body(collection, tenant.as_deref(), id, properties, self.unnamed.as_ref(), &self.vectors)
    }

    /// Refuses multi-vectors where the server does not know them.
    pub(super) async fn check(&self, scope: &Scope, call: &mut Call) -> Result<()> {
        let mut all = self.unnamed.iter().chain(self.vectors.iter().map(|(_, vector)| vector));
        if all.any(Vector::is_multi) {
            scope.transport.require_feature(call, Feature::MultiVectors).await?;
        }
        Ok(())
    }
}

/// The setters of all requests on objects.
macro_rules! scope_options {
    () => {
        /// How many replicas have to answer, in place of what the collection's handle says.
        pub fn consistency_level(mut self, level: crate::ConsistencyLevel) -> Self {
            self.scope.level = Some(level);
            self
        }

        crate::transport::call_options!(scope.options);
    };
}

/// The setters of all requests that bring an object.
macro_rules! draft_options {
    () => {
        /// Whether integers beyond ±2^53 are sent all the same. The server, which keeps integers as 64-bit floats, rounds
        /// them: that of 2^53 + 1 is 2^53. What is so large that the server could not read it back stays refused: 2^63 − 512
        /// and more.
        pub fn allow_lossy_integers(mut self, allow: bool) -> Self {
            self.draft.allow_lossy_integers = allow;
            self
        }

        /// The object's one vector, for a collection whose vector was not given a name and is therefore called `default`.
        pub fn vector(self, vector: impl Into<crate::Vector>) -> Self {
            self.named_vector(super::new_object::DEFAULT, vector)
        }

        /// The object's vector of that name. A multi-vector is a `Vec<Vec<f32>>`.
        pub fn named_vector(mut self, name: impl Into<String>, vector: impl Into<crate::Vector>) -> Self {
            self.draft.vectors.insert(name, vector);
            self
        }

        /// The object's vector, for an old collection that was made without named vectors.
        pub fn unnamed_vector(mut self, vector: impl Into<crate::Vector>) -> Self {
            self.draft.unnamed = Some(vector.into());
            self
        }
    };
}

/// The setters of requests that bring an object as a whole.
macro_rules! reference_options {
    () => {
        /// Lets a property of the object refer to an object that exists, beside those that it refers to already.
        pub fn reference(mut self, property: impl Into<String>, to: impl Into<crate::ReferenceTo>) -> Self {
            self.draft.references.push((property.into(), to.into()));
            self
        }
    };
}

pub(super) use {draft_options, reference_options, scope_options};

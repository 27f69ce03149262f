//! What the requests on objects have in common, beside their [`Scope`].

use serde::Serialize;

pub(super) use crate::scope::Scope;
use crate::transport::Call;
use crate::types::{Vector, Vectors};
use crate::wire::object::{Fault, Json, properties};
use crate::{Feature, Result};

/// What is to be written of an object. Its properties are encoded already.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) properties: Result<Json, Fault>,
    pub(super) unnamed: Option<Vector>,
    pub(super) vectors: Vectors,
}

impl Draft {
    pub(super) fn new<P: Serialize + ?Sized>(of: &P) -> Self {
        Self { properties: properties(of), unnamed: None, vectors: Vectors::new() }
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

/// The setters of all requests that may bring vectors.
macro_rules! vector_options {
    () => {
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

pub(super) use {scope_options, vector_options};

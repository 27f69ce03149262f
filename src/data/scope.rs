//! What the requests on objects have in common.

use serde::Serialize;

use crate::headers::Headers;
use crate::transport::{Call, CallOptions, Idempotency, Place, Transport};
use crate::types::{Vector, Vectors};
use crate::wire::object::{Fault, Json, properties};
use crate::{Collection, ConsistencyLevel, Error, Feature, Result};

/// What a request knows of the handle that it was made of, and what was said for it alone.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) transport: Transport,
    pub(super) collection: String,
    pub(super) tenant: Option<String>,
    pub(super) level: Option<ConsistencyLevel>,
    headers: Headers,
    pub(super) options: CallOptions,
}

impl Scope {
    pub(super) fn new<P>(collection: &Collection<P>) -> Self {
        Self {
            transport: collection.transport().clone(),
            collection: collection.name().to_owned(),
            tenant: collection.tenant_name().map(str::to_owned),
            level: collection.level(),
            headers: collection.headers().clone(),
            options: CallOptions::default(),
        }
    }

    pub(super) fn call(&self, operation: &'static str, idempotency: Idempotency) -> Call {
        Call::new(operation, idempotency).collection(self.collection.as_str()).options(&self.headers, &self.options)
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place { collection: &self.collection, tenant: self.tenant.as_deref(), level: self.level }
    }

    /// The error, which may have come about before there was a call.
    pub(super) fn failed(&self, operation: &'static str, error: Error) -> Error {
        error.in_operation(operation, Some(&self.collection))
    }
}

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

//! The parts that requests on objects share: the draft of an object, and setters.

use serde::Serialize;

use super::{NewObject, ReferenceTo};
use crate::call::Call;
pub(super) use crate::scope::Scope;
use crate::values::server::Feature;
use crate::values::types::{Vector, Vectors};
use crate::wire::object;
use crate::wire::object::{Body, EncodedProperties, Json};
use crate::{Result, Uuid};

/// What is to be written of an object. Its properties are encoded already.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    properties: EncodedProperties,
    pub(super) allow_lossy_integers: bool,
    pub(super) unnamed: Option<Vector>,
    pub(super) vectors: Vectors,
    pub(super) references: Vec<(String, ReferenceTo)>,
}

impl Draft {
    pub(super) fn new<P: Serialize + ?Sized>(properties: &P) -> Self {
        Self {
            properties: EncodedProperties::new(properties),
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
        object::add_references(&mut json, &self.references)?;
        Ok(json)
    }

    /// What is sent of it, with the properties as they are now.
    pub(super) fn body(&self, scope: &Scope, id: Uuid, properties: Json) -> Result<Body> {
        object::body(&scope.target, id, properties, self.unnamed.as_ref(), &self.vectors)
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
        /// Sets the consistency level of this request. Default: that of the collection's handle.
        pub fn consistency_level(mut self, level: crate::values::types::ConsistencyLevel) -> Self {
            self.scope.target.level = Some(level);
            self
        }

        crate::call::call_options!(scope.options);
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
        pub fn vector(self, vector: impl Into<crate::values::types::Vector>) -> Self {
            self.named_vector(crate::values::data::DEFAULT_VECTOR, vector)
        }

        /// The object's vector of that name. A multi-vector is a `Vec<Vec<f32>>`.
        pub fn named_vector(
            mut self,
            name: impl Into<String>,
            vector: impl Into<crate::values::types::Vector>,
        ) -> Self {
            self.draft.vectors.insert(name, vector);
            self
        }

        /// The object's vector, for an old collection that was made without named vectors.
        pub fn unnamed_vector(mut self, vector: impl Into<crate::values::types::Vector>) -> Self {
            self.draft.unnamed = Some(vector.into());
            self
        }
    };
}

/// The setters of requests that bring an object as a whole.
macro_rules! reference_options {
    () => {
        /// Lets a property of the object refer to an object that exists, beside those that it refers to already.
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

//! The requests that look an object up.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::setters::scope_options;
use crate::call::Idempotency;
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::query::Hit;
use crate::{Error, Result, Uuid};

const GET: &str = "get object";
const EXISTS: &str = "object exists";

/// Reads one object, see [`Data::get`](super::Data::get).
#[must_use = "nothing is read until the request is awaited"]
pub struct Get<P> {
    scope: Scope,
    id: Uuid,
    vectors: bool,
    node: Option<String>,
    properties: PhantomData<fn() -> P>,
}

impl<P> Get<P> {
    pub(super) fn new(scope: &Scope, id: Uuid) -> Self {
        Self { scope: scope.clone(), id, vectors: false, node: None, properties: PhantomData }
    }

    /// Whether the object's vectors come with it.
    pub fn include_vector(mut self, include: bool) -> Self {
        self.vectors = include;
        self
    }

    /// What the node of this name has, whatever the others have. Names are those of the cluster, `node1` for instance.
    /// Excludes a consistency level.
    pub fn node(mut self, name: impl Into<String>) -> Self {
        self.node = Some(name.into());
        self
    }

    scope_options!();
}

impl<P: DeserializeOwned> Get<P> {
    async fn send(self) -> Result<Option<Hit<P>>> {
        let Self { scope, id, vectors, node, .. } = self;
        if node.is_some() && scope.target.level.is_some() {
            let message = "is what one node has, which no other has to agree with: leave the consistency level away, \
                           also that of the collection's handle";
            return Err(Error::validation("node", message));
        }
        let call = scope.call(GET, Idempotency::Read)?;
        operations::objects::get(&scope.transport, &call, &scope.target, id, vectors, node.as_deref()).await
    }
}

impl<P: DeserializeOwned + 'static> IntoFuture for Get<P> {
    type Output = Result<Option<Hit<P>>>;
    type IntoFuture = Pending<'static, Option<Hit<P>>>;

    fn into_future(self) -> Self::IntoFuture {
        perform(GET, self.scope.name(), self.send())
    }
}

// Not derived: `P` is only a promise about what comes out.
impl<P> Clone for Get<P> {
    fn clone(&self) -> Self {
        let Self { scope, id, vectors, node, .. } = self;
        Self { scope: scope.clone(), id: *id, vectors: *vectors, node: node.clone(), properties: PhantomData }
    }
}

impl<P> fmt::Debug for Get<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, id, vectors, node, .. } = self;
        f.debug_struct("Get")
            .field("scope", scope)
            .field("id", id)
            .field("vectors", vectors)
            .field("node", node)
            .finish()
    }
}

/// Looks whether an object is there, see [`Data::exists`](super::Data::exists).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked until the request is awaited"]
pub struct Exists {
    scope: Scope,
    id: Uuid,
}

impl Exists {
    pub(super) fn new(scope: &Scope, id: Uuid) -> Self {
        Self { scope: scope.clone(), id }
    }

    scope_options!();
}

impl IntoFuture for Exists {
    type Output = Result<bool>;
    type IntoFuture = Pending<'static, bool>;

    fn into_future(self) -> Self::IntoFuture {
        perform(EXISTS, self.scope.name(), async move {
            let call = self.scope.call(EXISTS, Idempotency::Read)?;
            operations::objects::exists(&self.scope.transport, &call, &self.scope.target, self.id).await
        })
    }
}

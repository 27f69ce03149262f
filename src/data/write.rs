//! The requests that change an object.

use std::future::IntoFuture;
use std::pin::Pin;

use serde::Serialize;
use serde_json::Value;

use super::NewObject;
use super::scope::{Draft, Scope, draft_options, reference_options, scope_options};
use crate::transport::Idempotency;
use crate::{Collection, Error, Result, Uuid};

const REPLACE: &str = "replace";
const MERGE: &str = "merge";
const DELETE: &str = "delete";

/// Puts an object in place of another, see [`Data::replace`](super::Data::replace).
#[derive(Clone, Debug)]
#[must_use = "nothing is replaced until the request is awaited"]
pub struct Replace {
    scope: Scope,
    id: Uuid,
    /// The object has an id of its own, and another one.
    other_id: Option<Uuid>,
    draft: Draft,
}

impl Replace {
    pub(super) fn new<P: Serialize>(collection: &Collection<P>, id: Uuid, object: NewObject<P>) -> Self {
        let other_id = object.id.filter(|own| *own != id);
        Self { scope: Scope::new(collection), id, other_id, draft: Draft::of(object) }
    }

    draft_options!();
    reference_options!();
    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, id, other_id, draft } = self;
        if let Some(other) = other_id {
            return Err(Error::validation(
                "id",
                format!("an object keeps its id, and {other} is not {id}: leave it away"),
            ));
        }
        let body = draft.body(scope, *id, draft.properties()?)?;
        let mut call = scope.call(REPLACE, Idempotency::Idempotent);
        draft.check(scope, &mut call).await?;
        scope.transport.replace_object(&call, scope.place(), *id, &body).await
    }
}

impl IntoFuture for Replace {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await.map_err(|error| self.scope.failed(REPLACE, error)) })
    }
}

/// Changes some properties of an object, see [`Data::merge`](super::Data::merge).
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until the request is awaited"]
pub struct Merge {
    scope: Scope,
    id: Uuid,
    draft: Draft,
    removed: Vec<String>,
}

impl Merge {
    pub(super) fn new<P, M: Serialize>(collection: &Collection<P>, id: Uuid, changes: &M) -> Self {
        Self { scope: Scope::new(collection), id, draft: Draft::new(changes), removed: Vec::new() }
    }

    /// Takes this property from the object.
    pub fn remove(mut self, property: impl Into<String>) -> Self {
        self.removed.push(property.into());
        self
    }

    draft_options!();
    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, id, draft, removed } = self;
        let mut properties = draft.properties()?;
        for name in removed {
            if properties.insert(name.clone(), Value::Null).is_some() {
                return Err(Error::validation(name.clone(), "is to be set and to be removed: decide for one"));
            }
        }
        let body = draft.body(scope, *id, properties)?;
        // Values are set, not added to: a repetition changes nothing more.
        let mut call = scope.call(MERGE, Idempotency::Idempotent);
        draft.check(scope, &mut call).await?;
        scope.transport.merge_object(&call, scope.place(), *id, &body).await
    }
}

impl IntoFuture for Merge {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await.map_err(|error| self.scope.failed(MERGE, error)) })
    }
}

/// Deletes one object, see [`Data::delete`](super::Data::delete).
#[derive(Clone, Debug)]
#[must_use = "nothing is deleted until the request is awaited"]
pub struct Delete {
    scope: Scope,
    id: Uuid,
}

impl Delete {
    pub(super) fn new<P>(collection: &Collection<P>, id: Uuid) -> Self {
        Self { scope: Scope::new(collection), id }
    }

    scope_options!();
}

impl IntoFuture for Delete {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let call = self.scope.call(DELETE, Idempotency::Idempotent);
            self.scope.transport.delete_object(&call, self.scope.place(), self.id).await
        })
    }
}

//! The request that asks whether an object could be stored.

use std::future::IntoFuture;
use std::pin::Pin;

use serde::Serialize;

use super::NewObject;
use super::scope::{Draft, Scope, draft_options, reference_options, scope_options};
use crate::transport::Idempotency;
use crate::{Collection, Result, Uuid};

const OPERATION: &str = "validate";

/// Asks whether an object could be stored, see [`Data::validate`](super::Data::validate).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked until the request is awaited"]
pub struct Validate {
    scope: Scope,
    id: Uuid,
    draft: Draft,
}

impl Validate {
    pub(super) fn new<P: Serialize>(collection: &Collection<P>, object: NewObject<P>) -> Self {
        let id = object.id.unwrap_or_else(Uuid::new_v4);
        Self { scope: Scope::new(collection), id, draft: Draft::of(object) }
    }

    draft_options!();
    reference_options!();
    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, id, draft } = self;
        let body = draft.body(scope, *id, draft.properties()?)?;
        let mut call = scope.call(OPERATION, Idempotency::Read);
        draft.check(scope, &mut call).await?;
        scope.transport.validate_object(&call, &body).await
    }
}

impl IntoFuture for Validate {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await.map_err(|error| self.scope.failed(OPERATION, error)) })
    }
}

//! The request that validates an object without storing it.

use std::future::IntoFuture;

use serde::Serialize;

use super::setters::{Draft, draft_options, reference_options, scope_options};
use crate::call::Idempotency;
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::data::NewObject;
use crate::values::new_id::new_id;
use crate::{Result, Uuid};

const OPERATION: &str = "validate";

/// Request to validate an object without storing it, made by
/// [`Data::validate`](super::Data::validate).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// articles.data().validate(PropertyMap::from([("year", 2026)])).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is validated until the request is awaited"]
pub struct Validate {
    scope: Scope,
    id: Uuid,
    draft: Draft,
}

impl Validate {
    pub(super) fn new<P: Serialize>(scope: &Scope, object: NewObject<P>) -> Self {
        let id = object.id.unwrap_or_else(new_id);
        Self { scope: scope.clone(), id, draft: Draft::of(scope, object) }
    }

    draft_options!();
    reference_options!();
    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, id, draft } = self;
        let body = draft.body(scope, *id, draft.properties()?)?;
        let mut call = scope.call(OPERATION, Idempotency::Read)?;
        draft.check(scope, &mut call).await?;
        operations::objects::validate(&scope.transport, &call, &body).await
    }
}

impl IntoFuture for Validate {
    type Output = Result<()>;
    type IntoFuture = Pending<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        perform(OPERATION, self.scope.name(), async move { self.send().await })
    }
}

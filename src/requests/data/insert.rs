//! The request that inserts one object.

use std::future::IntoFuture;

use serde::Serialize;

use super::setters::{Draft, draft_options, reference_options, scope_options};
use crate::call::Idempotency;
use crate::operations;
use crate::operations::objects::may_conflict_with_own_attempt;
use crate::scope::{Pending, Scope, perform};
use crate::values::data::NewObject;
use crate::{Result, Uuid};

const OPERATION: &str = "insert";

/// Request to insert one object, made by [`Data::insert`](super::Data::insert).
///
/// ```no_run
/// use weaviate::data::uuid5;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let article = PropertyMap::from([("title", "Owls")]);
/// let id = uuid5("Owls", "Article");
/// articles.data().insert(article).id(id).vector(embedding).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is stored until the request is awaited"]
pub struct Insert {
    scope: Scope,
    id: Uuid,
    /// The id was made by this client: no one else can have stored an object with it.
    own_id: bool,
    draft: Draft,
}

impl Insert {
    pub(super) fn new<P: Serialize>(scope: &Scope, object: NewObject<P>) -> Self {
        let id = object.id;
        let draft = Draft::of(object);
        Self { scope: scope.clone(), id: id.unwrap_or_else(Uuid::new_v4), own_id: id.is_none(), draft }
    }

    /// Sets the id. Default: a random UUID, made by the client.
    ///
    /// The awaited request fails with [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if an
    /// object has this id.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// articles.data().insert(PropertyMap::from([("title", "Owls")])).id(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn id(mut self, id: Uuid) -> Self {
        self.id = id;
        self.own_id = false;
        self
    }

    draft_options!();
    reference_options!();
    scope_options!();

    async fn send(self) -> Result<Uuid> {
        let Self { scope, id, own_id, draft } = self;
        let body = draft.body(&scope, id, draft.properties()?)?;
        let target = &scope.target;
        // Idempotent: the client knows the id, so a second attempt does not store the object twice.
        let mut call = scope.call(OPERATION, Idempotency::Idempotent)?;
        draft.check(&scope, &mut call).await?;
        let Err(error) = operations::objects::insert(&scope.transport, &call, target, &body).await else {
            return Ok(id);
        };
        if may_conflict_with_own_attempt(&error) {
            if own_id {
                return Ok(id);
            }
            let look = scope.call(OPERATION, Idempotency::Read)?;
            if operations::objects::is_stored(&scope.transport, &look, target, id, &body).await.unwrap_or(false) {
                return Ok(id);
            }
        }
        Err(error)
    }
}

impl IntoFuture for Insert {
    type Output = Result<Uuid>;
    type IntoFuture = Pending<'static, Uuid>;

    fn into_future(self) -> Self::IntoFuture {
        perform(OPERATION, self.scope.name(), self.send())
    }
}

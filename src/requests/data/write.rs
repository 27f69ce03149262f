//! The requests that replace, merge and delete one object.

use std::future::IntoFuture;

use serde::Serialize;
use serde_json::Value;

use super::setters::{Draft, draft_options, reference_options, scope_options};
use crate::call::Idempotency;
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::data::NewObject;
use crate::values::property_names;
use crate::{Error, Result, Uuid};

const REPLACE: &str = "replace";
const MERGE: &str = "merge";
const DELETE: &str = "delete";

/// Request to replace one object, made by [`Data::replace`](super::Data::replace).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
/// let article = PropertyMap::from([("title", "Owls")]);
/// articles.data().replace(id, article).vector([0.1, 0.9]).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is replaced until the request is awaited"]
pub struct Replace {
    scope: Scope,
    id: Uuid,
    /// Id of the object, if it differs from `id`.
    other_id: Option<Uuid>,
    draft: Draft,
}

impl Replace {
    pub(super) fn new<P: Serialize>(scope: &Scope, id: Uuid, object: NewObject<P>) -> Self {
        let other_id = object.id.filter(|own| *own != id);
        Self { scope: scope.clone(), id, other_id, draft: Draft::of(scope, object) }
    }

    draft_options!();
    reference_options!();
    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, id, other_id, draft } = self;
        if let Some(other) = other_id {
            return Err(Error::validation(
                "id",
                format!("the object's id {other} differs from the id {id} being replaced; omit it"),
            ));
        }
        let body = draft.body(scope, *id, draft.properties()?)?;
        let mut call = scope.call(REPLACE, Idempotency::Idempotent)?.about_object();
        draft.check(scope, &mut call).await?;
        operations::objects::replace(&scope.transport, &call, &scope.target, *id, &body).await
    }
}

impl IntoFuture for Replace {
    type Output = Result<()>;
    type IntoFuture = Pending<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        perform(REPLACE, self.scope.name(), async move { self.send().await })
    }
}

/// Request to change some properties of one object, made by [`Data::merge`](super::Data::merge).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
/// let changes = PropertyMap::from([("year", 2027)]);
/// articles.data().merge(id, changes).remove("subtitle").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until the request is awaited"]
pub struct Merge {
    scope: Scope,
    id: Uuid,
    draft: Draft,
    removed: Vec<String>,
}

impl Merge {
    pub(super) fn new<M: Serialize>(scope: &Scope, id: Uuid, changes: &M) -> Self {
        Self { scope: scope.clone(), id, draft: Draft::new(scope, changes), removed: Vec::new() }
    }

    /// Removes the value of a property from the object.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// articles.data().merge(id, PropertyMap::new()).remove("subtitle").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "unset")]
    pub fn remove(mut self, property: impl Into<String>) -> Self {
        self.removed.push(property.into());
        self
    }

    draft_options!();
    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, id, draft, removed } = self;
        if let Some(name) = draft.encoded()?.reference {
            let message = "a merge would add the references to those that exist; leave the field empty, and use \
                           `reference_add` or `reference_replace`";
            return Err(Error::validation(name, message));
        }
        let mut properties = draft.properties()?;
        for name in removed {
            property_names::check(name).map_err(|fault| Error::validation(name.clone(), fault))?;
            if scope.layout.find(name).is_some() {
                let message = "is a vector or a reference of the struct, and a merge removes properties only; use `replace`, \
                               or `reference_replace` for references";
                return Err(Error::validation(name.clone(), message));
            }
            if properties.insert(name.clone(), Value::Null).is_some() {
                return Err(Error::validation(
                    name.clone(),
                    "cannot be set and removed in one request; omit one of the two",
                ));
            }
        }
        let body = draft.body(scope, *id, properties)?;
        // Idempotent: values are set, so a second attempt changes nothing more.
        let mut call = scope.call(MERGE, Idempotency::Idempotent)?.about_object();
        draft.check(scope, &mut call).await?;
        operations::objects::merge(&scope.transport, &call, &scope.target, *id, &body).await
    }
}

impl IntoFuture for Merge {
    type Output = Result<()>;
    type IntoFuture = Pending<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        perform(MERGE, self.scope.name(), async move { self.send().await })
    }
}

/// Request to delete one object, made by [`Data::delete`](super::Data::delete).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
/// articles.data().delete(id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is deleted until the request is awaited"]
pub struct Delete {
    scope: Scope,
    id: Uuid,
}

impl Delete {
    pub(super) fn new(scope: &Scope, id: Uuid) -> Self {
        Self { scope: scope.clone(), id }
    }

    scope_options!();
}

impl IntoFuture for Delete {
    type Output = Result<()>;
    type IntoFuture = Pending<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        perform(DELETE, self.scope.name(), async move {
            let call = self.scope.call(DELETE, Idempotency::Idempotent)?.about_object();
            operations::objects::delete(&self.scope.transport, &call, &self.scope.target, self.id).await
        })
    }
}

//! The requests that read one object, or check that it exists.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::setters::scope_options;
use crate::call::Idempotency;
use crate::operations;
use crate::operations::objects::ObjectPlace;
use crate::requests::selection_setters::selection_setters;
use crate::scope::{Pending, Scope, perform};
use crate::values::query::{Hit, Selected};
use crate::wire::object::ObjectPart;
use crate::wire::reply::Reading;
use crate::{Error, Result, Uuid};

const GET: &str = "get object";
const EXISTS: &str = "object exists";

/// Request to read one object, made by [`Data::get`](super::Data::get).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
/// let article = articles.data().get(id).include_vector(true).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until the request is awaited"]
pub struct Get<P> {
    scope: Scope,
    id: Uuid,
    selected: Selected,
    node: Option<String>,
    properties: PhantomData<fn() -> P>,
}

impl<P> Get<P> {
    pub(super) fn new(scope: &Scope, id: Uuid) -> Self {
        Self { scope: scope.clone(), id, selected: Selected::default(), node: None, properties: PhantomData }
    }

    selection_setters!(
        "articles.data().get(id)",
        "all properties, blobs among them, and the addresses of all references",
        selected
    );

    /// Reads the replica of one node of the cluster, by its name, for example `node1`.
    ///
    /// Excludes a consistency level, also that of the collection's handle.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// let replica = articles.data().get(id).node("node1").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn node(mut self, name: impl Into<String>) -> Self {
        self.node = Some(name.into());
        self
    }

    scope_options!();
}

impl<P: DeserializeOwned> Get<P> {
    async fn send(self) -> Result<Option<Hit<P>>> {
        let Self { scope, id, mut selected, node, .. } = self;
        if node.is_some() && scope.target.level.is_some() {
            let message = "cannot be combined with a consistency level; omit one of the two, \
                           the level also on the collection's handle";
            return Err(Error::validation("node", message));
        }
        scope.layout.complete(&mut selected);
        let part = ObjectPart::of(&selected)?;
        let reading = if selected.properties.is_none() {
            Reading::everything(scope.layout)
        } else {
            Reading::of(scope.layout, &selected)
        };
        let call = scope.call(GET, Idempotency::Read)?.about_object();
        let place = ObjectPlace { target: &scope.target, id, node: node.as_deref() };
        operations::objects::get(&scope.transport, &call, place, &part, &reading).await
    }
}

impl<P: DeserializeOwned + 'static> IntoFuture for Get<P> {
    type Output = Result<Option<Hit<P>>>;
    type IntoFuture = Pending<'static, Option<Hit<P>>>;

    fn into_future(self) -> Self::IntoFuture {
        perform(GET, self.scope.name(), self.send())
    }
}

// Not derived, which would require `P: Clone`.
impl<P> Clone for Get<P> {
    fn clone(&self) -> Self {
        let Self { scope, id, selected, node, .. } = self;
        let (scope, selected, node) = (scope.clone(), selected.clone(), node.clone());
        Self { scope, id: *id, selected, node, properties: PhantomData }
    }
}

impl<P> fmt::Debug for Get<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, id, selected, node, .. } = self;
        f.debug_struct("Get")
            .field("scope", scope)
            .field("id", id)
            .field("selected", selected)
            .field("node", node)
            .finish()
    }
}

/// Request to check that an object exists, made by [`Data::exists`](super::Data::exists).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
/// let exists: bool = articles.data().exists(id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is checked until the request is awaited"]
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
            let call = self.scope.call(EXISTS, Idempotency::Read)?.about_object();
            operations::objects::exists(&self.scope.transport, &call, &self.scope.target, self.id).await
        })
    }
}

//! The requests that read one object, or check that it exists.

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
    vectors: bool,
    node: Option<String>,
    properties: PhantomData<fn() -> P>,
}

impl<P> Get<P> {
    pub(super) fn new(scope: &Scope, id: Uuid) -> Self {
        Self { scope: scope.clone(), id, vectors: false, node: None, properties: PhantomData }
    }

    /// Returns the vectors of the object, too. Default: off.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// if let Some(article) = articles.data().get(id).include_vector(true).await? {
    ///     println!("{:?}", article.vector());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "return_vector")]
    pub fn include_vector(mut self, include: bool) -> Self {
        self.vectors = include;
        self
    }

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
        let Self { scope, id, vectors, node, .. } = self;
        if node.is_some() && scope.target.level.is_some() {
            let message = "cannot be combined with a consistency level; omit one of the two, \
                           the level also on the collection's handle";
            return Err(Error::validation("node", message));
        }
        let call = scope.call(GET, Idempotency::Read)?.about_object();
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

// Not derived, which would require `P: Clone`.
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

//! The request that counts objects.

use std::fmt;
use std::future::IntoFuture;

use super::Aggregate;
use crate::Filter;
use crate::call::call_options;
use crate::scope::{Pending, Scope};
use crate::values::properties::Typed;

/// Request to count the objects of a collection or a tenant, made by
/// [`Collection::count`](crate::Collection::count). It is sent when it is awaited.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let recent = Filter::property("year").greater_or_equal(2020);
/// let number: u64 = articles.count().filter(recent).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is counted until the request is awaited"]
pub struct Count<P> {
    aggregate: Aggregate<P>,
}

impl<P> Count<P> {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self { aggregate: Aggregate::new(scope) }
    }

    /// Counts only objects that match the filter. A second filter is combined with the first by `&`.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let drafts = articles.count().filter(Filter::property("draft").equal(true)).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "where")]
    pub fn filter(mut self, filter: impl Into<Typed<P, Filter>>) -> Self {
        self.aggregate = self.aggregate.filter(filter);
        self
    }

    call_options!(aggregate.scope.options);
}

impl<P> Clone for Count<P> {
    fn clone(&self) -> Self {
        Self { aggregate: self.aggregate.clone() }
    }
}

impl<P> fmt::Debug for Count<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Count").field(&self.aggregate).finish()
    }
}

impl<P: 'static> IntoFuture for Count<P> {
    type Output = crate::Result<u64>;
    type IntoFuture = Pending<'static, u64>;

    fn into_future(self) -> Self::IntoFuture {
        let aggregated = self.aggregate.into_future();
        Box::pin(async move { Ok(aggregated.await?.count) })
    }
}

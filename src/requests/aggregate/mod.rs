//! Aggregations: the request, and the count of objects.

mod count;

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

pub use count::Count;

use crate::Filter;
use crate::call::{Idempotency, call_options};
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::aggregate::{Aggregated, AggregatedGroup, AggregatedGroups, AskedMetric};
use crate::values::properties::{FoundMetrics, GroupKey, MetricList, Typed};
use crate::values::query::{Bound, NearVector, Options};
use crate::wire::aggregate::{self, Reply, Wanted};
use crate::wire::search::ToMessage as _;

const OPERATION: &str = "aggregate";

/// Aggregation request, made by [`Collection::aggregate`](crate::Collection::aggregate) and
/// [`Query::aggregate`](crate::query::Query::aggregate). It is sent when it is awaited.
///
/// It counts objects, and computes [`metrics`](Self::metrics) of their properties: of all objects, or
/// of each [group](Self::group_by). It is a plain value: it can be cloned, kept, changed and sent
/// again.
///
/// - `P`: type of the collection's objects.
/// - `M`: form of the metrics' results.
/// - `G`: [`Whole`] for one result, [`Groups`] for one of each group.
///
/// The number of objects always comes. The server's consistency level for it is `ONE`. See
/// [aggregate data](https://docs.weaviate.io/weaviate/search/aggregate) in Weaviate's documentation.
///
/// # Errors
///
/// The awaited aggregation fails with
///
/// - [`Validation`](crate::ErrorKind::Validation), before anything is sent, for options that are out
///   of range or that an aggregation does not have.
/// - [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.28.5 and 1.29, and over REST.
/// - [`Decode`](crate::ErrorKind::Decode) if a property is of another data type than its metric.
/// - The other [kinds](crate::ErrorKind), for what the server refuses and for connection failures.
///
/// ```no_run
/// use weaviate::aggregate::Metrics;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let recent = Filter::property("year").greater_or_equal(2020);
/// let metrics = (Metrics::integer("year").mean(), Metrics::text("topic").top_occurrences(5));
/// let report = articles.aggregate().filter(recent).metrics(metrics).await?;
/// println!("{} articles, {:?} on average", report.count, report.metrics.0.mean);
/// # Ok(())
/// # }
/// ```
#[must_use = "an aggregation does nothing until it is awaited"]
pub struct Aggregate<P, M = (), G = Whole> {
    scope: Scope,
    search: Option<(Bound, Options)>,
    filter: Option<Filter>,
    group_by: Option<String>,
    groups: Option<u32>,
    metrics: Vec<AskedMetric>,
    read: fn(FoundMetrics) -> M,
    types: PhantomData<fn() -> (P, G)>,
}

/// Marker of an [`Aggregate`] with one result.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "it has no values")]
pub enum Whole {}

/// Marker of an [`Aggregate`] with a result of each group.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "it has no values")]
pub enum Groups {}

impl<P> Aggregate<P> {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            search: None,
            filter: None,
            group_by: None,
            groups: None,
            metrics: Vec::new(),
            read: <() as MetricList<P>>::read,
            types: PhantomData,
        }
    }

    pub(crate) fn of_search(scope: &Scope, bound: Bound, mut options: Options) -> Self {
        let filter = options.filter.take();
        Self { filter, search: Some((bound, options)), ..Self::new(scope) }
    }
}

impl<P, M, G> Aggregate<P, M, G> {
    fn with_types<N, H>(self, read: fn(FoundMetrics) -> N) -> Aggregate<P, N, H> {
        let Self { scope, search, filter, group_by, groups, metrics, .. } = self;
        Aggregate { scope, search, filter, group_by, groups, metrics, read, types: PhantomData }
    }

    /// Sets the metrics that are computed of properties. Default: none, objects are counted only.
    ///
    /// Takes the metrics of one property, a tuple of up to 12, or a vector of
    /// [`AnyMetric`](crate::aggregate::AnyMetric)s; their results have the same form.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { year: i64, topic: String }
    /// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
    /// let fields = Article::fields();
    /// let report = articles.aggregate().metrics(fields.year.mean().max()).await?;
    /// println!("{:?}, at most {:?}", report.metrics.mean, report.metrics.max);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A text has no mean. This does not compile:
    ///
    /// ```compile_fail,E0277
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { topic: String }
    /// let metric = Article::fields().topic.mean();
    /// ```
    pub fn metrics<L: MetricList<P>>(mut self, metrics: L) -> Aggregate<P, L::Output, G> {
        self.metrics = metrics.into_asked().0;
        self.with_types(L::read)
    }

    /// Aggregates only objects that match the filter. A second filter is combined with the first by
    /// `&`.
    ///
    /// In an aggregation of a hybrid search, the server does not apply it to what the keyword search
    /// finds.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let recent = Filter::property("year").greater_or_equal(2020);
    /// let report = articles.aggregate().filter(recent).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "where")]
    pub fn filter(mut self, filter: impl Into<Typed<P, Filter>>) -> Self {
        let filter = filter.into().into_inner();
        self.filter = Some(Filter::and(self.filter.take(), filter));
        self
    }

    call_options!(scope.options);

    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            metrics: &self.metrics,
            filter: self.filter.as_ref(),
            search: self.search.as_ref().map(|(bound, options)| (bound, options)),
            group_by: self.group_by.as_deref(),
            groups: self.groups,
        }
    }

    async fn reply(&mut self) -> crate::Result<Reply> {
        if self.embeddable().is_some() {
            // Before the embedder works for nothing.
            self.scope.call(OPERATION, Idempotency::Read)?;
            aggregate::message(&self.scope.target, self.wanted())?;
            if let Some(near) = self.embeddable() {
                Box::pin(near.embed()).await?;
            }
        }
        let call = self.scope.call(OPERATION, Idempotency::Read)?;
        let request = aggregate::message(&self.scope.target, self.wanted())?;
        operations::aggregate::aggregate(&self.scope.transport, call, request).await
    }

    /// Returns the vector search whose text is to be embedded.
    fn embeddable(&mut self) -> Option<&mut NearVector> {
        match &mut self.search {
            Some((Bound::NearVector(near), _)) => near.to_embed(),
            Some((Bound::Hybrid(hybrid), _)) => hybrid.to_embed(),
            _ => None,
        }
    }
}

impl<P, M> Aggregate<P, M> {
    /// Aggregates each group of objects with one value of a property.
    ///
    /// Takes the name of a property of data type text, int, number, boolean, date or uuid, or of a
    /// reference, or its handle. An object with an array is in the group of each of its elements.
    /// An object without a value is in no group. For a name that no property has, the server returns
    /// no groups.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// for group in articles.aggregate().group_by("topic").limit(10).await? {
    ///     println!("{}: {} articles", group.value, group.count);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn group_by(mut self, property: impl Into<Typed<P, GroupKey>>) -> Aggregate<P, M, Groups> {
        let GroupKey(name) = property.into().into_inner();
        self.group_by = Some(name);
        let read = self.read;
        self.with_types(read)
    }
}

impl<P, M> Aggregate<P, M, Groups> {
    /// Sets the maximal number of groups, the largest first. Range: 1 or more. Default: that of the
    /// server, 100.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let largest = articles.aggregate().group_by("topic").limit(3).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, groups: u32) -> Self {
        self.groups = Some(groups);
        self
    }
}

impl<P, M, G> Clone for Aggregate<P, M, G> {
    fn clone(&self) -> Self {
        let Self { scope, search, filter, group_by, groups, metrics, read, .. } = self;
        Self {
            scope: scope.clone(),
            search: search.clone(),
            filter: filter.clone(),
            group_by: group_by.clone(),
            groups: *groups,
            metrics: metrics.clone(),
            read: *read,
            types: PhantomData,
        }
    }
}

impl<P, M, G> fmt::Debug for Aggregate<P, M, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregate")
            .field("target", &self.scope.target)
            .field("wanted", &self.wanted())
            .finish_non_exhaustive()
    }
}

impl<P: 'static, M: Send + 'static> IntoFuture for Aggregate<P, M> {
    type Output = crate::Result<Aggregated<M>>;
    type IntoFuture = Pending<'static, Aggregated<M>>;

    fn into_future(mut self) -> Self::IntoFuture {
        perform(OPERATION, self.scope.name(), async move {
            let reply = self.reply().await?;
            let found = aggregate::whole(reply, &self.metrics)?;
            let metrics = (self.read)(FoundMetrics(found.metrics.into_iter()));
            Ok(Aggregated { count: found.count, metrics, took: found.took })
        })
    }
}

impl<P: 'static, M: Send + 'static> IntoFuture for Aggregate<P, M, Groups> {
    type Output = crate::Result<AggregatedGroups<M>>;
    type IntoFuture = Pending<'static, AggregatedGroups<M>>;

    fn into_future(mut self) -> Self::IntoFuture {
        perform(OPERATION, self.scope.name(), async move {
            let reply = self.reply().await?;
            let (groups, took) = aggregate::groups(reply, &self.metrics)?;
            let groups = groups.into_iter().map(|group| AggregatedGroup {
                value: group.value,
                count: group.count,
                metrics: (self.read)(FoundMetrics(group.metrics.into_iter())),
            });
            Ok(AggregatedGroups { groups: groups.collect(), took })
        })
    }
}

//! The handle of one collection.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;

use crate::options::Integrations;
use crate::requests::aggregate::{Aggregate, Count};
use crate::requests::batch::{Batch, BatchBuilder, BatchLane, ClientBatch};
use crate::requests::config::Config;
use crate::requests::data::Data;
use crate::requests::indexing;
use crate::requests::iterate::Iterate;
use crate::requests::query::Queries;
use crate::requests::tenants::Tenants;
use crate::scope::Scope;
use crate::transport::Transport;
use crate::values::properties::{Layout, Properties, PropertiesCheck, compare, compare_vectors};
use crate::values::target::Target;
use crate::values::types::ConsistencyLevel;
use crate::wait::{IndexingStatus, Wait};
use crate::{PropertyMap, Result};

/// Handle of one collection (class), whose objects have properties of type `P`.
///
/// It is cheap to clone, and creating it does no I/O. [`Client::collection`] returns a handle with
/// [`PropertyMap`]s, [`Client::collection_of`] one with a struct. See
/// [manage collections] in Weaviate's documentation.
///
/// | Method | Purpose |
/// |---|---|
/// | [`query`](Self::query) | search: by vector, by keywords, hybrid; list objects |
/// | [`data`](Self::data) | insert, import, read, replace, merge and delete objects |
/// | [`iterate`](Self::iterate) | read all objects |
/// | [`aggregate`](Self::aggregate), [`count`](Self::count) | counts, means, most frequent values, by group |
/// | [`tenants`](Self::tenants), [`tenant`](Self::tenant) | multi-tenancy |
/// | [`config`](Self::config), [`check`](Self::check) | configuration of the collection |
/// | [`wait_until_indexed`](Self::wait_until_indexed) | asynchronous indexing |
///
/// [`Client::collection`]: crate::Client::collection
/// [`Client::collection_of`]: crate::Client::collection_of
/// [manage collections]: https://docs.weaviate.io/weaviate/manage-collections
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client) -> weaviate::Result<()> {
/// let articles = client.collection("Article");
/// articles.data().insert(PropertyMap::from([("title", "Owls")])).await?;
/// let hits = articles.query().bm25("owls").limit(10).await?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "class")]
pub struct Collection<P = PropertyMap> {
    scope: Scope,
    properties: PhantomData<fn() -> P>,
}

impl<P> Collection<P> {
    /// Creates a handle. `layout` is that of `P`.
    pub(crate) fn new(transport: Transport, name: &str, layout: &'static Layout) -> Self {
        Self { scope: Scope { layout, ..Scope::new(transport, name) }, properties: PhantomData }
    }

    /// Returns the name, as the server stores it: the first letter is upper case.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(client: Client) {
    /// assert_eq!(client.collection("article").name(), "Article");
    /// # }
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        self.scope.collection()
    }

    /// Returns the handle for searches: by vector, by keywords (BM25) and hybrid.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let hits = articles.query().near_vector(embedding).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "search")]
    #[must_use]
    pub fn query(&self) -> Queries<P> {
        Queries::new(&self.scope)
    }

    /// Aggregates objects: counts them, and computes metrics of their properties.
    ///
    /// To aggregate what a search finds, use [`Query::aggregate`](crate::query::Query::aggregate).
    ///
    /// ```no_run
    /// use weaviate::aggregate::Metrics;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let report = articles.aggregate().metrics(Metrics::integer("year").mean()).await?;
    /// println!("{} articles, {:?} on average", report.count, report.metrics.mean);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "statistics")]
    pub fn aggregate(&self) -> Aggregate<P> {
        Aggregate::new(&self.scope)
    }

    /// Counts the objects of the collection, or of the tenant of the handle.
    ///
    /// # Errors
    ///
    /// Those of [`aggregate`](Self::aggregate).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// println!("{} articles", articles.count().await?);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "len")]
    #[doc(alias = "total_count")]
    pub fn count(&self) -> Count<P> {
        Count::new(&self.scope)
    }

    /// Returns a builder of a batch: an import of any size with bounded memory.
    ///
    /// See [`batch`](crate::batch) for how it differs from
    /// [`insert_many`](crate::data::Data::insert_many).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let batch = articles.batch().start().await?;
    /// for year in 1900..2000 {
    ///     batch.add(PropertyMap::from([("year", year)])).await?;
    /// }
    /// batch.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "import")]
    #[doc(alias = "bulk")]
    pub fn batch(&self) -> BatchBuilder<Batch<P>>
    where
        P: Serialize + Send + 'static,
    {
        BatchBuilder::<Batch<P>>::new(&self.scope)
    }

    /// Returns the handle for objects: insert, import, read, replace, merge and delete.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let id = articles.data().insert(PropertyMap::from([("title", "Owls")])).await?;
    /// let article = articles.data().get(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "batch")]
    #[doc(alias = "objects")]
    #[must_use]
    pub fn data(&self) -> Data<P> {
        Data::new(&self.scope)
    }

    /// Reads all objects in the order of their ids, with a cursor.
    ///
    /// [`Iterate::stream`] returns a stream that fetches the objects page by page, one page ahead.
    /// It reads collections of any size. See [read all
    /// objects](https://docs.weaviate.io/weaviate/manage-objects/read-all-objects) in Weaviate's
    /// documentation.
    ///
    /// An object that exists during the whole iteration is returned once. An object that is
    /// inserted meanwhile is returned or not. An object that is changed meanwhile is returned in
    /// its old or its new state.
    ///
    /// The deadline is that of each page, [`Timeouts::query`](crate::connect::Timeouts::query),
    /// retries included. The stream as a whole has no deadline, and neither has its consumer.
    ///
    /// Over REST, objects come with all properties, and the client drops those that were not
    /// requested. Blobs are returned always, and so are expired objects that are not deleted yet.
    /// An unknown property name is not an error. A [`PropertyMap`] has the types of JSON, as in
    /// [`get`](crate::data::Data::get).
    ///
    /// # Errors
    ///
    /// An error ends the stream; its [`token`](crate::iterate::Objects::token) resumes it. A page
    /// that repeats objects or leaves the order of ids is an error
    /// ([`Server`](crate::ErrorKind::Server)); none of its objects is returned.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let mut all = articles.iterate().stream();
    /// while let Some(article) = all.next().await {
    ///     let article = article?;
    ///     println!("{} {:?}", article.id, article.properties);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "scroll")]
    #[doc(alias = "cursor")]
    #[doc(alias = "iterator")]
    pub fn iterate(&self) -> Iterate<P> {
        Iterate::new(&self.scope)
    }

    /// Returns the handle for tenants: create, list, activate, offload and delete.
    ///
    /// For collections with multi-tenancy.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// orders.tenants().create(["ann", "bob"]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "multi_tenancy")]
    #[must_use]
    pub fn tenants(&self) -> Tenants {
        Tenants::new(&self.scope)
    }

    /// Returns a handle for the objects of one tenant.
    ///
    /// Required for objects of a collection with multi-tenancy. The tenant need not exist yet:
    /// [`tenants`](Self::tenants) creates it. A name has 1 to 64 letters, digits, `-` and `_`;
    /// requests with another name fail before they are sent. See
    /// [multi-tenancy](https://docs.weaviate.io/weaviate/manage-collections/multi-tenancy) in
    /// Weaviate's documentation.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let of_ann = orders.tenant("ann").query().fetch_objects().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "with_tenant")]
    #[must_use]
    pub fn tenant(&self, tenant: impl Into<String>) -> Self {
        let mut own = self.clone();
        own.scope.target.tenant = Some(tenant.into().into());
        own
    }

    /// Returns the handle for the configuration: read and update it, indexes and shards.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let config = articles.config().get().await?;
    /// println!("{} properties", config.properties.len());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "schema")]
    #[doc(alias = "settings")]
    #[must_use]
    pub fn config(&self) -> Config {
        Config::new(&self.scope)
    }

    /// Waits until all vectors are indexed (`ASYNC_INDEXING`), for at most `timeout`.
    ///
    /// With asynchronous indexing, a server answers an import before a vector search finds the
    /// objects. This waits until the vector queues of all shards are empty, on all nodes. Two looks
    /// in a row, half a second apart, have to see that, and the same number of objects. The server is
    /// asked every 200 ms at first, every two seconds later. Without asynchronous indexing, the first
    /// two looks end the wait.
    ///
    /// - On the handle of a tenant, only its shard counts. On the handle of a collection with
    ///   multi-tenancy, the shards of active tenants count.
    /// - A node that is down, a replica that no node lists and a shard that is not loaded may have
    ///   vectors left to index. The wait goes on, and the error of a wait that is late names them.
    ///   The server forgets a node seconds after it is lost. Shards that only such a node has are not
    ///   waited for.
    /// - A shard without writes (`READONLY`) counts as indexed once its queue is empty.
    ///
    /// While others import, it may end between two of their messages. [`at_least`](Wait::at_least)
    /// waits for a number of objects. See
    /// [asynchronous indexing](https://docs.weaviate.io/weaviate/concepts/vector-index#asynchronous-indexing)
    /// in Weaviate's documentation.
    ///
    /// # Errors
    ///
    /// - [`Timeout`](crate::ErrorKind::Timeout) if vectors are left after `timeout`. The text names
    ///   the first shard that has some.
    /// - [`NotFound`](crate::ErrorKind::NotFound) if the collection does not exist.
    /// - [`Tenant`](crate::ErrorKind::Tenant) if the tenant does not exist or is not active. An
    ///   inactive tenant keeps its queue, and is indexed once it is active.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, many: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// articles.data().insert_many(many).await?.into_result()?;
    /// let wait = articles.wait_until_indexed(Duration::from_secs(600));
    /// wait.on_progress(|status| println!("{} vectors to index", status.queue_length)).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "wait_for_vector_indexing")]
    #[doc(alias = "wait_for_async_indexing")]
    pub fn wait_until_indexed(&self, timeout: Duration) -> Wait<IndexingStatus> {
        indexing::wait_until_indexed(&self.scope, timeout)
    }

    /// Returns a handle with this consistency level: the number of replicas that must answer.
    ///
    /// It applies to reads and writes of objects. Default: `ONE` for searches and `QUORUM` for
    /// everything else. See
    /// [replication](https://docs.weaviate.io/weaviate/concepts/replication-architecture) in
    /// Weaviate's documentation.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let on_all_replicas = articles.consistency_level(ConsistencyLevel::All);
    /// on_all_replicas.data().insert(PropertyMap::from([("title", "Owls")])).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn consistency_level(&self, level: ConsistencyLevel) -> Self {
        let mut own = self.clone();
        own.scope.target.level = Some(level);
        own
    }

    /// Returns a handle that sends this header with each request.
    ///
    /// It replaces a header of the client with the same name. A header of a single request replaces
    /// it.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let traced = articles.header("x-request-source", "nightly-import");
    /// traced.query().bm25("owls").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn header(&self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let mut own = self.clone();
        own.scope.options.headers.insert(name.as_ref(), value.as_ref());
        own
    }

    /// Returns a handle that sends these API keys of model providers with each request.
    ///
    /// They replace the client's keys for the same providers.
    ///
    /// ```no_run
    /// use weaviate::connect::Integrations;
    /// # use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, key: String) -> weaviate::Result<()> {
    /// let articles = articles.integrations(&Integrations::new().openai_api_key(key));
    /// articles.query().hybrid("owls").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "api_key")]
    #[must_use]
    pub fn integrations(&self, integrations: &Integrations) -> Self {
        let mut own = self.clone();
        own.scope.options.headers.extend(integrations.headers());
        own
    }

    /// Compares the struct `P` with the collection on the server: its properties, references and
    /// vectors.
    ///
    /// The result lists all differences. Vectors are compared by name, and by whether they are
    /// multi-vectors.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if the collection does not exist. A difference is
    /// not an error here, but one of
    /// [`into_result`](crate::properties::PropertiesCheck::into_result).
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize, Deserialize, Properties)]
    /// struct Article {
    ///     title: String,
    ///     year: i64,
    /// }
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let articles = client.collection_of::<Article>("Article");
    /// let check = articles.check().await?;
    /// println!("{check}"); // `year`: data type int in the struct, number in the collection
    /// check.into_result()?; // fails if anything differs
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(&self) -> Result<PropertiesCheck>
    where
        P: Properties,
    {
        let found = self.config().get().await?;
        let mut differences = compare(&P::properties(), &found.properties);
        differences.extend(compare_vectors(P::LAYOUT, &found.vectors));
        Ok(PropertiesCheck { collection: self.name().to_owned(), differences })
    }
}

impl ClientBatch {
    /// Returns what takes the objects of a collection or of a tenant.
    ///
    /// Headers and consistency level are those of the collection's handle, and so is the server, if the
    /// handle is of another client. An invalid name is an error of `add`. Keep the lane for the next
    /// objects: it has buffers of its own.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client, orders: Collection) -> weaviate::Result<()> {
    /// let batch = client.batch().start().await?;
    /// let anns = batch.of(&orders.tenant("ann"));
    /// anns.add(PropertyMap::from([("number", 7)])).await?;
    /// batch.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn of<P: Serialize + Send + Sync + 'static>(&self, collection: &Collection<P>) -> BatchLane<P> {
        self.lane(&collection.scope)
    }
}

// Not derived, which would require `P: Clone`.
impl<P> Clone for Collection<P> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), properties: PhantomData }
    }
}

impl<P> fmt::Debug for Collection<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target { collection, tenant, level } = &self.scope.target;
        f.debug_struct("Collection")
            .field("name", &collection.as_str())
            .field("tenant", tenant)
            .field("consistency_level", level)
            .finish_non_exhaustive()
    }
}

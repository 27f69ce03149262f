//! Configuration of an existing collection: reading, updates, property indexes, shards.

mod property_index;

use serde_json::Value;

pub use property_index::{RebuildPropertyIndex, UpsertPropertyIndex};

use crate::call::{Call, Idempotency};
use crate::error::{ErrorKind, Verdict};
use crate::operations::collections;
use crate::scope::Scope;
use crate::transport::Transport;
use crate::values::schema::{
    CollectionConfig, CollectionUpdate, IndexTask, Json as _, Plan, Property, PropertyIndex, PropertyIndexes, Shard,
    ShardStatus, VectorConfig, check_possible,
};
use crate::values::server::Feature;
use crate::wire::schema;
use crate::{Error, Result};

/// Attempts of an update whose collection another client changes between read and write.
const UPDATE_ATTEMPTS: usize = 3;

/// Handle of the configuration of a collection, from
/// [`Collection::config`](crate::Collection::config).
///
/// It reads and updates the configuration, adds properties and vectors, and manages property
/// indexes and shards. See [Collection
/// operations](https://docs.weaviate.io/weaviate/manage-collections/collection-operations).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let config = articles.config().get().await?;
/// for property in &config.properties {
///     println!("{}: {}", property.name, property.data_type);
/// }
///
/// let update = CollectionUpdate::new().description("News").vector("default", Hnsw::new().ef(128));
/// articles.config().update(update).await?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "schema")]
#[doc(alias = "class")]
#[derive(Clone, Debug)]
pub struct Config {
    scope: Scope,
}

impl Config {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    fn name(&self) -> &str {
        self.scope.collection()
    }

    fn transport(&self) -> &Transport {
        &self.scope.transport
    }

    fn writing(&self) -> Result<Call> {
        self.scope.call(UPDATE, Idempotency::Idempotent)
    }

    /// Runs the requests of one update under one deadline.
    fn updating<'f, T: 'f>(
        &'f self,
        exchanges: impl Future<Output = Result<T>> + Send + 'f,
    ) -> impl Future<Output = Result<T>> + Send + 'f {
        let exchanges = self.transport().with_one_deadline(exchanges);
        async move { exchanges.await.map_err(|error| self.scope.failed(UPDATE, error)) }
    }

    /// Reads the configuration of the collection, including the defaults of the server.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if the collection does not exist.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let config = articles.config().get().await?;
    /// println!("{} has {} properties", config.name(), config.properties.len());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(&self) -> Result<CollectionConfig> {
        let value = self.fetch(READ).await?;
        let config = CollectionConfig::read(&value);
        config.ok_or_else(|| {
            Error::decode("the configuration of the collection is not a JSON object")
                .in_operation(READ, Some(self.name()))
        })
    }

    /// Updates the configuration and returns the new one. Settings that are not mentioned stay.
    ///
    /// The server accepts only whole configurations. The client therefore reads the configuration,
    /// changes it and writes it back, with the settings that it does not know. If another client
    /// changed it in between, the update starts again, up to three times.
    ///
    /// # Errors
    ///
    /// - [`Validation`](crate::ErrorKind::Validation) if a setting is fixed, or a property or vector does
    ///   not exist. Nothing is written; [`Error::field`](crate::Error::field) is the setting.
    /// - [`Unsupported`](crate::ErrorKind::Unsupported) if the server is too old for a setting.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if other clients kept changing the collection.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Bm25Config;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let update = CollectionUpdate::new()
    ///     .inverted_index(InvertedIndexConfig::new().bm25(Bm25Config::new().b(0.6)))
    ///     .vector("default", Hnsw::new().ef(128));
    /// let config = articles.config().update(update).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "reconfigure")]
    #[doc(alias = "alter")]
    pub fn update(&self, update: CollectionUpdate) -> impl Future<Output = Result<CollectionConfig>> + Send + '_ {
        self.updating(async move {
            let modules = update.generative.is_some() || update.reranker.is_some();
            let features: &[Feature] = if modules { &[Feature::UpdateModules] } else { &[] };
            schema::check_update(&update)?;
            collections::check_config(self.transport(), self.writing()?, &update.wanted(), features).await?;
            self.rewrite(|there| update.plan(self.name(), there)).await
        })
    }

    /// Applies the steps of a [`Plan`] and returns the new configuration.
    ///
    /// Changed settings and new vectors come first, in one request. New properties follow, one
    /// request each.
    ///
    /// # Errors
    ///
    /// - [`Validation`](crate::ErrorKind::Validation) if a step is impossible. Nothing is sent.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if the collection changed since the plan was made.
    /// - Errors of the requests. Steps that were applied before the error stay.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let wanted = CollectionConfig::new("Article").property(Property::new("body", DataType::Text));
    /// let plan = articles.config().get().await?.plan(&wanted);
    /// println!("{plan}");
    /// articles.config().apply(&plan).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "migrate")]
    pub async fn apply(&self, plan: &Plan) -> Result<CollectionConfig> {
        self.updating(async {
            check_possible(plan)?;
            self.take_steps(plan).await
        })
        .await
    }

    async fn take_steps(&self, plan: &Plan) -> Result<CollectionConfig> {
        let transport = self.transport();
        let features: &[Feature] = if plan.adds_vectors() { &[Feature::AddVector] } else { &[] };
        let additions = plan.additions();
        schema::check_vectors(&additions)?;
        let wants_kinds = collections::check_config(transport, self.writing()?, &additions, features).await?;
        if self.fetch(UPDATE).await? != plan.before {
            return Err(Self::conflict());
        }
        if plan.updates_collection() {
            let class = plan.without_new_properties();
            let class = if wants_kinds { schema::with_index_kinds(class) } else { class };
            collections::update(transport, &self.writing()?, self.name(), &class).await?;
        }
        for property in plan.properties() {
            self.add_property(property).await?;
        }
        self.get().await
    }

    /// Adds a property or a reference. Existing objects do not have a value for it.
    ///
    /// # Errors
    ///
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the collection has a property of this
    /// name. [`Validation`](crate::ErrorKind::Validation) if the server refuses the property.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.config().add_property(Property::new("subtitle", DataType::Text)).await?;
    /// articles.config().add_property(Property::new("writtenBy", DataType::reference(["Author"]))).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_property(&self, property: Property) -> Result<()> {
        const OPERATION: &str = "add property";
        schema::check_property(&property).map_err(|error| self.scope.failed(OPERATION, error))?;
        let call = self.property_call(OPERATION, Idempotency::Never, &property.name)?;
        Box::pin(collections::add_property(self.transport(), call, self.name(), property.write())).await
    }

    /// Adds a named vector. Existing objects do not get a value for it. Needs Weaviate 1.31.
    ///
    /// # Errors
    ///
    /// - [`Validation`](crate::ErrorKind::Validation) if the collection has a vector of this name.
    /// - [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.31.
    /// - [`Conflict`](crate::ErrorKind::Conflict) if other clients kept changing the collection.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.config().add_vector(VectorConfig::self_provided().name("picture")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_vector(&self, vector: VectorConfig) -> impl Future<Output = Result<()>> + Send + '_ {
        self.updating(async move {
            schema::check_vector(&vector)?;
            let name = vector.name.clone();
            let wanted = CollectionConfig::new("").vector(vector).write();
            self.add_vectors(&name, wanted).await
        })
    }

    async fn add_vectors(&self, name: &str, wanted: Value) -> Result<()> {
        let wants_kinds =
            collections::check_config(self.transport(), self.writing()?, &wanted, &[Feature::AddVector]).await?;
        let wanted = if wants_kinds { schema::with_index_kinds(wanted) } else { wanted };
        self.rewrite(|there| {
            if there.pointer("/vectorConfig").and_then(|vectors| vectors.get(name)).is_some() {
                let message = format!("the collection already has a vector {name:?}; use another name");
                return Err(Error::validation("vector.name", message));
            }
            Ok(Plan::merging(self.name(), there, &wanted))
        })
        .await?;
        Ok(())
    }

    /// Drops an index of a property. The property and its values stay. Needs Weaviate 1.36.
    ///
    /// Without an index of this kind, nothing happens.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.36.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::schema::PropertyIndex;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.config().drop_property_index("slug", PropertyIndex::Searchable).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "delete_property_index")]
    pub async fn drop_property_index(&self, property: impl AsRef<str>, index: PropertyIndex) -> Result<()> {
        let call = self.property_call("drop property index", Idempotency::Idempotent, property.as_ref())?;
        collections::drop_property_index(self.transport(), call, self.name(), property.as_ref(), index.as_str()).await
    }

    /// Drops the index of a named vector: vector searches do not find it any more. Needs Weaviate
    /// 1.37.
    ///
    /// This cannot be undone, and Weaviate 1.39 also deletes the vectors. The endpoint is
    /// experimental: the server needs
    /// `ENABLE_EXPERIMENTAL_ALTER_SCHEMA_DROP_VECTOR_INDEX_ENDPOINT=true`.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.37.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.config().drop_vector_index("picture").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "delete_vector_index")]
    pub async fn drop_vector_index(&self, vector: impl AsRef<str>) -> Result<()> {
        let call = self.scope.call("drop vector index", Idempotency::Idempotent)?;
        collections::drop_vector_index(self.transport(), call, self.name(), vector.as_ref()).await
    }

    /// Reads the indexes of all properties with their states. Needs Weaviate 1.38.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.38.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// for property in articles.config().property_indexes().await? {
    ///     for status in property.indexes {
    ///         println!("{}: {} is {}", property.property, status.index, status.state);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn property_indexes(&self) -> Result<Vec<PropertyIndexes>> {
        let call = self.scope.call("read property indexes", Idempotency::Read)?;
        let reply = collections::property_indexes(self.transport(), call, self.name()).await?;
        Ok(reply.properties.into_iter().flatten().map(Into::into).collect())
    }

    /// Creates an index of a property, or changes the existing one. Needs Weaviate 1.39.
    ///
    /// The server builds the index in the background; [`property_indexes`](Self::property_indexes)
    /// shows the progress.
    ///
    /// # Errors
    ///
    /// When awaited: [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.39, and
    /// [`Validation`](crate::ErrorKind::Validation) for options that the kind of index does not
    /// have.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::schema::PropertyIndex;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let config = articles.config();
    /// let request = config.upsert_property_index("title", PropertyIndex::Searchable);
    /// request.tokenization(Tokenization::Field).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "reindex")]
    pub fn upsert_property_index(&self, property: impl Into<String>, index: PropertyIndex) -> UpsertPropertyIndex {
        UpsertPropertyIndex {
            config: self.clone(),
            property: property.into(),
            index,
            tokenization: None,
            algorithm: None,
            tenants: Vec::new(),
        }
    }

    /// Rebuilds an index of a property from the objects, in the background. Needs Weaviate 1.39.
    ///
    /// # Errors
    ///
    /// When awaited: [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.39.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::schema::PropertyIndex;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.config().rebuild_property_index("year", PropertyIndex::RangeFilters).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "reindex")]
    pub fn rebuild_property_index(&self, property: impl Into<String>, index: PropertyIndex) -> RebuildPropertyIndex {
        RebuildPropertyIndex { config: self.clone(), property: property.into(), index, tenants: Vec::new() }
    }

    /// Cancels the running task of an index of a property. Needs Weaviate 1.39.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) before Weaviate 1.39.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::schema::PropertyIndex;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let task = articles.config().cancel_property_index("title", PropertyIndex::Searchable).await?;
    /// println!("{}", task.status);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn cancel_property_index(&self, property: impl AsRef<str>, index: PropertyIndex) -> Result<IndexTask> {
        let call = self.property_call("cancel property index", Idempotency::Idempotent, property.as_ref())?;
        let reply =
            collections::cancel_property_index(self.transport(), call, self.name(), property.as_ref(), index.as_str());
        Ok(reply.await?.into())
    }

    /// Lists the shards of the collection. A tenant's handle lists the shard of the tenant.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if the collection does not exist.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// for shard in articles.config().shards().await? {
    ///     println!("{}: {}, {} vectors to index", shard.name, shard.status, shard.vector_queue_size);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn shards(&self) -> Result<Vec<Shard>> {
        let call = self.scope.call("read shards", Idempotency::Read)?;
        let shards = collections::shards(self.transport(), &call, self.name(), self.scope.target.tenant()).await?;
        Ok(shards.0.into_iter().flatten().map(Into::into).collect())
    }

    /// Sets the status of shards, for instance to make them writable again after the disk ran full.
    ///
    /// The server ignores names that it does not know.
    ///
    /// # Errors
    ///
    /// An error of one shard ends the call; the shards before it have the new status.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::schema::ShardStatus;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let config = articles.config();
    /// let shards = config.shards().await?.into_iter();
    /// let read_only = shards.filter(|shard| shard.status == ShardStatus::ReadOnly);
    /// config.update_shards(read_only.map(|shard| shard.name), ShardStatus::Ready).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_shards(
        &self,
        shards: impl IntoIterator<Item = impl AsRef<str>>,
        status: ShardStatus,
    ) -> Result<()> {
        let shards: Vec<String> = shards.into_iter().map(|shard| shard.as_ref().to_owned()).collect();
        let call = self.scope.call("update shard", Idempotency::Idempotent)?;
        for shard in shards {
            collections::update_shard(self.transport(), &call, self.name(), &shard, status.as_str()).await?;
        }
        Ok(())
    }

    /// Reads the collection, changes it and writes it back (optimistic locking).
    ///
    /// The server has no conditional write. A second read just before the write narrows the window
    /// in which a change of another client would be lost.
    async fn rewrite(&self, change: impl Fn(&Value) -> Result<Plan>) -> Result<CollectionConfig> {
        let transport = self.transport();
        let mut there = self.fetch(UPDATE).await?;
        for _ in 0..UPDATE_ATTEMPTS {
            let plan = change(&there)?;
            if plan.is_empty() {
                return self.get().await;
            }
            let still = self.fetch(UPDATE).await?;
            if still == there {
                collections::update(transport, &self.writing()?, self.name(), &plan.after).await?;
                return self.get().await;
            }
            there = still;
        }
        Err(Self::conflict())
    }

    async fn fetch(&self, operation: &'static str) -> Result<Value> {
        let found = collections::get(self.transport(), &self.scope.call(READ, Idempotency::Read)?, self.name()).await?;
        found.ok_or_else(|| {
            let message = "the collection does not exist; check the name, or create it";
            Error::new(Verdict::refused(ErrorKind::NotFound), message)
                .with_http_status(404)
                .in_operation(operation, Some(self.name()))
        })
    }

    fn conflict() -> Error {
        let message = "another client changed the collection meanwhile; read it again, then repeat the change";
        Error::new(Verdict::not_sent(ErrorKind::Conflict), message)
    }
}

const READ: &str = "read collection";
const UPDATE: &str = "update collection";

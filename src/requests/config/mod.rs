//! The settings of a collection that exists: reading, changing, indexes, shards.

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

/// How often a change is put together anew because somebody else was quicker.
const TRIES: usize = 3;

/// The settings of a collection, reached through [`Collection::config`](crate::Collection::config).
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::schema::{CollectionUpdate, Hnsw};
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let config = articles.config().get().await?;
/// for property in &config.properties {
///     println!("{}: {}", property.name, property.data_type);
/// }
///
/// let update = CollectionUpdate::new().description("What was written").vector("default", Hnsw::new().ef(128));
/// articles.config().update(update).await?;
/// # Ok(())
/// # }
/// ```
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

    /// Several exchanges that are one update, with one deadline.
    async fn updating<T>(&self, exchanges: impl Future<Output = Result<T>>) -> Result<T> {
        self.transport().with_one_deadline(exchanges).await.map_err(|error| self.scope.failed(UPDATE, error))
    }

    /// What the collection is, with all that the server filled in. An error of kind
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is none.
    pub async fn get(&self) -> Result<CollectionConfig> {
        let value = self.fetch(READ).await?;
        let config = CollectionConfig::read(&value);
        config.ok_or_else(|| Error::decode("a collection that is no JSON object").in_operation(READ, Some(self.name())))
    }

    /// Changes what can be changed and keeps the rest, also what this client does not know. What comes back is what then
    /// is there.
    ///
    /// The configuration is read, changed, and written as a whole, since the server has no other way; where somebody else
    /// changed it in between, it is done again.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) before anything is written, with the field, for what is fixed or not
    /// there; [`Unsupported`](crate::ErrorKind::Unsupported) for what the server is too old for;
    /// [`Conflict`](crate::ErrorKind::Conflict) if others change the collection all the time.
    pub async fn update(&self, update: CollectionUpdate) -> Result<CollectionConfig> {
        let modules = update.generative.is_some() || update.reranker.is_some();
        let features: &[Feature] = if modules { &[Feature::UpdateModules] } else { &[] };
        self.updating(async {
            collections::check_config(self.transport(), self.writing()?, &update.wanted(), features).await?;
            self.rewrite(|there| update.plan(self.name(), there)).await
        })
        .await
    }

    /// Takes the steps of a [`Plan`]: changes, new vectors, then new properties. What comes back is what then is there.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) before anything is sent if a step cannot be taken;
    /// [`Conflict`](crate::ErrorKind::Conflict) if the collection is no longer the one that the plan was made for. An
    /// error while properties are added leaves what was done before.
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
        let wants_kinds = collections::check_config(transport, self.writing()?, &plan.additions(), features).await?;
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

    /// Adds a property, a reference among them.
    pub async fn add_property(&self, property: Property) -> Result<()> {
        let call = self.scope.call("add property", Idempotency::Never)?;
        collections::add_property(self.transport(), call, self.name(), property.write()).await
    }

    /// Adds a vector. Objects that are there already do not get one. Needs Weaviate 1.31.
    pub async fn add_vector(&self, vector: VectorConfig) -> Result<()> {
        self.updating(async {
            schema::check_vector(&vector)?;
            let name = vector.name.clone();
            let wanted = CollectionConfig::new("").vector(vector).write();
            self.add_vectors(&name, wanted).await
        })
        .await
    }

    async fn add_vectors(&self, name: &str, wanted: Value) -> Result<()> {
        let wants_kinds =
            collections::check_config(self.transport(), self.writing()?, &wanted, &[Feature::AddVector]).await?;
        let wanted = if wants_kinds { schema::with_index_kinds(wanted) } else { wanted };
        self.rewrite(|there| {
            if there.pointer("/vectorConfig").and_then(|vectors| vectors.get(name)).is_some() {
                let message = format!("there is a vector {name:?} already: give the new one another name");
                return Err(Error::validation("vector.name", message));
            }
            Ok(Plan::merging(self.name(), there, &wanted))
        })
        .await?;
        Ok(())
    }

    /// Drops an index of a property; the property stays. Without effect if there is none. Needs Weaviate 1.36.
    pub async fn drop_property_index(&self, property: impl AsRef<str>, index: PropertyIndex) -> Result<()> {
        let call = self.scope.call("drop property index", Idempotency::Idempotent)?;
        collections::drop_property_index(self.transport(), call, self.name(), property.as_ref(), index.as_str()).await
    }

    /// Drops the index of a vector: objects keep it, but no search finds it. Needs Weaviate 1.37, and to be switched on
    /// there.
    pub async fn drop_vector_index(&self, vector: impl AsRef<str>) -> Result<()> {
        let call = self.scope.call("drop vector index", Idempotency::Idempotent)?;
        collections::drop_vector_index(self.transport(), call, self.name(), vector.as_ref()).await
    }

    /// The indexes of all properties and what they do at the moment. Needs Weaviate 1.38.
    pub async fn property_indexes(&self) -> Result<Vec<PropertyIndexes>> {
        let call = self.scope.call("read property indexes", Idempotency::Read)?;
        let reply = collections::property_indexes(self.transport(), call, self.name()).await?;
        Ok(reply.properties.into_iter().flatten().map(Into::into).collect())
    }

    /// Makes an index of a property, or changes the one that is there. It goes on in the background: see
    /// [`property_indexes`](Self::property_indexes). Needs Weaviate 1.39.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::schema::PropertyIndex;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let config = articles.config();
    /// config.upsert_property_index("title", PropertyIndex::Searchable).tokenization(Tokenization::Field).await?;
    /// # Ok(())
    /// # }
    /// ```
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

    /// Builds an index of a property anew from the objects, in the background. Needs Weaviate 1.39.
    pub fn rebuild_property_index(&self, property: impl Into<String>, index: PropertyIndex) -> RebuildPropertyIndex {
        RebuildPropertyIndex { config: self.clone(), property: property.into(), index, tenants: Vec::new() }
    }

    /// Stops what is being done to an index of a property. Needs Weaviate 1.39.
    pub async fn cancel_property_index(&self, property: impl AsRef<str>, index: PropertyIndex) -> Result<IndexTask> {
        let call = self.scope.call("cancel property index", Idempotency::Idempotent)?;
        let reply =
            collections::cancel_property_index(self.transport(), call, self.name(), property.as_ref(), index.as_str());
        Ok(reply.await?.into())
    }

    /// The shards; the one of the tenant if the handle is that of a tenant.
    pub async fn shards(&self) -> Result<Vec<Shard>> {
        let call = self.scope.call("read shards", Idempotency::Read)?;
        let shards = collections::shards(self.transport(), &call, self.name(), self.scope.target.tenant()).await?;
        Ok(shards.0.into_iter().flatten().map(Into::into).collect())
    }

    /// Makes shards read-only or ready. The server says nothing to a name that it does not know.
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

    /// Reads, changes, looks whether what was read is still there, and writes; again if it is not.
    async fn rewrite(&self, change: impl Fn(&Value) -> Result<Plan>) -> Result<CollectionConfig> {
        let transport = self.transport();
        let mut there = self.fetch(UPDATE).await?;
        for _ in 0..TRIES {
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
            let message = "there is no collection of this name";
            Error::new(Verdict::refused(ErrorKind::NotFound), message).in_operation(operation, Some(self.name()))
        })
    }

    fn conflict() -> Error {
        let message = "somebody else changed the collection: read it again and decide anew";
        Error::new(Verdict::not_sent(ErrorKind::Conflict), message)
    }
}

const READ: &str = "read collection";
const UPDATE: &str = "update collection";

//! Requests that create, change or rebuild the index of a property.

use std::future::IntoFuture;

use super::Config;
use crate::call::{Call, Idempotency};
use crate::operations::collections;
use crate::scope::{Pending, perform};
use crate::values::property_names;
use crate::values::schema::{IndexTask, PropertyIndex, Tokenization};
use crate::wire::schema::index_upsert;
use crate::{Error, Result};

const UPSERT: &str = "upsert property index";
const REBUILD: &str = "rebuild property index";

impl Config {
    /// Makes a call on one property of the collection. Refuses a spelling that the server does not
    /// store.
    pub(super) fn property_call(
        &self,
        operation: &'static str,
        idempotency: Idempotency,
        property: &str,
    ) -> Result<Call> {
        let call = self.scope.call(operation, idempotency)?;
        let checked = property_names::check(property).map_err(|fault| Error::validation("property", fault));
        checked.map(|()| call).map_err(|error| self.scope.failed(operation, error))
    }
}

/// Request that creates or changes an index of a property, from [`Config::upsert_property_index`].
///
/// It is sent when it is awaited. Needs Weaviate 1.39.
#[derive(Clone, Debug)]
#[must_use = "the request is sent only when it is awaited"]
pub struct UpsertPropertyIndex {
    pub(super) config: Config,
    pub(super) property: String,
    pub(super) index: PropertyIndex,
    pub(super) tokenization: Option<Tokenization>,
    pub(super) algorithm: Option<String>,
    pub(super) tenants: Vec<String>,
}

impl UpsertPropertyIndex {
    /// Sets the tokenization. For [`PropertyIndex::Searchable`] only; the filterable index of the
    /// property follows. Required for a new index.
    pub fn tokenization(mut self, tokenization: Tokenization) -> Self {
        self.tokenization = Some(tokenization);
        self
    }

    /// Sets the BM25 algorithm: `blockmax` (BlockMax WAND). For [`PropertyIndex::Searchable`] only.
    pub fn algorithm(mut self, algorithm: impl Into<String>) -> Self {
        self.algorithm = Some(algorithm.into());
        self
    }

    /// Limits the request to these tenants. For collections with multi-tenancy only. Default: all.
    pub fn tenants(mut self, tenants: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tenants = tenants.into_iter().map(Into::into).collect();
        self
    }

    async fn send(self) -> Result<IndexTask> {
        let Self { config, property, index, tokenization, algorithm, tenants } = self;
        let searchable = matches!(index, PropertyIndex::Searchable | PropertyIndex::Other(_));
        if !searchable && (tokenization.is_some() || algorithm.is_some()) {
            let message = format!("a {index} index has no tokenization or algorithm; omit both");
            return Err(Error::validation("tokenization", message));
        }
        let body = index_upsert(tokenization.as_ref(), algorithm.as_deref());
        let call = config.property_call(UPSERT, Idempotency::Idempotent, &property)?;
        let (name, index) = (config.name(), index.as_str());
        let reply =
            collections::upsert_property_index(config.transport(), call, name, &property, index, &tenants, &body);
        Ok(reply.await?.into())
    }
}

impl IntoFuture for UpsertPropertyIndex {
    type Output = Result<IndexTask>;
    type IntoFuture = Pending<'static, IndexTask>;

    fn into_future(self) -> Self::IntoFuture {
        perform(UPSERT, self.config.scope.name(), self.send())
    }
}

/// Request that rebuilds an index of a property, from [`Config::rebuild_property_index`].
///
/// It is sent when it is awaited. Needs Weaviate 1.39.
#[derive(Clone, Debug)]
#[must_use = "the request is sent only when it is awaited"]
pub struct RebuildPropertyIndex {
    pub(super) config: Config,
    pub(super) property: String,
    pub(super) index: PropertyIndex,
    pub(super) tenants: Vec<String>,
}

impl RebuildPropertyIndex {
    /// Limits the request to these tenants. For collections with multi-tenancy only. Default: all.
    pub fn tenants(mut self, tenants: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tenants = tenants.into_iter().map(Into::into).collect();
        self
    }

    async fn send(self) -> Result<IndexTask> {
        let Self { config, property, index, tenants } = self;
        let call = config.property_call(REBUILD, Idempotency::Never, &property)?;
        let (name, index) = (config.name(), index.as_str());
        let reply = collections::rebuild_property_index(config.transport(), call, name, &property, index, &tenants);
        Ok(reply.await?.into())
    }
}

impl IntoFuture for RebuildPropertyIndex {
    type Output = Result<IndexTask>;
    type IntoFuture = Pending<'static, IndexTask>;

    fn into_future(self) -> Self::IntoFuture {
        perform(REBUILD, self.config.scope.name(), self.send())
    }
}

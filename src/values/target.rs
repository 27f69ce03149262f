//! Collection, tenant and consistency level of a request.

use std::sync::Arc;

use super::collection_name::{CollectionName, check_name};
use super::tenants;
use super::types::ConsistencyLevel;
use crate::Result;

/// Target of a request: collection, tenant and consistency level. Cheap to clone, because every
/// request has its own.
#[expect(unnameable_types, reason = "a sealed trait takes it")]
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) collection: CollectionName,
    pub(crate) tenant: Option<Arc<str>>,
    pub(crate) level: Option<ConsistencyLevel>,
}

impl Target {
    /// Creates the target of a whole collection.
    pub(crate) fn new(collection: &str) -> Self {
        Self { collection: CollectionName::new(collection), tenant: None, level: None }
    }

    pub(crate) fn collection(&self) -> &str {
        self.collection.as_str()
    }

    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Checks the names of collection and tenant by the rules of the server.
    pub(crate) fn check(&self) -> Result<()> {
        check_name(self.collection())?;
        self.tenant().map_or(Ok(()), tenants::check_name)
    }
}

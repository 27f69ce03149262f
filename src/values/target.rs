//! The collection, tenant and consistency level that a request is about.

use std::sync::Arc;

use super::collection_name::{CollectionName, check_name};
use super::types::ConsistencyLevel;
use crate::Result;

/// What a request is about. Cheap to clone: every request of a handle has one.
#[expect(unnameable_types, reason = "a sealed trait takes it")]
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) collection: CollectionName,
    pub(crate) tenant: Option<Arc<str>>,
    pub(crate) level: Option<ConsistencyLevel>,
}

impl Target {
    /// A whole collection, of this name.
    pub(crate) fn new(collection: &str) -> Self {
        Self { collection: CollectionName::new(collection), tenant: None, level: None }
    }

    pub(crate) fn collection(&self) -> &str {
        self.collection.as_str()
    }

    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Refuses a name that the server would refuse.
    pub(crate) fn check(&self) -> Result<()> {
        check_name(self.collection())
    }
}

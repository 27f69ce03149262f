//! Where the pages come from.

use super::expired;
use super::walk::Page;
use crate::query::{FetchObjects, Options};
use crate::transport::{Call, Idempotency, Listed, Place};
use crate::wire::listing::Found;
use crate::wire::search;
use crate::{Collection, Result, Uuid};

pub(super) const OPERATION: &str = "iterate";

/// A collection, and what to bring of its objects. The limit of the options is the size of a page.
pub(super) struct Source<P> {
    pub(super) collection: Collection<P>,
    pub(super) options: Options,
}

impl<P> Source<P> {
    /// The page behind an id, empty only at the end.
    pub(super) async fn page(&self, after: Option<Uuid>) -> Result<Page<Found>> {
        expired::page(after, |after| self.listed(after), |after| self.stored(after)).await
    }

    async fn listed(&self, after: Option<Uuid>) -> Result<Listed> {
        let place = search::Place::of(&self.collection);
        let request = search::fetch_objects(&place, &self.options, &FetchObjects { sort: None, after })?;
        self.collection.transport().page(self.call(), request).await
    }

    async fn stored(&self, after: Option<Uuid>) -> Result<Vec<Uuid>> {
        let (collection, tenant) = (self.collection.name(), self.collection.tenant_name());
        let place = Place { collection, tenant, level: None };
        let limit = self.options.limit.unwrap_or_default();
        self.collection.transport().ids(&self.call(), place, after, limit).await
    }

    fn call(&self) -> Call {
        Call::new(OPERATION, Idempotency::Read)
            .collection(self.collection.name())
            .options(self.collection.headers(), &self.options.call)
    }
}

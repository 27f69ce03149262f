//! Fetches the pages of an iteration from the server.

use super::expired;
use super::walk::Page;
use crate::call::Idempotency;
use crate::operations::object_pages;
use crate::scope::Scope;
use crate::values::query::{FetchObjects, Options};
use crate::values::target::Target;
use crate::wire::listing::ListedObject;
use crate::wire::search::ToMessage as _;
use crate::{Result, Uuid};

pub(super) const OPERATION: &str = "iterate";

/// Collection and options of an iteration. The limit of the options is the page size.
pub(super) struct PageSource {
    pub(super) scope: Scope,
    pub(super) options: Options,
}

impl PageSource {
    /// Returns the page after the cursor `after`. It is empty only at the end.
    pub(super) async fn page(&self, after: Option<Uuid>) -> Result<Page<ListedObject>> {
        let page = expired::page(after, |after| self.listed(after), |after| self.stored(after)).await;
        page.map_err(|error| self.scope.failed(OPERATION, error))
    }

    async fn listed(&self, after: Option<Uuid>) -> Result<object_pages::Page> {
        let request = FetchObjects { sort: None, after }.message(&self.scope.target, &self.options)?;
        let call = self.scope.call(OPERATION, Idempotency::Read)?.about_object();
        object_pages::page(&self.scope.transport, call, request).await
    }

    async fn stored(&self, after: Option<Uuid>) -> Result<Vec<Uuid>> {
        let target = Target { level: None, ..self.scope.target.clone() };
        let limit = self.options.limit.unwrap_or_default();
        let call = self.scope.call(OPERATION, Idempotency::Read)?.about_object();
        object_pages::ids(&self.scope.transport, &call, &target, after, limit).await
    }
}

//! Listing objects: order and cursor.

use super::{Query, Sort};
use crate::Uuid;

/// A list of objects without a search, see [`Queries::fetch_objects`](super::Queries::fetch_objects).
#[derive(Clone, Debug, Default)]
pub struct FetchObjects {
    pub(crate) sort: Option<Sort>,
    pub(crate) after: Option<Uuid>,
}

impl<P> Query<P, FetchObjects> {
    /// In this order instead of that of the ids.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.kind.sort = Some(sort);
        self
    }

    /// Only objects whose ids come after this one: the cursor, with which a collection of any size is read page by page.
    /// Pass the id of the last object of one page to get the next; an empty page is the end. It goes neither with an
    /// offset nor a filter nor an order.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let mut page = articles.query().fetch_objects().limit(100).await?;
    /// while let Some(last) = page.last() {
    ///     page = articles.query().fetch_objects().limit(100).after(last.id).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(mut self, id: Uuid) -> Self {
        self.kind.after = Some(id);
        self
    }
}

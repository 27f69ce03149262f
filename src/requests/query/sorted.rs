//! Setters of listings: sort order and cursor.

use super::Query;
use crate::Uuid;
use crate::values::properties::Typed;
use crate::values::query::{FetchObjects, SearchResults, Sort};

impl<P, S> Query<P, FetchObjects, SearchResults<S>> {
    /// Sets the sort order. Default: by id, ascending.
    ///
    /// Takes a [`Sort`], or a field handle of the struct: `fields.year.descending()`.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let newest_first = Sort::by("year").descending();
    /// let hits = articles.query().fetch_objects().sort(newest_first).limit(10).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "order_by")]
    pub fn sort(mut self, sort: impl Into<Typed<P, Sort>>) -> Self {
        self.kind.sort = Some(sort.into().into_inner());
        self
    }

    /// Sets the cursor: returns only objects whose ids come after this one.
    ///
    /// Pass the id of the last object of a page to get the next page. An empty page is the end. A
    /// cursor excludes an offset, a filter, a sort order, a boost and a reranking.
    ///
    /// [`Collection::iterate`](crate::Collection::iterate) reads page by page on its own. It also
    /// handles collections with a time to live (TTL), where an expired page is empty before the
    /// end. See
    /// [read all objects](https://docs.weaviate.io/weaviate/manage-objects/read-all-objects) in
    /// Weaviate's documentation.
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
    #[doc(alias = "cursor")]
    #[doc(alias = "scroll")]
    pub fn after(mut self, id: Uuid) -> Self {
        self.kind.after = Some(id);
        self
    }
}

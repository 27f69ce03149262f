//! Setters of plain lists: sort order and cursor.

use super::Query;
use crate::Uuid;
use crate::values::properties::Typed;
use crate::values::query::{FetchObjects, SearchResults, Sort};

impl<P, S> Query<P, FetchObjects, SearchResults<S>> {
    /// In this order instead of that of the ids: a [`Sort`], or a handle of a property, `fields.year.descending()`.
    pub fn sort(mut self, sort: impl Into<Typed<P, Sort>>) -> Self {
        self.kind.sort = Some(sort.into().into_inner());
        self
    }

    /// Only objects whose ids come after this one: the cursor, with which a collection of any size is read page by page.
    /// Pass the id of the last object of one page to get the next; an empty page is the end. It goes neither with an
    /// offset nor a filter nor an order.
    ///
    /// [`Collection::iterate`](crate::Collection::iterate) does all this by itself. It also gets by where a collection leaves
    /// expired objects out of searches: a page may be empty there although objects follow.
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

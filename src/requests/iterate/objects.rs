//! The objects of one iteration, as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::ResumeToken;
use super::reader::Reader;
use super::source::OPERATION;
use crate::Result;
use crate::values::collection_name::CollectionName;
use crate::values::query::Hit;
use crate::wire::listing::ListedObject;

/// All objects of a collection, one after the other, in the order of their ids: see
/// [`Collection::iterate`](crate::Collection::iterate).
///
/// A [`Stream`] that ends with `None`, or with the one error that it had, and [`next`](Self::next) for those who do not
/// import any extension. Nothing is asked before it is polled. Dropping it ends the request that is under way.
#[must_use = "nothing is read until objects are asked for"]
pub struct Objects<S> {
    reader: Reader<ListedObject>,
    collection: CollectionName,
    filters: Vec<Filter<S>>,
}

type Filter<S> = Box<dyn FnMut(&Hit<S>) -> bool + Send>;

impl<S> Objects<S> {
    pub(super) fn new(reader: Reader<ListedObject>, collection: CollectionName) -> Self {
        Self { reader, collection, filters: Vec::new() }
    }

    /// Gives out only what `keep` says yes to. **All objects are read from the server nonetheless**: it lets no filter go
    /// with a cursor. Where few of many objects are wanted, a search with a [`Filter`](crate::Filter) and a limit reads
    /// less. A second one narrows the first.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let mut untitled =
    ///     articles.iterate().stream().client_side_filter(|article| !article.properties.contains_key("title"));
    /// while let Some(article) = untitled.next().await {
    ///     println!("{} has no title", article?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_side_filter(mut self, keep: impl FnMut(&Hit<S>) -> bool + Send + 'static) -> Self {
        self.filters.push(Box::new(keep));
        self
    }

    /// Where to go on after what was given out so far: right behind it, also in the middle of a page. What was filtered out
    /// counts as given out, and so does an object whose error was; after any other error it is where to try again.
    #[must_use]
    pub fn token(&self) -> ResumeToken {
        self.reader.token()
    }
}

impl<S: DeserializeOwned> Objects<S> {
    /// The next object, `None` at the end and after an error. Whoever stops waiting for it loses nothing.
    pub async fn next(&mut self) -> Option<Result<Hit<S>>> {
        poll_fn(|context| self.poll(context)).await
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Hit<S>>>> {
        loop {
            let Some(found) = ready!(self.reader.poll_next(context)) else { return Poll::Ready(None) };
            match found.and_then(ListedObject::read) {
                Ok(hit) => {
                    if self.filters.iter_mut().all(|keep| keep(&hit)) {
                        return Poll::Ready(Some(Ok(hit)));
                    }
                }
                Err(error) => {
                    self.reader.stop();
                    return Poll::Ready(Some(Err(error.in_operation(OPERATION, Some(self.collection.as_str())))));
                }
            }
        }
    }
}

impl<S: DeserializeOwned> Stream for Objects<S> {
    type Item = Result<Hit<S>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<S> fmt::Debug for Objects<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects")
            .field("collection", &self.collection.as_str())
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

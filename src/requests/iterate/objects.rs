//! The stream of objects of one iteration.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::ResumeToken;
use super::page_source::OPERATION;
use super::reader::Reader;
use crate::Result;
use crate::values::collection_name::CollectionName;
use crate::values::query::Hit;
use crate::wire::listing::ListedObject;
use crate::wire::reply::Reading;

/// Stream of all objects of a collection in the order of their ids, made by
/// [`Iterate::stream`](crate::iterate::Iterate::stream).
///
/// It implements [`Stream`]; [`next`](Self::next) needs no extension trait. The stream ends with
/// `None`, or with its first error. It sends no request before it is polled. Dropping it cancels
/// the running request.
///
/// ```no_run
/// use weaviate::iterate::{Objects, ResumeToken};
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let mut all: Objects<PropertyMap> = articles.iterate().stream();
/// while let Some(article) = all.next().await {
///     println!("{}", article?.id);
///     let resume_here: ResumeToken = all.token();
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until objects are asked for"]
pub struct Objects<S> {
    reader: Reader<ListedObject>,
    collection: CollectionName,
    filters: Vec<Filter<S>>,
    reading: Reading,
}

type Filter<S> = Box<dyn FnMut(&Hit<S>) -> bool + Send>;

impl<S> Objects<S> {
    pub(super) fn new(reader: Reader<ListedObject>, collection: CollectionName, reading: Reading) -> Self {
        Self { reader, collection, filters: Vec::new(), reading }
    }

    /// Returns only objects for which `keep` returns `true`. **The client still reads all
    /// objects.**
    ///
    /// The server does not combine a cursor with a filter. For few of many objects, a search with a
    /// [`Filter`](crate::Filter) and a limit reads less. A second filter narrows the first.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let all = articles.iterate().stream();
    /// let mut untitled = all.client_side_filter(|hit| !hit.properties.contains_key("title"));
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

    /// Returns the position after the last object, to resume with
    /// [`Iterate::after`](crate::iterate::Iterate::after).
    ///
    /// It is exact, also in the middle of a page. Objects that a filter dropped, and an object that
    /// could not be decoded, count as returned. After any other error, it is the position to retry.
    #[must_use]
    pub fn token(&self) -> ResumeToken {
        self.reader.token()
    }
}

impl<S: DeserializeOwned> Objects<S> {
    /// Returns the next object, or `None` at the end and after an error.
    ///
    /// Cancel-safe: a future that is dropped before it is ready loses no object.
    ///
    /// # Errors
    ///
    /// The [kinds](crate::ErrorKind) of a search. [`Decode`](crate::ErrorKind::Decode) if an object
    /// does not fit `S`. [`Server`](crate::ErrorKind::Server) if the server repeats a page.
    pub async fn next(&mut self) -> Option<Result<Hit<S>>> {
        poll_fn(|context| self.poll(context)).await
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Hit<S>>>> {
        loop {
            let Some(found) = ready!(self.reader.poll_next(context)) else { return Poll::Ready(None) };
            match found.and_then(|object| object.read(&self.reading)) {
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

//! Objects: putting them into a collection.

mod insert_many;
mod new_object;
mod report;

use std::fmt;

use serde::Serialize;

pub use insert_many::InsertMany;
pub use new_object::NewObject;
pub use report::{InsertReport, ObjectError};

use crate::Collection;

/// The objects of a collection, see [`Collection::data`].
pub struct Data<P> {
    collection: Collection<P>,
}

impl<P> Data<P> {
    pub(crate) fn new(collection: Collection<P>) -> Self {
        Self { collection }
    }
}

impl<P: Serialize> Data<P> {
    /// Stores many objects, each of which is either the properties alone or a [`NewObject`] with an id or vectors.
    ///
    /// Every object gets an id here unless it has one; an object with that id is replaced. All of them are encoded at once
    /// and sent, when the request is awaited, in messages of up to 1,000 objects, one after the other.
    ///
    /// One object that fails does not keep the others back. It is listed in the [`InsertReport`] by its position, whether
    /// it was refused by the server, could not be encoded (a NaN, an integer beyond ±2^53: kind
    /// [`Validation`](crate::ErrorKind::Validation)), or is larger than a message can be
    /// ([`LimitExceeded`](crate::ErrorKind::LimitExceeded)). **So look at the report**, or have
    /// [`into_result`](InsertReport::into_result) turn it into an error.
    ///
    /// A whole message that fails is the error of the call if it is the first. If it is a later one, the report lists all
    /// its objects, with an [`outcome`](ObjectError::outcome) that tells refused from unknown, and the objects behind it
    /// as not sent.
    ///
    /// No objects are no error, and nothing is sent.
    ///
    /// ```no_run
    /// use serde::Serialize;
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize)]
    /// struct Article {
    ///     title: String,
    ///     year: i64,
    /// }
    ///
    /// # async fn example(articles: Collection<Article>, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let article = Article { title: "Of crabs and gophers".to_owned(), year: 2026 };
    /// let report = articles.data().insert_many([NewObject::new(article).vector(embedding)]).await?;
    /// for error in report.errors() {
    ///     eprintln!("number {} failed: {}", error.index(), error.message());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn insert_many<O: Into<NewObject<P>>>(&self, objects: impl IntoIterator<Item = O>) -> InsertMany {
        InsertMany::new(&self.collection, objects)
    }
}

impl<P> Clone for Data<P> {
    fn clone(&self) -> Self {
        Self { collection: self.collection.clone() }
    }
}

impl<P> fmt::Debug for Data<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data").field("collection", &self.collection).finish()
    }
}

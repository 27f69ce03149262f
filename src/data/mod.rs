//! Objects: storing, reading, changing and deleting them.

mod get;
mod insert;
mod insert_many;
mod new_object;
mod report;
mod scope;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use get::{Exists, Get};
pub use insert::Insert;
pub use insert_many::InsertMany;
pub use new_object::NewObject;
pub use report::{InsertReport, ObjectError};

use crate::{Collection, Uuid};

/// The objects of a collection, see [`Collection::data`].
///
/// Single objects go over REST whatever the [`Protocol`](crate::Protocol), since there is nothing else for them.
pub struct Data<P> {
    collection: Collection<P>,
}

impl<P> Data<P> {
    pub(crate) fn new(collection: Collection<P>) -> Self {
        Self { collection }
    }
}

impl<P: Serialize> Data<P> {
    /// Stores one object: the properties alone, or a [`NewObject`] with an id or vectors. What comes back is its id, which is
    /// made here unless it has one.
    ///
    /// An id that exists already is refused with an error of kind [`AlreadyExists`](crate::ErrorKind::AlreadyExists). If the
    /// first attempt broke off and a second one finds the object there, it counts as stored: at once where the id was made
    /// here, otherwise if a look at it finds what was sent.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) before anything is sent for what the server cannot keep: an integer
    /// beyond ±2^53, a NaN, a property called `id`, `_id` or `_additional`.
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
    /// let id = articles.data().insert(article).vector(embedding).await?;
    /// println!("stored as {id}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn insert(&self, object: impl Into<NewObject<P>>) -> Insert {
        Insert::new(&self.collection, object.into())
    }

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

impl<P: DeserializeOwned> Data<P> {
    /// Reads the object of this id, `None` if there is none. Its times come with it, its vectors on request.
    ///
    /// A field gets its value exactly. In a [`PropertyMap`](crate::PropertyMap) a value is taken for what it looks like in
    /// JSON: a date, a uuid and a blob are text there, and a number without a fraction is an integer; searches tell them
    /// apart. References are no properties.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: weaviate::Uuid) -> weaviate::Result<()> {
    /// if let Some(article) = articles.data().get(id).include_vector(true).await? {
    ///     println!("{:?} since {:?}", article.properties, article.metadata.creation_time);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, id: Uuid) -> Get<P> {
        Get::new(&self.collection, id)
    }
}

impl<P> Data<P> {
    /// Whether there is an object of this id. Where there is no such collection, there is no object either.
    ///
    /// ```no_run
    /// # async fn example(articles: weaviate::Collection, id: weaviate::Uuid) -> weaviate::Result<()> {
    /// if !articles.data().exists(id).await? {
    ///     println!("{id} is gone");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn exists(&self, id: Uuid) -> Exists {
        Exists::new(&self.collection, id)
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

//! Objects: storing, reading, changing and deleting them.

mod delete_many;
mod get;
mod insert;
mod insert_many;
mod references;
mod setters;
mod validate;
mod write;

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use delete_many::DeleteMany;
pub use get::{Exists, Get};
pub use insert::Insert;
pub use insert_many::InsertMany;
pub use references::{AddReferences, ChangeReferences};
pub use validate::Validate;
pub use write::{Delete, Merge, Replace};

use self::references::Change;
use crate::scope::Scope;
use crate::values::data::{NewObject, NewReference, ReferenceTo};
use crate::values::properties::Typed;
use crate::{Filter, Uuid};

/// The objects of a collection, see [`Collection::data`](crate::Collection::data).
///
/// Single objects go over REST whatever the [`Protocol`](crate::connect::Protocol), since there is nothing else for them.
pub struct Data<P> {
    scope: Scope,
    properties: PhantomData<fn() -> P>,
}

impl<P> Data<P> {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self { scope: scope.clone(), properties: PhantomData }
    }
}

impl<P: Serialize> Data<P> {
    /// Stores one object: the properties alone, or a [`NewObject`] with an id or vectors. What comes back is its id, which is
    /// made here unless it has one.
    ///
    /// An id that exists already is refused with an error of kind [`AlreadyExists`](crate::ErrorKind::AlreadyExists). If the
    /// first attempt broke off and a second one finds the object there, it counts as stored: at once where the id was made
    /// here, otherwise if a look at it finds what was sent. It is [`replace`](Self::replace) that overwrites.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) before anything is sent for what the server cannot keep: an integer
    /// beyond ±2^53 (unless [`allow_lossy_integers`](Insert::allow_lossy_integers) says that it may be rounded), a NaN, a
    /// property called `id`, `_id` or `_additional`.
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
        Insert::new(&self.scope, object.into())
    }

    /// Asks the server whether it would take an object, without storing it. What it would not take comes as the error that
    /// [`insert`](Self::insert) would have; whether the id is taken and the vector fits is not looked at.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.data().validate(PropertyMap::from([("year", 2026)])).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn validate(&self, object: impl Into<NewObject<P>>) -> Validate {
        Validate::new(&self.scope, object.into())
    }

    /// Puts an object in place of the one of this id, as a whole: a property, a vector or a reference that is left out is gone.
    ///
    /// An error of kind [`NotFound`](crate::ErrorKind::NotFound) if there is none; it is [`insert`](Self::insert) that makes
    /// new ones.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: weaviate::Uuid) -> weaviate::Result<()> {
    /// let article = PropertyMap::from([("title", "Of gophers and crabs")]);
    /// articles.data().replace(id, article).vector([0.1, 0.9]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn replace(&self, id: Uuid, object: impl Into<NewObject<P>>) -> Replace {
        Replace::new(&self.scope, id, object.into())
    }

    /// Stores many objects, each of which is either the properties alone or a [`NewObject`] with an id or vectors.
    ///
    /// Every object gets an id here unless it has one; an object with that id is replaced. When the request is awaited, the
    /// objects are taken one by one, and sent in messages of up to 1,000 of them and some 4 MB, one after the other: an
    /// iterator that makes them as it goes can be of any length.
    ///
    /// One object that fails does not keep the others back. It is listed in the [`InsertReport`](crate::data::InsertReport) by its position, and handed
    /// back there, whether it was refused by the server, could not be encoded (a NaN, an integer beyond ±2^53, a property
    /// called `id`: kind [`Validation`](crate::ErrorKind::Validation)), or is larger than a message can be
    /// ([`LimitExceeded`](crate::ErrorKind::LimitExceeded)). **So look at the report**, or have
    /// [`into_result`](crate::data::BulkReport::into_result) turn it into an error.
    ///
    /// A whole message that fails is the error of the call if it is the first. If it is a later one, the report lists all
    /// its objects, with an [`outcome`](crate::data::ItemError::outcome) that tells refused from unknown, and the objects behind it
    /// as not sent. Whoever needs the objects whatever happens keeps them, and hands over `objects.iter().cloned()`.
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
    /// for error in report.into_errors() {
    ///     eprintln!("number {} failed: {}", error.index(), error.message());
    ///     let object = error.into_item(); // to be mended, and sent again
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn insert_many<'o, O, I>(&self, objects: I) -> InsertMany<'o, P>
    where
        I: IntoIterator<Item = O>,
        I::IntoIter: Send + 'o,
        O: Into<NewObject<P>> + 'o,
        P: 'o,
    {
        InsertMany::new(&self.scope, objects)
    }
}

impl<P: DeserializeOwned> Data<P> {
    /// Reads the object of this id, `None` if there is none. Its times come with it, its vectors on request.
    ///
    /// A field gets its value exactly. In a [`PropertyMap`](crate::PropertyMap) a value is taken for what it looks like in
    /// JSON: a date, a uuid and a blob are text there, and a number without a fraction is an integer; searches tell them
    /// apart. References are no properties, they are in [`Hit::references`](crate::query::Hit::references); but a list of them that
    /// was emptied reads as an empty array.
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
        Get::new(&self.scope, id)
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
        Exists::new(&self.scope, id)
    }

    /// Sets some properties of the object of this id and keeps the others. `changes` is anything that has the properties to
    /// be set: a struct, or a [`PropertyMap`](crate::PropertyMap).
    ///
    /// A property without a value (`None`) stays as it is; [`remove`](Merge::remove) takes one away. An array or an object
    /// is set as a whole. What the object refers to stays: that is for [`reference_add`](Self::reference_add) and its like.
    /// An error of kind [`NotFound`](crate::ErrorKind::NotFound) if there is no such object.
    ///
    /// ```no_run
    /// use serde::Serialize;
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize)]
    /// struct Correction {
    ///     year: i64,
    /// }
    ///
    /// # async fn example(articles: Collection, id: weaviate::Uuid) -> weaviate::Result<()> {
    /// articles.data().merge(id, Correction { year: 2027 }).remove("subtitle").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn merge(&self, id: Uuid, changes: impl Serialize) -> Merge {
        Merge::new(&self.scope, id, &changes)
    }

    /// Deletes the object of this id. No error if there is none: the server says the same to both.
    ///
    /// ```no_run
    /// # async fn example(articles: weaviate::Collection, id: weaviate::Uuid) -> weaviate::Result<()> {
    /// articles.data().delete(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete(&self, id: Uuid) -> Delete {
        Delete::new(&self.scope, id)
    }

    /// Deletes all objects that the filter matches. The server deletes 10,000 at a time; this goes on until none is left,
    /// and the timeout is that of each time.
    ///
    /// If an attempt breaks off and is repeated, what it had deleted is missing from the report. An error after the first
    /// 10,000 has the [`outcome`](crate::Error::outcome) unknown: some objects are gone.
    ///
    /// Goes over all protocols. Plain REST wants to be told what gRPC servers look up themselves: where a number or a date
    /// is compared, or a reference followed whose collection is not named, the configuration of the collection is read
    /// before each 10,000. There the report does not say how long it took.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let old = Filter::property("year").less_than(1900);
    /// let report = articles.data().delete_many(old.clone()).dry_run(true).await?;
    /// println!("{} articles would go", report.matches);
    /// articles.data().delete_many(old).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_many(&self, filter: impl Into<Typed<P, Filter>>) -> DeleteMany {
        DeleteMany::new(&self.scope, filter.into().into_inner())
    }

    /// Lets a property of an object refer to one more object, which has to exist. The same reference again is a second
    /// one, so that this is never repeated by itself where it may have been done.
    ///
    /// ```no_run
    /// use weaviate::data::ReferenceTo;
    /// use weaviate::Uuid;
    ///
    /// # async fn example(books: weaviate::Collection, book: Uuid, author: Uuid, press: Uuid) -> weaviate::Result<()> {
    /// books.data().reference_add(book, "writtenBy", author).await?;
    /// // For a property that refers to several collections:
    /// books.data().reference_add(book, "madeBy", ReferenceTo::in_collection("Publisher", press)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference_add(
        &self,
        from: Uuid,
        property: impl Into<String>,
        to: impl Into<ReferenceTo>,
    ) -> ChangeReferences {
        ChangeReferences::new(&self.scope, from, property.into(), Change::Add(to.into()))
    }

    /// Lets a property of an object refer to these objects and to no other. None at all empties it.
    ///
    /// ```no_run
    /// use weaviate::Uuid;
    ///
    /// # async fn example(books: weaviate::Collection, book: Uuid, authors: [Uuid; 2]) -> weaviate::Result<()> {
    /// books.data().reference_replace(book, "writtenBy", authors).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference_replace<R: Into<ReferenceTo>>(
        &self,
        from: Uuid,
        property: impl Into<String>,
        to: impl IntoIterator<Item = R>,
    ) -> ChangeReferences {
        let all = to.into_iter().map(Into::into).collect();
        ChangeReferences::new(&self.scope, from, property.into(), Change::Replace(all))
    }

    /// Takes a reference from a property of an object, as often as it is there. Without effect if it is not; the object
    /// that it points to stays.
    ///
    /// ```no_run
    /// use weaviate::Uuid;
    ///
    /// # async fn example(books: weaviate::Collection, book: Uuid, author: Uuid) -> weaviate::Result<()> {
    /// books.data().reference_delete(book, "writtenBy", author).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference_delete(
        &self,
        from: Uuid,
        property: impl Into<String>,
        to: impl Into<ReferenceTo>,
    ) -> ChangeReferences {
        ChangeReferences::new(&self.scope, from, property.into(), Change::Delete(to.into()))
    }

    /// Adds many references, in messages of up to 1,000, one after the other. Whether their targets exist is not looked at.
    /// They go by the client's [`Protocol`](crate::connect::Protocol), and over REST to servers before 1.33.
    ///
    /// One that fails does not keep the others back: it is listed in the [`ReferenceReport`](crate::data::ReferenceReport) by its position. A whole
    /// message that fails is the error of the call if it is the first; otherwise the report lists what it and those behind
    /// it carried. No references are no error, and nothing is sent.
    ///
    /// ```no_run
    /// use weaviate::data::NewReference;
    /// use weaviate::Uuid;
    ///
    /// # async fn example(books: weaviate::Collection, pairs: Vec<(Uuid, Uuid)>) -> weaviate::Result<()> {
    /// let references = pairs.into_iter().map(|(book, author)| NewReference::new(book, "writtenBy", author));
    /// books.data().reference_add_many(references).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference_add_many(&self, references: impl IntoIterator<Item = NewReference>) -> AddReferences {
        AddReferences::new(&self.scope, references.into_iter().collect())
    }
}

impl<P> Clone for Data<P> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), properties: PhantomData }
    }
}

impl<P> fmt::Debug for Data<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Data").field(&self.scope.target).finish()
    }
}

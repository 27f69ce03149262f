//! Objects: insert, import, read, replace, merge, delete, and cross-references.

mod delete_many;
mod get;
pub(crate) mod import_message;
mod insert;
mod insert_many;
mod references;
pub(crate) mod second_look;
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

use self::references::ReferenceChange;
use crate::scope::Scope;
use crate::values::data::{NewObject, NewReference, ReferenceTo};
use crate::values::properties::Typed;
use crate::{Filter, Uuid};

/// Handle of a collection's objects, returned by [`Collection::data`](crate::Collection::data).
///
/// Each method returns a request, which is sent when it is awaited. Requests about a single object
/// always go over REST, whatever the [`Protocol`](crate::connect::Protocol): the server has nothing
/// else for them.
///
/// Every awaited request can fail with [`Validation`](crate::ErrorKind::Validation) for a wrong
/// name or option, [`Tenant`](crate::ErrorKind::Tenant) for a missing or inactive tenant, and the
/// connection [kinds](crate::ErrorKind). The methods name their other errors.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let data = articles.data();
/// let id = data.insert(PropertyMap::from([("title", "Owls")])).await?;
/// data.merge(id, PropertyMap::from([("year", 2026)])).await?;
/// let article = data.get(id).await?;
/// data.delete(id).await?;
/// # Ok(())
/// # }
/// ```
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
    /// Inserts one object and returns its id.
    ///
    /// Takes the properties alone, or a [`NewObject`] with an id, vectors or references. An object
    /// without an id gets a random UUID from the client. [`replace`](Self::replace) overwrites an
    /// existing object, and [`insert_many`](Self::insert_many) imports many.
    ///
    /// If the connection breaks, the request is retried. The retry succeeds if the first attempt
    /// stored the object: the id was made by the client, or the stored object equals this one.
    ///
    /// See [create objects](https://docs.weaviate.io/weaviate/manage-objects/create) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// The awaited request fails with
    ///
    /// - [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if an object has this id.
    /// - [`Validation`](crate::ErrorKind::Validation), before anything is sent, for a NaN, or a
    ///   property called `id`, `_id` or `_additional`. Also for an integer beyond ±2^53, unless
    ///   [`allow_lossy_integers`](Insert::allow_lossy_integers) is set.
    /// - [`Validation`](crate::ErrorKind::Validation) by the server, for example for a value of the
    ///   wrong data type.
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
    /// # async fn example(articles: Collection<Article>, owls: Vec<f32>) -> weaviate::Result<()> {
    /// let article = Article { title: "Of crabs and gophers".to_owned(), year: 2026 };
    /// let id = articles.data().insert(article).vector(owls).await?;
    /// println!("stored as {id}");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "create")]
    #[doc(alias = "add")]
    #[doc(alias = "post")]
    pub fn insert(&self, object: impl Into<NewObject<P>>) -> Insert {
        Insert::new(&self.scope, object.into())
    }

    /// Validates an object on the server, without storing it.
    ///
    /// The server does not check that the id is free, and not the dimension of vectors.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for an object that [`insert`](Self::insert)
    /// would refuse.
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

    /// Replaces the object with this id as a whole.
    ///
    /// Properties, vectors and references that are omitted are deleted. [`merge`](Self::merge)
    /// keeps them. See [update objects](https://docs.weaviate.io/weaviate/manage-objects/update) in
    /// Weaviate's documentation.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if no object has this id; use
    /// [`insert`](Self::insert) for new objects. [`Validation`](crate::ErrorKind::Validation) as
    /// for [`insert`](Self::insert), and for an object with a different id.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// let article = PropertyMap::from([("title", "Of gophers and crabs")]);
    /// articles.data().replace(id, article).vector([0.1, 0.9]).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "put")]
    #[doc(alias = "update")]
    #[doc(alias = "upsert")]
    pub fn replace(&self, id: Uuid, object: impl Into<NewObject<P>>) -> Replace {
        Replace::new(&self.scope, id, object.into())
    }

    /// Imports many objects (batch import). Replaces objects with the same id (upsert).
    ///
    /// Takes any iterator of properties, or of [`NewObject`]s with ids, vectors or references.
    /// Objects without an id get a random UUID from the client. The objects are sent in
    /// messages of up to 1,000 objects and about 1.5 MB, one after the other. They are taken one by
    /// one: a lazy iterator of any length needs little memory.
    ///
    /// An object that fails does not stop the import: the
    /// [`InsertReport`](crate::data::InsertReport) lists it with its position and returns it.
    /// **Check the report**, or turn it into an error with
    /// [`into_result`](crate::data::BulkReport::into_result). Errors of single objects are
    ///
    /// - What the server refused.
    /// - [`Validation`](crate::ErrorKind::Validation) for objects that cannot be encoded, as in
    ///   [`insert`](Self::insert).
    /// - [`LimitExceeded`](crate::ErrorKind::LimitExceeded) for an object larger than a message.
    ///
    /// An empty iterator succeeds, and nothing is sent. See
    /// [batch import](https://docs.weaviate.io/weaviate/manage-objects/import) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// The awaited request fails if its first message fails as a whole. The objects taken so far
    /// are lost with it: to keep them, pass `objects.iter().cloned()`.
    ///
    /// If a later message fails, the report lists all its objects, with an
    /// [`outcome`](crate::data::ItemError::outcome) of refused or unknown. It lists the objects
    /// after that message as not sent.
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
    /// # async fn example(articles: Collection<Article>, owls: Vec<f32>) -> weaviate::Result<()> {
    /// let article = Article { title: "Of crabs and gophers".to_owned(), year: 2026 };
    /// let objects = [NewObject::new(article).vector(owls)];
    /// let report = articles.data().insert_many(objects).await?;
    /// for error in report.into_errors() {
    ///     eprintln!("object {} failed: {}", error.index(), error.error());
    ///     let object = error.into_item(); // correct it and import it again
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "batch")]
    #[doc(alias = "bulk")]
    #[doc(alias = "import")]
    #[doc(alias = "upsert")]
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
    /// Reads the object with this id. Returns `None` if no object has it.
    ///
    /// The object has its creation and update time, and its vectors on
    /// [request](Get::include_vector). [`Hit::references`](crate::query::Hit::references) has its
    /// cross-references; a reference property that was emptied reads as an empty array.
    ///
    /// The fields of a struct get their exact values. A [`PropertyMap`](crate::PropertyMap) has the
    /// types of JSON: dates, UUIDs and blobs are text, and a number without a fraction is an
    /// integer. Searches return these types exactly.
    ///
    /// See [read objects](https://docs.weaviate.io/weaviate/manage-objects/read) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// [`Decode`](crate::ErrorKind::Decode) if the object does not fit `P`.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
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
    /// Checks that an object with this id exists.
    ///
    /// Returns `false` also if the collection does not exist.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// if !articles.data().exists(id).await? {
    ///     println!("{id} does not exist");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn exists(&self, id: Uuid) -> Exists {
        Exists::new(&self.scope, id)
    }

    /// Updates some properties of the object with this id, and keeps the others (PATCH).
    ///
    /// `changes` has the properties to set: a struct, or a [`PropertyMap`](crate::PropertyMap). A
    /// property without a value (`None`) stays as it is; [`remove`](Merge::remove) removes one.
    /// An array or an object is set as a whole. Cross-references stay:
    /// [`reference_add`](Self::reference_add) and its like change them. A field that is a vector of the
    /// collection's struct sets the vector; a struct of its own for `changes` gives such a field the
    /// same name.
    ///
    /// See [update objects](https://docs.weaviate.io/weaviate/manage-objects/update) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if no object has this id.
    /// [`Validation`](crate::ErrorKind::Validation) as for [`insert`](Self::insert), and for a
    /// property that is both set and removed.
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
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// articles.data().merge(id, Correction { year: 2027 }).remove("subtitle").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "patch")]
    #[doc(alias = "update")]
    pub fn merge(&self, id: Uuid, changes: impl Serialize) -> Merge {
        Merge::new(&self.scope, id, &changes)
    }

    /// Deletes the object with this id.
    ///
    /// Succeeds also if no object has the id: the server answers both cases alike. See
    /// [delete objects](https://docs.weaviate.io/weaviate/manage-objects/delete) in Weaviate's
    /// documentation.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// articles.data().delete(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "delete_by_id")]
    #[doc(alias = "remove")]
    pub fn delete(&self, id: Uuid) -> Delete {
        Delete::new(&self.scope, id)
    }

    /// Deletes all objects that match the filter.
    ///
    /// The server deletes up to 10,000 objects per request. The client repeats the request until no
    /// object matches; the timeout applies to each request.
    ///
    /// Works over all protocols. Over REST, filters on numbers, dates and references can need the
    /// data types of the collection. The client then reads its configuration before each request.
    ///
    /// See [delete objects](https://docs.weaviate.io/weaviate/manage-objects/delete) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// An error after the first request has the [`outcome`](crate::Error::outcome) unknown: some
    /// objects are deleted. If a broken attempt is retried, the report lacks the objects that the
    /// broken attempt deleted. Objects that the server fails to delete are in the report, not an
    /// error.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let old = Filter::property("year").less_than(1900);
    /// let report = articles.data().delete_many(old.clone()).dry_run(true).await?;
    /// println!("{} articles would be deleted", report.matches);
    /// articles.data().delete_many(old).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "batch_delete")]
    #[doc(alias = "bulk")]
    #[doc(alias = "where")]
    pub fn delete_many(&self, filter: impl Into<Typed<P, Filter>>) -> DeleteMany {
        DeleteMany::new(&self.scope, filter.into().into_inner())
    }

    /// Adds a cross-reference from a property of an object to an existing object.
    ///
    /// The same reference can be stored twice. The client therefore does not retry a request that
    /// the server may have executed. See
    /// [cross-references](https://docs.weaviate.io/weaviate/manage-collections/cross-references) in
    /// Weaviate's documentation.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for a name that is not a property name. The
    /// server also refuses a target that does not exist.
    ///
    /// ```no_run
    /// use weaviate::data::ReferenceTo;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(books: Collection, book: Uuid, ann: Uuid) -> weaviate::Result<()> {
    /// books.data().reference_add(book, "writtenBy", ann).await?;
    /// // For a property that refers to several collections:
    /// let editor = ReferenceTo::in_collection("Author", ann);
    /// books.data().reference_add(book, "madeBy", editor).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference_add(
        &self,
        from: Uuid,
        property: impl Into<String>,
        to: impl Into<ReferenceTo>,
    ) -> ChangeReferences {
        ChangeReferences::new(&self.scope, from, property.into(), ReferenceChange::Add(to.into()))
    }

    /// Replaces all cross-references of a property. An empty iterator deletes them all.
    ///
    /// # Errors
    ///
    /// Those of [`reference_add`](Self::reference_add).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(books: Collection, book: Uuid, ann: Uuid) -> weaviate::Result<()> {
    /// books.data().reference_replace(book, "writtenBy", [ann]).await?;
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
        ChangeReferences::new(&self.scope, from, property.into(), ReferenceChange::Replace(all))
    }

    /// Deletes a cross-reference of a property, and all its duplicates.
    ///
    /// Succeeds also if the reference does not exist. The target object stays.
    ///
    /// # Errors
    ///
    /// Those of [`reference_add`](Self::reference_add).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(books: Collection, book: Uuid, ann: Uuid) -> weaviate::Result<()> {
    /// books.data().reference_delete(book, "writtenBy", ann).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference_delete(
        &self,
        from: Uuid,
        property: impl Into<String>,
        to: impl Into<ReferenceTo>,
    ) -> ChangeReferences {
        ChangeReferences::new(&self.scope, from, property.into(), ReferenceChange::Delete(to.into()))
    }

    /// Adds many cross-references, in messages of up to 1,000, one message after the other.
    ///
    /// The server does not check that the targets exist. Uses the client's
    /// [`Protocol`](crate::connect::Protocol), and REST on servers before 1.33.0.
    ///
    /// A reference that fails does not stop the others: the
    /// [`ReferenceReport`](crate::data::ReferenceReport) lists it with its position. **Check the
    /// report**, or turn it into an error with
    /// [`into_result`](crate::data::BulkReport::into_result). An empty iterator succeeds, and
    /// nothing is sent.
    ///
    /// # Errors
    ///
    /// The awaited request fails if its first message fails as a whole. If a later message fails,
    /// the report lists its references and all that follow.
    ///
    /// ```no_run
    /// use weaviate::data::NewReference;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(books: Collection, pairs: Vec<(Uuid, Uuid)>) -> weaviate::Result<()> {
    /// let new = pairs.into_iter().map(|(book, by)| NewReference::new(book, "writtenBy", by));
    /// books.data().reference_add_many(new).await?.into_result()?;
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

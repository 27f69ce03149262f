//! Selection of what comes back with an object.

use std::fmt;
use std::marker::PhantomData;

use super::{IntoList, Properties, PropertyName, ReferenceProperty, VectorName, selected};
use crate::PropertyMap;
use crate::values::query::{IncludeVectors, Metadata, Selected, SelectedReference};

/// What comes back with an object besides its id: properties, vectors, metadata, and the objects
/// that it refers to.
///
/// [`Query::select`](crate::query::Query::select), [`Iterate::select`](crate::iterate::Iterate::select)
/// and [`Get::select`](crate::data::Get::select) take it. See
/// [cross-references](https://docs.weaviate.io/weaviate/manage-collections/cross-references) in
/// Weaviate's documentation.
///
/// Names of properties and handles of a struct are both selections. `P` is the struct; a selection
/// of names fits any. A dot selects one nested property: `publisher.city`.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Author { name: String }
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article {
/// #     title: String,
/// #     #[weaviate(vector)] embedding: Option<Vec<f32>>,
/// #     #[weaviate(reference = "Author")] written_by: Vec<Reference<Author>>,
/// # }
/// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
/// let fields = Article::fields();
/// let selection = Selection::of((fields.title,))
///     .vectors((fields.embedding,))
///     .reference(fields.written_by, Selection::of((Author::fields().name,)));
/// for hit in &articles.query().bm25("owl").select(selection).await? {
///     for author in &hit.properties.written_by {
///         println!("{:?}", author.object().map(|author| &author.properties.name));
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// A handle of another struct does not compile:
///
/// ```compile_fail,E0277
/// # use weaviate::prelude::*;
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Author { name: String }
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String }
/// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
/// articles.query().bm25("owl").select(Selection::of((Author::fields().name,))).await?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "return_properties")]
#[doc(alias = "return_references")]
#[doc(alias = "QueryReference")]
#[must_use = "a selection does nothing until a request takes it"]
pub struct Selection<P = PropertyMap> {
    pub(crate) selected: Selected,
    of: PhantomData<fn() -> P>,
}

impl<P> Selection<P> {
    const fn new(selected: Selected) -> Self {
        Self { selected, of: PhantomData }
    }

    /// Selects all properties except blobs and references: what comes back by default.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(books: Collection) -> weaviate::Result<()> {
    /// let with_authors = Selection::all().reference("writtenBy", Selection::all());
    /// let hits = books.query().bm25("owl").select(with_authors).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn all() -> Self {
        Self::new(Selected::default())
    }

    /// Selects the id alone.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(books: Collection) -> weaviate::Result<()> {
    /// let ids = Selection::none().reference("writtenBy", Selection::none());
    /// let hits = books.query().bm25("owl").select(ids).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn none() -> Self {
        Self::new(Selected::none())
    }

    /// Selects these properties, blobs among them.
    ///
    /// Takes names, or a tuple of field handles of the struct.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let selection = Selection::of(["title", "publisher.city", "photo"]);
    /// let hits = articles.query().bm25("owl").select(selection).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(properties: impl IntoList<P, PropertyName>) -> Self {
        let names = properties.into_list().into_iter().map(|PropertyName(name)| name).collect();
        Self::new(Selected { properties: Some(names), ..Selected::default() })
    }

    /// Selects these named vectors. Default: none.
    ///
    /// Takes names, or a tuple of vector handles of the struct.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let selection = Selection::of(["title"]).vectors(["title", "body"]);
    /// let hits = articles.query().bm25("owl").select(selection).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn vectors(mut self, names: impl IntoList<P, VectorName>) -> Self {
        self.selected.vectors = IncludeVectors::named(names);
        self
    }

    /// Selects all vectors.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("owl").select(Selection::all().all_vectors()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn all_vectors(mut self) -> Self {
        self.selected.vectors = IncludeVectors::All;
        self
    }

    /// Selects metadata. Default: none.
    ///
    /// A referenced object has [`CreationTime`](Metadata::CreationTime),
    /// [`LastUpdateTime`](Metadata::LastUpdateTime) and [`IsConsistent`](Metadata::IsConsistent); the
    /// others are of a search.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let selection = Selection::of(["title"]).metadata([Metadata::LastUpdateTime]);
    /// let hits = articles.query().bm25("owl").select(selection).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.selected.metadata = metadata.into_iter().collect();
        self
    }

    /// Selects the objects that a reference leads to, with what `selection` selects of them.
    ///
    /// Takes the name of the property, or its handle. [`Selection::none`] selects their ids. The
    /// server leaves out references to objects that do not exist. It returns objects five deep, the
    /// found one included, unless `QUERY_CROSS_REFERENCE_DEPTH_LIMIT` says otherwise.
    ///
    /// Of an object to which several references lead, the server returns what one of them selects,
    /// to all of them. So select the same everywhere, or another collection on each level.
    ///
    /// For a property that refers to several collections, use
    /// [`reference_to`](Self::reference_to).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(books: Collection) -> weaviate::Result<()> {
    /// let authors = Selection::of(["name"]).reference("worksFor", Selection::of(["city"]));
    /// let hits = books.query().bm25("owl").select(Selection::all().reference("writtenBy", authors)).await?;
    /// for author in hits[0].references("writtenBy") {
    ///     println!("{:?}", author.object().and_then(|author| author.properties.get("name")));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference<R: ReferenceProperty<P>>(self, property: R, selection: Selection<R::Target>) -> Self {
        self.with_reference(property, None, selection.selected)
    }

    /// Selects the objects of one collection that a reference leads to, for a property that refers
    /// to several collections.
    ///
    /// A query finds the objects of one of them. For the others, send a query each.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(books: Collection) -> weaviate::Result<()> {
    /// let publishers = Selection::all().reference_to("madeBy", "Publisher", Selection::of(["city"]));
    /// let hits = books.query().bm25("owl").select(publishers).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reference_to<R: ReferenceProperty<P>>(
        self,
        property: R,
        collection: impl Into<String>,
        selection: Selection<R::Target>,
    ) -> Self {
        self.with_reference(property, Some(collection.into()), selection.selected)
    }

    fn with_reference<R: ReferenceProperty<P>>(
        mut self,
        property: R,
        target: Option<String>,
        selected: Selected,
    ) -> Self {
        self.selected.add_reference(SelectedReference::new(property.into_name(), target, selected));
        self
    }
}

impl<P> Clone for Selection<P> {
    fn clone(&self) -> Self {
        Self::new(self.selected.clone())
    }
}

impl<P> fmt::Debug for Selection<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.selected.fmt(f)
    }
}

impl Selected {
    /// Selects what a struct has.
    pub(crate) fn project<T: Properties>(&mut self) {
        self.properties = (!T::IS_OPEN).then(selected::<T>);
        T::LAYOUT.select_all(self);
    }
}

impl IncludeVectors {
    pub(crate) fn named<P>(names: impl IntoList<P, VectorName>) -> Self {
        Self::Named(names.into_list().into_iter().map(|VectorName(name)| name).collect())
    }
}

//! Structs as collections: their schema and typed handles of their properties.
//!
//! [`Properties`] is the trait and its derive macro. The other types are those of the handles;
//! programs seldom name them.

mod check;
mod dates;
mod field;
mod field_value;
mod handles;
mod into_list;
mod layout;
mod metric_handles;
mod part_handles;
mod property_type;
mod ranking_handles;
mod reference_type;
mod selection;
mod shared_targets;
#[cfg(all(test, feature = "derive"))]
mod tests;
mod tuples;
mod typed;
mod vector_type;

use std::borrow::Cow;

pub use check::{PropertiesCheck, PropertyDifference, PropertyDifferenceKind};
pub(crate) use check::{compare, compare_vectors};
pub use field::Field;
pub use field_value::{Comparable, Contains, FieldValue, Groupable, Measured, Ordered, Searchable, Sortable};
pub use handles::{Measure, ObjectField};
pub use into_list::{IntoList, PropertyName};
pub(crate) use layout::{FieldPart, ReferencesOfField, VectorOfField};
#[doc(hidden)]
pub use layout::{Layout, LayoutField};
pub(crate) use metric_handles::FoundMetrics;
pub use metric_handles::{Aggregatable, AnyMetric, GroupKey, MetricList, SingleMetric};
pub use part_handles::{ReferenceField, ReferenceProperty, VectorField, VectorName};
#[doc(hidden)]
pub use property_type::Shape;
pub use property_type::{ArrayElement, PropertyType};
pub use reference_type::ReferenceType;
pub use selection::Selection;
pub use typed::Typed;
pub use vector_type::VectorType;
/// Derives the trait of the same name.
#[cfg(feature = "derive")]
pub use weaviate_derive::Properties;

use crate::PropertyMap;
use crate::values::schema::Property;

/// Struct whose fields are the properties of the objects of a collection.
///
/// `#[derive(Properties)]` implements it for a struct with named fields, next to serde's
/// `Serialize` and `Deserialize`. [`PropertyMap`] implements it for objects without a struct. See
/// Weaviate's page on [data types](https://docs.weaviate.io/weaviate/config-refs/datatypes).
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use weaviate::prelude::*;
///
/// #[derive(Serialize, Deserialize, Properties)]
/// #[serde(rename_all = "camelCase")]
/// struct Article {
///     title: String,
///     body: Option<String>,
///     #[weaviate(tokenization = "field", index_searchable = false)]
///     slug: String,
///     #[weaviate(index_range_filters, description = "When it was written")]
///     year_written: i64,
///     tags: Vec<String>,
///     publisher: Publisher,
/// }
///
/// #[derive(Serialize, Deserialize, Properties)]
/// struct Publisher {
///     name: String,
///     founded: Option<WeaviateDateTime>,
/// }
///
/// let config = CollectionConfig::of::<Article>("Article").vector(VectorConfig::self_provided());
/// assert_eq!(config.properties[3].name, "yearWritten");
/// assert_eq!(config.properties[3].data_type, DataType::Int);
///
/// let fields = Article::fields();
/// let wanted = fields.year_written.greater_or_equal(2020) & fields.title.like("rust*");
/// ```
///
/// # Schema
///
/// [`PropertyType`] lists the Rust types and their data types. `#[weaviate(...)]` on a field sets
/// what the type does not tell:
///
/// | attribute | meaning |
/// | --- | --- |
/// | `tokenization = "field"` | [`Tokenization`](crate::schema::Tokenization) of a text property |
/// | `index_filterable = false` | inverted index for filters; default: on |
/// | `index_searchable = false` | inverted index for keyword search (BM25), text only; default: on |
/// | `index_range_filters` | inverted index for range filters, int, number and date only; default: off |
/// | `description = "..."` | description of the property |
/// | `data_type = "text"` | data type of a Rust type that is not in the list, such as an enum |
/// | `vector`, `vector = "title"` | named vector of the object; `default` without a name |
/// | `reference = "Author"` | cross-reference to objects of this collection; repeat it for further collections |
///
/// The name of a property is the one that serde writes: `rename` and `rename_all` apply. A field
/// that serde neither writes nor reads is not a property. The fields of a flattened struct that
/// derives `Properties` are properties like the others.
///
/// # Vectors
///
/// A field with a vector is written as a vector of the object, and filled when the object is read.
/// [`VectorType`] lists its types. [`CollectionConfig::of`](crate::schema::CollectionConfig::of)
/// adds a self-provided vector for it.
///
/// - On writing, `None` is not sent, so that a vectorizer can make the vector. An empty vector is an
///   error. A vector that the request sets, such as
///   [`NewObject::vector`](crate::data::NewObject::vector), replaces that of the field.
/// - On reading, a field that is not an `Option` is always requested, which costs 4 bytes per
///   dimension. It stays empty for an object without the vector, which an array cannot. An `Option`
///   is filled if the request [selects](crate::query::Selection) the vector.
/// - An object that is read and then [replaced](crate::data::Data::replace) loses what was not
///   read: select all of its vectors and references first.
/// - A struct whose only vector is `default` requests all vectors, to read those of collections of
///   old clients, too, whose vector does not have a name.
///
/// # References
///
/// A field with references is written as references of the object, and filled when the object is
/// read. [`ReferenceType`] lists its types.
///
/// - On writing, references that the request adds come on top. A merge refuses references, because
///   the server would add them to those that exist.
/// - On reading, a field that is not an `Option` is always requested, by the ids alone. An `Option`
///   is filled if the request [selects](crate::query::Selection) the reference: `Some(vec![])` if
///   there is none.
/// - A struct that is read as the object of a reference has its vectors requested, but not its own
///   references: select them, or make the field an `Option`. The server returns an object to which
///   several references lead as one of them selects it.
/// - Of two structs that refer to each other, create the first collection without the reference, and
///   add it with [`add_property`](crate::schema::Config::add_property) when both exist. A collection
///   can refer to itself.
/// - A field that refers to several collections is an `Option`, because a search returns the objects
///   of one of them: see [`Selection::reference_to`](crate::query::Selection::reference_to).
///
/// ```no_run
/// use serde::{Deserialize, Serialize};
/// use weaviate::prelude::*;
///
/// #[derive(Serialize, Deserialize, Properties)]
/// struct Author {
///     name: String,
/// }
///
/// #[derive(Serialize, Deserialize, Properties)]
/// struct Article {
///     title: String,
///     #[weaviate(vector)]
///     embedding: Option<Vec<f32>>,
///     #[weaviate(reference = "Author")]
///     written_by: Vec<Reference<Author>>,
/// }
///
/// # async fn example(articles: Collection<Article>, ann: Uuid) -> weaviate::Result<()> {
/// let title = "Owls".to_owned();
/// let article = Article { title, embedding: Some(vec![0.1, 0.9]), written_by: vec![ann.into()] };
/// articles.data().insert(article).await?;
///
/// let with_authors = Selection::all().reference(Article::fields().written_by, Selection::all());
/// let hits = articles.query().fetch_objects().select(with_authors).await?;
/// # Ok(())
/// # }
/// ```
///
/// serde writes and reads a [`Reference`](crate::query::Reference) as its beacon where the format is
/// not that of a Weaviate server, such as in JSON.
///
/// # Handles
///
/// [`fields`](Self::fields) returns a [`Field`] for each property, under the name of the Rust
/// field. It makes filters with the operators and values that its type allows, sort orders, groups,
/// and lists of properties. A handle of another struct does not compile:
///
/// ```compile_fail,E0277
/// # use serde::{Deserialize, Serialize};
/// # use weaviate::prelude::*;
/// # #[derive(Serialize, Deserialize, Properties)]
/// # struct Article { year: i64 }
/// # #[derive(Serialize, Deserialize, Properties)]
/// # struct Author { born: i64 }
/// fn older(articles: Collection<Article>) -> impl Sized {
///     articles.query().fetch_objects().filter(Author::fields().born.less_than(1900))
/// }
/// ```
///
/// Filters on properties of nested objects (`fields().publisher.name`) need Weaviate 1.38 with the
/// environment variable `WEAVIATE_PREVIEW_NESTED_FILTERING`.
///
/// # Dates of other libraries
///
/// With the features `chrono` and `jiff`, fields of the types `chrono::DateTime` and
/// `jiff::Timestamp` are dates. With the feature `time`, a `time::OffsetDateTime` needs
/// `#[serde(with = "time::serde::rfc3339")]`, because serde writes another format by default. The
/// struct does not compile without it.
#[doc(alias = "derive")]
#[doc(alias = "schema")]
#[doc(alias = "class")]
#[diagnostic::on_unimplemented(
    message = "the properties of `{Self}` are not known at compile time",
    note = "add `#[derive(Properties)]` to the struct"
)]
pub trait Properties: Sized {
    /// Fields that hold vectors and references.
    #[doc(hidden)]
    const LAYOUT: &'static Layout = &Layout::EMPTY;
    /// Any property may be there, so that the schema tells nothing.
    #[doc(hidden)]
    const IS_MAP: bool = false;
    /// It takes properties that its schema does not name, in a flattened map.
    #[doc(hidden)]
    const IS_OPEN: bool = false;
    /// Struct of the handles, in collections of `P`, of the collection itself or of a nested
    /// object.
    type Fields<P, At>;

    /// Returns the properties of the struct, as a collection configures them.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String }
    /// assert_eq!(Article::properties(), [Property::new("title", DataType::Text)]);
    /// ```
    fn properties() -> Vec<Property>;

    /// Returns the handles of the properties.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String }
    /// let about_rust = Article::fields().title.like("rust*");
    /// ```
    #[must_use]
    fn fields() -> Self::Fields<Self, Top> {
        Self::fields_at(&Place::TOP)
    }

    #[doc(hidden)]
    fn fields_at<P, At>(place: &Place) -> Self::Fields<P, At>;
}

/// Returns no properties, because a map may have any.
impl Properties for PropertyMap {
    const IS_MAP: bool = true;
    const IS_OPEN: bool = true;
    type Fields<P, At> = ();

    fn properties() -> Vec<Property> {
        Vec::new()
    }

    fn fields_at<P, At>(_: &Place) -> Self::Fields<P, At> {}
}

/// Marker of a [`Field`] that is a property of the collection itself.
#[derive(Clone, Copy, Debug)]
pub enum Top {}

/// Marker of a [`Field`] that is a property of a nested object. It makes filters, and selects the
/// property.
#[derive(Clone, Copy, Debug)]
pub enum Nested {}

/// Place of properties: the object itself, or a nested object.
#[doc(hidden)]
#[derive(Debug)]
pub struct Place(Cow<'static, str>);

impl Place {
    const TOP: Self = Self(Cow::Borrowed(""));

    fn within(object: &str) -> Self {
        Self(format!("{object}.").into())
    }

    /// Returns the path of a property.
    #[must_use]
    pub fn name_of(&self, property: &'static str) -> Cow<'static, str> {
        if self.0.is_empty() { property.into() } else { format!("{}{property}", self.0).into() }
    }
}

/// Returns the names of the properties that a query can return: all but references.
pub(crate) fn selected<P: Properties>() -> Vec<String> {
    let is_value = |property: &Property| !matches!(property.data_type, crate::values::schema::DataType::Reference(_));
    P::properties().into_iter().filter(is_value).map(|property| property.name).collect()
}

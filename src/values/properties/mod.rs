//! Structs as collections: their schema, and handles of their properties.
//!
//! [`Properties`] is the trait and its derive. What else is here are the types that the handles are made of; programs
//! seldom name them.

mod check;
mod dates;
mod field;
mod into_list;
mod object;
mod property_type;
#[cfg(all(test, feature = "derive"))]
mod tests;
mod typed;
mod value;

use std::borrow::Cow;

pub(crate) use check::compare;
pub use check::{PropertiesCheck, PropertyDifference, PropertyDifferenceKind};
pub use field::Field;
pub use into_list::{IntoList, PropertyName};
pub use object::{Measure, ObjectField, ReferenceField};
#[doc(hidden)]
pub use property_type::Shape;
pub use property_type::{ArrayElement, PropertyType};
pub use typed::Typed;
pub use value::{Comparable, Contains, FieldValue, Groupable, Measured, Ordered, Searchable, Sortable};
/// Derives the trait of the same name.
#[cfg(feature = "derive")]
pub use weaviate_derive::Properties;

use crate::PropertyMap;
use crate::values::schema::Property;

/// A type whose fields are the properties of a collection's objects.
///
/// `#[derive(Properties)]` makes it of a struct with named fields, beside serde's own derives. [`PropertyMap`] has it, too.
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
/// [`PropertyType`] lists which type is which data type. `#[weaviate(...)]` on a field says the rest:
///
/// | attribute | |
/// | --- | --- |
/// | `tokenization = "field"` | how text is split, see [`Tokenization`](crate::schema::Tokenization) |
/// | `index_filterable = false` | whether filters on it are fast |
/// | `index_searchable = false` | whether keyword search finds it; text alone |
/// | `index_range_filters` | whether greater-than and less-than filters are fast; int, number and date alone |
/// | `description = "..."` | a text for people |
/// | `data_type = "text"` | the data type, for a type that serde writes as a value of it, such as an enum |
/// | `reference = "Author"` | a reference to objects of this collection; said again for each further collection |
///
/// The name of a property is that which serde gives it: `rename` and `rename_all` hold. What serde skips both ways is no
/// property, and the fields of a flattened struct that derives `Properties` are properties like the others. A field with
/// references is not written with the properties, hence `#[serde(skip_serializing, default)]` is asked for.
///
/// # Handles
///
/// [`fields`](Self::fields) has a handle for each property, under the name of the Rust field: for filters with the
/// operators and values that its type allows, for orders, groups, keyword search and selections. A handle belongs to its
/// struct; that of another does not compile:
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
/// Filters on properties of objects within the object (`fields().publisher.name`) need Weaviate 1.38 and
/// `WEAVIATE_PREVIEW_NESTED_FILTERING` there.
///
/// # Dates of other libraries
///
/// With the features `chrono` and `jiff`, `chrono::DateTime` and `jiff::Timestamp` are dates as they stand. With the feature
/// `time`, a `time::OffsetDateTime` is one where it has `#[serde(with = "time::serde::rfc3339")]`, since serde would write
/// something else; without it the struct does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no properties that are known while compiling",
    note = "add `#[derive(Properties)]` to the struct"
)]
pub trait Properties: Sized {
    /// The handles, of a collection of `P`, at the top or within an object.
    type Fields<P, At>;

    /// The properties, as a collection has them.
    fn properties() -> Vec<Property>;

    /// The handles of the properties.
    #[must_use]
    fn fields() -> Self::Fields<Self, Top> {
        Self::fields_at(&Place::TOP)
    }

    #[doc(hidden)]
    fn fields_at<P, At>(place: &Place) -> Self::Fields<P, At>;
}

/// A map may have any properties: it lists none.
impl Properties for PropertyMap {
    type Fields<P, At> = ();

    fn properties() -> Vec<Property> {
        Vec::new()
    }

    fn fields_at<P, At>(_: &Place) -> Self::Fields<P, At> {}
}

/// Marks a [`Field`] that is a property of the collection.
#[derive(Clone, Copy, Debug)]
pub enum Top {}

/// Marks a [`Field`] that is a property of an object within the object: there are filters on it, and no more.
#[derive(Clone, Copy, Debug)]
pub enum Nested {}

/// Where the properties are: of the object itself, or of one within it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Place(Cow<'static, str>);

impl Place {
    const TOP: Self = Self(Cow::Borrowed(""));

    fn within(object: &str) -> Self {
        Self(format!("{object}.").into())
    }

    /// The path of a property.
    #[must_use]
    pub fn name_of(&self, property: &'static str) -> Cow<'static, str> {
        if self.0.is_empty() { property.into() } else { format!("{}{property}", self.0).into() }
    }
}

/// The names that a query can ask for.
pub(crate) fn selected<P: Properties>() -> Vec<String> {
    let is_value = |property: &Property| !matches!(property.data_type, crate::values::schema::DataType::Reference(_));
    P::properties().into_iter().filter(is_value).map(|property| property.name).collect()
}

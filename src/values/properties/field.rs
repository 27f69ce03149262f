//! Typed handles of properties.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::{Comparable, Contains, FieldValue, Groupable, Measure, Measured, Ordered, PropertyName, Searchable, Typed};
use super::{Sortable, Top};
use crate::Filter;
use crate::values::filter::FilterTarget;
use crate::values::query::{GroupBy, SearchProperty, Sort};
use crate::values::types::GeoCoordinates;

/// Typed handle of a property with values of type `T`, in collections of `P`.
///
/// [`Properties::fields`](super::Properties::fields) returns the handles of a struct. A handle
/// makes filters with the operators and values that `T` allows, and selects the property. A handle of
/// a property of the collection itself (`At` is [`Top`]) also makes sort orders and groups.
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::properties::{Field, Typed};
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, year: i32, born: Option<i64> }
/// fn in_this_century<P>(year: &Field<P, i64>) -> Typed<P, Filter> {
///     year.greater_than(2000) & year.less_or_equal(2100)
/// }
///
/// // Handles of integers are `Field<_, i64>`, whatever integer type the struct has.
/// let filter = in_this_century(&Article::fields().year) | in_this_century(&Article::fields().born);
/// ```
///
/// A value of another type does not compile:
///
/// ```compile_fail,E0277
/// # use weaviate::prelude::*;
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, year: i32 }
/// let filter = Article::fields().year.equal("2020");
/// ```
#[doc(alias = "property")]
#[doc(alias = "handle")]
pub struct Field<P, T, At = Top> {
    name: Cow<'static, str>,
    #[expect(clippy::type_complexity, reason = "three parameters that nothing is kept of")]
    of: PhantomData<fn() -> (P, T, At)>,
}

impl<P, T, At> Field<P, T, At> {
    pub(crate) const fn new(name: Cow<'static, str>) -> Self {
        Self { name, of: PhantomData }
    }

    /// Returns the name of the property in the collection, `address.city` for one of a nested
    /// object.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # #[serde(rename_all = "camelCase")]
    /// # struct Article { year_written: i64 }
    /// assert_eq!(Article::fields().year_written.name(), "yearWritten");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn filter(&self, compare: impl FnOnce(FilterTarget) -> Filter) -> Typed<P, Filter> {
        Typed::new(compare(Filter::property(self.name())))
    }

    /// Matches objects whose value is equal. For text, the tokenization of the property decides
    /// what is equal.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { topic: String }
    /// let about_birds = Article::fields().topic.equal("birds");
    /// ```
    pub fn equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Comparable,
    {
        self.filter(|target| target.equal(value.into_filter_value()))
    }

    /// Matches objects whose value is another one.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { topic: String }
    /// let not_about_birds = Article::fields().topic.not_equal("birds");
    /// ```
    pub fn not_equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Comparable,
    {
        self.filter(|target| target.not_equal(value.into_filter_value()))
    }

    /// Matches objects whose value is greater.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { year: i64 }
    /// let after_2020 = Article::fields().year.greater_than(2020);
    /// ```
    pub fn greater_than<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.greater_than(value.into_filter_value()))
    }

    /// Matches objects whose value is greater or equal.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { year: i64 }
    /// let since_2020 = Article::fields().year.greater_or_equal(2020);
    /// ```
    pub fn greater_or_equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.greater_or_equal(value.into_filter_value()))
    }

    /// Matches objects whose value is less.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { year: i64 }
    /// let before_1900 = Article::fields().year.less_than(1900);
    /// ```
    pub fn less_than<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.less_than(value.into_filter_value()))
    }

    /// Matches objects whose value is less or equal.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Product { price: f64 }
    /// let cheap = Product::fields().price.less_or_equal(9.5);
    /// ```
    pub fn less_or_equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.less_or_equal(value.into_filter_value()))
    }

    /// Matches texts that fit a pattern, in which `?` is one character and `*` any number of
    /// characters.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String }
    /// let about_rust = Article::fields().title.like("rust*");
    /// ```
    pub fn like(&self, pattern: impl Into<String>) -> Typed<P, Filter>
    where
        T: Searchable,
    {
        self.filter(|target| target.like(pattern))
    }

    /// Matches objects without a value (`true`) or with one (`false`).
    ///
    /// The collection needs the null index,
    /// [`InvertedIndexConfig::index_null_state`](crate::schema::InvertedIndexConfig::index_null_state).
    /// Properties of the data types `geoCoordinates`, `phoneNumber` and `blob` are not in that
    /// index.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { body: Option<String> }
    /// let without_body = Article::fields().body.is_null(true);
    /// ```
    pub fn is_null(&self, is_null: bool) -> Typed<P, Filter> {
        self.filter(|target| target.is_null(is_null))
    }

    /// Matches objects whose value is one of these, or whose array holds at least one of them.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { tags: Vec<String> }
    /// let tagged = Article::fields().tags.contains_any(["rust", "cargo"]);
    /// ```
    pub fn contains_any<V: FieldValue<T::Element>>(&self, values: impl IntoIterator<Item = V>) -> Typed<P, Filter>
    where
        T: Contains,
    {
        self.filter(|target| target.contains_any(values.into_iter().map(FieldValue::into_filter_value)))
    }

    /// Matches objects whose array holds all of these, or whose text holds all of these words.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { tags: Vec<String> }
    /// let tagged = Article::fields().tags.contains_all(["rust", "async"]);
    /// ```
    pub fn contains_all<V: FieldValue<T::Element>>(&self, values: impl IntoIterator<Item = V>) -> Typed<P, Filter>
    where
        T: Contains + Measured,
    {
        self.filter(|target| target.contains_all(values.into_iter().map(FieldValue::into_filter_value)))
    }

    /// Matches objects whose value is none of these, or whose array holds none of them. Needs
    /// Weaviate 1.33.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { tags: Vec<String> }
    /// let others = Article::fields().tags.contains_none(["draft", "private"]);
    /// ```
    pub fn contains_none<V: FieldValue<T::Element>>(&self, values: impl IntoIterator<Item = V>) -> Typed<P, Filter>
    where
        T: Contains,
    {
        self.filter(|target| target.contains_none(values.into_iter().map(FieldValue::into_filter_value)))
    }
}

impl<P, At> Field<P, GeoCoordinates, At> {
    /// Matches points that lie at most this many metres from `center`.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Museum { location: GeoCoordinates }
    /// let zurich = GeoCoordinates::new(47.37, 8.54);
    /// let nearby = Museum::fields().location.within_geo_range(zurich, 2_000.0);
    /// ```
    pub fn within_geo_range(&self, center: GeoCoordinates, metres: f32) -> Typed<P, Filter> {
        self.filter(|target| target.within_geo_range(center, metres))
    }
}

impl<P, T> Field<P, T> {
    /// Starts a filter on the length of the property: characters of a text, elements of an array.
    ///
    /// The collection needs the length index,
    /// [`InvertedIndexConfig::index_property_length`](crate::schema::InvertedIndexConfig::index_property_length).
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { tags: Vec<String> }
    /// let untagged = Article::fields().tags.length().equal(0);
    /// ```
    pub fn length(&self) -> Measure<P>
    where
        T: Measured,
    {
        Measure::new(Filter::property_length(self.name()))
    }

    /// Sorts by this property, smallest first. A query takes the handle itself as the same order.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String }
    /// let alphabetical = Article::fields().title.ascending();
    /// ```
    pub fn ascending(&self) -> Typed<P, Sort>
    where
        T: Sortable,
    {
        Typed::new(Sort::by(self.name()))
    }

    /// Sorts by this property, greatest first.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { year: i64 }
    /// let newest_first = Article::fields().year.descending();
    /// ```
    pub fn descending(&self) -> Typed<P, Sort>
    where
        T: Sortable,
    {
        Typed::new(Sort::by(self.name()).descending())
    }

    /// Groups results by this property into at most `groups` groups, 1 or more.
    ///
    /// A query takes the handle itself for 10 groups of 10 objects.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { topic: String }
    /// let by_topic = Article::fields().topic.groups(3).objects_per_group(2);
    /// ```
    pub fn groups(&self, groups: u32) -> Typed<P, GroupBy>
    where
        T: Groupable,
    {
        Typed::new(GroupBy::new(self.name()).groups(groups))
    }

    /// Weights this property in keyword search (BM25): its scores are multiplied by `weight`, 0 or
    /// more.
    ///
    /// A query takes the handle itself with a weight of 1.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String }
    /// let title = Article::fields().title.weight(2.0);
    /// ```
    pub fn weight(&self, weight: f32) -> Typed<P, SearchProperty>
    where
        T: Searchable,
    {
        Typed::new(SearchProperty::new(self.name()).weight(weight))
    }
}

/// Sorts by the property, smallest first.
impl<P, T: Sortable> From<Field<P, T>> for Typed<P, Sort> {
    fn from(field: Field<P, T>) -> Self {
        field.ascending()
    }
}

impl<P, T: Groupable> From<Field<P, T>> for Typed<P, GroupBy> {
    fn from(field: Field<P, T>) -> Self {
        Self::new(GroupBy::new(field.name))
    }
}

impl<P, T: Searchable> From<Field<P, T>> for Typed<P, SearchProperty> {
    fn from(field: Field<P, T>) -> Self {
        Self::new(SearchProperty::new(field.name))
    }
}

impl<P, T, At> From<Field<P, T, At>> for Typed<P, PropertyName> {
    fn from(field: Field<P, T, At>) -> Self {
        Self::new(PropertyName(field.name.into_owned()))
    }
}

impl<P, T, At> Clone for Field<P, T, At> {
    fn clone(&self) -> Self {
        Self::new(self.name.clone())
    }
}

impl<P, T, At> fmt::Debug for Field<P, T, At> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Field").field(&self.name).finish()
    }
}

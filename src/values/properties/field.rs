//! The handle of a property.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::{Comparable, Contains, FieldValue, Groupable, Measure, Measured, Ordered, PropertyName, Searchable, Typed};
use super::{Sortable, Top};
use crate::Filter;
use crate::values::filter::FilterTarget;
use crate::values::query::{GroupBy, SearchProperty, Sort};
use crate::values::types::GeoCoordinates;

/// A property of a collection of `P` whose values are of type `T`, see [`Properties::fields`](super::Properties::fields).
///
/// It makes filters with the operators and values that `T` allows. A property of the collection itself
/// (`At` is [`Top`]) also makes orders, groups and lists of properties.
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::properties::{Field, Typed};
/// use weaviate::Filter;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, year: i32, born: Option<i64> }
/// fn of_this_century<P>(year: &Field<P, i64>) -> Typed<P, Filter> {
///     year.greater_than(2000) & year.less_or_equal(2100)
/// }
///
/// // All integers are `i64` here, whatever the field of the struct is.
/// let filter = of_this_century(&Article::fields().year) | of_this_century(&Article::fields().born);
/// ```
///
/// What does not fit does not compile:
///
/// ```compile_fail,E0277
/// # use weaviate::prelude::*;
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, year: i32 }
/// let filter = Article::fields().year.equal("2020");
/// ```
pub struct Field<P, T, At = Top> {
    name: Cow<'static, str>,
    #[expect(clippy::type_complexity, reason = "three parameters that nothing is kept of")]
    of: PhantomData<fn() -> (P, T, At)>,
}

impl<P, T, At> Field<P, T, At> {
    pub(crate) const fn new(name: Cow<'static, str>) -> Self {
        Self { name, of: PhantomData }
    }

    /// The name of the property in the collection, `address.city` for one of an object within the object.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn filter(&self, compare: impl FnOnce(FilterTarget) -> Filter) -> Typed<P, Filter> {
        Typed::new(compare(Filter::property(self.name())))
    }

    /// The value is this one. For text, tokenization decides what that means.
    pub fn equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Comparable,
    {
        self.filter(|target| target.equal(value.into_filter_value()))
    }

    /// The value is another one.
    pub fn not_equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Comparable,
    {
        self.filter(|target| target.not_equal(value.into_filter_value()))
    }

    /// The value is greater.
    pub fn greater_than<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.greater_than(value.into_filter_value()))
    }

    /// The value is greater, or this one.
    pub fn greater_or_equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.greater_or_equal(value.into_filter_value()))
    }

    /// The value is less.
    pub fn less_than<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.less_than(value.into_filter_value()))
    }

    /// The value is less, or this one.
    pub fn less_or_equal<V: FieldValue<T>>(&self, value: V) -> Typed<P, Filter>
    where
        T: Ordered,
    {
        self.filter(|target| target.less_or_equal(value.into_filter_value()))
    }

    /// The text fits a pattern, in which `?` is any one character and `*` any number of them.
    pub fn like(&self, pattern: impl Into<String>) -> Typed<P, Filter>
    where
        T: Searchable,
    {
        self.filter(|target| target.like(pattern))
    }

    /// The property has no value (`true`), or has one (`false`). The collection's inverted index has to be told to keep
    /// that (`indexNullState`). Points, telephone numbers and blobs have no such index.
    pub fn is_null(&self, is_null: bool) -> Typed<P, Filter> {
        self.filter(|target| target.is_null(is_null))
    }

    /// The value is one of these, or the array holds at least one of them.
    pub fn contains_any<V: FieldValue<T::Element>>(&self, values: impl IntoIterator<Item = V>) -> Typed<P, Filter>
    where
        T: Contains,
    {
        self.filter(|target| target.contains_any(values.into_iter().map(FieldValue::into_filter_value)))
    }

    /// The array holds all of these, or the text all of these words.
    pub fn contains_all<V: FieldValue<T::Element>>(&self, values: impl IntoIterator<Item = V>) -> Typed<P, Filter>
    where
        T: Contains + Measured,
    {
        self.filter(|target| target.contains_all(values.into_iter().map(FieldValue::into_filter_value)))
    }

    /// The value is none of these, or the array holds none of them. Needs Weaviate 1.33.
    pub fn contains_none<V: FieldValue<T::Element>>(&self, values: impl IntoIterator<Item = V>) -> Typed<P, Filter>
    where
        T: Contains,
    {
        self.filter(|target| target.contains_none(values.into_iter().map(FieldValue::into_filter_value)))
    }
}

impl<P, At> Field<P, GeoCoordinates, At> {
    /// The point lies at most so many metres from `center`.
    pub fn within_geo_range(&self, center: GeoCoordinates, metres: f32) -> Typed<P, Filter> {
        self.filter(|target| target.within_geo_range(center, metres))
    }
}

impl<P, T> Field<P, T> {
    /// Its length: of a text in characters, of an array in elements. The collection's inverted index has to be told to keep
    /// lengths (`indexPropertyLength`).
    pub fn length(&self) -> Measure<P>
    where
        T: Measured,
    {
        Measure::new(Filter::property_length(self.name()))
    }

    /// An order by it, smallest first. The handle itself is one, too.
    pub fn ascending(&self) -> Typed<P, Sort>
    where
        T: Sortable,
    {
        Typed::new(Sort::by(self.name()))
    }

    /// An order by it, greatest first.
    pub fn descending(&self) -> Typed<P, Sort>
    where
        T: Sortable,
    {
        Typed::new(Sort::by(self.name()).descending())
    }

    /// Groups by it, at most so many. The handle itself stands for ten groups of ten objects.
    pub fn groups(&self, groups: u32) -> Typed<P, GroupBy>
    where
        T: Groupable,
    {
        Typed::new(GroupBy::new(self.name()).groups(groups))
    }

    /// The property for keyword search, with what the score of a match in it is multiplied by: 0 or more. The handle itself
    /// has a weight of 1.
    pub fn weight(&self, weight: f32) -> Typed<P, SearchProperty>
    where
        T: Searchable,
    {
        Typed::new(SearchProperty::new(self.name()).weight(weight))
    }
}

/// Smallest first.
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

impl<P, T> From<Field<P, T>> for Typed<P, PropertyName> {
    fn from(field: Field<P, T>) -> Self {
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

//! The operators of filters.

use super::{Comparison, Filter, FilterValue, Operand};
use crate::values::types::GeoCoordinates;

/// The left side of a comparison, waiting for the operator. Made by [`Filter::property`] and its like.
///
/// ```
/// use weaviate::Filter;
///
/// let year = Filter::property("year");
/// let in_the_nineties = year.clone().greater_or_equal(1990) & year.less_than(2000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a filter needs a comparison"]
pub struct FilterTarget(pub(super) Operand);

impl FilterTarget {
    fn compare(self, comparison: Comparison) -> Filter {
        Filter::compare(self.0, comparison)
    }

    /// Matches objects whose value is equal. For text, the tokenization of the property decides what is equal.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let birds = Filter::property("topic").equal("birds");
    /// ```
    pub fn equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::Equal(value.into()))
    }

    /// Matches objects whose value is another one.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let not_birds = Filter::property("topic").not_equal("birds");
    /// ```
    pub fn not_equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::NotEqual(value.into()))
    }

    /// Matches objects whose value is greater.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let recent = Filter::property("year").greater_than(2020);
    /// ```
    pub fn greater_than(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::GreaterThan(value.into()))
    }

    /// Matches objects whose value is greater or equal.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let recent = Filter::property("year").greater_or_equal(2020);
    /// ```
    pub fn greater_or_equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::GreaterOrEqual(value.into()))
    }

    /// Matches objects whose value is less.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let old = Filter::property("year").less_than(1900);
    /// ```
    pub fn less_than(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::LessThan(value.into()))
    }

    /// Matches objects whose value is less or equal.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let cheap = Filter::property("price").less_or_equal(9.5);
    /// ```
    pub fn less_or_equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::LessOrEqual(value.into()))
    }

    /// Matches texts that fit a pattern, in which `?` is one character and `*` any number of characters.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let rusty = Filter::property("title").like("rust*");
    /// ```
    pub fn like(self, pattern: impl Into<String>) -> Filter {
        self.compare(Comparison::Like(pattern.into()))
    }

    /// Matches objects without a value (`true`) or with one (`false`). The collection needs the null index,
    /// [`InvertedIndexConfig::index_null_state`](crate::schema::InvertedIndexConfig::index_null_state).
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let untitled = Filter::property("title").is_null(true);
    /// ```
    pub fn is_null(self, is_null: bool) -> Filter {
        self.compare(Comparison::IsNull(is_null))
    }

    /// Matches objects whose value is one of these, or whose array holds at least one of them.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let tagged = Filter::property("tags").contains_any(["rust", "cargo"]);
    /// ```
    pub fn contains_any<V: Into<FilterValue>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Comparison::ContainsAny(values.into_iter().map(Into::into).collect()))
    }

    /// Matches objects whose array holds all of these, or whose text holds all of these words.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let tagged = Filter::property("tags").contains_all(["rust", "async"]);
    /// ```
    pub fn contains_all<V: Into<FilterValue>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Comparison::ContainsAll(values.into_iter().map(Into::into).collect()))
    }

    /// Matches objects whose value is none of these, or whose array holds none of them. Needs Weaviate 1.33.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let others = Filter::property("tags").contains_none(["rust", "cargo"]);
    /// ```
    pub fn contains_none<V: Into<FilterValue>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Comparison::ContainsNone(values.into_iter().map(Into::into).collect()))
    }

    /// Matches points that lie at most this many metres from `center`.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let zurich = GeoCoordinates::new(47.37, 8.54);
    /// let nearby = Filter::property("place").within_geo_range(zurich, 2_000.0);
    /// ```
    pub fn within_geo_range(self, center: GeoCoordinates, metres: f32) -> Filter {
        self.compare(Comparison::WithinGeoRange { center, metres })
    }
}

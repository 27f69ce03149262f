//! Filters: conditions on properties, references, ids and times.

mod comparison;
mod filter_reference;
mod filter_value;

use std::fmt;
use std::ops::{BitAnd, BitOr, Not};

pub use comparison::FilterTarget;
pub use filter_reference::FilterReference;
pub use filter_value::FilterValue;

use crate::values::collection_name::CollectionName;
use crate::values::types::GeoCoordinates;

/// A condition on objects, for queries, deletions and aggregations. `&`, `|` and `!` combine filters.
///
/// A plain value without I/O: it can be cloned, kept and used again. With the derive, handles of the struct make filters whose
/// types are checked; see [`Field`](crate::properties::Field).
///
/// ```
/// use weaviate::Filter;
///
/// let recent = Filter::property("year").greater_or_equal(2020);
/// let tagged = Filter::property("tags").contains_any(["rust", "cargo"]);
/// let about_rust = Filter::property("title").like("rust*") | tagged;
/// let wanted = recent & about_rust & !Filter::property("draft").equal(true);
/// ```
///
/// A property needs its filterable index, which is on by default. See Weaviate's page on
/// [filters](https://docs.weaviate.io/weaviate/search/filters).
///
/// # Errors
///
/// The query that uses the filter fails with [`Validation`](crate::ErrorKind::Validation) for a condition that no server could
/// evaluate: an empty list, a comparison with NaN, a date outside of the years 0000 to 9999.
#[doc(alias = "where")]
#[derive(Clone, PartialEq)]
#[must_use = "a filter does nothing until a query takes it"]
pub struct Filter(FilterNode);

#[derive(Clone, PartialEq)]
pub(crate) enum FilterNode {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Compare { target: Operand, comparison: Comparison },
}

/// The left side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Property(String),
    /// The number of objects that a reference points at.
    Count(String),
    /// A target among the objects that the reference `on` points at; `collection` if it may point into several.
    Reference {
        on: String,
        collection: Option<String>,
        target: Box<Operand>,
    },
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(name) => f.write_str(name),
            Self::Count(on) => write!(f, "count({on})"),
            Self::Reference { on, collection: None, target } => write!(f, "{on}.{target}"),
            Self::Reference { on, collection: Some(collection), target } => write!(f, "{on}:{collection}.{target}"),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Comparison {
    Equal(FilterValue),
    NotEqual(FilterValue),
    GreaterThan(FilterValue),
    GreaterOrEqual(FilterValue),
    LessThan(FilterValue),
    LessOrEqual(FilterValue),
    Like(String),
    IsNull(bool),
    ContainsAny(Vec<FilterValue>),
    ContainsAll(Vec<FilterValue>),
    ContainsNone(Vec<FilterValue>),
    WithinGeoRange { center: GeoCoordinates, metres: f32 },
}

impl Comparison {
    /// The method of [`FilterTarget`] that makes the comparison.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Equal(_) => "equal",
            Self::NotEqual(_) => "not_equal",
            Self::GreaterThan(_) => "greater_than",
            Self::GreaterOrEqual(_) => "greater_or_equal",
            Self::LessThan(_) => "less_than",
            Self::LessOrEqual(_) => "less_or_equal",
            Self::Like(_) => "like",
            Self::IsNull(_) => "is_null",
            Self::ContainsAny(_) => "contains_any",
            Self::ContainsAll(_) => "contains_all",
            Self::ContainsNone(_) => "contains_none",
            Self::WithinGeoRange { .. } => "within_geo_range",
        }
    }
}

impl Filter {
    /// Starts a filter on the value of a property.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let long = Filter::property("pages").greater_than(500);
    /// ```
    pub fn property(name: impl Into<String>) -> FilterTarget {
        FilterTarget(Operand::Property(name.into()))
    }

    /// Starts a filter on the length of a property: characters of a text, elements of an array. The collection needs the
    /// length index, [`InvertedIndexConfig::index_property_length`](crate::schema::InvertedIndexConfig::index_property_length).
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let short = Filter::property_length("title").less_than(10);
    /// ```
    pub fn property_length(name: impl AsRef<str>) -> FilterTarget {
        Self::property(length(name.as_ref()))
    }

    /// Starts a filter on the id of the object.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let others = !Filter::id().equal(Uuid::from_u128(7));
    /// ```
    pub fn id() -> FilterTarget {
        Self::property(ID)
    }

    /// Starts a filter on the time when the object was first stored, a [`DateTime`](crate::types::DateTime). The collection needs the timestamp
    /// index, [`InvertedIndexConfig::index_timestamps`](crate::schema::InvertedIndexConfig::index_timestamps).
    ///
    /// Servers compare the milliseconds as text, so that no object is newer than a time before September 2001.
    ///
    /// ```
    /// use weaviate::Filter;
    /// use weaviate::types::DateTime;
    ///
    /// let midnight: DateTime = "2026-11-27T00:00:00Z".parse()?;
    /// let today = Filter::creation_time().greater_or_equal(midnight);
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    pub fn creation_time() -> FilterTarget {
        Self::property(CREATION_TIME)
    }

    /// Starts a filter on the time when the object was last changed, a [`DateTime`](crate::types::DateTime). The collection needs the timestamp
    /// index, as for [`creation_time`](Self::creation_time).
    ///
    /// ```
    /// use weaviate::Filter;
    /// use weaviate::types::DateTime;
    ///
    /// let changed = Filter::last_update_time().greater_than(DateTime::from_unix(1_764_201_600, 0)?);
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    pub fn last_update_time() -> FilterTarget {
        Self::property(LAST_UPDATE_TIME)
    }

    /// Starts a filter on the objects that a reference points at. At least one of them has to meet the condition.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let birthplace = Filter::reference("hasAuthor").reference("bornIn");
    /// let by_a_swede = birthplace.property("country").equal("Sweden");
    /// ```
    pub fn reference(name: impl Into<String>) -> FilterReference {
        FilterReference(vec![(name.into(), None)])
    }

    /// Starts a filter on the objects of one collection that a reference points at, for references into several.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let about_birds = Filter::reference_to("about", "Species").property("class").equal("Aves");
    /// ```
    pub fn reference_to(name: impl Into<String>, collection: impl AsRef<str>) -> FilterReference {
        FilterReference(vec![(name.into(), Some(collection_name(collection.as_ref())))])
    }

    /// Starts a filter on the number of objects that a reference points at.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let by_several = Filter::reference_count("hasAuthor").greater_than(1);
    /// ```
    pub fn reference_count(name: impl Into<String>) -> FilterTarget {
        FilterTarget(Operand::Count(name.into()))
    }

    /// Combines filters that are made in a loop: all have to hold. An empty list is an error of the query. For a fixed
    /// number, `&` reads better.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let words = ["owl", "snow"];
    /// let both = Filter::all_of(words.map(|word| Filter::property("title").like(format!("*{word}*"))));
    /// ```
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self(FilterNode::And(filters.into_iter().collect()))
    }

    /// Combines filters that are made in a loop: at least one has to hold. An empty list is an error of the query. For a
    /// fixed number, `|` reads better.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let words = ["owl", "hawk", "kite"];
    /// let birds = Filter::any_of(words.map(|word| Filter::property("title").like(format!("{word}*"))));
    /// ```
    pub fn any_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self(FilterNode::Or(filters.into_iter().collect()))
    }

    pub(crate) fn node(&self) -> &FilterNode {
        &self.0
    }
}

const ID: &str = "_id";
const CREATION_TIME: &str = "_creationTimeUnix";
const LAST_UPDATE_TIME: &str = "_lastUpdateTimeUnix";

fn length(property: &str) -> String {
    format!("len({property})")
}

fn collection_name(name: &str) -> String {
    CollectionName::new(name).as_str().to_owned()
}

/// Both filters have to hold.
impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        let parts = |filter| match filter {
            Self(FilterNode::And(filters)) => filters,
            filter => vec![filter],
        };
        let mut filters = parts(self);
        filters.extend(parts(other));
        Self(FilterNode::And(filters))
    }
}

/// At least one of the filters has to hold.
impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        let parts = |filter| match filter {
            Self(FilterNode::Or(filters)) => filters,
            filter => vec![filter],
        };
        let mut filters = parts(self);
        filters.extend(parts(other));
        Self(FilterNode::Or(filters))
    }
}

/// The filter must not hold. Needs Weaviate 1.33.
impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self(FilterNode::Not(filter)) => *filter,
            filter => Self(FilterNode::Not(Box::new(filter))),
        }
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn joined(f: &mut fmt::Formatter<'_>, filters: &[Filter], sign: &str) -> fmt::Result {
            f.write_str("(")?;
            for (index, filter) in filters.iter().enumerate() {
                write!(f, "{}{filter:?}", if index == 0 { "" } else { sign })?;
            }
            f.write_str(")")
        }
        match &self.0 {
            FilterNode::And(filters) => joined(f, filters, " & "),
            FilterNode::Or(filters) => joined(f, filters, " | "),
            FilterNode::Not(filter) => write!(f, "!{filter:?}"),
            FilterNode::Compare { target, comparison } => write!(f, "{target} {comparison:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combined_filters_stay_flat() {
        let p = |name: &str| Filter::property(name).equal(1);
        let filter = (p("a") & p("b")) & (p("c") | p("d") | p("e")) & !!p("f");
        let shown = "(a Equal(Int(1)) & b Equal(Int(1)) & (c Equal(Int(1)) | d Equal(Int(1)) | e Equal(Int(1))) & f Equal(Int(1)))";
        assert_eq!(format!("{filter:?}"), shown);
        assert_eq!(format!("{:?}", !p("a")), "!a Equal(Int(1))");
    }
}

//! Filters: conditions on properties, references, ids and times.

use std::fmt;
use std::ops::{BitAnd, BitOr, Not};

use crate::values::collection_name::CollectionName;
use crate::values::types::{DateTime, GeoCoordinates, Uuid};

/// A condition on objects, for queries, deletions and aggregations. `&`, `|` and `!` combine filters.
///
/// A plain value without I/O: it can be cloned, kept and used again. With the derive, handles of the struct make filters whose
/// types are checked; see [`Field`](crate::properties::Field).
///
/// ```
/// use weaviate::Filter;
///
/// let recent = Filter::property("year").greater_or_equal(2020);
/// let about_rust = Filter::property("title").like("rust*") | Filter::property("tags").contains_any(["rust", "cargo"]);
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
pub struct Filter(Node);

#[derive(Clone, PartialEq)]
pub(crate) enum Node {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Compare { target: Target, comparison: Comparison },
}

/// The left side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Property(String),
    /// The number of objects that a reference points at.
    Count(String),
    /// A target among the objects that the reference `on` points at; `collection` if it may point into several.
    Reference {
        on: String,
        collection: Option<String>,
        target: Box<Target>,
    },
}

impl fmt::Display for Target {
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
        FilterTarget(Target::Property(name.into()))
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

    /// Starts a filter on the time when the object was first stored, a [`DateTime`]. The collection needs the timestamp
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

    /// Starts a filter on the time when the object was last changed, a [`DateTime`]. The collection needs the timestamp
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
    /// let by_a_swede = Filter::reference("hasAuthor").reference("bornIn").property("country").equal("Sweden");
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
        FilterTarget(Target::Count(name.into()))
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
        Self(Node::And(filters.into_iter().collect()))
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
        Self(Node::Or(filters.into_iter().collect()))
    }

    pub(crate) fn node(&self) -> &Node {
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

/// A filter on the objects that a reference points at, waiting for its property. See [`Filter::reference`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a filter needs a property and a comparison"]
pub struct FilterReference(Vec<(String, Option<String>)>);

impl FilterReference {
    fn target(self, last: Target) -> FilterTarget {
        let outermost = self.0.into_iter().rfold(last, |target, (on, collection)| Target::Reference {
            on,
            collection,
            target: Box::new(target),
        });
        FilterTarget(outermost)
    }

    /// Continues with the value of a property of these objects.
    pub fn property(self, name: impl Into<String>) -> FilterTarget {
        self.target(Target::Property(name.into()))
    }

    /// Continues with the length of a property of these objects, see [`Filter::property_length`].
    pub fn property_length(self, name: impl AsRef<str>) -> FilterTarget {
        self.property(length(name.as_ref()))
    }

    /// Continues with the ids of these objects.
    pub fn id(self) -> FilterTarget {
        self.property(ID)
    }

    /// Continues with the times when these objects were first stored, see [`Filter::creation_time`].
    pub fn creation_time(self) -> FilterTarget {
        self.property(CREATION_TIME)
    }

    /// Continues with the times when these objects were last changed, see [`Filter::last_update_time`].
    pub fn last_update_time(self) -> FilterTarget {
        self.property(LAST_UPDATE_TIME)
    }

    /// Continues with the objects that a reference of these objects points at.
    pub fn reference(mut self, name: impl Into<String>) -> Self {
        self.0.push((name.into(), None));
        self
    }

    /// Continues with the objects of one collection that a reference of these objects points at.
    pub fn reference_to(mut self, name: impl Into<String>, collection: impl AsRef<str>) -> Self {
        self.0.push((name.into(), Some(collection_name(collection.as_ref()))));
        self
    }

    /// Continues with the number of objects that a reference of these objects points at.
    pub fn reference_count(self, name: impl Into<String>) -> FilterTarget {
        self.target(Target::Count(name.into()))
    }
}

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
pub struct FilterTarget(Target);

impl FilterTarget {
    fn compare(self, comparison: Comparison) -> Filter {
        Filter(Node::Compare { target: self.0, comparison })
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

/// The right side of a comparison.
///
/// Made from text, `i64` and smaller integers, floats, `bool`, [`DateTime`] and [`Uuid`]; with the features `chrono`, `jiff`
/// and `time` also from the dates of these libraries. The server converts between integers and fractions.
///
/// ```
/// use weaviate::Filter;
/// use weaviate::filter::FilterValue;
///
/// let bounds = [FilterValue::from(2020), FilterValue::from(2.5)];
/// assert_eq!(Filter::property("year").equal(2020), Filter::property("year").equal(bounds[0].clone()));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FilterValue {
    /// Value of a `text` property.
    Text(String),
    /// Value of an `int` property.
    Int(i64),
    /// Value of a `number` property.
    Number(f64),
    /// Value of a `boolean` property.
    Bool(bool),
    /// Value of a `date` property.
    Date(DateTime),
    /// Date of another library outside of the years 0000 to 9999, as text. The query refuses it.
    DateOutOfRange(String),
    /// Value of a `uuid` property.
    Uuid(Uuid),
}

macro_rules! values {
    ($($type:ty => |$value:ident| $into:expr;)*) => {
        $(
            impl From<$type> for FilterValue {
                fn from($value: $type) -> Self {
                    $into
                }
            }
        )*
    };
}

values! {
    &str => |text| Self::Text(text.to_owned());
    &String => |text| Self::Text(text.clone());
    String => |text| Self::Text(text);
    i8 => |value| Self::Int(value.into());
    i16 => |value| Self::Int(value.into());
    i32 => |value| Self::Int(value.into());
    i64 => |value| Self::Int(value);
    u8 => |value| Self::Int(value.into());
    u16 => |value| Self::Int(value.into());
    u32 => |value| Self::Int(value.into());
    f32 => |value| Self::Number(value.into());
    f64 => |value| Self::Number(value);
    bool => |value| Self::Bool(value);
    DateTime => |date| Self::Date(date);
    &DateTime => |date| Self::Date(date.clone());
    Uuid => |uuid| Self::Uuid(uuid);
}

/// Both filters have to hold.
impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        let parts = |filter| match filter {
            Self(Node::And(filters)) => filters,
            filter => vec![filter],
        };
        let mut filters = parts(self);
        filters.extend(parts(other));
        Self(Node::And(filters))
    }
}

/// At least one of the filters has to hold.
impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        let parts = |filter| match filter {
            Self(Node::Or(filters)) => filters,
            filter => vec![filter],
        };
        let mut filters = parts(self);
        filters.extend(parts(other));
        Self(Node::Or(filters))
    }
}

/// The filter must not hold. Needs Weaviate 1.33.
impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self(Node::Not(filter)) => *filter,
            filter => Self(Node::Not(Box::new(filter))),
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
            Node::And(filters) => joined(f, filters, " & "),
            Node::Or(filters) => joined(f, filters, " | "),
            Node::Not(filter) => write!(f, "!{filter:?}"),
            Node::Compare { target, comparison } => write!(f, "{target} {comparison:?}"),
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

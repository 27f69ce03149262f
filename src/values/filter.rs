//! Conditions on objects.

use std::fmt;
use std::ops::{BitAnd, BitOr, Not};

use crate::values::schema::CollectionName;
use crate::values::types::{DateTime, GeoCoordinates, Uuid};

/// A condition that objects have to meet. A plain value: clone it, keep it, combine it with `&`, `|` and `!`.
///
/// ```
/// use weaviate::Filter;
///
/// let recent = Filter::property("year").greater_or_equal(2020);
/// let about_rust = Filter::property("title").like("rust*") | Filter::property("tags").contains_any(["rust", "cargo"]);
/// let wanted = recent & about_rust & !Filter::property("draft").equal(true);
/// ```
///
/// A condition that no server could evaluate, such as an empty list or a comparison with NaN, is a
/// [`Validation`](crate::ErrorKind::Validation) error of the query it is used in.
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

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Property(String),
    /// How many objects a reference points at.
    Count(String),
    /// Something of the objects that the reference `on` points at; `collection` where it may point into several.
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
    /// The method that makes it.
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
    /// On the value of a property.
    pub fn property(name: impl Into<String>) -> FilterTarget {
        FilterTarget(Target::Property(name.into()))
    }

    /// On the length of a property: of a text in characters, of an array in elements. The collection's inverted index
    /// has to be told to keep lengths (`indexPropertyLength`).
    pub fn property_length(name: impl AsRef<str>) -> FilterTarget {
        Self::property(length(name.as_ref()))
    }

    /// On the id of the object.
    pub fn id() -> FilterTarget {
        Self::property(ID)
    }

    /// On the time when the object was first stored, a [`DateTime`]. The collection's inverted index has to be told to
    /// keep times (`indexTimestamps`). Servers compare the digits of the milliseconds as text, so that nothing is greater
    /// than a time before September 2001.
    pub fn creation_time() -> FilterTarget {
        Self::property(CREATION_TIME)
    }

    /// On the time when the object was last changed, a [`DateTime`]. The collection's inverted index has to be told to
    /// keep times (`indexTimestamps`).
    pub fn last_update_time() -> FilterTarget {
        Self::property(LAST_UPDATE_TIME)
    }

    /// On the objects that a reference points at: one of them has to meet the condition.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let by_a_swede = Filter::reference("hasAuthor").reference("bornIn").property("country").equal("Sweden");
    /// ```
    pub fn reference(name: impl Into<String>) -> FilterReference {
        FilterReference(vec![(name.into(), None)])
    }

    /// On the objects of one collection that a reference points at, for references into several.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let about_birds = Filter::reference_to("about", "Species").property("class").equal("Aves");
    /// ```
    pub fn reference_to(name: impl Into<String>, collection: impl AsRef<str>) -> FilterReference {
        FilterReference(vec![(name.into(), Some(collection_name(collection.as_ref())))])
    }

    /// On how many objects a reference points at, an integer.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let by_several = Filter::reference_count("hasAuthor").greater_than(1);
    /// ```
    pub fn reference_count(name: impl Into<String>) -> FilterTarget {
        FilterTarget(Target::Count(name.into()))
    }

    /// All of these conditions, for those made in a loop. Elsewhere `&` reads better. None at all is an error of the query.
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self(Node::And(filters.into_iter().collect()))
    }

    /// At least one of these conditions, for those made in a loop. Elsewhere `|` reads better. None at all is an error of
    /// the query.
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

/// The objects that a reference points at, see [`Filter::reference`]. What of them is compared comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "name what is compared"]
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

    /// On the value of a property of theirs.
    pub fn property(self, name: impl Into<String>) -> FilterTarget {
        self.target(Target::Property(name.into()))
    }

    /// On the length of a property of theirs, see [`Filter::property_length`].
    pub fn property_length(self, name: impl AsRef<str>) -> FilterTarget {
        self.property(length(name.as_ref()))
    }

    /// On their ids.
    pub fn id(self) -> FilterTarget {
        self.property(ID)
    }

    /// On the times when they were first stored, see [`Filter::creation_time`].
    pub fn creation_time(self) -> FilterTarget {
        self.property(CREATION_TIME)
    }

    /// On the times when they were last changed, see [`Filter::last_update_time`].
    pub fn last_update_time(self) -> FilterTarget {
        self.property(LAST_UPDATE_TIME)
    }

    /// On the objects that a reference of theirs points at.
    pub fn reference(mut self, name: impl Into<String>) -> Self {
        self.0.push((name.into(), None));
        self
    }

    /// On the objects of one collection that a reference of theirs points at, for references into several.
    pub fn reference_to(mut self, name: impl Into<String>, collection: impl AsRef<str>) -> Self {
        self.0.push((name.into(), Some(collection_name(collection.as_ref()))));
        self
    }

    /// On how many objects a reference of theirs points at, an integer.
    pub fn reference_count(self, name: impl Into<String>) -> FilterTarget {
        self.target(Target::Count(name.into()))
    }
}

/// What a [`Filter`] looks at, waiting for the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "name the comparison"]
pub struct FilterTarget(Target);

impl FilterTarget {
    fn compare(self, comparison: Comparison) -> Filter {
        Filter(Node::Compare { target: self.0, comparison })
    }

    /// The value is this one. For text, tokenization decides what that means.
    pub fn equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::Equal(value.into()))
    }

    /// The value is another one.
    pub fn not_equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::NotEqual(value.into()))
    }

    /// The value is greater.
    pub fn greater_than(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::GreaterThan(value.into()))
    }

    /// The value is greater, or this one.
    pub fn greater_or_equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::GreaterOrEqual(value.into()))
    }

    /// The value is less.
    pub fn less_than(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::LessThan(value.into()))
    }

    /// The value is less, or this one.
    pub fn less_or_equal(self, value: impl Into<FilterValue>) -> Filter {
        self.compare(Comparison::LessOrEqual(value.into()))
    }

    /// The text fits a pattern, in which `?` is any one character and `*` any number of them.
    pub fn like(self, pattern: impl Into<String>) -> Filter {
        self.compare(Comparison::Like(pattern.into()))
    }

    /// The property has no value (`true`), or has one (`false`). The collection's inverted index has to be told to keep
    /// that (`indexNullState`).
    pub fn is_null(self, is_null: bool) -> Filter {
        self.compare(Comparison::IsNull(is_null))
    }

    /// The value is one of these, or the array holds at least one of them.
    pub fn contains_any<V: Into<FilterValue>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Comparison::ContainsAny(values.into_iter().map(Into::into).collect()))
    }

    /// The array holds all of these.
    pub fn contains_all<V: Into<FilterValue>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Comparison::ContainsAll(values.into_iter().map(Into::into).collect()))
    }

    /// The value is none of these, or the array holds none of them. Needs Weaviate 1.33.
    pub fn contains_none<V: Into<FilterValue>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Comparison::ContainsNone(values.into_iter().map(Into::into).collect()))
    }

    /// The point lies at most so many metres from `center`.
    pub fn within_geo_range(self, center: GeoCoordinates, metres: f32) -> Filter {
        self.compare(Comparison::WithinGeoRange { center, metres })
    }
}

/// A value that a property is compared with.
///
/// Made from text, `i64` and the smaller integers, floats, `bool`, [`DateTime`] and [`Uuid`]. The server converts between
/// integers and fractions where the property wants the other.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FilterValue {
    /// For `text`.
    Text(String),
    /// For `int`.
    Int(i64),
    /// For `number`.
    Number(f64),
    /// For `boolean`.
    Bool(bool),
    /// For `date`.
    Date(DateTime),
    /// A date of another library that is outside of the years 0000 to 9999, as text. The query refuses it.
    DateOutOfRange(String),
    /// For `uuid`.
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

/// Both conditions.
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

/// One condition or the other, or both.
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

/// The opposite. Needs Weaviate 1.33.
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
    fn what_is_written_flat_stays_flat() {
        let p = |name: &str| Filter::property(name).equal(1);
        let filter = (p("a") & p("b")) & (p("c") | p("d") | p("e")) & !!p("f");
        let shown = "(a Equal(Int(1)) & b Equal(Int(1)) & (c Equal(Int(1)) | d Equal(Int(1)) | e Equal(Int(1))) & f Equal(Int(1)))";
        assert_eq!(format!("{filter:?}"), shown);
        assert_eq!(format!("{:?}", !p("a")), "!a Equal(Int(1))");
    }
}

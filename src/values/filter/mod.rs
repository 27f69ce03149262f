//! Filters: conditions on properties, references, ids and times.

mod comparison;
mod filter_reference;
mod filter_value;

use std::collections::VecDeque;
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
pub struct Filter {
    /// The filter in postfix order: each operator follows its operands. A flat list is copied, compared, printed and dropped
    /// without stack for each level. A filter can grow at both ends.
    nodes: VecDeque<FilterNode>,
    /// Levels of operators and references, see [`Filter::MAX_DEPTH`].
    depth: usize,
}

/// A condition, or an operator that joins the filters before it.
#[derive(Clone, PartialEq)]
pub(crate) enum FilterNode {
    Compare { target: Operand, comparison: Comparison },
    Not,
    And { operands: usize },
    Or { operands: usize },
}

impl FilterNode {
    /// Number of the filters before it that it joins.
    pub(crate) fn operands(&self) -> usize {
        match *self {
            Self::Compare { .. } => 0,
            Self::Not => 1,
            Self::And { operands } | Self::Or { operands } => operands,
        }
    }
}

/// The left side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operand {
    /// The references to follow to the objects that have the value, each with the collection that it points at; `None` if it
    /// points into one.
    pub(crate) path: Vec<(String, Option<String>)>,
    pub(crate) value: OperandValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OperandValue {
    Property(String),
    /// The number of objects that a reference points at.
    Count(String),
}

impl Operand {
    fn property(name: impl Into<String>) -> Self {
        Self { path: Vec::new(), value: OperandValue::Property(name.into()) }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (on, collection) in &self.path {
            match collection {
                None => write!(f, "{on}.")?,
                Some(collection) => write!(f, "{on}:{collection}.")?,
            }
        }
        match &self.value {
            OperandValue::Property(name) => f.write_str(name),
            OperandValue::Count(on) => write!(f, "count({on})"),
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
    /// Largest depth of a filter: levels of `&`, `|` and `!`, plus the references that a condition follows. Deeper filters are
    /// [`Validation`](crate::ErrorKind::Validation) errors, before anything is sent.
    ///
    /// Levels that mean the same are joined first: `a & (b & c)` has one level, and so has `any_of` in `any_of`. A list of
    /// one condition and `!!` have none. Servers read 10,000 levels over gRPC, and 5,000 over REST.
    pub const MAX_DEPTH: usize = 1_000;

    /// Starts a filter on the value of a property.
    ///
    /// ```
    /// use weaviate::Filter;
    ///
    /// let long = Filter::property("pages").greater_than(500);
    /// ```
    pub fn property(name: impl Into<String>) -> FilterTarget {
        FilterTarget(Operand::property(name))
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
        FilterTarget(Operand { path: Vec::new(), value: OperandValue::Count(name.into()) })
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
        Self::joined(filters, |operands| FilterNode::And { operands })
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
        Self::joined(filters, |operands| FilterNode::Or { operands })
    }

    fn compare(target: Operand, comparison: Comparison) -> Self {
        let depth = target.path.len();
        Self { nodes: VecDeque::from([FilterNode::Compare { target, comparison }]), depth }
    }

    /// Joins filters by an operator. The parts of a filter that ends with the same operator become parts of this one.
    fn joined(filters: impl IntoIterator<Item = Self>, operator: impl Fn(usize) -> FilterNode) -> Self {
        let mut joined = Self { nodes: VecDeque::new(), depth: 0 };
        let mut operands = 0;
        for mut filter in filters {
            match filter.nodes.back() {
                // An empty list stays, as the error that it is.
                Some(last) if last.operands() > 0 && *last == operator(last.operands()) => {
                    operands += last.operands();
                    filter.nodes.pop_back();
                    joined.depth = joined.depth.max(filter.depth);
                }
                _ => {
                    operands += 1;
                    joined.depth = joined.depth.max(filter.depth + 1);
                }
            }
            // The shorter part moves, so that a filter that is built in a loop is not copied each time.
            if joined.nodes.len() >= filter.nodes.len() {
                joined.nodes.append(&mut filter.nodes);
            } else {
                while let Some(node) = joined.nodes.pop_back() {
                    filter.nodes.push_front(node);
                }
                joined.nodes = filter.nodes;
            }
        }
        if operands == 1 {
            joined.depth -= 1;
        } else {
            joined.nodes.push_back(operator(operands));
        }
        joined
    }

    /// Returns the filter in postfix order.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &FilterNode> {
        self.nodes.iter()
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
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
        Self::all_of([self, other])
    }
}

/// At least one of the filters has to hold.
impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self::any_of([self, other])
    }
}

/// The filter must not hold. Needs Weaviate 1.33.
impl Not for Filter {
    type Output = Self;

    fn not(mut self) -> Self {
        if self.nodes.back() == Some(&FilterNode::Not) {
            self.nodes.pop_back();
            self.depth -= 1;
        } else {
            self.nodes.push_back(FilterNode::Not);
            self.depth += 1;
        }
        self
    }
}

/// Prints the filter as it is written in code.
impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        enum Part {
            Text(&'static str),
            /// The filter that ends with the node at this index.
            Filter(usize),
        }

        let starts = self.starts();
        let last = self.nodes.len().saturating_sub(1);
        let mut parts = vec![Part::Filter(last)];
        while let Some(part) = parts.pop() {
            let index = match part {
                Part::Text(text) => {
                    f.write_str(text)?;
                    continue;
                }
                Part::Filter(index) => index,
            };
            let sign = match self.nodes.get(index) {
                None => continue,
                Some(FilterNode::Compare { target, comparison }) => {
                    write!(f, "{target} {comparison:?}")?;
                    continue;
                }
                Some(FilterNode::Not) => {
                    f.write_str("!")?;
                    parts.push(Part::Filter(index.saturating_sub(1)));
                    continue;
                }
                Some(FilterNode::And { .. }) => " & ",
                Some(FilterNode::Or { .. }) => " | ",
            };
            f.write_str("(")?;
            parts.push(Part::Text(")"));
            let start = starts.get(index).copied().unwrap_or_default();
            let mut end = index;
            while end > start {
                parts.push(Part::Filter(end - 1));
                end = starts.get(end - 1).copied().unwrap_or_default();
                if end > start {
                    parts.push(Part::Text(sign));
                }
            }
        }
        Ok(())
    }
}

impl Filter {
    /// Joins a filter to an earlier one of the same request.
    pub(crate) fn and(earlier: Option<Self>, filter: Self) -> Self {
        match earlier {
            Some(earlier) => earlier & filter,
            None => filter,
        }
    }

    /// Returns the index of the first node of the filter that ends at each node.
    fn starts(&self) -> Vec<usize> {
        let mut starts: Vec<usize> = Vec::with_capacity(self.nodes.len());
        let mut open: Vec<usize> = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let first = open.len().saturating_sub(node.operands());
            let start = open.get(first).copied().unwrap_or(index);
            open.truncate(first);
            open.push(start);
            starts.push(start);
        }
        starts
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

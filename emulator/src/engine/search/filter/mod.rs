//! Filters: what a `where` condition may say, and its evaluation over objects.
//!
//! A filter is compiled against a collection once, which is where everything that is wrong with it comes to light, and then asked
//! about each object.

mod compile;
mod fault;
mod leaf;
mod nested;
mod nested_path;
mod values;

use std::cmp::Ordering;

use super::geo;
pub(crate) use compile::{Predicate, compile};
pub(crate) use fault::Fault;
pub(crate) use nested_path::NestedPath;
pub(crate) use values::list_length;

/// A condition on objects.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Vec<Filter>),
    Clause(Clause),
}

/// A comparison of one target with one value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    /// References to follow first, each with the collection it leads to.
    pub(crate) hops: Vec<Hop>,
    pub(crate) target: Target,
    pub(crate) operator: Operator,
    pub(crate) value: FilterValue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) property: String,
    pub(crate) collection: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Id,
    CreationTime,
    UpdateTime,
    Property(String),
    /// `len(property)`
    Length(String),
    Nested(NestedPath),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    GreaterThan,
    GreaterThanEqual,
    LessThan,
    LessThanEqual,
    Like,
    WithinGeoRange,
    IsNull,
    ContainsAny,
    ContainsAll,
    ContainsNone,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FilterValue {
    Text(String),
    Int(i64),
    Number(f64),
    Bool(bool),
    Geo { center: geo::Point, metres: f64 },
    Texts(Vec<String>),
    Ints(Vec<i64>),
    Numbers(Vec<f64>),
    Bools(Vec<bool>),
}

impl Filter {
    /// The names of the collection's own properties it looks at.
    pub(crate) fn properties(&self) -> Vec<&str> {
        match self {
            Self::And(children) | Self::Or(children) | Self::Not(children) => {
                children.iter().flat_map(Self::properties).collect()
            }
            Self::Clause(Clause { hops, target, .. }) => match (hops.first(), target) {
                (Some(hop), _) => vec![&hop.property],
                (None, Target::Property(name) | Target::Length(name)) => vec![name],
                (None, Target::Nested(path)) => vec![path.root()],
                (None, Target::Id | Target::CreationTime | Target::UpdateTime) => Vec::new(),
            },
        }
    }
}

impl Clause {
    /// The same comparison with one value of a list, of which nothing else is copied.
    fn equal_to(&self, value: FilterValue) -> Self {
        Self { hops: self.hops.clone(), target: self.target.clone(), operator: Operator::Equal, value }
    }
}

impl Operator {
    /// The number by which the server tells it.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Equal => 1,
            Self::NotEqual => 2,
            Self::GreaterThan => 3,
            Self::GreaterThanEqual => 4,
            Self::LessThan => 5,
            Self::LessThanEqual => 6,
            Self::WithinGeoRange => 9,
            Self::Like => 10,
            Self::IsNull => 11,
            Self::ContainsAny => 12,
            Self::ContainsAll => 13,
            Self::ContainsNone => 14,
        }
    }

    /// Name in the server's messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Equal => "Equal",
            Self::NotEqual => "NotEqual",
            Self::GreaterThan => "GreaterThan",
            Self::GreaterThanEqual => "GreaterThanEqual",
            Self::LessThan => "LessThan",
            Self::LessThanEqual => "LessThanEqual",
            Self::WithinGeoRange => "WithinGeoRange",
            Self::Like => "Like",
            Self::IsNull => "IsNull",
            Self::ContainsAny => "ContainsAny",
            Self::ContainsAll => "ContainsAll",
            Self::ContainsNone => "ContainsNone",
        }
    }

    /// Returns whether it asks for an order, or for equality.
    pub(crate) fn is_comparison(self) -> bool {
        self.number() <= 6
    }

    fn is_contains(self) -> bool {
        matches!(self, Self::ContainsAny | Self::ContainsAll | Self::ContainsNone)
    }

    /// Returns whether an ordering of a stored value against the wanted one satisfies the operator; `NotEqual` is handled as a complement.
    pub(super) fn accepts(self, ordering: Option<Ordering>) -> bool {
        let Some(ordering) = ordering else { return false };
        match self {
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanEqual => ordering.is_ge(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanEqual => ordering.is_le(),
            _ => ordering.is_eq(),
        }
    }
}

impl FilterValue {
    /// The type's name in the server's messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Int(_) => "int",
            Self::Number(_) => "float64",
            Self::Bool(_) => "bool",
            Self::Geo { .. } => "filters.GeoRange",
            Self::Texts(_) => "[]string",
            Self::Ints(_) => "[]int",
            Self::Numbers(_) => "[]float64",
            Self::Bools(_) => "[]bool",
        }
    }

    /// The elements of a list, each as a single value.
    fn elements(&self) -> Option<Vec<FilterValue>> {
        Some(match self {
            Self::Texts(values) => values.iter().cloned().map(Self::Text).collect(),
            Self::Ints(values) => values.iter().copied().map(Self::Int).collect(),
            Self::Numbers(values) => values.iter().copied().map(Self::Number).collect(),
            Self::Bools(values) => values.iter().copied().map(Self::Bool).collect(),
            _ => return None,
        })
    }
}

//! Reasons why nothing is aggregated, in the server's words. What calls it puts words about the request in front.

use std::fmt;

use thiserror::Error;

use crate::engine::search::fault::{AimFault, KeywordFault, VectorSearchFault};
use crate::engine::search::filter;
use crate::engine::store::fault::NoSuchProperty;

/// A search over which there is no aggregation, because it would find everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must provide certainty or objectLimit with vector search")]
pub(crate) struct Unbounded;

/// Reason why a shard is not aggregated.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum AggregateFault {
    #[error("shard {shard}: {}", .cause.within(*.grouped))]
    Search { shard: String, grouped: bool, cause: Box<SearchCause> },
    #[error("shard {shard}: {place}property {property}: {fault}")]
    Property { shard: String, place: Place, property: String, fault: Box<PropertyFault> },
    /// Objects cannot be told apart by their values.
    #[error("panic occurred: hash of unhashable type: map[string]interface {{}}")]
    Unhashable,
}

/// Source of the values of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The index, for all objects of the shard.
    Index,
    /// Objects that were found.
    Objects,
    /// The objects of a group.
    Group { position: usize, value: String },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Group { position, value } = self {
            write!(f, "aggregate group {position} ({value}): ")?;
        }
        write!(f, "aggregate properties: ")?;
        if *self == Self::Index { Ok(()) } else { write!(f, "prepare aggregators for props: ") }
    }
}

/// Reason why a property has no figures.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PropertyFault {
    #[error("property {}: {}", .0.name, .0)]
    Unknown(NoSuchProperty),
    #[error("unrecoginzed dataType {0}")]
    Type(String),
    /// A value that has parts.
    #[error("dataType {0} can't be aggregated")]
    Composed(String),
    #[error("could not find bucket for prop {0}")]
    NoBucket(String),
}

/// Reason why the objects to aggregate are not found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SearchCause {
    Filter(filter::Fault),
    Unbounded(Unbounded),
    Vector { fault: VectorSearchFault, limited: bool },
    Hybrid(HybridCause),
}

/// Reason why a hybrid search finds nothing to aggregate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum HybridCause {
    Keyword(KeywordFault),
    NoVector(AimFault),
    Filter(filter::Fault),
    Unbounded(Unbounded),
    Vector { fault: VectorSearchFault, limited: bool },
}

impl SearchCause {
    /// In the words of an aggregation with groups, or of one without.
    fn within(&self, grouped: bool) -> String {
        let (step, search) =
            if grouped { ("identify groups: ", "failed to perform vector search: ") } else { ("", "") };
        match self {
            Self::Filter(fault) => format!("{step}{}", at_filter(fault)),
            Self::Unbounded(fault) => format!("{step}{search}{fault}"),
            Self::Vector { fault, limited } => format!("{step}{search}{}", at_vector(fault, *limited)),
            Self::Hybrid(cause) => format!("{step}{}", cause.within(grouped)),
        }
    }
}

impl HybridCause {
    fn within(&self, grouped: bool) -> String {
        let (step, kind) = if grouped { ("hybrid search: ", "grouped ") } else { ("", "") };
        match self {
            Self::Keyword(fault) => format!("{step}sparse search: aggregate {kind}sparse search: {fault}"),
            Self::NoVector(fault) => format!("{step}get vector input from modules provider: {fault}"),
            // With groups the server reads the filter before it searches.
            Self::Filter(fault) if grouped => at_filter(fault),
            Self::Filter(fault) => format!("dense search: {}", at_filter(fault)),
            Self::Unbounded(fault) => format!("{step}dense search: aggregate {kind}dense search: {fault}"),
            Self::Vector { fault, limited } => {
                format!("{step}dense search: aggregate {kind}dense search: {}", at_vector(fault, *limited))
            }
        }
    }
}

fn at_filter(fault: &filter::Fault) -> String {
    format!("retrieve doc IDs from searcher: {fault}")
}

/// A search with a limit asks the index itself; one without has the index go on until it is far enough away.
fn at_vector(fault: &VectorSearchFault, limited: bool) -> String {
    match fault {
        VectorSearchFault::Length(fault) if limited => fault.to_string(),
        fault if limited => fault.to_string(),
        fault => format!("aggregate search by vector: {fault}"),
    }
}

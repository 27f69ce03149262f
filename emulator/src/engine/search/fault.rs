//! Reasons why a search cannot be done, in the server's words. What calls it puts words about the request in front.

use std::fmt;

use thiserror::Error;
use uuid::Uuid;

use super::rfc3339::TimeError;
use crate::engine::providers::fault::ProviderFault;
use crate::engine::schema::Media;
use crate::engine::store::fault::{NoSuchCollection, NoSuchProperty, TenantFault, UuidFault};

/// Reason why a reference leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum LinkedFault {
    #[error(transparent)]
    NoCollection(#[from] NoSuchCollection),
    #[error("index \"{index}\": determine shard: {fault}")]
    Shard { index: String, fault: TenantFault },
}

/// Reason why a clause of a filter does not fit what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ClauseFault {
    #[error(transparent)]
    Unknown(#[from] NoSuchProperty),
    #[error(transparent)]
    Linked(#[from] LinkedFault),
    #[error("expected value to be {expected}, got {found}")]
    Type { expected: &'static str, found: &'static str },
    #[error("expected value to be {expected}, got '{found}'")]
    QuotedType { expected: &'static str, found: &'static str },
    #[error("expected uuid filter value to be a string, got {found}")]
    UuidType { found: &'static str },
    #[error("value type should be {expected} but is {found}")]
    ListType { expected: String, found: &'static str },
    #[error("parse uuid filter value: {0}")]
    Uuid(UuidFault),
    #[error("trying parse time as RFC3339 string: {0}")]
    Time(TimeError),
    /// A time of the object that is not a number of milliseconds.
    #[error("expected value to be timestamp, got '{0}'")]
    Timestamp(String),
    #[error("failed to extract length of prop, unsupported type 'schema.DataType' for length of prop '{0}'")]
    NullLength(String),
    #[error("data type {0:?} not supported in query")]
    DataType(String),
    /// With the number of the operator.
    #[error("unsupported type 'schema.DataType' for '{0}' operator")]
    List(u8),
    #[error("nested path {path:?}: encode value: {fault}")]
    NestedValue { path: String, fault: Box<ClauseFault> },
    #[error("nested path {path:?}: expected string value, got {found}")]
    NestedText { path: String, found: &'static str },
    #[error("nested IsNull {property:?}: encode bool: expected value to be bool, got {found}")]
    NestedNull { property: String, found: &'static str },
}

/// Reason why a path does not lead to a value inside of an object.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NestedPathFault {
    #[error("property {property:?} is of type {data_type:?}; use dot notation to filter on a sub-property")]
    Whole { property: String, data_type: String },
    #[error("property {property:?} is of type {data_type:?} — [N] indexing requires an array type")]
    RootIndex { property: String, data_type: String },
    #[error("nested path {path:?}: sub-property {property:?} not found")]
    Unknown { path: String, property: String },
    #[error("nested path {path:?}: sub-property {property:?} must be object or object[], got {data_type:?}")]
    NotNested { path: String, property: String, data_type: String },
    #[error(
        "nested path {path:?}: sub-property {property:?} is of type {data_type:?} — [N] indexing requires an array type"
    )]
    Index { path: String, property: String, data_type: String },
    #[error(
        "nested path {path:?}: sub-property {property:?} is of type {data_type:?}; filtering on object types is not supported, specify a primitive sub-property"
    )]
    Object { path: String, property: String, data_type: String },
    #[error("nested path {path:?}: sub-property {property:?} is not filterable")]
    NotFilterable { path: String, property: String },
}

/// The clause consists of stopwords alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "invalid search term, only stopwords provided. Stopwords can be configured in class.invertedIndexConfig.stopwords"
)]
pub(crate) struct OnlyStopwords;

/// Reason why no index can answer a filter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum IndexFault {
    #[error(
        "Timestamps must be indexed to be filterable! Add `IndexTimestamps: true` to the InvertedIndexConfig in {0}"
    )]
    Timestamps(String),
    #[error(
        "Property length must be indexed to be filterable! add `IndexPropertyLength: true` to the invertedIndexConfig in {0}.  Geo-coordinates, phone numbers and data blobs are not supported by property length."
    )]
    PropertyLength(String),
    #[error("Nullstate must be indexed to be filterable! Add `indexNullState: true` to the invertedIndexConfig")]
    NullState,
    #[error("bucket for prop {property}_{index} not found - is it indexed?")]
    NoBucket { property: String, index: &'static str },
    #[error("no children for operator {0:?}")]
    NoChildren(&'static str),
    #[error("too many children for operator \"Not\". Expected 1, given {0}")]
    TooManyChildren(usize),
}

/// The words in front of a filter's fault, one for each operator and reference around it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Front {
    #[error("nested query: nested clause at pos {0}: ")]
    Clause(usize),
    #[error("nested AND/OR query: nested child {0}: ")]
    Child(usize),
    #[error("nested NOT query: ")]
    Not,
    #[error(
        "nested request to fetch matching IDs: object search at index {index}: local shard object search {shard}: "
    )]
    Reference { index: String, shard: String },
    #[error("resolve doc ids for prop/value pair: ")]
    Resolving,
}

/// Reason why results cannot be sorted so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SortFault {
    #[error(transparent)]
    Unknown(#[from] NoSuchProperty),
    #[error(
        "prop {0:?} is of type uuid/uuid[]: sorting by uuid is currently not supported - if you believe it should be, please open a feature request on github.com/weaviate/weaviate"
    )]
    Uuid(String),
    #[error("sorting by reference not supported, property {property:?} is a ref prop to the class {class:?}")]
    Reference { property: String, class: String },
}

/// A vector to search near that is longer or shorter than the stored ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum LengthMismatch {
    #[error("knn search: distance between entrypoint and query node: {stored} vs {wanted}: vector lengths don't match")]
    Graph { stored: usize, wanted: usize },
    #[error("{wanted} vs {stored}: vector lengths don't match")]
    Flat { stored: usize, wanted: usize },
}

/// Reason why a vector index does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum VectorSearchFault {
    #[error("vector search: cannot vector-search on a class not vector-indexed")]
    Skipped,
    #[error("multi vector search: multivector search is not enabled")]
    NotMulti,
    #[error("vector search: {0}")]
    Length(#[from] LengthMismatch),
    #[error("number of weights in join does not match number of results")]
    Weights,
}

/// Reason why a keyword search cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum KeywordFault {
    #[error(
        "Searching by property '{0}' requires inverted index. Is `indexSearchable` option of property '{0}' enabled? Set it to `true` or leave empty"
    )]
    NotSearchable(String),
    #[error("No properties provided, and no indexed properties found in class")]
    NothingSearchable,
    #[error("blockmaxwand: could not find bucket for property {0}")]
    NoBucket(String),
    #[error(
        "blockmaxwand: OPERATOR_AND_CROSS requires all searched properties to share the same tokenization and analyzer settings"
    )]
    MixedAnalysis,
}

/// A fault of a keyword search, and where it arose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeywordFaultAt {
    pub(crate) index: String,
    pub(crate) shard: String,
    pub(crate) fault: KeywordFault,
}

impl fmt::Display for KeywordFaultAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, shard, fault } = self;
        match fault {
            KeywordFault::NothingSearchable => write!(f, "object search at index {index}: {fault}"),
            _ => write!(f, "object search at index {index}: local shard object search {shard}: {fault}"),
        }
    }
}

/// Reason why a hybrid search cannot be done.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum HybridFault {
    #[error("{0}")]
    Keyword(KeywordFaultAt),
    #[error("explorer: get class: vector search: object vector search at index {index}: shard {shard}: {fault}")]
    Vector { index: String, shard: String, fault: VectorSearchFault },
    #[error("{}{fault}", if .fault.is_of_hybrid_query() { "" } else { "explorer: get class: vectorize search vector: " })]
    NoVector { fault: AimFault },
}

/// Reason why texts of a search give no vector.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TextsFault {
    #[error("failed to vectorize batch of objects: {0}")]
    Batched(ProviderFault),
    #[error("remote client vectorize: {0}")]
    Plain(ProviderFault),
    #[error("more than one embedding found for input: [{}]", .0.join(" "))]
    Several(Vec<String>),
}

/// Reason why what a search is to be near to gives no vector.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum QueryFault {
    #[error("vectorize keywords: {0}")]
    Concepts(TextsFault),
    #[error("vectorize {what}: vectorize move to: {fault}")]
    MoveConcepts { what: &'static str, fault: TextsFault },
    #[error("vectorize {what}: {fault}")]
    MoveObject { what: &'static str, fault: MoveFault },
    #[error("{front}: vector lengths don't match: got {source_length} and {target_length}")]
    Lengths { front: &'static str, source_length: usize, target_length: usize },
    /// With the force as it is shown.
    #[error("movement: force must be between 0 and 1: got {0}")]
    Force(String),
    #[error("{0} operations are not applicable for multivector embeddings")]
    MultiVector(&'static str),
    #[error("vectorize {media}: {fault}")]
    Media { media: &'static str, fault: ProviderFault },
}

/// Reason why an object that a search names has no vector to search by.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum MoveFault {
    #[error("vector not found")]
    Unknown,
    #[error("vector not found for target: {0}")]
    Target(String),
    #[error("nearObject search-object with id {0} has no vector")]
    Bare(Uuid),
}

/// Reason why a search has no vector to search near.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum AimFault {
    #[error(
        "could not vectorize input for collection {class} with search-type {search}. Make sure a vectorizer module is configured for this collection"
    )]
    Unsupported { class: String, search: &'static str },
    #[error("'nearText.{0}' parameter needs to have defined either 'concepts' or 'objects' fields")]
    NoGoal(&'static str),
    #[error("nearText cannot provide both distance and certainty")]
    DistanceAndCertainty,
    #[error("'{}.{}' needs to be defined", .media.search(), .media.name())]
    NoContent { media: Media },
    #[error("{}.targetVectors cannot provide more than 1 target vector value", .media.search())]
    SeveralTargets { media: Media },
    #[error(
        "vectorize params: could not vectorize input for collection {class} with search-type {search}, targetVector {target} and parameters {parameters}. Make sure a vectorizer module is configured for this class"
    )]
    NoVectorizer { class: String, search: &'static str, target: String, parameters: String },
    #[error("vectorize params: vectorize params: {0}")]
    Query(QueryFault),
    #[error("VectorFromInput was called without vectorizer on class {class} for input {query}")]
    NoQueryVectorizer { class: String, query: String },
    #[error(transparent)]
    HybridQuery(TextsFault),
}

impl AimFault {
    /// Returns whether it shows before any vector is made.
    pub(crate) fn is_early(&self) -> bool {
        matches!(
            self,
            Self::Unsupported { .. }
                | Self::NoGoal(_)
                | Self::DistanceAndCertainty
                | Self::NoContent { .. }
                | Self::SeveralTargets { .. }
        )
    }

    /// Returns whether it is about the query of a hybrid search itself.
    pub(crate) fn is_of_hybrid_query(&self) -> bool {
        matches!(self, Self::NoQueryVectorizer { .. } | Self::HybridQuery(_))
    }
}

/// Reason why results are not reranked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum RerankFault {
    #[error("unknown capability: rerank")]
    Capability,
    #[error("extend rerank: no properties provided")]
    Property,
    #[error(
        "extend rerank: client rank: the emulator calls no model providers: start it with `Builder::offline_models`, so that {0} ranks by common words"
    )]
    NoProvider(String),
    #[error("extend rerank: client rank: {0}")]
    Provider(#[from] ProviderFault),
}

//! Reasons why a search over gRPC fails, or another call that reads, in the server's words.

use std::fmt;

use prost::DecodeError;
use thiserror::Error;

use crate::engine::providers::fault::ProviderFault;
use crate::engine::search::fault::{
    AimFault, HybridFault, KeywordFault, KeywordFaultAt, LinkedFault, MoveFault, NestedPathFault, RerankFault,
    SortFault, VectorSearchFault,
};
use crate::engine::search::filter::{self, Operator};
use crate::engine::store::fault::{NoSuchCollection, NoSuchProperty, NoTenants, TenantFault, UuidFault};

/// Step of the server in front of what it finds while it extends a list.
pub(super) const EXTENDING: &str = "explorer: list class: ";
/// Step of the server in front of what it finds while it lists objects.
pub(super) const LISTING: &str = "explorer: list class: search: ";
/// Step of the server in front of what it finds while it searches near vectors.
pub(super) const NEAREST: &str = "explorer: get class: concurrentTargetVectorSearch): explorer: get class: ";
/// Step of the server in front of what it finds in any other search.
pub(super) const KEYWORD: &str = "explorer: get class: ";

/// Reason why a filter cannot be read, or does not fit the schema.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum FilterFault {
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
    #[error("unknown filter operator OPERATOR_UNSPECIFIED")]
    NoOperator,
    #[error("unknown value type <nil>")]
    NoValue,
    #[error("filter target is missing")]
    NoTarget,
    #[error("paths needs to have a uneven number of components: property, class, property, ...., got [{}]", .0.join(" "))]
    Path(Vec<String>),
    #[error(transparent)]
    Unknown(#[from] NoSuchProperty),
    #[error(transparent)]
    NoCollection(#[from] NoSuchCollection),
    #[error("expected reference property with a single target, got [{}] for {property} ", .targets.join(" "))]
    SeveralTargets { property: String, targets: Vec<String> },
    #[error(
        "filtering on nested properties is a preview feature, disabled by default; set WEAVIATE_PREVIEW_NESTED_FILTERING=true to enable"
    )]
    NestedIsPreview,
    #[error(transparent)]
    NestedPath(#[from] NestedPathFault),
    #[error("property length filtering is not supported for nested properties")]
    NestedLength,
    #[error(
        "Filtering by property '{0}' requires inverted index. Is `indexFilterable` option of property '{0}' enabled? Set it to `true` or leave empty"
    )]
    NotIndexed(String),
    #[error(
        "expected an integer value, but could not parse string '{0}' as int: strconv.ParseFloat: parsing {0:?}: invalid syntax"
    )]
    NoNumber(String),
    #[error("filtering for integer, but received a floating point number {0}")]
    Fraction(f64),
    #[error(transparent)]
    Operator(#[from] OperatorFault),
    #[error(transparent)]
    Operands(#[from] Operands<FilterFault>),
}

/// Operator that the type of its property does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum OperatorFault {
    /// With the number of the operator.
    #[error(
        "Filtering for property length supports operators (not) equal and greater/less than (equal), got {0} instead"
    )]
    Length(u8),
    #[error("Can only filter for positive property length got {0} instead")]
    NegativeLength(i64),
    #[error("operator \"{0:?}\" cannot be used on uuid/uuid[] props")]
    Uuid(Operator),
}

/// Faults of the operands of one operator, each with its position.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) struct Operands<F>(Vec<(usize, F)>);

impl<F> Operands<F> {
    /// Collects the faults of all operands.
    pub(crate) fn check(results: impl Iterator<Item = Result<(), F>>) -> Result<(), Self> {
        let faults: Vec<_> =
            results.enumerate().filter_map(|(position, result)| Some((position, result.err()?))).collect();
        if faults.is_empty() { Ok(()) } else { Err(Self(faults)) }
    }
}

impl<F: fmt::Display> fmt::Display for Operands<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, (position, fault)) in self.0.iter().enumerate() {
            let comma = if count > 0 { ", " } else { "" };
            write!(f, "{comma}child operand at position {position}: {fault}")?;
        }
        Ok(())
    }
}

/// Reason why a search is refused or fails.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum SearchFault {
    #[error(transparent)]
    NoCollection(#[from] NoSuchCollection),
    #[error("extract properties request: {0}")]
    Selection(#[from] SelectionFault),
    #[error("nested references depth exceeds QUERY_CROSS_REFERENCE_DEPTH_LIMIT ({0})")]
    TooDeep(usize),
    #[error("conflict: only one near<Media> argument may be present")]
    SeveralNear,
    #[error("conflict: both near<Media> and keyword-based (bm25) arguments present, choose one")]
    NearAndKeyword,
    #[error("explorer: get class: vectorize params: found more than one module params: {} which are conflicting choose one instead",
        .0.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", "))]
    SeveralMedia(Vec<&'static str>),
    /// The id of an object to move to or away from.
    #[error(transparent)]
    MoveId(UuidFault),
    #[error("{KEYWORD}vectorize params: {0}")]
    AimParameters(AimFault),
    #[error("{NEAREST}vectorize search vector: {0}")]
    Aim(AimFault),
    #[error("keyword search (bm25) must have query set")]
    NoQuery,
    #[error("cannot combine {one} and {other} in hybrid search")]
    HybridConflict { one: &'static str, other: &'static str },
    #[error("hybrid: selection must be set on the top-level hybrid search, not on the {0} sub-search")]
    NestedSelection(&'static str),
    #[error("{0}: cannot provide distance and certainty")]
    DistanceAndCertainty(&'static str),
    #[error("near_object: id is required")]
    NoId,
    #[error("extract target vectors: {0}")]
    Targets(#[from] TargetFault),
    #[error(transparent)]
    Certainty(#[from] CertaintyFault),
    /// The server names the field in front of what is wrong in it.
    #[error("{field}: {fault}")]
    NearVector { field: &'static str, fault: NearVectorFault },
    /// A fault of the server's own.
    #[error(transparent)]
    OwnFault(NearVectorFault),
    #[error("{NEAREST}vectorize search vector: nearObject params: {0}")]
    NearObject(#[from] NearObjectFault),
    #[error("sorting cannot be combined with search")]
    SortedSearch,
    #[error("invalid 'sort' parameter: sort parameter at position {position}: {fault}")]
    Sort { position: usize, fault: SortPathFault },
    #[error("groupby path can only have one entry, received [{}]", .0.join(" "))]
    GroupPath(Vec<String>),
    #[error(transparent)]
    GroupProperty(NoSuchProperty),
    #[error(transparent)]
    RerankProperty(NoSuchProperty),
    #[error("{step}extend: {fault}")]
    Rerank { step: &'static str, fault: RerankFault },
    #[error(transparent)]
    PromptProperty(NoSuchProperty),
    #[error("{step}extend: extend generate: {fault}")]
    Generator { step: &'static str, fault: GenerativeFault },
    #[error(transparent)]
    Generative(GenerativeFault),
    /// Groups of objects that no search has found.
    #[error("group is not present map[]")]
    GroupedList,
    #[error("cursor api: invalid 'after' parameter: {0} cannot be set with after and limit parameters")]
    Cursor(&'static str),
    #[error("cursor api: invalid 'after' parameter: after parameter '{after}' is not a valid uuid: {fault}")]
    CursorId { after: String, fault: UuidFault },
    #[error(transparent)]
    Mmr(#[from] MmrFault),
    #[error(transparent)]
    Boost(#[from] BoostFault),
    #[error(transparent)]
    Filter(#[from] FilterFault),
    #[error(
        "{step}invalid pagination params: query maximum results exceeded: the total limit calculated from the provided offset '{offset}' and limit '{limit}' exceeds the configured value for QUERY_MAXIMUM_RESULTS '{maximum}'. If you've supplied a negative offset or limit, this may be an underflow error"
    )]
    Page { step: Step, offset: usize, limit: usize, maximum: usize },
    #[error("{step}{} {index}: {fault}", .step.at_index())]
    Tenant { step: Step, index: String, fault: TenantFault },
    #[error("{step}{} {index}: {} {shard}: {}{fault}", .step.at_index(), .step.in_shard(), .step.filtering())]
    Evaluation { step: Step, index: String, shard: String, fault: Box<filter::Fault> },
    #[error("{}{} {index}: {} {shard}: {fault}", Step::Nearest, Step::Nearest.at_index(), Step::Nearest.in_shard())]
    Vector { index: String, shard: String, fault: VectorSearchFault },
    /// A property that the keyword search was told to look into.
    #[error(transparent)]
    Keyword(KeywordFault),
    #[error("{KEYWORD}vector search: {0}")]
    KeywordAt(KeywordFaultAt),
    #[error(transparent)]
    Hybrid(#[from] HybridFault),
    #[error("{step}{fault}")]
    References { step: &'static str, fault: ReplyFault },
    #[error(transparent)]
    Reply(ReplyFault),
}

/// Step of the server that searches, which it names in front of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Step {
    #[error("{LISTING}")]
    List,
    #[error("{NEAREST}vector search: ")]
    Nearest,
    #[error("{KEYWORD}vector search: ")]
    Keyword,
    #[error("")]
    Hybrid,
}

impl Step {
    fn at_index(self) -> &'static str {
        match self {
            Self::Nearest => "object vector search at index",
            Self::List | Self::Keyword | Self::Hybrid => "object search at index",
        }
    }

    fn in_shard(self) -> &'static str {
        match self {
            Self::Nearest => "shard",
            Self::List | Self::Keyword | Self::Hybrid => "local shard object search",
        }
    }

    fn filtering(self) -> &'static str {
        match self {
            Self::Nearest => "build inverted filter allow list: ",
            Self::List | Self::Keyword | Self::Hybrid => "",
        }
    }
}

/// Reason why tenants are not listed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TenantsGetFault {
    #[error("get tenants: must specify at least one tenant name")]
    NoName,
    #[error("get tenants: failed to execute query: could not get tenants: could not get tenants: {0}")]
    Collection(#[from] NoTenants),
}

/// Reason why the properties to return cannot be returned.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SelectionFault {
    #[error("get property by name {} for class {}: {}", .0.name, .0.class, .0)]
    Property(NoSuchProperty),
    #[error(transparent)]
    Reference(NoSuchProperty),
    #[error(transparent)]
    NoCollection(#[from] NoSuchCollection),
    #[error(
        "multi target references from collection {class} and property {property} with need an explicitlinked collection. Available linked collections are [{}]",
        .targets.join(" ")
    )]
    SeveralTargets { class: String, property: String, targets: Vec<String> },
}

/// Reason why results cannot be sorted by a path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SortPathFault {
    #[error("path parameter cannot be empty")]
    Empty,
    #[error("sorting by reference not supported, path must have exactly one argument")]
    Reference,
    #[error(transparent)]
    Property(#[from] SortFault),
}

/// Reason why an object gives no vectors to search near.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NearObjectFault {
    #[error("search index {index}: determine shard: parse uuid {id:?}: {fault}")]
    Id { index: String, id: String, fault: UuidFault },
    #[error(transparent)]
    NoVector(#[from] MoveFault),
}

/// Reason why results are not selected by MMR.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum MmrFault {
    #[error("MMR limit must be at least 1")]
    NoLimit,
    #[error("MMR limit ({limit}) cannot be larger than the query limit ({query})")]
    Limit { limit: usize, query: usize },
    #[error("MMR balance must be between 0 and 1")]
    Balance,
    #[error("MMR selection is not supported with multi-vector indexes (target vector {0:?})")]
    Rows(String),
}

/// Reason why a boost is refused. Most are about the condition at `index`.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum BoostFault {
    #[error("boost: at least one condition is required")]
    NoCondition,
    #[error("boost: too many conditions ({given}), maximum is {maximum}")]
    TooMany { given: usize, maximum: usize },
    #[error("boost: weight must be between 0 and 1, got {0:.6}")]
    Weight(f32),
    #[error("boost condition[{index}]: exactly one of 'filter', 'decay', or 'property_value' must be set")]
    Empty { index: usize },
    #[error("boost condition[{index}] filter: {fault}")]
    Filter { index: usize, fault: FilterFault },
    #[error("boost condition[{index}] {kind}: {fault}")]
    Property { index: usize, kind: &'static str, fault: BoostPropertyFault },
    #[error("boost condition[{index}] numeric_decay: scale must be > 0")]
    Scale { index: usize },
    #[error("boost condition[{index}] filter: operator {} is not supported in boost conditions", .operator.name())]
    Operator { index: usize, operator: Operator },
    #[error("boost condition[{index}] decay: scale is required")]
    NoScale { index: usize },
    #[error("boost condition[{index}] decay: decay_value must be between 0 and 1, got {value:.6}")]
    DecayValue { index: usize, value: f32 },
}

/// Reason why the values of a property cannot boost.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum BoostPropertyFault {
    #[error("nested property {0:?} is not supported")]
    Nested(String),
    #[error(transparent)]
    Unknown(#[from] NoSuchProperty),
    #[error("property {property:?} must be of type {wanted}, got {found}")]
    Type { property: String, wanted: &'static str, found: String },
}

/// Reason why a found object cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ReplyFault {
    #[error("resolve cross-refs: build reference cache: build request cache: fetch job list: {0}")]
    References(#[from] LinkedFault),
    /// An object that only a prompt selects, or references in a property that has been made one of another type.
    #[error("creating primitive value for {property}: proto:\u{a0}invalid type: {go_type}")]
    NotPrimitive { property: String, go_type: &'static str },
}

impl ReplyFault {
    pub(super) fn not_primitive(property: &str, go_type: &'static str) -> Self {
        Self::NotPrimitive { property: property.to_owned(), go_type }
    }
}

/// Reason why nothing is generated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum GenerativeFault {
    #[error("client not found, empty provider")]
    NoProvider,
    /// With the short name of the module.
    #[error("client not found for provider: {0}")]
    NoClient(String),
    #[error(transparent)]
    Provider(ProviderFault),
    /// Metadata of a provider that the request does not name, even if it is the collection's own.
    #[error("provider: , not supported")]
    NoMetadata,
    #[error("No results for generative search despite a search request. Is a generative module enabled?")]
    NoResults,
}

/// Vectors that cannot be read out of their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("dimension cannot be 0")]
pub(crate) struct NoDimension;

/// Target vectors that a collection does not have, or that are not told apart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TargetFault {
    #[error("class {class} does not have named vector {vector} configured. Available named vectors [{available}]")]
    Unknown { class: String, vector: String, available: String },
    #[error("class {0} has multiple vectors, but no target vectors were provided")]
    Ambiguous(String),
    #[error("number of weights ({weights}) does not match number of targets ({targets})")]
    Weights { weights: usize, targets: usize },
    #[error("target vector {0} not found in target vectors")]
    Weight(String),
}

/// Certainties that do not go with the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum CertaintyFault {
    #[error("multiple target vectors are not supported with certainty")]
    SeveralTargets,
    #[error("can't compute and return certainty when vector index is configured with {0} distance")]
    Distance(&'static str),
}

/// Vectors to search near that do not fit their targets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NearVectorFault {
    #[error("extract vector: {0}")]
    Unreadable(#[from] NoDimension),
    #[error("only 1 vector supported, found {0} vectors")]
    Several(usize),
    #[error("either vector or VectorPerTarget must be provided, not both")]
    Both,
    #[error("vector is required")]
    Missing,
    #[error("vector per target must be provided for all targets")]
    PerTarget,
    /// The server looks for the combination without asking whether there is one.
    #[error("panic occurred: runtime error: invalid memory address or nil pointer dereference")]
    NoCombination,
    #[error("vector for target must have the same lengths as target vectors")]
    ForTargets,
    #[error("vector for target {target} is required. All target vectors: [{wanted}] all vectors for targets [{given}]")]
    NoVector { target: String, wanted: String, given: String },
    #[error(
        "explorer: get class: validate target vector: multiple vectorizers configuration found, please specify target vector name"
    )]
    NoneOfSeveral,
    #[error(
        "explorer: get class: concurrentTargetVectorSearch): explorer: get class: vectorize search vector: nearVector.vectorFromParams was called with invalid index"
    )]
    NothingToSearch,
    #[error("provided vector is a multi vector but vector index supports regular vectors")]
    Rows,
    #[error("provided vector is a regular vector but vector index supports multi vectors")]
    NoRows,
}

//! Reasons why a request over REST makes no sense, in the server's words. GraphQL has the same ones.

use serde_json::Value as Json;
use thiserror::Error;

use crate::engine::search::fault::SortFault;
use crate::engine::store::fault::{NoSuchCollection, NoSuchProperty};
use crate::protocols::grpc::fault::{FilterFault, Operands, OperatorFault};

/// Words in front of most faults of a `where`.
const INVALID: &str = "invalid where filter: ";
/// Advice where an operator that joins others is used as one that compares.
const INSTEAD: &str = "switch to compare operator (eg. Equal, NotEqual, etc.)";

/// Reason why a `where` cannot be read.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum WhereFault {
    #[error("unrecognized operator: {0}")]
    NoOperator(String),
    #[error("{INVALID}operator '{0}' not compatible with field 'path', remove 'path' or {INSTEAD}")]
    JoinedPath(&'static str),
    #[error("{INVALID}operator '{0}' not compatible with field 'value<Type>', remove value field or {INSTEAD}")]
    JoinedValue(&'static str),
    #[error("{INVALID}operator '{0}', but no operands set - add at least one operand")]
    NoOperands(&'static str),
    #[error("{INVALID}operand {index}: {fault}")]
    Operand { index: usize, fault: Box<WhereFault> },
    #[error("{INVALID}got operator '{0}', but no value<Type> field set")]
    NoValue(&'static str),
    /// With the clause.
    #[error("{INVALID}found more than one values the clause '{0}'")]
    SeveralValues(Json),
    #[error("{INVALID}field 'path': must have at least one element")]
    NoPath,
    #[error("{INVALID}missing an argument after '{0}'")]
    PathEnd(String),
    #[error("{INVALID}expected a valid class name in 'path' field for the filter but got '{0}'")]
    CollectionName(String),
    #[error("{INVALID}expected a valid property name in 'path' field for the filter, but got '{0}'")]
    PropertyName(String),
    #[error("{INVALID}valueGeoRange: field '{0}' must be set")]
    NoGeoField(&'static str),
    #[error("{INVALID}valueGeoRange: field 'distance.max' must be a positive number")]
    NegativeDistance,
}

/// Reason why a `where` does not fit the schema. `used` is the field that has the value.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum WhereTypeFault {
    #[error(transparent)]
    Operands(#[from] Operands<WhereTypeFault>),
    #[error("using [\"_id\"] to filter by uuid: must use \"valueText\" to specify the id")]
    Id,
    #[error("using [\"{0}\"] to filter by timestamp: must use \"valueText\" or \"valueDate\"")]
    Timestamp(String),
    #[error(transparent)]
    NoCollection(#[from] NoSuchCollection),
    #[error(transparent)]
    Unknown(#[from] NoSuchProperty),
    /// Refused for the same reason as over gRPC.
    #[error(transparent)]
    Filter(#[from] FilterFault),
    #[error(transparent)]
    Operator(#[from] OperatorFault),
    #[error("operator IsNull requires a booleanValue, got {used} instead")]
    IsNull { used: String },
    #[error("Filtering for property length requires IntValue, got {used:?} instead")]
    Length { used: String },
    #[error("property \"{0}\" is of type \"uuid\" or \"uuid[]\": specify uuid as string using \"valueText\"")]
    Uuid(String),
    #[error(
        "Property \"{property}\" is a ref prop to the class \"{target}\". Only \"valueInt\" can be used on a ref prop directly to count the number of refs. Or did you mean to filter on a primitive prop of the referenced class? In this case make sure your path contains 3 elements in the form of [<propName>, <ClassNameOfReferencedClass>, <primitvePropOnClass>]"
    )]
    Reference { property: String, target: String },
    #[error("data type filter cannot use {used:?} on type {data_type:?}, use {instead:?} instead")]
    Type { used: String, data_type: String, instead: String },
    #[error(
        "nested path {path:?}: data type filter cannot use {used:?} on type {data_type:?}, use {instead:?} instead"
    )]
    Nested { path: String, used: String, data_type: String, instead: String },
}

/// Reason why JSON does not fit the Go type it is read into.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum ShapeFault {
    #[error("json: cannot unmarshal {found} into Go value of type {go_type}")]
    Whole { found: &'static str, go_type: String },
    #[error("json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {go_type}")]
    Field { found: String, owner: &'static str, path: String, go_type: String },
    #[error("vectors: cannot unmarshal vector into either []float32 or [][]float32 for target vector {0}")]
    Vector(String),
}

/// Reason why a list of objects cannot be sorted so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("sort parameter at position {position}: {fault}")]
pub(super) struct SortKeyFault {
    pub(super) position: usize,
    pub(super) fault: SortFault,
}

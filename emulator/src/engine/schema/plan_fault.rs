//! Reasons why an index is not built as requested, in the server's words.

use thiserror::Error;

/// An index that cannot be given to a property.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PlanFault {
    #[error(
        "at most one configuration change per request: set either tokenization or algorithm, not both — issue two requests"
    )]
    TwoChanges,
    #[error("invalid tokenization \"{0}\"")]
    Tokenization(String),
    #[error("algorithm \"wand\" is deprecated; only \"blockmax\" is accepted as a target")]
    OldAlgorithm,
    #[error("unsupported algorithm \"{0}\"; only \"blockmax\" is accepted (WAND is deprecated)")]
    Algorithm(String),
    #[error(
        "property \"{0}\" has no searchable index; PUT /v1/schema/{{className}}/properties/{0}/index/searchable with a tokenization to add one first"
    )]
    NotSearchable(String),
    #[error("property \"{0}\" is not a text type")]
    NotText(String),
    #[error("enable-searchable requires a tokenization to be set on the request body")]
    NoTokenization,
    #[error(
        "property \"{property}\" has an existing filterable index built with tokenization \"{own}\"; enabling searchable with tokenization \"{wanted}\" would silently desynchronize the filterable index. Retokenize the filterable index first or use the matching tokenization"
    )]
    Desynchronized { property: String, own: String, wanted: String },
    #[error("the algorithm field is only valid for a searchable index")]
    FilterableAlgorithm,
    #[error("property \"{0}\" already has a filterable index")]
    FilterableExists(String),
    /// With the type in the server's words.
    #[error("property \"{property}\" type {data_type} does not support a filterable index")]
    NeverFilterable { property: String, data_type: String },
    #[error(
        "cannot create a filterable index for property \"{property}\" with tokenization \"{wanted}\": it must match the property's current tokenization \"{own}\" — retokenize after creation to change it"
    )]
    FilterableTokenization { property: String, wanted: String, own: String },
    #[error("property \"{0}\" is not a text type; filterable.tokenization only applies to text / text[]")]
    FilterableNotText(String),
    #[error("the rangeFilters index takes no configuration fields; send an empty body {{}}")]
    RangeFiltersFields,
    #[error("property \"{0}\" is not a numeric type (int, number, date)")]
    NotNumeric(String),
    #[error("property \"{0}\" does not have a filterable index")]
    NotFilterable(String),
    #[error("property \"{0}\" does not have a rangeable index to rebuild; use enable to create one")]
    NoRangeFilters(String),
}

/// Work on a property that stands in the way of other work on it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PlanConflict {
    #[error(
        "reindex task \"{task}\" is already migrating {kind} property \"{property}\" to a different target; wait for it to finish or cancel it before requesting a different change"
    )]
    OtherTarget { task: String, kind: &'static str, property: String },
    #[error("reindex task \"{task}\" conflicts: already running {migration} for overlapping properties")]
    Same { task: String, migration: &'static str },
    #[error(
        "reindex task \"{task}\" conflicts: already running {known} for overlapping properties; concurrent {wanted} on the same property would race on shared on-disk migration state — wait for the in-flight task to finish before submitting another"
    )]
    Race { task: String, known: &'static str, wanted: &'static str },
}

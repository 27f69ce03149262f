//! Reasons why the store refuses, in the server's words. Callers put words about the request in front.

use thiserror::Error;
use uuid::Uuid;

use crate::engine::providers::fault::{ProviderFault, Wording};
use crate::engine::schema::LimitReached;
use crate::engine::schema::fault::{NameFault, SchemaFault};
use crate::engine::schema::late_fault::LateFault;

/// Reason why a text is not a uuid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum UuidFault {
    #[error("invalid UUID length: {0}")]
    Length(usize),
    #[error("invalid UUID format")]
    Format,
}

/// A collection that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("could not find class {0} in schema")]
pub(crate) struct NoSuchCollection(pub(crate) String);

/// A property that the collection does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "no such prop with name '{name}' found in class '{class}' in the schema. Check your schema files for which properties in this class are available"
)]
pub(crate) struct NoSuchProperty {
    pub(crate) name: String,
    pub(crate) class: String,
}

impl NoSuchProperty {
    pub(crate) fn new(name: &str, class: &str) -> Self {
        Self { name: name.to_owned(), class: class.to_owned() }
    }
}

/// Reason why there is no shard to read from or to write to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TenantFault {
    #[error("class {class} has multi-tenancy enabled, but request was without tenant")]
    Missing { class: String },
    #[error("class {class} has multi-tenancy disabled, but request was with tenant")]
    Needless { class: String },
    #[error("tenant not found: \"{0}\"")]
    Unknown(String),
    #[error("tenant not active: '{0}'")]
    Inactive(String),
}

/// Reason why a shard takes no writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum ReadOnly {
    #[error("store is read-only due to: manually set by user")]
    Manually,
    /// The server sets all shards when the disk is nearly full.
    #[error("store is read-only due to: disk usage too high. Set to read-only at 90.27%, threshold set to 90.00%")]
    ForDiskUsage,
}

/// Reason why a collection has no tenants.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NoTenants {
    #[error("class not found")]
    NoCollection,
    #[error("multi-tenancy is not enabled for class \"{0}\"")]
    Off(String),
}

/// Reason why tenants are not added, changed or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TenantsFault {
    #[error(transparent)]
    Name(#[from] NameFault),
    #[error(transparent)]
    Limit(#[from] LimitReached),
    #[error("tenant name {0} existed multiple times")]
    Twice(String),
    #[error("empty tenant name at index {0}")]
    Empty(usize),
    #[error("updating schema: {command}: {fault}")]
    Collection { command: &'static str, fault: NoTenants },
    #[error("updating schema: {command}: {}", .tenants.iter().map(|tenant| format!("shard not found: {tenant}")).collect::<Vec<_>>().join("; "))]
    Unknown { command: &'static str, tenants: Vec<String> },
}

/// Reason why an object does not fit its collection.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ObjectFault {
    #[error("the given class is empty")]
    NoCollection,
    #[error("object has an empty class")]
    NoCollectionInBatch,
    #[error("could not recognize object's properties: {0}")]
    Unreadable(String),
    #[error(transparent)]
    Vector(#[from] VectorFault),
    #[error(transparent)]
    Property(#[from] PropertyFault),
}

/// Reason why a vector has no place in its collection.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum VectorFault {
    #[error("vector {0} has to be a float32 array")]
    Rows(&'static str),
    #[error("collection {0} configuration does not have single vector index")]
    NoUnnamed(String),
    #[error("collection {class} does not have configuration for vector {vector}")]
    Unknown { class: String, vector: String },
}

/// Reason why a vector does not fit its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum LengthFault {
    #[error(
        "new node has a vector with length {length}. Existing nodes have vectors with length {known}: vector dimensions do not match the index dimensions"
    )]
    Vector { length: usize, known: usize },
    #[error("multi vector array consists of vectors with varying dimensions")]
    Varying,
    #[error(
        "new node has a multi vector with length {length} at position {position}. Existing nodes have vectors with length {known}"
    )]
    Row { length: usize, position: usize, known: usize },
}

/// Reason why a property is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PropertyFault {
    #[error(transparent)]
    Unknown(#[from] NoSuchProperty),
    #[error("invalid {kind} property '{path}' on class '{class}': {fault}")]
    Value { kind: &'static str, path: String, class: String, fault: Box<ValueFault> },
    #[error(transparent)]
    Reference(#[from] ReferenceFault),
}

/// Reason why a value does not fit its property.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ValueFault {
    #[error("not {expected}, but {found}")]
    Type { expected: &'static str, found: &'static str },
    #[error("invalid {kind} array value: {value}")]
    Items { kind: &'static str, value: String },
    #[error("requires an integer, the given value is '{0}'")]
    Integer(String),
    #[error("the JSON number '{0}' could not be converted to an int")]
    Fraction(String),
    #[error("requires a float, the given value is '{0}'")]
    Number(String),
    #[error("requires a string with a RFC3339 formatted date, but the given value is '{0}'")]
    Date(String),
    #[error("requires a string of UUID format, but the given value is '{0}'")]
    Uuid(String),
    #[error("not a valid blob base64 string")]
    Blob,
    #[error("{what} must be a map, but got: {found}")]
    NoMap { what: &'static str, found: &'static str },
    #[error("{what} is missing required field '{field}'")]
    NoField { what: &'static str, field: &'static str },
    #[error("invalid {field}: geoCoordinates field '{field}' must be a number, but got: {found}")]
    Degrees { field: &'static str, found: &'static str },
    #[error("phoneNumber.{field} must be a string, but got: {found}")]
    PhoneField { field: &'static str, found: &'static str },
    #[error("invalid phone number: {0}")]
    Phone(#[from] PhoneFault),
    #[error("unknown property '{0}'")]
    Unknown(String),
    #[error("property '{path}': {fault}")]
    Nested { path: String, fault: Box<PropertyFault> },
    #[error("invalid object '{index}' in array: {fault}")]
    Item { index: usize, fault: Box<ValueFault> },
    /// A reference inside an object.
    #[error(transparent)]
    Reference(#[from] ReferenceFault),
}

/// Reason why a text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PhoneFault {
    #[error(
        "invalid or missing defaultCountry - this field is optional if the specified number is in the international format, but required if the number is in national format, use ISO 3166-1 alpha-2"
    )]
    Country,
    #[error("the phone number supplied is not a number")]
    NoNumber,
}

/// Reason why a text is not a beacon that can be used here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum BeaconFault {
    /// Without a path there is no fault either, for which Go has this word.
    #[error("invalid cref URI: %!w(<nil>)")]
    NoPath,
    #[error("invalid cref URI: {position}nd path segment must be uuid, but got '{segment}'")]
    NoUuid { position: usize, segment: String },
    #[error("invalid cref URI: path must be of format '<class>/<uuid>', but got '{0}'")]
    Path(String),
    #[error("unrecognized cross-ref ref format")]
    Foreign,
}

/// Reason why a reference of an object is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ReferenceFault {
    #[error("reference property is not a slice {0}")]
    NoList(String),
    #[error("reference property is not a map: map[string]interface {{}}")]
    NoMap,
    #[error("beacon property is not a string: {0}")]
    NoText(&'static str),
    #[error(transparent)]
    Beacon(#[from] BeaconFault),
    #[error("invalid cref: {0}")]
    Foreign(BeaconFault),
    #[error("invalid cref: 'cref' {class}:{path}: only the field 'beacon' is allowed, got {given}")]
    Fields { class: String, path: String, given: String },
    #[error("invalid cref: 'cref' {class}:{path}: no object with id {id} found")]
    NoObject { class: String, path: String, id: Uuid },
}

/// Reason why the schema is not extended to fit an object.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum AutoSchemaFault {
    #[error("property '{property}' on class '{class}': {fault}")]
    Guess { property: String, class: String, fault: GuessFault },
    #[error("auto-schema: update collection: {0}")]
    Update(SchemaFault),
    #[error("auto-schema: create collection: {0}")]
    Create(CreateFault),
}

/// Reason why a value tells no type.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum GuessFault {
    #[error("element [{index}]: mismatched data type - {expected} expected, got {got}")]
    Mixed { index: usize, expected: String, got: String },
    #[error("element [{index}]: {fault}")]
    Element { index: usize, fault: Box<GuessFault> },
    #[error(
        "unrecognized data type of value '{value}' - one of 'text', 'number', 'int', 'boolean', 'date', 'uuid', 'object{}' expected",
        if *.nested { "" } else { "', 'cref" }
    )]
    Unrecognized { value: String, nested: bool },
}

/// Reason why a collection is not created, or is created with something amiss.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum CreateFault {
    #[error(transparent)]
    Definition(#[from] SchemaFault),
    #[error(transparent)]
    Limit(#[from] LimitReached),
    #[error("class name {0} already exists")]
    Exists(String),
    #[error("class already exists: found similar class \"{0}\"")]
    Similar(String),
    /// Found once the collection is there.
    #[error(transparent)]
    Late(#[from] LateFault),
}

/// Reason why one end of a [`Link`](super::Link) cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SourceFault {
    #[error(
        "invalid cref URI: must use long-form: path must be of format '/<className>/<uuid>/<propertyName>', but got '/{0}'"
    )]
    Path(String),
    /// The server takes the wrong segment for its words.
    #[error("invalid cref URI: 2nd path segment must be uuid, but got '{property}'")]
    NoUuid { property: String },
    #[error("className cannot be empty")]
    NoCollection,
    #[error("className must start with an uppercase letter, but got {0}")]
    LowerCase(String),
    #[error("property cannot be empty")]
    NoProperty,
}

/// Reason why a [`Link`](super::Link) is not added.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum LinkFault {
    #[error("{0}; {1}")]
    Both(SourceFault, BeaconFault),
    #[error(transparent)]
    Source(#[from] SourceFault),
    #[error(transparent)]
    Target(#[from] BeaconFault),
    #[error("source class \"{0}\" not found in schema")]
    NoSource(String),
    #[error("target class \"{0}\" not found in schema")]
    NoTarget(String),
    #[error("property {property} does not exist for class {class}")]
    NoProperty { class: String, property: String },
    #[error("multi-target references require the class name in the target beacon url")]
    Ambiguous,
    #[error("invalid reference: cannot reference a multi-tenant enabled class from a non multi-tenant enabled class")]
    IntoTenant,
    #[error("{end}: {fault}")]
    End { end: &'static str, fault: EndFault },
    #[error(transparent)]
    Tenant(#[from] TenantFault),
    #[error(transparent)]
    ReadOnly(#[from] ReadOnly),
    #[error("ref batch: object with id {0} not found")]
    NoObject(Uuid),
    #[error("ref batch: property '{0}' not found in schema")]
    UnknownProperty(String),
    #[error("ref batch: prop {property} is present, but not a ref, got: {found}")]
    NoReference { property: String, found: &'static str },
    #[error("ref batch: write inverted batch: write additions: no bucket for prop '{0}__meta_count' found")]
    NoBucket(String),
}

/// Reason why an end of a [`Link`](super::Link) is not there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum EndFault {
    #[error("get object {class}/{id}: determine shard: {fault}")]
    Shard { class: String, id: Uuid, fault: TenantFault },
    #[error("object {class}/{id} not found for tenant {tenant:?}")]
    NoObject { class: String, id: Uuid, tenant: String },
}

/// Reason why a property or its indexes cannot be worked on now.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TaskFault {
    #[error(
        "reindex task \"{id}\" ({migration}) is in flight on {class}.{property} (status={status}); schema mutations on this property are blocked until the reindex completes or is cancelled — wait for the task to reach a terminal state, or cancel it via the reindex REST API before retrying"
    )]
    InWork { id: String, migration: &'static str, class: String, property: String, status: &'static str },
    #[error(
        "collection \"{class}\" already has {active} concurrent reindex tasks (max {most}); wait for one to finish before submitting another"
    )]
    TooMany { class: String, active: usize, most: usize },
}

/// Reason why an object gets no vector.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum VectorizeFault {
    #[error("failed to vectorize batch of objects: {0}")]
    Batched(ProviderFault),
    #[error(transparent)]
    Plain(ProviderFault),
    #[error("calculate vector: calculate mean: found vectors of different length: {first} and {other}")]
    Lengths { first: usize, other: usize },
    #[error("find object with beacon {0:?}': not found")]
    NoTarget(String),
}

impl VectorizeFault {
    pub(super) fn of(wording: Wording, fault: ProviderFault) -> Self {
        match wording {
            Wording::Batched => Self::Batched(fault),
            Wording::Plain => Self::Plain(fault),
        }
    }

    fn is_of_references(&self) -> bool {
        matches!(self, Self::Lengths { .. } | Self::NoTarget(_))
    }
}

/// A vector that is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unvectorized {
    /// Its name; empty for the unnamed one.
    pub(crate) target: String,
    pub(crate) fault: VectorizeFault,
}

impl Unvectorized {
    /// The text of a write of one object.
    pub(crate) fn of_one(&self) -> String {
        let Self { target, fault } = self;
        let kind = if fault.is_of_references() { "reference vector" } else { "vector" };
        format!("vectorize target vector {target}: update {kind}: {fault}")
    }

    /// The text of an object of a batch.
    pub(crate) fn in_batch(&self) -> String {
        let front = if self.fault.is_of_references() { "update reference vector: " } else { "" };
        format!("{front}{}", self.fault)
    }
}

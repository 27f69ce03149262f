//! Reasons why a definition, or a change of one, is not accepted, in the server's words.

use thiserror::Error;

use super::limits::NotAllowed;
use super::modules::fault::ModuleFault;

/// A definition that is refused, or a change of one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SchemaFault {
    #[error(transparent)]
    Name(#[from] NameFault),
    #[error(transparent)]
    Property(#[from] Box<PropertyFault>),
    #[error(transparent)]
    Vectors(#[from] VectorsFault),
    #[error(transparent)]
    Inverted(#[from] InvertedFault),
    #[error(transparent)]
    Placement(#[from] PlacementFault),
    #[error("ObjectTTLConfig: {0}")]
    Expiry(#[from] ExpiryFault),
    #[error(transparent)]
    Module(#[from] Box<ModuleFault>),
    #[error(transparent)]
    Update(#[from] Box<UpdateFault>),
    /// A fault that the server finds while it carries an update out.
    #[error("updating schema: TYPE_UPDATE_CLASS: bad request :parse class update: {0}")]
    ParseUpdate(Box<SchemaFault>),
    #[error("cannot have both shardingConfig and multiTenancyConfig")]
    ShardedTenants,
    #[error("parse class name: class name `raft` is reserved")]
    ReservedName,
    #[error("creating a class with both a class level vector index and named vectors is forbidden")]
    NamedAndUnnamed,
    #[error(
        "vector \"{0}\": cannot create a new class with vectorIndexType \"none\"; this is an internal sentinel for dropped indexes"
    )]
    NewDropped(String),
    #[error("class \"{class}\": conflict for property \"{property}\": already in use or provided multiple times")]
    PropertyExists { class: String, property: String },
}

impl SchemaFault {
    /// The setting that the operator does not allow, if that is the fault.
    pub(crate) fn not_allowed(&self) -> Option<&NotAllowed> {
        match self {
            Self::Vectors(fault) => fault.not_allowed(),
            _ => None,
        }
    }
}

impl VectorsFault {
    fn not_allowed(&self) -> Option<&NotAllowed> {
        match self {
            Self::NotAllowed(fault) => Some(fault),
            Self::Target { fault, .. } => fault.not_allowed(),
            _ => None,
        }
    }
}

impl From<ModuleFault> for SchemaFault {
    fn from(fault: ModuleFault) -> Self {
        Self::Module(Box::new(fault))
    }
}

impl From<PropertyFault> for SchemaFault {
    fn from(fault: PropertyFault) -> Self {
        Self::Property(Box::new(fault))
    }
}

impl From<UpdateFault> for SchemaFault {
    fn from(fault: UpdateFault) -> Self {
        Self::Update(Box::new(fault))
    }
}

/// A name that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NameFault {
    #[error("'{0}' is not a valid class name. Name should not be longer than 255 characters")]
    LongCollection(String),
    #[error("'{0}' is not a valid class name")]
    Collection(String),
    #[error("'{0}' is not a valid property name. Name should not be longer than 231 characters")]
    LongProperty(String),
    #[error(
        "'{0}' is not a valid property name. Property names in Weaviate are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{{0,230}}/”"
    )]
    Property(String),
    #[error("'{0}' is a reserved property name")]
    Reserved(String),
    #[error("'{name}' is not a valid property name: suffix '{suffix}' is reserved for internal indices")]
    Suffix { name: String, suffix: &'static str },
    #[error(
        "property '{path}': '{name}' is not a valid nested property name. Nested property names in Weaviate are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{{0,230}}/”"
    )]
    Nested { name: String, path: String },
    #[error(
        "class.VectorConfig target vector name \"{0}\" is not valid. Target vector name should not be longer than 230 characters."
    )]
    LongVector(String),
    #[error(
        "class.VectorConfig target vector name \"{0}\" is not valid, in Weaviate target vector names are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{{0,229}}/”."
    )]
    Vector(String),
    #[error("tenant name at index {0}: empty tenant name")]
    NoTenant(usize),
    #[error(
        "tenant name at index {index}:  '{name}' is not a valid tenant name. should only contain alphanumeric characters (a-z, A-Z, 0-9), underscore (_), and hyphen (-), with a length between 1 and 64 characters"
    )]
    Tenant { index: usize, name: String },
}

/// A setting of the emulator that no server can have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SettingFault {
    #[error("tokenizer `{0}`: has to be one of gse, gse_ch, kagome_ja and kagome_kr")]
    Tokenizer(String),
    #[error("default vectorizer module: {0}")]
    Vectorizer(VectorizerFault),
    #[error("allowed index type `{0}`: has to be one of hnsw, flat, dynamic and hfresh")]
    IndexType(String),
    #[error("allowed compression `{0}`: has to be one of none, pq, sq, rq-1, rq-4, rq-8 and bq")]
    Compression(String),
    #[error("vectorizer `{0}`: has to be a module that makes one vector of a text, such as text2vec-openai")]
    Function(String),
}

/// A property that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PropertyFault {
    #[error(transparent)]
    Name(#[from] NameFault),
    #[error("property '{property}': invalid dataType: [{types}]: {fault}")]
    Type { property: String, types: String, fault: TypeFault },
    #[error("bad request: reference property to nonexistent class")]
    Nowhere,
    #[error("property '{path}': {fault}")]
    Analyzer { path: String, fault: AnalyzerFault },
    #[error("{0} property config invalid")]
    Modules(String),
    #[error("vectorizer \"{0}\" not configured for any of target vectors")]
    Vectorizer(String),
    #[error("property '{path}': data type '{old}' is deprecated and not allowed as nested property")]
    NestedOld { path: String, old: String },
    #[error("property '{0}': reference data type not allowed")]
    NestedReference(String),
    #[error("property '{path}': data type '{data_type}' not allowed as nested property")]
    NestedType { path: String, data_type: String },
    #[error("tokenization is not allowed for reference data type")]
    TokenizedReference,
    #[error("tokenization is not allowed for object/object[] data types")]
    TokenizedObject,
    #[error("tokenization is not allowed for data type '{0}'")]
    Tokenized(String),
    #[error("tokenization '{tokenization}' is not allowed for data type '{data_type}'")]
    Tokenization { tokenization: String, data_type: String },
    #[error("the {language} tokenizer is not enabled; set '{variable}' to 'true' to enable")]
    TokenizerOff { language: &'static str, variable: &'static str },
    #[error("property '{path}': Tokenization '{tokenization}' is not allowed for data type '{data_type}'")]
    NestedTokenization { path: String, tokenization: String, data_type: String },
    #[error("property '{0}': Tokenization is not allowed for object/object[] data types")]
    NestedTokenizedObject(String),
    #[error("property '{path}': Tokenization is not allowed for data type '{data_type}'")]
    NestedTokenized { path: String, data_type: String },
    #[error(
        "`indexInverted` is deprecated and can not be set together with `indexFilterable`, `indexSearchable` or `indexRangeFilters`"
    )]
    IndexInverted,
    #[error(
        "`indexSearchable` is allowed only for text/text[] data types. For other data types set false or leave empty"
    )]
    Searchable,
    #[error(
        "`indexRangeFilters` is allowed only for number/int/date data types. For other data types set false or leave empty"
    )]
    RangeFilters,
    #[error("property: '{path}': indexFilterable is not allowed for {data_type} data type")]
    NestedFilterable { path: String, data_type: String },
    #[error("property '{0}': `indexSearchable` is not allowed for other than text/text[] data types")]
    NestedSearchable(String),
    #[error("property '{0}': `indexRangeFilters` is not allowed for other than number/int/date data types")]
    NestedRangeFilters(String),
    #[error("property '{0}': At least one nested property is required for data type object/object[]")]
    NoNested(String),
    #[error("property '{0}': nestedProperties not allowed for data types other than object/object[]")]
    Nested(String),
}

/// A `dataType` that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TypeFault {
    #[error("dataType must have at least one element")]
    Missing,
    #[error("dataType cannot be an empty string")]
    Empty,
    #[error("unknown primitive data type '{0}'")]
    Unknown(String),
    #[error(transparent)]
    Target(#[from] NameFault),
    #[error("reference property to nonexistent class")]
    Nowhere,
}

/// A `textAnalyzer` that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum AnalyzerFault {
    #[error("asciiFoldIgnore requires asciiFold to be enabled")]
    SparedWithoutFold,
    #[error("each asciiFoldIgnore entry must be a single character, got \"{0}\"")]
    Spared(String),
    #[error("processing options are only allowed for text and text[] data types")]
    NotPrimitive,
    #[error("processing options are only allowed for text and text[] data types, got '{0}'")]
    NotText(String),
    #[error(
        "processing options are only allowed for properties with an inverted index, got IndexSearchable={searchable} and IndexFilterable={filterable}"
    )]
    NotIndexed { searchable: bool, filterable: bool },
    #[error("processing options are only allowed for properties with an inverted index")]
    NestedNotIndexed,
    #[error("unsupported tokenization '{0}'")]
    Tokenization(String),
    #[error("stopwordPreset is only supported with tokenization \"word\", got \"{0}\"")]
    NotWords(String),
    #[error(
        "unknown stopword preset \"{0}\"; must be a built-in preset ('en', 'none') or defined in invertedIndexConfig.stopwordPresets"
    )]
    Preset(String),
}

/// An `invertedIndexConfig` that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum InvertedFault {
    #[error("cleanup interval seconds must be > 0")]
    CleanupInterval,
    #[error("stopwordPresets: preset name must not be empty or whitespace-only")]
    PresetName,
    #[error("stopwordPresets: preset \"{0}\" must have at least one word")]
    EmptyPreset(String),
    #[error("stopwordPresets: preset \"{0}\" contains empty or whitespace-only word")]
    PresetWord(String),
    #[error("tokenizer '{0}' in tokenizer user dict config is not supported")]
    DictionaryTokenizer(String),
    #[error("found duplicate tokenizer '{0}' in tokenizer user dict config")]
    DictionaryTwice(String),
    #[error("both source and target must be set")]
    HalfReplacement,
    #[error("source cannot be empty or whitespace")]
    EmptySource,
    #[error("found duplicate replacement source '{0}'")]
    SourceTwice(String),
    #[error("BM25.k1 must be >= 0")]
    K1,
    #[error("BM25.b must be >= 0 and <= 1")]
    B,
    #[error("stopwordPreset '{0}' does not exist")]
    Preset(String),
    #[error("cannot use whitespace in stopword.{0}")]
    Stopword(&'static str),
    #[error("found '{0}' in both stopwords.additions and stopwords.removals")]
    AddedAndRemoved(String),
}

/// Tenants, shards or replicas that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PlacementFault {
    #[error("can't enable {0} on a non-multi-tenant class")]
    TenantsOff(&'static str),
    #[error("init sharding state: could not find enough weaviate nodes for replication: 1 available, {0} requested")]
    Nodes(i64),
    #[error("parse sharding config: {0}")]
    Sharding(ShardingFault),
    #[error("invalid replication factor: setup caps replication at {most}: got {factor}")]
    Factor { most: u32, factor: i64 },
}

/// A `shardingConfig` that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ShardingFault {
    #[error("input {0}-false must be a non-nil")]
    NotAnObject(&'static str),
    #[error("{name}: strconv.ParseInt: parsing \"{number}\": invalid syntax")]
    Number { name: &'static str, number: String },
    #[error("field \"{name}\" must be of type string, got: {found}")]
    NotText { name: &'static str, found: &'static str },
    #[error("sharding only supported {what} '{only}' for now, got: {value}")]
    Only { what: &'static str, only: &'static str, value: String },
    #[error("sharding config: desiredCount must not be negative, got: {0}")]
    Negative(i64),
}

/// An `objectTtlConfig` that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ExpiryFault {
    #[error("\"deleteOn\"=\"{0}\" requires indexed timestamps. Enable \"invertedIndexConfig.indexTimestamps\"")]
    Timestamps(String),
    #[error(
        "defaultTtl value too small for \"deleteOn\"=\"{delete_on}\". Required minimum \"{minimum}\" seconds, given \"{seconds}\" seconds"
    )]
    Short { delete_on: String, minimum: i64, seconds: i64 },
    #[error(
        "enabling objectTTL requires a running background scheduler. Set OBJECTS_TTL_DELETE_SCHEDULE to activate it"
    )]
    NoSchedule,
    #[error(
        "missing value for \"deleteOn\". Set \"_creationTimeUnix\", \"_lastUpdateTimeUnix\" or custom property of \"date\" type"
    )]
    NoProperty,
    #[error("property \"{0}\" set as \"deleteOn\" not found among collection properties")]
    Unknown(String),
    #[error("property \"{property}\" set as \"deleteOn\" should have \"date\" data type, \"{found}\" given")]
    NotDate { property: String, found: String },
    #[error("property \"{0}\" set as \"deleteOn\" should have filterable or rangeable index enabled")]
    NotIndexed(String),
}

/// A vectorizer that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum VectorizerFault {
    #[error("module \"{0}\" exists, but does not provide the Vectorizer or ReferenceVectorizer capability")]
    Capability(String),
    #[error("no module with name \"{0}\" present")]
    Unknown(String),
}

/// Vectors that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum VectorsFault {
    #[error("unrecognized or unsupported vectorIndexType \"{0}\"")]
    IndexType(String),
    #[error("the dynamic index can only be created when async indexing is enabled")]
    Dynamic,
    #[error("vectorizer: {0}")]
    Vectorizer(#[from] VectorizerFault),
    #[error("class.VectorIndexConfig can not parse: {0}")]
    Unnamed(Box<VectorsFault>),
    #[error("class.VectorIndexConfig multi vector type index type is only configurable using named vectors")]
    UnnamedMulti,
    /// The operator does not allow it.
    #[error(transparent)]
    NotAllowed(#[from] Box<NotAllowed>),
    #[error("target vector \"{name}\": {fault}")]
    Target { name: String, fault: Box<VectorsFault> },
    #[error("parse vector index config: {0}")]
    Parse(Box<VectorsFault>),
    #[error("parse vector index config: {0}")]
    Index(#[from] VectorIndexFault),
    #[error("parse vector config for {name}: {fault}")]
    Named { name: String, fault: Box<VectorsFault> },
    #[error("vectorizer module not found with name: \"{0}\"")]
    NoModule(String),
    #[error("multi vector index configured but vectorizer: \"{0}\" doesn't support multi vectors")]
    NotMulti(String),
    #[error(transparent)]
    Name(#[from] NameFault),
    #[error("class.VectorConfig.Vectorizer must be an object, got {0}")]
    VectorizerType(&'static str),
    #[error("class.VectorConfig.Vectorizer must consist only 1 configuration, got: {0}")]
    Vectorizers(usize),
}

/// A `vectorIndexConfig` that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum VectorIndexFault {
    #[error("multi vector index is not supported for vector index type: \"{0}\", only supported type is hnsw")]
    Multi(String),
    #[error("unsupported vector index type: \"{0}\"")]
    Unknown(String),
    #[error("input must be a non-nil map")]
    NotAnObject,
    #[error("json.Number to int64 for \"{name}\": strconv.ParseInt: parsing \"{number}\": invalid syntax")]
    Number { name: String, number: String },
    #[error("invalid encoder {what} {given}")]
    Encoder { what: &'static str, given: String },
    #[error("invalid hnsw config: {}", .0.join(", "))]
    Hnsw(Vec<&'static str>),
    #[error("pq segments must be non-negative")]
    Segments,
    #[error("RQ bits must be 8, 4 or 1")]
    HnswBits,
    #[error("not possible to use the cache without compression")]
    Cache,
    #[error("RQ bits must be either 1 or 8")]
    FlatBits,
    #[error("cannot enable multiple quantization methods at the same time")]
    Quantizers,
    #[error("{0} is not currently supported for flat indices")]
    FlatQuantizer(&'static str),
    #[error("multi vector index is not supported for dynamic index")]
    DynamicMulti,
    #[error("{0} is not supported for hfresh index (only rq-1 is supported)")]
    HfreshQuantizer(&'static str),
    #[error("hfresh only supports rq")]
    HfreshUncompressed,
    #[error("rq only supports 1 bit, got {0}")]
    HfreshBits(i64),
    #[error("invalid hfresh config: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Hfresh(Vec<HfreshFault>),
    #[error("{what} is immutable: attempted change from \"{before}\" to \"{after}\"")]
    Immutable { what: &'static str, before: String, after: String },
}

/// One of the numbers and names of an `hfresh` index.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum HfreshFault {
    #[error("unsupported distance type '{0}', HFresh only supports 'cosine' or 'l2-squared' for the distance metric")]
    Distance(String),
    #[error("{name} is '{value}' but must be {bound}")]
    Number { name: &'static str, value: String, bound: &'static str },
}

/// A change that cannot be made to a collection.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum UpdateFault {
    #[error("parse module config: module config is not a map, got {0}")]
    ModuleConfig(String),
    #[error(
        "vector \"{0}\": vectorIndexType \"none\" is an internal sentinel for dropped indexes and cannot be set through a class update; use the drop vector index API instead"
    )]
    Dropped(String),
    #[error("enabling multi-tenancy for an existing class is not supported")]
    TenantsOn,
    #[error("disabling multi-tenancy for an existing class is not supported")]
    TenantsOff,
    #[error(
        "not enough replicas in shard \"{shard}\" to increase replication factor to {factor} for class \"{class}\""
    )]
    Replicas { shard: String, factor: i64, class: String },
    #[error("class name is immutable: attempted change from \"{before}\" to \"{after}\"")]
    Name { before: String, after: String },
    #[error("vectorizer config of vector \"{vector}\" is immutable for class {class}")]
    Vectorizer { vector: String, class: String },
    #[error("\"{setting}\" setting is immutable. Value changed from \"{before}\" to \"{after}\"")]
    Setting { setting: &'static str, before: bool, after: bool },
    #[error("vector named default cannot be created when collection level vector index is configured")]
    NamedDefault,
    #[error("missing config for vector \"{0}\"")]
    VectorLeftOut(String),
    #[error("vector index type of vector \"{vector}\" is immutable: attempted change from \"{before}\" to \"{after}\"")]
    VectorIndexType { vector: String, before: String, after: String },
    #[error("{what} is immutable: attempted change from \"{before}\" to \"{after}\"")]
    Immutable { what: &'static str, before: String, after: String },
    #[error("validate vector index config: {0}")]
    VectorIndex(VectorIndexFault),
    #[error("invalid update for vector \"{vector}\": {fault}")]
    NamedVectorIndex { vector: String, fault: VectorIndexFault },
    #[error("validate sharding config: {what} is immutable: attempted change from \"{before}\" to \"{after}\"")]
    Sharding { what: &'static str, before: String, after: String },
    #[error(transparent)]
    Properties(PropertyChange),
    #[error("property \"{property}\": {change}")]
    Property { property: String, change: PropertyChange },
    #[error("inverted index config: {0}")]
    Inverted(InvertedFault),
    #[error(
        "inverted index config: invertedIndexConfig.stopwordPresets: cannot remove preset \"{preset}\" because it is still used by property \"{property}\""
    )]
    PresetInUse { preset: String, property: String },
    #[error("property must contain name")]
    NoName,
    #[error("property must contain dataType")]
    NoDataType,
    #[error("property name {0}: not found")]
    NoProperty(String),
    #[error("validation: class \"{0}\" has no named vector configurations")]
    NoVectors(String),
    #[error("not found: vector index \"{vector}\" not found in class \"{class}\"")]
    NoVector { vector: String, class: String },
}

/// A change that cannot be made to a property.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PropertyChange {
    #[error(
        "property fields other than description cannot be updated through updating the class. Use the add property feature (e.g. \"POST /v1/schema/{{className}}/properties\") to add additional properties"
    )]
    Fields,
    #[error("module \"{0}\" configuration was removed")]
    ModuleRemoved(String),
    #[error("module \"{0}\" configuration cannot be updated")]
    ModuleChanged(String),
}

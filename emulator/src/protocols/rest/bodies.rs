//! The request bodies: their fields, and the Go types that the server's errors name.

use super::shape::{Kind, Shape};

pub(super) static CLASS: Shape = Shape {
    parameter: "objectClass",
    package: "models",
    type_name: "Class",
    fields: &[
        ("class", Kind::Text),
        ("description", Kind::Text),
        ("vectorizer", Kind::Text),
        ("vectorIndexType", Kind::Text),
        ("properties", Kind::List(&PROPERTY)),
        ("vectorConfig", Kind::Map(&VECTOR_CONFIG)),
        ("invertedIndexConfig", Kind::One(&INVERTED_INDEX_CONFIG)),
        ("multiTenancyConfig", Kind::One(&MULTI_TENANCY_CONFIG)),
        ("objectTtlConfig", Kind::One(&OBJECT_TTL_CONFIG)),
        ("replicationConfig", Kind::One(&REPLICATION_CONFIG)),
        ("moduleConfig", Kind::Any),
        ("shardingConfig", Kind::Any),
        ("vectorIndexConfig", Kind::Any),
    ],
};

pub(super) static PROPERTY: Shape = Shape::of(
    "Property",
    &[
        ("name", Kind::Text),
        ("description", Kind::Text),
        ("tokenization", Kind::Text),
        ("dataType", Kind::Texts),
        ("disableDuplicatedReferences", Kind::Bool),
        ("indexFilterable", Kind::Bool),
        ("indexInverted", Kind::Bool),
        ("indexSearchable", Kind::Bool),
        ("indexRangeFilters", Kind::Bool),
        ("searchableBlockmax", Kind::Bool),
        ("bucketGeneration", Kind::Int),
        ("moduleConfig", Kind::Any),
        ("nestedProperties", Kind::List(&NESTED_PROPERTY)),
        ("textAnalyzer", Kind::One(&TEXT_ANALYZER_CONFIG)),
    ],
);

static NESTED_PROPERTY: Shape = Shape::of(
    "NestedProperty",
    &[
        ("name", Kind::Text),
        ("description", Kind::Text),
        ("tokenization", Kind::Text),
        ("dataType", Kind::Texts),
        ("indexFilterable", Kind::Bool),
        ("indexSearchable", Kind::Bool),
        ("indexRangeFilters", Kind::Bool),
        ("nestedProperties", Kind::List(&NESTED_PROPERTY)),
        ("textAnalyzer", Kind::One(&TEXT_ANALYZER_CONFIG)),
    ],
);

static TEXT_ANALYZER_CONFIG: Shape = Shape::of(
    "TextAnalyzerConfig",
    &[("asciiFold", Kind::Bool), ("asciiFoldIgnore", Kind::Texts), ("stopwordPreset", Kind::Text)],
);

static VECTOR_CONFIG: Shape = Shape::of(
    "VectorConfig",
    &[("vectorIndexConfig", Kind::Any), ("vectorIndexType", Kind::Text), ("vectorizer", Kind::Any)],
);

static INVERTED_INDEX_CONFIG: Shape = Shape::of(
    "InvertedIndexConfig",
    &[
        ("bm25", Kind::One(&BM25_CONFIG)),
        ("cleanupIntervalSeconds", Kind::Int),
        ("indexNullState", Kind::Bool),
        ("indexPropertyLength", Kind::Bool),
        ("indexTimestamps", Kind::Bool),
        ("stopwordPresets", Kind::Object("map[string][]string")),
        ("stopwords", Kind::One(&STOPWORD_CONFIG)),
        ("tokenizerUserDict", Kind::List(&USER_DICT_CONFIG)),
        ("usingBlockMaxWAND", Kind::Bool),
    ],
);

static BM25_CONFIG: Shape = Shape::of("BM25Config", &[("b", Kind::Float), ("k1", Kind::Float)]);

static STOPWORD_CONFIG: Shape =
    Shape::of("StopwordConfig", &[("additions", Kind::Texts), ("preset", Kind::Text), ("removals", Kind::Texts)]);

static USER_DICT_CONFIG: Shape =
    Shape::of("TokenizerUserDictConfig", &[("replacements", Kind::List(&REPLACEMENT)), ("tokenizer", Kind::Text)]);

static REPLACEMENT: Shape =
    Shape::of("TokenizerUserDictConfigReplacementsItems0", &[("source", Kind::Text), ("target", Kind::Text)]);

static MULTI_TENANCY_CONFIG: Shape = Shape::of(
    "MultiTenancyConfig",
    &[("autoTenantActivation", Kind::Bool), ("autoTenantCreation", Kind::Bool), ("enabled", Kind::Bool)],
);

static OBJECT_TTL_CONFIG: Shape = Shape::of(
    "ObjectTTLConfig",
    &[
        ("defaultTtl", Kind::Int),
        ("deleteOn", Kind::Text),
        ("enabled", Kind::Bool),
        ("filterExpiredObjects", Kind::Bool),
    ],
);

static REPLICATION_CONFIG: Shape = Shape::of(
    "ReplicationConfig",
    &[("asyncConfig", Kind::One(&REPLICATION_ASYNC_CONFIG)), ("deletionStrategy", Kind::Text), ("factor", Kind::Int)],
);

static REPLICATION_ASYNC_CONFIG: Shape = Shape::of(
    "ReplicationAsyncConfig",
    &[
        ("diffBatchSize", Kind::Int),
        ("diffPerNodeTimeout", Kind::Int),
        ("frequency", Kind::Int),
        ("frequencyWhilePropagating", Kind::Int),
        ("hashtreeHeight", Kind::Int),
        ("loggingFrequency", Kind::Int),
        ("prePropagationTimeout", Kind::Int),
        ("propagationBatchSize", Kind::Int),
        ("propagationConcurrency", Kind::Int),
        ("propagationDelay", Kind::Int),
        ("propagationLimit", Kind::Int),
        ("propagationTimeout", Kind::Int),
    ],
);

pub(super) static OBJECT: Shape = Shape::of(
    "Object",
    &[
        ("additional", Kind::Object("models.AdditionalProperties")),
        ("class", Kind::Text),
        ("creationTimeUnix", Kind::Int),
        ("id", Kind::Text),
        ("lastUpdateTimeUnix", Kind::Int),
        ("properties", Kind::Any),
        ("tenant", Kind::Text),
        ("vector", Kind::Vector),
        ("vectorWeights", Kind::Any),
        ("vectors", Kind::Vectors),
    ],
);

pub(super) static INDEX_UPSERT: Shape =
    Shape::of("IndexUpsertRequest", &[("algorithm", Kind::Text), ("tokenization", Kind::Text)]);

pub(super) static SHARD_STATUS: Shape = Shape::of("ShardStatus", &[("status", Kind::Text)]);

pub(super) static TOKENIZE: Shape = Shape::of(
    "TokenizeRequest",
    &[
        ("analyzerConfig", Kind::One(&TEXT_ANALYZER_CONFIG)),
        ("stopwordPresets", Kind::Object("map[string][]string")),
        ("stopwords", Kind::One(&STOPWORD_CONFIG)),
        ("text", Kind::Text),
        ("tokenization", Kind::Text),
    ],
);

pub(super) static PROPERTY_TOKENIZE: Shape = Shape::of("PropertyTokenizeRequest", &[("text", Kind::Text)]);

pub(super) static BATCH_DELETE: Shape = Shape::of(
    "BatchDelete",
    &[
        ("deletionTimeUnixMilli", Kind::Int),
        ("dryRun", Kind::Bool),
        ("match", Kind::One(&BATCH_DELETE_MATCH)),
        ("output", Kind::Text),
    ],
);

static BATCH_DELETE_MATCH: Shape =
    Shape::of("BatchDeleteMatch", &[("class", Kind::Text), ("where", Kind::One(&WHERE_FILTER))]);

pub(super) static WHERE_FILTER: Shape = Shape::of(
    "WhereFilter",
    &[
        ("operands", Kind::List(&WHERE_FILTER)),
        ("operator", Kind::Text),
        ("path", Kind::Texts),
        ("valueBoolean", Kind::Bool),
        ("valueBooleanArray", Kind::Bools),
        ("valueDate", Kind::Text),
        ("valueDateArray", Kind::Texts),
        ("valueGeoRange", Kind::One(&GEO_RANGE)),
        ("valueInt", Kind::Int),
        ("valueIntArray", Kind::Ints),
        ("valueNumber", Kind::Double),
        ("valueNumberArray", Kind::Doubles),
        ("valueString", Kind::Text),
        ("valueStringArray", Kind::Texts),
        ("valueText", Kind::Text),
        ("valueTextArray", Kind::Texts),
    ],
);

static GEO_RANGE: Shape = Shape::of(
    "WhereFilterGeoRange",
    &[("distance", Kind::One(&GEO_DISTANCE)), ("geoCoordinates", Kind::One(&GEO_COORDINATES))],
);

static GEO_DISTANCE: Shape = Shape::of("WhereFilterGeoRangeDistance", &[("max", Kind::Double)]);

static GEO_COORDINATES: Shape = Shape::of("GeoCoordinates", &[("latitude", Kind::Float), ("longitude", Kind::Float)]);

pub(super) static BATCH_OBJECTS: Shape = Shape {
    parameter: "body",
    package: "batch",
    type_name: "BatchObjectsCreateBody",
    fields: &[("fields", Kind::Texts), ("objects", Kind::List(&OBJECT))],
};

pub(super) static SINGLE_REF: Shape = Shape::of(
    "SingleRef",
    &[
        ("beacon", Kind::Text),
        ("class", Kind::Text),
        ("classification", Kind::Object("models.ReferenceMetaClassification")),
        ("href", Kind::Text),
        ("schema", Kind::Any),
    ],
);

pub(super) static BATCH_REFERENCE: Shape =
    Shape::of("BatchReference", &[("from", Kind::Text), ("tenant", Kind::Text), ("to", Kind::Text)]);

pub(super) static TENANT: Shape = Shape::of("Tenant", &[("activityStatus", Kind::Text), ("name", Kind::Text)]);

pub(super) static GRAPHQL_QUERY: Shape =
    Shape::of("GraphQLQuery", &[("operationName", Kind::Text), ("query", Kind::Text), ("variables", Kind::Any)]);

pub(super) static PERMISSION: Shape = Shape::of(
    "Permission",
    &[
        ("action", Kind::Text),
        ("aliases", Kind::One(&PERMISSION_ALIASES)),
        ("backups", Kind::One(&PERMISSION_BACKUPS)),
        ("collections", Kind::One(&PERMISSION_COLLECTIONS)),
        ("data", Kind::One(&PERMISSION_DATA)),
        ("groups", Kind::One(&PERMISSION_GROUPS)),
        ("mcp", Kind::Any),
        ("namespaces", Kind::One(&PERMISSION_NAMESPACES)),
        ("nodes", Kind::One(&PERMISSION_NODES)),
        ("replicate", Kind::One(&PERMISSION_REPLICATE)),
        ("roles", Kind::One(&PERMISSION_ROLES)),
        ("tenants", Kind::One(&PERMISSION_TENANTS)),
        ("users", Kind::One(&PERMISSION_USERS)),
    ],
);

static PERMISSION_ALIASES: Shape = Shape::of("PermissionAliases", &[("alias", Kind::Text), ("collection", Kind::Text)]);
static PERMISSION_BACKUPS: Shape = Shape::of("PermissionBackups", &[("collection", Kind::Text)]);
static PERMISSION_COLLECTIONS: Shape = Shape::of("PermissionCollections", &[("collection", Kind::Text)]);
static PERMISSION_DATA: Shape =
    Shape::of("PermissionData", &[("collection", Kind::Text), ("object", Kind::Text), ("tenant", Kind::Text)]);
static PERMISSION_GROUPS: Shape = Shape::of("PermissionGroups", &[("group", Kind::Text), ("groupType", Kind::Text)]);
static PERMISSION_NAMESPACES: Shape = Shape::of("PermissionNamespaces", &[("namespace", Kind::Text)]);
static PERMISSION_NODES: Shape = Shape::of("PermissionNodes", &[("collection", Kind::Text), ("verbosity", Kind::Text)]);
static PERMISSION_REPLICATE: Shape =
    Shape::of("PermissionReplicate", &[("collection", Kind::Text), ("shard", Kind::Text)]);
static PERMISSION_ROLES: Shape = Shape::of("PermissionRoles", &[("role", Kind::Text), ("scope", Kind::Text)]);
static PERMISSION_TENANTS: Shape =
    Shape::of("PermissionTenants", &[("collection", Kind::Text), ("tenant", Kind::Text)]);
static PERMISSION_USERS: Shape = Shape::of("PermissionUsers", &[("users", Kind::Text)]);

pub(super) static ROLE: Shape = Shape::of("Role", &[("name", Kind::Text), ("permissions", Kind::List(&PERMISSION))]);

pub(super) static ADD_PERMISSIONS: Shape = of_authz("AddPermissionsBody", PERMISSIONS);
pub(super) static REMOVE_PERMISSIONS: Shape = of_authz("RemovePermissionsBody", PERMISSIONS);
const PERMISSIONS: &[(&str, Kind)] = &[("permissions", Kind::List(&PERMISSION))];

pub(super) static ASSIGN_TO_USER: Shape = of_authz("AssignRoleToUserBody", USER_ROLES);
pub(super) static REVOKE_FROM_USER: Shape = of_authz("RevokeRoleFromUserBody", USER_ROLES);
const USER_ROLES: &[(&str, Kind)] = &[("roles", Kind::Texts), ("userType", Kind::Text)];

pub(super) static ASSIGN_TO_GROUP: Shape = of_authz("AssignRoleToGroupBody", GROUP_ROLES);
pub(super) static REVOKE_FROM_GROUP: Shape = of_authz("RevokeRoleFromGroupBody", GROUP_ROLES);
const GROUP_ROLES: &[(&str, Kind)] = &[("groupType", Kind::Text), ("roles", Kind::Texts)];

/// A body that has no type in the contract.
const fn of_authz(type_name: &'static str, fields: &'static [(&'static str, Kind)]) -> Shape {
    Shape { parameter: "body", package: "authz", type_name, fields }
}

//! The table of known texts.

use super::{MESSAGE_TOO_LARGE, MIXED_LENGTHS, Row};
use crate::error::classify::Verdict;
use crate::error::kind::ErrorKind as K;

/// The first row that matches decides.
pub(super) const ROWS: &[Row] = {
    const TENANT: Verdict = Verdict::refused(K::Tenant);
    const NOT_FOUND: Verdict = Verdict::refused(K::NotFound);
    const EXISTS: Verdict = Verdict::refused(K::AlreadyExists);
    const UNSUPPORTED: Verdict = Verdict::refused(K::Unsupported);
    const INVALID: Verdict = Verdict::refused(K::Validation);
    const LIMIT: Verdict = Verdict::refused(K::LimitExceeded);
    const RATE: Verdict = Verdict::refused(K::RateLimited).transient();
    const LOGIN: Verdict = Verdict::refused(K::Authentication);
    const FORBIDDEN: Verdict = Verdict::refused(K::Permission);
    /// Nothing was done, and a repetition may succeed.
    const LATER: Verdict = Verdict::refused(K::Unavailable).transient();
    /// The cluster may have acted before it lost its leader or replicas.
    const CLUSTER: Verdict = Verdict::unknown(K::Unavailable).transient();
    /// The schema is changed already at this point.
    const SCHEMA_CHANGED: Verdict = Verdict::unknown(K::Server);
    const BAD_VECTOR: Verdict = Verdict::unknown(K::Validation);
    const STORED_REFERENCE: Verdict = Verdict::unknown(K::Validation);
    const READ_OBJECT: &str = "the server may have put the reference in place of the property's value: read the object";

    const CREATE_TENANT: &str = "create the tenant with `tenants().create(..)`";
    const OMIT_TENANT: &str =
        "omit the tenant, or create the collection with `multi_tenancy(MultiTenancyConfig::new())`";
    const VECTOR: &str = "search with a vector (`near_vector(..)`, or `.vector(..)` of a hybrid search), or configure \
                         a vectorizer for the collection";
    const NAMED: &str = "check the names of the vectors, or add one with `config().add_vector(..)`; `NewObject::named_vector(..)` names one";
    const ONE_DIMENSION: &str = "all vectors of a collection have the same length; the server may have stored the object \
                                without indexing its vector: delete it before inserting it again";
    const NULL_STATE: &str = "create the collection with `InvertedIndexConfig::index_null_state(true)`";
    const LENGTHS: &str = "create the collection with `InvertedIndexConfig::index_property_length(true)`";
    const KEY: &str = "set the key of the model provider with `ClientBuilder::integrations(..)`";
    &[
        (
            "updating db: TYPE_ADD_CLASS: apply add class: create index: ",
            Verdict::unknown(K::Validation),
            "the collection may exist now: delete it before creating it again",
        ),
        ("updating db: TYPE_UPDATE_SHARD_STATUS: cannot update shard status to a non-existing index", NOT_FOUND, ""),
        ("updating db: TYPE_", SCHEMA_CHANGED, ""),
        // Access.
        ("extract auth: ", LOGIN, ""),
        ("unauthorized: ", LOGIN, ""),
        ("anonymous access not enabled", LOGIN, "set `ClientBuilder::api_key(..)` or another credential"),
        ("rbac: authorization, forbidden action", FORBIDDEN, ""),
        ("authorization, forbidden action", FORBIDDEN, ""),
        // Rates and limits.
        ("429 Too many requests", RATE, ""),
        ("connection to{words} failed with status: 429", RATE, ""),
        ("connection to: {words} failed with status: 429", RATE, ""),
        ("connection to{words} failed with status 429", RATE, ""),
        ("connection to{words} failed with status: 5", LATER, ""),
        ("connection to: {words} failed with status: 5", LATER, ""),
        ("connection to{words} failed with status 5", LATER, ""),
        ("failed with status: 429", RATE, ""),
        ("failed with status: 5", LATER, ""),
        ("API rate limit exceeded", RATE, ""),
        ("request rate limit exceeded and will not refresh in time", RATE, ""),
        ("wait for rate limit quota", RATE, ""),
        ("{} API error: rate_limit_error", RATE, ""),
        (
            "query maximum results exceeded",
            LIMIT,
            "lower the limit, split the ids, or read all objects with `Collection::iterate`",
        ),
        (MESSAGE_TOO_LARGE, LIMIT, ""),
        // The reply is too large: the server has acted.
        (
            "grpc: trying to send message larger than max",
            Verdict::unknown(K::LimitExceeded),
            "request fewer objects or properties, or raise GRPC_MAX_MESSAGE_SIZE on the server",
        ),
        ("{} count limit of {} reached for this instance", LIMIT, ""),
        // Tenants.
        ("tenant not found", TENANT, CREATE_TENANT),
        ("tenant not active", TENANT, "activate the tenant with `tenants().activate(..)`"),
        (
            "class {} has multi-tenancy enabled, but request was without tenant",
            TENANT,
            "select a tenant with `Collection::tenant(..)`",
        ),
        ("class {} has multi-tenancy disabled, but request was with tenant", TENANT, OMIT_TENANT),
        ("multi-tenancy is not enabled", TENANT, OMIT_TENANT),
        ("TYPE_UPDATE_TENANT: {*}cannot change status to", TENANT, ""),
        ("can't offload tenants", UNSUPPORTED, ""),
        ("shard not found", TENANT, ""),
        ("tenant is in a transitional state", TENANT, ""),
        ("tenant name at index {}: ", INVALID, ""),
        ("tenant name {} existed multiple times", INVALID, ""),
        ("invalid activity status", INVALID, ""),
        ("maximum number of tenants allowed", INVALID, ""),
        // Cluster.
        ("store is read-only due to", Verdict::refused(K::Unavailable), ""),
        ("local index \"{}\" not found: deadline exceeded for waiting for update", LATER, ""),
        ("leader not found", CLUSTER, ""),
        ("node is not the leader", CLUSTER, ""),
        ("leadership lost", CLUSTER, ""),
        ("could not find leader", CLUSTER, ""),
        ("cannot reach enough replicas", CLUSTER, ""),
        ("cannot achieve consistency level \"{}\": cannot reach enough replicas", CLUSTER, ""),
        ("connect: Post \"", CLUSTER, ""),
        ("connect: Put \"", CLUSTER, ""),
        ("connect: Get \"", CLUSTER, ""),
        ("connect: Delete \"", CLUSTER, ""),
        ("status code: 404, error: request not found", CLUSTER, ""),
        ("status code: 503", CLUSTER, ""),
        ("resolve node name \"{}\" to host", CLUSTER, ""),
        ("grpc: the client connection is closing", CLUSTER, ""),
        ("the client connection is closing", CLUSTER, ""),
        ("no read replica found", LATER, ""),
        ("server is not ready: ", LATER, ""),
        ("store not open", CLUSTER, ""),
        ("replica movement in progress", LATER, ""),
        ("503 Node not ready", LATER, ""),
        ("Node not ready", LATER, ""),
        ("instance unavailable", CLUSTER, ""),
        // What is there, and what is not.
        ("class name {} already exists", EXISTS, "`collections().ensure(..)` accepts an existing collection"),
        ("class already exists", EXISTS, ""),
        ("class {} already exists", EXISTS, ""),
        ("class \"{}\": conflict for property", EXISTS, ""),
        ("id '{}' already exists", EXISTS, ""),
        ("alias name {} already exists", EXISTS, ""),
        ("alias {} already exists", EXISTS, ""),
        ("alias already exists", EXISTS, ""),
        ("class changed concurrently", Verdict::refused(K::Conflict), ""),
        ("{}, alias already exists", EXISTS, ""),
        ("backup \"{}\" already exists", EXISTS, ""),
        ("export already exists", EXISTS, ""),
        ("namespace \"{}\" already exists", EXISTS, ""),
        ("role with name {} already exists", EXISTS, ""),
        ("user '{*}' already exists", EXISTS, ""),
        ("could not find class {} in schema", NOT_FOUND, ""),
        ("could not find collection {} in schema", NOT_FOUND, ""),
        ("class not found", NOT_FOUND, ""),
        ("class \"{}\": not found", NOT_FOUND, ""),
        ("class \"{}\" not found", NOT_FOUND, ""),
        ("class {} not found", NOT_FOUND, ""),
        ("class {} doesn't exist", NOT_FOUND, ""),
        ("source class \"{}\" not found", NOT_FOUND, ""),
        ("target class \"{}\" not found", NOT_FOUND, ""),
        ("target class \"{}\" does not exist", NOT_FOUND, ""),
        ("property name {}: not found", NOT_FOUND, ""),
        ("collection \"{}\" not found", NOT_FOUND, ""),
        ("collection not found code:{} err:", NOT_FOUND, ""),
        ("msg:collection not found", NOT_FOUND, ""),
        ("collection {} does not exists", NOT_FOUND, ""),
        ("failed to get class: ", NOT_FOUND, ""),
        ("alias not found", NOT_FOUND, ""),
        // The collection exists, and the server has yet to open it.
        ("tried to browse non-existing index for", LATER, ""),
        ("delete from non-existing index for", NOT_FOUND, ""),
        ("cannot get shards status for a non-existing index for", NOT_FOUND, ""),
        ("vector not found", NOT_FOUND, ""),
        ("no object with id {} found", NOT_FOUND, ""),
        ("object with id {} not found", NOT_FOUND, ""),
        // Features that are off.
        (
            "filtering on nested properties is a preview feature, disabled by default",
            UNSUPPORTED,
            "set WEAVIATE_PREVIEW_NESTED_FILTERING=true on the server",
        ),
        ("alter schema drop vector index endpoint is experimental", UNSUPPORTED, ""),
        ("rest search api is experimental", UNSUPPORTED, ""),
        ("namespaces are not enabled", UNSUPPORTED, ""),
        ("path /v1/v1/{*} was not found", UNSUPPORTED, "omit `/v1` from the address"),
        ("path /v1/{*} was not found", UNSUPPORTED, ""),
        // Objects and vectors. The vector is checked before the object is stored; the index comes after it.
        ("Validate vector index", INVALID, ""),
        ("validate vector index for update of", INVALID, ""),
        ("validate multi vector index for update of", INVALID, ""),
        (MIXED_LENGTHS, BAD_VECTOR, ONE_DIMENSION),
        ("new node has a vector with length", INVALID, ""),
        ("new node has a multi vector with length", INVALID, ""),
        ("AddBatch called on multivector", INVALID, ""),
        ("addMultiBatch called on non-multivector", INVALID, ""),
        ("collection {} does not have configuration for vector", INVALID, NAMED),
        ("collection {} configuration does not have single vector index", INVALID, NAMED),
        ("invalid {} property '{}' on class '{}'", INVALID, ""),
        ("invalid {} array property '{}' on class '{}'", INVALID, ""),
        ("property '{}' on class '{}': ", INVALID, ""),
        ("invalid cref: 'cref' {}:{}: no object with id {} found", NOT_FOUND, ""),
        ("invalid cref", INVALID, ""),
        // Of a batch of references. The object has the reference by then, in place of another value.
        ("prop {} is present, but not a ref", STORED_REFERENCE, READ_OBJECT),
        ("property '{}' not found in schema", STORED_REFERENCE, READ_OBJECT),
        ("write inverted batch: write additions: no bucket for prop '", STORED_REFERENCE, READ_OBJECT),
        ("property {} does not exist for class {}", INVALID, ""),
        ("property '{}' is not a reference-type", INVALID, ""),
        ("write inverted batch: ", Verdict::unknown(K::Server), ""),
        ("'{*}' is not a valid", INVALID, ""),
        ("property must contain name", INVALID, ""),
        ("reference property is not a slice", INVALID, ""),
        ("invalid UUID length", INVALID, ""),
        ("marshal object {} to binary: could not marshal 'vector' max length exceeded", INVALID, ""),
        ("could not marshal 'vector' max length exceeded", INVALID, ""),
        ("failed to validate: empty vector", INVALID, ""),
        (
            "'{}' is a reserved property name",
            INVALID,
            "rename the property; the id of an object is `NewObject::id` and `Hit::id`",
        ),
        // Searches.
        ("VectorFromInput was called without vectorizer", INVALID, VECTOR),
        ("could not vectorize input for", INVALID, VECTOR),
        ("{} API Key: no api key found", INVALID, KEY),
        ("{} {} API Key: no api key found", INVALID, KEY),
        ("{} API key: no api key found", INVALID, KEY),
        ("API Key: no api key found", INVALID, KEY),
        (
            "extract target vectors: class {} has multiple vectors, but no target vectors were provided",
            INVALID,
            "select a named vector with `.target(..)`",
        ),
        ("class {} has multiple vectors, but no target", INVALID, "select a named vector with `.target(..)`"),
        ("extract target vectors: ", INVALID, ""),
        ("class {} does not have named vector", INVALID, ""),
        ("distance between entrypoint and query node: {}", INVALID, ""),
        ("vector lengths don't match", INVALID, ""),
        ("no such prop with name '", INVALID, ""),
        (
            "reference property to nonexistent class",
            INVALID,
            "create the collections that its references name first; of two that refer to each other, add one reference \
             later with `config().add_property(..)`",
        ),
        (
            "multi target references from collection",
            INVALID,
            "name the collection: `Selection::reference_to(..)`, or `Filter::reference_to(..)` in a filter",
        ),
        (
            "nested references depth exceeds",
            INVALID,
            "select fewer references after each other, or raise QUERY_CROSS_REFERENCE_DEPTH_LIMIT on the server",
        ),
        (
            "expected reference property with a single target",
            INVALID,
            "name the target with `Filter::reference_to(..)`",
        ),
        ("data type filter cannot use", INVALID, ""),
        ("unknown filter operator", INVALID, ""),
        (
            "unknown capability: rerank",
            INVALID,
            "the collection has no reranker: set one with `CollectionConfig::reranker`",
        ),
        ("unknown capability: ", INVALID, "the collection has no module for it"),
        (
            "client not found, empty provider",
            INVALID,
            "set a module with `CollectionConfig::generative(..)`, or name one with `Generate::provider(..)`",
        ),
        ("client not found for provider", INVALID, "the server does not have this module: see `ENABLE_MODULES`"),
        (
            "No results for generative search despite a search request",
            Verdict::unknown(K::Server),
            "for groups the server does not tell what failed; query without `group_by` to see it",
        ),
        ("keyword search (bm25) must have query set", INVALID, ""),
        (
            "creating primitive value for {}: proto:{*}invalid type",
            INVALID,
            "a reference is selected with `Selection::reference(..)`",
        ),
        ("creating object value: proto:{*}invalid type", INVALID, ""),
        (
            "creating object value: creating nested object: ",
            INVALID,
            "select the outer object as a whole, or the properties of the inner one",
        ),
        (
            "target is a multi-target reference, need single target",
            INVALID,
            "name the target with `ReferenceTo::in_collection(..)`",
        ),
        ("target is a single-target reference, need multi-target", INVALID, "name the target by its id alone"),
        ("expected a number value, but could not parse string", INVALID, ""),
        ("Filtering by property '", INVALID, ""),
        ("Searching by property '", INVALID, ""),
        (
            "Timestamps must be indexed to be filterable",
            INVALID,
            "create the collection with `InvertedIndexConfig::index_timestamps(true)`",
        ),
        ("Nullstate must be indexed to be filterable", INVALID, NULL_STATE),
        ("Property length must be indexed to be filterable", INVALID, LENGTHS),
        ("expected value to be ", INVALID, ""),
        ("value type should be ", INVALID, ""),
        ("data type \"{}\" not supported in query", INVALID, ""),
        ("invalid search term, only stopwords provided", INVALID, ""),
        ("trying parse time as RFC3339", INVALID, ""),
        ("parse uuid", INVALID, ""),
        ("OPERATOR_AND_CROSS requires", INVALID, ""),
        ("can't compute and return certainty when vector index is configured", INVALID, ""),
        ("multiple target vectors are not supported with certainty", INVALID, ""),
        ("cannot vector-search on a class not vector-indexed", INVALID, ""),
        ("cursor api: invalid", INVALID, ""),
        ("invalid 'sort' parameter", INVALID, ""),
        ("sorting cannot be combined with search", INVALID, ""),
        ("expected an integer value, but could not parse string", INVALID, ""),
        ("filtering for integer, but received", INVALID, ""),
        ("cannot combine", INVALID, ""),
        ("conflict: both", INVALID, ""),
        ("near_vector: ", INVALID, ""),
        ("near{} cannot provide both distance and certainty", INVALID, ""),
        ("MMR ", INVALID, ""),
        ("boost: ", INVALID, ""),
        ("boost condition[", INVALID, ""),
        ("groupby path can only have one entry", INVALID, ""),
        ("no children for operator", INVALID, ""),
        ("too many children for operator", INVALID, ""),
        ("nested path \"", INVALID, ""),
        ("property \"{}\" is of type", INVALID, ""),
        ("must provide certainty or objectLimit", INVALID, ""),
        ("extract properties request: ", INVALID, ""),
    ]
};

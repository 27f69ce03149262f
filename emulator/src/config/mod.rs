//! Settings, in the terms of the server's environment variables.

mod limits;
mod models;

use std::time::Duration;

pub(crate) use limits::Limits;
pub(crate) use models::Models;
pub use models::{Embeddings, GeneratedText};

/// Settings that a server is started with.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as on the server")]
pub(crate) struct Config {
    /// The version it reports.
    pub(crate) version: String,
    pub(crate) node_name: String,
    /// `QUERY_DEFAULTS_LIMIT`: results of a query that names no limit.
    pub(crate) query_defaults_limit: u32,
    /// `QUERY_MAXIMUM_RESULTS`: bound on offset + limit.
    pub(crate) query_maximum_results: u32,
    /// `AUTOSCHEMA_ENABLED`: writes may create collections and properties.
    pub(crate) autoschema_enabled: bool,
    /// `ASYNC_INDEXING`: the dynamic vector index is allowed.
    pub(crate) async_indexing: bool,
    /// `OBJECTS_TTL_DELETE_SCHEDULE`: collections may let their objects expire.
    pub(crate) object_ttl: bool,
    /// `ENABLE_TOKENIZER_*`: the tokenizations beyond those every server has.
    pub(crate) tokenizers: Vec<String>,
    /// `ENABLE_EXPERIMENTAL_ALTER_SCHEMA_DROP_VECTOR_INDEX_ENDPOINT`.
    pub(crate) drop_vector_index: bool,
    /// `ENABLE_MODULES`: the modules beyond those every server has.
    pub(crate) modules: Vec<String>,
    /// `DEFAULT_VECTORIZER_MODULE`.
    pub(crate) default_vectorizer: String,
    /// Answers in the place of model providers, which are never called.
    pub(crate) models: Models,
    /// `WEAVIATE_PREVIEW_NESTED_FILTERING`: whether filters reach into objects.
    pub(crate) nested_filtering: bool,
    /// Number of first inserts into a missing collection that wait for each other; below two, none does.
    pub(crate) auto_schema_race: usize,
    /// Number of times an index task is seen at work before it is done.
    pub(crate) index_task_looks: u32,
    /// Number of vectors that are indexed a second; `None` for at once.
    pub(crate) indexing_rate: Option<u32>,
    /// Number of times an index looks ready after a write, before it is seen at work.
    pub(crate) ready_before_indexing: u32,
    /// Age from which on `GET /nodes` counts an object.
    pub(crate) object_count_delay: Duration,
    pub(crate) limits: Limits,
    /// `GRPC_MAX_MESSAGE_SIZE` in bytes.
    pub(crate) grpc_max_message_size: usize,
    /// `AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED`.
    pub(crate) anonymous_access: bool,
    /// API keys and their users; none means that API keys are off.
    pub(crate) api_keys: Vec<ApiKey>,
    /// `AUTHENTICATION_OIDC_ENABLED` and what goes with it.
    pub(crate) oidc: Option<Oidc>,
    /// `AUTHORIZATION_RBAC_ROOT_USERS` where `AUTHORIZATION_RBAC_ENABLED`.
    pub(crate) root_users: Option<Vec<String>>,
}

/// An issuer of tokens, in the terms of the variables `AUTHENTICATION_OIDC_*`.
#[derive(Debug, Clone)]
pub(crate) struct Oidc {
    /// Without a slash at the end.
    pub(crate) issuer: String,
    /// The audience a token has to be for.
    pub(crate) client_id: String,
    /// Scopes that clients are told to ask for.
    pub(crate) scopes: Vec<String>,
    /// The claim that names the user.
    pub(crate) username_claim: String,
    /// The claim that lists the user's groups.
    pub(crate) groups_claim: String,
}

/// An API key and the user it stands for.
#[derive(Clone)]
pub(crate) struct ApiKey {
    pub(crate) key: String,
    pub(crate) user: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: "1.39.0".to_owned(),
            node_name: "node1".to_owned(),
            query_defaults_limit: 10,
            query_maximum_results: 10_000,
            autoschema_enabled: true,
            async_indexing: false,
            object_ttl: false,
            tokenizers: Vec::new(),
            drop_vector_index: false,
            modules: Vec::new(),
            default_vectorizer: "none".to_owned(),
            models: Models::default(),
            nested_filtering: false,
            auto_schema_race: 0,
            index_task_looks: 0,
            indexing_rate: None,
            ready_before_indexing: 0,
            object_count_delay: Duration::ZERO,
            limits: Limits::default(),
            grpc_max_message_size: 104_858_000,
            anonymous_access: true,
            api_keys: Vec::new(),
            oidc: None,
            root_users: None,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("version", &self.version)
            .field("node_name", &self.node_name)
            .field("query_defaults_limit", &self.query_defaults_limit)
            .field("query_maximum_results", &self.query_maximum_results)
            .field("autoschema_enabled", &self.autoschema_enabled)
            .field("async_indexing", &self.async_indexing)
            .field("object_ttl", &self.object_ttl)
            .field("tokenizers", &self.tokenizers)
            .field("drop_vector_index", &self.drop_vector_index)
            .field("modules", &self.modules)
            .field("default_vectorizer", &self.default_vectorizer)
            .field("models", &self.models)
            .field("nested_filtering", &self.nested_filtering)
            .field("auto_schema_race", &self.auto_schema_race)
            .field("index_task_looks", &self.index_task_looks)
            .field("indexing_rate", &self.indexing_rate)
            .field("ready_before_indexing", &self.ready_before_indexing)
            .field("object_count_delay", &self.object_count_delay)
            .field("limits", &self.limits)
            .field("grpc_max_message_size", &self.grpc_max_message_size)
            .field("anonymous_access", &self.anonymous_access)
            .field("api_keys", &self.api_keys)
            .field("oidc", &self.oidc)
            .field("root_users", &self.root_users)
            .finish()
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKey").field("user", &self.user).finish_non_exhaustive()
    }
}

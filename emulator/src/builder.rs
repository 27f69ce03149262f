//! Settings of an emulated server.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::config::{ApiKey, Config, Embeddings, GeneratedText, Oidc};

/// Settings of a server to be started; what is not set is as on a server started without configuration.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use weaviate_emulator::Emulator;
///
/// let emulator = Emulator::builder()
///     .version("1.30.0")
///     .anonymous_access(false)
///     .api_key("secret", "jane")
///     .query_defaults_limit(20)
///     .start()
///     .await?;
/// # drop(emulator);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing runs until `start` is awaited"]
pub struct Builder {
    pub(crate) config: Config,
    pub(crate) host: IpAddr,
    pub(crate) rest_port: u16,
    pub(crate) grpc_port: u16,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self { config: Config::default(), host: Ipv4Addr::LOCALHOST.into(), rest_port: 0, grpc_port: 0 }
    }

    /// The version the server reports, such as `1.30.0`; 1.39.0 if not set. The behaviour stays that of 1.39.0.
    /// [`start`](Self::start) refuses what is not a version.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.config.version = version.into();
        self
    }

    /// Address to listen on; 127.0.0.1 if not set.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Port for REST; 0, which is the default, takes a free one.
    pub fn rest_port(mut self, port: u16) -> Self {
        self.rest_port = port;
        self
    }

    /// Port for gRPC; 0, which is the default, takes a free one.
    pub fn grpc_port(mut self, port: u16) -> Self {
        self.grpc_port = port;
        self
    }

    /// Results of a query that names no limit; 10 if not set.
    pub fn query_defaults_limit(mut self, limit: u32) -> Self {
        self.config.query_defaults_limit = limit;
        self
    }

    /// Bound on offset plus limit; 10,000 if not set.
    pub fn query_maximum_results(mut self, maximum: u32) -> Self {
        self.config.query_maximum_results = maximum;
        self
    }

    /// Returns whether writes may create collections and properties; on if not set.
    pub fn autoschema_enabled(mut self, enabled: bool) -> Self {
        self.config.autoschema_enabled = enabled;
        self
    }

    /// Returns whether the vector index type `dynamic` is allowed; off if not set.
    pub fn async_indexing(mut self, enabled: bool) -> Self {
        self.config.async_indexing = enabled;
        self
    }

    /// Returns whether collections may let their objects expire; off if not set. Searches leave expired objects out where the
    /// collection says so, but nothing is ever deleted.
    pub fn object_ttl(mut self, enabled: bool) -> Self {
        self.config.object_ttl = enabled;
        self
    }

    /// Allows a tokenization that a server has only when told so: `gse`, `gse_ch`, `kagome_ja` or `kagome_kr`. May be
    /// called several times. Such properties can be defined; their texts are split as by `word`, for want of dictionaries.
    pub fn tokenizer(mut self, name: impl Into<String>) -> Self {
        self.config.tokenizers.push(name.into());
        self
    }

    /// Returns whether the index of a named vector may be dropped; off if not set.
    pub fn drop_vector_index(mut self, enabled: bool) -> Self {
        self.config.drop_vector_index = enabled;
        self
    }

    /// Adds a module that a server has only when told so, such as `text2vec-transformers`. May be called several times.
    ///
    /// The modules that need nothing but a key of their provider are always there. A module checks and completes its
    /// settings. Vectorizers make vectors only with [`offline_models`](Self::offline_models) or
    /// [`vectorizer`](Self::vectorizer). A name that no server knows is left out, with a warning.
    pub fn module(mut self, name: impl Into<String>) -> Self {
        self.config.modules.push(name.into());
        self
    }

    /// Sets the vectorizer of collections that name none, such as `text2vec-openai`. Default: `none`.
    pub fn default_vectorizer(mut self, module: impl Into<String>) -> Self {
        self.config.default_vectorizer = module.into();
        self
    }

    /// Answers in the place of all model providers, so that collections with a vectorizer work offline. Default: off.
    ///
    /// Inserts, replacements and merges are vectorized, and `near_text` and `near_image` search. The vector of a text has
    /// four numbers: how many of its letters are among a–f, g–m, n–r and s–z. Case does not matter, and other characters
    /// do not count. So `brown fox` becomes `[2, 0, 4, 2]`, and texts with the same letters are near each other. Images
    /// and other media are read as the text that their base64 encodes. A module for multi-vectors makes one row per word.
    ///
    /// A text that contains `provoke error` fails, as if the provider had refused it. The modules of Jina AI want a key
    /// in the header `X-Jinaai-Api-Key`, whatever it is.
    ///
    /// Generative modules answer `model M says: P`, where `M` is the model and `P` the prompt. They want the key of their
    /// provider in its header, whatever it is. `generative-dummy` is always there and has an answer of its own.
    ///
    /// Rerankers score the words of a text that occur in the query, as (1 + common words) / (1 + words). The one of
    /// Cohere wants a key. `reranker-dummy`, which is always there, ranks by the length of texts in bytes.
    ///
    /// [`vectorizer`](Self::vectorizer) and [`generative`](Self::generative) put functions of your own in the place of
    /// these rules.
    pub fn offline_models(mut self, enabled: bool) -> Self {
        self.config.models.offline = enabled;
        self
    }

    /// Makes the vectors of a vectorizer module with a function, such as a stub or the model that the application uses.
    ///
    /// The function gets texts and returns one vector for each, in their order, or an error. Texts are those of objects
    /// that are written, put together as the server does, and those of `near_text` and hybrid searches. Images and
    /// other media come in base64. A function that fails or panics fails the request with its text, as a provider does
    /// that refuses with status 400. So does one that gives an empty vector, or a number that is not finite.
    ///
    /// The module counts as added, as by [`module`](Self::module). No API key is needed. The function runs on a thread
    /// of its own, and may block. On a runtime with several threads other requests are served meanwhile. May be called
    /// several times, for one module each.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// use weaviate_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder()
    ///     .vectorizer("text2vec-openai", |texts: &[String]| {
    ///         texts.iter().map(|text| vec![text.len() as f32, 1.0]).collect::<Vec<_>>()
    ///     })
    ///     .vectorizer("text2vec-cohere", |_: &[String]| Err("the provider is down"))
    ///     .start()
    ///     .await?;
    /// # drop(emulator);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`start`](Self::start) fails if the module is not a vectorizer that makes one vector of a text.
    pub fn vectorizer<E: Embeddings>(
        mut self,
        module: impl Into<String>,
        embed: impl Fn(&[String]) -> E + Send + Sync + 'static,
    ) -> Self {
        let module = module.into();
        self.config.modules.push(module.clone());
        self.config.models.functions.insert(module, Arc::new(move |texts| embed(texts).into_result()));
        self
    }

    /// Answers the prompts of generative modules with a function, such as a stub or the model that the application uses.
    ///
    /// The function gets a prompt whose placeholders are filled in, or a task with the objects behind it, and returns a
    /// text or an error. It stands for all generative modules, `generative-dummy` included. A function that fails
    /// fails the search with its text, as a provider does that refuses with status 400. No API key is needed. One that
    /// panics fails the search, too.
    /// The function runs on a thread of its own, and may block; it is called once for each different prompt of a request.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// use weaviate_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder()
    ///     .generative(|prompt: &str| format!("{} words", prompt.split_whitespace().count()))
    ///     .start()
    ///     .await?;
    /// # drop(emulator);
    /// # Ok(())
    /// # }
    /// ```
    pub fn generative<T: GeneratedText>(mut self, generate: impl Fn(&str) -> T + Send + Sync + 'static) -> Self {
        self.config.models.generative = Some(Arc::new(move |prompt| generate(prompt).into_result()));
        self
    }

    /// Lets all calls to the model provider at an address fail, as where nothing listens. May be called several times.
    ///
    /// The address is the one in the settings of the collection, such as `apiEndpoint` of `text2vec-ollama`. Calls to
    /// other addresses are answered as before.
    pub fn unreachable_provider(mut self, url: impl Into<String>) -> Self {
        self.config.models.unreachable.insert(url.into().trim_end_matches('/').to_owned());
        self
    }

    /// Lets filters reach into objects, as in `address.city` and `cars[0].make`. Default: off, since it is a preview.
    pub fn nested_filtering(mut self, enabled: bool) -> Self {
        self.config.nested_filtering = enabled;
        self
    }

    /// Sets how many first inserts into a missing collection wait for each other, so that auto-schema races.
    ///
    /// One of them creates the collection. The others fail as on the server, with
    /// `auto-schema: create collection: class name X already exists`, and store nothing: HTTP 500, or an error per
    /// object in a batch. A batch counts once. An insert waits at most a second for the others. Default: 0, no race.
    pub fn auto_schema_race(mut self, inserts: usize) -> Self {
        self.config.auto_schema_race = inserts;
        self
    }

    /// Sets how many reads of a collection's index status report an index task as running before it is done.
    ///
    /// The tasks are those that create, change or rebuild an index. A running task can be joined or cancelled, and
    /// another one conflicts with it. Default: 0, done at once.
    pub fn index_task_looks(mut self, looks: u32) -> Self {
        self.config.index_task_looks = looks;
        self
    }

    /// Slows indexing down to a number of vectors a second. Default: vectors are indexed at once.
    ///
    /// With [`async_indexing`](Self::async_indexing), writes return at once and their vectors wait. `GET /nodes` shows
    /// `vectorIndexingStatus` and `vectorQueueLength` of each shard, `GET /schema/{collection}/shards` the status. Searches
    /// find the objects all the same.
    ///
    /// Without it, a batch returns when its objects are indexed, as on the server. `queueLength` of `batchStats` shows how
    /// many objects wait.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// use weaviate_emulator::Emulator;
    ///
    /// // A shard shows READY once after a write, then INDEXING.
    /// let emulator =
    ///     Emulator::builder().async_indexing(true).indexing_rate(1000).ready_before_indexing(1).start().await?;
    /// # drop(emulator);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`start`](Self::start) refuses a rate of 0, by which nothing would ever be indexed.
    pub fn indexing_rate(mut self, vectors_per_second: u32) -> Self {
        self.config.indexing_rate = Some(vectors_per_second);
        self
    }

    /// Sets how many times `GET /nodes` shows a shard as `READY` with an empty queue right after a write. Default: 0.
    ///
    /// The server does so for a moment, before it notices the vectors that wait, so that a program that waits for the index
    /// may go on too early. Only a write to an index that is up to date has this effect. Reads without `output=verbose` do
    /// not count.
    ///
    /// # Errors
    ///
    /// [`start`](Self::start) refuses it without [`async_indexing`](Self::async_indexing) and
    /// [`indexing_rate`](Self::indexing_rate), without which no vector waits.
    pub fn ready_before_indexing(mut self, looks: u32) -> Self {
        self.config.ready_before_indexing = looks;
        self
    }

    /// Sets the age from which on `GET /nodes` counts an object. Default: 0, so that `objectCount` is exact.
    ///
    /// The server counts the objects that it has written to disk, which takes about a minute after a small write.
    pub fn object_count_delay(mut self, delay: Duration) -> Self {
        self.config.object_count_delay = delay;
        self
    }

    /// Limits the number of collections. Default: no limit.
    ///
    /// A request that would exceed this or one of the other limits fails with status 429 and the `errorCode`
    /// `USAGE_LIMIT_EXCEEDED`, over gRPC with `RESOURCE_EXHAUSTED`. It is not a rate limit: a repetition fails, too.
    pub fn maximum_collections(mut self, collections: usize) -> Self {
        self.config.limits.collections = Some(collections);
        self
    }

    /// Limits the number of objects of all collections. Default: no limit.
    ///
    /// Replacing an object needs room for one more, as on the server. Of a batch, the objects of a shard are refused
    /// together.
    pub fn maximum_objects(mut self, objects: usize) -> Self {
        self.config.limits.objects = Some(objects);
        self
    }

    /// Limits the number of tenants of each collection. Default: no limit.
    pub fn maximum_tenants(mut self, tenants: usize) -> Self {
        self.config.limits.tenants = Some(tenants);
        self
    }

    /// Limits the number of shards of each collection without tenants. Default: no limit.
    pub fn maximum_shards(mut self, shards: usize) -> Self {
        self.config.limits.shards = Some(shards);
        self
    }

    /// Limits the replication factor of each collection. Default: no limit, but there is one node.
    pub fn maximum_replication_factor(mut self, factor: u32) -> Self {
        self.config.limits.replication_factor = Some(factor);
        self
    }

    /// Allows these types of vector index only, such as `hnsw` and `flat`. Default: all.
    ///
    /// A definition with another one is refused with status 422 and the `errorCode` `CONFIG_NOT_ALLOWED`.
    ///
    /// # Errors
    ///
    /// [`start`](Self::start) refuses a type that no server has.
    pub fn allowed_index_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.limits.index_types = Some(types.into_iter().map(Into::into).collect());
        self
    }

    /// Allows these compressions of a vector index only: `none`, `pq`, `sq`, `rq-1`, `rq-4`, `rq-8` or `bq`. Default: all.
    ///
    /// A definition with another one is refused as by [`allowed_index_types`](Self::allowed_index_types).
    ///
    /// # Errors
    ///
    /// [`start`](Self::start) refuses a compression that no server has.
    pub fn allowed_compressions(mut self, compressions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.limits.compressions = Some(compressions.into_iter().map(Into::into).collect());
        self
    }

    /// Largest gRPC message in bytes; 104,858,000 if not set.
    pub fn grpc_max_message_size(mut self, bytes: usize) -> Self {
        self.config.grpc_max_message_size = bytes;
        self
    }

    /// Returns whether callers without a key are let in; on if not set.
    pub fn anonymous_access(mut self, enabled: bool) -> Self {
        self.config.anonymous_access = enabled;
        self
    }

    /// Adds an API key and the user it stands for. May be called several times.
    pub fn api_key(mut self, key: impl Into<String>, user: impl Into<String>) -> Self {
        self.config.api_keys.push(ApiKey { key: key.into(), user: user.into() });
        self
    }

    /// Takes tokens of an OIDC issuer, beside API keys if there are any, and tells clients where the issuer is.
    ///
    /// `issuer_url` is what its tokens name in `iss`, such as `http://127.0.0.1:9000`. It has to be http and is asked for
    /// its keys by `{issuer_url}/.well-known/openid-configuration` and the `jwks_uri` found there: when the first token
    /// comes, and when one is signed by a key not seen before. Tokens are good if they are for `client_id` (`aud`), not
    /// expired, and signed by the issuer with RS256 or ES256. The user is the claim `sub`, the groups are the claim
    /// `groups`; [`oidc_claims`](Self::oidc_claims) names others. `scopes` is what clients are told to ask for.
    pub fn oidc(
        mut self,
        issuer_url: impl Into<String>,
        client_id: impl Into<String>,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let (username_claim, groups_claim) = match self.config.oidc.take() {
            Some(before) => (before.username_claim, before.groups_claim),
            None => ("sub".to_owned(), "groups".to_owned()),
        };
        self.config.oidc = Some(Oidc {
            issuer: issuer_url.into().trim_end_matches('/').to_owned(),
            client_id: client_id.into(),
            scopes: scopes.into_iter().map(Into::into).collect(),
            username_claim,
            groups_claim,
        });
        self
    }

    /// The claims of a token that hold the user and the groups. Call it behind [`oidc`](Self::oidc), without which it does nothing.
    pub fn oidc_claims(mut self, username: impl Into<String>, groups: impl Into<String>) -> Self {
        if let Some(oidc) = &mut self.config.oidc {
            (oidc.username_claim, oidc.groups_claim) = (username.into(), groups.into());
        }
        self
    }

    /// Turns roles on: only these users may do everything, others what the roles allow that root gives them. They are users
    /// of an API key or of the issuer, so [`anonymous_access`](Self::anonymous_access) has to be off.
    ///
    /// Roles limit collections, objects, tenants, nodes and roles; writes that would create a collection or a property are
    /// not held against the permission to do so. Users are those of the API keys and of the issuer, none are made at runtime.
    pub fn rbac(mut self, root_users: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.root_users = Some(root_users.into_iter().map(Into::into).collect());
        self
    }

    /// Refuses settings of the indexing that contradict each other.
    pub(crate) fn check_indexing(&self) -> io::Result<()> {
        let Config { indexing_rate, async_indexing, ready_before_indexing, .. } = &self.config;
        let fault = if *indexing_rate == Some(0) {
            "indexing_rate(0): nothing would ever be indexed; use at least 1"
        } else if *ready_before_indexing > 0 && (!async_indexing || indexing_rate.is_none()) {
            "ready_before_indexing: no vector waits to be indexed; turn async_indexing on and set an indexing_rate"
        } else {
            return Ok(());
        };
        Err(io::Error::new(io::ErrorKind::InvalidInput, fault))
    }
}

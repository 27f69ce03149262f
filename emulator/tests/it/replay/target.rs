//! Where a replay goes: a fresh emulator, or the real server of `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`.

use std::time::Duration;

use serde_json::Value;
use tonic::transport::{Channel, Endpoint};
use weaviate_emulator::{Builder, Emulator};

use super::scenario::{Request, Scenario, Step};
use super::{send_grpc, send_rest, tokens};
use crate::http_builder;
use crate::issuer::Issuer;

/// The address at which nothing listened when the recordings were made.
const UNREACHABLE_PROVIDER: &str = "http://127.0.0.1:23998";

/// A server that one pass of one scenario runs against.
pub(crate) struct Target {
    http: reqwest::Client,
    rest_url: String,
    grpc: Channel,
    timeout: Duration,
    /// Whose tokens the emulator takes.
    issuer: Option<Issuer>,
    /// Ends with the pass.
    _emulator: Option<Emulator>,
}

/// The real server to use instead of the emulator.
pub(crate) struct RealServer {
    rest_url: String,
    grpc_url: String,
}

impl RealServer {
    pub(crate) fn from_environment() -> Option<Self> {
        let rest_url = std::env::var("WEAVIATE_URL").ok().filter(|url| !url.is_empty())?;
        let grpc_url = std::env::var("WEAVIATE_GRPC_URL").expect("WEAVIATE_URL goes with WEAVIATE_GRPC_URL");
        Some(Self { rest_url: rest_url.trim_end_matches('/').to_owned(), grpc_url })
    }

    /// The kind of instance that this server is, as `index.json` names it.
    pub(crate) fn instance() -> String {
        std::env::var("REPLAY_INSTANCE").unwrap_or_else(|_| "main".to_owned())
    }

    /// Every recorded scenario starts with no collections.
    pub(crate) async fn target(&self) -> Target {
        let target = self.target_as_it_is();
        target.delete_all("aliases", "aliases", "alias", "").await;
        target.delete_all("schema", "classes", "class", "").await;
        target
    }

    /// The server without the collections whose names begin so.
    pub(crate) async fn target_without(&self, beginning: &str) -> Target {
        let target = self.target_as_it_is();
        target.delete_all("schema", "classes", "class", beginning).await;
        target
    }

    fn target_as_it_is(&self) -> Target {
        Target::new(self.rest_url.clone(), &self.grpc_url, Duration::from_secs(60), None, None)
    }
}

/// A fresh emulator, set up as the instance; the reason why not where it cannot be one yet.
pub(crate) async fn emulator(instance: &str) -> Result<Target, &'static str> {
    let mut issuer = None;
    let builder = match instance {
        "main" => Emulator::builder(),
        "live" => live_builder(),
        "limits" => Emulator::builder().query_maximum_results(20).grpc_max_message_size(4096).query_defaults_limit(3),
        "async" => Emulator::builder().async_indexing(true),
        "rbac" => with_keys(Emulator::builder()).rbac(["admin"]),
        "oidc" => {
            let issuer = issuer.insert(Issuer::start().await);
            with_keys(Emulator::builder()).oidc(issuer.url(), "demo", ["openid", "email"]).rbac(["admin"])
        }
        "modules" => ["text2vec-ollama", "ref2vec-centroid"]
            .into_iter()
            .fold(Emulator::builder(), Builder::module)
            .offline_models(true)
            .unreachable_provider(UNREACHABLE_PROVIDER),
        "features" => ["gse", "gse_ch", "kagome_ja", "kagome_kr"]
            .into_iter()
            .fold(Emulator::builder(), Builder::tokenizer)
            .object_ttl(true)
            .drop_vector_index(true),
        "preview" => Emulator::builder().module("text2vec-ollama").offline_models(true).nested_filtering(true),
        "usage" => Emulator::builder()
            .maximum_collections(3)
            .maximum_objects(4)
            .maximum_tenants(2)
            .maximum_shards(2)
            .maximum_replication_factor(1)
            .allowed_index_types(["hnsw", "flat"])
            .allowed_compressions(["none", "bq"]),
        "namespaces" => return Err("namespaces come with a later issue"),
        "drain" => return Err("batch streams come with a later issue"),
        _ => return Err("no such instance"),
    };
    let emulator = builder.start().await.expect("the emulator starts");
    Ok(Target::new(emulator.rest_url(), &emulator.grpc_url(), Duration::from_secs(10), issuer, Some(emulator)))
}

/// As the server of `make live` is set up.
fn live_builder() -> Builder {
    let builder = ["gse", "gse_ch", "kagome_ja", "kagome_kr"].into_iter().fold(Emulator::builder(), Builder::tokenizer);
    let builder = ["generative-dummy", "reranker-dummy"].into_iter().fold(builder, Builder::module);
    builder.async_indexing(true).object_ttl(true)
}

fn with_keys(builder: Builder) -> Builder {
    ["admin", "viewer", "custom"]
        .into_iter()
        .fold(builder.anonymous_access(false), |builder, user| builder.api_key(format!("{user}-key"), user))
}

impl Target {
    fn new(
        rest_url: String,
        grpc_url: &str,
        timeout: Duration,
        issuer: Option<Issuer>,
        emulator: Option<Emulator>,
    ) -> Self {
        let http = http_builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client with a crypto provider");
        let grpc = Endpoint::from_shared(grpc_url.to_owned()).expect("a valid gRPC URL").connect_lazy();
        Self { http, rest_url, grpc, timeout, issuer, _emulator: emulator }
    }

    pub(crate) fn rest_url(&self) -> &str {
        &self.rest_url
    }

    /// What stands in the place of recorded values that only the recorded server would take.
    pub(crate) fn stand_ins(&self, scenario: &Scenario) -> Vec<(String, String)> {
        self.issuer.as_ref().map_or_else(Vec::new, |issuer| tokens::stand_ins(scenario, issuer))
    }

    /// How long a request is repeated whose effect takes time.
    pub(crate) fn patience(&self) -> Duration {
        self.timeout / 4
    }

    /// The reply in the recordings' form.
    pub(crate) async fn send(&self, step: &Step) -> Result<Value, String> {
        match &step.request {
            Request::Rest(rest) => send_rest::send(&self.http, &self.rest_url, rest).await,
            Request::Grpc(grpc) => send_grpc::send(&self.grpc, grpc, self.timeout).await,
        }
    }

    async fn delete_all(&self, path: &str, list: &str, name: &str, beginning: &str) {
        let url = format!("{}/v1/{path}", self.rest_url);
        let reply = self.http.get(&url).send().await.expect("the server answers");
        let body: Value = serde_json::from_slice(&reply.bytes().await.expect("a whole reply")).unwrap_or_default();
        for entry in body[list].as_array().into_iter().flatten() {
            let name = entry[name].as_str().expect("an entry has a name");
            if !name.starts_with(beginning) {
                continue;
            }
            self.http.delete(format!("{url}/{name}")).send().await.expect("the server answers");
        }
    }
}

//! Settings of a server: those of the builder, and the environment variables that the program reads.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use weaviate_emulator::Emulator;

use crate::bed::{Bed, message};
use crate::http;

#[tokio::test]
async fn health_is_serving_whatever_service_is_asked_for() {
    let emulator = Emulator::start().await.unwrap();
    let mut health = HealthClient::new(Endpoint::from_shared(emulator.grpc_url()).unwrap().connect_lazy());
    for service in ["", "weaviate.v1", "weaviate.v1.Weaviate", "anything"] {
        let request = HealthCheckRequest { service: service.to_owned() };
        let reply = health.check(request.clone()).await.unwrap().into_inner();
        assert_eq!(reply.status(), ServingStatus::Serving, "{service}");
        let mut watched = health.watch(request).await.unwrap().into_inner();
        assert_eq!(watched.message().await.unwrap().map(|reply| reply.status()), Some(ServingStatus::Serving));
        // The server does not wait for a change.
        assert_eq!(watched.message().await.unwrap(), None);
    }
}

#[tokio::test]
async fn collections_without_a_vectorizer_get_the_default() {
    let bed = Bed::start(Emulator::builder().default_vectorizer("text2vec-openai")).await;
    let (status, class) = bed.rest("POST", "schema", json!({"class": "Plain"})).await;
    assert_eq!((status, class["vectorizer"].as_str()), (200, Some("text2vec-openai")));
    assert_eq!(class["moduleConfig"]["text2vec-openai"]["model"], "text-embedding-3-small");
    let (_, class) = bed.rest("POST", "schema", json!({"class": "Own", "vectorizer": "none"})).await;
    assert_eq!(class["vectorizer"], "none");
    let named = json!({"x": {"vectorizer": {"none": {}}, "vectorIndexType": "hnsw"}});
    let (_, class) = bed.rest("POST", "schema", json!({"class": "Named", "vectorConfig": named})).await;
    assert_eq!(class.get("vectorizer"), None);
    let fault = Emulator::builder().default_vectorizer("nonsense").start().await.unwrap_err();
    assert_eq!(fault.to_string(), "default vectorizer module: no module with name \"nonsense\" present");
}

#[tokio::test]
async fn an_unknown_module_does_not_stop_the_start() {
    let bed = Bed::start(Emulator::builder().module("nonsense").module("text2vec-transformers")).await;
    let (_, meta) = bed.rest("GET", "meta", Value::Null).await;
    assert!(meta["modules"].get("nonsense").is_none() && meta["modules"].get("text2vec-transformers").is_some());
    let (status, body) = bed.rest("POST", "schema", json!({"class": "A", "vectorizer": "nonsense"})).await;
    assert_eq!((status, message(&body)), (422, "vectorizer: no module with name \"nonsense\" present"));
}

/// The program on free ports, killed in the end.
struct Program {
    child: Child,
    rest_url: String,
}

impl Program {
    fn start(variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_weaviate-emulator"))
            .args(["--port", "0"])
            .env_clear()
            .env("GRPC_PORT", "0")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = BufReader::new(child.stdout.take().expect("it was piped"));
        // Two lines, after which it says nothing more.
        let said: Vec<String> = said.lines().take(2).collect::<Result<_, _>>().expect("it says where it is");
        let rest_url = said[0].strip_prefix("REST ").expect("the REST address comes first").to_owned();
        Self { child, rest_url }
    }

    /// Status and body of the creation of a collection.
    async fn create(&self, key: &str, class: &Value) -> (u16, Value) {
        let request = http().post(format!("{}/v1/schema", self.rest_url)).bearer_auth(key);
        let request = request.header("content-type", "application/json").body(class.to_string());
        let reply = request.send().await.expect("it answers");
        let status = reply.status().as_u16();
        (status, serde_json::from_slice(&reply.bytes().await.expect("a whole reply")).unwrap_or_default())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn the_program_reads_both_spellings_of_the_role_variables() {
    for (enabled, root) in [
        ("AUTHORIZATION_RBAC_ENABLED", "AUTHORIZATION_RBAC_ROOT_USERS"),
        ("AUTHORIZATION_ENABLE_RBAC", "AUTHORIZATION_ADMIN_USERS"),
    ] {
        let program = Program::start(&[
            ("AUTHENTICATION_APIKEY_ENABLED", "true"),
            ("AUTHENTICATION_APIKEY_ALLOWED_KEYS", "root-key,jane-key"),
            ("AUTHENTICATION_APIKEY_USERS", "root,jane"),
            (enabled, "true"),
            (root, "root"),
            ("DEFAULT_VECTORIZER_MODULE", "text2vec-cohere"),
            ("ENABLE_MODULES", "nonsense"),
        ]);
        let class = json!({"class": "A"});
        assert_eq!(program.create("jane-key", &class).await.0, 403, "{enabled}");
        let (status, class) = program.create("root-key", &class).await;
        assert_eq!((status, &class["vectorizer"]), (200, &json!("text2vec-cohere")), "{root}");
    }
}

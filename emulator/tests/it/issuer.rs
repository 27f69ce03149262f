//! A stand-in for an OIDC issuer: tells its keys on a port of its own, and signs whatever claims it is given.

use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// Serves until it is dropped.
pub(crate) struct Issuer {
    url: String,
    key: Arc<Mutex<SigningKey>>,
    key_requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

struct SigningKey {
    pair: EcdsaKeyPair,
    id: usize,
}

impl SigningKey {
    fn new(id: usize) -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key can be made");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("a key as it was made");
        Self { pair, id }
    }

    fn document(&self) -> Value {
        // An uncompressed point: a mark, then both coordinates.
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let id = format!("key-{}", self.id);
        // Keys for other uses have to be passed over.
        json!({"keys": [
            {"kty": "oct", "kid": "unfit"},
            {"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": id, "x": encode(x), "y": encode(y)},
        ]})
    }
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port has an address"));
        let key = Arc::new(Mutex::new(SigningKey::new(0)));
        let key_requests = Arc::new(AtomicUsize::new(0));
        let discovery =
            json!({"issuer": url, "jwks_uri": format!("{url}/keys"), "token_endpoint": format!("{url}/token")});
        let keys = {
            let (key, key_requests) = (Arc::clone(&key), Arc::clone(&key_requests));
            move || {
                key_requests.fetch_add(1, Ordering::Relaxed);
                ready(key.lock().expect("no test panics inside").document().to_string())
            }
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(move || ready(discovery.to_string())))
            .route("/keys", get(keys));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("a stand-in serves") });
        Self { url, key, key_requests, task }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A token with these claims and nothing added.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let key = self.key.lock().expect("no test panics inside");
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": format!("key-{}", key.id)});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = key.pair.sign(&SystemRandom::new(), signed.as_bytes()).expect("a key signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// From now on another key signs, and the old one is gone.
    pub(crate) fn rotate(&self) {
        let mut key = self.key.lock().expect("no test panics inside");
        *key = SigningKey::new(key.id + 1);
    }

    /// How often it was asked for its keys.
    pub(crate) fn key_requests(&self) -> usize {
        self.key_requests.load(Ordering::Relaxed)
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The same token with another signature.
pub(crate) fn tampered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a token has parts");
    let mut signature = URL_SAFE_NO_PAD.decode(signature).expect("a signature is base64");
    signature[0] ^= 1;
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

//! A fake OIDC issuer. It knows one service and one user, signs tokens that the emulator accepts, and fails on request.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING as ES256, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use weaviate::Client;
use weaviate::connect::{ClientBuilder, RetryPolicy};
use weaviate_emulator::{Builder, Emulator};

use crate::support::time::settle;

pub(crate) const CLIENT_ID: &str = "demo";
pub(crate) const CLIENT_SECRET: &str = "hunter2-secret";
pub(crate) const USER: &str = "jane";
pub(crate) const PASSWORD: &str = "hunter2-password";

/// Behavior of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Fine,
    /// Takes the connection and drops it.
    Down,
    Hang,
    Redirect,
    /// Refuses, and quotes the request.
    Quote,
    Reply(u16, &'static str, &'static str),
}

impl Mode {
    pub(crate) const ERROR_500: Self = Self::Reply(500, "text/plain", "hunter2 is broken");
    pub(crate) const INVALID_GRANT: Self =
        Self::Reply(400, "application/json", r#"{"error":"invalid_grant","error_description":"no such account"}"#);
    pub(crate) const NOT_A_TEXT: Self = Self::Reply(200, "application/json", r#"{"access_token":["hunter2"]}"#);
    pub(crate) const NOT_A_NUMBER: Self =
        Self::Reply(200, "application/json", r#"{"access_token":"hunter2","expires_in":"hunter2"}"#);
    pub(crate) const HTML: Self = Self::Reply(200, "text/html", "<html>hunter2</html>");
}

/// Serves until it is dropped.
pub(crate) struct Issuer {
    url: String,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

pub(crate) struct State {
    pub(crate) discovery: Mode,
    pub(crate) tokens: Mode,
    pub(crate) grants: Option<Vec<&'static str>>,
    /// In seconds, as the reply tells it.
    pub(crate) lifetime: Option<u64>,
    /// Tokens to come that are over for the server, whatever the reply tells of their lifetime.
    pub(crate) stale: usize,
    /// The reply holds a refresh token.
    pub(crate) refreshable: bool,
    /// A refresh token is valid once.
    pub(crate) rotating: bool,
    /// Requests for a user's tokens need the secret of the client, too.
    pub(crate) confidential: bool,
    /// Those that are good.
    pub(crate) refresh_tokens: HashSet<String>,
    /// Requests to the token endpoint, oldest first.
    pub(crate) requests: Vec<HashMap<String, String>>,
    pub(crate) discoveries: usize,
    /// Requests to an endpoint that hangs.
    pub(crate) hanging: usize,
    /// Secrets and tokens that no output may contain.
    pub(crate) secrets: Vec<String>,
    key: EcdsaKeyPair,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ES256, &random).unwrap();
        let state = Arc::new(Mutex::new(State {
            discovery: Mode::Fine,
            tokens: Mode::Fine,
            grants: None,
            lifetime: Some(3600),
            stale: 0,
            refreshable: false,
            rotating: true,
            confidential: false,
            hanging: 0,
            refresh_tokens: HashSet::new(),
            requests: Vec::new(),
            discoveries: 0,
            secrets: vec![CLIENT_SECRET.to_owned(), PASSWORD.to_owned()],
            key: EcdsaKeyPair::from_pkcs8(&ES256, document.as_ref(), &random).unwrap(),
        }));
        let task = tokio::spawn(serve(listener, url.clone(), Arc::clone(&state)));
        Self { url, state, task }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The kinds of grants that were asked for, oldest first.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state().requests.iter().map(|request| request["grant_type"].clone()).collect()
    }

    /// A token outside of any flow.
    pub(crate) fn token(&self) -> String {
        self.state().token(&self.url)
    }

    /// A server that takes tokens of this issuer and nothing else.
    pub(crate) fn server(&self) -> Builder {
        Emulator::builder().anonymous_access(false).oidc(self.url(), CLIENT_ID, ["openid", "email"])
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Advances the clock of the client.
pub(crate) async fn later(by: Duration) {
    tokio::time::pause();
    tokio::time::advance(by).await;
    tokio::time::resume();
    // What waited for it goes first.
    settle().await;
}

/// A client of the emulator that asks once, without credentials so far.
pub(crate) fn client(emulator: &Emulator) -> ClientBuilder {
    Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).retry(RetryPolicy::none())
}

impl State {
    fn token(&mut self, issuer: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let expires = if self.stale > 0 { now - 60 } else { now + 3600 };
        self.stale = self.stale.saturating_sub(1);
        let claims = json!({"iss": issuer, "aud": CLIENT_ID, "sub": USER, "exp": expires});
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(json!({"alg": "ES256", "kid": "key"})), encode(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        self.secrets.push(token.clone());
        token
    }

    fn keys(&self) -> Value {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "key", "x": encode(x), "y": encode(y)}]})
    }

    fn grant(&mut self, issuer: &str, form: HashMap<String, String>) -> (u16, Value) {
        let given = |name: &str| form.get(name).map_or("", String::as_str);
        let refusal = match given("grant_type") {
            _ if given("client_id") != CLIENT_ID => Some("invalid_client"),
            "password" | "refresh_token" if self.confidential && given("client_secret") != CLIENT_SECRET => {
                Some("invalid_client")
            }
            "client_credentials" => (given("client_secret") != CLIENT_SECRET).then_some("invalid_client"),
            "password" => ((given("username"), given("password")) != (USER, PASSWORD)).then_some("invalid_grant"),
            "refresh_token" if self.rotating => {
                (!self.refresh_tokens.remove(given("refresh_token"))).then_some("invalid_grant")
            }
            "refresh_token" => (!self.refresh_tokens.contains(given("refresh_token"))).then_some("invalid_grant"),
            _ => Some("unsupported_grant_type"),
        };
        self.requests.push(form);
        if let Some(refusal) = refusal {
            return (400, json!({"error": refusal, "error_description": "no"}));
        }
        let mut reply = json!({"access_token": self.token(issuer), "token_type": "Bearer"});
        if let Some(lifetime) = self.lifetime {
            reply["expires_in"] = lifetime.into();
        }
        if self.refreshable {
            let token = format!("hunter2-refresh-{}", self.requests.len());
            self.refresh_tokens.insert(token.clone());
            self.secrets.push(token.clone());
            reply["refresh_token"] = token.into();
        }
        (200, reply)
    }

    fn answer(&mut self, issuer: &str, path: &str, body: &str) -> Option<(u16, String)> {
        Some(match path {
            "/.well-known/openid-configuration" => {
                self.discoveries += 1;
                let mut document = json!({"issuer": issuer, "token_endpoint": format!("{issuer}/token")});
                document["jwks_uri"] = format!("{issuer}/keys").into();
                if let Some(grants) = &self.grants {
                    document["grant_types_supported"] = grants.as_slice().into();
                }
                (200, document.to_string())
            }
            "/keys" => (200, self.keys().to_string()),
            "/token" => {
                let form = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                let (status, reply) = self.grant(issuer, form);
                (status, reply.to_string())
            }
            _ => return None,
        })
    }
}

async fn serve(listener: TcpListener, url: String, state: Arc<Mutex<State>>) {
    while let Ok((socket, _)) = listener.accept().await {
        tokio::spawn(answer(socket, url.clone(), Arc::clone(&state)));
    }
}

async fn answer(mut socket: TcpStream, url: String, state: Arc<Mutex<State>>) {
    let Some((path, body)) = read(&mut socket).await else { return };
    let mode = {
        let mut state = state.lock().unwrap();
        let mode = match path.as_str() {
            "/token" => state.tokens,
            "/.well-known/openid-configuration" => state.discovery,
            _ => Mode::Fine,
        };
        state.hanging += usize::from(mode == Mode::Hang);
        if path == "/token" && mode != Mode::Fine {
            state.requests.push(url::form_urlencoded::parse(body.as_bytes()).into_owned().collect());
        }
        mode
    };
    let reply = match mode {
        Mode::Down => return,
        Mode::Hang => std::future::pending().await,
        Mode::Redirect => format!("302 Found\r\nlocation: {url}/elsewhere\r\ncontent-length: 0\r\n\r\n"),
        Mode::Quote => whole(400, "application/json", &json!({"error": body, "error_description": body}).to_string()),
        Mode::Reply(status, kind, body) => whole(status, kind, body),
        Mode::Fine => match state.lock().unwrap().answer(&url, &path, &body) {
            Some((status, body)) => whole(status, "application/json", &body),
            None => whole(404, "text/plain", "nothing here"),
        },
    };
    let _ = socket.write_all(format!("HTTP/1.1 {reply}").as_bytes()).await;
}

fn whole(status: u16, kind: &str, body: &str) -> String {
    let length = body.len();
    format!("{status} X\r\ncontent-type: {kind}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// Path and body of a request.
async fn read(socket: &mut TcpStream) -> Option<(String, String)> {
    let mut text = Vec::new();
    loop {
        if socket.read_buf(&mut text).await.ok()? == 0 {
            return None;
        }
        let text = std::str::from_utf8(&text).ok()?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some((head.split(' ').nth(1)?.to_owned(), body.to_owned()));
        }
    }
}

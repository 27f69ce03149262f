//! The requests to an identity provider. The behaviour of a client with one is tested in
//! `tests/it`.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;
use crate::transport::web_client;

const AZURE: &str = "login.microsoftonline.com";

/// A token request: path, `authorization` and form.
type TokenRequest = (String, String, Vec<(String, String)>);

/// A server and its identity provider.
struct Stub {
    site: Site,
    asked: mpsc::UnboundedReceiver<TokenRequest>,
}

impl Stub {
    /// Starts the stub. `change` edits the documents of server and provider, and the token reply.
    async fn start(host: &str, change: impl Fn(&mut Value, &mut Value, &mut Value)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let base = format!("http://{host}:{}", address.port());
        let mut server = json!({"href": format!("{base}/issuer"), "clientId": "demo", "scopes": ["openid", "email"]});
        let mut issuer = json!({"token_endpoint": format!("{base}/token?p=policy")});
        let mut token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 300});
        change(&mut server, &mut issuer, &mut token);
        let (sender, asked) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (head, body) = read(&mut socket).await;
                let path = head.split(' ').nth(1).unwrap().to_owned();
                let reply = match path.as_str() {
                    "/v1/.well-known/openid-configuration" => &server,
                    "/issuer" => &issuer,
                    _ => {
                        let header = head.lines().find_map(|line| line.strip_prefix("authorization: "));
                        let form = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                        sender.send((path, header.unwrap_or_default().to_owned(), form)).unwrap();
                        &token
                    }
                };
                let reply = reply.to_string();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    reply.len()
                );
                socket.write_all((head + &reply).as_bytes()).await.unwrap();
            }
        });
        let web = web_client(reqwest::Client::builder().no_proxy().resolve(host, address)).unwrap();
        Self { site: Site { web, base }, asked }
    }

    fn oidc(&self, grant: Grant, scopes: &[&str]) -> Oidc {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Oidc::new(self.site.clone(), true, grant, scopes, None)
    }
}

async fn read(socket: &mut tokio::net::TcpStream) -> (String, String) {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let length = socket.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let declared = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= declared.map_or(0, |length| length.parse().unwrap()) {
            return (head.to_owned(), body.to_owned());
        }
    }
}

fn secret() -> Grant {
    Grant::ClientCredentials { secret: "s&cret".into() }
}

fn password() -> Grant {
    Grant::Password { user: "jane".to_owned(), password: "pass word".into() }
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

#[tokio::test]
async fn each_grant_requests_its_scopes_once() {
    for (host, grant, scopes, expected) in [
        ("localhost", secret(), &[][..], "openid email"),
        ("localhost", secret(), &["weaviate email", "more"], "openid email weaviate more"),
        ("localhost", password(), &[], "offline_access openid email"),
        ("localhost", password(), &["offline_access", "more"], "offline_access openid email more"),
        (AZURE, secret(), &[], "demo/.default"),
        ("login.microsoftonline.us", secret(), &[], "demo/.default"),
        (AZURE, secret(), &["api://demo/.default"], "api://demo/.default"),
    ] {
        let mut stub = Stub::start(host, |_, _, _| {}).await;
        stub.oidc(grant, scopes).token().await.unwrap();
        let (_, _, form) = stub.asked.recv().await.unwrap();
        assert_eq!(value(&form, "scope"), expected, "{host} {scopes:?}");
    }
}

#[tokio::test]
async fn a_secret_is_in_the_body_unless_the_issuer_requires_a_header() {
    for (methods, in_header) in [
        (json!(null), false),
        (json!(["client_secret_basic", "client_secret_post"]), false),
        (json!(["client_secret_basic"]), true),
    ] {
        let mut stub = Stub::start("localhost", |_, issuer, _| {
            issuer["token_endpoint_auth_methods_supported"] = methods.clone();
        })
        .await;
        stub.oidc(secret(), &[]).token().await.unwrap();
        let (path, header, form) = stub.asked.recv().await.unwrap();
        assert_eq!((path.as_str(), value(&form, "grant_type")), ("/token?p=policy", "client_credentials"));
        // demo:s%26cret
        assert_eq!(header, if in_header { "Basic ZGVtbzpzJTI2Y3JldA==" } else { "" });
        assert_eq!(value(&form, "client_secret"), if in_header { "" } else { "s&cret" });
        assert_eq!(value(&form, "client_id"), if in_header { "" } else { "demo" });
    }
    let mut stub = Stub::start("localhost", |_, _, _| {}).await;
    stub.oidc(password(), &[]).token().await.unwrap();
    let (_, _, form) = stub.asked.recv().await.unwrap();
    let found = ["grant_type", "client_id", "username", "password"].map(|name| value(&form, name));
    assert_eq!(found, ["password", "demo", "jane", "pass word"]);
}

#[tokio::test]
async fn an_unsupported_grant_is_not_requested() {
    let no_id = |server: &mut Value| server["clientId"] = json!("");
    let only = |issuer: &mut Value, grant: &str| issuer["grant_types_supported"] = json!([grant]);
    for (host, grant, change, word) in [
        (AZURE, password(), None, "client_credentials"),
        (AZURE, secret(), Some("id"), "scope"),
        ("localhost", password(), Some("client_credentials"), "`password`; it supports: client_credentials"),
        ("localhost", secret(), Some("password"), "`client_credentials`; it supports: password"),
    ] {
        let mut stub = Stub::start(host, |server, issuer, _| match change {
            Some("id") => no_id(server),
            Some(grant) => only(issuer, grant),
            None => {}
        })
        .await;
        let error = crate::Error::from(stub.oidc(grant, &[]).token().await.unwrap_err());
        assert_eq!((error.kind(), error.is_retryable()), (crate::ErrorKind::Configuration, false), "{error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(stub.asked.try_recv().is_err(), "{word}");
    }
}

#[tokio::test]
async fn a_lifetime_is_a_number_or_a_text() {
    for (given, expected) in [(json!(300), Some(300.0)), (json!("300"), Some(300.0)), (json!(null), None)] {
        let stub = Stub::start("localhost", |_, _, token| token["expires_in"] = given.clone()).await;
        let token = stub.oidc(secret(), &[]).token().await.unwrap();
        let left = token.expires().map(|end| (end - tokio::time::Instant::now()).as_secs_f64().round());
        assert_eq!(left, expected, "{given}");
    }
}

#[tokio::test]
async fn an_invalid_document_is_named() {
    for (server, issuer, word) in [
        (json!({"href": "nonsense"}), json!({}), "address of the issuer"),
        (json!({"href": "http://user:hunter2@localhost/"}), json!({}), "user or password"),
        (json!({"clientId": "demo"}), json!({}), "OIDC document of the server"),
        (json!(null), json!({}), "OIDC document of the issuer"),
        (json!(null), json!({"token_endpoint": 7}), "OIDC document of the issuer"),
        (json!(null), json!({"token_endpoint": "file:///etc/passwd"}), "token endpoint"),
    ] {
        let stub = Stub::start("localhost", |server_document, issuer_document, _| {
            if !server.is_null() {
                *server_document = server.clone();
            }
            *issuer_document = issuer.clone();
        })
        .await;
        let error = stub.oidc(secret(), &[]).token().await.unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

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
        let site = Site { web: self.site.web.clone(), base: self.site.base.clone() };
        Oidc::new(site, true, grant, scopes)
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
    Grant::Password { user: "jane".to_owned(), password: "pass word".into(), client_secret: None }
}

fn password_of_client() -> Grant {
    Grant::Password { user: "jane".to_owned(), password: "pass word".into(), client_secret: Some("s&cret".into()) }
}

fn refresh(client_secret: Option<&str>) -> Grant {
    Grant::RefreshToken { refresh_token: "given".into(), client_secret: client_secret.map(Into::into) }
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
    // demo:s%26cret
    const HEADER: &str = "Basic ZGVtbzpzJTI2Y3JldA==";
    const POST: &str = "client_secret_post";
    const BASIC: &str = "client_secret_basic";
    for (methods, grant, header, fields) in [
        (None, secret(), "", "client_id=demo client_secret=s&cret grant_type=client_credentials"),
        (Some(vec![BASIC, POST]), secret(), "", "client_id=demo client_secret=s&cret grant_type=client_credentials"),
        (Some(vec![BASIC]), secret(), HEADER, "grant_type=client_credentials"),
        (None, password(), "", "client_id=demo grant_type=password password=pass word username=jane"),
        (Some(vec![BASIC]), password(), "", "client_id=demo grant_type=password password=pass word username=jane"),
        (
            None,
            password_of_client(),
            "",
            "client_id=demo client_secret=s&cret grant_type=password password=pass word username=jane",
        ),
        (Some(vec![BASIC]), password_of_client(), HEADER, "grant_type=password password=pass word username=jane"),
        (None, refresh(None), "", "client_id=demo grant_type=refresh_token refresh_token=given"),
        (
            None,
            refresh(Some("s&cret")),
            "",
            "client_id=demo client_secret=s&cret grant_type=refresh_token refresh_token=given",
        ),
        (Some(vec![BASIC]), refresh(Some("s&cret")), HEADER, "grant_type=refresh_token refresh_token=given"),
    ] {
        let mut stub = Stub::start("localhost", |_, issuer, _| {
            issuer["token_endpoint_auth_methods_supported"] = json!(methods);
        })
        .await;
        stub.oidc(grant, &[]).token().await.unwrap();
        let (path, authorization, mut form) = stub.asked.recv().await.unwrap();
        assert_eq!((path.as_str(), authorization.as_str()), ("/token?p=policy", header), "{fields}");
        form.retain(|(name, _)| name != "scope");
        form.sort();
        let form: Vec<_> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(form.join(" "), fields);
    }
}

/// Without scopes of server and user.
#[tokio::test]
async fn without_a_known_scope_the_issuer_chooses() {
    for (grant, expected) in [(secret(), None), (password(), Some("offline_access")), (refresh(None), None)] {
        let mut stub = Stub::start("localhost", |server, _, _| server["scopes"] = json!(null)).await;
        stub.oidc(grant, &[]).token().await.unwrap();
        let (_, _, form) = stub.asked.recv().await.unwrap();
        let scope = form.iter().find(|(name, _)| name == "scope").map(|(_, value)| value.as_str());
        assert_eq!(scope, expected, "{form:?}");
    }
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
async fn a_token_reply_is_read_whatever_the_spelling_of_its_fields() {
    for (reply, expected) in [
        (json!({"access_token": "t", "token_type": "Bearer", "expires_in": 300}), Ok(Some(300.0))),
        (json!({"access_token": "t", "token_type": "bearer", "expires_in": "300"}), Ok(Some(300.0))),
        (json!({"access_token": "t", "expires_in": 300.5, "scope": ["openid"]}), Ok(Some(300.0))),
        (json!({"access_token": "t", "expires_in": -1}), Ok(Some(0.0))),
        (json!({"access_token": "t", "expires_in": 1e300}), Ok(Some(f64::from(u32::MAX)))),
        (json!({"access_token": "t"}), Ok(None)),
        (json!({"token_type": "hunter2"}), Err("lacks the field `access_token`")),
        (json!({"access_token": {"hunter2": 1}}), Err("has a field `access_token` that is not a text")),
        (json!({"access_token": "hunter2", "expires_in": "hunter2"}), Err("has a field `expires_in`")),
        (json!({"access_token": "hunter2", "refresh_token": 7}), Err("has a field `refresh_token`")),
        (json!("hunter2"), Err("is not a JSON object")),
        (
            json!({"error": "invalid_scope", "error_description": "s&cret"}),
            Err("refuses the request: invalid_scope: …"),
        ),
        (json!({"error": "s%26cret", "error_description": 7}), Err("refuses the request: …")),
    ] {
        let stub = Stub::start("localhost", |_, _, token| *token = reply.clone()).await;
        let oidc = stub.oidc(secret(), &[]);
        match (oidc.token().await, expected) {
            (Ok(token), Ok(lifetime)) => {
                let left = token.lifetime().map(|left| left.as_secs_f64().round());
                assert_eq!(left, lifetime, "{reply}");
            }
            (Err(error), Err(words)) => {
                assert!(error.to_string().contains(words), "{reply}: {error}");
                assert!(error.to_string().contains(&oidc.place()), "{error} does not name {}", oidc.place());
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            }
            (found, _) => panic!("{reply}: {found:?}"),
        }
    }
}

#[test]
fn secrets_are_removed_from_the_texts_of_an_issuer() {
    let [secret, longer] = ["pass word", "pass word&more"].map(SecretString::from);
    let secrets = [Some(&secret), Some(&longer), None];
    for (text, expected) in [
        ("nothing to hide", "nothing to hide"),
        ("wrong: pass word", "wrong: …"),
        ("password=pass+word&x=1", "password=…&x=1"),
        ("pass word&more, pass+word%26more", "…, …"),
    ] {
        assert_eq!(exchange::without_secrets(text, &secrets), expected);
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

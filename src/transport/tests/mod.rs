//! Network failures of calls, against a socket that plays the server.

mod deprecations;
mod gate;
mod outcomes;
mod protocol;
mod spans;

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::client::ClientBuilder;
use crate::error::{GrpcCode, Outcome};
use crate::options::{RetryPolicy, Timeouts};
use crate::values::collection_name::CollectionName;
use crate::values::schema::CollectionConfig;
use crate::{Client, Error, ErrorKind, operations};

impl super::Transport {
    /// Creates a transport to a port that refuses connections. Must be called within a tokio
    /// runtime.
    pub(crate) fn for_tests() -> Self {
        Client::custom(CLOSED_PORT).connect_lazy().unwrap().transport().clone()
    }
}

const CLOSED_PORT: &str = "http://127.0.0.1:1";

fn soon() -> Timeouts {
    let soon = Duration::from_millis(300);
    Timeouts::default().init(soon).query(soon).insert(soon)
}

/// Builds a client without retries.
fn at(rest: &str, grpc: &str) -> ClientBuilder {
    Client::custom(rest).grpc(grpc).timeouts(soon()).retry(RetryPolicy::none())
}

/// Starts a server that accepts connections and never answers.
async fn black_hole() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            held.push(socket);
        }
    });
    address
}

/// Starts a server that answers each request with the next of `replies`, then stays silent. The
/// requests, head and body, come out of the channel.
async fn server(replies: Vec<String>) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (heard, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for reply in replies {
            let (mut socket, request) = loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let request = request(&mut socket).await;
                // A connection without a request only checks whether the port is open.
                if !request.is_empty() {
                    break (socket, request);
                }
            };
            heard.send(request).unwrap();
            // The peer may close the connection before it has read everything.
            let _ = socket.write_all(reply.as_bytes()).await;
        }
        std::future::pending::<()>().await;
    });
    (address, requests)
}

/// Reads a head and a body of its `content-length`.
async fn request(socket: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut buffer = [0; 4096];
        let read = socket.read(&mut buffer).await.unwrap();
        if read == 0 {
            return text;
        }
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

/// Returns the error of `meta` for a reply.
async fn meta(reply: String) -> Error {
    let (address, _requests) = server(vec![reply]).await;
    at(&address, CLOSED_PORT).connect_lazy().unwrap().meta().await.unwrap_err()
}

async fn in_time<T>(call: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let result = call.await;
    assert!(start.elapsed() < Duration::from_millis(900), "{:?}", start.elapsed());
    result
}

#[tokio::test]
async fn no_reply_is_a_timeout_on_rest() {
    let silent = black_hole().await;
    let error = in_time(at(&silent, &silent).connect()).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("meta")), "{error:?}");

    let client = at(&silent, &silent).connect_lazy().unwrap();
    let collections = client.collections();
    for error in [
        in_time(client.is_live()).await.unwrap_err(),
        in_time(client.is_ready()).await.unwrap_err(),
        in_time(client.meta()).await.unwrap_err(),
        in_time(collections.exists("Owl")).await.unwrap_err(),
        in_time(collections.delete("Owl")).await.unwrap_err(),
        in_time(collections.create(CollectionConfig::new("Owl"))).await.unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.outcome(), error.attempts()),
            (ErrorKind::Timeout, Outcome::Unknown, 1),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn no_reply_is_a_timeout_on_grpc() {
    let silent = black_hole().await;
    let client = at(CLOSED_PORT, &silent).connect_lazy().unwrap();
    let error = in_time(client.transport().probe(crate::options::Protocol::Grpc, Duration::from_millis(300)))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown), "{error:?}");

    let (rest, _requests) = server(vec![reply("200 OK", "", r#"{"version":"1.39.0"}"#)]).await;
    let error = in_time(at(&rest, &silent).connect()).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("gRPC health")), "{error:?}");
}

#[tokio::test]
async fn a_refused_connection_names_the_address() {
    let error = at(CLOSED_PORT, CLOSED_PORT).connect().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connection, Outcome::NotSent), "{error:?}");
    assert!(error.to_string().contains("REST at http://127.0.0.1:1"), "{error}");
    assert!(error.is_retryable());

    let (rest, _requests) = server(vec![reply("200 OK", "", r#"{"version":"1.39.0"}"#)]).await;
    let error = at(&rest, CLOSED_PORT).connect().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connection, Outcome::NotSent), "{error:?}");
    assert!(error.to_string().contains("gRPC at http://127.0.0.1:1"), "{error}");
    assert_eq!(error.grpc_code(), Some(GrpcCode::Unavailable));
}

#[tokio::test]
async fn http1_at_the_grpc_address_is_a_connection_error() {
    let (http1, _requests) = server(vec!["HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".to_owned()]).await;
    let client = at(CLOSED_PORT, &http1).connect_lazy().unwrap();
    let error = in_time(client.transport().probe(crate::options::Protocol::Grpc, Duration::from_millis(300)))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn tls_against_plain_text_is_a_connection_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string().replace("127.0.0.1", "https://localhost");
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let client = at(&address, &address).api_key("hunter2").connect_lazy().unwrap();
    let rest = in_time(client.meta()).await.unwrap_err();
    let grpc = in_time(client.transport().probe(crate::options::Protocol::Grpc, Duration::from_millis(300)))
        .await
        .unwrap_err();
    for error in [rest, grpc] {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connection, Outcome::NotSent), "{error:?}");
        assert!(error.to_string().contains(&address), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn an_old_server_is_refused() {
    let (rest, _requests) = server(vec![reply("200 OK", "", r#"{"version":"1.26.18"}"#)]).await;
    let error = at(&rest, CLOSED_PORT).connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("1.26.18") && error.to_string().contains("1.27.0"), "{error}");
}

#[tokio::test]
async fn a_request_carries_key_name_and_path() {
    let (address, mut requests) =
        server(vec![reply("200 OK", "", r#"{"version":"1.39.0","grpcMaxMessageSize":4096}"#)]).await;
    let client = at(&format!("{address}/behind/a/proxy/"), CLOSED_PORT).api_key("hunter2").connect_lazy().unwrap();
    let meta = client.meta().await.unwrap();
    assert_eq!((meta.version(), meta.grpc_max_message_size()), ("1.39.0", Some(4096)));
    assert_eq!(client.transport().max_message_size(), 4096);
    assert_eq!(client.server_version().map(ToString::to_string).as_deref(), Some("1.39.0"));

    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("GET /behind/a/proxy/v1/meta HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer hunter2\r\n"), "{request}");
    let name = format!("x-weaviate-client: weaviate-client-rust/{}\r\n", env!("CARGO_PKG_VERSION"));
    assert!(request.contains(&name), "{request}");
}

#[tokio::test]
async fn unset_fields_are_not_sent() {
    let (address, mut requests) = server(vec![reply("200 OK", "", r#"{"class":"Owl"}"#)]).await;
    let client = at(&address, CLOSED_PORT).connect_lazy().unwrap();
    let owls = client.collections().create(CollectionConfig::new("owl")).await.unwrap();
    assert_eq!(owls.name(), "Owl");
    let request = requests.recv().await.unwrap();
    assert!(request.ends_with("\r\n\r\n{\"class\":\"Owl\"}"), "{request}");
    assert!(!request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn the_status_is_kept_for_any_body() {
    let html = "<html><body>Bad Gateway</body></html>";
    for (status, headers, body, kind, text) in [
        (
            "401 Unauthorized",
            "content-type: text/plain\r\n",
            r#"{"code":401,"message":"invalid api key"}"#,
            ErrorKind::Authentication,
            Some("invalid api key"),
        ),
        (
            "403 Forbidden",
            "content-type: application/json\r\n",
            r#"{"error":[{"message":"no"}]}"#,
            ErrorKind::Permission,
            Some("no"),
        ),
        // The metadata is never missing.
        ("404 Not Found", "", "", ErrorKind::Connection, None),
        (
            "422 Unprocessable Entity",
            "content-type: application/json\r\n",
            r#"{"error":[{"mess"#,
            ErrorKind::Validation,
            Some(r#"{"error":[{"mess"#),
        ),
        ("502 Bad Gateway", "content-type: text/html\r\n", html, ErrorKind::Unavailable, Some(html)),
        ("503 Service Unavailable", "", "", ErrorKind::Unavailable, None),
        (
            "500 Internal Server Error",
            "content-type: image/png\r\n",
            "\u{0}\u{1}",
            ErrorKind::Server,
            Some("\u{FFFD}\u{FFFD}"),
        ),
        (
            "302 Found",
            "location: https://elsewhere.example/v1/meta?key=hunter2\r\n",
            "",
            ErrorKind::Configuration,
            None,
        ),
        ("204 No Content", "", "", ErrorKind::Decode, None),
    ] {
        let error = meta(reply(status, headers, body)).await;
        assert_eq!((error.kind(), error.server_message()), (kind, text), "{status}: {error:?}");
        assert_eq!(
            error.http_status().map(|code| status.starts_with(&code.to_string())),
            Some(true),
            "{status}: {error:?}"
        );
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn a_redirect_names_its_target() {
    let error = meta(reply("301 Moved Permanently", "location: https://elsewhere.example/v1/meta\r\n", "")).await;
    assert!(error.to_string().contains("https://elsewhere.example/v1/meta"), "{error}");
}

#[tokio::test]
async fn a_huge_or_incomplete_body_keeps_the_status() {
    let error = meta(reply("500 Internal Server Error", "", &"x".repeat(10_000_000))).await;
    assert_eq!(error.http_status(), Some(500));
    assert!(error.to_string().len() < 1_000);

    let (address, _requests) =
        server(vec!["HTTP/1.1 500 Oops\r\ncontent-length: 90\r\nconnection: close\r\n\r\nhalf".to_owned()]).await;
    let client = at(&address, CLOSED_PORT).connect_lazy().unwrap();
    let error = client.meta().await.unwrap_err();
    assert_eq!((error.http_status(), error.server_message()), (Some(500), Some("half")), "{error:?}");
}

#[tokio::test]
async fn a_success_from_another_server_is_a_decode_error() {
    let error = meta(reply("200 OK", "content-type: text/html\r\n", "<html>Welcome</html>")).await;
    assert_eq!((error.kind(), error.server_message()), (ErrorKind::Decode, Some("<html>Welcome</html>")), "{error:?}");
}

#[tokio::test]
async fn only_a_404_without_a_body_means_a_missing_collection() {
    let router = r#"{"code":404,"message":"path /v1/schema/Owl was not found"}"#;
    let replies = [
        ("404 Not Found", ""),
        // The server is asked whether it is ready.
        ("200 OK", ""),
        ("200 OK", r#"{"class":"Owl"}"#),
        ("404 Not Found", router),
        ("404 Not Found", "nginx"),
    ];
    let (address, _requests) = server(replies.map(|(status, body)| reply(status, "", body)).to_vec()).await;
    let collections = at(&address, CLOSED_PORT).connect_lazy().unwrap().collections();
    assert!(!collections.exists("owl").await.unwrap());
    assert!(collections.exists("owl").await.unwrap());
    assert_eq!(collections.exists("owl").await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(collections.exists("owl").await.unwrap_err().http_status(), Some(404));
}

#[tokio::test]
async fn readiness_is_true_false_or_an_error() {
    let replies = ["200 OK", "503 Service Unavailable", "403 Forbidden"].map(|status| reply(status, "", ""));
    let (address, _requests) = server(replies.to_vec()).await;
    let client = at(&address, CLOSED_PORT).connect_lazy().unwrap();
    assert!(client.is_ready().await.unwrap());
    assert!(!client.is_ready().await.unwrap());
    assert_eq!(client.is_ready().await.unwrap_err().kind(), ErrorKind::Permission);
}

#[tokio::test]
async fn a_dropped_call_leaves_the_client_usable() {
    let ok = || reply("200 OK", "", r#"{"version":"1.39.0"}"#);
    let (address, mut requests) = server(vec![String::new(), ok(), ok()]).await;
    let client = at(&address, CLOSED_PORT).connect_lazy().unwrap();
    tokio::select! {
        result = client.meta() => panic!("{result:?}"),
        _ = requests.recv() => {}
    }
    assert_eq!(client.meta().await.unwrap().version(), "1.39.0");
    assert_eq!(client.clone().meta().await.unwrap().version(), "1.39.0");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_sent() {
    let (address, _requests) =
        server(vec![reply("200 OK", "", r#"{"version":"1.39.0","grpcMaxMessageSize":10}"#)]).await;
    let client = at(&address, CLOSED_PORT).connect_lazy().unwrap();
    client.meta().await.unwrap();
    let call = crate::call::Call::new("insert many", crate::call::Idempotency::Idempotent)
        .collection(CollectionName::new("Owl"));
    let error = operations::insert_many::insert_many(client.transport(), &call, vec![0; 11].into()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::LimitExceeded, Outcome::NotSent), "{error:?}");
    assert_eq!((error.operation(), error.collection()), (Some("insert many"), Some("Owl")));
}

/// The test is that this compiles.
#[expect(dead_code, reason = "only its types matter")]
fn every_future_is_send(client: &Client) {
    fn send<T: Send>(_: T) {}
    let collections = client.collections();
    send(Client::local().connect());
    send(client.is_live());
    send(client.is_ready());
    send(client.meta());
    send(client.diagnose());
    send(client.wait_until_ready(Duration::ZERO).into_future());
    send(collections.create(CollectionConfig::new("Owl")));
    send(collections.delete("Owl"));
    send(collections.exists("Owl"));
}

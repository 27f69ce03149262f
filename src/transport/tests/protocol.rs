//! Protocol choice by kind of server, and the errors without one.

use std::sync::{Arc, Mutex};

use super::*;
use crate::PropertyMap;
use crate::options::Protocol;
use crate::values::server::Feature;
use crate::values::warning::WarningCode;

const META: &str = r#"{"version":"1.39.0"}"#;
const SERVING: &str = "\u{8}\u{1}";

fn ok(body: &str) -> String {
    reply("200 OK", "", body)
}

fn protobuf(body: &str) -> String {
    reply("200 OK", "content-type: application/proto\r\n", body)
}

/// Records the warnings of the clients of a builder.
fn with_recorded_warnings(builder: ClientBuilder) -> (ClientBuilder, Arc<Mutex<Vec<WarningCode>>>) {
    let codes = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&codes);
    (builder.on_warning(move |warning| into.lock().unwrap().push(warning.code())), codes)
}

#[tokio::test]
async fn each_connect_error_names_protocol_host_and_port() {
    let silent = black_hole().await;
    let unauthorized = reply("401 Unauthorized", "", r#"{"code":401,"message":"invalid api key"}"#);
    let forbidden = reply("403 Forbidden", "", r#"{"error":[{"message":"forbidden"}]}"#);
    let twice = |text: &String| vec![text.clone(), text.clone()];
    let (http1, _http1) = server(vec![reply("400 Bad Request", "", "")]).await;
    let (meta_only, _meta_only) = server(vec![ok(META)]).await;
    let (meta_again, _meta_again) = server(vec![ok(META)]).await;
    let (meta_silent, _meta_silent) = server(vec![ok(META)]).await;
    let (stranger, _stranger) = server(twice(&unauthorized)).await;
    let (guest, _guest) = server(twice(&forbidden)).await;
    for (rest, grpc, protocol, kind, place) in [
        (CLOSED_PORT, CLOSED_PORT, Protocol::Auto, ErrorKind::Connection, format!("REST at {CLOSED_PORT}")),
        (&meta_only, CLOSED_PORT, Protocol::Grpc, ErrorKind::Connection, format!("gRPC at {CLOSED_PORT}")),
        (&meta_again, &http1, Protocol::Grpc, ErrorKind::Connection, format!("gRPC at {http1}")),
        (&stranger, CLOSED_PORT, Protocol::GrpcWeb, ErrorKind::Authentication, format!("REST at {stranger}")),
        (&guest, CLOSED_PORT, Protocol::GrpcWeb, ErrorKind::Permission, format!("gRPC-Web at {guest}")),
        (&silent, &silent, Protocol::Auto, ErrorKind::Timeout, format!("REST at {silent}")),
        (&meta_silent, &silent, Protocol::Grpc, ErrorKind::Timeout, format!("gRPC at {silent}")),
    ] {
        let error = in_time(at(rest, grpc).protocol(protocol).connect()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.to_string().contains(&place), "{error} does not name {place}");
    }
}

#[tokio::test]
async fn without_a_grpc_address_the_client_uses_grpc_web() {
    let (address, mut requests) = server(vec![ok(META), protobuf(SERVING)]).await;
    let client = Client::custom(format!("{address}/x/y")).timeouts(soon()).connect().await.unwrap();
    let info = client.connection_info();
    assert_eq!((info.protocol, info.active, info.confirmed), (Protocol::Auto, Protocol::GrpcWeb, true));
    assert_eq!((info.nodes[0].rest.clone(), info.nodes[0].grpc.clone()), (format!("{address}/x/y"), None));
    requests.recv().await.unwrap();
    let health = requests.recv().await.unwrap();
    assert!(health.starts_with("POST /x/y/v1/grpc-web/grpc.health.v1.Health/Check HTTP/1.1\r\n"), "{health}");
    for header in ["content-type: application/proto\r\n", "connect-protocol-version: 1\r\n", "connect-timeout-ms: "] {
        assert!(health.contains(header), "{health}");
    }
}

#[tokio::test]
async fn a_closed_grpc_port_falls_back_with_one_warning() {
    let (address, _requests) = server(vec![ok(META), protobuf(SERVING)]).await;
    let (builder, codes) = with_recorded_warnings(at(&address, CLOSED_PORT));
    let client = builder.connect().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::GrpcWeb);
    assert_eq!(*codes.lock().unwrap(), [WarningCode::ProtocolFallback]);
}

#[tokio::test]
async fn a_server_without_grpc_web_falls_back_to_rest() {
    let missing = reply("404 Not Found", "", r#"{"code":404,"message":"path was not found"}"#);
    let stored = r#"[{"class":"Owl","id":"a","result":{"status":"SUCCESS"}},
        {"class":"Owl","id":"b","result":{"status":"FAILED","errors":{"error":[{"message":"tenant not found: \"x\""}]}}}]"#;
    let (address, mut requests) = server(vec![ok(META), missing, ok(stored)]).await;
    let (builder, codes) = with_recorded_warnings(at(&address, CLOSED_PORT));
    let client = builder.suppress_warning(WarningCode::ServerOlder).connect().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::Rest);
    assert_eq!(*codes.lock().unwrap(), [WarningCode::ProtocolFallback]);

    let error = client.collection("Owl").query().fetch_objects().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent), "{error:?}");
    assert!(error.to_string().contains(CLOSED_PORT), "{error}");

    let owl = |year: i64| PropertyMap::from([("year", year)]);
    let report = client.collection("Owl").data().insert_many([owl(1 << 53), owl(-5)]).await.unwrap();
    let [refused] = report.errors() else { panic!("{report:?}") };
    assert_eq!((refused.index(), refused.kind()), (1, ErrorKind::Tenant));
    let request = std::iter::from_fn(|| requests.try_recv().ok()).last().unwrap();
    assert!(request.starts_with("POST /v1/batch/objects HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(r#"{"year":9007199254740992}"#) && request.contains(r#"{"year":-5}"#), "{request}");
}

#[tokio::test]
async fn an_old_server_is_not_asked_for_grpc_web() {
    let (address, _requests) = server(vec![ok(r#"{"version":"1.30.0"}"#)]).await;
    let (builder, codes) = with_recorded_warnings(at(&address, CLOSED_PORT));
    let client = builder.connect().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::Rest);
    assert_eq!(*codes.lock().unwrap(), [WarningCode::ServerOlder, WarningCode::ProtocolFallback]);
    assert!(!client.supports(Feature::GrpcWeb).await.unwrap());
    let search = client.collection("Owl").query().fetch_objects().protocol(Protocol::GrpcWeb);
    let error = search.await.unwrap_err();
    assert_eq!(
        (error.kind(), error.feature(), error.field()),
        (ErrorKind::Unsupported, Some("GrpcWeb"), None),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_lazy_client_falls_back_with_its_first_call() {
    let (address, _requests) = server(vec![protobuf(SERVING), protobuf("")]).await;
    let (builder, codes) = with_recorded_warnings(at(&address, CLOSED_PORT));
    let client = builder.connect_lazy().unwrap();
    assert_eq!((client.connection_info().active, client.connection_info().confirmed), (Protocol::Grpc, false));
    client.collection("Owl").query().fetch_objects().await.unwrap();
    assert_eq!((client.connection_info().active, client.connection_info().confirmed), (Protocol::GrpcWeb, true));
    assert_eq!(*codes.lock().unwrap(), [WarningCode::ProtocolFallback]);
}

#[tokio::test]
async fn a_key_without_access_to_the_version_is_a_warning() {
    let denied = reply("403 Forbidden", "", "");
    let (address, _requests) = server(vec![denied, protobuf(SERVING)]).await;
    let (builder, codes) = with_recorded_warnings(Client::custom(address).timeouts(soon()));
    let client = builder.connect().await.unwrap();
    assert_eq!((client.server_version(), client.connection_info().active), (None, Protocol::GrpcWeb));
    assert_eq!(*codes.lock().unwrap(), [WarningCode::VersionUnknown]);
}

#[tokio::test]
async fn init_checks_can_be_skipped() {
    let (builder, codes) = with_recorded_warnings(at(CLOSED_PORT, CLOSED_PORT));
    assert!(!builder.skip_init_checks().connect().await.unwrap().connection_info().confirmed);
    assert!(codes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn grpc_web_errors_equal_grpc_errors() {
    let json = "content-type: application/json\r\n";
    for (answer, kind, code, text) in [
        (
            reply(
                "500 Internal Server Error",
                json,
                r#"{"code":"unknown","message":"could not find class Owl in schema"}"#,
            ),
            ErrorKind::NotFound,
            Some(GrpcCode::Unknown),
            Some("could not find class Owl in schema"),
        ),
        (
            reply("401 Unauthorized", json, r#"{"code":"unauthenticated","message":"no"}"#),
            ErrorKind::Authentication,
            Some(GrpcCode::Unauthenticated),
            Some("no"),
        ),
        (reply("404 Not Found", "", "Not Found\n"), ErrorKind::Unsupported, None, None),
        (reply("502 Bad Gateway", "", "<html>oops"), ErrorKind::Unavailable, None, Some("<html>oops")),
        (
            reply("401 Unauthorized", "", r#"{"code":401,"message":"key"}"#),
            ErrorKind::Authentication,
            None,
            Some("key"),
        ),
        (reply("200 OK", "content-type: text/html\r\n", "<html>hi"), ErrorKind::Connection, None, Some("<html>hi")),
        (protobuf("\u{7f}nonsense"), ErrorKind::Decode, None, None),
        (reply("302 Found", "location: https://elsewhere\r\n", ""), ErrorKind::Configuration, None, None),
        (protobuf(&"x".repeat(5_000)), ErrorKind::LimitExceeded, None, None),
    ] {
        let meta = ok(r#"{"version":"1.39.0","grpcMaxMessageSize":4096}"#);
        // The last one answers whether the collection is really missing, where that is the error.
        let (address, _requests) = server(vec![meta, answer.clone(), reply("404 Not Found", "", "")]).await;
        let client = at(&address, CLOSED_PORT).protocol(Protocol::GrpcWeb).connect_lazy().unwrap();
        client.meta().await.unwrap();
        let error = client.collection("Owl").query().fetch_objects().await.unwrap_err();
        assert_eq!((error.kind(), error.grpc_code(), error.server_message()), (kind, code, text), "{answer} {error:?}");
    }
}

#[tokio::test]
async fn the_version_warning_is_emitted_once() {
    for (version, expected) in [
        ("1.39.7", None),
        ("1.38.0", Some(WarningCode::ServerOlder)),
        ("1.40.0", Some(WarningCode::ServerNewer)),
        ("nightly", Some(WarningCode::VersionUnknown)),
    ] {
        let meta = ok(&format!(r#"{{"version":"{version}"}}"#));
        let (address, _requests) = server(vec![meta.clone(), meta.clone(), meta]).await;
        let (builder, codes) = with_recorded_warnings(at(&address, CLOSED_PORT));
        let client = builder.clone().connect_lazy().unwrap();
        client.meta().await.unwrap();
        client.meta().await.unwrap();
        assert_eq!(codes.lock().unwrap().first().copied(), expected, "{version}");
        builder.suppress_warnings().connect_lazy().unwrap().meta().await.unwrap();
        assert!(codes.lock().unwrap().len() <= 1);
    }
}

#[tokio::test]
async fn a_diagnosis_has_a_line_for_each_layer() {
    use crate::values::diagnosis::{Finding, Layer};
    let date = "date: Tue, 24 Nov 2020 00:18:53 GMT\r\n";
    let replies = vec![reply("200 OK", date, ""), ok(META), protobuf(SERVING)];
    let (address, _requests) = server(replies).await;
    let client = at(&address, CLOSED_PORT).api_key("hunter2").connect_lazy().unwrap();
    let diagnosis = client.diagnose().await;
    let found: Vec<_> = diagnosis.checks().iter().map(|check| (check.layer, check.finding)).collect();
    assert_eq!(
        found,
        [
            (Layer::Dns, Finding::Fine),
            (Layer::Tcp, Finding::Broken),
            (Layer::Tls, Finding::Skipped),
            (Layer::Proxy, Finding::Skipped),
            (Layer::Rest, Finding::Fine),
            (Layer::Auth, Finding::Fine),
            (Layer::Grpc, Finding::Broken),
            (Layer::GrpcWeb, Finding::Fine),
            (Layer::Version, Finding::Fine),
            (Layer::Clock, Finding::Doubtful),
        ],
        "{diagnosis}"
    );
    let text = diagnosis.to_string();
    assert_eq!(text.lines().count(), 10, "{text}");
    assert!(text.contains(CLOSED_PORT) && text.contains(&address) && !text.contains("hunter2"), "{text}");
    assert!(!diagnosis.is_fine());
}

#[tokio::test]
async fn the_diagnosis_of_a_silent_server_ends() {
    let silent = black_hole().await;
    let client = at(&silent, &silent).connect_lazy().unwrap();
    let diagnosis = tokio::time::timeout(Duration::from_secs(3), client.diagnose()).await.unwrap();
    assert_eq!(
        diagnosis.check(crate::values::diagnosis::Layer::Rest).unwrap().finding,
        crate::values::diagnosis::Finding::Broken,
        "{diagnosis}"
    );
}

#[tokio::test]
async fn wait_until_ready_ends_when_ready_or_timed_out() {
    let (address, _requests) =
        server(vec![reply("503 Service Unavailable", "", ""), String::new(), reply("200 OK", "", "")]).await;
    at(&address, CLOSED_PORT).connect_lazy().unwrap().wait_until_ready(Duration::from_secs(5)).await.unwrap();

    let client = at(CLOSED_PORT, CLOSED_PORT).connect_lazy().unwrap();
    let error = in_time(client.wait_until_ready(Duration::from_millis(300)).into_future()).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("wait until ready")), "{error:?}");
    assert!(error.to_string().contains(CLOSED_PORT) && std::error::Error::source(&error).is_some(), "{error:?}");

    let (address, _requests) = server(vec![reply("403 Forbidden", "", "")]).await;
    let error = at(&address, CLOSED_PORT).connect_lazy().unwrap().wait_until_ready(Duration::from_secs(60)).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Permission);
}

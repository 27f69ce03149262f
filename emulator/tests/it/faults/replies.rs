//! Faults that stand in the place of a reply.

use std::time::Duration;

use serde_json::Value;
use weaviate_emulator::{Emulator, Fault, FaultKind, Protocol};

use super::{Outcome, WAYS, Way, client, insert, shelf};
use crate::exchange::{self, rest};
use crate::http;

/// The status and the text of a refusal; for gRPC the code.
fn refused(outcome: Outcome) -> (i32, String) {
    match outcome {
        Outcome::Refused(status, text) => (status, text),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn unavailable_before_the_commit_stores_nothing() {
    for way in WAYS {
        let emulator = shelf().await;
        let faults = emulator.faults();
        faults.add(way.on(Fault::unavailable()).times(1)).unwrap();
        let (status, text) = refused(insert(&emulator, way, &[1]).await);
        assert_eq!(status, if way == Way::Grpc { 14 } else { 503 }, "{way:?}");
        assert!(text.contains("the server is shutting down"), "{text}");
        assert_eq!(emulator.object_count("Shelf"), 0);
        // It happens once.
        assert_eq!(insert(&emulator, way, &[1]).await, Outcome::Done(Vec::new()));
        assert_eq!((emulator.object_count("Shelf"), faults.pending()), (1, 0));
        let log: Vec<_> = faults.log().iter().map(|request| (request.fault, request.committed)).collect();
        assert_eq!(log, [(Some(FaultKind::Unavailable), false), (None, true)]);
    }
}

#[tokio::test]
async fn unavailable_after_the_commit_stores_everything() {
    for way in WAYS {
        let emulator = shelf().await;
        let faults = emulator.faults();
        faults.add(way.on(Fault::unavailable().after_commit())).unwrap();
        refused(insert(&emulator, way, &[1, 2]).await);
        assert_eq!(emulator.object_count("Shelf"), 2);
        let request = &faults.log()[0];
        assert_eq!((request.fault, request.committed), (Some(FaultKind::Unavailable), true));
        faults.clear();
        assert_eq!(insert(&emulator, way, &[3]).await, Outcome::Done(Vec::new()));
    }
}

#[tokio::test]
async fn a_rate_limit_has_the_words_of_the_server() {
    for way in WAYS {
        let emulator = shelf().await;
        emulator.faults().add(way.on(Fault::rate_limited())).unwrap();
        let (status, text) = refused(insert(&emulator, way, &[1]).await);
        match way {
            Way::Rest => {
                assert_eq!((status, text.as_str()), (429, r#"{"error":[{"message":"429 Too many requests"}]}"#));
            }
            Way::Grpc => assert_eq!((status, text.as_str()), (2, "429 Too many requests")),
            Way::Connect => {
                assert_eq!((status, text.as_str()), (500, r#"{"code":"unknown","message":"429 Too many requests"}"#));
            }
        }
        assert_eq!(emulator.object_count("Shelf"), 0);
    }
}

#[tokio::test]
async fn a_credential_is_refused_as_by_the_server() {
    let builder = Emulator::builder().anonymous_access(false).api_key("secret", "jane");
    let emulator = builder.start().await.unwrap();
    emulator.faults().add(Fault::unauthenticated().times(2)).unwrap();
    let (status, body) = exchange::rest_as(&emulator, Some("secret"), "GET", "schema", &Value::Null).await;
    assert_eq!((status, exchange::message(&body)), (401, "unauthorized: invalid api key"));
    // Those that need no key do not suffer it.
    assert_eq!(rest(&emulator, "GET", ".well-known/ready", &Value::Null).await.0, 200);
    let (status, text) = refused(insert(&emulator, Way::Grpc, &[1]).await);
    assert_eq!((status, text.as_str()), (2, "extract auth: unauthorized: invalid api key"));
    assert_eq!(exchange::rest_as(&emulator, Some("secret"), "GET", "schema", &Value::Null).await.0, 200);

    let builder = Emulator::builder().anonymous_access(false).oidc("http://127.0.0.1:1", "app", ["openid"]);
    let emulator = builder.start().await.unwrap();
    emulator.faults().add(Fault::unauthenticated()).unwrap();
    let (status, body) = rest(&emulator, "GET", "schema", &Value::Null).await;
    assert_eq!(status, 401);
    let text = exchange::message(&body);
    assert!(text.starts_with("unauthorized: oidc: token is expired (Token Expiry: 2"), "{text}");
}

#[tokio::test]
async fn a_gateway_answers_any_request() {
    let emulator = shelf().await;
    let page = Fault::http_reply(502, "<h1>Bad gateway</h1>").header("content-type", "text/html");
    emulator.faults().add(page.header("retry-after", "3").header("via", "a").header("via", "b")).unwrap();
    for path in ["/v1/schema", "/v1/grpc-web/weaviate.v1.Weaviate/Search", "/nothing"] {
        let reply = http().post(format!("{}{path}", emulator.rest_url())).body("{}").send().await.unwrap();
        assert_eq!(reply.status(), 502);
        let headers = reply.headers().clone();
        assert_eq!(headers["content-type"], "text/html");
        assert_eq!(headers["retry-after"], "3");
        assert_eq!(headers.get_all("via").iter().count(), 2);
        assert_eq!(reply.text().await.unwrap(), "<h1>Bad gateway</h1>");
    }
    // Not a reply of gRPC; clients make a status of their own.
    assert!(client(&emulator).batch_objects(super::batch(&[1])).await.is_err());
}

#[tokio::test]
async fn a_status_of_grpc_is_for_rpcs() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    faults.add(Fault::grpc_status(8, "memory is full")).unwrap();
    assert_eq!(refused(insert(&emulator, Way::Grpc, &[1]).await), (8, "memory is full".to_owned()));
    let (status, text) = refused(insert(&emulator, Way::Connect, &[1]).await);
    assert_eq!((status, text.as_str()), (429, r#"{"code":"resource_exhausted","message":"memory is full"}"#));
    assert_eq!(insert(&emulator, Way::Rest, &[1]).await, Outcome::Done(Vec::new()));
    let protocols: Vec<_> = faults.log().iter().map(|request| request.protocol).collect();
    assert_eq!(protocols, [Protocol::Grpc, Protocol::GrpcWeb, Protocol::Rest]);
}

#[tokio::test]
async fn a_slow_request_is_answered() {
    for way in WAYS {
        let emulator = shelf().await;
        emulator.faults().add(way.on(Fault::slow(Duration::from_millis(20))).times(1)).unwrap();
        assert_eq!(insert(&emulator, way, &[1]).await, Outcome::Done(Vec::new()));
        assert_eq!(emulator.object_count("Shelf"), 1);
    }
}

#[tokio::test]
async fn a_slow_reply_comes_behind_the_commit() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    let hour = Duration::from_secs(3600);
    faults.add(Fault::slow(hour).after_commit().on_rpc("BatchObjects")).unwrap();
    let mut client = client(&emulator);
    let slow = client.batch_objects(super::batch(&[1]));
    let stopping = async {
        while emulator.object_count("Shelf") == 0 {
            tokio::task::yield_now().await;
        }
        // A server that stops does not wait for an hour.
        emulator.stop().await;
    };
    let (reply, ()) = tokio::join!(slow, stopping);
    assert!(reply.unwrap().into_inner().errors.is_empty());
}

#[tokio::test]
async fn a_request_that_hangs_ends_with_the_client_or_the_server() {
    for way in WAYS {
        let emulator = shelf().await;
        let faults = emulator.faults();
        faults.add(way.on(Fault::hang()).times(1)).unwrap();
        faults.add(way.on(Fault::hang().after_commit())).unwrap();
        let patience = Duration::from_millis(50);
        for stored in [0, 1] {
            tokio::time::timeout(patience, insert(&emulator, way, &[1])).await.unwrap_err();
            assert_eq!(emulator.object_count("Shelf"), stored, "{way:?}");
        }
    }
}

#[tokio::test]
async fn requests_that_hang_do_not_keep_the_server_from_stopping() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    faults.add(Fault::hang()).unwrap();
    let mut client = client(&emulator);
    let call = client.batch_objects(super::batch(&[1]));
    let page = http().get(format!("{}/v1/meta", emulator.rest_url())).send();
    let stopping = async {
        faults.arrived(2).await;
        emulator.stop().await;
    };
    // Open calls would have five seconds otherwise.
    let all = async { tokio::join!(call, page, stopping) };
    let (call, page, ()) = tokio::time::timeout(Duration::from_secs(2), all).await.unwrap();
    assert!(super::is_cut(&call.unwrap_err()) && page.is_err());
}

#[tokio::test]
async fn a_reply_without_a_body_has_no_content_type() {
    let emulator = shelf().await;
    emulator.faults().add(Fault::http_reply(404, "").times(1)).unwrap();
    emulator.faults().add(Fault::http_reply(404, "no route").times(1)).unwrap();
    for (kind, body) in [(None, ""), (Some("text/plain"), "no route")] {
        let reply = http().get(format!("{}/v1/meta", emulator.rest_url())).send().await.unwrap();
        assert_eq!(reply.status(), 404);
        assert_eq!(reply.headers().get("content-type").map(|kind| kind.to_str().unwrap()), kind);
        assert_eq!(reply.text().await.unwrap(), body);
    }
}

//! Waiting for a server that starts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use weaviate::ErrorKind;
use weaviate::connect::{Protocol, Timeouts, WarningCode};
use weaviate::prelude::*;
use weaviate_emulator::{Emulator, Fault};

use super::{at, emulator};
use crate::support::broken_ports::ClosedPort;
use crate::support::restart::Mortal;
use crate::support::time::SOON;

const READY: &str = "/v1/.well-known/ready";

/// A reply of a gateway in front of the server.
fn status(status: u16, body: &str) -> Fault {
    Fault::http_reply(status, body).over(weaviate_emulator::Protocol::Rest)
}

#[tokio::test]
async fn wait_until_ready_goes_on_after_what_gateways_answer() {
    let emulator = emulator().await;
    let gateway = [
        status(404, "<html>no route"),
        status(404, ""),
        status(502, "<html>Bad Gateway"),
        status(503, ""),
        status(504, ""),
        Fault::reset(),
    ];
    let faults = emulator.faults();
    for fault in gateway {
        faults.add(fault.times(1)).unwrap();
    }
    let client = at(&emulator.rest_url(), &emulator.grpc_url()).connect_lazy().unwrap();
    client.wait_until_ready(SOON * 10).await.unwrap();
    assert_eq!(faults.log().len(), 7);

    let late = || async { client.wait_until_ready(Duration::from_millis(100)).await.unwrap_err() };
    faults.add(status(404, "<html>no route")).unwrap();
    let error = late().await;
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("wait until ready")), "{error}");

    // What waiting cannot change is an error at once.
    for (fault, kind) in [
        (status(401, ""), ErrorKind::Authentication),
        (status(302, ""), ErrorKind::Configuration),
        (
            status(404, r#"{"code":404,"message":"path /v1/v1/.well-known/ready was not found"}"#),
            ErrorKind::Unsupported,
        ),
    ] {
        // A server of its own: a request of the wait above may still be on its way.
        let emulator = Emulator::start().await.unwrap();
        let faults = emulator.faults();
        faults.add(fault).unwrap();
        let client = at(&emulator.rest_url(), &emulator.grpc_url()).connect_lazy().unwrap();
        assert_eq!(client.wait_until_ready(SOON * 10).await.unwrap_err().kind(), kind);
        assert_eq!(faults.log().len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn wait_until_ready_waits_longer_for_a_slow_answer() {
    let emulator = emulator().await;
    let answer = Duration::from_millis(500);
    let faults = emulator.faults();
    faults.add(Fault::slow(answer)).unwrap();
    let init = Timeouts::default().init(answer / 4);
    let client = at(&emulator.rest_url(), &emulator.grpc_url()).timeouts(init).connect_lazy().unwrap();
    client.wait_until_ready(SOON * 10).await.unwrap();
    let requests = faults.log().len();
    assert!((3..=4).contains(&requests), "{requests}");
}

#[tokio::test]
async fn connect_waits_for_a_server_that_starts() {
    let mut server = Mortal::start(Emulator::builder()).await;
    server.kill().await;
    let builder = at(&server.rest_url(), &server.grpc_url());
    let start = Instant::now();
    let error = builder.clone().wait_for_start(Duration::from_millis(200)).connect().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("wait for start")), "{error}");
    assert!(start.elapsed() >= Duration::from_millis(200));

    let connecting = tokio::spawn(builder.clone().wait_for_start(SOON * 10).connect());
    server.restart().await;
    let client = connecting.await.unwrap().unwrap();
    assert_eq!((client.connection_info().active, client.connection_info().confirmed), (Protocol::Grpc, true));
    assert!(client.server_version().is_some());

    let unchecked = builder.skip_init_checks().wait_for_start(SOON).connect().await.unwrap();
    assert_eq!(unchecked.server_version(), None);
}

#[tokio::test]
async fn connect_that_waits_fails_at_once_with_a_wrong_key() {
    let emulator = Emulator::builder().anonymous_access(false).api_key("good", "jane").start().await.unwrap();
    let start = Instant::now();
    let builder = at(&emulator.rest_url(), &emulator.grpc_url()).api_key("wrong").wait_for_start(SOON * 30);
    assert_eq!(builder.connect().await.unwrap_err().kind(), ErrorKind::Authentication);
    assert!(start.elapsed() < SOON * 10);
}

#[tokio::test]
async fn connect_waits_for_a_server_that_is_not_ready() {
    let emulator = emulator().await;
    let faults = emulator.faults();
    faults.add(status(503, "").on_path(READY).times(3)).unwrap();
    at(&emulator.rest_url(), &emulator.grpc_url()).wait_for_start(SOON * 10).connect().await.unwrap();
    assert_eq!(faults.log().iter().filter(|request| request.path == READY).count(), 4);
}

#[tokio::test]
async fn connect_says_that_searches_are_not_available() {
    let emulator = Emulator::builder().version("1.38.0").start().await.unwrap();
    let closed = ClosedPort::new();
    for builder in [Client::custom(emulator.rest_url()), Client::custom(emulator.rest_url()).grpc(closed.url())] {
        let said = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&said);
        let builder = builder.suppress_warning(WarningCode::ServerOlder).on_warning(move |warning| {
            *heard.lock().unwrap() = format!("{}: {}", warning.code(), warning.message());
        });
        let client = builder.connect().await.unwrap();
        assert_eq!(client.connection_info().active, Protocol::Rest);
        let said = said.lock().unwrap().clone();
        for words in ["protocol-fallback", "searches are not available", "gRPC-Web (1.38.3 or 1.39.0)"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        let error = client.collection("Article").query().fetch_objects().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
}

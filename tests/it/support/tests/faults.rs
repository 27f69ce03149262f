use std::time::Duration;

use weaviate_emulator::Emulator;

use super::{Bare, SEARCH, never};
use crate::support::faults::{Fault, FaultProxy, script};
use crate::support::recorder::Recorder;

#[tokio::test]
async fn fault_proxy_passes_and_fails_rest() {
    let emulator = Emulator::start().await.unwrap();
    let faults = FaultProxy::rest(
        emulator.rest_url(),
        script([
            Fault::Pass,
            Fault::Status(429, vec![("retry-after", "2")], "slow down"),
            Fault::Unavailable { committed: false },
            Fault::ResetBefore,
        ]),
    )
    .await;
    let (bare, url) = (Bare::http1(), faults.url());
    let meta = bare.get(&url, "/v1/meta?x=1").await.unwrap();
    assert!(meta.status == 200 && meta.body.starts_with(b"{"));
    let answer = bare.get(&url, "/v1/meta").await.unwrap();
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["retry-after"], &answer.body[..]),
        (429, &"2".parse().unwrap(), &b"slow down"[..])
    );
    assert_eq!(bare.get(&url, "/v1/meta").await.unwrap().status, 503);
    assert!(bare.get(&url, "/v1/schema").await.is_err());
    assert_eq!(bare.get(&url, "/v1/schema").await.unwrap().body, r#"{"classes":[]}"#);
    assert_eq!((faults.requests(), faults.connections()), (5, 2));
    let log = faults.log();
    let committed: Vec<_> = log.iter().map(|entry| entry.committed).collect();
    assert_eq!(committed, [true, false, false, false, true]);
    let nth: Vec<_> = log.iter().map(|entry| (entry.request.path.as_str(), entry.request.nth)).collect();
    assert_eq!(nth, [("/v1/meta", 0), ("/v1/meta", 1), ("/v1/meta", 2), ("/v1/schema", 0), ("/v1/schema", 1)]);
    assert_eq!(log[0].request.headers["host"], url.trim_start_matches("http://"));
    assert_eq!((log[4].request.connection, log[3].fault.clone()), (1, Fault::ResetBefore));
}

/// State of the server after each kind of connection reset.
#[tokio::test]
async fn fault_proxy_resets_before_or_after_the_server_commits() {
    let emulator = Emulator::start().await.unwrap();
    for (fault, committed, status) in [
        (Fault::ResetBefore, false, None),
        (Fault::ResetAfter, true, None),
        (Fault::Unavailable { committed: false }, false, Some(503)),
        (Fault::Unavailable { committed: true }, true, Some(503)),
    ] {
        let faults = FaultProxy::rest(emulator.rest_url(), script([fault.clone()])).await;
        let bare = Bare::http1();
        let answer = bare.post(&faults.url(), "/v1/schema", r#"{"class":"Owl"}"#).await;
        assert_eq!(answer.ok().map(|answer| answer.status.as_u16()), status, "{fault:?}");
        let found = bare.get(&faults.url(), "/v1/schema/Owl").await.unwrap().status;
        assert_eq!((found == 200, faults.log()[0].committed), (committed, committed), "{fault:?}");
        bare.ask(http::Request::delete(faults.url() + "/v1/schema/Owl").body(http_body_util::Full::default()).unwrap())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn fault_proxy_passes_and_fails_grpc() {
    let recorder = Recorder::start().await;
    for (fault, seen, status) in [
        (Fault::Pass, true, Some("0")),
        (Fault::ResetBefore, false, None),
        (Fault::ResetAfter, true, None),
        (Fault::Unavailable { committed: false }, false, Some("14")),
        (Fault::Unavailable { committed: true }, true, Some("14")),
        (Fault::GrpcStatus(8, "too much"), false, Some("8")),
    ] {
        let faults = FaultProxy::grpc(recorder.grpc_url(), script([Fault::Pass, fault.clone()])).await;
        let (bare, url) = (Bare::http2(), faults.url());
        bare.call(&url, SEARCH).await.unwrap();
        recorder.take();
        let answer = bare.call(&url, SEARCH).await;
        assert_eq!(answer.as_ref().ok().and_then(|answer| answer.grpc_status()), status, "{fault:?}");
        assert_eq!((recorder.take().len() == 1, faults.log()[1].committed), (seen, seen), "{fault:?}");
        // A bare client may take a connection that has just ended for a good one.
        let bare = if answer.is_err() { Bare::http2() } else { bare };
        assert_eq!(bare.call(&url, SEARCH).await.unwrap().grpc_status(), Some("0"));
        let again = if answer.is_err() { 2 } else { 1 };
        assert_eq!((faults.requests(), faults.connections()), (3, again), "{fault:?}");
    }
}

#[tokio::test]
async fn fault_proxy_hangs_until_the_connection_is_dropped() {
    let recorder = Recorder::start().await;
    let faults = FaultProxy::grpc(recorder.grpc_url(), script([Fault::Hang])).await;
    let (bare, url) = (Bare::http2(), faults.url());
    let (answer, ()) = tokio::join!(bare.call(&url, SEARCH), async {
        faults.arrived(1).await;
        faults.drop_connections();
    });
    assert!(answer.is_err());
    assert!(recorder.calls().is_empty());
    assert_eq!(Bare::http2().call(&url, SEARCH).await.unwrap().grpc_status(), Some("0"));
}

#[tokio::test]
async fn fault_proxy_delays_or_never_answers() {
    let recorder = Recorder::start().await;
    let faults = FaultProxy::grpc(recorder.grpc_url(), |_| Fault::Pass).await;
    let (bare, url) = (Bare::http2(), faults.url());
    bare.call(&url, SEARCH).await.unwrap();
    faults.set(|request| if request.number == 1 { Fault::Hang } else { Fault::Delay(Duration::from_secs(600)) });
    tokio::time::pause();
    assert!(never(bare.call(&url, SEARCH)).await);
    let before = tokio::time::Instant::now();
    assert_eq!(bare.call(&url, SEARCH).await.unwrap().grpc_status(), Some("0"));
    assert!(before.elapsed() >= Duration::from_secs(600));
}

#[tokio::test]
async fn fault_proxy_answers_like_a_load_balancer() {
    let recorder = Recorder::start().await;
    let page = "<html>bad gateway</html>";
    let faults =
        FaultProxy::grpc(recorder.grpc_url(), move |_| Fault::Status(502, vec![("content-type", "text/html")], page));
    let faults = faults.await;
    let answer = Bare::http2().call(&faults.url(), SEARCH).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.grpc_status(), &answer.body[..]), (502, None, page.as_bytes()));
}

#[tokio::test]
async fn fault_proxy_closes_its_port_when_dropped() {
    let recorder = Recorder::start().await;
    let faults = FaultProxy::grpc(recorder.grpc_url(), |_| Fault::Pass).await;
    let (bare, url) = (Bare::http2(), faults.url());
    bare.call(&url, SEARCH).await.unwrap();
    drop(faults);
    assert!(bare.call(&url, SEARCH).await.is_err());
}

use super::{Bare, never};
use crate::support::blackhole::{BlackHole, Canned, ClosedPort};

#[tokio::test]
async fn a_black_hole_accepts_and_never_answers() {
    let hole = BlackHole::start().await;
    let (bare, url) = (Bare::http1(), hole.url());
    let ask = bare.get(&url, "/v1/meta");
    tokio::pin!(ask);
    // Connects in real time; only then is there nothing left but to wait.
    while hole.connections() == 0 {
        tokio::select! {
            _ = &mut ask => panic!("a black hole has answered"),
            () = tokio::task::yield_now() => {}
        }
    }
    tokio::time::pause();
    assert!(never(ask).await);
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let closed = ClosedPort::new();
    for _ in 0..2 {
        let error = Bare::http2().get(&closed.url(), "/").await.unwrap_err().to_string();
        assert!(error.contains("Connect"), "{error}");
    }
}

#[tokio::test]
async fn http1_is_all_that_some_ports_speak() {
    let port = Canned::http1().await;
    let answer = Bare::http1().get(&port.url(), "/v1/meta").await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.len()), (400, 43));
    assert!(Bare::http2().get(&port.url(), "/").await.is_err());
    assert_eq!(port.connections(), 2);
}

#[tokio::test]
async fn an_alert_is_no_http() {
    let port = Canned::tls_alert().await;
    let error = Bare::http1().get(&port.url(), "/v1/meta").await.unwrap_err();
    assert!(format!("{error:?}").contains("Parse"), "{error:?}");
}

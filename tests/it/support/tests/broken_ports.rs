use super::{Bare, never};
use crate::support::broken_ports::{BlackHole, Canned, ClosedPort};

#[tokio::test]
async fn black_hole_accepts_and_never_answers() {
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
async fn closed_port_refuses_connections() {
    let closed = ClosedPort::new();
    for _ in 0..2 {
        let error = Bare::http2().get(&closed.url(), "/").await.unwrap_err().to_string();
        assert!(error.contains("Connect"), "{error}");
    }
}

#[tokio::test]
async fn canned_http1_answers_http2_with_http1() {
    let port = Canned::http1().await;
    let answer = Bare::http1().get(&port.url(), "/v1/meta").await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.len()), (400, 43));
    assert!(Bare::http2().get(&port.url(), "/").await.is_err());
    assert_eq!(port.connections(), 2);
}

#[tokio::test]
async fn canned_alert_answers_with_a_tls_alert() {
    let port = Canned::tls_alert().await;
    let error = Bare::http1().get(&port.url(), "/v1/meta").await.unwrap_err();
    assert!(format!("{error:?}").contains("Parse"), "{error:?}");
}

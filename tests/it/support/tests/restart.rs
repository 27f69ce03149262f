use weaviate_emulator::Emulator;

use super::{Bare, SEARCH};
use crate::support::restart::Mortal;

#[tokio::test]
async fn restart_keeps_the_ports() {
    let mut server = Mortal::start(Emulator::builder()).await;
    let (rest, grpc) = (server.rest_url(), server.grpc_url());
    Bare::http1().post(&rest, "/v1/schema", r#"{"class":"Owl"}"#).await.unwrap();
    assert!(Bare::http2().call(&grpc, SEARCH).await.is_ok());
    for (empty, status) in [(false, 200), (true, 404)] {
        server.kill().await;
        assert!(Bare::http1().get(&rest, "/v1/meta").await.is_err());
        assert!(Bare::http2().call(&grpc, SEARCH).await.is_err());
        if empty {
            server.restart_empty().await;
        } else {
            server.restart().await;
        }
        assert_eq!((server.rest_url(), server.grpc_url()), (rest.clone(), grpc.clone()));
        assert_eq!(Bare::http1().get(&rest, "/v1/schema/Owl").await.unwrap().status, status);
        assert!(Bare::http2().call(&grpc, SEARCH).await.is_ok());
        assert_eq!(server.connections(), (1, 1));
    }
    assert_eq!(server.emulator().requests().rest, 1);
}

#[tokio::test]
async fn kill_resets_open_connections() {
    let mut server = Mortal::start(Emulator::builder()).await;
    for gone in [false, true] {
        let mut socket = tokio::net::TcpStream::connect(server.rest_url().trim_start_matches("http://")).await.unwrap();
        while server.connections().0 == usize::from(gone) {
            tokio::task::yield_now().await;
        }
        if gone {
            server.kill().await;
        } else {
            server.drop_connections();
        }
        let end = tokio::io::AsyncReadExt::read(&mut socket, &mut [0; 16]).await;
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    }
}

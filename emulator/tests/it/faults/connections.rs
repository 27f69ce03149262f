//! Connections that are reset: before the server acts, after it, and in the middle of its reply.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use weaviate_emulator::{Emulator, Fault, FaultKind};

use super::{Outcome, WAYS, client, insert, shelf};
use crate::exchange::rest;

/// Sends a request and reads until the connection ends. Returns what came, and how it ended.
async fn read_all(emulator: &Emulator, path: &str) -> (String, std::io::Result<()>) {
    let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    let end = stream.read_to_end(&mut reply).await.map(drop);
    (String::from_utf8_lossy(&reply).into_owned(), end)
}

#[tokio::test]
async fn a_connection_is_really_reset() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    for fault in [Fault::reset(), Fault::reset().after_commit()] {
        faults.clear();
        faults.add(fault).unwrap();
        let (reply, end) = read_all(&emulator, "/v1/schema").await;
        assert_eq!(reply, "");
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    }
    let committed: Vec<_> = faults.log().iter().map(|request| request.committed).collect();
    assert_eq!(committed, [false, true]);
}

#[tokio::test]
async fn one_half_of_a_reply_gets_through() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    let (status, body) = rest(&emulator, "GET", "schema", &Value::Null).await;
    assert_eq!(status, 200);
    let whole = body.to_string();
    faults.add(Fault::reset().mid_reply()).unwrap();
    let (reply, end) = read_all(&emulator, "/v1/schema").await;
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    let (head, part) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains(&format!("content-length: {}", whole.len())), "{head}");
    assert_eq!(part, &whole[..whole.len().div_ceil(2)]);
}

#[tokio::test]
async fn writes_are_stored_unless_the_reset_comes_first() {
    for way in WAYS {
        for (fault, stored) in
            [(Fault::reset(), 0), (Fault::reset().after_commit(), 3), (Fault::reset().mid_reply(), 3)]
        {
            let emulator = shelf().await;
            let faults = emulator.faults();
            faults.add(way.on(fault).times(1)).unwrap();
            assert_eq!(insert(&emulator, way, &[1, 2, 3]).await, Outcome::Cut, "{way:?}");
            assert_eq!(emulator.object_count("Shelf"), stored, "{way:?}");
            let request = &faults.log()[0];
            assert_eq!((request.fault, request.committed), (Some(FaultKind::Reset), stored == 3));
            assert_eq!(insert(&emulator, way, &[1, 2, 3]).await, Outcome::Done(Vec::new()));
            assert_eq!(emulator.object_count("Shelf"), 3);
        }
    }
}

#[tokio::test]
async fn calls_on_one_connection_of_http_2_fail_together() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    faults.add(Fault::hang().on_rpc("BatchObjects")).unwrap();
    faults.add(Fault::reset().on_rpc("Search")).unwrap();
    let client = client(&emulator);
    let mut first = client.clone();
    let hanging = first.batch_objects(super::batch(&[1]));
    let reset = async {
        faults.arrived(1).await;
        client.clone().search(weaviate_generated::grpc::SearchRequest::default()).await
    };
    let (hanging, reset) = tokio::join!(hanging, reset);
    assert!(super::is_cut(&hanging.unwrap_err()) && super::is_cut(&reset.unwrap_err()));
}

#[tokio::test]
async fn open_connections_are_dropped_and_new_ones_accepted() {
    let emulator = shelf().await;
    let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
    stream.write_all(b"GET /v1/schema HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    assert!(stream.read(&mut [0; 64]).await.unwrap() > 0);
    emulator.faults().drop_connections();
    let mut rest_of_it = Vec::new();
    let end = stream.read_to_end(&mut rest_of_it).await.unwrap_err();
    assert_eq!(end.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(rest(&emulator, "GET", "schema", &Value::Null).await.0, 200);
}

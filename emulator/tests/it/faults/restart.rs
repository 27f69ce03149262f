//! Restarts: the ports close and open again, and the data stays.

use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::{Outcome, WAYS, client, insert, shelf};
use crate::exchange::rest;

#[tokio::test]
async fn both_ports_close_and_open_again_with_the_same_data() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    assert_eq!(insert(&emulator, WAYS[1], &[1]).await, Outcome::Done(Vec::new()));
    let mut open = Vec::new();
    for address in [emulator.rest_addr(), emulator.grpc_addr()] {
        open.push(TcpStream::connect(address).await.unwrap());
    }
    let restarting = faults.restart(Duration::from_millis(200));
    let meanwhile = async {
        for stream in &mut open {
            let mut rest_of_it = Vec::new();
            let end = stream.read_to_end(&mut rest_of_it).await.unwrap_err();
            assert_eq!(end.kind(), std::io::ErrorKind::ConnectionReset);
        }
        for address in [emulator.rest_addr(), emulator.grpc_addr()] {
            let refused = TcpStream::connect(address).await.unwrap_err();
            assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        }
    };
    let (restarted, ()) = tokio::join!(restarting, meanwhile);
    restarted.unwrap();
    for way in WAYS {
        assert_eq!(insert(&emulator, way, &[2]).await, Outcome::Done(Vec::new()));
    }
    assert_eq!(emulator.object_count("Shelf"), 2);
    assert_eq!(rest(&emulator, "GET", "schema/Shelf", &Value::Null).await.0, 200);
}

#[tokio::test]
async fn calls_that_are_open_fail() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    faults.add(weaviate_emulator::Fault::hang()).unwrap();
    let mut client = client(&emulator);
    let call = client.batch_objects(super::batch(&[1]));
    let restart = async {
        faults.arrived(1).await;
        faults.restart(Duration::ZERO).await.unwrap();
    };
    let (outcome, ()) = tokio::join!(call, restart);
    assert!(super::is_cut(&outcome.unwrap_err()));
}

#[tokio::test]
async fn one_that_was_stopped_does_not_restart() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    let long = faults.restart(Duration::from_secs(600));
    let stopping = async {
        while TcpStream::connect(emulator.rest_addr()).await.is_ok() {
            tokio::task::yield_now().await;
        }
        emulator.stop().await;
    };
    let (outcome, ()) = tokio::join!(long, stopping);
    assert!(outcome.unwrap_err().to_string().contains("the emulator has been stopped"));
    assert!(faults.restart(Duration::ZERO).await.is_err());
}

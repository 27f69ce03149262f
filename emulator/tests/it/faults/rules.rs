//! Which requests suffer.

use std::time::Duration;

use serde_json::Value;
use weaviate_emulator::{Fault, FaultKind, Protocol};

use super::{Outcome, Way, insert, shelf};
use crate::exchange::{grpc, rest};

async fn meta(emulator: &weaviate_emulator::Emulator) -> u16 {
    rest(emulator, "GET", "meta", &Value::Null).await.0
}

#[tokio::test]
async fn faults_take_turns() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    faults.add(Fault::unavailable().on_path("/v1/meta").nth(2)).unwrap();
    faults.add(Fault::http_reply(500, "").on_path("/v1/meta").times(1)).unwrap();
    faults.add(Fault::http_reply(504, "").on_request("GET", "/v1/*").every(2).times(2)).unwrap();
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(meta(&emulator).await);
    }
    // The first is taken by the second fault. The third one counts all six, and comes behind the first.
    assert_eq!(seen, [500, 504, 503, 504, 200, 200]);
    assert_eq!(faults.pending(), 0);
    let log = faults.log();
    assert_eq!(log[2].fault, Some(FaultKind::Unavailable));
    assert_eq!((log[2].method.as_str(), log[2].path.as_str(), log[2].rpc()), ("GET", "/v1/meta", None));
}

#[tokio::test]
async fn one_protocol_suffers_and_the_others_do_not() {
    let emulator = shelf().await;
    emulator.faults().add(Fault::unavailable().over(Protocol::Grpc)).unwrap();
    assert!(matches!(insert(&emulator, Way::Grpc, &[1]).await, Outcome::Refused(14, _)));
    for way in [Way::Rest, Way::Connect] {
        assert_eq!(insert(&emulator, way, &[1]).await, Outcome::Done(Vec::new()));
    }
}

#[tokio::test]
async fn a_time_ends() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    faults.add(Fault::unavailable().for_time(Duration::from_millis(100))).unwrap();
    assert_eq!((meta(&emulator).await, faults.pending()), (503, 1));
    while meta(&emulator).await != 200 {}
    assert_eq!(faults.pending(), 0);
}

#[tokio::test]
async fn the_log_begins_with_the_first_call() {
    let emulator = shelf().await;
    assert_eq!(meta(&emulator).await, 200);
    let faults = emulator.faults();
    assert!(faults.log().is_empty());
    faults.arrived(0).await;
    assert_eq!(meta(&emulator).await, 200);
    let refused = grpc(&emulator, "Search", &serde_json::json!({"collection": "Missing"})).await;
    assert!(refused.is_err());
    assert_eq!(rest(&emulator, "GET", "schema/Missing", &Value::Null).await.0, 404);
    faults.arrived(3).await;
    let log = emulator.faults().log();
    let entries: Vec<_> = log.iter().map(|entry| (entry.number, entry.rpc(), entry.committed)).collect();
    assert_eq!(entries, [(0, None, true), (1, Some("Search"), false), (2, None, false)]);
}

#[tokio::test]
async fn a_refused_fault_says_why() {
    let emulator = shelf().await;
    let faults = emulator.faults();
    let refusal = faults.add(Fault::unavailable().on_rpc("Insert")).unwrap_err().to_string();
    assert!(refusal.starts_with("on_rpc(\"Insert\"): not an RPC of Weaviate; use one of Search, "), "{refusal}");
    assert_eq!(faults.pending(), 0);
}

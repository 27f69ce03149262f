//! `insert_many` of any size arrives complete and allocates little memory of its own.

use std::sync::{Arc, Mutex};

use prost::Message as _;
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use weaviate::Uuid;
use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate::types::Vector;
use weaviate_generated::grpc::BatchObjectsRequest;

use crate::support::recorder::{Call, Recorder, Side};

const MB: u64 = 1 << 20;
const DIMENSIONS: usize = 1536;

#[derive(Clone, Serialize)]
struct Page {
    number: usize,
    text: String,
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(0x5eed << 96 | number as u128)
}

fn page(number: usize, vector: &Vector) -> NewObject<Page> {
    let page = Page { number, text: "lorem ipsum dolor sit amet ".repeat(60) };
    NewObject::new(page).id(id(number)).vector(vector.clone())
}

/// Received objects: their number, the XOR of their ids, and the bytes of their messages.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Arrived {
    objects: usize,
    ids: u128,
    bytes: u64,
}

impl Arrived {
    fn add(&mut self, call: &Call) {
        self.bytes += call.body.len() as u64;
        let mut object = |id: &str| {
            self.objects += 1;
            self.ids ^= id.parse::<Uuid>().unwrap().as_u128();
        };
        if call.path == "/v1/batch/objects" {
            let body: Value = serde_json::from_slice(&call.body).unwrap();
            body["objects"].as_array().unwrap().iter().for_each(|sent| object(sent["id"].as_str().unwrap()));
        } else if call.path.ends_with("/BatchObjects") {
            // Behind the flags and the length, which only gRPC has.
            let message = if call.side == Side::Grpc { call.body.slice(5..) } else { call.body.clone() };
            let message = BatchObjectsRequest::decode(message).unwrap();
            message.objects.iter().for_each(|sent| {
                assert_eq!(sent.vectors[0].vector_bytes.len(), DIMENSIONS * 4);
                object(&sent.uuid);
            });
        }
    }
}

/// A server on a thread of its own, since only what the thread of the test allocates is counted.
fn server() -> (Runtime, Recorder, Arc<Mutex<Arrived>>) {
    let elsewhere = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let arrived = Arc::new(Mutex::new(Arrived::default()));
    let heard = Arc::clone(&arrived);
    let recorder = elsewhere.block_on(Recorder::listening(move |call| heard.lock().unwrap().add(&call)));
    (elsewhere, recorder, arrived)
}

fn import(protocol: Protocol, objects: usize, at_least: u64) {
    let (_elsewhere, recorder, arrived) = server();
    let here = Builder::new_current_thread().enable_all().build().unwrap();
    let client = here.block_on(async { Client::custom(recorder.rest_url()).grpc(recorder.grpc_url()).connect().await });
    let pages = client.unwrap().collection_as::<Page>("Page");
    let vector = Vector::from(vec![0.1; DIMENSIONS]);
    // Objects are made as they are taken, so that none of the memory is the caller's.
    let request = || pages.data().insert_many((0..objects).map(|number| page(number, &vector))).protocol(protocol);
    let memory = allocation_counter::measure(|| {
        let report = here.block_on(async { request().await }).unwrap();
        assert!(!report.has_errors(), "{:?}", report.errors().first());
    });
    let ids = (0..objects).fold(0, |ids, number| ids ^ id(number).as_u128());
    let arrived = *arrived.lock().unwrap();
    assert_eq!((arrived.objects, arrived.ids), (objects, ids), "{protocol}");
    assert!(arrived.bytes >= at_least, "{protocol}: {} bytes", arrived.bytes);
    assert!(memory.bytes_max > MB, "the counting allocator is not the one in use");
    assert!(memory.bytes_max < 64 * MB, "{protocol}: {} MB", memory.bytes_max / MB);
}

#[test]
fn insert_many_memory_is_bounded_for_500_mb_over_grpc() {
    import(Protocol::Grpc, 66_000, 500_000_000);
}

#[test]
fn insert_many_memory_is_bounded_for_100_mb_over_grpc_web() {
    import(Protocol::GrpcWeb, 14_000, 100_000_000);
}

/// In JSON, which is longer, and slow where the tests are not optimised. A few messages are as good as many.
#[test]
fn insert_many_memory_is_bounded_over_rest() {
    import(Protocol::Rest, 500, 4_000_000);
}

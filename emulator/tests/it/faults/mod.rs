//! Faults that a test injects, over each of the protocols.

mod connections;
mod replies;
mod restart;
mod rules;
mod writes;

use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use weaviate_emulator::{Emulator, Fault};
use weaviate_generated::grpc::weaviate_client::WeaviateClient;
use weaviate_generated::grpc::{BatchObject, BatchObjectsReply, BatchObjectsRequest};

use crate::exchange::{create, emulator, id};
use crate::http;

/// The ways by which a batch of objects is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Rest,
    Grpc,
    Connect,
}

const WAYS: [Way; 3] = [Way::Rest, Way::Grpc, Way::Connect];

impl Way {
    /// A fault of batches that come by this way.
    fn on(self, fault: Fault) -> Fault {
        match self {
            Self::Rest => fault.on_path("/v1/batch/objects"),
            Self::Grpc | Self::Connect => fault.on_rpc("BatchObjects"),
        }
    }
}

/// The outcome of a batch, in the terms of its protocol.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// The errors of objects, by position.
    Done(Vec<(usize, String)>),
    /// Status of HTTP and the body, or code of gRPC and the message.
    Refused(i32, String),
    /// The connection ended.
    Cut,
}

async fn shelf() -> Emulator {
    let emulator = emulator().await;
    create(&emulator, &json!({"class": "Shelf", "properties": [{"name": "n", "dataType": ["int"]}]})).await;
    emulator
}

fn client(emulator: &Emulator) -> WeaviateClient<Channel> {
    WeaviateClient::new(Endpoint::from_shared(emulator.grpc_url()).unwrap().connect_lazy())
}

/// Inserts objects with these numbers as ids and as `n`.
async fn insert(emulator: &Emulator, way: Way, numbers: &[u16]) -> Outcome {
    match way {
        Way::Rest => {
            let objects: Vec<Value> =
                numbers.iter().map(|n| json!({"class": "Shelf", "id": id(*n), "properties": {"n": n}})).collect();
            let request = http().post(format!("{}/v1/batch/objects", emulator.rest_url()));
            let request = request.header(CONTENT_TYPE, "application/json");
            let Ok(reply) = request.body(json!({"objects": objects}).to_string()).send().await else {
                return Outcome::Cut;
            };
            let status = reply.status();
            let Ok(body) = reply.text().await else { return Outcome::Cut };
            if !status.is_success() {
                return Outcome::Refused(status.as_u16().into(), body);
            }
            let results: Vec<Value> = serde_json::from_str(&body).unwrap();
            let error = |result: &Value| result["result"]["errors"]["error"][0]["message"].as_str().map(str::to_owned);
            Outcome::Done(results.iter().enumerate().filter_map(|(at, result)| Some((at, error(result)?))).collect())
        }
        Way::Grpc => match client(emulator).batch_objects(batch(numbers)).await {
            Ok(reply) => done(reply.into_inner()),
            Err(status) if is_cut(&status) => Outcome::Cut,
            Err(status) => Outcome::Refused(status.code().into(), status.message().to_owned()),
        },
        Way::Connect => {
            use prost::Message as _;
            let url = format!("{}/v1/grpc-web/weaviate.v1.Weaviate/BatchObjects", emulator.rest_url());
            let request = http().post(url).header(CONTENT_TYPE, "application/proto");
            let request = request.header("connect-protocol-version", "1").body(batch(numbers).encode_to_vec());
            let Ok(reply) = request.send().await else { return Outcome::Cut };
            let status = reply.status();
            let Ok(body) = reply.bytes().await else { return Outcome::Cut };
            if status.is_success() {
                return done(BatchObjectsReply::decode(body).unwrap());
            }
            Outcome::Refused(status.as_u16().into(), String::from_utf8_lossy(&body).into_owned())
        }
    }
}

fn batch(numbers: &[u16]) -> BatchObjectsRequest {
    use weaviate_generated::grpc::batch_object::Properties;
    let properties = |n: u16| {
        let kind = Some(prost_types::value::Kind::NumberValue(n.into()));
        let fields = [("n".to_owned(), prost_types::Value { kind })].into_iter().collect();
        Properties { non_ref_properties: Some(prost_types::Struct { fields }), ..Properties::default() }
    };
    let object = |n: &u16| BatchObject {
        collection: "Shelf".to_owned(),
        uuid: id(*n),
        properties: Some(properties(*n)),
        ..BatchObject::default()
    };
    BatchObjectsRequest { objects: numbers.iter().map(object).collect(), consistency_level: None }
}

fn done(reply: BatchObjectsReply) -> Outcome {
    let error = |error: weaviate_generated::grpc::batch_objects_reply::BatchError| {
        (usize::try_from(error.index).unwrap(), error.error)
    };
    Outcome::Done(reply.errors.into_iter().map(error).collect())
}

/// Returns whether the client has made the status itself, since the connection is gone.
fn is_cut(status: &Status) -> bool {
    let mut source = std::error::Error::source(status);
    while let Some(error) = source {
        if error.to_string().contains("connection") || error.downcast_ref::<std::io::Error>().is_some() {
            return true;
        }
        source = error.source();
    }
    status.message().contains("h2 protocol error") || status.message().contains("stream no longer needed")
}

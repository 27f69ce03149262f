use http::Method;
use serde_json::json;
use weaviate::Client;
use weaviate::prelude::*;

use super::{Bare, SEARCH};
use crate::support::recorder::{Recorder, Side};

#[tokio::test]
async fn recorder_answers_rest_and_grpc_and_keeps_the_headers() {
    let recorder = Recorder::start().await;
    let rest = Bare::http1();
    let meta = rest.get(&recorder.rest_url(), "/v1/meta").await.unwrap();
    assert!(meta.body.starts_with(b"{") && meta.status == 200);
    let batch = r#"{"objects":[{"class":"Owl"}]}"#;
    let batch = rest.post(&recorder.rest_url(), "/v1/batch/objects?consistency_level=ONE", batch).await.unwrap();
    assert_eq!(batch.body, r#"[{"class":"Owl","result":{"status":"SUCCESS"}}]"#);

    let grpc = Bare::http2();
    let search = grpc.call(&recorder.grpc_url(), SEARCH).await.unwrap();
    // Five bytes before the message, and the field `took`.
    assert_eq!((search.grpc_status(), &search.body[..]), (Some("0"), &[0, 0, 0, 0, 5, 0x0d, 0, 0, 0x80, 0x3f][..]));
    let unknown = grpc.call(&recorder.grpc_url(), "/weaviate.v1.Weaviate/Fly").await.unwrap();
    assert_eq!((unknown.grpc_status(), unknown.body.len()), (Some("12"), 0));

    let calls = recorder.take();
    let seen: Vec<_> = calls.iter().map(|call| (call.side, &call.method, call.path.as_str())).collect();
    let expected = [
        (Side::Rest, &Method::GET, "/v1/meta"),
        (Side::Rest, &Method::POST, "/v1/batch/objects?consistency_level=ONE"),
        (Side::Grpc, &Method::POST, SEARCH),
        (Side::Grpc, &Method::POST, "/weaviate.v1.Weaviate/Fly"),
    ];
    assert_eq!(seen, expected);
    assert_eq!((calls[1].header("content-type"), calls[1].header("x-none")), ("application/json", ""));
    assert_eq!(calls[2].body, vec![0; 5]);
    assert!(recorder.calls().is_empty());
}

#[tokio::test]
async fn recorder_answer_sets_a_reply() {
    let recorder = Recorder::start().await;
    recorder.answer(Method::GET, "/v1/schema", 403, json!({ "error": [{ "message": "no" }] }));
    let answer = Bare::http1().get(&recorder.rest_url(), "/v1/schema?consistency=true").await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (403, &br#"{"error":[{"message":"no"}]}"#[..]));
}

/// The replies are ones that the client takes.
#[tokio::test]
async fn recorder_replies_are_accepted_by_the_client() {
    let recorder = Recorder::start().await;
    for protocol in [weaviate::connect::Protocol::Grpc, weaviate::connect::Protocol::GrpcWeb] {
        let builder = Client::custom(recorder.rest_url()).grpc(recorder.grpc_url());
        let client = builder.protocol(protocol).connect().await.unwrap();
        assert!(client.is_live().await.unwrap() && client.is_ready().await.unwrap());
        client.meta().await.unwrap();
        let owls = client.collections().create(CollectionConfig::new("Owl")).await.unwrap();
        assert_eq!(owls.query().near_vector([1.0]).await.unwrap().len(), 0);
        assert_eq!(owls.query().fetch_objects().await.unwrap().len(), 0);
        let object = PropertyMap::from([("count", PropertyValue::from(1))]);
        owls.data().insert_many([object]).await.unwrap().into_result().unwrap();
        client.collections().delete("Owl").await.unwrap();
    }
    let grpc = recorder.calls().into_iter().filter(|call| call.side == Side::Grpc);
    assert!(grpc.map(|call| call.path).any(|path| path == SEARCH));
}

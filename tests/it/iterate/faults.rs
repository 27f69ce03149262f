//! `iterate` with faulty servers, failing requests and objects that do not decode.

use prost::Message as _;
use serde_json::json;
use weaviate::ErrorKind;
use weaviate::connect::{Protocol, RetryPolicy, Timeouts};
use weaviate::prelude::*;
use weaviate_generated::grpc::{MetadataResult, SearchReply, SearchResult};

use super::{articles, rest, take};
use crate::support::faults::{Fault, FaultProxy};
use crate::support::recorder::Recorder;
use crate::support::time::eager;
use crate::support::{Article, PROTOCOLS, live_bed};

/// A server whose every page is this one.
async fn repeating(ids: &[u128]) -> Recorder {
    let server = Recorder::start().await;
    let ids: Vec<_> = ids.iter().map(|id| Uuid::from_u128(*id).to_string()).collect();
    let objects: Vec<_> = ids.iter().map(|id| json!({ "class": "Owl", "id": id, "properties": {} })).collect();
    server.answer(http::Method::GET, "/v1/objects", 200, json!({ "objects": objects }));
    let metadata = |id: String| Some(MetadataResult { id, ..MetadataResult::default() });
    let results = ids.into_iter().map(|id| SearchResult { metadata: metadata(id), ..SearchResult::default() });
    let reply = SearchReply { results: results.collect(), ..SearchReply::default() };
    server.answer_rpc("Search", reply.encode_to_vec());
    server
}

#[tokio::test]
async fn iterate_stops_when_the_server_repeats_a_page() {
    for ids in [&[1, 2, 3][..], &[7]] {
        let server = repeating(ids).await;
        let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect().await.unwrap();
        for protocol in PROTOCOLS {
            for ahead in [true, false] {
                let mut owls = client.collection("Owl").iterate().protocol(protocol).prefetch(ahead).stream();
                for id in ids {
                    assert_eq!(owls.next().await.unwrap().unwrap().id.as_u128(), *id);
                }
                let error = owls.next().await.unwrap().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Server);
                assert!(error.to_string().contains("must come after the cursor"), "{error}");
                assert!(owls.next().await.is_none());
                assert_eq!(owls.token().id().unwrap().as_u128(), *ids.last().unwrap());
            }
        }
    }
}

#[tokio::test]
async fn iterate_refuses_an_unordered_page() {
    for ids in [&[1, 3, 2][..], &[5, 5], &[9, 8, 7]] {
        let server = repeating(ids).await;
        let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect().await.unwrap();
        for protocol in PROTOCOLS {
            let mut owls = client.collection("Owl").iterate().protocol(protocol).stream();
            let error = owls.next().await.unwrap().unwrap_err();
            assert!(error.to_string().contains("iterate `Owl`: server error: the server sent the object"), "{error}");
            assert!(owls.next().await.is_none() && owls.token() == weaviate::iterate::ResumeToken::start());
        }
    }
}

#[tokio::test]
async fn iterate_token_resumes_after_an_error() {
    let bed = live_bed().await;
    let (_, ids) = articles(&bed, 50).await;
    let proxy = FaultProxy::grpc(bed.grpc_url(), |request| match request.nth {
        2 => Fault::GrpcStatus(13, "the disk is on fire"),
        _ => Fault::Pass,
    })
    .await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).retry(RetryPolicy::none()).connect_lazy().unwrap();
    let articles = client.collection_of::<Article>("Article");
    let mut objects = articles.iterate().page_size(10).stream();
    assert_eq!(take(&mut objects, 20).await, ids[..20]);
    let error = objects.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("iterate `Article`") && error.to_string().contains("on fire"), "{error}");
    assert!(objects.next().await.is_none());
    assert_eq!(objects.token(), ids[19].into());
    assert_eq!(rest(articles.iterate().after(objects.token()).stream()).await, ids[20..]);
}

/// A page is a read, so it is retried without an error.
#[tokio::test]
async fn iterate_retries_a_page() {
    let bed = live_bed().await;
    let (_, ids) = articles(&bed, 50).await;
    let proxy = FaultProxy::grpc(bed.grpc_url(), |request| match request.nth {
        1 => Fault::Unavailable { committed: true },
        4 => Fault::ResetAfter,
        _ => Fault::Pass,
    })
    .await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).retry(eager()).connect_lazy().unwrap();
    let articles = client.collection_of::<Article>("Article");
    assert_eq!(rest(articles.iterate().page_size(10).stream()).await, ids);
    assert!(proxy.requests() >= 8, "{}", proxy.requests());
}

#[tokio::test]
async fn iterate_applies_the_query_timeout_to_each_page() {
    let bed = live_bed().await;
    articles(&bed, 30).await;
    let proxy =
        FaultProxy::grpc(bed.grpc_url(), |request| if request.nth == 1 { Fault::Hang } else { Fault::Pass }).await;
    let timeouts = Timeouts::default().query(std::time::Duration::from_secs(7));
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).timeouts(timeouts).connect_lazy().unwrap();
    let mut objects = client.collection_of::<Article>("Article").iterate().page_size(10).stream();
    take(&mut objects, 10).await;
    // All data has been exchanged; only waiting is left.
    tokio::time::pause();
    let error = objects.next().await.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("within 7s"), "{error}");
}

/// It comes as the error of its object, behind those before it, and can be passed over.
#[tokio::test]
async fn iterate_names_an_object_that_does_not_decode_and_can_skip_it() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 30).await;
    articles.data().merge(ids[17], PropertyMap::new()).remove("title").await.unwrap();
    for protocol in PROTOCOLS {
        let mut objects = articles.iterate().page_size(10).protocol(protocol).stream();
        assert_eq!(take(&mut objects, 17).await, ids[..17]);
        let error = objects.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        let text = error.to_string();
        assert!(text.contains(&ids[17].to_string()) && text.contains("title"), "{text}");
        assert!(objects.next().await.is_none());
        assert_eq!(objects.token(), ids[17].into());
        assert_eq!(rest(articles.iterate().after(objects.token()).protocol(protocol).stream()).await, ids[18..]);
    }
}

/// An empty page is not taken for the end if the server may hide expired objects.
#[tokio::test]
async fn iterate_without_permission_to_check_for_expired_objects_is_an_error() {
    let server = Recorder::start().await;
    let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect().await.unwrap();
    let owls = client.collection("Owl");
    let mut none = owls.iterate().stream();
    assert!(none.next().await.is_none() && none.token().is_end());
    server.answer(http::Method::GET, "/v1/objects", 403, json!({ "error": [{ "message": "forbidden" }] }));
    let mut none = owls.iterate().stream();
    let error = none.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
    // Servers without a time to live hide nothing.
    server.answer(http::Method::GET, "/v1/meta", 200, json!({ "version": "1.30.0", "modules": {} }));
    let client =
        Client::custom(server.rest_url()).grpc(server.grpc_url()).protocol(Protocol::Grpc).connect().await.unwrap();
    let mut none = client.collection("Owl").iterate().stream();
    assert!(none.next().await.is_none() && none.token().is_end());
}

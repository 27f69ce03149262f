//! Version checks: a request is not sent to a server that would misread it.

use weaviate_emulator::Emulator;
use weaviate_generated::grpc::{Boost, SearchRequest, boost};

use super::*;
use crate::call::{Call, Idempotency};

fn boosted() -> SearchRequest {
    let value = boost::PropertyValueFunction { property: "likes".to_owned(), modifier: None };
    let condition =
        boost::Condition { condition: Some(boost::condition::Condition::PropertyValue(value)), weight: None };
    let boost = Boost { conditions: vec![condition], weight: None, depth: None };
    SearchRequest { collection: "Owl".to_owned(), boost: Some(Box::new(boost)), ..SearchRequest::default() }
}

/// Runs a search over gRPC, with a REST side of the given version. Returns its error, and whether
/// gRPC was contacted.
async fn search(version: &str, request: SearchRequest) -> (Error, bool) {
    let rest = Emulator::builder().version(version).start().await.unwrap();
    let grpc = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", grpc.local_addr().unwrap());
    let (came, mut seen) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((socket, _)) = grpc.accept().await {
            drop(socket);
            let _ = came.send(());
        }
    });
    let client = at(&rest.rest_url(), &address).protocol(crate::options::Protocol::Grpc).connect_lazy().unwrap();
    let call = Call::new("search", Idempotency::Read).collection(CollectionName::new("Owl"));
    let error = operations::search::search(client.transport(), call, request).await.unwrap_err();
    (error, seen.try_recv().is_ok())
}

#[tokio::test]
async fn a_search_with_boost_is_sent_only_to_servers_that_support_it() {
    for (version, known) in [("1.27.0", false), ("1.37.14", false), ("1.38.0", true), ("1.39.0", true)] {
        let (error, sent) = search(version, boosted()).await;
        assert_eq!(sent, known, "{version}: {error:?}");
        if known {
            assert_eq!(error.kind(), ErrorKind::Connection, "{version}");
        } else {
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent), "{version}");
            let text = error.to_string();
            assert!(text.contains("`Boost` needs Weaviate 1.38.0") && text.contains(version), "{text}");
        }
    }
}

/// A request that every server understands needs no version.
#[tokio::test]
async fn a_plain_search_needs_no_version() {
    let (rest, mut requests) = server(vec![reply("500 Internal Server Error", "", "")]).await;
    let client = at(&rest, CLOSED_PORT).protocol(crate::options::Protocol::Grpc).connect_lazy().unwrap();
    let call = Call::new("search", Idempotency::Read).collection(CollectionName::new("Owl"));
    let plain =
        SearchRequest { collection: "Owl".to_owned(), limit: 3, uses_127_api: true, ..SearchRequest::default() };
    let error = operations::search::search(client.transport(), call, plain).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(requests.try_recv().is_err());
}

/// A client without access to the version still searches, and asks only once.
#[tokio::test]
async fn without_a_version_requests_are_sent_unchecked() {
    let refusal = r#"{"code":401,"message":"anonymous access not enabled"}"#;
    let (rest, mut requests) = server(vec![reply("401 Unauthorized", "", refusal); 2]).await;
    let client = at(&rest, CLOSED_PORT).protocol(crate::options::Protocol::Grpc).connect_lazy().unwrap();
    for _ in 0..2 {
        let call = Call::new("search", Idempotency::Read).collection(CollectionName::new("Owl"));
        let error = operations::search::search(client.transport(), call, boosted()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    }
    assert!(requests.try_recv().is_ok());
    assert!(requests.try_recv().is_err());
}

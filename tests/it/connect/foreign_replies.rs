//! Replies that Weaviate does not write: login pages, other services, gateways.

use std::collections::BTreeSet;

use weaviate::Error;
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::calls::{PublicCall, all};
use crate::support::PROTOCOLS;
use crate::support::faults::{Fault, FaultProxy, RequestInfo};
use crate::support::time::timeouts;

const HTML: (&str, &str) = ("content-type", "text/html");
const JSON: (&str, &str) = ("content-type", "application/json");

/// Runs all calls, each against a server that gives this reply to every request. Returns the names
/// of those that succeed, and the errors of the others.
async fn outcomes(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Outcomes {
    let headers = headers.to_vec();
    let server = FaultProxy::rest("http://127.0.0.1:1", move |_| Fault::Status(status, headers.clone(), body)).await;
    let mut outcomes = Outcomes { address: server.url(), succeeded: BTreeSet::new(), failed: Vec::new() };
    for PublicCall { name, run } in all().into_iter().filter(|call| call.name != "Client::diagnose") {
        let builder = Client::custom(server.url()).timeouts(timeouts()).retry(RetryPolicy::none());
        match run(builder.connect_lazy().unwrap()).await {
            None => _ = outcomes.succeeded.insert(name),
            Some(error) => outcomes.failed.push((name, error)),
        }
    }
    outcomes
}

struct Outcomes {
    address: String,
    succeeded: BTreeSet<&'static str>,
    failed: Vec<(&'static str, Error)>,
}

/// Operations without a body whose success is 200.
const EMPTY_200: [&str; 9] = [
    "ChangeReferences",
    "ChangeTenants",
    "Client::is_live",
    "Client::is_ready",
    "Collections::delete",
    "Config::drop_property_index",
    "Config::drop_vector_index",
    "Validate",
    // For readiness.
    "Wait",
];
/// Operations without a body whose success is 204.
const EMPTY_204: [&str; 4] = ["ChangeReferences", "Delete", "Exists", "Merge"];

#[tokio::test]
async fn a_success_is_one_that_weaviate_would_write() {
    let mut rows = 0;
    for (status, headers, body, may_succeed) in [
        (200, vec![HTML], "<html>Sign in</html>", &[][..]),
        (200, vec![], "", &EMPTY_200),
        (200, vec![JSON], r#"{"login":"here"}"#, &[]),
        (200, vec![JSON], "{}", &[]),
        (200, vec![JSON], "null", &[]),
        (200, vec![JSON], "5", &[]),
        // A collection can have no tenants and no shards.
        (200, vec![JSON], "[]", &["Config::shards", "ListTenants"]),
        (204, vec![], "", &EMPTY_204),
        (302, vec![("location", "https://login.example/")], "", &[]),
    ] {
        let found = outcomes(status, &headers, body).await;
        let expected: BTreeSet<_> = may_succeed.iter().copied().collect();
        assert_eq!(found.succeeded, expected, "{status} {body}");
        for (name, error) in &found.failed {
            assert!(!error.is_not_found() && !error.is_retryable(), "{status} {body}: {name}: {error}");
        }
        rows += all().len() - 1;
    }
    println!("{rows} calls with replies that are not Weaviate's, or only for some operations");
}

#[tokio::test]
async fn a_gateways_404_is_not_the_servers_word() {
    let mut rows = 0;
    for (headers, body) in [
        (vec![HTML], "<html>Not Found</html>"),
        (vec![HTML], ""),
        // Like the server's own 404, but for the probes as well.
        (vec![("server", "envoy")], ""),
        (vec![("content-type", "text/plain")], "404 page not found"),
        (vec![JSON], r#"{"message":"no Route matched with those values"}"#),
        (vec![JSON], r#"{"detail":"Not Found"}"#),
    ] {
        let found = outcomes(404, &headers, body).await;
        assert_eq!(found.succeeded, BTreeSet::new(), "{body}");
        // A wait goes on: the gateway may not know the server yet.
        let others = found.failed.iter().filter(|(_, error)| error.operation() != Some("wait until ready"));
        for (name, error) in others {
            let text = error.to_string();
            let expected = [ErrorKind::Connection, ErrorKind::Unsupported];
            assert!(expected.contains(&error.kind()), "{name}: {error:?}");
            assert!(text.contains(found.address.trim_start_matches("http://")), "{name}: {text}");
            assert_eq!(error.http_status(), Some(404), "{name}: {text}");
        }
        rows += found.failed.len();
        let connected = Client::custom(&found.address).timeouts(timeouts()).retry(RetryPolicy::none()).connect().await;
        let error = connected.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{body}: {error}");
    }
    println!("{rows} calls with a 404 of another service");
}

#[tokio::test]
async fn another_service_on_the_grpc_port_is_named_and_avoided() {
    let emulator = super::emulator().await;
    for (status, headers, body) in [
        (200, vec![HTML, ("server", "nginx")], "<html>Welcome</html>"),
        (200, vec![JSON], r#"{"up":true}"#),
        (200, vec![], ""),
        (404, vec![HTML], "<html>Not Found</html>"),
        (301, vec![("location", "https://elsewhere/")], ""),
    ] {
        let other = FaultProxy::grpc(emulator.grpc_url(), move |_| Fault::Status(status, headers.clone(), body)).await;
        let chosen = Client::custom(emulator.rest_url()).grpc(other.url()).protocol(Protocol::Grpc);
        let error = chosen.connect().await.unwrap_err();
        let text = error.to_string();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Connection, Outcome::Refused),
            "{status} {body}: {text}"
        );
        assert_eq!((error.http_status(), error.grpc_code()), (Some(status), None), "{text}");
        assert!(text.contains(&other.url()) && text.contains(body), "{text}");
        assert_eq!(text.contains("content type text/html from nginx"), body.contains("Welcome"), "{text}");

        let auto = Client::custom(emulator.rest_url()).grpc(other.url()).suppress_warnings();
        let client = auto.clone().connect().await.unwrap();
        assert_eq!(client.connection_info().active, Protocol::GrpcWeb, "{status} {body}");
        let lazy = auto.connect_lazy().unwrap();
        lazy.collection("Article").query().fetch_objects().await.unwrap();
        assert_eq!(lazy.connection_info().active, Protocol::GrpcWeb, "{status} {body}");
    }
}

#[tokio::test]
async fn a_reply_above_the_message_limit_leaves_the_outcome_open() {
    let emulator = super::emulator().await;
    let direct = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    // The client believes in a small limit, which the server does not have.
    let rest = FaultProxy::rest(emulator.rest_url(), |request| match request.path.as_str() {
        "/v1/meta" => Fault::Status(200, vec![JSON], r#"{"version":"1.39.0","grpcMaxMessageSize":600}"#),
        _ => Fault::Pass,
    })
    .await;
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let objects = (0..100).map(|n| PropertyMap::from([("title", format!("Owl {n}"))]));
        direct.collection("Article").data().insert_many(objects).await.unwrap().into_result().unwrap();
        let client = Client::custom(rest.url()).grpc(emulator.grpc_url()).protocol(protocol).connect().await.unwrap();
        let data = client.collection("Article").data();
        let deleted = data.delete_many(Filter::property("title").like("Owl*")).verbose(true);
        let error = deleted.await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::LimitExceeded, Outcome::Unknown), "{error}");
        assert!(error.to_string().contains("GRPC_MAX_MESSAGE_SIZE"), "{error}");
        let left = direct.collection("Article").query().fetch_objects().await.unwrap();
        assert_eq!(left.len(), 0, "the server has acted");
    }
}

#[tokio::test]
async fn a_gateway_that_limits_the_rate_means_the_same_over_all_protocols() {
    let emulator = super::emulator().await;
    let limited = |_: &RequestInfo| Fault::Status(429, vec![HTML], "<html>slow down");
    let rest = FaultProxy::rest(emulator.rest_url(), limited).await;
    let grpc = FaultProxy::grpc(emulator.grpc_url(), limited).await;
    for protocol in PROTOCOLS {
        let builder = Client::custom(rest.url()).grpc(grpc.url()).protocol(protocol).retry(RetryPolicy::none());
        let client = builder.connect_lazy().unwrap();
        let filter = Filter::property("title").equal("old");
        let error = client.collection("Article").data().delete_many(filter).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::RateLimited, Outcome::Refused),
            "{protocol:?}: {error}"
        );
    }
}

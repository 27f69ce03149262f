//! Outcomes of errors that are made after the request was sent.

use super::{CLOSED_PORT, at, reply, server};
use crate::error::Outcome::{self, NotSent, Refused, Unknown};
use crate::options::Protocol;
use crate::values::types::PropertyMap;
use crate::{Error, ErrorKind as K};

const JSON: &str = "content-type: application/json\r\n";
const HTML: &str = "content-type: text/html\r\n";
const PROTO: &str = "content-type: application/proto\r\n";

type Row = (&'static str, String, K, Outcome);

/// Inserts an object at a server that gives this reply.
async fn insert(answer: String) -> Error {
    let (address, _requests) = server(vec![answer]).await;
    let client = at(&address, CLOSED_PORT).connect_lazy().unwrap();
    client.collection("Owl").data().insert(PropertyMap::new()).await.unwrap_err()
}

/// Imports an object over gRPC-Web at a server with a message limit of 4,096 bytes that gives this
/// reply. Returns the error of the call, or of its one object.
async fn import(answer: String) -> (K, Outcome, String) {
    let meta = reply("200 OK", JSON, r#"{"version":"1.39.0","grpcMaxMessageSize":4096}"#);
    let (address, _requests) = server(vec![meta, answer]).await;
    let client = at(&address, CLOSED_PORT).protocol(Protocol::GrpcWeb).connect_lazy().unwrap();
    client.meta().await.unwrap();
    let of = |error: &Error| (error.kind(), error.outcome(), error.to_string());
    match client.collection("Owl").data().insert_many([PropertyMap::new()]).await {
        Ok(report) => of(report.errors()[0].error()),
        Err(error) => of(&error),
    }
}

fn refusal(status: &str, text: &str) -> String {
    reply(status, JSON, &serde_json::json!({ "error": [{ "message": text }] }).to_string())
}

#[tokio::test]
async fn a_write_over_rest_is_refused_only_by_an_answer_that_says_so() {
    const SERVER_ERROR: &str = "500 Internal Server Error";
    const UNPROCESSABLE: &str = "422 Unprocessable Entity";
    let rows: &[Row] = &[
        ("no answer", String::new(), K::Connection, Unknown),
        ("half a head", "HTTP/1.1 200 OK\r\ncontent-le".to_owned(), K::Connection, Unknown),
        ("half a body", format!("HTTP/1.1 200 OK\r\n{JSON}content-length: 99\r\n\r\n{{"), K::Connection, Unknown),
        ("no JSON", reply("200 OK", JSON, "{"), K::Decode, Unknown),
        ("a page", reply("200 OK", HTML, "<html>"), K::Decode, Unknown),
        ("another shape", reply("200 OK", JSON, "{}"), K::Decode, Unknown),
        ("no body", reply("200 OK", "", ""), K::Decode, Unknown),
        ("another success", reply("204 No Content", "", ""), K::Decode, Unknown),
        ("a redirect", reply("302 Found", "location: https://elsewhere\r\n", ""), K::Configuration, Refused),
        ("an unknown key", reply("401 Unauthorized", "", ""), K::Authentication, Refused),
        ("a missing permission", reply("403 Forbidden", "", ""), K::Permission, Refused),
        ("a gateway's word", reply("409 Conflict", HTML, "<html>"), K::Connection, Refused),
        ("a gateway's refusal", reply("422 Unprocessable Entity", HTML, "<html>"), K::Connection, Refused),
        ("a page that is missing", reply("404 Not Found", HTML, "<html>"), K::Connection, Refused),
        ("a proxy's login", reply("407 Proxy Authentication Required", "", ""), K::Connection, NotSent),
        ("a proxy's timeout", reply("408 Request Timeout", "", ""), K::Timeout, Unknown),
        ("a large request", reply("413 Payload Too Large", "", ""), K::LimitExceeded, Refused),
        ("a mistake", refusal(UNPROCESSABLE, "invalid object"), K::Validation, Refused),
        ("a high rate", reply("429 Too Many Requests", "", ""), K::RateLimited, Refused),
        ("an unknown failure", refusal(SERVER_ERROR, "oops"), K::Server, Unknown),
        ("a gateway", reply("502 Bad Gateway", HTML, "<html>"), K::Unavailable, Unknown),
        ("an overload", reply("503 Service Unavailable", "", ""), K::Unavailable, Unknown),
        ("a gateway's timeout", reply("504 Gateway Timeout", "", ""), K::Unavailable, Unknown),
        ("replicas", refusal(SERVER_ERROR, "put object: cannot reach enough replicas"), K::Unavailable, Unknown),
        (
            "a question to the leader, before the write",
            refusal(SERVER_ERROR, "failed to execute query: leader not found"),
            K::Unavailable,
            Refused,
        ),
        (
            "a node that waits for the collection",
            refusal(SERVER_ERROR, "local index \"Owl\" not found: deadline exceeded for waiting for update"),
            K::Unavailable,
            Refused,
        ),
        ("a change without a leader", refusal(UNPROCESSABLE, "leader not found"), K::Unavailable, Unknown),
        (
            "a change that a follower passes on",
            refusal(UNPROCESSABLE, "rpc error: code = Canceled desc = grpc: the client connection is closing"),
            K::Unavailable,
            Unknown,
        ),
        (
            "a change of the schema before the database refused it",
            refusal(UNPROCESSABLE, "updating db: TYPE_ADD_TENANT: init shard a: too many open files"),
            K::Server,
            Unknown,
        ),
    ];
    for (what, answer, kind, outcome) in rows {
        let error = insert(answer.clone()).await;
        assert_eq!((error.kind(), error.outcome()), (*kind, *outcome), "{what}: {error:?}");
    }
    println!("{} outcomes over REST", rows.len());
}

#[tokio::test]
async fn an_import_is_refused_only_by_an_answer_that_says_so() {
    let status = |code: &str, text: &str| {
        reply("500 Internal Server Error", JSON, &serde_json::json!({ "code": code, "message": text }).to_string())
    };
    // Field 2 is an error, here with the index 5, of one object.
    let of_another_part = "\u{12}\u{5}\u{8}\u{5}\u{12}\u{1}x";
    let rows: &[Row] = &[
        ("no answer", String::new(), K::Connection, Unknown),
        ("another message", reply("200 OK", PROTO, "\u{7f}nonsense"), K::Decode, Unknown),
        ("a large reply", reply("200 OK", PROTO, &"x".repeat(5_000)), K::LimitExceeded, Unknown),
        ("a page", reply("200 OK", HTML, "<html>"), K::Connection, Refused),
        ("an error of a part that was not sent", reply("200 OK", PROTO, of_another_part), K::Decode, Unknown),
        ("a deadline", status("deadline_exceeded", "context deadline exceeded"), K::Timeout, Unknown),
        ("a cancelled call", status("canceled", "context canceled"), K::Unavailable, Unknown),
        ("a shutdown", status("unavailable", "draining"), K::Unavailable, Unknown),
        ("an unknown failure", status("unknown", "oops"), K::Server, Unknown),
        ("a panic", status("internal", "panic occurred: runtime error"), K::Server, Unknown),
        (
            "a large request",
            status("resource_exhausted", "grpc: received message larger than max (9 vs. 4)"),
            K::LimitExceeded,
            Refused,
        ),
        (
            "a large reply, seen by the server",
            status("resource_exhausted", "grpc: trying to send message larger than max (9 vs. 4)"),
            K::LimitExceeded,
            Unknown,
        ),
        (
            "a limit of use",
            status("resource_exhausted", "objects count limit of 4 reached for this instance."),
            K::LimitExceeded,
            Refused,
        ),
        ("an unknown key", status("unauthenticated", "no"), K::Authentication, Refused),
        ("a missing permission", status("permission_denied", "no"), K::Permission, Refused),
        ("an unknown method", status("unimplemented", "no"), K::Unsupported, Refused),
    ];
    for (what, answer, kind, outcome) in rows {
        let (found, of_call, error) = import(answer.clone()).await;
        assert_eq!((found, of_call), (*kind, *outcome), "{what}: {error}");
    }
    println!("{} outcomes of imports", rows.len());
}

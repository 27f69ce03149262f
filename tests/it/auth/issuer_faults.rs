//! Faults of the OIDC issuer: how each is reported, and that the client recovers.

use std::time::Duration;

use weaviate::connect::Timeouts;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::{Error, ErrorKind};
use weaviate_emulator::Emulator;

use super::issuer::{CLIENT_SECRET, Issuer, Mode, client, later};

fn check(error: &Error, retryable: bool, words: &str) {
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    assert_eq!((error.outcome(), error.is_retryable()), (Outcome::NotSent, retryable), "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert!(!format!("{error} {error:?} {error:#?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn each_token_endpoint_fault_is_reported_and_the_client_recovers() {
    const JSON: &str = "application/json";
    let issuer = Issuer::start().await;
    issuer.state().lifetime = Some(0);
    let emulator = issuer.server().start().await.unwrap();
    // The server has its keys, whatever becomes of the issuer.
    client(&emulator).bearer(issuer.token()).connect().await.unwrap();
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
    for (mode, retryable, words) in [
        (Mode::Down, true, "closed the connection"),
        (Mode::ERROR_500, true, "answered HTTP 500"),
        (Mode::Reply(503, "text/plain", ""), true, "answered HTTP 503"),
        (Mode::Reply(429, JSON, r#"{"error":"slow_down"}"#), true, "answered HTTP 429"),
        (Mode::INVALID_GRANT, false, "refuses the request: invalid_grant: no such account"),
        (Mode::Reply(401, JSON, r#"{"error":"invalid_client"}"#), false, "refuses the request: invalid_client"),
        (
            Mode::Reply(400, JSON, r#"{"error":"temporarily_unavailable"}"#),
            true,
            "refuses the request: temporarily_unavailable",
        ),
        (
            Mode::Reply(400, JSON, r#"{"error":"x","error_description":"no hunter2-secret here"}"#),
            false,
            "x: no … here",
        ),
        (Mode::Reply(403, "text/html", "<html>hunter2</html>"), false, "answered HTTP 403 without a reason"),
        (Mode::Reply(404, JSON, ""), false, "answered HTTP 404 without a reason"),
        (Mode::HTML, true, "is not JSON but text/html"),
        (Mode::Reply(200, JSON, "<html>hunter2</html>"), true, "is not JSON"),
        (Mode::Reply(200, JSON, r#""hunter2""#), true, "is not a JSON object"),
        (Mode::Reply(200, JSON, r#"{"id_token":"hunter2"}"#), true, "lacks the field `access_token`"),
        (Mode::Reply(200, JSON, r#"{"access_token":["hunter2"]}"#), true, "field `access_token` that is not a text"),
        (Mode::Reply(200, JSON, r#"{"access_token":""}"#), true, "has an empty field `access_token`"),
        (Mode::Reply(200, JSON, r#"{"access_token":"t","expires_in":"hunter2"}"#), true, "has a field `expires_in`"),
        (Mode::Reply(200, JSON, r#"{"access_token":"hunter2\n","token_type":"Bearer"}"#), false, "line break"),
        (Mode::Reply(200, JSON, r#"{"error":"invalid_scope"}"#), false, "refuses the request: invalid_scope"),
        (Mode::Reply(200, JSON, ""), true, "is empty"),
        (Mode::Redirect, false, "answered with a redirect"),
    ] {
        issuer.state().tokens = mode;
        let (asked, before) = (issuer.asked().len(), emulator.requests());
        check(&client.meta().await.unwrap_err(), retryable, words);
        assert_eq!(issuer.asked().len() - asked, 1, "{mode:?}");
        // It knows where the issuer is from the server, and sent no call there.
        assert!(emulator.requests().rest - before.rest <= 1, "{mode:?}");
        if !retryable {
            // That is the answer for a second.
            check(&client.meta().await.unwrap_err(), retryable, words);
            assert_eq!(issuer.asked().len() - asked, 1, "{mode:?}");
            later(Duration::from_secs(1)).await;
        }
        issuer.state().tokens = Mode::Fine;
        client.meta().await.unwrap_or_else(|error| panic!("after {mode:?}: {error}"));
        later(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn each_discovery_fault_is_reported_and_the_client_recovers() {
    const JSON: &str = "application/json";
    let issuer = Issuer::start().await;
    issuer.state().lifetime = Some(0);
    let emulator = issuer.server().start().await.unwrap();
    client(&emulator).bearer(issuer.token()).connect().await.unwrap();
    for (mode, retryable, words) in [
        (Mode::Down, true, "the issuer at http://127.0.0.1:"),
        (Mode::ERROR_500, true, "answered HTTP 500 instead of its OIDC document"),
        (Mode::Reply(403, JSON, "{}"), false, "answered HTTP 403 instead of its OIDC document"),
        (Mode::Reply(408, JSON, "{}"), true, "answered HTTP 408 instead of its OIDC document"),
        (Mode::Reply(429, JSON, "{}"), true, "answered HTTP 429 instead of its OIDC document"),
        (Mode::Reply(404, JSON, "{}"), false, "the issuer has no OIDC document at http://127.0.0.1:"),
        (Mode::HTML, true, "the OIDC document of the issuer"),
        (Mode::Reply(200, JSON, "{}"), true, "missing field `token_endpoint`"),
        (Mode::Redirect, false, "answered HTTP 302 instead of its OIDC document"),
    ] {
        issuer.state().discovery = mode;
        let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
        check(&client.meta().await.unwrap_err(), retryable, words);
        assert!(issuer.state().requests.is_empty());
        later(Duration::from_secs(1)).await;
        issuer.state().discovery = Mode::Fine;
        client.meta().await.unwrap_or_else(|error| panic!("after {mode:?}: {error}"));
        issuer.state().requests.clear();
    }
}

#[tokio::test]
async fn issuer_faults_are_the_same_over_every_protocol() {
    let issuer = Issuer::start().await;
    issuer.state().lifetime = Some(0);
    let emulator = issuer.server().start().await.unwrap();
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect().await.unwrap();
    client.collections().create(CollectionConfig::new("Article")).await.unwrap();
    let article = client.collection("Article");
    for (mode, retryable, words) in
        [(Mode::Down, true, "closed the connection"), (Mode::INVALID_GRANT, false, "invalid_grant")]
    {
        // The last token has expired.
        later(Duration::from_secs(1)).await;
        issuer.state().tokens = mode;
        check(&article.query().fetch_objects().await.unwrap_err(), retryable, words);
        check(
            &article.query().fetch_objects().protocol(weaviate::connect::Protocol::GrpcWeb).await.unwrap_err(),
            retryable,
            words,
        );
        check(&client.meta().await.unwrap_err(), retryable, words);
        check(&article.data().insert_many([PropertyMap::new()]).await.unwrap_err(), retryable, words);
    }
    later(Duration::from_secs(1)).await;
    issuer.state().tokens = Mode::Fine;
    assert!(article.query().fetch_objects().await.unwrap().is_empty());
    client.meta().await.unwrap();
}

#[tokio::test]
async fn a_call_does_not_wait_for_the_issuer_beyond_its_deadline() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    client(&emulator).bearer(issuer.token()).connect().await.unwrap();
    let timeouts = Timeouts::default().query(Duration::from_millis(100));
    let client = client(&emulator).timeouts(timeouts).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
    issuer.state().tokens = Mode::Hang;
    let error = client.meta().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent), "{error}");
    let words = format!("no access token: the issuer at {} did not answer within", issuer.url());
    assert!(error.to_string().contains(&words), "{error}");
}

#[tokio::test]
async fn an_unreachable_issuer_is_named() {
    let emulator = Emulator::builder().oidc("http://127.0.0.1:1", "demo", ["openid"]).start().await.unwrap();
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
    check(&client.meta().await.unwrap_err(), true, "the issuer at http://127.0.0.1:1 cannot be reached");
}

/// Nothing was sent for want of a token, so nothing was refused.
#[tokio::test]
async fn is_live_and_server_version_work_while_the_issuer_is_down() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
    issuer.state().tokens = Mode::Down;
    assert!(client.is_live().await.unwrap() && client.is_ready().await.unwrap());
    let object = NewObject::new(PropertyMap::new()).vector(vec![vec![1.0_f32, 0.0], vec![0.0, 1.0]]);
    client.collection("Article").data().insert_many([object]).await.unwrap_err();
    issuer.state().tokens = Mode::Fine;
    client.meta().await.unwrap();
    assert!(client.server_version().is_some());
}

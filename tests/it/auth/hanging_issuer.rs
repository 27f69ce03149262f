//! An issuer that takes connections and does not answer.

use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use weaviate::connect::{ClientBuilder, Protocol, WarningCode};
use weaviate::error::Outcome;
use weaviate::{Client, Error, ErrorKind, Result};
use weaviate_emulator::Emulator;

use super::issuer::{CLIENT_SECRET, Issuer, Mode, later};
use crate::support::time::until;

const SECOND: Duration = Duration::from_secs(1);

type Codes = Arc<Mutex<Vec<WarningCode>>>;

/// A client with the default retries, and the warnings that it emits.
fn client(emulator: &Emulator) -> (ClientBuilder, Codes) {
    let codes = Codes::default();
    let into = Arc::clone(&codes);
    let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url());
    (builder.on_warning(move |warning| into.lock().unwrap().push(warning.code())), codes)
}

/// Starts 60 calls over all protocols.
fn calls(client: &Client) -> JoinSet<Result<()>> {
    let mut calls = JoinSet::new();
    for number in 0..60 {
        let client = client.clone();
        let owls = client.collection("Owl");
        calls.spawn(async move {
            match number % 3 {
                0 => client.meta().await.map(drop),
                1 => owls.query().fetch_objects().protocol(Protocol::GrpcWeb).into_future().await.map(drop),
                _ => owls.query().fetch_objects().into_future().await.map(drop),
            }
        });
    }
    calls
}

fn check(error: &Error, issuer: &Issuer) {
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent), "{error}");
    assert_eq!((error.is_retryable(), error.attempts()), (true, 1), "{error}");
    let words = format!("no access token: the issuer at {} did not answer", issuer.url());
    assert!(error.to_string().contains(&words), "{error}");
}

#[tokio::test]
async fn a_hanging_issuer_costs_a_call_5_seconds_and_one_warning() {
    for discovery in [false, true] {
        let issuer = Issuer::start().await;
        let emulator = issuer.server().start().await.unwrap();
        // The server has its keys, whatever becomes of the issuer.
        super::issuer::client(&emulator).bearer(issuer.token()).connect().await.unwrap();
        let (builder, codes) = client(&emulator);
        let client = builder.client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
        if discovery {
            issuer.state().discovery = Mode::Hang;
        } else {
            issuer.state().tokens = Mode::Hang;
        }

        let mut waiting = calls(&client);
        until("the issuer is asked", async || issuer.state().hanging == 1).await;
        later(Duration::from_millis(4_500)).await;
        assert!(waiting.try_join_next().is_none(), "a call does not wait");
        later(Duration::from_millis(500)).await;
        let start = Instant::now();
        while let Some(result) = waiting.join_next().await {
            check(&result.unwrap().unwrap_err(), &issuer);
        }
        // Calls that come later do not wait.
        for _ in 0..3 {
            let mut more = calls(&client);
            while let Some(result) = more.join_next().await {
                check(&result.unwrap().unwrap_err(), &issuer);
            }
        }
        assert!(start.elapsed() < SECOND * 4, "{:?}", start.elapsed());
        assert_eq!(
            (issuer.state().hanging, codes.lock().unwrap().as_slice()),
            (1, &[WarningCode::TokenUnavailable][..])
        );

        // The request is given up, and its failure is the answer for a while.
        later(SECOND * 6).await;
        (issuer.state().discovery, issuer.state().tokens) = (Mode::Fine, Mode::Fine);
        until("the client asks again", async || {
            later(SECOND).await;
            client.meta().await.is_ok()
        })
        .await;
        assert_eq!(*codes.lock().unwrap(), [WarningCode::TokenUnavailable]);
    }
}

#[tokio::test]
async fn calls_do_not_wait_for_a_hanging_issuer_while_their_token_is_valid() {
    let issuer = Issuer::start().await;
    issuer.state().lifetime = Some(600);
    let emulator = issuer.server().start().await.unwrap();
    let (builder, codes) = client(&emulator);
    let client = builder.client_credentials(CLIENT_SECRET).connect().await.unwrap();
    issuer.state().tokens = Mode::Hang;
    later(SECOND * 560).await;
    for _ in 0..35 {
        client.meta().await.unwrap();
        later(SECOND).await;
    }
    assert!(issuer.state().hanging >= 1);
    assert_eq!(*codes.lock().unwrap(), [WarningCode::TokenUnavailable]);
}

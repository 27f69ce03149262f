//! Secrets are in no error, log or debug output.

use std::fmt::Write as _;
use std::time::Duration;

use weaviate::auth::AccessToken;
use weaviate::connect::{ClientBuilder, WarningCode};
use weaviate::{Client, Error};
use weaviate_emulator::Emulator;

use super::issuer::{CLIENT_SECRET, Issuer, Mode, PASSWORD, USER, client, later};
use crate::support::log::{Log, ask_all_subscribers};

fn shown(output: &mut String, error: &Error) {
    let _ = writeln!(output, "{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = writeln!(output, "{cause} {cause:?}");
        source = cause.source();
    }
}

/// Faults of the token endpoint.
const FAULTS: [Mode; 7] =
    [Mode::Down, Mode::ERROR_500, Mode::INVALID_GRANT, Mode::HTML, Mode::Quote, Mode::NOT_A_TEXT, Mode::NOT_A_NUMBER];

/// Calls of all kinds, some of which fail.
async fn used(output: &mut String, issuer: &Issuer, builder: ClientBuilder) {
    let _ = writeln!(output, "{builder:?} {builder:#?}");
    let (sender, warnings) = std::sync::mpsc::channel();
    let client: Client = builder.on_warning(move |warning| drop(sender.send(warning.clone()))).connect_lazy().unwrap();
    issuer.state().stale = 1;
    client.meta().await.unwrap();
    let articles = client.collection("Article");
    shown(output, &articles.query().fetch_objects().await.unwrap_err());
    shown(output, &articles.query().fetch_objects().protocol(weaviate::connect::Protocol::GrpcWeb).await.unwrap_err());
    let diagnosis = client.diagnose().await;
    let _ = writeln!(output, "{client:?} {client:#?} {articles:?} {diagnosis:?} {diagnosis}");
    let token = client.access_token().await.unwrap().unwrap();
    assert!(issuer.state().secrets.iter().any(|secret| secret == token.expose_secret()));
    let _ = writeln!(output, "{token:?} {token:#?}");
    for mode in FAULTS {
        issuer.state().tokens = mode;
        // Another token than the last one is asked for.
        later(Duration::from_secs(3600)).await;
        shown(output, &client.meta().await.unwrap_err());
        shown(output, &client.access_token().await.unwrap_err());
        let _ = writeln!(output, "{client:?}");
    }
    issuer.state().tokens = Mode::Fine;
    let warnings: Vec<_> = warnings.try_iter().collect();
    assert!(warnings.iter().any(|warning| warning.code() == WarningCode::TokenUnavailable), "{warnings:?}");
    for warning in warnings {
        let _ = writeln!(output, "{warning} {warning:?}");
    }
}

#[tokio::test]
async fn no_error_log_or_debug_output_shows_a_secret() {
    // The servers log on a thread of their own, which the subscriber does not cover.
    let servers = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let start = async {
        let issuer = Issuer::start().await;
        let emulator = issuer.server().start().await.unwrap();
        (issuer, emulator)
    };
    let (issuer, emulator): (Issuer, Emulator) = servers.spawn(start).await.unwrap();
    issuer.state().refreshable = true;
    issuer.state().refresh_tokens.insert("hunter2-given".to_owned());

    ask_all_subscribers();
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut output = String::new();
    let token = issuer.token();
    used(&mut output, &issuer, client(&emulator).client_credentials(CLIENT_SECRET)).await;
    used(&mut output, &issuer, client(&emulator).password(USER, PASSWORD).client_secret(CLIENT_SECRET)).await;
    let bearer = AccessToken::new(token).expires_in(Duration::from_secs(60));
    let _ = writeln!(output, "{bearer:?} {bearer:#?}");
    let builder = client(&emulator).bearer(bearer).refresh_token("hunter2-given").client_secret(CLIENT_SECRET);
    used(&mut output, &issuer, builder).await;
    drop(guard);

    let log = log.text();
    assert!(log.contains("weaviate.attempt") && log.contains("attempt failed"), "{log}");
    let secrets = issuer.state().secrets.clone();
    assert!(secrets.len() > 8);
    for secret in secrets.iter().map(String::as_str).chain(["hunter2-given", "hunter2"]) {
        assert!(!output.contains(secret), "{secret} in {output}");
        if let Some(at) = log.find(secret) {
            panic!("{secret} in the log: {}", &log[at.saturating_sub(300)..(at + 100).min(log.len())]);
        }
    }
    servers.shutdown_background();
}

//! The version of the server: how it is read, and what follows from it.

use weaviate::ErrorKind;
use weaviate::prelude::*;
use weaviate::server::{Feature, ServerVersion};
use weaviate_emulator::{Emulator, Fault};

use super::at;

/// An emulator whose metadata is the given text.
async fn reporting(meta: &str) -> Emulator {
    let emulator = Emulator::start().await.unwrap();
    let reply = Fault::http_reply(200, meta).header("content-type", "application/json");
    emulator.faults().add(reply.on_path("/v1/meta")).unwrap();
    emulator
}

#[tokio::test]
async fn odd_versions_have_one_rule_for_connect_and_supports() {
    /// What connect and `supports` of a feature since 1.33.0 say.
    type Expected = (Result<(), ErrorKind>, Result<bool, ErrorKind>);
    const FINE: Expected = (Ok(()), Ok(true));
    const LACKING: Expected = (Ok(()), Ok(false));
    const TOO_OLD: Expected = (Err(ErrorKind::Unsupported), Err(ErrorKind::Unsupported));
    const NO_VERSION: Expected = (Ok(()), Err(ErrorKind::Unsupported));
    for (meta, expected) in [
        (r#"{"version":"1.39.0"}"#, FINE),
        (r#"{"version":"v1.39.0"}"#, FINE),
        (r#"{"version":"1.34"}"#, FINE),
        (r#"{"version":"1.39.0.1"}"#, FINE),
        (r#"{"version":"1.40.0-rc.1"}"#, FINE),
        (r#"{"version":"1.33.0-rc.0"}"#, FINE),
        (r#"{"version":"1.32"}"#, LACKING),
        (r#"{"version":"1.27.0-rc.1"}"#, LACKING),
        (r#"{"version":"1.26"}"#, TOO_OLD),
        (r#"{"version":"1.26.9"}"#, TOO_OLD),
        (r#"{"version":"1.2.3.4"}"#, TOO_OLD),
        (r#"{"version":"nightly"}"#, NO_VERSION),
        (r#"{"version":"1"}"#, NO_VERSION),
        (r#"{"version":1.39}"#, NO_VERSION),
        // Another service.
        ("{}", (Err(ErrorKind::Decode), Err(ErrorKind::Decode))),
    ] {
        let emulator = reporting(meta).await;
        let builder = at(&emulator.rest_url(), &emulator.grpc_url()).suppress_warnings();
        let connected = builder.clone().connect().await.map(drop).map_err(|error| error.kind());
        let lazy = builder.connect_lazy().unwrap();
        let supports = lazy.supports(Feature::FilterNot).await.map_err(|error| error.kind());
        assert_eq!((connected, supports), expected, "{meta}");
    }
}

#[tokio::test]
async fn a_field_of_another_type_does_not_make_a_server_unusable() {
    for meta in [
        r#"{"version":"1.39.0","grpcMaxMessageSize":"large"}"#,
        r#"{"version":"1.39.0","grpcMaxMessageSize":1.5,"hostname":[]}"#,
        r#"{"version":"1.39.0","modules":["a"],"links":5}"#,
    ] {
        let emulator = reporting(meta).await;
        let client = at(&emulator.rest_url(), &emulator.grpc_url()).connect().await.unwrap();
        assert_eq!(client.server_version(), Some(&ServerVersion::new(1, 39, 0)), "{meta}");
    }
    for meta in ["[]", "5", "null", r#""1.39.0""#] {
        let emulator = reporting(meta).await;
        let error = at(&emulator.rest_url(), &emulator.grpc_url()).connect().await.unwrap_err();
        assert!(!error.is_not_found(), "{meta}: {error}");
    }
}

#[tokio::test]
async fn an_old_server_is_refused_as_soon_as_its_version_is_known() {
    let emulator = Emulator::builder().version("1.26.9").start().await.unwrap();
    let at = || at(&emulator.rest_url(), &emulator.grpc_url());
    let error = at().connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");

    for client in [at().connect_lazy().unwrap(), at().skip_init_checks().connect().await.unwrap()] {
        assert_eq!(client.meta().await.unwrap().version(), "1.26.9", "the version itself can be read");
        assert!(client.is_live().await.unwrap() && client.is_ready().await.unwrap());
        let owls = client.collection("Owl");
        let requests = emulator.requests();
        for error in [
            owls.query().fetch_objects().await.unwrap_err(),
            owls.data().insert(PropertyMap::new()).await.unwrap_err(),
            owls.data().insert_many([PropertyMap::new()]).await.unwrap_err(),
            client.collections().list().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(error.to_string().contains("1.26.9; this client needs 1.27.0"), "{error}");
        }
        assert_eq!(emulator.requests(), requests, "refused before anything is sent");
    }

    // A request that depends on the version asks for it.
    let client = at().connect_lazy().unwrap();
    let filter = !Filter::property("year").equal(1);
    let error = client.collection("Owl").query().fetch_objects().filter(filter).await.unwrap_err();
    assert!(error.to_string().contains("this client needs 1.27.0"), "{error}");
}

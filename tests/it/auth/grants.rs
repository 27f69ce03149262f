//! OIDC grants: client credentials, password, and a bearer token with a refresh token.

use std::time::Duration;

use tokio::time::timeout;
use weaviate::auth::AccessToken;
use weaviate::{Client, ErrorKind};
use weaviate_emulator::Emulator;

use super::issuer::{CLIENT_SECRET, Issuer, PASSWORD, USER, client, later};

/// The time for which the tokens of these tests are used, which have no lifetime.
const SECOND: Duration = Duration::from_secs(1);

/// The requested grant types, separated by spaces.
fn kinds(issuer: &Issuer) -> String {
    issuer.asked().join(" ")
}

#[tokio::test]
async fn client_credentials_sends_the_secret_for_each_token() {
    let issuer = Issuer::start().await;
    // The reply holds a refresh token that was not requested. It is not used.
    (issuer.state().lifetime, issuer.state().refreshable) = (Some(0), true);
    let emulator = issuer.server().start().await.unwrap();
    let builder = client(&emulator).client_credentials(CLIENT_SECRET).scope("weaviate").scope("email");
    let client = builder.connect_lazy().unwrap();
    assert_eq!(kinds(&issuer), "");
    for _ in 0..3 {
        client.meta().await.unwrap();
        client.meta().await.unwrap();
        later(SECOND).await;
    }
    assert_eq!(kinds(&issuer), "client_credentials client_credentials client_credentials");
    let state = issuer.state();
    assert!(state.requests.iter().all(|request| request["scope"] == "openid email weaviate"));
    // The documents do not change.
    assert_eq!(state.discoveries, 1 + 1, "once for the client, once for the server");
}

#[tokio::test]
async fn password_is_sent_once_and_then_the_refresh_token() {
    let issuer = Issuer::start().await;
    (issuer.state().lifetime, issuer.state().refreshable) = (Some(0), true);
    let emulator = issuer.server().start().await.unwrap();
    let client = client(&emulator).password(USER, PASSWORD).scope("weaviate").connect_lazy().unwrap();
    for _ in 0..4 {
        client.meta().await.unwrap();
        later(SECOND).await;
    }
    assert_eq!(kinds(&issuer), "password refresh_token refresh_token refresh_token");
    assert_eq!(issuer.state().requests[0]["scope"], "offline_access openid email weaviate");
    // It is over with the refresh token, and the password is still good.
    issuer.state().refresh_tokens.clear();
    client.meta().await.unwrap();
    later(SECOND).await;
    client.meta().await.unwrap();
    assert!(kinds(&issuer).ends_with(" refresh_token password refresh_token"), "{}", kinds(&issuer));
}

#[tokio::test]
async fn password_is_sent_again_without_a_refresh_token() {
    let issuer = Issuer::start().await;
    issuer.state().lifetime = Some(0);
    let emulator = issuer.server().start().await.unwrap();
    let client = client(&emulator).password(USER, PASSWORD).connect_lazy().unwrap();
    client.meta().await.unwrap();
    later(SECOND).await;
    client.meta().await.unwrap();
    assert_eq!(kinds(&issuer), "password password");
}

#[tokio::test]
async fn client_secret_is_sent_with_the_password_and_the_refresh_token() {
    let issuer = Issuer::start().await;
    {
        let mut state = issuer.state();
        (state.lifetime, state.refreshable, state.confidential) = (Some(0), true, true);
    }
    let emulator = issuer.server().start().await.unwrap();
    let error = client(&emulator).password(USER, PASSWORD).connect().await.unwrap_err();
    assert!(error.is_access_denied() && error.to_string().contains("invalid_client"), "{error}");
    let with_secret = client(&emulator).password(USER, PASSWORD).client_secret(CLIENT_SECRET);
    let client = with_secret.connect_lazy().unwrap();
    for _ in 0..3 {
        client.meta().await.unwrap();
        later(SECOND).await;
    }
    assert_eq!(kinds(&issuer), "password password refresh_token refresh_token");

    issuer.state().refresh_tokens.insert("hunter2-given".to_owned());
    let old = AccessToken::new(issuer.token()).expires_in(Duration::ZERO);
    let builder = super::issuer::client(&emulator).bearer(old).refresh_token("hunter2-given");
    builder.client_secret(CLIENT_SECRET).connect().await.unwrap();
}

/// With a refresh token that the issuer knows.
fn bearer(issuer: &Issuer, emulator: &Emulator, lifetime: Duration) -> Client {
    let token = AccessToken::new(issuer.token()).expires_in(lifetime);
    issuer.state().refresh_tokens.insert("hunter2-given".to_owned());
    client(emulator).bearer(token).refresh_token("hunter2-given").connect_lazy().unwrap()
}

#[tokio::test]
async fn bearer_uses_the_given_token_first_and_then_refreshes_it() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    let client = bearer(&issuer, &emulator, Duration::from_secs(3600));
    client.meta().await.unwrap();
    assert_eq!((kinds(&issuer).as_str(), issuer.state().discoveries), ("", 1), "only the server asked for keys");

    let client = bearer(&issuer, &emulator, Duration::ZERO);
    client.meta().await.unwrap();
    assert_eq!(kinds(&issuer), "refresh_token");
    assert_eq!(issuer.state().requests[0]["refresh_token"], "hunter2-given");
}

#[tokio::test]
async fn refresh_token_is_replaced_by_the_latest_one() {
    for (refreshable, rotating) in [(true, true), (true, false), (false, false)] {
        let issuer = Issuer::start().await;
        {
            let mut state = issuer.state();
            (state.lifetime, state.refreshable, state.rotating) = (Some(0), refreshable, rotating);
        }
        let emulator = issuer.server().start().await.unwrap();
        let client = bearer(&issuer, &emulator, Duration::ZERO);
        for _ in 0..3 {
            client.meta().await.unwrap();
            later(SECOND).await;
        }
        let state = issuer.state();
        let shown: Vec<&str> = state.requests.iter().map(|request| request["refresh_token"].as_str()).collect();
        let expected = if refreshable {
            ["hunter2-given", "hunter2-refresh-1", "hunter2-refresh-2"]
        } else {
            ["hunter2-given"; 3]
        };
        assert_eq!(shown, expected);
    }
}

#[tokio::test]
async fn an_invalid_refresh_token_is_an_authentication_error() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    let client = bearer(&issuer, &emulator, Duration::ZERO);
    issuer.state().refresh_tokens.clear();
    let error = client.meta().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Authentication, false), "{error}");
    assert!(error.to_string().contains("invalid_grant: no"), "{error}");
}

#[tokio::test]
async fn a_grant_type_the_issuer_does_not_support_is_not_tried() {
    let issuer = Issuer::start().await;
    issuer.state().grants = Some(vec!["authorization_code", "refresh_token"]);
    let emulator = issuer.server().start().await.unwrap();
    for (builder, grant) in [
        (client(&emulator).client_credentials(CLIENT_SECRET), "client_credentials"),
        (client(&emulator).password(USER, PASSWORD), "password"),
    ] {
        let error = builder.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        let text = format!(
            "the issuer does not support the grant type `{grant}`; it supports: authorization_code, refresh_token"
        );
        assert!(error.to_string().contains(&text), "{error}");
    }
    assert_eq!(kinds(&issuer), "");
}

#[tokio::test]
async fn a_dropped_call_leaves_its_token_renewal_to_the_next() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
    for _ in 0..3 {
        assert!(timeout(Duration::ZERO, client.meta()).await.is_err());
    }
    client.meta().await.unwrap();
    assert_eq!(kinds(&issuer), "client_credentials");
}

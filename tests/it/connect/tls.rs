//! TLS of REST and gRPC: one group of settings, and an error text for each failure.

use weaviate::ErrorKind;
use weaviate::connect::{ClientBuilder, Protocol, RetryPolicy, Tls};
use weaviate::prelude::*;

use super::emulator;
use crate::support::time::timeouts;
use crate::support::tls::{Pki, TlsFront};

/// Where REST and gRPC are behind TLS.
struct Fronts {
    pki: Pki,
    rest: TlsFront,
    grpc: TlsFront,
    _emulator: weaviate_emulator::Emulator,
}

enum With {
    Server,
    Elsewhere,
    Expired,
    ClientCertificates,
}

async fn fronts(with: With) -> Fronts {
    let (emulator, pki) = (emulator().await, Pki::new());
    let identity = match with {
        With::Server | With::ClientCertificates => &pki.server,
        With::Elsewhere => &pki.elsewhere,
        With::Expired => &pki.expired,
    };
    let front = |upstream: String, alpn: &'static str| {
        let front = TlsFront::to(upstream, identity).alpn([alpn]);
        if matches!(with, With::ClientCertificates) { front.client_ca(&pki) } else { front }
    };
    let rest = front(emulator.rest_url(), "http/1.1").start().await;
    let grpc = front(emulator.grpc_url(), "h2").start().await;
    Fronts { rest, grpc, pki, _emulator: emulator }
}

impl Fronts {
    fn client(&self, tls: Tls) -> ClientBuilder {
        let builder = Client::custom(self.rest.url_of("localhost")).grpc(self.grpc.url_of("localhost"));
        builder.tls(tls).timeouts(timeouts()).retry(RetryPolicy::none())
    }

    /// The errors of REST, and of native gRPC.
    async fn errors(&self, tls: Tls) -> [weaviate::Error; 2] {
        let client = self.client(tls).protocol(Protocol::Grpc).connect_lazy().unwrap();
        let grpc = client.collection("Article").query().fetch_objects().await.unwrap_err();
        [client.meta().await.unwrap_err(), grpc]
    }
}

async fn works(client: ClientBuilder) {
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let client = client.clone().protocol(protocol).api_key("hunter2").connect_lazy().unwrap();
        // The server has no keys and refuses this one, over a connection that works.
        assert_eq!(client.meta().await.unwrap_err().kind(), ErrorKind::Authentication);
    }
    let client = client.connect().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::Grpc);
    client.collection("Article").query().fetch_objects().await.unwrap();
}

#[tokio::test]
async fn ca_pem_trusts_a_private_certificate_authority() {
    let fronts = fronts(With::Server).await;
    works(fronts.client(Tls::new().ca_pem(&fronts.pki.ca))).await;
    works(fronts.client(Tls::new().ca_pem(&fronts.pki.ca).only_these_ca())).await;
    works(fronts.client(Tls::new().danger_accept_invalid_certs(true))).await;
    // A server's own certificate is as good as that of its authority.
    works(fronts.client(Tls::new().ca_pem(&fronts.pki.server.cert))).await;
    #[cfg(feature = "native-roots")]
    works(fronts.client(Tls::new().system_roots().ca_pem(&fronts.pki.ca))).await;
    assert!(rustls::crypto::CryptoProvider::get_default().is_none(), "a provider was installed for the whole process");
}

#[tokio::test]
async fn tls_errors_say_why_a_certificate_is_refused() {
    let cases = [
        (With::Server, "not signed by a trusted", Tls::new()),
        (With::Elsewhere, "another name", Tls::new()),
        (With::Expired, "expired", Tls::new()),
    ];
    for (with, words, tls) in cases {
        let is_unknown = matches!(with, With::Server);
        let fronts = fronts(with).await;
        let tls = if is_unknown { tls } else { tls.ca_pem(&fronts.pki.ca) };
        for error in fronts.errors(tls).await {
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::Connection, weaviate::error::Outcome::NotSent),
                "{error:?}"
            );
            assert!(error.to_string().contains(words) && error.to_string().contains("https://localhost:"), "{error}");
        }
    }
}

#[tokio::test]
async fn server_name_replaces_the_expected_hostname() {
    let fronts = fronts(With::Elsewhere).await;
    works(fronts.client(Tls::new().ca_pem(&fronts.pki.ca).server_name("elsewhere.test"))).await;
    let [rest, grpc] = fronts.errors(Tls::new().ca_pem(&fronts.pki.ca).server_name("nowhere.test")).await;
    assert!(rest.to_string().contains("another name") && grpc.to_string().contains("another name"), "{rest} {grpc}");
}

#[tokio::test]
async fn identity_pem_sends_the_client_certificate() {
    let fronts = fronts(With::ClientCertificates).await;
    let trusting = || Tls::new().ca_pem(&fronts.pki.ca);
    works(fronts.client(trusting().identity_pem(&fronts.pki.client.cert, &fronts.pki.client.key))).await;
    for error in fronts.errors(trusting()).await {
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert!(error.to_string().contains("identity_pem"), "{error}");
    }
}

#[tokio::test]
async fn http_and_https_mixed_up_suggest_the_other_scheme() {
    let emulator = emulator().await;
    let plain = |url: String| url.replace("http://127.0.0.1", "https://localhost");
    let client = Client::custom(plain(emulator.rest_url())).grpc(plain(emulator.grpc_url())).protocol(Protocol::Grpc);
    let client = client.timeouts(timeouts()).retry(RetryPolicy::none()).connect_lazy().unwrap();
    let search = || client.collection("Article").query().fetch_objects().into_future();
    for error in [client.meta().await.unwrap_err(), search().await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert!(error.to_string().contains("should the URL start with `http://`?"), "{error}");
    }

    let fronts = fronts(With::Server).await;
    let tls = |front: &TlsFront| front.url_of("localhost").replace("https://", "http://");
    let client = Client::custom(tls(&fronts.rest)).grpc(tls(&fronts.grpc)).protocol(Protocol::Grpc);
    let client = client.timeouts(timeouts()).retry(RetryPolicy::none()).connect_lazy().unwrap();
    let search = || client.collection("Article").query().fetch_objects().into_future();
    for error in [client.meta().await.unwrap_err(), search().await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert!(error.to_string().contains("http://localhost:"), "{error}");
    }
}

#[tokio::test]
async fn invalid_tls_settings_are_refused_before_connecting() {
    let pki = Pki::new();
    for (tls, words) in [
        (Tls::new().ca_pem("hunter2"), "ca_pem"),
        (Tls::new().identity_pem("hunter2", &pki.client.key), "certificate of identity_pem"),
        (Tls::new().identity_pem(&pki.client.cert, "hunter2"), "key of identity_pem"),
        (Tls::new().identity_pem(&pki.client.cert, &pki.server.key), "do not match"),
        (Tls::new().only_these_ca(), "ca_pem"),
        (Tls::new().server_name("not a name"), "server_name"),
    ] {
        let builder = Client::custom("https://localhost:1").tls(tls);
        let shown = format!("{builder:?}");
        let error = builder.connect_lazy().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error:?}{shown}").contains("hunter2") && !format!("{error:?}{shown}").contains("PRIVATE"));
    }
}

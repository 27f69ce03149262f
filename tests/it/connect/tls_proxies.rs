//! HTTPS proxies: which certificates are trusted, what the proxy gets to see, and the errors.

use tokio::io::AsyncReadExt as _;
use weaviate::ErrorKind;
use weaviate::connect::{ClientBuilder, Diagnosis, Finding, Layer, Protocol, Proxies, RetryPolicy, Tls};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use super::{at, emulator};
use crate::support::proxy::{HttpProxy, Manner};
use crate::support::tcp::Serving;
use crate::support::time::timeouts;
use crate::support::tls::{Identity, Pki, TlsFront};

/// A proxy that knows the names of the servers, and TLS before it.
struct TlsProxy {
    proxy: HttpProxy,
    front: TlsFront,
}

impl TlsProxy {
    async fn start(pki: &Pki, identity: &Identity) -> Self {
        let proxy = HttpProxy::with_login("us@er", "hunter2").await;
        // It would negotiate HTTP/2 with a client that offers it.
        let front = TlsFront::to(proxy.url(), identity).client_ca_asked(pki).start().await;
        Self { proxy, front }
    }

    fn url(&self) -> String {
        self.front.url_of("localhost").replace("https://", "https://us%40er:hunter2@")
    }

    /// The name of the proxy in errors.
    fn named(&self) -> String {
        format!("the proxy {}", self.front.url_of("localhost"))
    }
}

/// Servers under names that only the proxy can find.
struct Servers {
    _emulator: Emulator,
    fronts: Option<[TlsFront; 2]>,
}

impl Servers {
    async fn plain(proxy: &TlsProxy) -> Self {
        let emulator = emulator().await;
        proxy.proxy.route("rest.test:80", emulator.rest_addr());
        proxy.proxy.route("grpc.test:80", emulator.grpc_addr());
        Self { _emulator: emulator, fronts: None }
    }

    /// The servers require a client certificate in each handshake.
    async fn by_tls(proxy: &TlsProxy, pki: &Pki, identity: &Identity) -> Self {
        let emulator = emulator().await;
        let front = |upstream: String| TlsFront::to(upstream, identity).client_ca(pki).forgetful();
        let rest = front(emulator.rest_url()).alpn(["http/1.1"]).start().await;
        let grpc = front(emulator.grpc_url()).alpn(["h2"]).start().await;
        for (name, front) in [("rest.test:443", &rest), ("grpc.test:443", &grpc)] {
            proxy.proxy.route(name, front.url().replace("https://", ""));
        }
        Self { _emulator: emulator, fronts: Some([rest, grpc]) }
    }

    fn client(&self, proxies: Proxies, tls: Tls) -> ClientBuilder {
        let scheme = if self.fronts.is_some() { "https" } else { "http" };
        let builder = at(&format!("{scheme}://rest.test"), &format!("{scheme}://grpc.test"));
        builder.proxies(proxies).tls(tls).timeouts(timeouts())
    }

    /// The errors of REST, and of native gRPC.
    async fn errors(&self, proxies: Proxies, tls: Tls) -> [weaviate::Error; 2] {
        let client = self.client(proxies, tls).retry(RetryPolicy::none()).protocol(Protocol::Grpc);
        let client = client.connect_lazy().unwrap();
        let grpc = client.collection("Article").query().fetch_objects().await.unwrap_err();
        [client.meta().await.unwrap_err(), grpc]
    }
}

async fn diagnosis_of(client: &Client, layer: Layer, finding: Finding, words: &[&str]) -> Diagnosis {
    let diagnosis = client.diagnose().await;
    let check = diagnosis.check(layer).unwrap();
    assert_eq!(check.finding, finding, "{diagnosis}");
    for word in words {
        assert!(check.detail.contains(word), "{word}: {diagnosis}");
    }
    assert!(!diagnosis.to_string().contains("hunter2"), "{diagnosis}");
    diagnosis
}

#[tokio::test]
async fn https_proxy_carries_each_protocol_to_plain_and_tls_servers() {
    let pki = Pki::new();
    let proxy = TlsProxy::start(&pki, &pki.server).await;
    let tls = || Tls::new().ca_pem(&pki.ca).identity_pem(&pki.client.cert, &pki.client.key);
    for servers in [Servers::plain(&proxy).await, Servers::by_tls(&proxy, &pki, &pki.elsewhere).await] {
        let tls = if servers.fronts.is_some() { tls().server_name("elsewhere.test") } else { tls() };
        for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
            let proxies = Proxies::new().all(proxy.url());
            let client = servers.client(proxies, tls.clone()).protocol(protocol).connect().await.unwrap();
            assert_eq!(client.connection_info().active, protocol);
            client.collection("Article").query().fetch_objects().await.unwrap();
            let (named, fine) = (proxy.named(), Finding::Fine);
            let diagnosis = diagnosis_of(&client, Layer::Tls, fine, &[&format!("the certificate of {named} is")]).await;
            let line = diagnosis.check(Layer::Proxy).unwrap();
            assert!(
                line.finding == fine && line.detail.contains(&named.replace("the proxy", "through")),
                "{diagnosis}"
            );
            assert!(diagnosis.check(Layer::Tcp).unwrap().detail.contains(&named), "{diagnosis}");
        }
    }
    let targets = proxy.proxy.targets();
    for target in ["rest.test:80", "grpc.test:80", "rest.test:443", "grpc.test:443"] {
        assert!(targets.iter().any(|seen| seen == target), "{target}: {targets:?}");
    }
    assert_eq!(proxy.proxy.rejected(), 0);
    assert!(proxy.front.handshakes().iter().all(String::is_empty), "HTTP/2 was offered to a proxy");
}

#[tokio::test]
async fn https_proxy_does_not_get_the_client_certificate() {
    let pki = Pki::new();
    let proxy = TlsProxy::start(&pki, &pki.server).await;
    let servers = Servers::by_tls(&proxy, &pki, &pki.elsewhere).await;
    let tls = Tls::new().ca_pem(&pki.ca).server_name("elsewhere.test");
    let tls = tls.identity_pem(&pki.client.cert, &pki.client.key);
    let client = servers.client(Proxies::new().all(proxy.url()), tls).protocol(Protocol::Grpc).connect().await.unwrap();
    let fronts = servers.fronts.as_ref().unwrap();
    // New connections, which could resume the session with the proxy, but not that with the server.
    for _ in 0..3 {
        proxy.front.drop_connections();
        client.meta().await.unwrap();
        client.collection("Article").query().fetch_objects().await.unwrap();
    }
    for front in fronts {
        assert!(front.handshakes().len() > 3 && front.failures().is_empty(), "{front:?}");
        assert_eq!(front.certificates(), front.handshakes().len());
    }
    assert!(proxy.front.handshakes().len() > 6);
    assert_eq!(proxy.front.certificates(), 0, "the proxy was shown the client's certificate");

    // The proxy's own name does not do for the server.
    for error in servers.errors(Proxies::new().all(proxy.url()), Tls::new().ca_pem(&pki.ca)).await {
        assert!(error.to_string().contains("the server's certificate is for another name"), "{error}");
    }
}

#[tokio::test]
async fn https_proxy_certificate_faults_are_reported_for_rest_and_grpc() {
    let pki = Pki::new();
    for plain in [true, false] {
        for (identity, tls, words) in [
            (&pki.server, Tls::new(), "the proxy's certificate is not signed by a trusted"),
            (&pki.elsewhere, Tls::new().ca_pem(&pki.ca), "the proxy's certificate is for another name"),
            (
                &pki.elsewhere,
                Tls::new().ca_pem(&pki.ca).server_name("elsewhere.test"),
                "the proxy's certificate is for another name",
            ),
            (&pki.expired, Tls::new().ca_pem(&pki.ca), "the proxy's certificate has expired"),
        ] {
            let proxy = TlsProxy::start(&pki, identity).await;
            let servers =
                if plain { Servers::plain(&proxy).await } else { Servers::by_tls(&proxy, &pki, &pki.server).await };
            let proxies = Proxies::new().all(proxy.url());
            for error in servers.errors(proxies.clone(), tls.clone()).await {
                let told = (error.kind(), error.outcome());
                assert_eq!(told, (ErrorKind::Connection, weaviate::error::Outcome::NotSent), "{error:?}");
                let text = error.to_string();
                assert!(text.contains(words) && text.contains(&proxy.named()), "{words}: {text}");
                assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
            }
            let client = servers.client(proxies, tls.clone()).connect_lazy().unwrap();
            let diagnosis = diagnosis_of(&client, Layer::Tls, Finding::Broken, &[words]).await;
            assert_eq!(diagnosis.check(Layer::Proxy).unwrap().finding, Finding::Broken, "{diagnosis}");
            // A proxy of gRPC alone is checked too. REST does not resolve its host then.
            let client = servers.client(Proxies::new().grpc(proxy.url()), tls).connect_lazy().unwrap();
            let diagnosis = diagnosis_of(&client, Layer::Tls, Finding::Broken, &[words, "gRPC"]).await;
            assert_eq!(diagnosis.check(Layer::Proxy).unwrap().finding, Finding::Broken, "{diagnosis}");
            // danger_accept_invalid_certs applies to proxies, too.
            let anything = Tls::new().danger_accept_invalid_certs(true);
            let client = servers
                .client(Proxies::new().all(proxy.url()), anything.identity_pem(&pki.client.cert, &pki.client.key));
            client.connect().await.unwrap().meta().await.unwrap();
        }
    }
}

#[tokio::test]
async fn server_certificate_faults_behind_an_https_proxy_name_the_server() {
    let pki = Pki::new();
    let proxy = TlsProxy::start(&pki, &pki.server).await;
    let (trusting, proxies) = (|| Tls::new().ca_pem(&pki.ca), Proxies::new().all(proxy.url()));
    for (identity, tls, words) in [
        (&pki.expired, trusting().server_name("localhost"), "the server's certificate has expired"),
        (&pki.elsewhere, trusting(), "the server's certificate is for another name"),
        (&pki.elsewhere, trusting().server_name("elsewhere.test"), "the server aborted"),
    ] {
        let servers = Servers::by_tls(&proxy, &pki, identity).await;
        for error in servers.errors(proxies.clone(), tls.clone()).await {
            assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
            assert!(error.to_string().contains(words), "{words}: {error}");
        }
        let client = servers.client(proxies.clone(), tls).connect_lazy().unwrap();
        let diagnosis = diagnosis_of(&client, Layer::Tls, Finding::Broken, &[words]).await;
        assert_eq!(diagnosis.check(Layer::Proxy).unwrap().finding, Finding::Doubtful, "{diagnosis}");
    }
}

#[tokio::test]
async fn https_proxy_refusals_say_why() {
    let pki = Pki::new();
    let strict = HttpProxy::start().await;
    let strict_front = TlsFront::to(strict.url(), &pki.server).client_ca(&pki).start().await;
    let proxy = TlsProxy::start(&pki, &pki.server).await;
    let refusing = TlsProxy::start(&pki, &pki.server).await;
    refusing.proxy.set(Manner::Refuse);
    let plain = HttpProxy::start().await;
    let hangs_up = Serving::start(|mut stream, _, _| async move {
        // Whatever comes, it is not what it waited for.
        let _ = stream.read(&mut [0; 4096]).await;
    });
    let hangs_up = hangs_up.await;
    let curt = hangs_up.url().replace("http://127.0.0.1", "https://localhost");
    let by_tls = Servers::by_tls(&proxy, &pki, &pki.server).await;
    let tls = Tls::new().ca_pem(&pki.ca).identity_pem(&pki.client.cert, &pki.client.key);
    for (url, words) in [
        (strict_front.url_of("localhost"), "which is not sent to proxies"),
        (proxy.url().replace("hunter2", "wrong-hunter2"), "the proxy requires a user and a password"),
        (refusing.url(), "the proxy refuses the connection"),
        (plain.url().replace("http://127.0.0.1", "https://localhost"), "the proxy is not a TLS endpoint"),
        (curt.clone(), "the proxy closed the connection in the TLS handshake"),
        (proxy.front.url_of("localhost").replace("https://", "http://"), "should its URL start with `https://`?"),
    ] {
        for error in by_tls.errors(Proxies::new().all(&url), tls.clone()).await {
            assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
            let host = url.rsplit('@').next().unwrap().rsplit('/').next().unwrap();
            assert!(error.to_string().contains(words) && error.to_string().contains(host), "{words}: {error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
    // The same for servers without TLS, to which REST goes without a tunnel.
    let servers = Servers::plain(&proxy).await;
    for (url, words) in [
        (strict_front.url_of("localhost"), "which is not sent to proxies"),
        (plain.url().replace("http://127.0.0.1", "https://localhost"), "the proxy is not a TLS endpoint"),
        (curt, "the proxy closed the connection in the TLS handshake"),
        (proxy.front.url_of("localhost").replace("https://", "http://"), "should its URL start with `https://`?"),
    ] {
        for error in servers.errors(Proxies::new().all(&url), tls.clone()).await {
            assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
            assert!(error.to_string().contains(words), "{words}: {error}");
        }
    }
}

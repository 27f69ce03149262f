use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, HandshakeKind, RootCertStore};

use super::Bare;
use crate::support::recorder::Recorder;
use crate::support::tls::{Identity, Pki, TlsFront};

/// Trusts the authority.
fn config(trusted: &Pki, client: Option<&Identity>, alpn: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.ca.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let mut config = match client {
        None => config.with_no_client_auth(),
        Some(client) => {
            let chain = vec![CertificateDer::from_pem_slice(client.cert.as_bytes()).unwrap()];
            config.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(client.key.as_bytes()).unwrap()).unwrap()
        }
    };
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    Arc::new(config)
}

async fn shake_hands(
    front: &TlsFront,
    name: &'static str,
    config: Arc<ClientConfig>,
) -> io::Result<TlsStream<TcpStream>> {
    let socket = TcpStream::connect(front.url().trim_start_matches("https://")).await?;
    TlsConnector::from(config).connect(ServerName::try_from(name).unwrap(), socket).await
}

/// Asks for `/v1/meta` as HTTP/1.1.
async fn ask(
    front: &TlsFront,
    name: &'static str,
    trusted: &Pki,
    client: Option<&Identity>,
    alpn: &[&str],
) -> io::Result<String> {
    exchange(&mut shake_hands(front, name, config(trusted, client, alpn)).await?).await
}

async fn exchange(stream: &mut TlsStream<TcpStream>) -> io::Result<String> {
    stream.write_all(b"GET /v1/meta HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await?;
    Ok(reply)
}

#[tokio::test]
async fn tls_front_terminates_tls_and_negotiates_alpn() {
    let (recorder, pki) = (Recorder::start().await, Pki::new());
    let front = TlsFront::to(recorder.rest_url(), &pki.server).start().await;
    for name in ["localhost", "127.0.0.1"] {
        let reply = ask(&front, name, &pki, None, &["http/1.1"]).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    }
    ask(&front, "localhost", &pki, None, &[]).await.unwrap();
    assert_eq!(front.handshakes(), ["http/1.1", "http/1.1", ""]);
    let only_h2 = TlsFront::to(recorder.rest_url(), &pki.server).alpn(["h2"]).start().await;
    assert!(ask(&only_h2, "localhost", &pki, None, &["http/1.1"]).await.is_err());
    assert_eq!((only_h2.handshakes().len(), only_h2.failures().len(), only_h2.connections()), (0, 1, 1));
    assert_eq!(front.url_of("localhost"), front.url().replace("127.0.0.1", "localhost"));
}

#[tokio::test]
async fn pki_certificates_are_valid_for_one_name_time_and_authority() {
    let (recorder, pki, stranger) = (Recorder::start().await, Pki::new(), Pki::new());
    for (identity, name, trusted, fault) in [
        (&pki.server, "localhost", &stranger, "UnknownIssuer"),
        (&pki.elsewhere, "localhost", &pki, "NotValidForName"),
        (&pki.expired, "localhost", &pki, "expired"),
    ] {
        let front = TlsFront::to(recorder.rest_url(), identity).start().await;
        let error = ask(&front, name, trusted, None, &[]).await.unwrap_err();
        let error = format!("{error} {error:?}");
        assert!(error.contains(fault), "{fault}: {error}");
    }
    let front = TlsFront::to(recorder.rest_url(), &pki.elsewhere).start().await;
    ask(&front, "elsewhere.test", &pki, None, &[]).await.unwrap();
}

#[tokio::test]
async fn tls_front_requests_client_certificates() {
    let (recorder, pki, stranger) = (Recorder::start().await, Pki::new(), Pki::new());
    let front = TlsFront::to(recorder.rest_url(), &pki.server).client_ca(&pki).start().await;
    assert!(ask(&front, "localhost", &pki, None, &[]).await.is_err());
    assert!(ask(&front, "localhost", &pki, Some(&stranger.client), &[]).await.is_err());
    assert!(ask(&front, "localhost", &pki, Some(&pki.client), &[]).await.is_ok());
    assert_eq!((front.handshakes().len(), front.failures().len(), front.certificates()), (1, 2, 1));
    let front = TlsFront::to(recorder.rest_url(), &pki.server).client_ca_asked(&pki).start().await;
    assert!(ask(&front, "localhost", &pki, None, &[]).await.is_ok());
    assert_eq!((front.handshakes().len(), front.certificates()), (1, 0));
    assert!(ask(&front, "localhost", &pki, Some(&pki.client), &[]).await.is_ok());
    assert_eq!((front.handshakes().len(), front.certificates()), (2, 1));
}

#[tokio::test]
async fn tls_front_refuses_plaintext() {
    let (recorder, pki) = (Recorder::start().await, Pki::new());
    let front = TlsFront::to(recorder.rest_url(), &pki.server).start().await;
    let url = front.url().replace("https", "http");
    assert!(Bare::http1().get(&url, "/v1/meta").await.is_err());
    assert!(Bare::http2().call(&url, super::SEARCH).await.is_err());
    assert_eq!((front.handshakes().len(), recorder.calls().len()), (0, 0));
}

#[tokio::test]
async fn tls_front_resumes_sessions_unless_forgetful() {
    let (recorder, pki) = (Recorder::start().await, Pki::new());
    let front = || TlsFront::to(recorder.rest_url(), &pki.server);
    for (front, second) in
        [(front().start().await, HandshakeKind::Resumed), (front().forgetful().start().await, HandshakeKind::Full)]
    {
        let config = config(&pki, None, &[]);
        for kind in [HandshakeKind::Full, second] {
            let mut stream = shake_hands(&front, "localhost", Arc::clone(&config)).await.unwrap();
            exchange(&mut stream).await.unwrap();
            assert_eq!(stream.get_ref().1.handshake_kind(), Some(kind));
        }
        let mut stream = shake_hands(&front, "localhost", config).await.unwrap();
        front.drop_connections();
        assert!(exchange(&mut stream).await.is_err());
    }
}

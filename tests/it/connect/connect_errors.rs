//! Errors of a failed connection: each cause has its own text, which names layer, host and port.

use std::time::Instant;

use weaviate::ErrorKind;
use weaviate::connect::{ClientBuilder, Protocol, Proxies, RetryPolicy};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use super::emulator;
use crate::support::broken_ports::{BlackHole, Canned, ClosedPort};
use crate::support::proxy::{HttpProxy, Manner, SocksProxy};
use crate::support::time::{SOON, timeouts};
#[cfg(feature = "tls")]
use crate::support::tls::{Pki, TlsFront};

/// A fault, and the error that the client returns for it.
struct Trouble {
    name: &'static str,
    builder: ClientBuilder,
    kind: ErrorKind,
    /// All of these are in the message.
    words: Vec<String>,
}

fn trouble(name: &'static str, builder: ClientBuilder, kind: ErrorKind, words: &[&str]) -> Trouble {
    Trouble { name, builder, kind, words: words.iter().map(|word| (*word).to_owned()).collect() }
}

/// Host and port of an address.
fn place(url: &str) -> &str {
    url.split_once("://").unwrap().1
}

/// Connects and sends requests. Connecting needs no credentials, because health checks are public.
async fn first_error(builder: ClientBuilder) -> weaviate::Result<()> {
    let client = builder.connect().await?;
    client.meta().await?;
    client.collection("Article").query().fetch_objects().await.map(drop)
}

async fn check(troubles: Vec<Trouble>) {
    let mut texts = std::collections::BTreeSet::new();
    for Trouble { name, builder, kind, words } in troubles {
        let start = Instant::now();
        let builder = builder.timeouts(timeouts()).retry(RetryPolicy::none());
        let error = first_error(builder).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error:?}");
        for word in &words {
            assert!(error.to_string().contains(word.as_str()), "{name}: {error} does not say {word:?}");
        }
        assert!(!format!("{error:?}").contains("hunter2"), "{name}: {error:?}");
        assert!(start.elapsed() < SOON * 11 / 10 + SOON / 4, "{name}: {:?}", start.elapsed());
        assert!(texts.insert(error.to_string()), "{name}: the same words as another trouble: {error}");
    }
}

#[tokio::test]
async fn connect_errors_distinguish_network_faults() {
    use ErrorKind::{Connection, Timeout};
    let emulator = emulator().await;
    let (rest, grpc) = (emulator.rest_url(), emulator.grpc_url());
    let closed = ClosedPort::new().url();
    let hole = BlackHole::start().await;
    let silent = hole.url();
    let http1 = Canned::http1().await;
    let native = |builder: ClientBuilder| builder.protocol(Protocol::Grpc);
    check(vec![
        trouble("REST down", Client::custom(&closed).grpc(&grpc), Connection, &["REST at", place(&closed)]),
        trouble(
            "REST and gRPC swapped",
            Client::custom(&grpc).grpc(&rest),
            Connection,
            &["REST at", place(&grpc), "not HTTP/1.1", "port of gRPC"],
        ),
        trouble(
            "gRPC port closed",
            native(Client::custom(&rest).grpc(&closed)),
            Connection,
            &["gRPC at", place(&closed)],
        ),
        trouble(
            "gRPC port speaks HTTP/1.1",
            native(Client::custom(&rest).grpc(http1.url())),
            Connection,
            &["gRPC at", place(&http1.url())],
        ),
        trouble("REST is a black hole", Client::custom(&silent).grpc(&grpc), Timeout, &["REST at", place(&silent)]),
        trouble(
            "gRPC is a black hole",
            native(Client::custom(&rest).grpc(&silent)),
            Timeout,
            &["gRPC at", place(&silent)],
        ),
    ])
    .await;
}

#[tokio::test]
async fn connect_errors_distinguish_401_and_403() {
    let strict = Emulator::builder().anonymous_access(false).api_key("good", "jane");
    let strict = strict.rbac(["root"]).api_key("root-key", "root").start().await.unwrap();
    let (rest, grpc) = (strict.rest_url(), strict.grpc_url());
    let (unknown, known) =
        (Client::custom(&rest).grpc(&grpc).api_key("hunter2"), Client::custom(&rest).grpc(&grpc).api_key("good"));
    for protocol in [Protocol::Auto, Protocol::Grpc, Protocol::Rest] {
        let error = unknown.clone().protocol(protocol).connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication, "{protocol:?}: {error}");
    }
    check(vec![
        trouble("401", unknown.clone(), ErrorKind::Authentication, &["REST at", place(&rest), "invalid api key"]),
        trouble("403", known.clone(), ErrorKind::Permission, &["gRPC at", place(&grpc), "forbidden"]),
        trouble(
            "403 by gRPC-Web",
            known.protocol(Protocol::GrpcWeb),
            ErrorKind::Permission,
            &["gRPC-Web at", place(&rest)],
        ),
    ])
    .await;
}

#[tokio::test]
async fn connect_errors_distinguish_proxy_faults() {
    use ErrorKind::{Connection, Timeout};
    let emulator = emulator().await;
    let (rest, grpc) = (emulator.rest_url(), emulator.grpc_url());
    let closed = ClosedPort::new().url();
    let (refusing, hanging, picky) =
        (HttpProxy::start().await, HttpProxy::start().await, HttpProxy::with_login("user", "hunter2").await);
    refusing.set(Manner::Refuse);
    hanging.set(Manner::Hang);
    let socks = SocksProxy::with_login("user", "hunter2").await;
    let to = || Client::custom(&rest).grpc(&grpc).protocol(Protocol::Grpc);
    let proxied = |url: String| to().proxies(Proxies::new().grpc(url));
    check(vec![
        trouble(
            "proxy closed",
            proxied(closed.clone()),
            Connection,
            &["gRPC at", place(&grpc), "proxy", place(&closed)],
        ),
        trouble(
            "proxy refuses",
            proxied(refusing.url()),
            Connection,
            &["gRPC at", place(&grpc), "proxy", place(&refusing.url())],
        ),
        trouble("proxy hangs", proxied(hanging.url()), Timeout, &["gRPC at", place(&grpc)]),
        trouble(
            "proxy wants a password",
            proxied(picky.url_as("user", "wrong-hunter2")),
            Connection,
            &["gRPC at", place(&grpc), "proxy", place(&picky.url())],
        ),
        trouble(
            "SOCKS proxy wants a password",
            proxied(socks.url_as("user", "wrong-hunter2")),
            Connection,
            &["gRPC at", place(&grpc), "proxy", place(&socks.url())],
        ),
        trouble(
            "proxy of REST closed",
            to().proxies(Proxies::new().http(closed.clone())),
            Connection,
            &["REST at", place(&rest), "proxy", place(&closed)],
        ),
        trouble(
            "proxy of REST refuses",
            to().proxies(Proxies::new().http(refusing.url())),
            ErrorKind::Permission,
            &["REST at", place(&rest), "through the proxy", place(&refusing.url())],
        ),
        trouble(
            "proxy of REST wants a password",
            to().proxies(Proxies::new().http(picky.url_as("user", "wrong-hunter2"))),
            Connection,
            &["REST at", place(&rest), "proxy", "password"],
        ),
    ])
    .await;
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn connect_errors_distinguish_https_proxy_faults() {
    use ErrorKind::{Connection, Timeout};
    let (emulator, pki) = (emulator().await, Pki::new());
    let (rest, grpc) = (emulator.rest_url(), emulator.grpc_url());
    let (proxy, hole) = (HttpProxy::with_login("user", "hunter2").await, BlackHole::start().await);
    let front = TlsFront::to(proxy.url(), &pki.server).start().await;
    let expired = TlsFront::to(proxy.url(), &pki.expired).start().await;
    let elsewhere = TlsFront::to(proxy.url(), &pki.elsewhere).start().await;
    let silent = hole.url().replace("http://", "https://user:hunter2@");
    let to = |tls| Client::custom(&rest).grpc(&grpc).protocol(Protocol::Grpc).tls(tls);
    let trusting = || to(weaviate::connect::Tls::new().ca_pem(&pki.ca));
    let at = |front: &TlsFront| front.url().replace("https://", "https://user:hunter2@");
    let mut troubles = Vec::new();
    for (name, front, client, words) in [
        ("unknown authority", &front, to(weaviate::connect::Tls::new()), "certificate is not signed by a trusted"),
        ("another name", &elsewhere, trusting(), "certificate is for another name"),
        ("expired", &expired, trusting(), "certificate has expired"),
    ] {
        let (named, words) = (format!("the proxy {}: ", front.url()), format!("the proxy's {words}"));
        for (proxies, place) in
            [(Proxies::new().grpc(at(front)), "gRPC at"), (Proxies::new().http(at(front)), "REST at")]
        {
            troubles.push(trouble(name, client.clone().proxies(proxies), Connection, &[place, &named, &words]));
        }
    }
    let by_grpc = |url: String| trusting().proxies(Proxies::new().grpc(url));
    troubles.extend([
        trouble(
            "wrong password",
            by_grpc(at(&front).replace("hunter2", "wrong-hunter2")),
            Connection,
            &["gRPC at", &front.url(), "requires a user and a password"],
        ),
        trouble(
            "TLS to a proxy without",
            by_grpc(proxy.url().replace("http://", "https://")),
            Connection,
            &["gRPC at", place(&proxy.url()), "the proxy is not a TLS endpoint; should the URL start with `http://`?"],
        ),
        trouble(
            "plain text to a proxy with TLS",
            by_grpc(front.url().replace("https://", "http://")),
            Connection,
            &["gRPC at", place(&front.url()), "should its URL start with `https://`?"],
        ),
        trouble(
            "plain text to a proxy of REST with TLS",
            trusting().proxies(Proxies::new().http(front.url().replace("https://", "http://"))),
            Connection,
            &[
                "REST at",
                place(&front.url()),
                "the proxy does not answer in HTTP; should its URL start with `https://`?",
            ],
        ),
        trouble(
            "silent in the handshake for REST",
            trusting().proxies(Proxies::new().http(&silent)),
            Timeout,
            &["REST at", place(&rest)],
        ),
        trouble("silent in the handshake", by_grpc(silent), Timeout, &["gRPC at", place(&grpc)]),
    ]);
    check(troubles).await;
}

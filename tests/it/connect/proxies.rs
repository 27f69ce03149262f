//! HTTP and SOCKS proxies, and hosts that bypass them.

use weaviate::ErrorKind;
use weaviate::connect::{Finding, Layer, Protocol, Proxies};

use super::{at, emulator};
use crate::support::proxy::{HttpProxy, SocksProxy};

/// Names that only the proxy can find.
const REST: &str = "http://rest.test:8080";
const GRPC: &str = "http://grpc.test:50051";

#[tokio::test]
async fn proxies_carry_rest_grpc_and_grpc_web() {
    let emulator = emulator().await;
    let (http, socks) =
        (HttpProxy::with_login("us@er", "hunter2").await, SocksProxy::with_login("us@er", "hunter2").await);
    http.route("rest.test:8080", emulator.rest_addr());
    http.route("grpc.test:50051", emulator.grpc_addr());
    socks.route("rest.test:8080", emulator.rest_addr());
    socks.route("grpc.test:50051", emulator.grpc_addr());
    let by_name = socks.url_as("us%40er", "hunter2").replace("socks5://", "socks5h://");
    for proxy in [http.url_as("us%40er", "hunter2"), by_name] {
        for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
            let builder = at(REST, GRPC).proxies(Proxies::new().all(proxy.clone())).protocol(protocol);
            if cfg!(not(feature = "tls")) && proxy.starts_with("socks5") {
                let error = builder.connect().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
                assert!(error.to_string().contains("needs the crate feature `tls`"), "{error}");
                continue;
            }
            let client = builder.connect().await.unwrap();
            client.collection("Article").query().fetch_objects().await.unwrap();
            let diagnosis = client.diagnose().await;
            let line = diagnosis.check(Layer::Proxy).unwrap();
            assert_eq!(line.finding, Finding::Fine, "{diagnosis}");
            assert!(line.detail.contains("rest.test:8080 through") && !diagnosis.to_string().contains("hunter2"));
        }
    }
    let all = [http.targets(), socks.targets()];
    for targets in all.into_iter().take(if cfg!(feature = "tls") { 2 } else { 1 }) {
        assert!(["rest.test:8080", "grpc.test:50051"].iter().all(|target| targets.iter().any(|seen| seen == target)));
    }
    assert_eq!((http.rejected(), socks.rejected()), (0, 0));
}

#[tokio::test]
async fn no_proxy_hosts_are_reached_directly() {
    let (emulator, proxy) = (emulator().await, HttpProxy::start().await);
    let proxies = Proxies::new().all(proxy.url());
    for (proxies, through) in
        [(proxies.clone(), true), (proxies.no_proxy(["127.0.0.0/8"]), false), (Proxies::none(), false)]
    {
        let before = proxy.connections();
        let client = at(&emulator.rest_url(), &emulator.grpc_url()).proxies(proxies).connect().await.unwrap();
        client.collection("Article").query().fetch_objects().await.unwrap();
        assert_eq!(proxy.connections() > before, through);
    }
}

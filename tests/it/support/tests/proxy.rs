use std::io;

use http::{Request, header};
use http_body_util::Full;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Bare, never};
use crate::support::proxy::{HttpProxy, Manner, SocksProxy};
use crate::support::recorder::Recorder;

const META: &str = "GET /v1/meta HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
/// `hedwig:albus`
const LOGIN: &str = "Basic aGVkd2lnOmFsYnVz";

async fn dial(url: &str) -> TcpStream {
    TcpStream::connect(url.split_once("://").unwrap().1).await.unwrap()
}

/// The status line of the proxy, and what comes through the tunnel.
async fn tunnel(proxy: &HttpProxy, target: &str, login: &str) -> (String, String) {
    let mut socket = dial(&proxy.url()).await;
    let login = if login.is_empty() { String::new() } else { format!("proxy-authorization: {login}\r\n") };
    socket.write_all(format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n{login}\r\n").as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let mut reply = String::new();
    if head.starts_with("HTTP/1.1 200") {
        socket.write_all(META.as_bytes()).await.unwrap();
        socket.read_to_string(&mut reply).await.unwrap();
    }
    (head, reply)
}

#[tokio::test]
async fn http_proxy_connect_reaches_the_target() {
    let (recorder, proxy) = (Recorder::start().await, HttpProxy::start().await);
    let target = recorder.rest_url().replace("http://", "");
    proxy.route("weaviate.test:8080", &target);
    for target in [target.as_str(), "weaviate.test:8080"] {
        let (head, reply) = tunnel(&proxy, target, "").await;
        assert!(head.starts_with("HTTP/1.1 200") && reply.starts_with("HTTP/1.1 200"), "{head}{reply}");
    }
    let (head, _) = tunnel(&proxy, "127.0.0.1:1", "").await;
    assert!(head.starts_with("HTTP/1.1 502"), "{head}");
    proxy.set(Manner::Refuse);
    let (head, _) = tunnel(&proxy, &target, "").await;
    assert!(head.starts_with("HTTP/1.1 403"), "{head}");
    assert_eq!(proxy.targets(), [target.as_str(), "weaviate.test:8080", "127.0.0.1:1", target.as_str()]);
    assert_eq!((recorder.calls().len(), proxy.connections(), proxy.rejected()), (2, 4, 0));
}

#[tokio::test]
async fn http_proxy_requires_its_password() {
    let (recorder, proxy) = (Recorder::start().await, HttpProxy::with_login("hedwig", "albus").await);
    let target = recorder.rest_url().replace("http://", "");
    for login in ["", "Basic aGVkd2lnOnRvbQ=="] {
        let (head, _) = tunnel(&proxy, &target, login).await;
        assert!(head.starts_with("HTTP/1.1 407") && head.contains("proxy-authenticate: Basic"), "{head}");
    }
    assert_eq!((proxy.targets().len(), proxy.rejected()), (0, 2));
    let (head, reply) = tunnel(&proxy, &target, LOGIN).await;
    assert!(head.starts_with("HTTP/1.1 200") && reply.starts_with("HTTP/1.1 200"), "{head}{reply}");
    assert_eq!(proxy.url_as("hedwig", "albus"), proxy.url().replace("://", "://hedwig:albus@"));
}

#[tokio::test]
async fn http_proxy_forwards_plain_requests_without_the_password() {
    let (recorder, proxy) = (Recorder::start().await, HttpProxy::with_login("hedwig", "albus").await);
    proxy.route("weaviate.test:80", recorder.rest_url().replace("http://", ""));
    let mut socket = dial(&proxy.url()).await;
    let head = format!("host: weaviate.test\r\nproxy-authorization: {LOGIN}\r\nconnection: close\r\n\r\n");
    socket.write_all(format!("GET http://weaviate.test/v1/meta?x=1 HTTP/1.1\r\n{head}").as_bytes()).await.unwrap();
    let mut reply = String::new();
    socket.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("1.39.0"), "{reply}");
    let call = &recorder.calls()[0];
    assert_eq!((call.path.as_str(), call.header("host")), ("/v1/meta?x=1", "weaviate.test"));
    assert!(!call.headers.contains_key(header::PROXY_AUTHORIZATION));
    assert_eq!(proxy.targets(), ["weaviate.test:80"]);
}

#[tokio::test]
async fn http_proxy_can_hang() {
    let proxy = HttpProxy::start().await;
    proxy.set(Manner::Hang);
    let bare = Bare::http1();
    // A whole URL in the first line is what a proxy expects, and what this client sends to a host that it has no path for.
    let request = || Request::connect(proxy.url()).body(Full::default()).unwrap();
    let ask = bare.ask(request());
    tokio::pin!(ask);
    while proxy.targets().is_empty() {
        tokio::select! {
            _ = &mut ask => panic!("a hanging proxy has answered"),
            () = tokio::task::yield_now() => {}
        }
    }
    tokio::time::pause();
    assert!(never(ask).await);
}

/// Greets, logs in, and asks for a name. The code of the reply, or none if it was not let in.
async fn socks(proxy: &SocksProxy, login: Option<(&str, &str)>, host: &str, port: u16) -> io::Result<(u8, TcpStream)> {
    let short = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let mut socket = dial(&proxy.url()).await;
    socket.write_all(if login.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] }).await?;
    let mut chosen = [0; 2];
    socket.read_exact(&mut chosen).await?;
    match (chosen, login) {
        ([5, 0], _) => {}
        ([5, 2], Some((user, password))) => {
            socket.write_all(&[vec![1], short(user), short(password)].concat()).await?;
            socket.read_exact(&mut chosen).await?;
            if chosen != [1, 0] {
                return Err(io::Error::other("wrong password"));
            }
        }
        _ => return Err(io::Error::other("no way to log in")),
    }
    socket.write_all(&[vec![5, 1, 0, 3], short(host), port.to_be_bytes().to_vec()].concat()).await?;
    let mut reply = [0; 10];
    socket.read_exact(&mut reply).await?;
    Ok((reply[1], socket))
}

#[tokio::test]
async fn socks_proxy_reaches_the_target_with_or_without_a_password() {
    let recorder = Recorder::start().await;
    let target = recorder.rest_url().replace("http://", "");
    for login in [None, Some(("hedwig", "albus"))] {
        let proxy = match login {
            None => SocksProxy::start().await,
            Some((user, password)) => SocksProxy::with_login(user, password).await,
        };
        proxy.route("weaviate.test:8080", &target);
        let (code, mut socket) = socks(&proxy, login, "weaviate.test", 8080).await.unwrap();
        assert_eq!(code, 0);
        socket.write_all(META.as_bytes()).await.unwrap();
        let mut reply = String::new();
        socket.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");

        assert_eq!(socks(&proxy, login, "127.0.0.1", 1).await.unwrap().0, 5);
        proxy.set(Manner::Refuse);
        assert_eq!(socks(&proxy, login, "weaviate.test", 8080).await.unwrap().0, 2);
        assert_eq!(proxy.targets(), ["weaviate.test:8080", "127.0.0.1:1", "weaviate.test:8080"]);
        assert!(proxy.url_as("a", "b").starts_with("socks5h://a:b@127.0.0.1:"));
        if login.is_some() {
            assert!(socks(&proxy, None, "weaviate.test", 8080).await.is_err());
            assert!(socks(&proxy, Some(("hedwig", "tom")), "weaviate.test", 8080).await.is_err());
            assert_eq!((proxy.rejected(), proxy.connections()), (2, 5));
        }
    }
}

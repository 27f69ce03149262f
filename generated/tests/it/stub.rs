//! A server that gives canned replies and keeps what it was sent, and hooks that do next to nothing.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use weaviate_generated::rest::{Client, RestHooks};

/// Passes every request on, with a header.
#[derive(Debug)]
pub(crate) struct Plain;

impl RestHooks for Plain {
    fn before(&self, request: &mut reqwest::Request, operation: &'static str) -> Result<(), String> {
        let value = operation.parse().map_err(|error| format!("{error}"))?;
        request.headers_mut().insert("x-operation", value);
        Ok(())
    }
}

/// A server on a port of its own.
pub(crate) struct Stub {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// Answers every request with `reply`, a whole HTTP/1.1 response.
    pub(crate) async fn start(reply: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut text = Vec::new();
                let mut buffer = [0; 4096];
                while !complete(&text) {
                    match socket.read(&mut buffer).await {
                        Ok(read) if read > 0 => text.extend_from_slice(&buffer[..read]),
                        _ => break,
                    }
                }
                seen.lock().unwrap().push(String::from_utf8(text).unwrap());
                socket.write_all(reply.as_bytes()).await.unwrap();
            }
        });
        Self { url, requests }
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> Client {
        self.client_with(Arc::new(Plain))
    }

    /// A client of this server with hooks of its own.
    pub(crate) fn client_with(&self, hooks: Arc<dyn RestHooks>) -> Client {
        // Built along with the client, reqwest has TLS and asks for a provider even where none is needed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(10)).build().unwrap();
        Client::new(self.url.as_str(), http, hooks)
    }

    /// What was sent so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The one request that was sent.
    pub(crate) fn request(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.into_iter().next().unwrap()
    }
}

fn complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

//! Ports that are closed, silent, or answer with fixed bytes.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::tcp::{Port, Serving};

/// Accepts, reads, and never answers.
#[derive(Debug)]
pub(crate) struct BlackHole(Serving);

impl BlackHole {
    pub(crate) async fn start() -> Self {
        let serving = Serving::start(|mut stream, _, _| async move {
            let mut buffer = [0; 4096];
            while stream.read(&mut buffer).await.is_ok_and(|length| length > 0) {}
        });
        Self(serving.await)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn connections(&self) -> usize {
        self.0.connections()
    }
}

/// A port that refuses connections for as long as this is held.
#[derive(Debug)]
pub(crate) struct ClosedPort(Port);

impl ClosedPort {
    pub(crate) fn new() -> Self {
        Self(Port::free())
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }
}

/// Answers the first bytes of each connection with the same bytes, whatever it was asked, and hangs up.
#[derive(Debug)]
pub(crate) struct Canned(Serving);

impl Canned {
    /// Speaks HTTP/1.1, also to those who speak HTTP/2 or TLS.
    pub(crate) async fn http1() -> Self {
        let body = "this port speaks HTTP/1.1 and nothing else\n";
        let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length:";
        Self::answering(format!("{head} {}\r\n\r\n{body}", body.len())).await
    }

    /// Answers plaintext with a fatal TLS alert (unexpected message).
    pub(crate) async fn tls_alert() -> Self {
        Self::answering([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a]).await
    }

    pub(crate) async fn answering(reply: impl Into<Vec<u8>>) -> Self {
        let reply = reply.into();
        let serving = Serving::start(move |mut stream, _, _| {
            let reply = reply.clone();
            async move {
                let mut buffer = [0; 4096];
                if stream.read(&mut buffer).await.is_ok_and(|length| length > 0)
                    && stream.write_all(&reply).await.is_ok()
                {
                    let _ = stream.shutdown().await;
                    // Bytes left unread would turn the end of the connection into a reset.
                    while stream.read(&mut buffer).await.is_ok_and(|length| length > 0) {}
                }
            }
        });
        Self(serving.await)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn connections(&self) -> usize {
        self.0.connections()
    }
}

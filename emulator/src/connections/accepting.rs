//! Accepting connections in the forms that axum and tonic take.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info;
use axum::serve::{IncomingStream, Listener};
use futures_util::{Stream, stream};
use tokio::net::TcpListener;

use super::stream::CuttableStream;
use super::{Connections, Knife};

/// Pause after an error that is not the client's, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// A port that registers the connections it accepts.
#[derive(Debug)]
pub(crate) struct Accepting {
    listener: TcpListener,
    connections: Arc<Connections>,
}

impl Accepting {
    pub(crate) fn new(listener: TcpListener, connections: Arc<Connections>) -> Self {
        Self { listener, connections }
    }

    async fn next(&self) -> (CuttableStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Small replies would wait for the client's acknowledgement otherwise.
                    if let Err(fault) = stream.set_nodelay(true) {
                        tracing::debug!(%fault, "cannot set TCP_NODELAY on a connection");
                    }
                    return (self.connections.register(stream), address);
                }
                // The client is gone already.
                Err(fault) if is_the_clients(&fault) => {}
                Err(fault) => {
                    tracing::error!(%fault, "cannot accept a connection");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// All connections to come, as tonic takes them.
    pub(crate) fn into_stream(self) -> impl Stream<Item = io::Result<CuttableStream>> {
        stream::unfold(self, async |accepting| {
            let (stream, _) = accepting.next().await;
            Some((Ok(stream), accepting))
        })
    }
}

fn is_the_clients(fault: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(fault.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

impl Listener for Accepting {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        self.next().await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// The connection of a request, for axum.
impl connect_info::Connected<IncomingStream<'_, Accepting>> for Knife {
    fn connect_info(stream: IncomingStream<'_, Accepting>) -> Self {
        stream.io().knife().clone()
    }
}

//! A TCP stream that a knife can reset.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tonic::transport::server::Connected;

use super::{Connections, Knife};

/// A connection of one of the ports. It leaves the list of open connections when it is dropped.
#[derive(Debug)]
pub(crate) struct CuttableStream {
    stream: TcpStream,
    knife: Knife,
    number: u64,
    connections: Arc<Connections>,
}

impl CuttableStream {
    pub(super) fn new(stream: TcpStream, knife: Knife, number: u64, connections: Arc<Connections>) -> Self {
        Self { stream, knife, number, connections }
    }

    pub(crate) fn knife(&self) -> &Knife {
        &self.knife
    }

    /// Fails once the connection is cut.
    fn check(&self) -> io::Result<()> {
        if !self.knife.is_cut() {
            return Ok(());
        }
        // Without lingering, the kernel sends a reset instead of an orderly end. Where it refuses, the end has to do.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl Drop for CuttableStream {
    fn drop(&mut self) {
        // A server that never looks at the stream again resets it all the same.
        let _ = self.check();
        self.connections.forget(self.number);
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.knife.wake_reader_by(context.waker());
        self.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.knife.wake_writer_by(context.waker());
        self.check()?;
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.knife.count(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.knife.wake_writer_by(context.waker());
        self.check()?;
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices))?;
        self.knife.count(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The connection of a call, for tonic.
impl Connected for CuttableStream {
    type ConnectInfo = Knife;

    fn connect_info(&self) -> Knife {
        self.knife.clone()
    }
}

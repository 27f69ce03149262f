//! gRPC connections in memory, for `benches/instructions`: how the bytes of a socket fall into reads
//! depends on the kernel and the load, and so does the count of instructions.
//!
//! Compiled with `--cfg weaviate_in_memory` only.

use std::cell::RefCell;
use std::future::{Ready, ready};
use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tower_service::Service;

use crate::transport::connection::connector::BoxError;

type Dial = Arc<dyn Fn() -> DuplexStream + Send + Sync>;

thread_local! {
    static DIAL: RefCell<Option<Dial>> = const { RefCell::new(None) };
}

/// Makes the clients that this thread creates from now on open their gRPC connections by `dial`.
pub fn connect_through(dial: impl Fn() -> DuplexStream + Send + Sync + 'static) {
    DIAL.set(Some(Arc::new(dial)));
}

/// Connector in place of that for TCP.
#[derive(Clone)]
pub(crate) struct InMemoryConnector(Option<Dial>);

/// Returns the connector of the current thread in place of another.
pub(super) fn replace<C>(_: C) -> InMemoryConnector {
    InMemoryConnector(DIAL.with_borrow(Clone::clone))
}

impl Service<Uri> for InMemoryConnector {
    type Response = InMemoryConnection;
    type Error = BoxError;
    type Future = Ready<std::result::Result<InMemoryConnection, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let dial = self.0.as_ref().ok_or_else(|| "`connect_through` was not called on this thread".into());
        ready(dial.map(|dial| InMemoryConnection(TokioIo::new(dial()))))
    }
}

pub(crate) struct InMemoryConnection(TokioIo<DuplexStream>);

impl Connection for InMemoryConnection {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for InMemoryConnection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, room: ReadBufCursor<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_read(context, room)
    }
}

impl Write for InMemoryConnection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

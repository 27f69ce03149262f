//! Cutting one connection from wherever it is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Waker;
use std::time::Duration;

use futures_util::task::AtomicWaker;

/// Pause between two looks at the bytes that have gone out.
const LOOK: Duration = Duration::from_millis(1);
/// Bound on these looks. A client that does not read lets nothing go out.
const LOOKS: u32 = 100;

/// Resets one connection, and counts the bytes that went out on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knife(Arc<Edge>);

#[derive(Debug, Default)]
struct Edge {
    cut: AtomicBool,
    written: AtomicU64,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Knife {
    /// Resets the connection. Nothing is read or written on it from now on.
    pub(crate) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
        self.0.reader.wake();
        self.0.writer.wake();
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::SeqCst)
    }

    /// Number of bytes that the socket has taken so far.
    pub(crate) fn written(&self) -> u64 {
        self.0.written.load(Ordering::SeqCst)
    }

    /// Waits until the socket has taken that many bytes, but not for long.
    pub(crate) async fn has_written(&self, bytes: u64) {
        for _ in 0..LOOKS {
            if self.written() >= bytes {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    pub(super) fn count(&self, written: usize) {
        self.0.written.fetch_add(u64::try_from(written).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    pub(super) fn wake_reader_by(&self, waker: &Waker) {
        self.0.reader.register(waker);
    }

    pub(super) fn wake_writer_by(&self, waker: &Waker) {
        self.0.writer.register(waker);
    }
}

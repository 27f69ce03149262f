//! The output of a subscriber of `tracing`, kept for a test.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::Dispatch;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// All that is logged on this thread.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Two subscribers that want nothing, for as long as the process lives.
static OTHERS: LazyLock<[Dispatch; 2]> = LazyLock::new(|| {
    [(); 2].map(|()| Dispatch::new(tracing_subscriber::fmt().with_max_level(LevelFilter::OFF).finish()))
});

/// Keeps a span from being off for all threads. With one subscriber in the process, `tracing` asks the thread that first
/// comes to a span whether it is wanted; that may be the thread of another test, which has no subscriber.
pub(crate) fn ask_all_subscribers() {
    LazyLock::force(&OTHERS);
}

//! The open connections of both ports, each of which can be reset under the protocol that it carries.

mod accepting;
mod knife;
mod stream;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpStream;

pub(crate) use accepting::Accepting;
pub(crate) use knife::Knife;
use stream::CuttableStream;

/// The open connections of a server.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    knives: BTreeMap<u64, Knife>,
}

impl Connections {
    /// Resets all connections that are open now.
    pub(crate) fn cut_all(&self) {
        // Woken outside of the lock: a stream that ends takes itself out of the list.
        let knives: Vec<Knife> = self.lock().knives.values().cloned().collect();
        knives.iter().for_each(Knife::cut);
    }

    fn register(self: &Arc<Self>, stream: TcpStream) -> CuttableStream {
        let knife = Knife::default();
        let number = {
            let mut open = self.lock();
            let number = open.next;
            open.next += 1;
            open.knives.insert(number, knife.clone());
            number
        };
        CuttableStream::new(stream, knife, number, Arc::clone(self))
    }

    fn forget(&self, number: u64) {
        self.lock().knives.remove(&number);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The HTTP/2 connections to one gRPC address. The first carries everything until it is busy; one that has fallen silent is
//! given up, so that a call which timed out on it is the last to do so.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

use super::channel::Channel;

/// So many calls share a connection before the next one is opened. Less would cost more: calls that go together share
/// packets and wake-ups.
const SHARED: usize = 100;

/// Makes a channel that connects with its first call.
type Open = Box<dyn Fn() -> Channel + Send + Sync>;

pub(crate) struct Pool {
    slots: Arc<[Slot]>,
    open: Open,
    /// Times are counted from here.
    start: Instant,
}

struct Slot {
    channel: RwLock<Channel>,
    in_flight: AtomicUsize,
    /// When the server last answered, in milliseconds since the start.
    heard: AtomicU64,
}

impl Pool {
    /// `size` is 1 or more. Must be called within a tokio runtime.
    pub(crate) fn new(size: usize, open: impl Fn() -> Channel + Send + Sync + 'static) -> Self {
        let slot = || Slot { channel: RwLock::new(open()), in_flight: AtomicUsize::new(0), heard: AtomicU64::new(0) };
        let slots = (0..size.max(1)).map(|_| slot()).collect();
        Self { slots, open: Box::new(open), start: Instant::now() }
    }

    /// A connection for one call that may take so long: the first with room, else the least busy.
    pub(crate) fn take(&self, timeout: Duration) -> Lease<'_> {
        let load = |slot: &Slot| slot.in_flight.load(Ordering::Relaxed);
        let mut best = 0;
        let mut least = usize::MAX;
        for (index, slot) in self.slots.iter().enumerate() {
            let load = load(slot);
            if load < SHARED {
                best = index;
                break;
            }
            if load < least {
                (best, least) = (index, load);
            }
        }
        let slot = &self.slots[best];
        slot.in_flight.fetch_add(1, Ordering::Relaxed);
        let since = self.now();
        // The clock of the call started a moment earlier.
        let nearly = timeout.saturating_sub(timeout / 16);
        let deadline = since.saturating_add(u64::try_from(nearly.as_millis()).unwrap_or(u64::MAX));
        Lease { pool: self, slot, since, deadline, answered: false }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A connection while one call uses it.
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    slot: &'p Slot,
    since: u64,
    deadline: u64,
    answered: bool,
}

impl Lease<'_> {
    pub(crate) fn channel(&self) -> Channel {
        self.slot.channel.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The server answered, with whatever.
    pub(crate) fn answered(&mut self) {
        self.answered = true;
        self.slot.heard.fetch_max(self.pool.now(), Ordering::Relaxed);
    }
}

/// Also where a call is given up at its deadline: then its future is dropped, and nobody is there to tell.
impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.slot.in_flight.fetch_sub(1, Ordering::Relaxed);
        if self.answered || self.pool.now() < self.deadline {
            return;
        }
        // Nothing at all came while this call waited: not a slow answer, but a connection that leads nowhere.
        if self.slot.heard.load(Ordering::Relaxed) <= self.since {
            *self.slot.channel.write().unwrap_or_else(PoisonError::into_inner) = (self.pool.open)();
            self.slot.heard.fetch_max(self.pool.now(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::super::channel::channel;
    use super::*;
    use crate::transport::connection::connector::Connector;
    #[cfg(feature = "tls")]
    use crate::transport::connection::tls::Tls;

    const SECOND: Duration = Duration::from_secs(1);

    fn pool(size: usize) -> (Pool, Arc<AtomicUsize>) {
        let opened = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&opened);
        let pool = Pool::new(size, move || {
            count.fetch_add(1, Ordering::Relaxed);
            #[cfg(feature = "tls")]
            let tls = Tls::new(&crate::options::Tls::new()).unwrap();
            let connector = Connector::new(
                SECOND,
                None,
                #[cfg(feature = "tls")]
                tls.proxy(),
            );
            let connector = connector.unwrap();
            #[cfg(feature = "tls")]
            let connector = tls.grpc(connector);
            channel(connector, SECOND)
        });
        (pool, opened)
    }

    fn loads(pool: &Pool) -> Vec<usize> {
        pool.slots.iter().map(|slot| slot.in_flight.load(Ordering::Relaxed)).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_shared_until_it_is_busy() {
        let (pool, _) = pool(2);
        let mut leases: Vec<_> = (0..SHARED).map(|_| pool.take(SECOND)).collect();
        assert_eq!(loads(&pool), [SHARED, 0]);
        leases.extend((0..SHARED + 2).map(|_| pool.take(SECOND)));
        assert_eq!(loads(&pool), [SHARED + 1, SHARED + 1]);
        leases.clear();
        assert_eq!(loads(&pool), [0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_given_up_and_a_slow_one_is_not() {
        let (pool, opened) = pool(1);
        let opened = || opened.load(Ordering::Relaxed);
        assert_eq!(opened(), 1);
        // Dropped by its caller before the deadline.
        drop(pool.take(SECOND));
        // Answered in time.
        let mut answered = pool.take(SECOND);
        tokio::time::advance(SECOND / 2).await;
        answered.answered();
        drop(answered);
        // Somebody else was answered meanwhile.
        let slow = pool.take(SECOND);
        tokio::time::advance(SECOND / 2).await;
        pool.take(SECOND).answered();
        tokio::time::advance(SECOND / 2).await;
        drop(slow);
        assert_eq!(opened(), 1);
        // Two waited in vain on the same connection: it is replaced once.
        tokio::time::advance(SECOND).await;
        let silent = [pool.take(SECOND), pool.take(SECOND)];
        tokio::time::advance(SECOND).await;
        drop(silent);
        assert_eq!(opened(), 2);
    }
}

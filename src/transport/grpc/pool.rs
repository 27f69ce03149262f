//! Pool of HTTP/2 connections to one gRPC address.
//!
//! The first connection takes all calls until it is busy. A connection without any response is
//! replaced, so that one timeout is the last on it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

use super::channel::Channel;

/// Calls on a connection before the pool uses the next one. A lower number costs more: concurrent
/// calls share packets and wake-ups.
const MAX_SHARED_CALLS: usize = 100;

/// Creates a channel, which connects with its first call.
type OpenChannel = Box<dyn Fn() -> Channel + Send + Sync>;

pub(crate) struct Pool {
    slots: Arc<[Slot]>,
    open: OpenChannel,
    /// Zero of the times below.
    start: Instant,
}

struct Slot {
    channel: RwLock<Channel>,
    in_flight: AtomicUsize,
    /// Time of the last response, in milliseconds since `start`.
    last_response: AtomicU64,
}

impl Pool {
    /// Creates a pool of `size` connections, at least 1. Must be called within a tokio runtime.
    pub(crate) fn new(size: usize, open: impl Fn() -> Channel + Send + Sync + 'static) -> Self {
        let slot =
            || Slot { channel: RwLock::new(open()), in_flight: AtomicUsize::new(0), last_response: AtomicU64::new(0) };
        let slots = (0..size.max(1)).map(|_| slot()).collect();
        Self { slots, open: Box::new(open), start: Instant::now() }
    }

    /// Leases a connection for a call with this timeout: the first with room, else the least busy.
    pub(crate) fn take(&self, timeout: Duration) -> Lease<'_> {
        let load = |slot: &Slot| slot.in_flight.load(Ordering::Relaxed);
        let mut best = 0;
        let mut least = usize::MAX;
        for (index, slot) in self.slots.iter().enumerate() {
            let load = load(slot);
            if load < MAX_SHARED_CALLS {
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
        // The timer of the call started a moment earlier.
        let most = timeout.saturating_sub(timeout / 16);
        let deadline = since.saturating_add(u64::try_from(most.as_millis()).unwrap_or(u64::MAX));
        Lease { pool: self, slot, since, deadline, answered: false }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A connection in use by one call.
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

    /// Records a response of the server, of any status.
    pub(crate) fn answered(&mut self) {
        self.answered = true;
        self.slot.last_response.fetch_max(self.pool.now(), Ordering::Relaxed);
    }
}

/// Runs also for a call that is dropped at its deadline, the only trace it leaves.
impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.slot.in_flight.fetch_sub(1, Ordering::Relaxed);
        if self.answered || self.pool.now() < self.deadline {
            return;
        }
        // No response at all during the call: the connection is dead, not slow.
        if self.slot.last_response.load(Ordering::Relaxed) <= self.since {
            *self.slot.channel.write().unwrap_or_else(PoisonError::into_inner) = (self.pool.open)();
            self.slot.last_response.fetch_max(self.pool.now(), Ordering::Relaxed);
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
    use crate::transport::connection::tls::ConnectionTls;

    const SECOND: Duration = Duration::from_secs(1);

    fn pool(size: usize) -> (Pool, Arc<AtomicUsize>) {
        let opened = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&opened);
        let pool = Pool::new(size, move || {
            count.fetch_add(1, Ordering::Relaxed);
            #[cfg(feature = "tls")]
            let tls = ConnectionTls::new(&crate::options::Tls::new()).unwrap();
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
        let mut leases: Vec<_> = (0..MAX_SHARED_CALLS).map(|_| pool.take(SECOND)).collect();
        assert_eq!(loads(&pool), [MAX_SHARED_CALLS, 0]);
        leases.extend((0..MAX_SHARED_CALLS + 2).map(|_| pool.take(SECOND)));
        assert_eq!(loads(&pool), [MAX_SHARED_CALLS + 1, MAX_SHARED_CALLS + 1]);
        leases.clear();
        assert_eq!(loads(&pool), [0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_replaced_and_a_slow_one_is_kept() {
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
        // Another call got a response meanwhile.
        let slow = pool.take(SECOND);
        tokio::time::advance(SECOND / 2).await;
        pool.take(SECOND).answered();
        tokio::time::advance(SECOND / 2).await;
        drop(slow);
        assert_eq!(opened(), 1);
        // Two calls timed out on the same connection: it is replaced once.
        tokio::time::advance(SECOND).await;
        let silent = [pool.take(SECOND), pool.take(SECOND)];
        tokio::time::advance(SECOND).await;
        drop(silent);
        assert_eq!(opened(), 2);
    }
}

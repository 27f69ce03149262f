//! Keeps the timers of calls cheap.
//!
//! tokio wakes a second thread for a timer that is due before all others, and every deadline is one where calls come one by
//! one: that thread then gets in the way of the call. An earlier timer that is always there spares it. It ticks while there
//! are calls, and ends soon after the last.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// Earlier than the deadline of nearly every call, and seldom enough to cost nothing.
const TICK: Duration = Duration::from_millis(100);

const IDLE: u8 = 0;
const TICKING: u8 = 1;
/// Ticking, and a call has come since the last tick.
const BUSY: u8 = 2;

#[derive(Debug, Default)]
pub(crate) struct DeadlineTimer(Arc<AtomicU8>);

impl DeadlineTimer {
    /// A call begins. Must be called within a tokio runtime.
    pub(crate) fn call(&self) {
        if self.0.load(Ordering::Relaxed) == BUSY || self.0.swap(BUSY, Ordering::AcqRel) != IDLE {
            return;
        }
        let state = Arc::clone(&self.0);
        tokio::spawn(async move {
            // A runtime that shuts down drops this; then the next call starts another.
            let _idle = Ending(&state);
            loop {
                tokio::time::sleep(TICK).await;
                let quiet = state.compare_exchange(TICKING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok();
                if quiet {
                    return;
                }
                state.store(TICKING, Ordering::Release);
            }
        });
    }
}

/// However the ticking ends, it is over.
struct Ending<'s>(&'s AtomicU8);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(IDLE, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl DeadlineTimer {
        fn is_ticking(&self) -> bool {
            // The task has the other one.
            Arc::strong_count(&self.0) > 1
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_ticks_while_there_are_calls_and_ends_soon_after() {
        let pace = DeadlineTimer::default();
        assert!(!pace.is_ticking());
        for _ in 0..50 {
            pace.call();
            tokio::time::sleep(TICK / 3).await;
            assert_eq!(Arc::strong_count(&pace.0), 2, "one task, and no more");
        }
        tokio::time::sleep(TICK * 3).await;
        assert!(!pace.is_ticking());
        pace.call();
        assert!(pace.is_ticking());
    }

    #[test]
    fn a_runtime_that_ends_is_no_end_to_it() {
        let pace = DeadlineTimer::default();
        for _ in 0..2 {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async {
                pace.call();
                tokio::task::yield_now().await;
                assert!(pace.is_ticking());
            });
            drop(runtime);
            assert!(!pace.is_ticking());
        }
    }
}

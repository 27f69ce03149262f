//! Keeps the timers of calls cheap.
//!
//! tokio wakes a second thread for a timer that is due before all others. With sequential calls,
//! each deadline is such a timer, and the second thread slows the call down. An earlier timer
//! prevents that. It ticks while there are calls, and ends soon after the last.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// Earlier than nearly all deadlines, and rare enough to cost nothing.
const TICK: Duration = Duration::from_millis(100);

const IDLE: u8 = 0;
const TICKING: u8 = 1;
/// Ticking, with a call since the last tick.
const BUSY: u8 = 2;

#[derive(Debug, Default)]
pub(crate) struct DeadlineTimer(Arc<AtomicU8>);

impl DeadlineTimer {
    /// Starts the ticking for a call. Must be called within a tokio runtime.
    pub(crate) fn call(&self) {
        if self.0.load(Ordering::Relaxed) == BUSY || self.0.swap(BUSY, Ordering::AcqRel) != IDLE {
            return;
        }
        let state = Arc::clone(&self.0);
        tokio::spawn(async move {
            // A runtime that shuts down drops this. Then the next call starts another task.
            let _idle = IdleOnDrop(&state);
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

/// Resets the state whenever the task ends, also when it is dropped.
struct IdleOnDrop<'s>(&'s AtomicU8);

impl Drop for IdleOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(IDLE, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl DeadlineTimer {
        fn is_ticking(&self) -> bool {
            // The task holds the other reference.
            Arc::strong_count(&self.0) > 1
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_timer_ticks_while_there_are_calls() {
        let timer = DeadlineTimer::default();
        assert!(!timer.is_ticking());
        for _ in 0..50 {
            timer.call();
            tokio::time::sleep(TICK / 3).await;
            assert_eq!(Arc::strong_count(&timer.0), 2, "one task, and no more");
        }
        tokio::time::sleep(TICK * 3).await;
        assert!(!timer.is_ticking());
        timer.call();
        assert!(timer.is_ticking());
    }

    #[test]
    fn the_timer_starts_again_in_another_runtime() {
        let timer = DeadlineTimer::default();
        for _ in 0..2 {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(async {
                timer.call();
                tokio::task::yield_now().await;
                assert!(timer.is_ticking());
            });
            drop(runtime);
            assert!(!timer.is_ticking());
        }
    }
}

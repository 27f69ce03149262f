//! Jobs of batches on their way into the vector indexes, as `batchStats` shows them.
//!
//! The server stores the objects of a batch at once, and answers when its workers have put all of them into their indexes.
//! Where vectors are indexed later, there are no such jobs.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Time over which a worker counts.
const SECOND: Duration = Duration::from_secs(1);

/// The jobs of one node.
#[derive(Debug)]
pub(crate) struct ImportQueue {
    /// Number of workers of the node.
    workers: u64,
    state: Mutex<Jobs>,
}

#[derive(Debug)]
struct Jobs {
    /// Number of jobs that the workers have taken, which take turns.
    taken: u64,
    /// Number of jobs that the first worker has taken since it reported.
    counted: u64,
    /// Time from which on the first worker reports with its next job.
    report_due: Instant,
    reported: u64,
    /// Time at which all jobs are done.
    done_at: Instant,
}

impl ImportQueue {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let cores = std::thread::available_parallelism().map_or(1, |cores| u64::try_from(cores.get()).unwrap_or(1));
        let jobs = Jobs { taken: 0, counted: 0, report_due: now + SECOND, reported: 0, done_at: now };
        // One and a half for each core, rounded.
        Self { workers: (3 * cores).div_ceil(2), state: Mutex::new(jobs) }
    }

    /// Adds the jobs of a batch. Returns when they are done, at so many a second.
    pub(super) fn add(&self, jobs: usize, rate: Option<u32>, now: Instant) -> Instant {
        let mut state = self.state();
        for _ in 0..jobs {
            let is_first = state.taken.is_multiple_of(self.workers);
            state.taken += 1;
            if is_first {
                state.counted += 1;
                if now > state.report_due {
                    state.reported = state.counted * self.workers;
                    (state.counted, state.report_due) = (0, now + SECOND);
                }
            }
        }
        let begin = state.done_at.max(now);
        state.done_at = rate.map_or(now, |rate| begin + time_of(jobs, rate));
        state.done_at
    }

    /// Number of objects a second, as the first worker has reported it last. It never decays.
    pub(crate) fn rate(&self) -> u64 {
        self.state().reported
    }

    /// Number of jobs that wait.
    pub(crate) fn length(&self, rate: Option<u32>) -> u64 {
        let left = self.state().done_at.saturating_duration_since(Instant::now());
        rate.map_or(0, |rate| jobs_in(left, rate))
    }

    fn state(&self) -> MutexGuard<'_, Jobs> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Time that jobs take.
fn time_of(jobs: usize, rate: u32) -> Duration {
    let nanos = u128::try_from(jobs).unwrap_or(u128::MAX).saturating_mul(1_000_000_000) / u128::from(rate.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Number of jobs that take that time, rounded up.
fn jobs_in(time: Duration, rate: u32) -> u64 {
    let jobs = (time.as_nanos() * u128::from(rate)).div_ceil(1_000_000_000);
    u64::try_from(jobs).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_comes_with_a_job_after_a_second_and_stays() {
        let queue = ImportQueue::new();
        let start = Instant::now();
        let workers = usize::try_from(queue.workers).unwrap();
        queue.add(10 * workers, None, start);
        assert_eq!(queue.rate(), 0);
        // The first worker counts this one, too.
        queue.add(1, None, start + 2 * SECOND);
        assert_eq!(queue.rate(), 11 * queue.workers);
        assert_eq!(queue.rate(), 11 * queue.workers);
    }

    #[test]
    fn jobs_wait_in_line() {
        let queue = ImportQueue::new();
        let now = Instant::now();
        assert_eq!(queue.add(100, Some(10), now), now + 10 * SECOND);
        assert_eq!(queue.add(50, Some(10), now + SECOND), now + 15 * SECOND);
        let waiting = queue.length(Some(10));
        assert!((140..=150).contains(&waiting), "{waiting}");
        assert_eq!(queue.length(None), 0);
    }
}

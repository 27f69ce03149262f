//! Polling with a deadline: pauses that double, and time for a last attempt before the deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Error;
use crate::error::{ErrorKind, Verdict};

/// A wait in progress.
#[derive(Debug)]
pub(crate) struct Wait {
    start: Instant,
    within: Duration,
    shortest: Duration,
    pause: Duration,
    longest: Duration,
}

impl Wait {
    /// Starts a wait with a deadline, and with pauses that double from `shortest` to `longest`.
    pub(crate) fn new(within: Duration, shortest: Duration, longest: Duration) -> Self {
        Self { start: Instant::now(), within, shortest, pause: shortest, longest }
    }

    /// The time until the deadline.
    pub(crate) fn left(&self) -> Duration {
        self.within.saturating_sub(self.start.elapsed())
    }

    /// Pauses before the next attempt.
    pub(crate) async fn pause(&mut self) {
        let left = self.left();
        sleep(self.pause.min(left / 2).max(self.shortest.min(left))).await;
        self.pause = (self.pause * 2).min(self.longest);
    }

    /// Returns the error of a wait that timed out, with the error of its last attempt as the
    /// source.
    pub(crate) fn late(message: String, last: Option<Error>) -> Error {
        let timed_out = Error::new(Verdict::unknown(ErrorKind::Timeout).transient(), message);
        match last {
            Some(error) => timed_out.with_source(error),
            None => timed_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_and_leave_time_for_a_last_attempt() {
        let ms = Duration::from_millis;
        let mut wait = Wait::new(ms(10_000), ms(100), ms(1_000));
        let mut left = Vec::new();
        while !wait.left().is_zero() {
            left.push(wait.left().as_millis());
            wait.pause().await;
        }
        assert_eq!(left[..5], [10_000, 9_900, 9_700, 9_300, 8_500]);
        assert_eq!(left[left.len() - 3..].iter().map(|left| left / 100).collect::<Vec<_>>(), [3, 1, 0]);
    }
}

//! The clock of a wait: pauses that grow between two looks, and a deadline with time for a last look before it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Error;
use crate::error::{ErrorKind, Verdict};

/// A wait that is under way.
#[derive(Debug)]
pub(crate) struct Wait {
    start: Instant,
    within: Duration,
    shortest: Duration,
    pause: Duration,
    longest: Duration,
}

impl Wait {
    /// Starts a wait that ends `within` this time, with pauses that double from `shortest` to `longest`.
    pub(crate) fn new(within: Duration, shortest: Duration, longest: Duration) -> Self {
        Self { start: Instant::now(), within, shortest, pause: shortest, longest }
    }

    /// The time until the deadline.
    pub(crate) fn left(&self) -> Duration {
        self.within.saturating_sub(self.start.elapsed())
    }

    /// Pauses before the next look.
    pub(crate) async fn pause(&mut self) {
        let left = self.left();
        sleep(self.pause.min(left / 2).max(self.shortest.min(left))).await;
        self.pause = (self.pause * 2).min(self.longest);
    }

    /// The error of a wait whose time is up, with the trouble of the last look as its source.
    pub(crate) fn late(message: String, trouble: Option<Error>) -> Error {
        let late = Error::new(Verdict::unknown(ErrorKind::Timeout).transient(), message);
        match trouble {
            Some(error) => late.with_source(error),
            None => late,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_and_leave_time_for_a_last_look() {
        let ms = Duration::from_millis;
        let mut wait = Wait::new(ms(10_000), ms(100), ms(1_000));
        let mut looks = Vec::new();
        while !wait.left().is_zero() {
            looks.push(wait.left().as_millis());
            wait.pause().await;
        }
        assert_eq!(looks[..5], [10_000, 9_900, 9_700, 9_300, 8_500]);
        assert_eq!(looks[looks.len() - 3..].iter().map(|left| left / 100).collect::<Vec<_>>(), [3, 1, 0]);
    }
}

//! Pauses between looks: they double, and leave time for a last look before the deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The clock of a wait in progress.
#[derive(Debug)]
pub(crate) struct Pauses {
    start: Instant,
    within: Duration,
    shortest: Duration,
    pause: Duration,
    longest: Duration,
}

impl Pauses {
    /// Starts the clock, with pauses that double from `shortest` to `longest`.
    pub(crate) fn new(within: Duration, (shortest, longest): (Duration, Duration)) -> Self {
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
        self.pause = self.pause.saturating_mul(2).min(self.longest);
    }

    /// Pauses before a look that confirms the last one. The pauses begin again at the shortest.
    pub(super) async fn pause_for(&mut self, time: Duration) {
        sleep(time.min(self.left())).await;
        self.pause = self.shortest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_double_and_leave_time_for_a_last_look() {
        let mut pauses = Pauses::new(ms(10_000), (ms(100), ms(1_000)));
        let mut left = Vec::new();
        while !pauses.left().is_zero() {
            left.push(pauses.left().as_millis());
            pauses.pause().await;
        }
        assert_eq!(left[..5], [10_000, 9_900, 9_700, 9_300, 8_500]);
        assert_eq!(left[left.len() - 3..].iter().map(|left| left / 100).collect::<Vec<_>>(), [3, 1, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn extreme_times_do_not_overflow() {
        let mut pauses = Pauses::new(ms(10), (Duration::MAX, Duration::MAX));
        pauses.pause().await;
        pauses.pause().await;
        assert_eq!((pauses.pause, pauses.left()), (Duration::MAX, Duration::ZERO));
        let mut endless = Pauses::new(Duration::MAX, (Duration::MAX, Duration::MAX));
        tokio::time::timeout(ms(5), endless.pause()).await.unwrap_err();
        let mut over = Pauses::new(Duration::ZERO, (ms(100), ms(100)));
        over.pause().await;
        over.pause_for(Duration::MAX).await;
        assert!(over.left().is_zero());
    }
}

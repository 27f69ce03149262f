//! Choice among the matching requests: the n-th, every n-th, a number of them, those of a time.

use std::time::Duration;

use tokio::time::Instant;

use super::invalid::Problem;

/// Settings of a fault about number and time.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    pub(super) nth: Option<u64>,
    pub(super) every: Option<u64>,
    pub(super) times: Option<u64>,
    pub(super) time: Option<Duration>,
}

impl Pace {
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.times == Some(0) {
            return Err(Problem::Nothing("times(0)"));
        }
        if self.every == Some(0) {
            return Err(Problem::Nothing("every(0)"));
        }
        if self.time.is_some_and(|time| time.is_zero()) {
            return Err(Problem::Nothing("for_time of zero"));
        }
        Ok(())
    }

    pub(super) fn start(&self) -> Progress {
        Progress {
            seen: 0,
            first: self.nth.or(self.every.map(|every| every.saturating_sub(1))).unwrap_or_default(),
            every: self.every.unwrap_or(1).max(1),
            left: self.times.or(self.nth.filter(|_| self.every.is_none()).map(|_| 1)),
            // Beyond what the clock can tell is for ever.
            end: self.time.and_then(|time| Instant::now().checked_add(time)),
        }
    }
}

/// Progress of a fault that has been added.
#[derive(Debug)]
pub(super) struct Progress {
    /// Number of matching requests so far.
    seen: u64,
    /// Number of the first one that is to suffer.
    first: u64,
    every: u64,
    left: Option<u64>,
    end: Option<Instant>,
}

impl Progress {
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.left == Some(0) || self.end.is_some_and(|end| now >= end)
    }

    /// Counts a matching request. `true` if it is to suffer.
    pub(super) fn see(&mut self) -> bool {
        let number = self.seen;
        self.seen += 1;
        number.checked_sub(self.first).is_some_and(|behind| behind.is_multiple_of(self.every))
    }

    /// Notes that a request has suffered.
    pub(super) fn spend(&mut self) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the requests that suffer, out of ten.
    fn suffering(pace: &Pace) -> Vec<u64> {
        let mut progress = pace.start();
        let mut hit = Vec::new();
        for number in 0..10 {
            if !progress.is_over(Instant::now()) && progress.see() {
                progress.spend();
                hit.push(number);
            }
        }
        hit
    }

    #[test]
    fn counts() {
        let pace = Pace::default;
        assert_eq!(suffering(&pace()).len(), 10);
        assert_eq!(suffering(&Pace { nth: Some(2), ..pace() }), [2]);
        assert_eq!(suffering(&Pace { nth: Some(2), times: Some(3), ..pace() }), [2, 3, 4]);
        assert_eq!(suffering(&Pace { times: Some(2), ..pace() }), [0, 1]);
        assert_eq!(suffering(&Pace { every: Some(3), ..pace() }), [2, 5, 8]);
        assert_eq!(suffering(&Pace { every: Some(3), times: Some(1), ..pace() }), [2]);
        assert_eq!(suffering(&Pace { nth: Some(1), every: Some(4), ..pace() }), [1, 5, 9]);
        assert_eq!(suffering(&Pace { nth: Some(1), every: Some(4), times: Some(2), ..pace() }), [1, 5]);
        assert_eq!(suffering(&Pace { time: Some(Duration::MAX), ..pace() }).len(), 10);
    }

    #[test]
    fn one_that_is_late_suffers_next() {
        let mut progress = Pace { nth: Some(0), ..Pace::default() }.start();
        assert!(progress.see());
        // Another fault took that request.
        assert!(progress.see());
        progress.spend();
        assert!(progress.is_over(Instant::now()));
    }

    #[test]
    fn none_is_refused() {
        let pace = Pace::default;
        for (pace, says) in [
            (Pace { times: Some(0), ..pace() }, "times(0)"),
            (Pace { every: Some(0), ..pace() }, "every(0)"),
            (Pace { time: Some(Duration::ZERO), ..pace() }, "for_time"),
        ] {
            let problem = pace.check().unwrap_err().to_string();
            assert!(problem.contains(says), "{problem}");
        }
    }
}

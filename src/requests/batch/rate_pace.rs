//! Pace of a rate-limited batch: a virtual schedule for each limit (GCRA).
//!
//! Each limit has a time at which its next message is due. A message moves it on by its own cost.
//! So messages are spread evenly, and a minute has at most one message more than the limit.

use std::time::Duration;

use tokio::time::Instant;

use super::pace::MessageSize;
use crate::values::batch::RateLimit;

const MINUTE: Duration = Duration::from_secs(60);

/// A batch that was slow for a moment may catch up on this much.
const CREDIT: Duration = Duration::from_secs(1);

/// Number of messages in flight. The limit decides how many there are; a message whose answer takes
/// long does not hold up the next ones.
const CONCURRENCY: usize = 8;

/// Largest number of objects in a message.
const MAX_COUNT: u64 = 1_000;

/// Limits of a minute are divided into this many messages, so that the pace is even.
const MESSAGES_PER_MINUTE: u64 = 60;

#[derive(Debug)]
pub(super) struct RatePace {
    requests: Schedule,
    objects: Schedule,
    tokens: Schedule,
    size: MessageSize,
}

/// The due time of one limit.
#[derive(Debug)]
struct Schedule {
    per_minute: Option<u64>,
    due: Instant,
}

impl Schedule {
    fn spend(&mut self, now: Instant, amount: u64) {
        let Some(per_minute) = self.per_minute else { return };
        let earliest = now.checked_sub(CREDIT).unwrap_or(now);
        let nanoseconds = MINUTE.as_nanos().saturating_mul(amount.into()) / u128::from(per_minute);
        let cost = u64::try_from(nanoseconds).map_or(FAR, Duration::from_nanos).min(FAR);
        self.due = self.due.max(earliest).checked_add(cost).unwrap_or(self.due);
    }
}

/// Longer than any batch runs.
const FAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

impl RatePace {
    pub(super) fn new(limit: &RateLimit, now: Instant) -> Self {
        let schedule = |per_minute| Schedule { per_minute, due: now };
        Self {
            requests: schedule(limit.requests),
            objects: schedule(limit.objects),
            tokens: schedule(limit.tokens),
            size: size(limit),
        }
    }

    #[expect(clippy::unused_self, reason = "the same for all rates")]
    pub(super) fn concurrency(&self) -> usize {
        CONCURRENCY
    }

    pub(super) fn size(&self) -> MessageSize {
        self.size
    }

    pub(super) fn not_before(&self) -> Instant {
        self.requests.due.max(self.objects.due).max(self.tokens.due)
    }

    pub(super) fn sent(&mut self, now: Instant, objects: usize, tokens: u64) {
        self.requests.spend(now, 1);
        self.objects.spend(now, objects as u64);
        self.tokens.spend(now, tokens);
    }
}

/// A second's worth of objects and tokens, or more if there are fewer messages than one a second.
fn size(limit: &RateLimit) -> MessageSize {
    let messages = limit.requests.unwrap_or(MESSAGES_PER_MINUTE).min(MESSAGES_PER_MINUTE);
    let count = limit.objects.map_or(MAX_COUNT, |objects| (objects / messages).clamp(1, MAX_COUNT));
    let tokens = limit.tokens.map_or(u64::MAX, |tokens| (tokens / messages).max(1));
    MessageSize { count: usize::try_from(count).unwrap_or(usize::MAX), tokens }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_what_a_second_allows() {
        let none = u64::MAX;
        for (limit, count, tokens) in [
            (RateLimit::requests_per_minute(60), 1_000, none),
            (RateLimit::objects_per_minute(6_000), 100, none),
            (RateLimit::objects_per_minute(5), 1, none),
            (RateLimit::objects_per_minute(u64::MAX), 1_000, none),
            (RateLimit::tokens_per_minute(90_000), 1_000, 1_500),
            (RateLimit::requests_per_minute(6).and_objects(6_000), 1_000, none),
            (RateLimit::requests_per_minute(600).and_objects(6_000).and_tokens(30), 100, 1),
        ] {
            assert_eq!(size(&limit), MessageSize { count, tokens }, "{limit:?}");
        }
    }

    #[test]
    fn each_limit_has_its_schedule_and_the_last_one_counts() {
        let start = Instant::now();
        let after = |pace: &RatePace| (pace.not_before() - start).as_millis();
        let mut pace = RatePace::new(&RateLimit::requests_per_minute(60).and_objects(600), start);
        assert_eq!(after(&pace), 0);
        pace.sent(start, 5, 0);
        assert_eq!(after(&pace), 1_000, "one request a second");
        pace.sent(start + Duration::from_secs(1), 100, 0);
        assert_eq!(after(&pace), 10_500, "100 objects more");
        // A batch that was idle for an hour does not send an hour's worth at once.
        let late = start + Duration::from_secs(3600);
        pace.sent(late, 10, 0);
        assert_eq!(pace.not_before(), late);
        pace.sent(late, 10, 0);
        assert_eq!(pace.not_before(), late + Duration::from_secs(1));
    }

    #[test]
    fn absurd_costs_do_not_overflow() {
        let start = Instant::now();
        let mut pace = RatePace::new(&RateLimit::tokens_per_minute(1), start);
        for _ in 0..3 {
            pace.sent(start, 1, u64::MAX);
        }
        assert!(pace.not_before() > start);
    }
}

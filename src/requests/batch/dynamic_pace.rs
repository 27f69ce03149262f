//! Pace of a dynamic batch: size by latency, concurrency by throughput, both by errors.
//!
//! The size of a message is that of a collection, since objects of one collection are alike. It
//! grows while messages are answered quickly, and shrinks when they take longer than the target. The
//! number in flight is shared by all: one more is tried from time to time, and kept if it brings
//! more objects per second. When the server wants less, both are halved.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::pace::Fared;
use crate::values::collection_name::CollectionName;

/// Size of the first message to a collection whose vectors come with the objects, and largest size.
/// More objects bring no gain.
const FIRST_SIZE: usize = 250;
const MAX_SIZE: usize = 1_000;
const MIN_SIZE: usize = 10;

/// Where the server makes the vectors, or may make them, an object can take a thousand times as long.
/// Providers take about 50 texts in a request.
const CAREFUL_SIZE: usize = 48;

/// Time that a message should take: long enough that its overhead does not matter, and short enough
/// that a failure costs little.
const TARGET: Duration = Duration::from_secs(1);
const TARGET_WITH_VECTORIZER: Duration = Duration::from_secs(10);

const FIRST_CONCURRENCY: usize = 2;
const MAX_CONCURRENCY: usize = 8;

/// Gain in objects per second for which one more message in flight is kept.
const WORTHWHILE: f64 = 1.05;

/// Number of windows before one more in flight is tried again, after it did not help.
const REST: u32 = 8;

/// Work in the queue of a node from which on the batch holds back, and stops growing.
const LONG_QUEUE: Duration = Duration::from_secs(30);
const SOME_QUEUE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct DynamicPace {
    sizes: HashMap<CollectionName, Size>,
    concurrency: usize,
    window: Window,
    /// Objects per second before one more message in flight was tried.
    before_trial: Option<f64>,
    rest: u32,
    /// Whether the server has work enough.
    is_busy: bool,
}

#[derive(Clone, Copy, Debug)]
struct Size {
    count: usize,
    target: Duration,
}

/// Answers since the number in flight has changed.
#[derive(Debug, Default)]
struct Window {
    start: Option<Instant>,
    answers: usize,
    objects: usize,
    /// Answers at which another message was ready.
    saturated: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { count: CAREFUL_SIZE, target: TARGET }
    }
}

impl DynamicPace {
    pub(super) fn new() -> Self {
        Self {
            sizes: HashMap::new(),
            concurrency: FIRST_CONCURRENCY,
            window: Window::default(),
            before_trial: None,
            rest: 0,
            is_busy: false,
        }
    }

    pub(super) fn concurrency(&self) -> usize {
        self.concurrency
    }

    pub(super) fn size(&self, collection: &CollectionName) -> usize {
        self.sizes.get(collection).copied().unwrap_or_default().count
    }

    /// Learns whether the server makes the vectors of a collection. Until then, steps are small.
    pub(super) fn set_vectorizer(&mut self, collection: &CollectionName, makes_vectors: bool) {
        let size = self.sizes.entry(collection.clone()).or_default();
        if makes_vectors {
            size.target = TARGET_WITH_VECTORIZER;
        } else if size.count == CAREFUL_SIZE {
            size.count = FIRST_SIZE;
        }
    }

    /// Follows the queue of the busiest node, in time at the node's rate.
    pub(super) fn set_queue(&mut self, time: Duration) {
        self.is_busy = time > SOME_QUEUE;
        if time > LONG_QUEUE {
            self.concurrency = (self.concurrency / 2).max(1);
            self.window = Window::default();
        }
    }

    pub(super) fn answered(&mut self, fared: &Fared<'_>, now: Instant) {
        let size = self.sizes.entry(fared.collection.clone()).or_default();
        if fared.slow_down {
            size.count = (size.count / 2).max(MIN_SIZE);
            self.concurrency = (self.concurrency / 2).max(1);
            (self.window, self.before_trial, self.rest) = (Window::default(), None, REST);
            return;
        }
        // A message that was not full says little about a full one.
        let is_full = fared.count >= size.count;
        if fared.latency > size.target {
            let share = size.target.as_secs_f64() / fared.latency.as_secs_f64();
            size.count = scaled(fared.count.min(size.count), share.max(0.5)).max(MIN_SIZE);
        } else if is_full && fared.latency < size.target / 2 && !self.is_busy {
            size.count = (size.count * 2).min(MAX_SIZE);
        }
        self.measure(fared, now);
    }

    /// Adds an answer to the window. Tries another number in flight at the end of it.
    fn measure(&mut self, fared: &Fared<'_>, now: Instant) {
        let window = &mut self.window;
        let Some(start) = window.start else {
            // The first answer only starts the clock.
            *window = Window { start: Some(now), ..Window::default() };
            return;
        };
        window.answers += 1;
        window.objects += fared.count;
        window.saturated += usize::from(fared.is_saturated);
        if window.answers < 3 * self.concurrency.max(2) {
            return;
        }
        let seconds = now.saturating_duration_since(start).as_secs_f64().max(1e-6);
        #[expect(clippy::cast_precision_loss, reason = "a number of objects in memory")]
        let rate = self.window.objects as f64 / seconds;
        // A caller that is slower than the server gains nothing by more.
        let was_needed = 2 * self.window.saturated >= self.window.answers;
        self.window = Window { start: Some(now), ..Window::default() };
        match self.before_trial.take() {
            Some(before) if rate < before * WORTHWHILE => {
                self.concurrency = (self.concurrency - 1).max(1);
                self.rest = REST;
            }
            _ if self.rest > 0 => self.rest -= 1,
            _ if was_needed && !self.is_busy && self.concurrency < MAX_CONCURRENCY => {
                self.before_trial = Some(rate);
                self.concurrency += 1;
            }
            _ => {}
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a small number"
)]
fn scaled(count: usize, share: f64) -> usize {
    (count as f64 * share) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection() -> CollectionName {
        CollectionName::new("Article")
    }

    /// A server that needs `overhead` and `each` per object, and works on `parallel` messages at once.
    struct Simulated {
        pace: DynamicPace,
        now: Instant,
        overhead: Duration,
        each: Duration,
        parallel: u32,
    }

    impl Simulated {
        fn new(overhead_ms: u64, each_us: u64, parallel: u32) -> Self {
            Self {
                pace: DynamicPace::new(),
                now: Instant::now(),
                overhead: Duration::from_millis(overhead_ms),
                each: Duration::from_micros(each_us),
                parallel,
            }
        }

        fn answer(&mut self, slow_down: bool) {
            let name = collection();
            let count = self.pace.size(&name);
            let work = self.overhead + self.each * u32::try_from(count).unwrap();
            let in_flight = u32::try_from(self.pace.concurrency()).unwrap();
            // All beyond what the server does at once waits.
            let latency = work.mul_f64((f64::from(in_flight) / f64::from(self.parallel)).max(1.0));
            self.now += latency / in_flight;
            let fared = Fared { collection: &name, count, latency, slow_down, is_saturated: true };
            self.pace.answered(&fared, self.now);
        }

        fn run(mut self, answers: usize) -> (usize, usize) {
            for _ in 0..answers {
                self.answer(false);
            }
            (self.pace.size(&collection()), self.pace.concurrency())
        }
    }

    #[test]
    fn the_size_follows_the_latency() {
        let (size, _) = Simulated::new(5, 100, 2).run(10);
        assert_eq!(size, MAX_SIZE, "quick");
        let (size, _) = Simulated::new(5, 10_000, 2).run(50);
        assert!((40..=110).contains(&size), "an object takes 10 ms: {size}");
        let (size, _) = Simulated::new(5_000, 10_000, 2).run(50);
        assert_eq!(size, MIN_SIZE, "too slow whatever the size");
    }

    #[test]
    fn the_concurrency_follows_the_throughput() {
        for (parallel, expected) in [(1, 1..=3), (2, 2..=3), (6, 5..=7), (100, 8..=8)] {
            let (_, concurrency) = Simulated::new(5, 200, parallel).run(300);
            assert!(expected.contains(&concurrency), "{parallel} at once: {concurrency}");
        }
    }

    #[test]
    fn both_are_halved_when_the_server_wants_less() {
        let mut server = Simulated::new(5, 200, 100);
        (0..300).for_each(|_| server.answer(false));
        assert_eq!((server.pace.size(&collection()), server.pace.concurrency()), (1_000, 8));
        server.answer(true);
        assert_eq!((server.pace.size(&collection()), server.pace.concurrency()), (500, 4));
        (0..20).for_each(|_| server.answer(true));
        assert_eq!((server.pace.size(&collection()), server.pace.concurrency()), (MIN_SIZE, 1));
    }

    #[test]
    fn a_vectorizer_and_a_long_queue_make_smaller_steps() {
        let mut pace = DynamicPace::new();
        pace.set_vectorizer(&collection(), true);
        pace.set_vectorizer(&CollectionName::new("Other"), false);
        assert_eq!((pace.size(&collection()), pace.size(&CollectionName::new("Other"))), (48, 250));
        pace.set_queue(Duration::from_secs(60));
        assert_eq!(pace.concurrency(), 1);
        let name = collection();
        let fared = Fared {
            collection: &name,
            count: 48,
            latency: Duration::from_secs(1),
            slow_down: false,
            is_saturated: true,
        };
        pace.answered(&fared, Instant::now());
        assert_eq!(pace.size(&name), 48, "no growth while the queue is long");
        pace.set_queue(Duration::from_secs(1));
        pace.answered(&fared, Instant::now());
        assert_eq!(pace.size(&name), 96);
    }
}

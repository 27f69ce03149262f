//! The nodes of a cluster: whose turn it is, and who is passed over because it does not answer.

use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Outcome};

/// Who was tried is kept in the bits of a word.
pub(crate) const MOST: usize = 64;

/// So long a node is passed over at first, and at most.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// So many failures in a row speak against a node that can be reached.
const TOLERATED: u32 = 3;

/// Nodes that answer alike. With one alone, there is nothing to choose.
#[derive(Debug)]
pub(crate) struct Nodes<N> {
    members: Box<[Member<N>]>,
    turn: AtomicUsize,
}

#[derive(Debug)]
struct Member<N> {
    node: N,
    health: Mutex<Health>,
}

#[derive(Debug, Default)]
struct Health {
    /// In a row.
    failures: u32,
    /// How often it was put out of turn since it last answered.
    ejections: u32,
    /// Out of turn until somebody has looked after it, which is due at this time.
    ejected: Option<Instant>,
    /// Somebody is looking.
    probing: bool,
}

/// The nodes that one call was sent to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tried(u64);

impl Tried {
    pub(crate) fn add(&mut self, index: usize) {
        self.0 |= 1 << (index % MOST);
    }

    fn has(self, index: usize) -> bool {
        self.0 & (1 << (index % MOST)) != 0
    }
}

impl<N: Display> Nodes<N> {
    /// One or more, and not more than [`MOST`].
    pub(crate) fn new(first: N, others: impl IntoIterator<Item = N>) -> Self {
        let member = |node| Member { node, health: Mutex::default() };
        Self { members: std::iter::once(first).chain(others).map(member).collect(), turn: AtomicUsize::new(0) }
    }

    /// The node of this number, which came from [`pick`](Self::pick).
    pub(crate) fn get(&self, index: usize) -> &N {
        &self.members[index % self.members.len()].node
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &N> {
        self.members.iter().map(|member| &member.node)
    }

    /// Each node, and whether it takes its turns.
    pub(crate) fn with_health(&self) -> impl Iterator<Item = (&N, bool)> {
        self.all().enumerate().map(|(index, node)| (node, self.is_healthy(index)))
    }

    /// The number of the node whose turn it is: the next that answers and was not tried, else the next not tried, else the
    /// next.
    pub(crate) fn pick(&self, tried: Tried) -> usize {
        let count = self.members.len();
        if count == 1 {
            return 0;
        }
        let start = self.turn.fetch_add(1, Ordering::Relaxed);
        let order = || (0..count).map(|step| start.wrapping_add(step) % count);
        order()
            .find(|index| !tried.has(*index) && self.is_healthy(*index))
            .or_else(|| order().find(|index| !tried.has(*index)))
            .unwrap_or(start % count)
    }

    /// Whether there is a node that this call has not been sent to.
    pub(crate) fn has_another(&self, tried: Tried) -> bool {
        (0..self.members.len()).any(|index| !tried.has(index))
    }

    /// Remembers what came of an attempt. `random` is between 0 and 1.
    pub(crate) fn note(&self, index: usize, error: Option<&Error>, random: f64) {
        if self.members.len() == 1 {
            return;
        }
        let mut health = self.health(index);
        let weight = match error.map(|error| (error.kind(), error.outcome())) {
            Some((ErrorKind::Connection, Outcome::NotSent)) => TOLERATED,
            Some((ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Unavailable, _)) => 1,
            // An answer, whatever it says.
            Some(_) | None => 0,
        };
        if weight == 0 {
            // An attempt that began before the ejection may end well after it; only a probe reinstates.
            if health.ejected.is_none() {
                *health = Health::default();
            }
            return;
        }
        health.failures = health.failures.saturating_add(weight);
        if health.failures < TOLERATED || health.ejected.is_some() {
            return;
        }
        health.eject(random);
        drop(health);
        if let Some(error) = error {
            let node = self.get(index);
            tracing::warn!(%node, %error, "a node fails: the other nodes take its calls until a health check of it succeeds");
        }
    }

    /// A node that is out of turn and due to be looked after, by the caller and by nobody else.
    pub(crate) fn due(&self) -> Option<usize> {
        if self.members.len() == 1 {
            return None;
        }
        let now = Instant::now();
        (0..self.members.len()).find(|index| {
            let mut health = self.health(*index);
            let due = !health.probing && health.ejected.is_some_and(|until| until <= now);
            health.probing |= due;
            due
        })
    }

    /// What was found there.
    pub(crate) fn probed(&self, index: usize, answers: bool, random: f64) {
        let mut health = self.health(index);
        if !answers {
            health.probing = false;
            health.eject(random);
            return;
        }
        *health = Health::default();
        drop(health);
        tracing::warn!(node = %self.get(index), "a node is back: it takes calls again");
    }

    fn is_healthy(&self, index: usize) -> bool {
        self.health(index).ejected.is_none()
    }

    fn health(&self, index: usize) -> MutexGuard<'_, Health> {
        // Each change is complete before anything can panic.
        self.members[index % self.members.len()].health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Health {
    fn eject(&mut self, random: f64) {
        let longest = SHORTEST.saturating_mul(2_u32.saturating_pow(self.ejections)).min(LONGEST);
        // Half of it is certain: a node that was just lost is seldom back at once.
        let pause = longest.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0);
        self.ejections = self.ejections.saturating_add(1);
        self.failures = 0;
        self.ejected = Some(Instant::now() + pause);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Write as _};
    use std::sync::Arc;

    use tracing::field::Field;
    use tracing::{Event, Subscriber};
    use tracing_subscriber::Layer;
    use tracing_subscriber::layer::{Context, SubscriberExt as _};
    use tracing_subscriber::registry::Registry;

    use super::*;
    use crate::error::Verdict;

    fn nodes() -> Nodes<&'static str> {
        Nodes::new("a", ["b", "c"])
    }

    fn lost() -> Error {
        Error::new(Verdict::not_sent(ErrorKind::Connection), "")
    }

    fn names(nodes: &Nodes<&'static str>, count: usize) -> String {
        (0..count).map(|_| *nodes.get(nodes.pick(Tried::default()))).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn nodes_take_turns_and_one_that_is_lost_is_passed_over() {
        let nodes = nodes();
        assert_eq!(names(&nodes, 6), "abcabc");
        nodes.note(1, Some(&lost()), 1.0);
        assert!(!names(&nodes, 9).contains('b'));
        // A late success of what was under way changes nothing.
        nodes.note(1, None, 1.0);
        assert!(!names(&nodes, 9).contains('b'));
        for index in [0, 2] {
            nodes.note(index, Some(&lost()), 1.0);
        }
        assert_eq!(names(&nodes, 3).len(), 3, "with nobody left, everybody is asked");
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_comes_back_when_a_probe_says_so() {
        let nodes = nodes();
        nodes.note(1, Some(&lost()), 1.0);
        assert_eq!(nodes.due(), None);
        tokio::time::advance(SHORTEST).await;
        assert_eq!((nodes.due(), nodes.due()), (Some(1), None), "one looks, not all");
        nodes.probed(1, false, 1.0);
        tokio::time::advance(SHORTEST).await;
        assert_eq!(nodes.due(), None, "the second time it takes twice as long");
        tokio::time::advance(SHORTEST).await;
        assert_eq!(nodes.due(), Some(1));
        nodes.probed(1, true, 1.0);
        assert!(names(&nodes, 3).contains('b'));
        for _ in 0..20 {
            nodes.note(1, Some(&lost()), 1.0);
            nodes.probed(1, false, 1.0);
        }
        tokio::time::advance(LONGEST).await;
        assert_eq!(nodes.due(), Some(1), "it never takes longer than that");
    }

    #[tokio::test(start_paused = true)]
    async fn only_trouble_in_a_row_speaks_against_a_node_that_is_there() {
        let nodes = nodes();
        let busy = Error::new(Verdict::unknown(ErrorKind::Unavailable), "");
        let refused = Error::new(Verdict::refused(ErrorKind::Validation), "");
        for error in [&busy, &busy, &refused, &busy, &busy] {
            nodes.note(0, Some(error), 1.0);
        }
        assert!(names(&nodes, 3).contains('a'));
        nodes.note(0, Some(&busy), 1.0);
        assert!(!names(&nodes, 3).contains('a'));
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_is_one_warning_when_it_is_lost_and_one_when_it_is_back() {
        let warnings = Warnings::default();
        let _guard = tracing::subscriber::set_default(Registry::default().with(warnings.clone()));
        let nodes = nodes();
        for _ in 0..3 {
            nodes.note(1, Some(&lost()), 1.0);
            nodes.probed(1, false, 1.0);
        }
        nodes.note(1, None, 1.0);
        assert_eq!(warnings.take(), ["WARN b"]);
        nodes.probed(1, true, 1.0);
        nodes.note(1, None, 1.0);
        assert_eq!(warnings.take(), ["WARN b"]);
        let alone = Nodes::new("a", []);
        alone.note(0, Some(&lost()), 1.0);
        assert_eq!(warnings.take(), [""; 0]);
    }

    /// The level and the node of each event.
    #[derive(Clone, Default)]
    struct Warnings(Arc<Mutex<Vec<String>>>);

    impl Warnings {
        fn take(&self) -> Vec<String> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    impl<S: Subscriber> Layer<S> for Warnings {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut seen = event.metadata().level().to_string();
            event.record(&mut |field: &Field, value: &dyn Debug| {
                if field.name() == "node" {
                    let _ = write!(seen, " {value:?}");
                }
            });
            self.0.lock().unwrap().push(seen);
        }
    }

    #[test]
    fn what_was_tried_is_not_tried_again_while_there_is_another() {
        let nodes = nodes();
        let mut tried = Tried::default();
        for _ in 0..3 {
            assert!(nodes.has_another(tried));
            let index = nodes.pick(tried);
            assert!(!tried.has(index));
            tried.add(index);
        }
        assert!(!nodes.has_another(tried));
        let _ = nodes.get(nodes.pick(tried));
        let alone = Nodes::new("a", []);
        alone.note(0, Some(&lost()), 1.0);
        assert_eq!((alone.pick(Tried::default()), alone.due()), (0, None));
    }
}

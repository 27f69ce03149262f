//! Load balancing between the nodes of a cluster: round robin, with ejection of nodes that do not
//! answer.

use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Outcome};

/// Limit of nodes: the set of tried nodes is a 64-bit mask.
pub(crate) const MAX_NODES: usize = 64;

/// Shortest and longest time for which a node is ejected.
const MIN_EJECTION: Duration = Duration::from_secs(1);
const MAX_EJECTION: Duration = Duration::from_secs(30);
/// Consecutive failures after which a reachable node is ejected.
const MAX_FAILURES: u32 = 3;

/// The nodes of a cluster, all of which can serve any request.
#[derive(Debug)]
pub(crate) struct Nodes<N> {
    members: Box<[Member<N>]>,
    next: AtomicUsize,
}

#[derive(Debug)]
struct Member<N> {
    node: N,
    health: Mutex<Health>,
}

#[derive(Debug, Default)]
struct Health {
    /// Consecutive failures.
    failures: u32,
    /// Ejections since the node last answered.
    ejections: u32,
    /// If the node is ejected, the time of its next probe.
    ejected_until: Option<Instant>,
    /// A probe is running.
    probing: bool,
}

/// The nodes that a call was sent to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tried(u64);

impl Tried {
    pub(crate) fn add(&mut self, index: usize) {
        self.0 |= 1 << (index % MAX_NODES);
    }

    fn has(self, index: usize) -> bool {
        self.0 & (1 << (index % MAX_NODES)) != 0
    }
}

impl<N: Display> Nodes<N> {
    /// Creates a cluster of at most [`MAX_NODES`] nodes.
    pub(crate) fn new(first: N, others: impl IntoIterator<Item = N>) -> Self {
        let member = |node| Member { node, health: Mutex::default() };
        Self { members: std::iter::once(first).chain(others).map(member).collect(), next: AtomicUsize::new(0) }
    }

    /// Returns the node of an index from [`pick`](Self::pick).
    pub(crate) fn get(&self, index: usize) -> &N {
        &self.members[index % self.members.len()].node
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &N> {
        self.members.iter().map(|member| &member.node)
    }

    /// Lists the nodes, and whether each is in rotation.
    pub(crate) fn with_health(&self) -> impl Iterator<Item = (&N, bool)> {
        self.all().enumerate().map(|(index, node)| (node, self.is_healthy(index)))
    }

    /// Picks the next node: prefers healthy nodes not tried by this call, then any not tried, then
    /// any.
    pub(crate) fn pick(&self, tried: Tried) -> usize {
        let count = self.members.len();
        if count == 1 {
            return 0;
        }
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let order = || (0..count).map(|step| start.wrapping_add(step) % count);
        order()
            .find(|index| !tried.has(*index) && self.is_healthy(*index))
            .or_else(|| order().find(|index| !tried.has(*index)))
            .unwrap_or(start % count)
    }

    /// Returns whether there is a node this call was not sent to.
    pub(crate) fn has_another(&self, tried: Tried) -> bool {
        (0..self.members.len()).any(|index| !tried.has(index))
    }

    /// Records the result of an attempt. `random` is between 0 and 1.
    pub(crate) fn record(&self, index: usize, error: Option<&Error>, random: f64) {
        if self.members.len() == 1 {
            return;
        }
        let mut health = self.health(index);
        let weight = match error.map(|error| (error.kind(), error.outcome())) {
            Some((ErrorKind::Connection, Outcome::NotSent)) => MAX_FAILURES,
            Some((ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Unavailable, _)) => 1,
            // The node answered.
            Some(_) | None => 0,
        };
        if weight == 0 {
            // Only a probe ends an ejection: this attempt may have begun before it.
            if health.ejected_until.is_none() {
                *health = Health::default();
            }
            return;
        }
        health.failures = health.failures.saturating_add(weight);
        if health.failures < MAX_FAILURES || health.ejected_until.is_some() {
            return;
        }
        health.eject(random);
        drop(health);
        if let Some(error) = error {
            let node = self.get(index);
            tracing::warn!(%node, %error, "ejected a node; other nodes take its calls until a health check succeeds");
        }
    }

    /// Claims an ejected node that is due for a probe. The caller must probe it and call
    /// [`record_probe`](Self::record_probe).
    pub(crate) fn claim_probe(&self) -> Option<usize> {
        if self.members.len() == 1 {
            return None;
        }
        let now = Instant::now();
        (0..self.members.len()).find(|index| {
            let mut health = self.health(*index);
            let is_due = !health.probing && health.ejected_until.is_some_and(|until| until <= now);
            health.probing |= is_due;
            is_due
        })
    }

    /// Records the result of a probe.
    pub(crate) fn record_probe(&self, index: usize, answers: bool, random: f64) {
        let mut health = self.health(index);
        if !answers {
            health.probing = false;
            health.eject(random);
            return;
        }
        *health = Health::default();
        drop(health);
        tracing::warn!(node = %self.get(index), "a node is back in rotation");
    }

    fn is_healthy(&self, index: usize) -> bool {
        self.health(index).ejected_until.is_none()
    }

    fn health(&self, index: usize) -> MutexGuard<'_, Health> {
        // A panic cannot leave a change half done.
        self.members[index % self.members.len()].health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Health {
    fn eject(&mut self, random: f64) {
        let longest = MIN_EJECTION.saturating_mul(2_u32.saturating_pow(self.ejections)).min(MAX_EJECTION);
        // At least half of the time: a node that was just lost is rarely back at once.
        let pause = longest.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0);
        self.ejections = self.ejections.saturating_add(1);
        self.failures = 0;
        self.ejected_until = Some(Instant::now() + pause);
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
    async fn nodes_rotate_and_a_lost_one_is_ejected() {
        let nodes = nodes();
        assert_eq!(names(&nodes, 6), "abcabc");
        nodes.record(1, Some(&lost()), 1.0);
        assert!(!names(&nodes, 9).contains('b'));
        // A late success of an earlier attempt changes nothing.
        nodes.record(1, None, 1.0);
        assert!(!names(&nodes, 9).contains('b'));
        for index in [0, 2] {
            nodes.record(index, Some(&lost()), 1.0);
        }
        assert_eq!(names(&nodes, 3).len(), 3, "with all nodes ejected, all are used");
    }

    #[tokio::test(start_paused = true)]
    async fn a_successful_probe_ends_an_ejection() {
        let nodes = nodes();
        nodes.record(1, Some(&lost()), 1.0);
        assert_eq!(nodes.claim_probe(), None);
        tokio::time::advance(MIN_EJECTION).await;
        assert_eq!((nodes.claim_probe(), nodes.claim_probe()), (Some(1), None), "one caller probes, not all");
        nodes.record_probe(1, false, 1.0);
        tokio::time::advance(MIN_EJECTION).await;
        assert_eq!(nodes.claim_probe(), None, "the second time it takes twice as long");
        tokio::time::advance(MIN_EJECTION).await;
        assert_eq!(nodes.claim_probe(), Some(1));
        nodes.record_probe(1, true, 1.0);
        assert!(names(&nodes, 3).contains('b'));
        for _ in 0..20 {
            nodes.record(1, Some(&lost()), 1.0);
            nodes.record_probe(1, false, 1.0);
        }
        tokio::time::advance(MAX_EJECTION).await;
        assert_eq!(nodes.claim_probe(), Some(1), "the ejection time has a maximum");
    }

    #[tokio::test(start_paused = true)]
    async fn only_consecutive_failures_eject_a_reachable_node() {
        let nodes = nodes();
        let busy = Error::new(Verdict::unknown(ErrorKind::Unavailable), "");
        let refused = Error::new(Verdict::refused(ErrorKind::Validation), "");
        for error in [&busy, &busy, &refused, &busy, &busy] {
            nodes.record(0, Some(error), 1.0);
        }
        assert!(names(&nodes, 3).contains('a'));
        nodes.record(0, Some(&busy), 1.0);
        assert!(!names(&nodes, 3).contains('a'));
    }

    #[tokio::test(start_paused = true)]
    async fn an_ejection_and_its_end_are_one_warning_each() {
        let warnings = Warnings::default();
        let _guard = tracing::subscriber::set_default(Registry::default().with(warnings.clone()));
        let nodes = nodes();
        for _ in 0..3 {
            nodes.record(1, Some(&lost()), 1.0);
            nodes.record_probe(1, false, 1.0);
        }
        nodes.record(1, None, 1.0);
        assert_eq!(warnings.take(), ["WARN b"]);
        nodes.record_probe(1, true, 1.0);
        nodes.record(1, None, 1.0);
        assert_eq!(warnings.take(), ["WARN b"]);
        let alone = Nodes::new("a", []);
        alone.record(0, Some(&lost()), 1.0);
        assert_eq!(warnings.take(), [""; 0]);
    }

    /// Records level and node of each event.
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
    fn a_tried_node_is_not_picked_while_there_is_another() {
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
        alone.record(0, Some(&lost()), 1.0);
        assert_eq!((alone.pick(Tried::default()), alone.claim_probe()), (0, None));
    }
}

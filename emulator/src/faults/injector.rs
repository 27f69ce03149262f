//! The faults of one server: deciding about each request, and remembering it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use super::effect::{Effect, When};
use super::log::{Log, LoggedRequest};
use super::pace::{Pace, Progress};
use super::place::{RequestHead, Target};

/// A fault that has been checked.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) effect: Effect,
    pub(super) when: When,
    pub(super) target: Target,
    pub(super) progress: Progress,
}

impl Rule {
    pub(super) fn new(effect: Effect, when: When, target: Target, pace: &Pace) -> Self {
        Self { effect, when, target, progress: pace.start() }
    }
}

/// Treatment of a request.
#[derive(Debug)]
pub(crate) struct Decision {
    /// Its number in the log.
    pub(crate) number: u64,
    pub(crate) fault: Option<(Effect, When)>,
}

/// Faults and log of a server. Until a test asks for them, requests pass without being looked at.
#[derive(Debug, Default)]
pub(crate) struct Injector {
    awake: AtomicBool,
    state: Mutex<State>,
    /// Number of requests in the log.
    arrived: watch::Sender<u64>,
    /// Set once the server stops. Requests that hang end then.
    released: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    log: Log,
}

impl Injector {
    /// Begins to look at requests.
    pub(crate) fn wake(&self) {
        self.awake.store(true, Ordering::SeqCst);
    }

    /// Decides about a request and logs it. `None` if no test has asked for faults.
    pub(crate) fn decide(&self, request: &RequestHead<'_>) -> Option<Decision> {
        if !self.awake.load(Ordering::SeqCst) {
            return None;
        }
        let mut state = self.state();
        let fault = state.fault_of(request);
        let number = state.log.push(request, fault.as_ref().map(|(effect, _)| effect.kind()));
        self.arrived.send_replace(state.log.so_far());
        Some(Decision { number, fault })
    }

    /// Notes that the server has done what a request asks for.
    pub(crate) fn commit(&self, number: u64) {
        self.state().log.commit(number);
    }

    /// Lets all requests go on that hang or are slow.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }

    /// Waits until the server stops.
    pub(crate) async fn released(&self) {
        // The sender is this.
        let _ = self.released.subscribe().wait_for(|released| *released).await;
    }

    pub(super) fn add(&self, rule: Rule) {
        self.state().rules.push(rule);
    }

    pub(super) fn clear(&self) {
        self.state().rules.clear();
    }

    pub(super) fn pending(&self) -> usize {
        let mut state = self.state();
        state.forget_spent();
        state.rules.len()
    }

    pub(super) fn log(&self) -> Vec<LoggedRequest> {
        self.state().log.latest()
    }

    pub(super) async fn arrived(&self, requests: u64) {
        // The sender is this.
        let _ = self.arrived.subscribe().wait_for(|so_far| *so_far >= requests).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget_spent(&mut self) {
        let now = Instant::now();
        self.rules.retain(|rule| !rule.progress.is_over(now));
    }

    /// The first fault that is due. All that match count the request.
    fn fault_of(&mut self, request: &RequestHead<'_>) -> Option<(Effect, When)> {
        self.forget_spent();
        let mut found = None;
        for rule in &mut self.rules {
            if !rule.target.is(request) || !request.can_suffer(&rule.effect) {
                continue;
            }
            if rule.progress.see() && found.is_none() {
                rule.progress.spend();
                found = Some((rule.effect.clone(), rule.when));
            }
        }
        found
    }
}

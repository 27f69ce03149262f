//! Driver of a batch: a task that sends messages, takes their answers, and waits for what is due.

use std::collections::HashSet;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::cargo::Cargo;
use super::core::{Core, NextStep, Outgoing, Settled};
use super::flush_event;
use super::lane::{Lane, Pending};
use super::post::{MessageOutcome, Post, RetryRule};
use super::server_watch;
use crate::Error;
use crate::values::batch::{BatchFailure, BatchProgress};
use crate::values::collection_name::CollectionName;

/// What the handles of a batch and its driver share.
pub(super) struct Shared<T: Send + 'static> {
    core: Mutex<Core<T>>,
    /// Wakes the driver.
    work: Notify,
    /// Wakes all that wait for room or for decisions.
    changed: Notify,
    /// Wakes the watch of the server, when there is a new lane.
    lanes: Notify,
    /// Collections of which the server was asked. It is locked until the answer has come.
    pub(super) asked: tokio::sync::Mutex<HashSet<CollectionName>>,
    hooks: BatchHooks<T>,
}

/// Functions of the caller. None is called while the state is locked.
pub(super) struct BatchHooks<T> {
    pub(super) retry_rule: Option<RetryRule>,
    pub(super) on_progress: Option<OnProgress>,
    pub(super) on_further_failure: Option<OnFailure<T>>,
}

type OnProgress = Box<dyn Fn(&BatchProgress) + Send + Sync>;
type OnFailure<T> = Box<dyn Fn(BatchFailure<T>) + Send + Sync>;

/// The answer to a message.
struct Returned {
    ticket: u64,
    answer: MessageOutcome,
    took: Duration,
}

impl<T: Send + 'static> Shared<T> {
    pub(super) fn new(core: Core<T>, hooks: BatchHooks<T>) -> Self {
        Self {
            core: Mutex::new(core),
            work: Notify::new(),
            changed: Notify::new(),
            lanes: Notify::new(),
            asked: tokio::sync::Mutex::default(),
            hooks,
        }
    }

    pub(super) fn core(&self) -> MutexGuard<'_, Core<T>> {
        // No code of the caller runs while it is locked, apart from that of `Serialize` when an object is
        // encoded again.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wake_driver(&self) {
        self.work.notify_one();
    }

    /// Waits until `ready` returns something. It is asked again after each change.
    pub(super) async fn wait_for<R>(&self, mut ready: impl FnMut(&mut Core<T>) -> Option<R>) -> R {
        // Most need not wait, nor be on the list of those who do.
        if let Some(result) = ready(&mut self.core()) {
            return result;
        }
        loop {
            let mut changed = pin!(self.changed.notified());
            // Before the look, so that no change in between is missed.
            changed.as_mut().enable();
            if let Some(result) = ready(&mut self.core()) {
                return result;
            }
            changed.await;
        }
    }

    /// Returns the lane of a sender, which `make` creates if there is none.
    pub(super) fn lane<C: Cargo>(&self, post: &Arc<dyn Post>, make: impl FnOnce() -> Lane<C, T>) -> usize {
        let (lane, is_new) = self.core().lane(post, make);
        if is_new {
            self.lanes.notify_one();
        }
        lane
    }

    pub(super) fn new_lane(&self) -> impl Future<Output = ()> + '_ {
        self.lanes.notified()
    }

    /// Counts an item as failed that was not accepted. Returns it if the batch takes no more.
    pub(super) fn fail<C: Cargo>(&self, lane: usize, pending: Pending<C>, error: Error) -> Option<Pending<C>> {
        let failed = self.core().fail(lane, pending, error);
        match failed {
            Ok(settled) => {
                self.announce(settled);
                None
            }
            Err(pending) => Some(pending),
        }
    }

    /// Gives a failure to the report that the handle of its item had.
    pub(super) fn give_back(&self, failure: BatchFailure<T>) {
        let settled = self.core().give_back(failure);
        self.hand_over_in_drop(settled);
    }

    /// Ends the batch at once, unless it is over. What is in flight is not waited for.
    pub(super) fn abandon(&self, reason: &'static str) {
        let settled = {
            let mut core = self.core();
            (!core.is_over()).then(|| core.abandon(reason, Instant::now()))
        };
        self.hand_over_in_drop(settled.unwrap_or_default());
        self.changed.notify_waiters();
        self.work.notify_one();
    }

    /// Hands failures over where a panic of the caller's function would end the process: within a drop,
    /// which another panic may have caused.
    fn hand_over_in_drop(&self, settled: Settled<T>) {
        if std::panic::catch_unwind(AssertUnwindSafe(|| self.sink(settled))).is_err() {
            tracing::warn!(target: "weaviate::batch", "the function for further failures has panicked");
        }
    }

    /// Hands failures over, and tells all who wait of a change.
    fn announce(&self, settled: Settled<T>) {
        self.sink(settled);
        self.changed.notify_waiters();
    }

    fn sink(&self, settled: Settled<T>) {
        let Settled { further, garbage } = settled;
        drop(garbage);
        if let Some(sink) = &self.hooks.on_further_failure {
            further.into_iter().for_each(sink);
        }
    }

    /// Sends messages as long as any may be sent. Returns when to look again.
    fn send_all(self: &Arc<Self>, sending: &mut JoinSet<Returned>) -> Option<Instant> {
        loop {
            let (next, settled) = self.core().next(Instant::now());
            self.sink(settled);
            match next {
                NextStep::Wait(until) => return until,
                NextStep::Send(Outgoing { ticket, payload, post }) => {
                    // There is room now. Without a message nothing is announced: who waits for room would wake
                    // this task again, for ever.
                    self.changed.notify_waiters();
                    let rule = self.hooks.retry_rule.clone();
                    sending.spawn(async move {
                        let (answer, took) = MessageOutcome::new(post.send(payload).await, &*post, rule.as_ref());
                        if let Some(error) = answer.provider_limit() {
                            post.warn_of_provider_limit(error);
                        }
                        Returned { ticket, answer, took }
                    });
                }
            }
        }
    }

    fn take(&self, Returned { ticket, answer, took }: Returned) {
        let failed = answer.error().map(|error| error.kind());
        let refused = answer.refused();
        let (answered, progress, queued) = {
            let mut core = self.core();
            let answered = core.answered(ticket, answer, took, Instant::now());
            (answered, core.progress(), core.queue_depth())
        };
        let Some((facts, settled)) = answered else { return };
        flush_event::emit(&facts, took, refused.unwrap_or(facts.count), failed, queued);
        if let Some(on_progress) = &self.hooks.on_progress {
            on_progress(&progress);
        }
        self.announce(settled);
    }
}

/// Starts the task that runs a batch until it is over.
pub(super) fn start<T: Send + 'static>(shared: &Arc<Shared<T>>) {
    // Made here, since a runtime that ends can drop the task before it runs.
    let is_watched = shared.core().is_dynamic();
    let watch = is_watched.then(|| tokio::spawn(server_watch::watch(Arc::downgrade(shared))));
    let guard = EndGuard { shared: Arc::clone(shared), watch };
    tokio::spawn(async move { drive(&guard.shared).await });
}

async fn drive<T: Send + 'static>(shared: &Arc<Shared<T>>) {
    let mut sending: JoinSet<Returned> = JoinSet::new();
    loop {
        let until = shared.send_all(&mut sending);
        if shared.core().is_over() {
            break;
        }
        match wait(shared, &mut sending, until).await {
            Woken::Returned(answered) => shared.take(*answered),
            Woken::Other => {}
            // The caller's code has panicked in a task: its message has no answer.
            Woken::Panic => break,
        }
    }
}

enum Woken {
    Returned(Box<Returned>),
    Panic,
    Other,
}

/// Waits for an answer, for work, or for a time.
async fn wait<T: Send + 'static>(shared: &Shared<T>, sending: &mut JoinSet<Returned>, until: Option<Instant>) -> Woken {
    let mut work = pin!(shared.work.notified());
    let mut timer = pin!(until.map(sleep_until));
    poll_fn(|context| {
        if let Poll::Ready(Some(joined)) = sending.poll_join_next(context) {
            return Poll::Ready(match joined {
                Ok(answered) => Woken::Returned(Box::new(answered)),
                Err(_) => Woken::Panic,
            });
        }
        if work.as_mut().poll(context).is_ready() {
            return Poll::Ready(Woken::Other);
        }
        match timer.as_mut().as_pin_mut() {
            Some(timer) => timer.poll(context).map(|()| Woken::Other),
            None => Poll::Pending,
        }
    })
    .await
}

/// Ends the batch whenever its driver ends, so that nothing waits for ever: at its end, by a panic, or
/// with its runtime.
struct EndGuard<T: Send + 'static> {
    shared: Arc<Shared<T>>,
    watch: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Drop for EndGuard<T> {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
        self.shared
            .abandon("the task of the batch has ended: its runtime has, or a function given to the batch has panicked");
    }
}

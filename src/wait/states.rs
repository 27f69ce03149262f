//! A wait in progress: the stream of the states it sees.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use super::Wait;
use super::look::{Look, Seen};
use super::pauses::Pauses;
use crate::{Error, Result};

/// Stream of the states that a wait sees, made by [`Wait::stream`].
///
/// It returns one state for each look, the last one when the wait is over. Then it ends with
/// `None`. A wait that fails ends with its error. It implements [`Stream`]; [`next`](Self::next)
/// needs no extension trait. The time of the wait starts when it is first polled. Dropping it stops
/// the wait.
///
/// ```no_run
/// use std::time::Duration;
/// use weaviate::prelude::*;
/// use weaviate::wait::{IndexingStatus, States};
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let mut states: States<IndexingStatus> =
///     articles.wait_until_indexed(Duration::from_secs(600)).stream();
/// while let Some(state) = states.next().await {
///     println!("{} vectors to index", state?.queue_length);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is waited for until states are asked for"]
pub struct States<S> {
    stage: Stage<S>,
    operation: &'static str,
}

enum Stage<S> {
    Ready(Box<Ongoing<S>>),
    Looking(Pin<Box<dyn Future<Output = Looked<S>> + Send>>),
    Over,
}

/// The result of a step, and the wait if it goes on.
type Looked<S> = (Result<S>, Option<Box<Ongoing<S>>>);

impl<S: Send + 'static> States<S> {
    pub(super) fn new(wait: Wait<S>) -> Self {
        let operation = wait.operation;
        Self { stage: Stage::Ready(Box::new(Ongoing::new(wait))), operation }
    }

    /// Returns the next state, or `None` at the end and after an error.
    ///
    /// Cancel-safe: a future that is dropped before it is ready loses no state.
    ///
    /// # Errors
    ///
    /// Those of the [wait](Wait).
    pub async fn next(&mut self) -> Option<Result<S>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<S>>> {
        loop {
            self.stage = match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Ready(ongoing) => Stage::Looking(Box::pin(ongoing.step())),
                Stage::Looking(mut step) => {
                    let polled = step.as_mut().poll(context);
                    if polled.is_pending() {
                        self.stage = Stage::Looking(step);
                    }
                    let (result, rest) = ready!(polled);
                    self.stage = rest.map_or(Stage::Over, Stage::Ready);
                    return Poll::Ready(Some(result));
                }
                Stage::Over => return Poll::Ready(None),
            }
        }
    }
}

impl<S: Send + 'static> Stream for States<S> {
    type Item = Result<S>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<S> fmt::Debug for States<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_over = matches!(self.stage, Stage::Over);
        f.debug_struct("States").field("operation", &self.operation).field("is_over", &is_over).finish_non_exhaustive()
    }
}

/// A wait between two looks.
struct Ongoing<S> {
    wait: Wait<S>,
    /// Made at the first step, when the time starts.
    begun: Option<Begun<S>>,
}

struct Begun<S> {
    look: Box<dyn Look<S>>,
    pauses: Pauses,
    due: Due,
    last_error: Option<Error>,
}

/// The pause that is due before the next look.
#[derive(Clone, Copy)]
enum Due {
    Nothing,
    Pause,
    Confirmation(Duration),
}

impl<S: Send + 'static> Ongoing<S> {
    fn new(wait: Wait<S>) -> Self {
        Self { wait, begun: None }
    }

    /// Looks until there is a state, or the wait fails.
    async fn step(mut self: Box<Self>) -> Looked<S> {
        let seen = match self.wait.check() {
            Ok(()) => {
                let begun = self.begun.get_or_insert_with(|| Begun::new(&self.wait));
                begun.next(self.wait.timeout).await
            }
            Err(error) => Err(error),
        };
        match seen {
            Ok((state, is_over)) => {
                if let Some(on_progress) = &self.wait.on_progress {
                    on_progress(&state);
                }
                (Ok(state), if is_over { None } else { Some(self) })
            }
            Err(error) => (Err(error.in_operation(self.wait.operation, self.wait.collection.as_deref())), None),
        }
    }
}

impl<S> Begun<S> {
    fn new(wait: &Wait<S>) -> Self {
        let mut pauses = wait.pauses;
        let mut look = (wait.look)();
        if let Some(interval) = wait.interval {
            pauses = (interval, interval);
        }
        if let Some(objects) = wait.at_least {
            look.at_least(objects);
        }
        Self { look, pauses: Pauses::new(wait.timeout, pauses), due: Due::Nothing, last_error: None }
    }

    /// Returns the next state, and whether the wait is over.
    async fn next(&mut self, within: Duration) -> Result<(S, bool)> {
        loop {
            match self.due {
                Due::Nothing => {}
                Due::Pause => self.pauses.pause().await,
                Due::Confirmation(pause) => self.pauses.pause_for(pause).await,
            }
            let is_first = matches!(self.due, Due::Nothing);
            if !is_first && self.pauses.left().is_zero() {
                let late = self.look.late(within);
                return Err(match self.last_error.take() {
                    Some(error) => late.with_source(error),
                    None => late,
                });
            }
            self.due = Due::Pause;
            match self.look.look(self.pauses.left()).await? {
                Seen::Done(state) => return Ok((state, true)),
                Seen::NotYet(state) => {
                    self.last_error = None;
                    return Ok((state, false));
                }
                Seen::Confirm(state, pause) => {
                    self.last_error = None;
                    self.due = Due::Confirmation(pause);
                    return Ok((state, false));
                }
                Seen::Failed(error) => {
                    tracing::debug!(%error, "a look failed, the wait goes on");
                    self.last_error = Some(error);
                }
            }
        }
    }
}

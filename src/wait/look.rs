//! The part of a wait that knows what it waits for.

use std::pin::Pin;
use std::time::Duration;

use crate::error::{ErrorKind, Verdict};
use crate::{Error, Result};

/// Looks at the server again and again, and judges what it sees.
pub(crate) trait Look<S>: Send {
    /// Looks once, within the time that is left. An error ends the wait.
    fn look(&mut self, left: Duration) -> Looking<'_, S>;

    /// Sets the number of objects to wait for. Only the wait for indexing counts objects.
    fn at_least(&mut self, _objects: u64) {}

    /// Returns the error of a wait that timed out. It says what was waited for, and the last state.
    fn late(&mut self, within: Duration) -> Error;
}

/// Creates the error of a wait that timed out.
pub(crate) fn timed_out(message: String) -> Error {
    Error::new(Verdict::unknown(ErrorKind::Timeout).transient(), message)
}

/// A look that is being made.
pub(crate) type Looking<'l, S> = Pin<Box<dyn Future<Output = Result<Seen<S>>> + Send + 'l>>;

/// The result of a look.
#[derive(Debug)]
pub(crate) enum Seen<S> {
    /// The end of the wait.
    Done(S),
    NotYet(S),
    /// It may be the end. The next look, after this pause, will tell.
    Confirm(S, Duration),
    /// The look failed, and the next one may not.
    Failed(Error),
}

//! Sending of one message, as the batch sees it. Tests put a sender of their own here.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::cargo::Payload;
use crate::error::{Error, Outcome};
use crate::values::properties::Layout;
use crate::values::target::Target;
use crate::wire::batch::BatchLimits;
use crate::{ErrorKind, Result};

/// The future of a call.
pub(super) type Calling<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// What the server says of a message.
#[derive(Debug, Default)]
pub(super) struct Reply {
    /// Items that it refused, by their position in the message.
    pub(super) refused: Vec<(usize, Error)>,
    pub(super) took: Duration,
}

/// Sender of the messages of one lane.
pub(super) trait Post: Send + Sync + 'static {
    fn target(&self) -> &Target;

    /// Returns whether another sender would send the same, with the same options.
    fn is_same(&self, other: &dyn Post) -> bool;

    fn as_any(&self) -> &dyn Any;

    fn layout(&self) -> &'static Layout;

    /// Returns the bounds of a message. They change with the protocol and once the server is known.
    fn limits(&self) -> BatchLimits;

    /// Sends a message once.
    fn send(&self, payload: Payload) -> Calling<Reply>;

    /// Returns whether the server makes vectors for the collection.
    fn has_vectorizer(&self) -> Calling<bool>;

    /// Returns how long the busiest node needs for what it has queued.
    fn queue_time(&self) -> Calling<Duration>;

    /// Names operation, collection and tenant in an error.
    fn named(&self, error: Error) -> Error;

    /// Warns that a limit of a model provider slows the batch.
    fn warn_of_provider_limit(&self, error: &Error);
}

/// The result of a message, after it is known what may be sent again.
#[derive(Debug)]
pub(super) enum MessageOutcome {
    /// All items but these are stored.
    Reply(Vec<Refused>),
    /// A gateway or the server takes smaller messages only.
    TooLarge(Arc<Error>),
    Failed {
        error: Arc<Error>,
        again: bool,
    },
}

/// An item that was refused.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) position: usize,
    pub(super) error: Arc<Error>,
    pub(super) again: bool,
}

/// A rule of the caller for errors that the client holds for permanent.
pub(super) type RetryRule = Arc<dyn Fn(&Error) -> bool + Send + Sync>;

impl MessageOutcome {
    /// Decides which errors are transient.
    pub(super) fn new(result: Result<Reply>, post: &dyn Post, rule: Option<&RetryRule>) -> (Self, Duration) {
        let may_repeat = |error: &Error| error.is_retryable() || rule.is_some_and(|rule| rule(error));
        match result {
            Ok(Reply { refused, took }) => {
                let refused = refused.into_iter().map(|(position, error)| {
                    let again = may_repeat(&error);
                    Refused { position, error: Arc::new(post.named(error)), again }
                });
                (Self::Reply(refused.collect()), took)
            }
            Err(error) => {
                // Also what the server or a gateway has cancelled: that says nothing of the items.
                let was_cancelled = error.kind() == ErrorKind::Unavailable && error.outcome() == Outcome::Unknown;
                let again = was_cancelled || may_repeat(&error);
                let is_too_large = error.is_message_too_large();
                let error = Arc::new(post.named(error));
                let answer = if is_too_large { Self::TooLarge(error) } else { Self::Failed { error, again } };
                (answer, Duration::ZERO)
            }
        }
    }

    /// Returns the error that asks the batch to slow down: of the whole message, or of at least half
    /// of its items.
    pub(super) fn slows_down(&self, items: usize) -> Option<&Arc<Error>> {
        match self {
            Self::Failed { error, again: true } => Some(error),
            Self::Failed { .. } | Self::TooLarge(_) => None,
            Self::Reply(refused) => {
                let mut again = refused.iter().filter(|refused| refused.again).map(|refused| &refused.error);
                let first = again.next()?;
                (2 * (again.count() + 1) >= items).then_some(first)
            }
        }
    }

    /// Returns the number of items that were refused, `None` for the whole message.
    pub(super) fn refused(&self) -> Option<usize> {
        match self {
            Self::Reply(refused) => Some(refused.len()),
            Self::TooLarge(_) | Self::Failed { .. } => None,
        }
    }

    /// Returns the error of the whole message.
    pub(super) fn error(&self) -> Option<&Arc<Error>> {
        match self {
            Self::Reply(_) => None,
            Self::TooLarge(error) | Self::Failed { error, .. } => Some(error),
        }
    }

    /// Returns the first error about a rate limit of a single item: that of a model provider.
    pub(super) fn provider_limit(&self) -> Option<&Arc<Error>> {
        let Self::Reply(refused) = self else { return None };
        refused.iter().map(|refused| &refused.error).find(|error| error.kind() == ErrorKind::RateLimited)
    }
}

//! Modes of a batch: how large its messages are, and how many are in flight.

use super::RateLimit;
use crate::{Error, Result};

/// Size and number of the messages of a batch.
///
/// The setters of [`BatchBuilder`](crate::batch::BatchBuilder) are named after the modes;
/// [`mode`](crate::batch::BatchBuilder::mode) takes one that a program has read from its settings.
///
/// ```
/// use weaviate::batch::BatchMode;
///
/// assert_eq!(BatchMode::default(), BatchMode::Auto);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchMode {
    /// The best mode for the server: now [`Dynamic`](Self::Dynamic).
    #[default]
    Auto,
    /// Size and number follow what the server can take.
    Dynamic,
    /// Messages of a constant number of objects.
    Fixed {
        /// Objects in a message: 1 or more. A message is also limited by its bytes.
        size: usize,
        /// Messages in flight at the same time: 1 to 1,000. Each takes the memory of its objects.
        concurrency: usize,
    },
    /// Not more than some number per minute.
    RateLimited(RateLimit),
}

/// More would be a queue without an end.
const MAX_CONCURRENCY: usize = 1_000;

impl BatchMode {
    /// Refuses sizes and limits of zero.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Fixed { size: 0, .. } => Err(Error::validation("size", "must be 1 or more objects, got 0")),
            Self::Fixed { concurrency, .. } if !(1..=MAX_CONCURRENCY).contains(concurrency) => {
                let message = format!("must be 1 to {MAX_CONCURRENCY} messages in flight, got {concurrency}");
                Err(Error::validation("concurrency", message))
            }
            Self::RateLimited(limit) => limit.check(),
            Self::Auto | Self::Dynamic | Self::Fixed { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_refused_with_the_field() {
        for (mode, field) in [
            (BatchMode::Fixed { size: 0, concurrency: 1 }, "size"),
            (BatchMode::Fixed { size: 1, concurrency: 0 }, "concurrency"),
            (BatchMode::Fixed { size: 1, concurrency: 1_001 }, "concurrency"),
            (BatchMode::RateLimited(RateLimit::requests_per_minute(0)), "requests_per_minute"),
            (BatchMode::RateLimited(RateLimit::objects_per_minute(0)), "objects_per_minute"),
            (BatchMode::RateLimited(RateLimit::tokens_per_minute(0)), "tokens_per_minute"),
        ] {
            assert_eq!(mode.check().unwrap_err().field(), Some(field));
        }
        assert!(BatchMode::default().check().is_ok());
    }
}

//! Rate limit of a batch, per minute.

use crate::{Error, Result};

/// Limits per minute of what a batch sends: requests, objects, tokens, or several of them.
///
/// Each message counts as one request, also when it is sent again. References that are added by
/// themselves cost a request per message, and neither objects nor tokens. Tokens are those of the
/// embedding model. The client does not know the tokenizer of the model: without
/// [`count_tokens`](crate::batch::BatchBuilder::count_tokens) it counts one token for each 4 bytes
/// of the encoded properties, which is about right for English texts.
///
/// The pace is even: a limit of 600 requests is one every 100 ms. So any minute has at most the
/// limit and one message more.
///
/// ```
/// use weaviate::batch::RateLimit;
///
/// let limit = RateLimit::requests_per_minute(60).and_objects(5_000).and_tokens(90_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a limit is given to `BatchBuilder::rate_limited`"]
pub struct RateLimit {
    pub(crate) requests: Option<u64>,
    pub(crate) objects: Option<u64>,
    pub(crate) tokens: Option<u64>,
}

impl RateLimit {
    const NONE: Self = Self { requests: None, objects: None, tokens: None };

    /// Limits the messages, 1 or more. Each has up to 1,000 objects.
    ///
    /// ```
    /// use weaviate::batch::RateLimit;
    ///
    /// let limit = RateLimit::requests_per_minute(60);
    /// ```
    pub const fn requests_per_minute(requests: u64) -> Self {
        Self::NONE.and_requests(requests)
    }

    /// Limits the objects, 1 or more.
    ///
    /// ```
    /// use weaviate::batch::RateLimit;
    ///
    /// let limit = RateLimit::objects_per_minute(5_000);
    /// ```
    pub const fn objects_per_minute(objects: u64) -> Self {
        Self::NONE.and_objects(objects)
    }

    /// Limits the tokens, 1 or more. A single object may have more than a minute's worth; the next
    /// one waits accordingly.
    ///
    /// ```
    /// use weaviate::batch::RateLimit;
    ///
    /// let limit = RateLimit::tokens_per_minute(90_000);
    /// ```
    pub const fn tokens_per_minute(tokens: u64) -> Self {
        Self::NONE.and_tokens(tokens)
    }

    /// Also limits the messages. See [`requests_per_minute`](Self::requests_per_minute).
    ///
    /// ```
    /// use weaviate::batch::RateLimit;
    ///
    /// let limit = RateLimit::tokens_per_minute(90_000).and_requests(60);
    /// ```
    pub const fn and_requests(self, requests_per_minute: u64) -> Self {
        Self { requests: Some(requests_per_minute), ..self }
    }

    /// Also limits the objects. See [`objects_per_minute`](Self::objects_per_minute).
    ///
    /// ```
    /// use weaviate::batch::RateLimit;
    ///
    /// let limit = RateLimit::requests_per_minute(60).and_objects(5_000);
    /// ```
    pub const fn and_objects(self, objects_per_minute: u64) -> Self {
        Self { objects: Some(objects_per_minute), ..self }
    }

    /// Also limits the tokens. See [`tokens_per_minute`](Self::tokens_per_minute).
    ///
    /// ```
    /// use weaviate::batch::RateLimit;
    ///
    /// let limit = RateLimit::requests_per_minute(60).and_tokens(90_000);
    /// ```
    pub const fn and_tokens(self, tokens_per_minute: u64) -> Self {
        Self { tokens: Some(tokens_per_minute), ..self }
    }

    pub(super) fn check(&self) -> Result<()> {
        let limits = [
            ("requests_per_minute", self.requests),
            ("objects_per_minute", self.objects),
            ("tokens_per_minute", self.tokens),
        ];
        match limits.into_iter().find(|(_, limit)| *limit == Some(0)) {
            Some((field, _)) => {
                Err(Error::validation(field, "must be 1 or more, got 0: the batch would never send anything"))
            }
            None => Ok(()),
        }
    }
}

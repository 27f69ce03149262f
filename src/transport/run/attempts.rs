//! The attempts of a call without the type of its reply.
//!
//! The run loop is compiled once for all operations: it sees [`Attempts`], and the reply stays in
//! the [`Replying`] of the caller. A loop that is generic over the reply would be compiled for each
//! operation, and be a tenth of the crate's machine code.

use std::marker::PhantomData;
use std::pin::Pin;

use super::Attempt;
use crate::error::{Error, Result};

/// An attempt that is being made.
pub(super) type Attempting<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Makes the attempts of a call, and keeps the reply of the one that succeeds.
pub(crate) trait Attempts<'c, N>: Send {
    fn make<'a>(&'a mut self, attempt: Attempt<'c, N>) -> Attempting<'a>
    where
        'c: 'a;
}

/// Attempts that a function makes, and their reply.
pub(crate) struct Replying<A, F, T> {
    attempt: A,
    reply: Option<T>,
    future: PhantomData<fn() -> F>,
}

impl<A, F, T> Replying<A, F, T> {
    pub(crate) fn new<'c, N: 'c>(attempt: A) -> Self
    where
        A: FnMut(Attempt<'c, N>) -> F,
    {
        Self { attempt, reply: None, future: PhantomData }
    }

    /// Returns the reply, after an attempt that succeeded.
    pub(crate) fn reply(self) -> Result<T> {
        self.reply.ok_or_else(|| Error::decode("the reply is missing"))
    }
}

impl<'c, N, A, F, T> Attempts<'c, N> for Replying<A, F, T>
where
    N: Sync + 'c,
    A: FnMut(Attempt<'c, N>) -> F + Send,
    F: Future<Output = Result<T>> + Send,
    T: Send,
{
    fn make<'a>(&'a mut self, attempt: Attempt<'c, N>) -> Attempting<'a>
    where
        'c: 'a,
    {
        Box::pin(async move {
            self.reply = Some((self.attempt)(attempt).await?);
            Ok(())
        })
    }
}

//! The request that inserts one object.

use std::future::IntoFuture;

use serde::Serialize;

use super::setters::{Draft, draft_options, reference_options, scope_options};
use crate::call::Idempotency;
use crate::error::{Outcome, Verdict};
use crate::operations;
use crate::operations::objects::Stored;
use crate::scope::{Pending, Scope, perform};
use crate::values::data::NewObject;
use crate::values::new_id::new_id;
use crate::{Error, ErrorKind, Result, Uuid};

const OPERATION: &str = "insert";

/// Request to insert one object, made by [`Data::insert`](super::Data::insert).
///
/// ```no_run
/// use weaviate::data::uuid5;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let article = PropertyMap::from([("title", "Owls")]);
/// let id = uuid5("Owls", "Article");
/// articles.data().insert(article).id(id).vector(embedding).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is stored until the request is awaited"]
pub struct Insert {
    scope: Scope,
    id: Uuid,
    /// The id was made by this client: no one else can have stored an object with it.
    own_id: bool,
    draft: Draft,
}

impl Insert {
    pub(super) fn new<P: Serialize>(scope: &Scope, object: NewObject<P>) -> Self {
        let id = object.id;
        let draft = Draft::of(scope, object);
        Self { scope: scope.clone(), id: id.unwrap_or_else(new_id), own_id: id.is_none(), draft }
    }

    /// Sets the id. Default: a random UUID, made by the client.
    ///
    /// The awaited request fails with [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if an
    /// object has this id.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// articles.data().insert(PropertyMap::from([("title", "Owls")])).id(id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn id(mut self, id: Uuid) -> Self {
        self.id = id;
        self.own_id = false;
        self
    }

    draft_options!();
    reference_options!();
    scope_options!();

    async fn send(self) -> Result<Uuid> {
        let Self { scope, id, own_id, draft } = self;
        let body = draft.body(&scope, id, draft.properties()?)?;
        let target = &scope.target;
        // Idempotent: the client knows the id, so a second attempt does not store the object twice.
        let mut call = scope.call(OPERATION, Idempotency::Idempotent)?;
        draft.check(&scope, &mut call).await?;
        match operations::objects::insert(&scope.transport, &call, target, &body).await {
            Ok(()) => Ok(id),
            Err(error) if error.is_already_exists() => {
                let look = scope.call(OPERATION, Idempotency::Read)?.about_object();
                let stored = operations::objects::stored(&scope.transport, &look, target, id, &body).await;
                settle(error, stored, own_id).map(|()| id)
            }
            Err(error) => Err(error),
        }
    }
}

/// Decides about an insert whose id exists, as the server says, by what the id holds.
///
/// The server says so of an id that it cannot look up, too. And an earlier attempt whose reply was
/// lost may have stored the object.
fn settle(error: Error, stored: Result<Stored>, own_id: bool) -> Result<()> {
    let retried = error.outcome() == Outcome::Unknown;
    match stored {
        Ok(Stored::Same) if retried => Ok(()),
        // The server may have changed the object: a module, a default.
        Ok(Stored::Another) if retried && own_id => Ok(()),
        Ok(Stored::Same | Stored::Another) => Err(error),
        Ok(Stored::Missing) => {
            let message = "the server says that the id exists, and has no object with it: a node may be unreachable";
            let verdict = Verdict { kind: ErrorKind::Unavailable, outcome: error.outcome(), transient: true };
            Err(Error::new(verdict, message).with_attempts(error.attempts()).with_source(error))
        }
        // Not allowed to read.
        Err(look) if look.is_access_denied() => Err(error),
        Err(look) => {
            let message = format!("the server says that the id exists, and reading the object failed: {look}");
            let verdict = Verdict { kind: ErrorKind::Unavailable, outcome: error.outcome(), transient: true };
            Err(Error::new(verdict, message).with_attempts(error.attempts()).with_source(error))
        }
    }
}

impl IntoFuture for Insert {
    type Output = Result<Uuid>;
    type IntoFuture = Pending<'static, Uuid>;

    fn into_future(self) -> Self::IntoFuture {
        perform(OPERATION, self.scope.name(), self.send())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_exists_is_believed_after_a_look() {
        use ErrorKind::{AlreadyExists, Unavailable};
        let refused = || Error::new(Verdict::refused(AlreadyExists), "");
        let unknown = || refused().with_unknown_outcome();
        let failure = |kind| Err(Error::new(Verdict::unknown(kind), ""));
        for (error, stored, own_id, expected) in [
            (refused(), Ok(Stored::Same), false, Err((AlreadyExists, Outcome::Refused))),
            (refused(), Ok(Stored::Another), false, Err((AlreadyExists, Outcome::Refused))),
            (refused(), Ok(Stored::Missing), false, Err((Unavailable, Outcome::Refused))),
            (refused(), failure(Unavailable), false, Err((Unavailable, Outcome::Refused))),
            (refused(), failure(ErrorKind::Permission), false, Err((AlreadyExists, Outcome::Refused))),
            (unknown(), Ok(Stored::Same), false, Ok(())),
            (unknown(), Ok(Stored::Another), false, Err((AlreadyExists, Outcome::Unknown))),
            (unknown(), Ok(Stored::Another), true, Ok(())),
            (unknown(), Ok(Stored::Missing), true, Err((Unavailable, Outcome::Unknown))),
            (unknown(), failure(ErrorKind::Timeout), true, Err((Unavailable, Outcome::Unknown))),
        ] {
            let what = format!("{error:?} {stored:?} {own_id}");
            let found = settle(error, stored, own_id).map_err(|error| (error.kind(), error.outcome()));
            assert_eq!(found, expected, "{what}");
        }
    }
}

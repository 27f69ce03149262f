//! The request that stores many objects.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use serde::Serialize;

use super::scope::{Scope, scope_options};
use super::{InsertReport, NewObject};
use crate::report::Failures;
use crate::transport::Idempotency;
use crate::wire::batch::{BatchEncoder, refusals};
use crate::{Collection, Feature, Result, Uuid};

const OPERATION: &str = "insert many";

/// Objects on their way into a collection, see [`Data::insert_many`](super::Data::insert_many).
#[must_use = "nothing is stored until the request is awaited"]
pub struct InsertMany<'o, P> {
    scope: Scope,
    allow_lossy_integers: bool,
    objects: Box<dyn Iterator<Item = NewObject<P>> + Send + 'o>,
}

impl<'o, P> InsertMany<'o, P> {
    pub(super) fn new<O, I>(collection: &Collection<P>, objects: I) -> Self
    where
        I: IntoIterator<Item = O>,
        I::IntoIter: Send + 'o,
        O: Into<NewObject<P>> + 'o,
        P: 'o,
    {
        let objects = Box::new(objects.into_iter().map(Into::into));
        Self { scope: Scope::new(collection), allow_lossy_integers: false, objects }
    }

    scope_options!();

    /// Whether integers beyond ±2^53 are sent all the same, and rounded by the server, see
    /// [`Insert::allow_lossy_integers`](super::Insert::allow_lossy_integers).
    pub fn allow_lossy_integers(mut self, allow: bool) -> Self {
        self.allow_lossy_integers = allow;
        self
    }
}

impl<P: Serialize> InsertMany<'_, P> {
    async fn send(mut self) -> Result<InsertReport<P>> {
        let mut sending = Sending {
            encoder: BatchEncoder::new(self.scope.place(), self.allow_lossy_integers),
            failures: Failures::new(OPERATION, &self.scope.collection),
            message: Vec::new(),
            enough: 0,
            scope: self.scope,
        };
        let mut ids = Vec::with_capacity(self.objects.size_hint().0);
        while let Some(mut object) = self.objects.next() {
            let index = ids.len();
            ids.push(*object.id.get_or_insert_with(Uuid::new_v4));
            if sending.failures.is_over() {
                sending.failures.not_sent([(index, object)]);
            } else {
                sending.add(index, object, self.objects.size_hint().0).await?;
            }
        }
        sending.flush().await?;
        Ok(InsertReport::new(ids, sending.failures.finish()))
    }
}

/// The message that is being filled, and what has failed so far.
struct Sending<P> {
    scope: Scope,
    encoder: BatchEncoder,
    /// The objects of the message, by their position among all.
    message: Vec<(usize, NewObject<P>)>,
    /// How many bytes it is not made larger than.
    enough: usize,
    failures: Failures<NewObject<P>>,
}

impl<P: Serialize> Sending<P> {
    /// Takes an object along, after those before it are sent if it does not fit in with them. `remaining` is how many more
    /// will come, as far as is known.
    async fn add(&mut self, index: usize, object: NewObject<P>, remaining: usize) -> Result<()> {
        let len = match self.encoder.encode(&object, self.scope.transport.max_batch_size()) {
            Ok(len) => len,
            Err(error) => {
                self.failures.add(index, object, error);
                return Ok(());
            }
        };
        if !self.encoder.has_room(len, self.enough) {
            self.flush().await?;
            if self.failures.is_over() {
                self.failures.not_sent([(index, object)]);
                return Ok(());
            }
        }
        if self.message.is_empty() {
            self.enough = self.scope.transport.batch_size(self.scope.options.protocol);
            self.encoder.begin(len, remaining, self.enough);
        }
        self.encoder.push(&object);
        self.message.push((index, object));
        Ok(())
    }

    /// Sends what is in the message.
    async fn flush(&mut self) -> Result<()> {
        let Some(message) = self.encoder.take() else { return Ok(()) };
        let objects = std::mem::take(&mut self.message);
        // The ids were made here, so that a repetition stores nothing twice.
        let mut call = self.scope.call(OPERATION, Idempotency::Idempotent);
        let transport = &self.scope.transport;
        let mut allowed = Ok(());
        if message.multi_vectors {
            allowed = transport.require_feature(&mut call, Feature::MultiVectors).await;
        }
        let refused = match allowed {
            Ok(()) => {
                transport.batch_objects(call, message.bytes).await.and_then(|reply| refusals(reply, objects.len()))
            }
            Err(error) => Err(error),
        };
        self.failures.message(objects, refused)
    }
}

impl<P> fmt::Debug for InsertMany<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsertMany").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl<'o, P: Serialize + Send + 'o> IntoFuture for InsertMany<'o, P> {
    type Output = Result<InsertReport<P>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'o>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let collection = self.scope.collection.clone();
            self.send().await.map_err(|error| error.in_operation(OPERATION, Some(&collection)))
        })
    }
}

//! The request that stores many objects.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;

use super::scope::{Scope, scope_options};
use super::{InsertReport, NewObject, ObjectError};
use crate::error::Verdict;
use crate::transport::Idempotency;
use crate::wire::batch::{BatchEncoder, EncodedBatch, refusals};
use crate::{Collection, Error, Feature, Result, Uuid, Vector};

const OPERATION: &str = "insert many";

/// Objects on their way into a collection, see [`Data::insert_many`](super::Data::insert_many). They are encoded already;
/// awaiting the request sends them.
#[derive(Clone, Debug)]
#[must_use = "nothing is stored until the request is awaited"]
pub struct InsertMany {
    scope: Scope,
    ids: Vec<Uuid>,
    /// Whether any object has one, which not every server understands.
    multi_vectors: bool,
    batches: Vec<EncodedBatch>,
    /// The objects that could not be encoded.
    errors: Vec<ObjectError>,
}

impl InsertMany {
    pub(super) fn new<P, O>(collection: &Collection<P>, objects: impl IntoIterator<Item = O>) -> Self
    where
        P: Serialize,
        O: Into<NewObject<P>>,
    {
        let scope = Scope::new(collection);
        let max = scope.transport.max_message_size();
        let mut encoder = BatchEncoder::new(&scope.collection, scope.tenant.as_deref(), max);
        let mut objects = objects.into_iter();
        let mut ids = Vec::with_capacity(objects.size_hint().0);
        let mut errors = Vec::new();
        let mut multi_vectors = false;
        while let Some(object) = objects.next() {
            let NewObject { properties, id, unnamed, vectors, references } = object.into();
            let index = ids.len();
            let id = id.unwrap_or_else(Uuid::new_v4);
            ids.push(id);
            multi_vectors |= unnamed.iter().chain(vectors.iter().map(|(_, vector)| vector)).any(Vector::is_multi);
            let added =
                encoder.add(index, id, (&properties, &references), unnamed.as_ref(), &vectors, objects.size_hint().0);
            if let Err(error) = added {
                errors.push(ObjectError { index, id, error: Arc::new(error) });
            }
        }
        Self { batches: encoder.finish(), scope, ids, multi_vectors, errors }
    }

    scope_options!();

    /// The id of each object, in the order in which they were handed over. Known before anything is sent, so that what an
    /// interrupted import left behind can be looked up. A clone of the request repeats it with the same ids.
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
    }

    async fn send(self) -> Result<InsertReport> {
        let Self { scope, ids, multi_vectors, batches, mut errors } = self;
        let transport = &scope.transport;
        if multi_vectors {
            let mut call = scope.call(OPERATION, Idempotency::Idempotent);
            transport.require_feature(&mut call, Feature::MultiVectors).await?;
        }
        let mut failed: Option<Arc<Error>> = None;
        for (number, batch) in batches.iter().enumerate() {
            if let Some(error) = &failed {
                let message = format!("not sent, because an earlier message of the same import failed: {error}");
                let error = Error::new(Verdict::not_sent(error.kind()), message);
                let rest = batches.iter().skip(number).flat_map(EncodedBatch::indices);
                errors.extend(all(rest, &ids, &Arc::new(error)));
                break;
            }
            // The ids were made here, so that a repetition stores nothing twice.
            let call = scope.call(OPERATION, Idempotency::Idempotent);
            let refused = transport
                .batch_objects(call, batch.message(scope.level))
                .await
                .and_then(|reply| refusals(batch, reply));
            match refused {
                Ok(refused) => errors.extend(refused.into_iter().filter_map(|(index, error)| {
                    let error = Arc::new(scope.failed(OPERATION, error));
                    ids.get(index).map(|id| ObjectError { index, id: *id, error })
                })),
                Err(error) if number == 0 => return Err(error),
                Err(error) => {
                    let error = Arc::new(error);
                    errors.extend(all(batch.indices(), &ids, &error));
                    failed = Some(error);
                }
            }
        }
        Ok(InsertReport::new(ids, errors))
    }
}

/// The same error for all these objects.
fn all<'a>(
    indices: impl IntoIterator<Item = &'a usize>,
    ids: &[Uuid],
    error: &Arc<Error>,
) -> impl Iterator<Item = ObjectError> {
    indices
        .into_iter()
        .filter_map(|index| ids.get(*index).map(|id| ObjectError { index: *index, id: *id, error: Arc::clone(error) }))
}

impl IntoFuture for InsertMany {
    type Output = Result<InsertReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let collection = self.scope.collection.clone();
            self.send().await.map_err(|error| error.in_operation(OPERATION, Some(&collection)))
        })
    }
}

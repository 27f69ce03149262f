//! Batch of a client: many collections and tenants.

use std::fmt;

use futures_core::Stream;
use serde::Serialize;

use super::add_error::AddError;
use super::batch_builder::{BatchBuilder, BatchKind, SealedKind};
use super::batch_report::{BatchError, BatchReport};
use super::feeder::{Feeder, Typing};
use super::handle::BatchHandle;
use super::tracked::Tracked;
use crate::call::CallOptions;
use crate::scope::Scope;
use crate::transport::Transport;
use crate::values::batch::{AnyObject, BatchProgress};
use crate::values::data::{NewObject, NewReference};
use crate::{Result, Uuid};

/// Batch of many collections and tenants, with one budget of messages and memory.
///
/// [`of`](Self::of) returns what takes the objects of one collection or tenant. Clones belong to the
/// same batch. See [`Batch`](crate::batch::Batch) for what all batches do.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client, articles: Collection, orders: Collection) -> weaviate::Result<()> {
/// let batch = client.batch().start().await?;
/// batch.of(&articles).add(PropertyMap::from([("title", "Owls")])).await?;
/// batch.of(&orders.tenant("ann")).add(PropertyMap::from([("number", 7)])).await?;
/// batch.finish().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a batch is sent completely by `finish`"]
pub struct ClientBatch {
    handle: BatchHandle<AnyObject>,
    options: CallOptions,
    allow_lossy_integers: bool,
}

/// What a batch of a client needs to start.
#[expect(unnameable_types, reason = "a sealed trait takes it")]
#[derive(Debug)]
pub struct ClientStart(Transport);

impl SealedKind for ClientBatch {
    type Start = ClientStart;
}

impl BatchKind for ClientBatch {
    type Properties = AnyObject;
}

impl BatchBuilder<ClientBatch> {
    pub(crate) fn new(transport: &Transport) -> Self {
        Self::of(ClientStart(transport.clone()), CallOptions::default())
    }

    /// Starts the batch.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let batch = client.batch().dynamic().start().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for a setting that is invalid, and
    /// [`Configuration`](crate::ErrorKind::Configuration) outside of a tokio runtime.
    #[expect(clippy::unused_async, reason = "as that of a collection, which asks the server")]
    pub async fn start(self) -> Result<ClientBatch> {
        let transport = self.kind.0.clone();
        let allow_lossy_integers = self.allow_lossy_integers;
        let (handle, _, options) = self.launch(&transport).map_err(|error| error.in_operation("batch", None))?;
        Ok(ClientBatch { handle, options, allow_lossy_integers })
    }
}

impl ClientBatch {
    /// Returns the lane of a collection or tenant. `Collection` has the public form.
    pub(crate) fn lane<P: Serialize + Send + Sync + 'static>(&self, scope: &Scope) -> BatchLane<P> {
        let mut scope = scope.clone();
        scope.options = self.options.clone().overridden_by(&scope.options);
        let typing = Typing { erase: AnyObject::new::<P>, view: AnyObject::downcast_ref::<P> };
        let feeder = Feeder::new(self.handle.shared(), &scope, self.allow_lossy_integers, typing);
        BatchLane { handle: self.handle.clone(), feeder }
    }

    /// Sends all items so far without delay, and waits until each is stored, failed or unknown. See
    /// [`Batch::flush`](crate::batch::Batch::flush).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// batch.flush().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The reason why the batch has stopped, with
    /// [`stop_on_first_error`](BatchBuilder::stop_on_first_error).
    pub async fn flush(&self) -> Result<BatchProgress> {
        self.handle.flush().await
    }

    /// Returns the counts of this moment.
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// println!("{} queued", batch.progress().objects.queued);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn progress(&self) -> BatchProgress {
        self.handle.progress()
    }

    /// Sends what is left, waits until everything is decided, and returns the report. See
    /// [`Batch::finish`](crate::batch::Batch::finish).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let report = batch.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`BatchError`] with the report, if anything failed or is unknown and failures are not
    /// [collected](BatchBuilder::collect_failures).
    pub async fn finish(self) -> Result<BatchReport<AnyObject>, BatchError<AnyObject>> {
        self.handle.finish().await
    }
}

impl Clone for ClientBatch {
    fn clone(&self) -> Self {
        let Self { handle, options, allow_lossy_integers } = self;
        Self { handle: handle.clone(), options: options.clone(), allow_lossy_integers: *allow_lossy_integers }
    }
}

impl fmt::Debug for ClientBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBatch").field("progress", &self.progress()).finish_non_exhaustive()
    }
}

/// Takes the objects of one collection or tenant for a [`ClientBatch`], returned by
/// [`ClientBatch::of`].
///
/// It belongs to the batch as a clone does: the batch stops with the last of them, unless it is
/// finished.
#[must_use = "objects have to be added to it"]
pub struct BatchLane<P: Serialize + Send + 'static> {
    /// Keeps the batch alive.
    handle: BatchHandle<AnyObject>,
    feeder: Feeder<P, AnyObject>,
}

impl<P: Serialize + Send + Sync + 'static> BatchLane<P> {
    /// Sets the function that counts the tokens of an object. See
    /// [`BatchBuilder::count_tokens`](crate::batch::BatchBuilder::count_tokens).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let lane = batch.of(&orders).count_tokens(|order| format!("{order:?}").len() as u64 / 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn count_tokens(mut self, count: impl Fn(&P) -> u64 + Send + Sync + 'static) -> Self {
        self.feeder.count_tokens(std::sync::Arc::new(count));
        self
    }

    /// Adds an object and returns its id. See [`Batch::add`](crate::batch::Batch::add).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let id = batch.of(&orders).add(order).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`AddError`] with the object: if it is invalid, or if the batch is finished or has stopped.
    pub async fn add(&self, object: impl Into<NewObject<P>>) -> Result<Uuid, AddError<NewObject<P>>> {
        self.feeder.add(object.into()).await
    }

    /// Adds an object and returns a handle of its fate. See
    /// [`Batch::add_tracked`](crate::batch::Batch::add_tracked).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let fate = batch.of(&orders).add_tracked(order).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub async fn add_tracked(&self, object: impl Into<NewObject<P>>) -> Result<Tracked<P>, AddError<NewObject<P>>> {
        self.feeder.add_tracked(object.into()).await
    }

    /// Adds a reference from an object of the collection. See
    /// [`Batch::add_reference`](crate::batch::Batch::add_reference).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// use weaviate::data::NewReference;
    ///
    /// let customer = Uuid::from_u128(1);
    /// batch.of(&orders).add_reference(NewReference::new(id, "of", customer)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`AddError`] with the reference: if the name of its property is invalid, or if the batch is
    /// finished or has stopped.
    pub async fn add_reference(&self, reference: NewReference) -> Result<(), AddError<NewReference>> {
        self.feeder.add_reference(reference).await
    }

    /// Adds all objects of a stream. See [`Batch::extend`](crate::batch::Batch::extend).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, all: impl futures_core::Stream<Item = PropertyMap>) -> weaviate::Result<()> {
    /// batch.of(&orders).extend(all).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`AddError`] with the object that was not taken, if the batch is finished or has stopped.
    pub async fn extend<S>(&self, objects: S) -> Result<(), AddError<NewObject<P>>>
    where
        S: Stream,
        S::Item: Into<NewObject<P>>,
    {
        self.feeder.extend(objects).await
    }

    /// Adds all objects of an iterator. See [`Batch::extend`](crate::batch::Batch::extend).
    ///
    /// ```no_run
    /// # use weaviate::batch::ClientBatch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: ClientBatch, orders: Collection, order: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// batch.of(&orders).extend_from([order]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`extend`](Self::extend).
    pub async fn extend_from<I>(&self, objects: I) -> Result<(), AddError<NewObject<P>>>
    where
        I: IntoIterator,
        I::Item: Into<NewObject<P>>,
    {
        self.feeder.extend_from(objects).await
    }
}

impl<P: Serialize + Send + 'static> Clone for BatchLane<P> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), feeder: self.feeder.clone() }
    }
}

impl<P: Serialize + Send + 'static> fmt::Debug for BatchLane<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchLane").field("batch", &self.handle.progress()).finish_non_exhaustive()
    }
}

//! Batch of one collection.

use std::fmt;
use std::sync::Arc;

use futures_core::Stream;
use serde::Serialize;

use super::add_error::AddError;
use super::batch_builder::{BatchBuilder, BatchKind, SealedKind};
use super::batch_report::{BatchError, BatchReport};
use super::feeder::{CountTokens, Feeder, Typing};
use super::handle::BatchHandle;
use super::server_watch::look_at_collections;
use super::tracked::Tracked;
use crate::scope::Scope;
use crate::values::batch::BatchProgress;
use crate::values::data::{NewObject, NewReference};
use crate::values::types::ConsistencyLevel;
use crate::{Result, Uuid};

/// Batch of one collection: objects go in, one by one, and each ends as stored, failed or unknown.
///
/// Returned by [`BatchBuilder::start`]. Clones add to the same batch, from as many tasks as there
/// are. The batch is sent by a task of its own, on the runtime on which it was started. See the
/// [module](crate::batch) for the whole picture.
///
/// Dropped unfinished, the batch stops: what is not sent is lost, and a warning has the counts.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let batch = articles.batch().start().await?;
/// for year in 1900..2000 {
///     batch.add(PropertyMap::from([("year", year)])).await?;
/// }
/// batch.finish().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a batch is sent completely by `finish`"]
pub struct Batch<P: Serialize + Send + 'static> {
    handle: BatchHandle<P>,
    feeder: Feeder<P, P>,
}

/// What a batch of a collection needs to start.
#[expect(unnameable_types, reason = "a sealed trait takes it")]
pub struct CollectionStart<P> {
    scope: Scope,
    count_tokens: Option<CountTokens<P>>,
}

impl<P> fmt::Debug for CollectionStart<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectionStart").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl<P: Serialize + Send + 'static> SealedKind for Batch<P> {
    type Start = CollectionStart<P>;
}

impl<P: Serialize + Send + 'static> BatchKind for Batch<P> {
    type Properties = P;
}

impl<P: Serialize + Send + 'static> BatchBuilder<Batch<P>> {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self::of(CollectionStart { scope: scope.clone(), count_tokens: None }, scope.options.clone())
    }

    /// Sets the consistency level: the number of replicas that must answer.
    ///
    /// Default: that of the collection's handle, otherwise the server's: `QUORUM`.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().consistency_level(ConsistencyLevel::All).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consistency_level(mut self, level: ConsistencyLevel) -> Self {
        self.kind.scope.target.level = Some(level);
        self
    }

    /// Sets the function that counts the tokens of an object, for
    /// [`RateLimit::tokens_per_minute`](crate::batch::RateLimit::tokens_per_minute). Default: one
    /// for each 4 bytes of the encoded properties.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// use weaviate::batch::RateLimit;
    ///
    /// let limited = articles.batch().rate_limited(RateLimit::tokens_per_minute(90_000));
    /// let batch = limited.count_tokens(|article| format!("{article:?}").len() as u64 / 4).start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn count_tokens(mut self, count: impl Fn(&P) -> u64 + Send + Sync + 'static) -> Self {
        self.kind.count_tokens = Some(Arc::new(count));
        self
    }

    /// Starts the batch.
    ///
    /// A dynamic batch asks the server first whether it makes the vectors of the collection, for at most
    /// the [init timeout](crate::connect::Timeouts::init). Without an answer its first messages are small.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// let batch = articles.batch().start().await?;
    /// batch.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for a setting or a name that is invalid, and
    /// [`Configuration`](crate::ErrorKind::Configuration) outside of a tokio runtime.
    pub async fn start(self) -> Result<Batch<P>> {
        let collection = self.kind.scope.name();
        self.started().await.map_err(|error| error.in_operation("batch", Some(collection.as_str())))
    }

    async fn started(self) -> Result<Batch<P>> {
        let transport = self.kind.scope.transport.clone();
        let allow_lossy_integers = self.allow_lossy_integers;
        let (handle, CollectionStart { mut scope, count_tokens }, options) = self.launch(&transport)?;
        scope.options = options;
        let typing = Typing { erase: |properties| properties, view: |properties| Some(properties) };
        let mut feeder = Feeder::new(handle.shared(), &scope, allow_lossy_integers, typing);
        feeder.check()?;
        if let Some(count) = count_tokens {
            feeder.count_tokens(count);
        }
        look_at_collections(handle.shared()).await;
        Ok(Batch { handle, feeder })
    }

    /// Imports all objects of a stream: starts the batch, adds them, and finishes it.
    ///
    /// An object that is invalid is a failure of the report, like one that the server refuses.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: impl futures_core::Stream<Item = PropertyMap>) -> weaviate::Result<()> {
    /// let report = articles.batch().import(objects).await?;
    /// println!("{} stored", report.objects().stored);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`BatchError`] with the report, if anything failed or is unknown and failures are not
    /// [collected](Self::collect_failures). If the batch cannot start, its report is empty.
    pub async fn import<S>(self, objects: S) -> Result<BatchReport<P>, BatchError<P>>
    where
        S: Stream,
        S::Item: Into<NewObject<P>>,
    {
        let batch = self.start().await.map_err(BatchError::not_started)?;
        // The report has the reason if the batch takes no more.
        let _ = batch.extend(objects).await;
        batch.finish().await
    }

    /// Imports all objects of an iterator. See [`import`](Self::import).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
    /// articles.batch().import_from(objects).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn import_from<I>(self, objects: I) -> Result<BatchReport<P>, BatchError<P>>
    where
        I: IntoIterator,
        I::Item: Into<NewObject<P>>,
    {
        let batch = self.start().await.map_err(BatchError::not_started)?;
        let _ = batch.extend_from(objects).await;
        batch.finish().await
    }
}

impl<P: Serialize + Send + 'static> Batch<P> {
    /// Adds an object and returns its id. Waits while the batch has no room.
    ///
    /// The object is accepted, not stored. Without an id it gets a random UUID. An object with the id
    /// of another one in the batch waits until that one is decided, and replaces it.
    ///
    /// ```no_run
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let id = batch.add(article).await?;
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

    /// Adds an object and returns a handle of its fate. Waits while the batch has no room.
    ///
    /// ```no_run
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let fate = batch.add_tracked(article).await?;
    /// let is_stored = fate.await.is_ok();
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

    /// Adds a reference from an object of the collection. It is sent once the objects at both of its
    /// ends are decided, if they are in the batch.
    ///
    /// These are objects of the same tenant, or of a collection without tenants. If one of them is not
    /// stored, the reference fails without being sent. The server stores a
    /// reference as often as it is sent, so one without an answer is not sent again: it is unknown.
    ///
    /// ```no_run
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// use weaviate::data::NewReference;
    ///
    /// let owls = batch.add(article).await?;
    /// // `id` is that of a person who is stored already.
    /// batch.add_reference(NewReference::new(owls, "writtenBy", id)).await?;
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

    /// Adds all objects of a stream. One that is invalid is a failure of the report.
    ///
    /// ```no_run
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, objects: impl futures_core::Stream<Item = PropertyMap>) -> weaviate::Result<()> {
    /// batch.extend(objects).await?;
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

    /// Adds all objects of an iterator. See [`extend`](Self::extend).
    ///
    /// ```no_run
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// batch.extend_from([article]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn extend_from<I>(&self, objects: I) -> Result<(), AddError<NewObject<P>>>
    where
        I: IntoIterator,
        I::Item: Into<NewObject<P>>,
    {
        self.feeder.extend_from(objects).await
    }

    /// Sends all items so far without delay, and waits until each is stored, failed or unknown.
    ///
    /// Items that fail are not an error of the flush; the report has them.
    ///
    /// ```no_run
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let progress = batch.flush().await?;
    /// println!("{} stored so far", progress.objects.stored);
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
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// println!("{} queued", batch.progress().objects.queued);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn progress(&self) -> BatchProgress {
        self.handle.progress()
    }

    /// Sends what is left, waits until everything is decided, and returns the report.
    ///
    /// It ends the batch for all clones: a later `add` returns the object. If several clones finish,
    /// all reports have the same counts, and the first one has the failures.
    /// This handle cannot be used any more:
    ///
    /// ```compile_fail,E0382
    /// # async fn example(batch: weaviate::batch::Batch<weaviate::PropertyMap>) -> weaviate::Result<()> {
    /// batch.finish().await?;
    /// batch.add(weaviate::PropertyMap::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// ```no_run
    /// # use weaviate::batch::Batch;
    /// # use weaviate::prelude::*;
    /// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap, id: Uuid) -> weaviate::Result<()> {
    /// let report = batch.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`BatchError`] with the report, if anything failed or is unknown and failures are not
    /// [collected](BatchBuilder::collect_failures).
    pub async fn finish(self) -> Result<BatchReport<P>, BatchError<P>> {
        self.handle.finish().await
    }
}

impl<P: Serialize + Send + 'static> Clone for Batch<P> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), feeder: self.feeder.clone() }
    }
}

impl<P: Serialize + Send + 'static> fmt::Debug for Batch<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("progress", &self.progress()).finish_non_exhaustive()
    }
}

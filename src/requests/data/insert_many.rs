//! The request that imports many objects.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;

use super::import_message::{self, Doubt};
use super::setters::scope_options;
use crate::Result;
use crate::call::Idempotency;
use crate::scope::{Pending, Scope, perform};
use crate::values::bulk_report::{Failures, MessageResult};
use crate::values::data::{InsertReport, NewObject};
use crate::values::embed::Embed;
use crate::values::new_id::new_id;
use crate::values::properties::Properties;
use crate::wire::batch::{BatchEncoder, EncodedBatch, Offer};
use crate::wire::object;
use crate::wire::properties::PropertiesEncoder;

const OPERATION: &str = "insert many";

/// Request to import many objects, made by [`Data::insert_many`](super::Data::insert_many).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let objects = (1900..2000).map(|year| PropertyMap::from([("year", year)]));
/// articles.data().insert_many(objects).await?.into_result()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is stored until the request is awaited"]
pub struct InsertMany<'o, P> {
    scope: Scope,
    allow_lossy_integers: bool,
    objects: Box<dyn Iterator<Item = NewObject<P>> + Send + 'o>,
    embed: Option<Embed<P>>,
}

impl<'o, P> InsertMany<'o, P> {
    pub(super) fn new<O, I>(scope: &Scope, objects: I) -> Self
    where
        I: IntoIterator<Item = O>,
        I::IntoIter: Send + 'o,
        O: Into<NewObject<P>> + 'o,
        P: 'o,
    {
        let objects = Box::new(objects.into_iter().fuse().map(Into::into));
        Self { scope: scope.clone(), allow_lossy_integers: false, objects, embed: None }
    }

    scope_options!();

    /// Sends integers beyond ±2^53, which the server rounds. Default: off.
    ///
    /// See [`Insert::allow_lossy_integers`](super::Insert::allow_lossy_integers).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let objects = [PropertyMap::from([("views", i64::MAX / 1000)])];
    /// articles.data().insert_many(objects).allow_lossy_integers(true).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_lossy_integers(mut self, allow: bool) -> Self {
        self.allow_lossy_integers = allow;
        self
    }

    /// Makes the vectors of the objects by a model of the caller, several objects at once. Default:
    /// off.
    ///
    /// The embedder gets one batch of texts after the other, and none while a message is sent.
    /// A vector that an object has is kept. If the embedder fails, the report lists the objects whose
    /// texts it had, with [`Embedding`](crate::ErrorKind::Embedding); the import goes on with the
    /// next ones. See [`Embed`].
    ///
    /// ```no_run
    /// use weaviate::embed::Embed;
    /// use weaviate::prelude::*;
    ///
    /// # async fn model(_: Vec<String>) -> std::io::Result<Vec<Vec<f32>>> { Ok(vec![]) }
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let embed = Embed::new(model, |article: &PropertyMap| format!("{:?}", article.get("title")));
    /// let objects = ["Owls", "Kites"].map(|title| PropertyMap::from([("title", title)]));
    /// articles.data().insert_many(objects).embed(embed).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn embed(mut self, embed: Embed<P>) -> Self {
        self.embed = Some(embed);
        self
    }
}

impl<P: Serialize> InsertMany<'_, P> {
    async fn send(mut self) -> Result<InsertReport<P>> {
        self.scope.target.check()?;
        let mut import = Import::new(self.scope, self.allow_lossy_integers);
        let mut ids = Vec::with_capacity(self.objects.size_hint().0);
        if let Some(embed) = self.embed.take() {
            let size = embed.checked_batch_size()?;
            loop {
                let start = ids.len();
                let objects = self.objects.by_ref().take(size).map(|mut object| {
                    ids.push(*object.id.get_or_insert_with(new_id));
                    object
                });
                let objects: Vec<_> = objects.collect();
                if objects.is_empty() {
                    break;
                }
                import.add_embedded(&embed, start, objects, self.objects.size_hint().0).await?;
            }
        }
        while let Some(mut object) = self.objects.next() {
            let index = ids.len();
            ids.push(*object.id.get_or_insert_with(new_id));
            import.add(index, object, self.objects.size_hint().0).await?;
        }
        Ok(import.finish().await?.report(ids, "objects", "stored"))
    }
}

impl<P: Properties + Serialize> Embed<P> {
    /// Makes the vector of one object, for an insert, a replacement or a validation.
    ///
    /// A vector that the object has is kept.
    ///
    /// ```no_run
    /// use weaviate::embed::Embed;
    /// use weaviate::prelude::*;
    ///
    /// # async fn model(_: Vec<String>) -> std::io::Result<Vec<Vec<f32>>> { Ok(vec![]) }
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// let embed = Embed::new(model, |article: &PropertyMap| format!("{:?}", article.get("title")));
    /// let owls = embed.object(PropertyMap::from([("title", "Owls")])).await?;
    /// articles.data().replace(id, owls).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Embedding`](crate::ErrorKind::Embedding) if the embedder fails.
    pub async fn object(&self, object: impl Into<NewObject<P>>) -> Result<NewObject<P>> {
        let mut objects = [object.into()];
        let mut encoder = PropertiesEncoder::new(P::LAYOUT, true);
        let has_vector = |properties: &P, name: &str| object::has_vector(&mut encoder, properties, name);
        let filled = self.fill(&mut objects, has_vector).await;
        let [object] = objects;
        filled.map(|()| object).map_err(|(_, error)| error)
    }
}

async fn send(scope: &Scope, bytes: Bytes, multi_vectors: bool, objects: usize) -> Result<MessageResult> {
    // Idempotent: all ids are set, so a second attempt does not store an object twice.
    let call = scope.call(OPERATION, Idempotency::Idempotent)?;
    import_message::send(&scope.transport, call, bytes, multi_vectors, objects).await
}

/// State of an import: the open message, and the objects that have failed.
struct Import<P> {
    scope: Scope,
    encoder: BatchEncoder<P>,
    failures: Failures<NewObject<P>>,
}

impl<P: Serialize> Import<P> {
    fn new(scope: Scope, allow_lossy_integers: bool) -> Self {
        Self {
            encoder: BatchEncoder::new(
                scope.target.clone(),
                scope.layout,
                allow_lossy_integers,
                import_message::limits(&scope),
            ),
            failures: Failures::new(OPERATION, scope.collection()),
            scope,
        }
    }

    /// Adds an object to the open message. Sends the message first if it is full.
    async fn add(&mut self, index: usize, mut object: NewObject<P>, remaining: usize) -> Result<()> {
        while !self.failures.is_over() {
            match self.encoder.offer(index, object, remaining) {
                Offer::Taken => return Ok(()),
                Offer::Rejected(object, error) => {
                    self.failures.add(index, object, error);
                    return Ok(());
                }
                Offer::Full(message, next) => {
                    self.send(message).await?;
                    object = next;
                }
            }
        }
        self.failures.not_sent([(index, object)]);
        Ok(())
    }

    /// Adds objects after their vectors are made. Objects without one are added as failed.
    async fn add_embedded(
        &mut self,
        embed: &Embed<P>,
        start: usize,
        mut objects: Vec<NewObject<P>>,
        remaining: usize,
    ) -> Result<()> {
        let mut failed = Vec::new();
        if !self.failures.is_over() {
            let mut encoder = PropertiesEncoder::new(self.scope.layout, true);
            let has_vector = |properties: &P, name: &str| object::has_vector(&mut encoder, properties, name);
            if let Err((positions, error)) = embed.fill(&mut objects, has_vector).await {
                let error = Arc::new(self.scope.failed(OPERATION, error));
                failed = positions.into_iter().map(|position| (position, Arc::clone(&error))).collect();
            }
        }
        let mut failed = failed.into_iter().peekable();
        let count = objects.len();
        for (position, object) in objects.into_iter().enumerate() {
            match failed.next_if(|(failed, _)| *failed == position) {
                Some((_, error)) => self.failures.shared([(start + position, object)], Ok(vec![(0, error)]))?,
                None => self.add(start + position, object, remaining.saturating_add(count - position - 1)).await?,
            }
        }
        Ok(())
    }

    async fn send(&mut self, message: EncodedBatch<P>) -> Result<()> {
        let EncodedBatch { bytes, objects, multi_vectors } = message;
        let mut answered = send(&self.scope, bytes, multi_vectors, objects.len()).await;
        if let Ok(MessageResult { refused, .. }) = &mut answered
            && let Some(doubt) = refused.iter().find_map(|(_, error)| Doubt::of(error))
        {
            let named = refused.iter().map(|(position, _)| *position).collect();
            refused.extend(doubt.errors(objects.iter().map(|(_, object)| object), &named, self.scope.layout));
        }
        self.encoder.set_limits(import_message::limits(&self.scope));
        self.failures.message(objects, answered)
    }

    /// Sends the last message. Returns all objects that failed.
    async fn finish(mut self) -> Result<Failures<NewObject<P>>> {
        if let Some(message) = self.encoder.take() {
            self.send(message).await?;
        }
        Ok(self.failures)
    }
}

impl<P> fmt::Debug for InsertMany<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InsertMany").field(&self.scope.target).finish()
    }
}

impl<'o, P: Serialize + Send + 'o> IntoFuture for InsertMany<'o, P> {
    type Output = Result<InsertReport<P>>;
    type IntoFuture = Pending<'o, InsertReport<P>>;

    fn into_future(self) -> Self::IntoFuture {
        perform(OPERATION, self.scope.name(), self.send())
    }
}

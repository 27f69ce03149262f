//! Single objects over REST: thin operations.

use serde::de::DeserializeOwned;
use uuid::Uuid;
use weaviate_generated::rest::types;

use super::{Call, Transport, unless_missing};
use crate::data::ReferenceTo;
use crate::error::{Error, Result};
use crate::query::Hit;
use crate::wire::consistency::parameter;
use crate::wire::{object, references, same_object};
use crate::{ConsistencyLevel, ErrorKind, Outcome};

/// Where an object lies, and how many replicas have to speak for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    pub(crate) collection: &'p str,
    pub(crate) tenant: Option<&'p str>,
    pub(crate) level: Option<ConsistencyLevel>,
}

impl Place<'_> {
    fn level(&self) -> Option<&'static str> {
        self.level.map(parameter)
    }
}

impl Transport {
    /// Stores a new object. An id that exists is refused.
    pub(crate) async fn insert_object(&self, call: &Call, place: Place<'_>, body: &types::Object) -> Result<()> {
        self.rest(call, |rest| async move { rest.objects_create(place.level(), body).await }).await?;
        Ok(())
    }

    /// Whether the object that is there is the one that was sent.
    pub(crate) async fn is_stored(
        &self,
        call: &Call,
        place: Place<'_>,
        id: Uuid,
        body: &types::Object,
    ) -> Result<bool> {
        let vectors = body.vector.is_some() || body.vectors.is_some();
        let found = self.stored(call, place, id, vectors, None).await?;
        Ok(found.is_some_and(|found| same_object::is_what_was_sent(body, &found)))
    }

    /// `None` if there is no such object, or no such collection.
    pub(crate) async fn object<P: DeserializeOwned>(
        &self,
        call: &Call,
        place: Place<'_>,
        id: Uuid,
        vectors: bool,
        node: Option<&str>,
    ) -> Result<Option<Hit<P>>> {
        self.stored(call, place, id, vectors, node).await?.map(object::hit).transpose()
    }

    async fn stored(
        &self,
        call: &Call,
        place: Place<'_>,
        id: Uuid,
        vectors: bool,
        node: Option<&str>,
    ) -> Result<Option<types::Object>> {
        let id = &id.to_string();
        let include = vectors.then_some("vector");
        let found = self.rest(call, |rest| async move {
            rest.objects_class_get(place.collection, id, place.level(), include, node, place.tenant).await
        });
        unless_missing(found.await)
    }

    pub(crate) async fn object_exists(&self, call: &Call, place: Place<'_>, id: Uuid) -> Result<bool> {
        let id = &id.to_string();
        let found = self.rest(call, |rest| async move {
            rest.objects_class_head(place.collection, id, place.level(), place.tenant).await
        });
        Ok(unless_missing(found.await)?.is_some())
    }

    pub(crate) async fn replace_object(
        &self,
        call: &Call,
        place: Place<'_>,
        id: Uuid,
        body: &types::Object,
    ) -> Result<()> {
        let id = &id.to_string();
        self.rest(call, |rest| async move { rest.objects_class_put(place.collection, id, place.level(), body).await })
            .await?;
        Ok(())
    }

    pub(crate) async fn merge_object(
        &self,
        call: &Call,
        place: Place<'_>,
        id: Uuid,
        body: &types::Object,
    ) -> Result<()> {
        let id = &id.to_string();
        self.rest(call, |rest| async move {
            rest.objects_class_patch(place.collection, id, place.level(), Some(body)).await
        })
        .await
    }

    pub(crate) async fn delete_object(&self, call: &Call, place: Place<'_>, id: Uuid) -> Result<()> {
        let id = &id.to_string();
        let gone = self.rest(call, |rest| async move {
            rest.objects_class_delete(place.collection, id, place.level(), place.tenant).await
        });
        // The server says the same whether it was there or not; some say 404.
        unless_missing(gone.await)?;
        Ok(())
    }

    pub(crate) async fn validate_object(&self, call: &Call, body: &types::Object) -> Result<()> {
        self.rest(call, |rest| async move { rest.objects_validate(body).await }).await
    }

    pub(crate) async fn add_reference(
        &self,
        call: &Call,
        place: Place<'_>,
        from: Uuid,
        property: &str,
        to: &ReferenceTo,
    ) -> Result<()> {
        let (from, to) = (&from.to_string(), &references::single(to));
        self.rest(call, |rest| async move {
            let Place { collection, tenant, .. } = place;
            rest.objects_class_references_create(collection, from, property, place.level(), tenant, to).await
        })
        .await
    }

    pub(crate) async fn replace_references(
        &self,
        call: &Call,
        place: Place<'_>,
        from: Uuid,
        property: &str,
        all: &[ReferenceTo],
    ) -> Result<()> {
        let (from, all) = (&from.to_string(), &types::MultipleRef(all.iter().map(references::single).collect()));
        self.rest(call, |rest| async move {
            let Place { collection, tenant, .. } = place;
            rest.objects_class_references_put(collection, from, property, place.level(), tenant, all).await
        })
        .await
    }

    /// Without effect if there is no such reference.
    pub(crate) async fn delete_reference(
        &self,
        call: &Call,
        place: Place<'_>,
        from: Uuid,
        property: &str,
        to: &ReferenceTo,
    ) -> Result<()> {
        let (from, to) = (&from.to_string(), &references::single(to));
        let gone = self.rest(call, |rest| async move {
            let Place { collection, tenant, .. } = place;
            rest.objects_class_references_delete(collection, from, property, place.level(), tenant, to).await
        });
        match gone.await {
            Err(error) if references::was_empty(&error) => Ok(()),
            gone => gone,
        }
    }
}

/// Whether a refusal means that the object of an earlier attempt, of which nothing was heard, may be the one that is in the
/// way.
pub(crate) fn may_be_our_own(error: &Error) -> bool {
    error.kind() == ErrorKind::AlreadyExists && error.outcome() == Outcome::Unknown
}

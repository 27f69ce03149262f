//! Single objects over REST.

use serde::de::DeserializeOwned;
use uuid::Uuid;
use weaviate_generated::rest::types;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::transport::{Transport, none_if_missing};
use crate::values::data::{NewReference, ReferenceTo};
use crate::values::query::Hit;
use crate::values::target::Target;
use crate::wire::consistency::parameter;
use crate::wire::object::ObjectPart;
use crate::wire::reply::Reading;
use crate::wire::{object, references, same_object};

fn level(target: &Target) -> Option<&'static str> {
    target.level.map(parameter)
}

/// Stores a new object. Fails if the id exists.
pub(crate) async fn insert(transport: &Transport, call: &Call, target: &Target, body: &types::Object) -> Result<()> {
    transport.rest(call, |rest| rest.objects_create(level(target), body)).await?;
    Ok(())
}

/// State of an id that exists, as the server says.
#[derive(Debug)]
pub(crate) enum Stored {
    /// The object that was sent.
    Same,
    Another,
    /// Nothing: a node that the server did not reach may hold the object.
    Missing,
}

/// Compares the stored object with the one that was sent.
pub(crate) async fn stored(
    transport: &Transport,
    call: &Call,
    target: &Target,
    id: Uuid,
    body: &types::Object,
) -> Result<Stored> {
    let vectors = body.vector.is_some() || body.vectors.is_some();
    Ok(match read(transport, call, ObjectPlace { target, id, node: None }, vectors).await? {
        Some(found) if same_object::equals_sent(body, &found) => Stored::Same,
        Some(_) => Stored::Another,
        None => Stored::Missing,
    })
}

/// Returns whether the object at one end has the reference.
pub(crate) async fn has_reference(
    transport: &Transport,
    call: &Call,
    target: &Target,
    NewReference { from, property, to }: &NewReference,
) -> Result<bool> {
    let found = read(transport, call, ObjectPlace { target, id: *from, node: None }, false).await?;
    Ok(found.is_some_and(|object| references::has(&object, property, to)))
}

/// Place of an object to be read.
#[derive(Clone, Copy)]
pub(crate) struct ObjectPlace<'p> {
    pub(crate) target: &'p Target,
    pub(crate) id: Uuid,
    /// Node of the replica.
    pub(crate) node: Option<&'p str>,
}

/// Reads an object; `None` if the object or the collection does not exist.
pub(crate) async fn get<P: DeserializeOwned>(
    transport: &Transport,
    call: &Call,
    place: ObjectPlace<'_>,
    part: &ObjectPart,
    reading: &Reading,
) -> Result<Option<Hit<P>>> {
    let found = read(transport, call, place, part.has_vectors()).await?;
    found.map(|found| object::hit(part.of_object(found), reading)).transpose()
}

async fn read(
    transport: &Transport,
    call: &Call,
    ObjectPlace { target, id, node }: ObjectPlace<'_>,
    vectors: bool,
) -> Result<Option<types::Object>> {
    let text = &id.to_string();
    let include = vectors.then_some("vector");
    let found = transport.rest(call, |rest| {
        rest.objects_class_get(target.collection(), text, level(target), include, node, target.tenant())
    });
    let found = none_if_missing(found.await)?;
    let is_other = |object: &types::Object| object.id.as_deref().and_then(|id| id.parse().ok()) != Some(id);
    match found {
        Some(object) if is_other(&object) => {
            Err(Error::decode("the reply has another object; check caches and proxies"))
        }
        found => Ok(found),
    }
}

pub(crate) async fn exists(transport: &Transport, call: &Call, target: &Target, id: Uuid) -> Result<bool> {
    let path_id = &id.to_string();
    let found = transport
        .rest(call, |rest| rest.objects_class_head(target.collection(), path_id, level(target), target.tenant()));
    match found.await {
        // The reply to HEAD has no body, so it does not say what is wrong: the reply to GET does.
        Err(error) if error.http_status() == Some(422) => {
            Ok(read(transport, call, ObjectPlace { target, id, node: None }, false).await?.is_some())
        }
        found => Ok(none_if_missing(found)?.is_some()),
    }
}

pub(crate) async fn replace(
    transport: &Transport,
    call: &Call,
    target: &Target,
    id: Uuid,
    body: &types::Object,
) -> Result<()> {
    let path_id = &id.to_string();
    transport
        .rest(call, |rest| rest.objects_class_put(target.collection(), path_id, level(target), body))
        .await
        .map_err(|error| error.of_object(id))?;
    Ok(())
}

pub(crate) async fn merge(
    transport: &Transport,
    call: &Call,
    target: &Target,
    id: Uuid,
    body: &types::Object,
) -> Result<()> {
    let path_id = &id.to_string();
    transport
        .rest(call, |rest| rest.objects_class_patch(target.collection(), path_id, level(target), Some(body)))
        .await
        .map_err(|error| error.of_object(id))
}

pub(crate) async fn delete(transport: &Transport, call: &Call, target: &Target, id: Uuid) -> Result<()> {
    let id = &id.to_string();
    let gone =
        transport.rest(call, |rest| rest.objects_class_delete(target.collection(), id, level(target), target.tenant()));
    // Servers reply alike whether the object existed or not; some versions with 404.
    none_if_missing(gone.await)?;
    Ok(())
}

pub(crate) async fn validate(transport: &Transport, call: &Call, body: &types::Object) -> Result<()> {
    transport.rest(call, |rest| rest.objects_validate(body)).await
}

pub(crate) async fn add_reference(
    transport: &Transport,
    call: &Call,
    target: &Target,
    from: Uuid,
    property: &str,
    to: &ReferenceTo,
) -> Result<()> {
    let (from, to) = (&from.to_string(), &references::single(to));
    transport
        .rest(call, |rest| {
            rest.objects_class_references_create(
                target.collection(),
                from,
                property,
                level(target),
                target.tenant(),
                to,
            )
        })
        .await
}

pub(crate) async fn replace_references(
    transport: &Transport,
    call: &Call,
    target: &Target,
    from: Uuid,
    property: &str,
    all: &[ReferenceTo],
) -> Result<()> {
    let (from, all) = (&from.to_string(), &types::MultipleRef(all.iter().map(references::single).collect()));
    transport
        .rest(call, |rest| {
            rest.objects_class_references_put(target.collection(), from, property, level(target), target.tenant(), all)
        })
        .await
}

/// Deletes a reference. Without effect if it does not exist.
pub(crate) async fn delete_reference(
    transport: &Transport,
    call: &Call,
    target: &Target,
    from: Uuid,
    property: &str,
    to: &ReferenceTo,
) -> Result<()> {
    let (from, to) = (&from.to_string(), &references::single(to));
    let gone = transport.rest(call, |rest| {
        rest.objects_class_references_delete(target.collection(), from, property, level(target), target.tenant(), to)
    });
    match gone.await {
        Err(error) if references::was_empty(&error) => Ok(()),
        gone => gone,
    }
}

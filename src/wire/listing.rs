//! A page of the object listing, from a search reply or from REST JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use weaviate_generated::grpc::SearchRequest;
use weaviate_generated::grpc::reply::{MetadataResult, SearchReply, SearchResult};
use weaviate_generated::rest::types;

use super::reply::Reading;
use super::selection::is_id_alone;
use super::{object, reply, selection};
use crate::values::query::Hit;
use crate::{Error, Result};

/// A listed object whose id is known and whose properties are not parsed yet. An object that does
/// not fit the type does not fail the page.
pub(crate) struct ListedObject(ListedSource);

#[expect(clippy::large_enum_variant, reason = "nearly all are of the large kind, and a box costs an allocation each")]
enum ListedSource {
    Result(SearchResult),
    Object(Box<types::Object>),
}

impl ListedObject {
    pub(crate) fn read<P: DeserializeOwned>(self, reading: &Reading) -> Result<Hit<P>> {
        match self.0 {
            ListedSource::Result(result) => reply::hit(result, reading),
            ListedSource::Object(object) => object::hit(*object, reading),
        }
    }
}

pub(crate) fn from_reply(reply: SearchReply) -> Result<Vec<(Uuid, ListedObject)>> {
    let nothing = MetadataResult::default();
    let found = reply.results.into_iter().map(|result| {
        let id = reply::id(result.metadata.as_ref().unwrap_or(&nothing))?;
        Ok((id, ListedObject(ListedSource::Result(result))))
    });
    found.collect()
}

/// Parameters of `GET /v1/objects`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parameters<'r> {
    pub(crate) after: Option<&'r str>,
    pub(crate) class: &'r str,
    pub(crate) include: Option<&'static str>,
    pub(crate) limit: i64,
    pub(crate) tenant: Option<&'r str>,
}

/// Converts a request to REST parameters. Fails for options REST does not have.
pub(crate) fn parameters(request: &SearchRequest) -> Result<Parameters<'_>> {
    let wanted = request.metadata.as_ref();
    let selection = request.properties.as_ref();
    for (what, asked) in [
        ("a consistency level", request.consistency_level.is_some()),
        ("the metadata `is_consistent`", wanted.is_some_and(|wanted| wanted.is_consistent)),
        ("the objects of references", selection.is_some_and(|all| !all.ref_properties.iter().all(is_id_alone))),
    ] {
        if asked {
            let message = format!("REST cannot list objects with {what}: omit it, or use gRPC or gRPC-Web");
            return Err(Error::unsupported(message));
        }
    }
    Ok(Parameters {
        after: non_empty(&request.after),
        class: &request.collection,
        include: wanted.is_some_and(|wanted| wanted.vector || !wanted.vectors.is_empty()).then_some("vector"),
        limit: request.limit.into(),
        tenant: non_empty(&request.tenant),
    })
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Reduces REST objects to what the request selects: REST returns everything.
pub(crate) fn from_list(request: &SearchRequest, objects: Vec<types::Object>) -> Result<Vec<(Uuid, ListedObject)>> {
    let found = objects.into_iter().map(|mut object| {
        let id = id(&object)?;
        select(request, &mut object);
        Ok((id, ListedObject(ListedSource::Object(Box::new(object)))))
    });
    found.collect()
}

pub(crate) fn id(object: &types::Object) -> Result<Uuid> {
    let text = object.id.as_deref().unwrap_or_default();
    Uuid::try_parse(text).map_err(|_| Error::decode(format!("`{text}` is not an object id")))
}

fn select(request: &SearchRequest, object: &mut types::Object) {
    let wanted = request.metadata.clone().unwrap_or_default();
    if !wanted.creation_time_unix {
        object.creation_time_unix = None;
    }
    if !wanted.last_update_time_unix {
        object.last_update_time_unix = None;
    }
    if !wanted.vector {
        object.vector = None;
        if let Some(types::Vectors(vectors)) = &mut object.vectors {
            vectors.retain(|name, _| wanted.vectors.contains(name));
        }
    }
    if let Some(types::PropertySchema(Value::Object(properties))) = &mut object.properties {
        let everything = selection::everything();
        let selection = request.properties.as_ref().unwrap_or(&everything);
        properties.retain(|name, value| selection::reduce(selection, name, value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use weaviate_generated::grpc::{MetadataRequest, PropertiesRequest};

    use super::*;
    use crate::error::Outcome;
    use crate::values::types::{DateTime, Vector};
    use crate::{ErrorKind, PropertyMap};

    fn request() -> SearchRequest {
        let metadata = Some(MetadataRequest { uuid: true, ..MetadataRequest::default() });
        SearchRequest { collection: "Owl".to_owned(), limit: 100, metadata, ..SearchRequest::default() }
    }

    fn metadata(request: &mut SearchRequest) -> &mut MetadataRequest {
        request.metadata.get_or_insert_default()
    }

    #[test]
    fn a_request_becomes_rest_parameters() {
        let plain = Parameters { after: None, class: "Owl", include: None, limit: 100, tenant: None };
        assert_eq!(parameters(&request()).unwrap(), plain);
        let mut full = SearchRequest { after: "x".to_owned(), tenant: "t".to_owned(), ..request() };
        metadata(&mut full).vectors = vec!["a".to_owned()];
        let expected = Parameters { after: Some("x"), tenant: Some("t"), include: Some("vector"), ..plain };
        assert_eq!(parameters(&full).unwrap(), expected);
        let mut vector = request();
        metadata(&mut vector).vector = true;
        assert_eq!(parameters(&vector).unwrap(), Parameters { include: Some("vector"), ..plain });
    }

    #[test]
    fn options_rest_does_not_have_are_refused() {
        let mut consistent = request();
        metadata(&mut consistent).is_consistent = true;
        for (request, word) in [
            (SearchRequest { consistency_level: Some(1), ..request() }, "consistency level"),
            (consistent, "is_consistent"),
        ] {
            let error = parameters(&request).unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    fn object() -> types::Object {
        serde_json::from_value(json!({
            "class": "Owl",
            "id": "00000000-0000-0000-0000-000000000007",
            "creationTimeUnix": 1_795_423_962_179_i64,
            "lastUpdateTimeUnix": 1_795_423_962_179_i64,
            "properties": {
                "title": "a",
                "year": 1999,
                "nest": [{"beacon": "weaviate://localhost/Nest/00000000-0000-0000-0000-000000000008"}],
            },
            "vectors": {"a": [1.0], "b": [2.0]},
        }))
        .unwrap()
    }

    fn read(request: &SearchRequest) -> Hit<PropertyMap> {
        let (id, found) = from_list(request, vec![object()]).unwrap().pop().unwrap();
        let hit = found.read::<PropertyMap>(&Reading::default()).unwrap();
        assert_eq!((hit.id, id), (Uuid::from_u128(7), Uuid::from_u128(7)));
        hit
    }

    #[test]
    fn rest_objects_are_reduced_to_the_selection() {
        let hit = read(&request());
        assert_eq!(
            hit.properties,
            PropertyMap::from([("title", "a".into()), ("year", crate::values::types::PropertyValue::from(1999))])
        );
        assert!(hit.references("nest").is_empty());
        assert_eq!((&hit.metadata, hit.vectors().is_empty()), (&crate::values::query::HitMetadata::default(), true));

        let mut some = request();
        let names = vec!["year".to_owned()];
        some.properties = Some(PropertiesRequest { non_ref_properties: names, ..PropertiesRequest::default() });
        metadata(&mut some).creation_time_unix = true;
        metadata(&mut some).vectors = vec!["b".to_owned()];
        let hit = read(&some);
        assert_eq!(hit.properties, PropertyMap::from([("year", 1999)]));
        assert_eq!(hit.metadata.creation_time, Some(DateTime::parse("2026-11-23T08:52:42.179Z").unwrap()));
        assert_eq!((hit.metadata.last_update_time.as_ref(), hit.vector()), (None, Some(&Vector::from([2.0]))));

        let mut all = request();
        metadata(&mut all).vector = true;
        assert_eq!(read(&all).vectors().len(), 2);
    }

    #[test]
    fn an_object_without_an_id_is_a_decode_error() {
        let nameless = types::Object { id: None, ..object() };
        let error = from_list(&request(), vec![object(), nameless]).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
}

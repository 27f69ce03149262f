//! Conversion of a search reply to hits.

use std::time::Duration;

use bytes::Bytes;
use prost::Message as _;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use weaviate_generated::grpc;
pub(crate) use weaviate_generated::grpc::reply::SearchReply;
use weaviate_generated::grpc::reply::{
    GroupByResult, MetadataResult, PropertiesResult, RefPropertiesResult, SearchResult,
};

use super::found_references::FoundReferences;
use super::properties::{Asked, Parts};
use super::{generated_text, properties, ranking, vector};
use crate::values::data::ReferenceTo;
use crate::values::map_of::map_of;
use crate::values::properties::Layout;
use crate::values::query::{
    Group, GroupedHit, GroupedResults, Hit, HitMetadata, Options, QueryProfile, SearchResults, Selected, ShardProfile,
};
use crate::values::types::DateTime;
use crate::{Error, Result};

/// A result that can be read from a reply. Unnameable: it seals [`Results`](crate::query::Results).
#[expect(unnameable_types, reason = "it seals the public trait")]
pub trait FromReply: Sized {
    #[doc(hidden)]
    fn from_reply(reply: SearchReply, reading: &Reading) -> Result<Self>;
}

/// Form into which the objects of a reply are read.
#[expect(unnameable_types, reason = "a sealed trait takes it")]
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Fields of the type that are vectors and references.
    pub(super) layout: &'static Layout,
    /// References that were requested, as [`Asked`] reads them. `None` for all.
    references: Option<String>,
    /// There is a text for each object or group.
    single: bool,
    /// There is a text for all.
    grouped: bool,
}

impl Reading {
    pub(crate) fn of(layout: &'static Layout, selected: &Selected) -> Self {
        let mut references = String::new();
        add_references(selected, &mut references);
        Self { layout, references: Some(references), single: false, grouped: false }
    }

    /// Returns the form of a query with these options.
    pub(crate) fn of_query(layout: &'static Layout, options: &Options) -> Self {
        let generate = options.generate.as_deref();
        Self {
            single: generate.is_some_and(|generate| generate.single.is_some()),
            grouped: generate.is_some_and(|generate| generate.grouped.is_some()),
            ..Self::of(layout, &options.selected)
        }
    }

    /// An object with all its references.
    pub(crate) fn everything(layout: &'static Layout) -> Self {
        Self { layout, references: None, single: false, grouped: false }
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        Asked(self.references.as_deref())
    }
}

fn add_references(selected: &Selected, out: &mut String) {
    for reference in &selected.references {
        out.push_str(&reference.property);
        if reference.ids_alone {
            out.push(Asked::IDS_ALONE);
        }
        out.push('(');
        add_references(&reference.selected, out);
        out.push(')');
    }
}

impl<P: DeserializeOwned> FromReply for SearchResults<P> {
    fn from_reply(reply: SearchReply, reading: &Reading) -> Result<Self> {
        results(reply, reading)
    }
}

/// Result of a fetch by id.
impl<P: DeserializeOwned> FromReply for Option<Hit<P>> {
    fn from_reply(reply: SearchReply, reading: &Reading) -> Result<Self> {
        reply.results.into_iter().next().map(|result| hit(result, reading)).transpose()
    }
}

impl<P: DeserializeOwned> FromReply for GroupedResults<P> {
    fn from_reply(reply: SearchReply, reading: &Reading) -> Result<Self> {
        groups(reply, reading)
    }
}

/// The number of objects, those of groups included.
pub(crate) fn rows(reply: &SearchReply) -> usize {
    let grouped: usize = reply.group_by_results.iter().map(|group| group.objects.len()).sum();
    reply.results.len() + grouped
}

/// Removes the properties that were returned only for the ranking.
pub(crate) fn remove_unselected(reply: &mut SearchReply, options: &Options) -> Result<()> {
    let unselected = ranking::unselected(options);
    if unselected.is_empty() {
        return Ok(());
    }
    let grouped = reply.group_by_results.iter_mut().flat_map(|group| &mut group.objects);
    for result in reply.results.iter_mut().chain(grouped) {
        if let Some(encoded) = result.properties.as_mut().and_then(|found| found.non_ref_props.as_mut()) {
            *encoded = properties::without(encoded, &unselected).map_err(|error| Error::decode(error.to_string()))?;
        }
    }
    Ok(())
}

fn results<P: DeserializeOwned>(mut reply: SearchReply, reading: &Reading) -> Result<SearchResults<P>> {
    if !reply.group_by_results.is_empty() {
        return Err(unwanted_groups());
    }
    let took = took(reply.took);
    let query_profile = query_profile(&mut reply);
    let generated = reading.grouped.then(|| generated_text::of_all(&mut reply)).flatten();
    // With the capacity known, hits are not moved while the vector grows.
    let mut hits = Vec::with_capacity(reply.results.len());
    for result in reply.results {
        hits.push(hit(result, reading)?);
    }
    Ok(SearchResults { hits, took, query_profile, generated })
}

fn groups<P: DeserializeOwned>(mut reply: SearchReply, reading: &Reading) -> Result<GroupedResults<P>> {
    if !reply.results.is_empty() {
        return Err(no_groups());
    }
    let took = took(reply.took);
    let query_profile = query_profile(&mut reply);
    let generated = reading.grouped.then(|| generated_text::of_all(&mut reply)).flatten();
    let groups = reply.group_by_results.into_iter().map(|result| group(result, reading)).collect::<Result<_>>()?;
    Ok(GroupedResults { groups, took, query_profile, generated })
}

fn query_profile(reply: &mut SearchReply) -> Option<Box<QueryProfile>> {
    let grpc::QueryProfile { shards } = reply.query_profile.take()?;
    let shards = shards.into_iter().map(|shard| ShardProfile {
        name: shard.name,
        node: shard.node,
        searches: map_of(shard.searches.into_iter().map(|(kind, found)| (kind, map_of(found.details)))),
    });
    Some(Box::new(QueryProfile { shards: shards.collect() }))
}

/// Returns the duration; an invalid one must not hide the results.
pub(super) fn took(seconds: f32) -> Duration {
    Duration::try_from_secs_f32(seconds).unwrap_or_default()
}

pub(super) fn unwanted_groups() -> Error {
    Error::decode("the reply has groups, and none were requested")
}

pub(super) fn no_groups() -> Error {
    Error::decode("the reply has no groups, which were requested")
}

fn group<P: DeserializeOwned>(mut result: GroupByResult, reading: &Reading) -> Result<Group<P>> {
    let generated = reading.single.then(|| generated_text::of_group(&mut result)).flatten();
    let GroupByResult { name, min_distance, max_distance, number_of_objects, objects, rerank, .. } = result;
    let number_of_objects = u64::try_from(number_of_objects)
        .map_err(|_| Error::decode(format!("group `{name}` claims {number_of_objects} objects")))?;
    let hits = objects
        .into_iter()
        .map(|object| Ok(GroupedHit { group: name.clone(), hit: hit(object, reading)? }))
        .collect::<Result<Vec<GroupedHit<P>>>>()?;
    // Keyword searches leave both at zero, which would look like a perfect match.
    let measured = hits.iter().any(|hit| hit.metadata.distance.is_some());
    Ok(Group {
        min_distance: measured.then_some(min_distance),
        max_distance: measured.then_some(max_distance),
        name,
        number_of_objects,
        rerank_score: rerank.map(|rerank| rerank.score),
        hits,
        generated,
    })
}

pub(super) fn hit<P: DeserializeOwned>(mut result: SearchResult, reading: &Reading) -> Result<Hit<P>> {
    let generated = reading.single.then(|| generated_text::of_hit(&mut result)).flatten();
    let PropertiesResult { ref_props, non_ref_props, .. } = result.properties.unwrap_or_default();
    let metadata = result.metadata.unwrap_or_default();
    let mut hit = object(metadata, non_ref_props, ref_props, reading.layout, reading.asked(), 0)?;
    hit.generated = generated;
    Ok(hit)
}

/// Returns the address of the object that a reference leads to.
pub(super) fn target(message: &[u8]) -> Result<ReferenceTo> {
    let found = result_of_reference(message)?;
    address(&found.metadata.unwrap_or_default(), &found.target_collection)
}

fn result_of_reference(message: &[u8]) -> Result<PropertiesResult> {
    PropertiesResult::decode(message).map_err(|error| Error::decode(format!("a reference: {error}")))
}

fn address(metadata: &MetadataResult, collection: &[u8]) -> Result<ReferenceTo> {
    let id = id(metadata)?;
    Ok(match std::str::from_utf8(collection) {
        Ok(name) if !name.is_empty() => ReferenceTo::in_collection(name, id),
        _ => ReferenceTo::new(id),
    })
}

/// Returns the object that a reference leads to, and its address. `depth` is the number of references
/// before it, and `asked` the references that were requested of it.
pub(super) fn referenced<P: DeserializeOwned>(
    message: &[u8],
    layout: &'static Layout,
    depth: usize,
    asked: Asked<'_>,
) -> Result<(ReferenceTo, Option<Hit<P>>)> {
    let PropertiesResult { ref_props, target_collection, metadata, non_ref_props, ref_props_requested } =
        result_of_reference(message)?;
    let metadata = *metadata.unwrap_or_default();
    let to = address(&metadata, &target_collection)?;
    let MetadataResult { vector_bytes, vectors, creation_time_unix_present, last_update_time_unix_present, .. } =
        &metadata;
    let has_metadata = *creation_time_unix_present || *last_update_time_unix_present || metadata.is_consistent_present;
    let has_vectors = !vector_bytes.is_empty() || !vectors.is_empty();
    if non_ref_props.is_none() && !ref_props_requested && !has_metadata && !has_vectors {
        return Ok((to, None));
    }
    let hit = object(metadata, non_ref_props, ref_props, layout, asked, depth)?;
    Ok((to, Some(hit)))
}

fn object<P: DeserializeOwned>(
    mut metadata: MetadataResult,
    properties: Option<Bytes>,
    references: Vec<RefPropertiesResult>,
    layout: &'static Layout,
    asked: Asked<'_>,
    depth: usize,
) -> Result<Hit<P>> {
    let id = id(&metadata)?;
    let broken = |what: &dyn std::fmt::Display| Error::decode(format!("object {id}: {what}"));

    let bytes = std::mem::take(&mut metadata.vector_bytes);
    #[expect(deprecated, reason = "servers before 1.25 have no other field for it")]
    let numbers = &metadata.vector;
    let unnamed = vector::unnamed(bytes, numbers).map_err(|fault| broken(&fault))?;
    let vectors = vector::named(std::mem::take(&mut metadata.vectors)).map_err(|fault| broken(&fault))?;
    let references = FoundReferences::of_reply(references);
    let parts = Parts { layout, unnamed: unnamed.as_ref(), vectors: &vectors, references: &references, asked, depth };
    let properties =
        properties::from_wire(&properties.unwrap_or_default(), Some(parts)).map_err(|error| broken(&error))?;
    let references = references.of_no_field(layout, depth, asked).map_err(|error| broken(&error))?;
    let metadata = metadata_of(metadata).map_err(|error| broken(&error))?;
    Ok(Hit { id, properties, metadata, vector: unnamed, vectors, references, generated: None })
}

/// Parses the id, from bytes if present, which is cheaper. Some servers omit its leading zero
/// bytes.
pub(super) fn id(metadata: &MetadataResult) -> Result<Uuid> {
    if let Ok(id) = Uuid::from_slice(&metadata.id_as_bytes) {
        return Ok(id);
    }
    let text = &metadata.id;
    Uuid::try_parse_ascii(text)
        .map_err(|_| Error::decode(format!("`{}` is not an object id", String::from_utf8_lossy(text))))
}

fn metadata_of(found: MetadataResult) -> Result<HitMetadata> {
    let time = |present: bool, unix: i64| present.then(|| DateTime::from_unix_millis(unix)).transpose();
    Ok(HitMetadata {
        creation_time: time(found.creation_time_unix_present, found.creation_time_unix)?,
        last_update_time: time(found.last_update_time_unix_present, found.last_update_time_unix)?,
        distance: found.distance_present.then_some(found.distance),
        certainty: found.certainty_present.then_some(found.certainty),
        score: found.score_present.then_some(found.score),
        explain_score: found.explain_score_present.then_some(found.explain_score),
        is_consistent: found.is_consistent.filter(|_| found.is_consistent_present),
        rerank_score: found.rerank_score_present.then_some(found.rerank_score),
    })
}

#[cfg(test)]
mod tests {
    use weaviate_generated::grpc::value::Kind;
    use weaviate_generated::grpc::{Properties, RerankReply, Value, Vectors as Named};

    use super::*;
    use crate::ErrorKind;
    use crate::values::types::PropertyMap;
    use crate::values::types::Vector;

    const ID: Uuid = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);

    fn result(metadata: MetadataResult) -> SearchResult {
        let year = Value { kind: Some(Kind::IntValue(1999)) };
        let properties = Properties { fields: [("year".to_owned(), year)].into() };
        let non_ref_props = Some(properties.encode_to_vec().into());
        let properties = Some(PropertiesResult { non_ref_props, ..PropertiesResult::default() });
        SearchResult { properties, metadata: Some(metadata), generative: None }
    }

    fn only<P: DeserializeOwned>(metadata: MetadataResult) -> Result<Hit<P>> {
        let reply = SearchReply { took: 0.25, results: vec![result(metadata)], ..SearchReply::default() };
        results(reply, &Reading::default()).map(|found: SearchResults<P>| {
            assert_eq!(found.took(), Duration::from_millis(250));
            assert_eq!(found.len(), 1);
            found.into_vec().remove(0)
        })
    }

    fn named(name: &str, bytes: &'static [u8]) -> Named {
        Named { name: name.to_owned(), vector_bytes: Bytes::from_static(bytes), r#type: 1, ..Named::default() }
    }

    #[test]
    fn absent_metadata_stays_absent() {
        let bare = MetadataResult { id: ID.to_string().into(), ..MetadataResult::default() };
        let hit: Hit<PropertyMap> = only(bare).unwrap();
        assert_eq!((hit.id, &hit.metadata), (ID, &HitMetadata::default()));
        assert_eq!(hit.properties, PropertyMap::from([("year", 1999)]));
        assert!(hit.vector().is_none() && hit.vectors().is_empty());

        let full = MetadataResult {
            id_as_bytes: Bytes::copy_from_slice(ID.as_bytes()),
            creation_time_unix: 1_795_423_962_179,
            creation_time_unix_present: true,
            distance_present: true,
            certainty: 0.5,
            score: 2.0,
            score_present: true,
            explain_score_present: true,
            is_consistent: Some(false),
            is_consistent_present: true,
            rerank_score: 0.5,
            rerank_score_present: true,
            ..MetadataResult::default()
        };
        let hit: Hit<()> = only(full).unwrap();
        let expected = HitMetadata {
            creation_time: Some(DateTime::parse("2026-11-23T08:52:42.179Z").unwrap()),
            distance: Some(0.0),
            score: Some(2.0),
            explain_score: Some(String::new()),
            is_consistent: Some(false),
            rerank_score: Some(0.5),
            ..HitMetadata::default()
        };
        assert_eq!((hit.id, hit.metadata), (ID, expected));
    }

    #[test]
    fn an_id_whose_leading_zeros_are_missing_is_read_from_its_text() {
        let cut = Bytes::copy_from_slice(&ID.as_bytes()[1..]);
        let hit: Hit<()> =
            only(MetadataResult { id: ID.to_string().into(), id_as_bytes: cut, ..MetadataResult::default() }).unwrap();
        assert_eq!(hit.id, ID);
        let error = only::<()>(MetadataResult::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
    }

    #[test]
    fn the_unnamed_vector_is_the_vector() {
        let one: &[u8] = &[0, 0, 128, 63];
        let of = |unnamed: &'static [u8], vectors| {
            let vector_bytes = Bytes::from_static(unnamed);
            only::<()>(MetadataResult { id: ID.to_string().into(), vector_bytes, vectors, ..MetadataResult::default() })
                .unwrap()
        };
        assert_eq!(of(one, vec![]).vector(), Some(&Vector::from([1.0])));
        assert_eq!(of(&[], vec![named("a", one)]).vector(), Some(&Vector::from([1.0])));
        let two = of(&[], vec![named("a", one), named("b", &[0, 0, 0, 64])]);
        assert_eq!(two.vector(), None);
        assert_eq!(two.vectors().get("b"), Some(&Vector::from([2.0])));
    }

    #[test]
    fn groups_keep_their_order() {
        let metadata = |distance: Option<f32>| MetadataResult {
            id: ID.to_string().into(),
            distance: distance.unwrap_or_default(),
            distance_present: distance.is_some(),
            ..MetadataResult::default()
        };
        let group = |name: &str, objects| GroupByResult {
            name: name.to_owned(),
            min_distance: 0.25,
            max_distance: 0.5,
            number_of_objects: 2,
            objects,
            rerank: Some(RerankReply { score: 0.75 }),
            ..GroupByResult::default()
        };
        let near = group("x", vec![result(metadata(Some(0.25))), result(metadata(Some(0.5)))]);
        let reply = SearchReply { group_by_results: vec![near.clone()], ..SearchReply::default() };
        let found: GroupedResults<PropertyMap> = groups(reply, &Reading::default()).unwrap();
        assert_eq!((found[0].min_distance, found[0].max_distance), (Some(0.25), Some(0.5)));
        assert_eq!((found[0].number_of_objects, found[0].hits[1].metadata.distance), (2, Some(0.5)));
        assert_eq!(found[0].rerank_score, Some(0.75));

        let other = GroupByResult { min_distance: 0.0, max_distance: 0.0, ..group("a", vec![result(metadata(None))]) };
        let reply = SearchReply { group_by_results: vec![other, near.clone()], ..SearchReply::default() };
        let found: GroupedResults<PropertyMap> = groups(reply, &Reading::default()).unwrap();
        assert_eq!(found.hits().map(|hit| hit.group.as_str()).collect::<Vec<_>>(), ["a", "x", "x"]);
        assert_eq!((found[0].min_distance, found[0].max_distance), (None, None), "nothing was measured");
        assert_eq!(found[0].hits[0].properties, PropertyMap::from([("year", 1999)]));

        let nonsense = GroupByResult { number_of_objects: -1, ..near };
        let reply = SearchReply { group_by_results: vec![nonsense], ..SearchReply::default() };
        assert_eq!(groups::<PropertyMap>(reply, &Reading::default()).unwrap_err().kind(), ErrorKind::Decode);
    }

    #[test]
    fn a_decode_error_names_object_and_path() {
        #[derive(Debug, serde::Deserialize)]
        struct Wrong {
            #[serde(rename = "year")]
            _year: String,
        }
        let metadata = MetadataResult { id: ID.to_string().into(), ..MetadataResult::default() };
        let error = only::<Wrong>(metadata.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        let text = error.to_string();
        assert!(text.contains(&ID.to_string()) && text.contains("property `year`"), "{text}");

        let cut = MetadataResult { vectors: vec![named("a", &[1, 2, 3])], ..metadata };
        let text = only::<()>(cut).unwrap_err().to_string();
        assert!(text.contains(&ID.to_string()) && text.contains("vector `a`"), "{text}");
    }
}

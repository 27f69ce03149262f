//! Found objects as `SearchResult` messages.

use std::collections::HashMap;

use bytes::Bytes;
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{
    BoolValues, DateValues, GeoCoordinate, IntValues, ListValue, MetadataRequest, MetadataResult, NumberValues,
    ObjectValues, PhoneNumber, Properties as PropertiesMessage, PropertiesResult, RefPropertiesResult, SearchResult,
    TextValues, UuidValues, Value as ValueMessage, list_value,
};

use super::codec;
use super::fault::ReplyFault;
use super::selection::{Parts, Pick, ReferencePick, Selection};
use crate::engine::named_vector::NamedVector;
use crate::engine::schema::Property;
use crate::engine::search::{Hit, Scope, distance};
use crate::engine::store::{Beacon, Date, Object, Properties, Value};

/// Shape of the results of one search.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) selection: Selection<'a>,
    pub(crate) metadata: MetadataRequest,
    /// Distances can be told as certainties.
    pub(crate) certainty: bool,
}

/// One result.
pub(crate) fn result(hit: &Hit<'_>, shape: &Shape<'_>, scope: &Scope<'_>) -> Result<SearchResult, ReplyFault> {
    let mut metadata = metadata(hit.object, &shape.metadata);
    if let Some(distance) = hit.distance {
        if shape.metadata.distance {
            metadata.distance = distance;
            metadata.distance_present = true;
        }
        if shape.metadata.certainty && shape.certainty {
            metadata.certainty = distance::certainty(distance);
            metadata.certainty_present = true;
        }
    }
    if shape.metadata.score {
        metadata.score = hit.score;
        metadata.score_present = true;
    }
    if shape.metadata.explain_score {
        metadata.explain_score.clone_from(&hit.explain);
        metadata.explain_score_present = true;
    }
    if let Some(score) = hit.rerank_score {
        metadata.rerank_score = score;
        metadata.rerank_score_present = true;
    }
    let properties = properties(hit.object, &shape.selection, scope)?;
    Ok(SearchResult { properties: Some(properties), metadata: Some(metadata), generative: None })
}

/// One object of a group: of its metadata only the id, the vectors and the distance.
pub(crate) fn group_member(hit: &Hit<'_>, shape: &Shape<'_>, scope: &Scope<'_>) -> Result<SearchResult, ReplyFault> {
    let requested =
        MetadataRequest { creation_time_unix: false, last_update_time_unix: false, ..shape.metadata.clone() };
    let mut metadata = metadata(hit.object, &requested);
    if shape.metadata.distance {
        // There is one in every kind of search, if only a zero.
        metadata.distance = hit.distance.or(hit.fused_distance).unwrap_or_default();
        metadata.distance_present = true;
    }
    let properties = properties(hit.object, &shape.selection, scope)?;
    Ok(SearchResult { properties: Some(properties), metadata: Some(metadata), generative: None })
}

#[expect(deprecated, reason = "the server still fills the old vector field")]
fn metadata(object: &Object, request: &MetadataRequest) -> MetadataResult {
    let mut metadata = MetadataResult::default();
    if request.uuid {
        metadata.id = object.id.to_string();
        metadata.id_as_bytes = Bytes::copy_from_slice(object.id.as_bytes());
    }
    if request.creation_time_unix {
        metadata.creation_time_unix = object.created_ms;
        metadata.creation_time_unix_present = true;
    }
    if request.last_update_time_unix {
        metadata.last_update_time_unix = object.updated_ms;
        metadata.last_update_time_unix_present = true;
    }
    let present = |vector: &&NamedVector| vector.dimensions().is_some();
    if request.vector {
        if let Some(vector) = &object.vector {
            metadata.vector.clone_from(vector);
            metadata.vector_bytes = codec::float_bytes(vector);
        }
        let all = object.vectors.iter().filter(|(_, vector)| present(vector));
        metadata.vectors = all.map(|(name, vector)| codec::vector_message(name, vector)).collect();
    } else {
        let named = request.vectors.iter().filter_map(|name| Some((name, object.vectors.get(name).filter(present)?)));
        metadata.vectors = named.map(|(name, vector)| codec::vector_message(name, vector)).collect();
    }
    metadata
}

fn properties(object: &Object, selection: &Selection<'_>, scope: &Scope<'_>) -> Result<PropertiesResult, ReplyFault> {
    let plain = (!selection.properties.is_empty()).then(|| plain(object, &selection.properties)).transpose()?;
    let references = selection.references.iter().map(|pick| reference(object, pick, selection, scope));
    let references = references.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    Ok(PropertiesResult {
        ref_props: references,
        target_collection: scope.class().name.clone(),
        metadata: None,
        non_ref_props: plain,
        ref_props_requested: !selection.references.is_empty(),
    })
}

/// A reference that was set: an empty one as an empty list, one whose targets are all gone not at all.
fn reference(
    object: &Object,
    pick: &ReferencePick<'_>,
    selection: &Selection<'_>,
    scope: &Scope<'_>,
) -> Result<Option<RefPropertiesResult>, ReplyFault> {
    let Some(Value::References(beacons)) = object.properties.get(&pick.property) else { return Ok(None) };
    let shown = |properties| RefPropertiesResult { properties, prop_name: pick.property.clone() };
    if beacons.is_empty() {
        return Ok(Some(shown(Vec::new())));
    }
    // Where a request selects it for several collections, the first of them finds the targets for all.
    let first = selection.references.iter().find(|other| other.property == pick.property).unwrap_or(pick);
    let properties = targets(beacons, first, pick, scope)?;
    Ok((!properties.is_empty()).then(|| shown(properties)))
}

/// The targets that exist and are of the collection that `finder` asks for, with what `pick` selects.
fn targets(
    beacons: &[Beacon],
    finder: &ReferencePick<'_>,
    pick: &ReferencePick<'_>,
    scope: &Scope<'_>,
) -> Result<Vec<PropertiesResult>, ReplyFault> {
    let collection = &finder.collection.name;
    let linked = scope.linked(collection)?;
    beacons
        .iter()
        .filter(|beacon| beacon.collection.as_ref().is_none_or(|name| name == collection))
        .filter_map(|beacon| linked.shard.objects.get(&beacon.id))
        .map(|target| {
            let mut result = properties(target, &pick.selection, &linked)?;
            result.metadata = Some(metadata(target, &pick.metadata));
            Ok(result)
        })
        .collect()
}

fn plain(object: &Object, picks: &[Pick<'_>]) -> Result<PropertiesMessage, ReplyFault> {
    let fields = picks
        .iter()
        .map(|pick| {
            let kind = match object.properties.get(&pick.property.name) {
                Some(value) => kind(value, pick.property, &pick.parts)?,
                None => Kind::NullValue(0),
            };
            Ok((pick.property.name.clone(), ValueMessage { kind: Some(kind) }))
        })
        .collect::<Result<_, ReplyFault>>()?;
    Ok(PropertiesMessage { fields })
}

fn kind(value: &Value, property: &Property, parts: &Parts) -> Result<Kind, ReplyFault> {
    let list = |kind| Kind::ListValue(ListValue { kind: Some(kind) });
    Ok(match value {
        Value::Text(text) => Kind::TextValue(text.clone()),
        Value::TextArray(texts) => list(list_value::Kind::TextValues(TextValues { values: texts.clone() })),
        Value::Int(number) => Kind::IntValue(codec::int(*number)),
        Value::IntArray(numbers) => list(list_value::Kind::IntValues(IntValues { values: codec::int_bytes(numbers) })),
        Value::Number(number) => Kind::NumberValue(*number),
        Value::NumberArray(numbers) => {
            list(list_value::Kind::NumberValues(NumberValues { values: codec::double_bytes(numbers) }))
        }
        Value::Bool(flag) => Kind::BoolValue(*flag),
        Value::BoolArray(flags) => list(list_value::Kind::BoolValues(BoolValues { values: flags.clone() })),
        Value::Date(date) => Kind::DateValue(date.text()),
        Value::DateArray(dates) => {
            list(list_value::Kind::DateValues(DateValues { values: dates.iter().map(Date::text).collect() }))
        }
        Value::Uuid(id) => Kind::UuidValue(id.to_string()),
        Value::UuidArray(ids) => {
            list(list_value::Kind::UuidValues(UuidValues { values: ids.iter().map(ToString::to_string).collect() }))
        }
        Value::Geo(geo) => Kind::GeoValue(GeoCoordinate { longitude: geo.longitude, latitude: geo.latitude }),
        Value::Phone(phone) => Kind::PhoneValue(Box::new(PhoneNumber {
            country_code: phone.country_code,
            default_country: phone.default_country.clone(),
            input: phone.input.clone(),
            international_formatted: phone.international_formatted.clone(),
            national: phone.national,
            national_formatted: phone.national_formatted.clone(),
            valid: phone.valid,
        })),
        Value::Blob(text) => Kind::BlobValue(text.clone()),
        Value::Object(members) => Kind::ObjectValue(nested(members, property, parts)?),
        Value::ObjectArray(objects) => {
            let values = objects.iter().map(|members| nested(members, property, parts)).collect::<Result<_, _>>()?;
            list(list_value::Kind::ObjectValues(ObjectValues { values }))
        }
        Value::References(_) => {
            return Err(ReplyFault::not_primitive(&property.name, "models.MultipleRef"));
        }
        Value::Null => Kind::NullValue(0),
    })
}

/// The members that are there and asked for; missing ones are left out.
fn nested(members: &Properties, property: &Property, parts: &Parts) -> Result<PropertiesMessage, ReplyFault> {
    let mut fields = HashMap::new();
    for (name, value) in members {
        let Some(member) = property.nested(name) else { continue };
        let parts = match parts {
            Parts::Whole if member.data_type.is_blob() => continue,
            Parts::Whole => &Parts::Whole,
            Parts::Named(names) => match names.iter().find(|(wanted, _)| wanted == name) {
                Some((_, parts)) => parts,
                None => continue,
            },
        };
        fields.insert(name.clone(), ValueMessage { kind: Some(kind(value, member, parts)?) });
    }
    Ok(PropertiesMessage { fields })
}

//! References as REST beacons, and as fields of an import message.

use serde_json::{Value, json};
use uuid::Uuid;
use weaviate_generated::rest::types;

use super::properties::{field_len, put_field, put_prefix};
use crate::values::data::{BEACON, ReferenceTo};
use crate::values::map_of::map_of;
use crate::values::property_names;
use crate::values::query::Reference;
use crate::{Error, PropertyMap, Result};

/// Error of a reference whose name is also the name of a property.
pub(crate) const IS_PROPERTY_AND_REFERENCE: &str = "is both a property and a reference: remove one of them";

pub(crate) fn single(to: &ReferenceTo) -> types::SingleRef {
    types::SingleRef { beacon: Some(to.beacon()), ..types::SingleRef::default() }
}

/// Returns a reference as an element of the property's JSON array.
pub(crate) fn json(to: &ReferenceTo) -> Value {
    Value::Object(map_of([("beacon".to_owned(), Value::from(to.beacon()))]))
}

/// Returns whether a JSON value is a list of references, not objects with a member `beacon`.
pub(crate) fn are_references(value: &Value) -> bool {
    value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_reference))
}

/// Returns whether a JSON value is a reference.
pub(crate) fn is_reference(value: &Value) -> bool {
    let known = |name: &String| matches!(name.as_str(), "beacon" | "href" | "classification");
    beacon(value).is_some_and(|beacon| beacon.starts_with("weaviate://"))
        && value.as_object().is_some_and(|members| members.keys().all(known))
}

fn beacon(value: &Value) -> Option<&str> {
    value.get("beacon").and_then(Value::as_str)
}

/// Returns the beacons of a list of references.
pub(crate) fn beacons(all: &Value) -> impl Iterator<Item = &str> {
    all.as_array().into_iter().flatten().filter_map(beacon)
}

/// Parses a beacon or an id. A text of another form is kept.
pub(crate) fn parsed<T>(text: &str) -> Reference<T> {
    let odd = || Reference::unreadable(text.to_owned());
    let path = match (text.strip_prefix(BEACON), Uuid::try_parse(text)) {
        (Some(path), _) => path,
        (None, Ok(id)) => return id.into(),
        (None, Err(_)) => return odd(),
    };
    let (collection, id) = path.rsplit_once('/').map_or((None, path), |(collection, id)| (Some(collection), id));
    match (collection, Uuid::try_parse(id)) {
        (None, Ok(id)) => id.into(),
        // Some servers write the collection in lower case.
        (Some(name), Ok(id)) if !name.is_empty() && !name.contains('/') => Reference::in_collection(name, id),
        _ => odd(),
    }
}

/// Returns whether a stored reference equals the one sent. The server adds a missing collection.
pub(crate) fn is_same(theirs: &Value, ours: &Value) -> bool {
    let to = |value: &Value| beacon(value).map(parsed::<PropertyMap>);
    match (to(theirs), to(ours)) {
        (Some(theirs), Some(ours)) => match (theirs.to(), ours.to()) {
            (Some(theirs), Some(ours)) => {
                theirs.id() == ours.id() && (ours.collection().is_none() || theirs.collection() == ours.collection())
            }
            _ => theirs == ours,
        },
        _ => false,
    }
}

/// Returns whether a stored object has a reference.
pub(crate) fn has(object: &types::Object, property: &str, to: &ReferenceTo) -> bool {
    let ours = json!({"beacon": to.beacon()});
    let stored = object.properties.as_ref().and_then(|types::PropertySchema(properties)| properties.get(property));
    stored.and_then(Value::as_array).into_iter().flatten().any(|theirs| is_same(theirs, &ours))
}

/// Field keys of `BatchObject.Properties` and of its two reference messages, all length-delimited.
mod key {
    pub(super) const SINGLE_TARGET: u8 = 0x12;
    pub(super) const MULTI_TARGET: u8 = 0x1a;
    pub(super) const UUID: u8 = 0x0a;
    pub(super) const NAME: u8 = 0x12;
    pub(super) const COLLECTION: u8 = 0x1a;
}

/// Appends references as fields of `BatchObject.Properties`. Writes one entry per property and
/// collection: the server keeps only the last of several.
pub(crate) fn put<'r>(out: &mut Vec<u8>, references: impl Iterator<Item = (&'r str, &'r ReferenceTo)>) {
    let mut groups: Vec<(&str, Option<&str>, Vec<Uuid>)> = Vec::new();
    for (name, to) in references {
        let known = |group: &&mut (&str, Option<&str>, _)| group.0 == name && group.1 == to.collection();
        match groups.iter_mut().find(known) {
            Some((_, _, ids)) => ids.push(to.id()),
            None => groups.push((name, to.collection(), vec![to.id()])),
        }
    }
    for (name, collection, ids) in groups {
        let uuid = field_len(uuid::fmt::Hyphenated::LENGTH);
        let target = collection.map_or(0, |collection| field_len(collection.len()));
        let kind = if collection.is_some() { key::MULTI_TARGET } else { key::SINGLE_TARGET };
        put_prefix(out, kind, ids.len() * uuid + field_len(name.len()) + target);
        for id in ids {
            put_field(out, key::UUID, id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
        }
        put_field(out, key::NAME, name.as_bytes());
        if let Some(collection) = collection {
            put_field(out, key::COLLECTION, collection.as_bytes());
        }
    }
}

/// Checks the name of a reference property.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    property_names::check_written(name)?;
    property_names::check_unreserved(name)
}

/// Checks a name that becomes part of a URL path.
pub(crate) fn check_property(name: &str) -> Result<()> {
    check_name(name).map_err(|fault| Error::validation("property", format!("{name:?}: {fault}")))
}

/// Returns whether the error comes from a list that became empty. The server no longer sees
/// references in it.
pub(crate) fn was_empty(error: &Error) -> bool {
    let text = error.server_message().and_then(|text| text.strip_prefix("msg:property "));
    // The name of the property is all that comes before it.
    let after_name = text.and_then(|text| text.split_once(' '));
    after_name.is_some_and(|(_, text)| text.starts_with("of type []interface {} is not a valid cross-reference"))
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use weaviate_generated::grpc::batch_object::{MultiTargetRefProps, Properties, SingleTargetRefProps};

    use super::*;

    const ANN: Uuid = Uuid::from_u128(1);
    const BOB: Uuid = Uuid::from_u128(2);

    #[test]
    fn references_are_written_as_beacons() {
        assert_eq!(single(&ANN.into()).beacon.unwrap(), format!("weaviate://localhost/{ANN}"));
        // The server stores collection names with a capital.
        let named = single(&ReferenceTo::in_collection("author", ANN));
        assert_eq!(named.beacon.unwrap(), format!("weaviate://localhost/Author/{ANN}"));
    }

    #[test]
    fn every_beacon_is_parsed() {
        for (collection, beacon) in [
            (None, format!("weaviate://localhost/{ANN}")),
            (Some("Author"), format!("weaviate://localhost/Author/{ANN}")),
        ] {
            let read = parsed::<PropertyMap>(&beacon);
            assert_eq!((read.id(), read.collection(), &*read.beacon()), (Some(ANN), collection, &*beacon));
        }
        for odd in [
            "",
            "weaviate://",
            "weaviate://localhost",
            "weaviate://localhost/",
            "weaviate://localhost/Author",
            "weaviate://localhost/Author/1",
            "weaviate://elsewhere/Author/00000000-0000-0000-0000-000000000001",
            "weaviate://localhost//00000000-0000-0000-0000-000000000001",
            "weaviate://localhost/things/Author/00000000-0000-0000-0000-000000000001",
            "http://localhost/Author/00000000-0000-0000-0000-000000000001",
        ] {
            let read = parsed::<PropertyMap>(odd);
            assert_eq!((read.to(), &*read.beacon()), (None, odd));
        }
    }

    fn put_all(references: &[(&str, ReferenceTo)]) -> Properties {
        let references: Vec<_> = references.iter().map(|(name, to)| ((*name).to_owned(), to.clone())).collect();
        let mut bytes = Vec::new();
        put(&mut bytes, references.iter().map(|(name, to)| (name.as_str(), to)));
        let message = Properties::decode(bytes.as_slice()).unwrap();
        assert_eq!(message.encode_to_vec(), bytes, "the same bytes as the generated code writes");
        message
    }

    #[test]
    fn an_import_has_one_entry_for_each_property_and_collection() {
        assert_eq!(put_all(&[]), Properties::default());
        let in_press = |id| ReferenceTo::in_collection("press", id);
        let long = "x".repeat(200);
        let message = put_all(&[
            ("by", ANN.into()),
            (&long, ANN.into()),
            ("of", in_press(ANN)),
            ("by", BOB.into()),
            ("of", ReferenceTo::in_collection("Author", ANN)),
            ("of", in_press(BOB)),
            ("of", in_press(BOB)),
        ]);
        let uuids = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>();
        let single = |name: &str, ids: &[Uuid]| SingleTargetRefProps { prop_name: name.to_owned(), uuids: uuids(ids) };
        let multi = |collection: &str, ids: &[Uuid]| MultiTargetRefProps {
            prop_name: "of".to_owned(),
            target_collection: collection.to_owned(),
            uuids: uuids(ids),
        };
        assert_eq!(message.single_target_ref_props, [single("by", &[ANN, BOB]), single(&long, &[ANN])]);
        assert_eq!(message.multi_target_ref_props, [multi("Press", &[ANN, BOB, BOB]), multi("Author", &[ANN])]);
    }

    #[test]
    fn a_name_is_not_a_path() {
        assert!(check_property("writtenBy_2").is_ok());
        let long = "a".repeat(232);
        for name in ["", "a/b", "..", "a b", "ä", "id", "_additional", "WrittenBy", "1a", &long] {
            assert_eq!(check_property(name).unwrap_err().field(), Some("property"), "{name}");
        }
    }
}

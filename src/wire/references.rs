//! References: as the beacons of REST, and as the bytes of an import.

use serde_json::{Map, Value};
use uuid::Uuid;
use weaviate_generated::rest::types;

use super::properties::{field_len, put_field, put_prefix};
use crate::values::data::{BEACON, ReferenceTo};
use crate::values::query::Reference;
use crate::{Error, Result};

/// What is wrong with a reference under the name of a property that holds something else.
pub(crate) const BOTH: &str = "is a property and a reference at once: decide for one";

pub(crate) fn single(to: &ReferenceTo) -> types::SingleRef {
    types::SingleRef { beacon: Some(to.beacon()), ..types::SingleRef::default() }
}

/// Among the properties of an object.
pub(crate) fn json(to: &ReferenceTo) -> Value {
    Value::Object(Map::from_iter([("beacon".to_owned(), Value::from(to.beacon()))]))
}

/// Whether a value is references, as opposed to objects that happen to have a member of that name.
pub(crate) fn are(value: &Value) -> bool {
    value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is))
}

/// Whether a value is one of them.
pub(crate) fn is(value: &Value) -> bool {
    let known = |name: &String| matches!(name.as_str(), "beacon" | "href" | "classification");
    beacon(value).is_some_and(|beacon| beacon.starts_with("weaviate://"))
        && value.as_object().is_some_and(|members| members.keys().all(known))
}

fn beacon(value: &Value) -> Option<&str> {
    value.get("beacon").and_then(Value::as_str)
}

/// Reads references; an address that says nothing to us is kept as it is.
pub(crate) fn read(all: Value) -> Vec<Reference> {
    let all = if let Value::Array(all) = all { all } else { Vec::new() };
    all.iter().filter_map(beacon).map(reference).collect()
}

fn reference(beacon: &str) -> Reference {
    let odd = || Reference::odd(beacon.to_owned());
    let Some(path) = beacon.strip_prefix(BEACON) else { return odd() };
    let (collection, id) = path.rsplit_once('/').map_or((None, path), |(collection, id)| (Some(collection), id));
    match (collection, Uuid::try_parse(id)) {
        (None, Ok(id)) => Reference::new(ReferenceTo::new(id)),
        // Some are written with a small letter.
        (Some(name), Ok(id)) if !name.is_empty() && !name.contains('/') => {
            Reference::new(ReferenceTo::in_collection(name, id))
        }
        _ => odd(),
    }
}

/// Whether a reference that is stored is the one that was sent. The server adds the collection where it is left away.
pub(crate) fn is_same(theirs: &Value, ours: &Value) -> bool {
    let to = |value: &Value| beacon(value).map(reference);
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

/// Keys of the fields of `BatchObject.Properties` and of the two messages within, all length-delimited.
mod key {
    pub(super) const SINGLE_TARGET: u8 = 0x12;
    pub(super) const MULTI_TARGET: u8 = 0x1a;
    pub(super) const UUID: u8 = 0x0a;
    pub(super) const NAME: u8 = 0x12;
    pub(super) const COLLECTION: u8 = 0x1a;
}

/// Appends references as fields of `BatchObject.Properties`. A property is written once for each collection: the server would
/// keep the last of several.
pub(crate) fn put(out: &mut Vec<u8>, references: &[(String, ReferenceTo)]) {
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

/// Why an object cannot refer by a property of this name.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    if matches!(name, "id" | "_id" | "_additional") {
        return Err("the server keeps this name for itself: give the property another one");
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.is_empty() && name.chars().all(legal) {
        return Ok(());
    }
    Err("is no name of a property: letters, digits and _ make one")
}

/// The same of a name that is a part of an address, and would lead somewhere else within it.
pub(crate) fn check_property(name: &str) -> Result<()> {
    check_name(name).map_err(|fault| Error::validation("property", format!("{name:?}: {fault}")))
}

/// The server no longer sees references in a list that it has emptied, and says so to whoever deletes from it.
pub(crate) fn was_empty(error: &Error) -> bool {
    error.server_message().is_some_and(|text| text.contains("of type []interface {} is not a valid cross-reference"))
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use weaviate_generated::grpc::batch_object::{MultiTargetRefProps, Properties, SingleTargetRefProps};

    use super::*;

    const ANN: Uuid = Uuid::from_u128(1);
    const BOB: Uuid = Uuid::from_u128(2);

    #[test]
    fn references_are_beacons() {
        assert_eq!(single(&ANN.into()).beacon.unwrap(), format!("weaviate://localhost/{ANN}"));
        // The server keeps names with a capital.
        let named = single(&ReferenceTo::in_collection("author", ANN));
        assert_eq!(named.beacon.unwrap(), format!("weaviate://localhost/Author/{ANN}"));
    }

    #[test]
    fn every_beacon_is_read_and_none_is_lost() {
        for (collection, beacon) in [
            (None, format!("weaviate://localhost/{ANN}")),
            (Some("Author"), format!("weaviate://localhost/Author/{ANN}")),
        ] {
            let read = reference(&beacon);
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
            let read = reference(odd);
            assert_eq!((read.to(), &*read.beacon()), (None, odd));
        }
    }

    fn put_all(references: &[(&str, ReferenceTo)]) -> Properties {
        let references: Vec<_> = references.iter().map(|(name, to)| ((*name).to_owned(), to.clone())).collect();
        let mut bytes = Vec::new();
        put(&mut bytes, &references);
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
    fn a_name_is_no_path() {
        assert!(check_property("writtenBy_2").is_ok());
        for name in ["", "a/b", "..", "a b", "ä", "id", "_additional"] {
            assert_eq!(check_property(name).unwrap_err().field(), Some("property"), "{name}");
        }
    }
}

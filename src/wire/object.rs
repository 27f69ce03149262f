//! A single object: its properties as the JSON of REST, and back.
//!
//! Both ways lead through what gRPC has, so that a value is checked, written and read as it is there.

use bytes::Bytes;
use prost::Message as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;
use weaviate_generated::grpc::batch_object::Properties as Encoded;
use weaviate_generated::grpc::list_value::Kind as List;
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{
    BoolValues, IntValues, ListValue, NumberValues, ObjectValues, Properties, TextValues, Value as Typed,
};
use weaviate_generated::rest::types;

use super::properties::{PropertiesEncoder, from_wire};
use super::{rest_object, vector};
use crate::query::{Hit, HitMetadata};
use crate::types::{Vector, Vectors};
use crate::{DateTime, Error, Result};

/// The properties of an object as JSON.
pub(crate) type Json = Map<String, Value>;

/// A property that cannot be written, and why.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    field: String,
    message: String,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::validation(fault.field, fault.message)
    }
}

/// Writes properties. What has no value is left out.
pub(crate) fn properties<P: Serialize + ?Sized>(properties: &P) -> Result<Json, Fault> {
    let mut encoder = PropertiesEncoder::default();
    encoder.encode(properties).map_err(|error| Fault { field: error.path(), message: error.message().to_owned() })?;
    let mut bytes = Vec::with_capacity(encoder.encoded_len());
    encoder.write(&mut bytes);
    let message = Encoded::decode(bytes.as_slice())
        .map_err(|error| Fault { field: "properties".to_owned(), message: error.to_string() })?;
    Ok(rest_object::properties(message))
}

/// What is sent of an object.
pub(crate) fn body(
    collection: &str,
    tenant: Option<&str>,
    id: Uuid,
    properties: Json,
    unnamed: Option<&Vector>,
    vectors: &Vectors,
) -> Result<types::Object> {
    for (name, vector) in unnamed.map(|vector| ("vector", vector)).into_iter().chain(vectors.iter()) {
        vector::check(vector, name)?;
    }
    let named = vectors.iter().map(|(name, vector)| (name.to_owned(), types::Vector(rest_object::numbers(vector))));
    Ok(types::Object {
        class: Some(collection.to_owned()),
        id: Some(id.to_string()),
        tenant: tenant.map(str::to_owned),
        properties: Some(types::PropertySchema(Value::Object(properties))),
        vector: unnamed.map(|vector| types::C11yVector(vector.iter().collect())),
        vectors: (!vectors.is_empty()).then(|| types::Vectors(named.collect())),
        ..types::Object::default()
    })
}

/// Reads an object.
pub(crate) fn hit<P: DeserializeOwned>(object: types::Object) -> Result<Hit<P>> {
    let text = object.id.unwrap_or_default();
    let id = Uuid::try_parse(&text).map_err(|_| Error::decode(format!("`{text}` is no id of an object")))?;
    let broken = |what: &dyn std::fmt::Display| Error::decode(format!("object {id}: {what}"));
    let fields = match object.properties {
        None | Some(types::PropertySchema(Value::Null)) => Properties::default(),
        Some(types::PropertySchema(Value::Object(json))) => fields(json).map_err(|fault| broken(&fault))?,
        Some(_) => return Err(broken(&"its properties are no JSON object")),
    };
    let properties = from_wire(&fields.encode_to_vec()).map_err(|error| broken(&error))?;
    let vectors = object.vectors.into_iter().flat_map(|types::Vectors(all)| all);
    let vectors = vectors
        .map(|(name, types::Vector(numbers))| match read_vector(&numbers) {
            Some(vector) => Ok((name, vector)),
            None => Err(broken(&format!("vector `{name}` is made of something else than numbers"))),
        })
        .collect::<Result<Vectors>>()?;
    let time = |unix: Option<i64>| unix.map(DateTime::from_unix_millis).transpose();
    let metadata = HitMetadata {
        creation_time: time(object.creation_time_unix).map_err(|error| broken(&error))?,
        last_update_time: time(object.last_update_time_unix).map_err(|error| broken(&error))?,
        ..HitMetadata::default()
    };
    let vector = object.vector.map(|types::C11yVector(numbers)| numbers).filter(|numbers| !numbers.is_empty());
    Ok(Hit { id, properties, metadata, vector: vector.map(Vector::from), vectors })
}

fn read_vector(json: &Value) -> Option<Vector> {
    let rows = json.as_array()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the server keeps 32 bits and writes as many digits as they need"
    )]
    let row = |numbers: &[Value]| {
        numbers.iter().map(|number| number.as_f64().map(|number| number as f32)).collect::<Option<Vec<f32>>>()
    };
    if rows.first().is_some_and(Value::is_array) {
        let rows = rows.iter().map(|numbers| numbers.as_array().and_then(|numbers| row(numbers)));
        return rows.collect::<Option<Vec<_>>>().map(Vector::from);
    }
    row(rows).map(Vector::from)
}

fn fields(json: Json) -> Result<Properties, String> {
    let mut fields = std::collections::HashMap::with_capacity(json.len());
    for (name, value) in json {
        // As in searches, references are no properties.
        if !is_references(&value) {
            let kind = kind(value).map_err(|fault| format!("property `{name}`: {fault}"))?;
            fields.insert(name, Typed { kind });
        }
    }
    Ok(Properties { fields })
}

fn is_references(value: &Value) -> bool {
    let beacon = |value: &Value| {
        value.get("beacon").and_then(Value::as_str).is_some_and(|beacon| beacon.starts_with("weaviate://"))
    };
    value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(beacon))
}

fn kind(value: Value) -> Result<Option<Kind>, String> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => Kind::BoolValue(flag),
        Value::String(text) => Kind::TextValue(text),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Kind::IntValue(integer),
            None => Kind::NumberValue(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::Object(json) => Kind::ObjectValue(fields(json)?),
        Value::Array(values) => Kind::ListValue(ListValue { kind: list(values)? }),
    }))
}

fn list(values: Vec<Value>) -> Result<Option<List>, String> {
    let mixed = || "an array holds values of one data type, and no arrays".to_owned();
    let each = |bytes: Vec<[u8; 8]>| Bytes::from(bytes.concat());
    let Some(first) = values.first() else { return Ok(None) };
    Ok(Some(match first {
        Value::String(_) => {
            let texts = values.into_iter().map(|value| if let Value::String(text) = value { Some(text) } else { None });
            List::TextValues(TextValues { values: texts.collect::<Option<_>>().ok_or_else(mixed)? })
        }
        Value::Bool(_) => {
            let flags = values.iter().map(Value::as_bool);
            List::BoolValues(BoolValues { values: flags.collect::<Option<_>>().ok_or_else(mixed)? })
        }
        Value::Number(_) => {
            let integers = values.iter().map(|value| value.as_i64().map(i64::to_le_bytes)).collect::<Option<Vec<_>>>();
            if let Some(integers) = integers {
                List::IntValues(IntValues { values: each(integers) })
            } else {
                let numbers = values.iter().map(|value| value.as_f64().map(f64::to_le_bytes)).collect::<Option<_>>();
                List::NumberValues(NumberValues { values: each(numbers.ok_or_else(mixed)?) })
            }
        }
        Value::Object(_) => {
            let objects = values.into_iter().map(|value| match value {
                Value::Object(json) => fields(json),
                _ => Err(mixed()),
            });
            List::ObjectValues(ObjectValues { values: objects.collect::<Result<_, _>>()? })
        }
        Value::Null | Value::Array(_) => return Err(mixed()),
    }))
}

/// Whether an object that is stored is the one that was sent.
pub(crate) fn is_what_was_sent(sent: &types::Object, stored: &types::Object) -> bool {
    let empty = Json::new();
    let json = |object: &'_ types::Object| match &object.properties {
        Some(types::PropertySchema(Value::Object(json))) => json.clone(),
        _ => empty.clone(),
    };
    let (ours, theirs) = (json(sent), json(stored));
    let vector = |object: &types::Object, name: &str| {
        object.vectors.as_ref().and_then(|types::Vectors(all)| read_vector(&all.get(name)?.0))
    };
    let named = sent.vectors.as_ref().map(|types::Vectors(all)| all);
    sent.id == stored.id
        && holds(&theirs, &ours)
        && theirs.keys().all(|name| ours.contains_key(name))
        && sent.vector.as_ref().is_none_or(|vector| stored.vector.as_ref() == Some(vector))
        && named.into_iter().flat_map(|all| all.keys()).all(|name| vector(sent, name) == vector(stored, name))
}

/// Whether all of `ours` is there. The server adds to what it knows of a phone number.
fn holds(theirs: &Json, ours: &Json) -> bool {
    let point = ours.len() == 2 && ours.contains_key("latitude") && ours.contains_key("longitude");
    ours.iter().all(|(name, ours)| theirs.get(name).is_some_and(|theirs| is_same(theirs, ours, point)))
}

fn is_same(theirs: &Value, ours: &Value, point: bool) -> bool {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => holds(theirs, ours),
        (Value::Array(theirs), Value::Array(ours)) => {
            theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(theirs, ours)| is_same(theirs, ours, false))
        }
        (Value::Number(theirs), Value::Number(ours)) => {
            let (theirs, ours) = (theirs.as_f64(), ours.as_f64());
            // The server keeps coordinates in 32 bits.
            #[expect(clippy::cast_possible_truncation, reason = "what is compared is what is kept")]
            let short = |number: Option<f64>| number.map(|number| number as f32);
            theirs == ours || point && short(theirs) == short(ours)
        }
        (theirs, ours) => theirs == ours,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::types::{GeoCoordinates, PropertyMap, PropertyValue};
    use crate::{Blob, ErrorKind, PhoneNumber};

    const ID: Uuid = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);

    fn object(properties: &Value) -> types::Object {
        serde_json::from_value(json!({"class": "Owl", "id": ID.to_string(), "properties": properties})).unwrap()
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        text: String,
        int: i64,
        number: f64,
        whole: f64,
        huge: f64,
        flag: bool,
        date: DateTime,
        uuid: Uuid,
        blob: Blob,
        place: GeoCoordinates,
        phone: PhoneNumber,
        inner: Inner,
        texts: Vec<String>,
        ints: Vec<i64>,
        numbers: Vec<f64>,
        flags: Vec<bool>,
        dates: Vec<DateTime>,
        inners: Vec<Inner>,
        none: Option<i64>,
        empty: Vec<f64>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        level: f64,
        deeper: Option<Vec<i32>>,
    }

    fn all() -> All {
        let date = DateTime::parse("2023-05-06T07:08:09.123456789+02:00").unwrap();
        All {
            text: "Grüße".to_owned(),
            int: -9_007_199_254_740_992,
            number: 123_456_789.123_456_79,
            whole: 2.0,
            huge: 1e19,
            flag: true,
            date: date.clone(),
            uuid: ID,
            blob: Blob::from(b"owl".to_vec()),
            place: serde_json::from_value(json!({"latitude": 47.3769, "longitude": 8.5417})).unwrap(),
            phone: serde_json::from_value(json!({"input": "044 668 18 00", "defaultCountry": "CH"})).unwrap(),
            inner: Inner { level: -0.1, deeper: Some(vec![1, -2]) },
            texts: vec!["a".to_owned(), String::new()],
            ints: vec![1, -2],
            numbers: vec![1.0, 5e-324, f64::MAX],
            flags: vec![true, false],
            dates: vec![date],
            inners: vec![Inner { level: 3.0, deeper: None }],
            none: None,
            empty: Vec::new(),
        }
    }

    #[test]
    fn every_value_of_every_type_comes_back_as_it_was() {
        let sent = properties(&all()).unwrap();
        assert!(!sent.contains_key("none"));
        assert_eq!(sent["int"].as_i64(), Some(-9_007_199_254_740_992));
        // Through the very text that travels.
        let text = Value::Object(sent).to_string();
        let hit: Hit<All> = hit(object(&serde_json::from_str(&text).unwrap())).unwrap();
        assert_eq!((hit.id, hit.properties), (ID, all()));
    }

    #[derive(Serialize)]
    struct Silent {
        id: Option<Uuid>,
    }

    #[test]
    fn what_the_server_cannot_keep_is_refused_by_name() {
        for (given, field) in [
            (PropertyMap::from([("year", (1_i64 << 53) + 1)]), "year"),
            (PropertyMap::from([("price", f64::NAN)]), "price"),
            (PropertyMap::from([("in", PropertyMap::from([("list", vec![1_i64 << 60])]))]), "in.list[0]"),
            (PropertyMap::from([("id", "x")]), "id"),
            (PropertyMap::from([("_id", "x")]), "_id"),
            (PropertyMap::from([("_additional", 1)]), "_additional"),
        ] {
            let error = Error::from(properties(&given).unwrap_err());
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
        let nested = PropertyMap::from([("in", PropertyMap::from([("id", "x")]))]);
        assert!(properties(&nested).is_ok(), "within an object the name is free");
        assert!(properties(&Silent { id: None }).unwrap().is_empty(), "what is not there has no name");
        let error = Error::from(properties(&Silent { id: Some(ID) }).unwrap_err());
        assert_eq!(error.field(), Some("id"));
    }

    #[test]
    fn without_a_type_of_its_own_json_is_taken_for_what_it_looks_like() {
        let found = json!({"a": 1, "b": 1.5, "c": "x", "d": [1, 2.5], "e": null, "f": [{"g": 2}], "h": []});
        let hit: Hit<PropertyMap> = hit(object(&found)).unwrap();
        let expected = PropertyMap::from_iter([
            ("a", PropertyValue::Int(1)),
            ("b", PropertyValue::Number(1.5)),
            ("c", PropertyValue::from("x")),
            ("d", PropertyValue::NumberArray(vec![1.0, 2.5])),
            ("f", PropertyValue::ObjectArray(vec![PropertyMap::from([("g", 2)])])),
            ("h", PropertyValue::TextArray(Vec::new())),
        ]);
        assert_eq!(hit.properties, expected);
    }

    #[test]
    fn references_are_no_properties() {
        let beacons = json!([{"beacon": "weaviate://localhost/Owl/1", "href": "/v1/objects/Owl/1"}]);
        let found: Hit<PropertyMap> = hit(object(&json!({"nest": beacons, "title": "x"}))).unwrap();
        assert_eq!(found.properties, PropertyMap::from([("title", "x")]));
    }

    #[test]
    fn metadata_and_vectors() {
        let mut whole = object(&Value::Null);
        whole.creation_time_unix = Some(1_795_423_962_179);
        whole.vector = Some(types::C11yVector(vec![0.5, 1.0]));
        let named = [("a".to_owned(), json!([0.1, 1e-3])), ("m".to_owned(), json!([[1, 2], [3, 4]]))];
        whole.vectors = Some(types::Vectors(named.map(|(name, json)| (name, types::Vector(json))).into()));
        let hit: Hit<()> = hit(whole).unwrap();
        assert_eq!(hit.metadata.creation_time, Some(DateTime::parse("2026-11-23T08:52:42.179Z").unwrap()));
        assert!(hit.metadata.last_update_time.is_none() && hit.metadata.distance.is_none());
        assert_eq!(hit.vector(), Some(&Vector::from([0.5, 1.0])));
        assert_eq!(hit.vectors().get("a"), Some(&Vector::from([0.1, 1e-3])));
        assert_eq!(hit.vectors().get("m"), Some(&Vector::from(vec![vec![1.0, 2.0], vec![3.0, 4.0]])));
    }

    #[test]
    fn what_cannot_be_read_names_its_object_and_place() {
        #[derive(Debug, Deserialize)]
        struct Wrong {
            #[serde(rename = "year")]
            _year: i64,
        }
        for (found, place) in [(json!({"year": "x"}), "property `year`"), (json!({"year": 1.5}), "property `year`")] {
            let error = hit::<Wrong>(object(&found)).unwrap_err();
            let text = error.to_string();
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert!(text.contains(place) && text.contains(&ID.to_string()), "{text}");
        }
        for found in [json!({"year": [1, "x"]}), json!({"year": [[1]]}), json!(1)] {
            assert_eq!(hit::<PropertyMap>(object(&found)).unwrap_err().kind(), ErrorKind::Decode, "{found}");
        }
        let nameless = types::Object { id: None, ..object(&json!({})) };
        assert_eq!(hit::<()>(nameless).unwrap_err().kind(), ErrorKind::Decode);
        let mut odd = object(&json!({}));
        odd.vectors = Some(types::Vectors([("a".to_owned(), types::Vector(json!(["x"])))].into()));
        assert!(hit::<()>(odd).unwrap_err().to_string().contains("vector `a`"));
    }

    #[test]
    fn an_object_is_told_from_another() {
        let one = json!({"n": 2, "at": {"latitude": 47.376_899_719_238_28, "longitude": 1}, "call": {"input": "1"}});
        let kept =
            json!({"n": 2.0, "at": {"latitude": 47.3769, "longitude": 1}, "call": {"input": "1", "valid": true}});
        assert!(is_what_was_sent(&object(&one), &object(&kept)));
        assert!(is_what_was_sent(&object(&json!({})), &object(&Value::Null)));
        for (sent, stored) in [
            (json!({"n": 2}), json!({"n": 3})),
            (json!({"n": 2}), json!({})),
            (json!({}), json!({"n": 2})),
            (json!({"n": [1, 2]}), json!({"n": [1]})),
            (json!({"n": 0.1}), json!({"n": 0.100_000_001_490_116})),
        ] {
            assert!(!is_what_was_sent(&object(&sent), &object(&stored)), "{sent} {stored}");
        }
        let with = |vector: &[f32]| types::Object {
            vectors: Some(types::Vectors([("a".to_owned(), types::Vector(json!(vector)))].into())),
            ..object(&json!({}))
        };
        assert!(is_what_was_sent(&with(&[0.1]), &with(&[0.1])));
        assert!(!is_what_was_sent(&with(&[0.1]), &with(&[0.2])));
        assert!(!is_what_was_sent(&with(&[0.1]), &object(&json!({}))));
        assert!(is_what_was_sent(&object(&json!({})), &with(&[0.1])), "a vectorizer may have made it");
    }
}

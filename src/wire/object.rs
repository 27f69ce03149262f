//! A single object: its properties as the JSON of REST, and back.
//!
//! Both ways lead through what gRPC has, so that a value is checked, written and read as it is there.

use bytes::Bytes;
use prost::Message as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use uuid::Uuid;
use weaviate_generated::grpc::batch_object::Properties as Encoded;
use weaviate_generated::grpc::list_value::Kind as List;
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{
    BoolValues, IntValues, ListValue, NumberValues, ObjectValues, Properties, TextValues, Value as Typed,
};
use weaviate_generated::rest::types;

use super::properties::{PropertiesEncoder, from_wire};
use super::{references, rest_object, vector};
use crate::values::data::ReferenceTo;
use crate::values::query::{Hit, HitMetadata};
use crate::values::target::Target;
use crate::values::types::DateTime;
use crate::values::types::{Vector, Vectors};
use crate::{Error, Result};

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

/// Properties as JSON, made before anybody knows whether integers may be rounded. What has no value is left out.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    json: Result<Json, Fault>,
    /// The first integer that the server rounds.
    lossy: Option<Fault>,
}

impl Written {
    pub(crate) fn new<P: Serialize + ?Sized>(properties: &P) -> Self {
        match written(properties, false) {
            Err((fault, true)) => {
                Self { json: written(properties, true).map_err(|(fault, _)| fault), lossy: Some(fault) }
            }
            json => Self { json: json.map_err(|(fault, _)| fault), lossy: None },
        }
    }

    pub(crate) fn json(&self, allow_lossy_integers: bool) -> Result<Json, Fault> {
        match &self.lossy {
            Some(fault) if !allow_lossy_integers => Err(fault.clone()),
            _ => self.json.clone(),
        }
    }
}

/// The JSON, or the fault and whether it is nothing but an integer that the server rounds.
fn written<P: Serialize + ?Sized>(properties: &P, allow_lossy_integers: bool) -> Result<Json, (Fault, bool)> {
    let mut encoder = PropertiesEncoder::new(allow_lossy_integers);
    encoder
        .encode(properties)
        .map_err(|error| (Fault { field: error.path(), message: error.message().to_owned() }, error.is_lossy()))?;
    let mut bytes = Vec::with_capacity(encoder.encoded_len());
    encoder.write(&mut bytes);
    let message = Encoded::decode(bytes.as_slice())
        .map_err(|error| (Fault { field: "properties".to_owned(), message: error.to_string() }, false))?;
    Ok(rest_object::properties(message))
}

/// Puts what the object refers to beside its properties.
pub(crate) fn refer(properties: &mut Json, all: &[(String, ReferenceTo)]) -> Result<(), Fault> {
    for (name, to) in all {
        let fault = |message: &str| Fault { field: name.clone(), message: message.to_owned() };
        references::check_name(name).map_err(fault)?;
        match properties.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(beacons) if beacons.iter().all(references::is) => beacons.push(references::json(to)),
            _ => return Err(fault(references::BOTH)),
        }
    }
    Ok(())
}

/// What is sent of an object.
pub(crate) type Body = types::Object;

/// Puts together what is sent of an object.
pub(crate) fn body(
    target: &Target,
    id: Uuid,
    properties: Json,
    unnamed: Option<&Vector>,
    vectors: &Vectors,
) -> Result<Body> {
    for (name, vector) in unnamed.map(|vector| ("vector", vector)).into_iter().chain(vectors.iter()) {
        vector::check(vector, name)?;
    }
    let named = vectors.iter().map(|(name, vector)| (name.to_owned(), types::Vector(rest_object::numbers(vector))));
    Ok(types::Object {
        class: Some(target.collection().to_owned()),
        id: Some(id.to_string()),
        tenant: target.tenant().map(str::to_owned),
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
    let json = match object.properties {
        None | Some(types::PropertySchema(Value::Null)) => Json::new(),
        Some(types::PropertySchema(Value::Object(json))) => json,
        Some(_) => return Err(broken(&"its properties are no JSON object")),
    };
    // As in searches, references are no properties.
    let (references, json): (Json, Json) = json.into_iter().partition(|(_, value)| references::are(value));
    let fields = fields(json).map_err(|fault| broken(&fault))?;
    let properties = from_wire(&fields.encode_to_vec()).map_err(|error| broken(&error))?;
    let references = references.into_iter().map(|(name, all)| (name, references::read(all))).collect();
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
    Ok(Hit { id, properties, metadata, vector: vector.map(Vector::from), vectors, references })
}

pub(super) fn read_vector(json: &Value) -> Option<Vector> {
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
        let kind = kind(value).map_err(|fault| format!("property `{name}`: {fault}"))?;
        fields.insert(name, Typed { kind });
    }
    Ok(Properties { fields })
}

fn kind(value: Value) -> Result<Option<Kind>, String> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => Kind::BoolValue(flag),
        Value::String(text) => Kind::TextValue(text),
        Value::Number(number) => match integer(&number) {
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
            let whole = |value: &Value| value.as_number().and_then(integer).map(i64::to_le_bytes);
            let integers = values.iter().map(whole).collect::<Option<Vec<_>>>();
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

/// An integer as the server has it, which is a 64-bit float: of a large one it writes the fewest digits that tell it from
/// its neighbours, with zeros behind.
fn integer(number: &Number) -> Option<i64> {
    const MIN: f64 = -9_223_372_036_854_775_808.0;
    let float = number.as_f64()?;
    // Those zeros make the least integer too small for one.
    let whole = number.is_i64() || float == MIN;
    #[expect(clippy::cast_possible_truncation, reason = "it is integral and within bounds")]
    (whole && float < -MIN).then_some(float as i64)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;
    use crate::values::types::{Blob, PhoneNumber};
    use crate::values::types::{GeoCoordinates, PropertyMap, PropertyValue};

    fn properties<P: Serialize + ?Sized>(of: &P) -> Result<Json, Fault> {
        Written::new(of).json(false)
    }

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

    /// Integers leave as what the server will make of them, and in the notation that it takes for an integer.
    #[test]
    fn an_integer_that_the_server_rounds_is_sent_if_that_is_allowed() {
        for (given, sent) in [
            ((1_i64 << 53) + 1, "9007199254740992"),
            ((1 << 53) + 3, "9007199254740996"),
            (-(1 << 60) - 1, "-1152921504606846976"),
            (i64::MAX - 512, "9223372036854774784"),
            (i64::MIN, "-9223372036854775808"),
        ] {
            let nested = PropertyMap::from([("list", vec![given])]);
            let object =
                PropertyMap::from_iter([("n", PropertyValue::from(given)), ("o", PropertyValue::from(nested))]);
            let written = Written::new(&object);
            let error = Error::from(written.json(false).unwrap_err());
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("n")));
            assert!(error.to_string().contains("allow_lossy_integers"), "{error}");
            let json = written.json(true).unwrap();
            assert_eq!(json["n"].to_string(), sent);
            assert_eq!(json["o"]["list"][0].to_string(), given.to_string());
        }
        for given in [i64::MAX, i64::MAX - 511] {
            let error = Error::from(Written::new(&PropertyMap::from([("n", given)])).json(true).unwrap_err());
            assert_eq!(error.field(), Some("n"), "it would come back as another one altogether");
        }
        let large = std::collections::BTreeMap::from([("n", u64::MAX)]);
        assert_eq!(Error::from(Written::new(&large).json(true).unwrap_err()).field(), Some("n"));
        let worse =
            PropertyMap::from_iter([("a", PropertyValue::from(1_i64 << 60)), ("b", PropertyValue::from(f64::NAN))]);
        assert_eq!(Error::from(Written::new(&worse).json(true).unwrap_err()).field(), Some("b"));
    }

    /// As they are over gRPC.
    #[test]
    fn large_integers_are_read_as_the_server_has_them() {
        let text =
            r#"{"a": 1152921504606847000, "b": -9223372036854776000, "c": [9007199254740996, 1152921504606847000]}"#;
        let found: Hit<PropertyMap> = hit(object(&serde_json::from_str(text).unwrap())).unwrap();
        let expected = PropertyMap::from_iter([
            ("a", PropertyValue::Int(1 << 60)),
            ("b", PropertyValue::Int(i64::MIN)),
            ("c", PropertyValue::IntArray(vec![(1 << 53) + 4, 1 << 60])),
        ]);
        assert_eq!(found.properties, expected);
        // No integer has room for it.
        let found: Hit<PropertyMap> = hit(object(&json!({"a": 9_223_372_036_854_775_808_u64}))).unwrap();
        assert_eq!(found.properties, PropertyMap::from([("a", 9.223_372_036_854_776e18)]));
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
        let beacons = json!([
            {"beacon": format!("weaviate://localhost/owl/{ID}"), "href": format!("/v1/objects/owl/{ID}")},
            {"beacon": format!("weaviate://localhost/{ID}"), "classification": {"winningCount": 1}},
            {"beacon": "weaviate://localhost/Owl/1"},
            {"beacon": "weaviate://elsewhere/Owl/x/y"},
        ]);
        let found: Hit<PropertyMap> = hit(object(&json!({"nest": beacons, "title": "x"}))).unwrap();
        assert_eq!(found.properties, PropertyMap::from([("title", "x")]));
        assert_eq!(found.referring_properties().collect::<Vec<_>>(), ["nest"]);
        let [named, bare, odd, other] = found.references("nest") else { panic!("{found:?}") };
        assert_eq!(named.to(), Some(&ReferenceTo::in_collection("Owl", ID)));
        assert_eq!((named.collection(), named.id()), (Some("Owl"), Some(ID)));
        assert_eq!((bare.to(), bare.collection()), (Some(&ReferenceTo::new(ID)), None));
        assert_eq!(bare.beacon(), format!("weaviate://localhost/{ID}"));
        assert_eq!((odd.to(), &*odd.beacon()), (None, "weaviate://localhost/Owl/1"));
        assert_eq!((other.id(), &*other.beacon()), (None, "weaviate://elsewhere/Owl/x/y"));
        assert!(found.references("title").is_empty());
    }

    /// What looks like references and is none stays with the properties.
    #[test]
    fn objects_within_the_object_are_no_references() {
        for value in [
            json!([{"beacon": "weaviate://localhost/Owl/1", "height": 3}]),
            json!([{"beacon": "weaviate://localhost/Owl/1"}, {"beacon": "on the hill"}]),
            json!([{"href": "/v1/objects/Owl/1"}]),
            json!({"lights": [{"beacon": "weaviate://localhost/Owl/1"}]}),
        ] {
            let found: Hit<PropertyMap> = hit(object(&json!({"coast": value}))).unwrap();
            assert!(found.references("coast").is_empty() && found.properties.get("coast").is_some(), "{value}");
        }
    }

    #[test]
    fn references_stand_beside_the_properties() {
        let to = |name: &str, to: ReferenceTo| (name.to_owned(), to);
        let all =
            [to("by", ID.into()), to("of", ReferenceTo::in_collection("press", ID)), to("by", Uuid::nil().into())];
        let mut json = properties(&PropertyMap::from([("title", "x")])).unwrap();
        refer(&mut json, &all).unwrap();
        let expected = json!({
            "title": "x",
            "by": [{"beacon": format!("weaviate://localhost/{ID}")}, {"beacon": format!("weaviate://localhost/{}", Uuid::nil())}],
            "of": [{"beacon": format!("weaviate://localhost/Press/{ID}")}],
        });
        assert_eq!(Value::Object(json), expected);
        for (properties, name) in [
            (json!({"title": "x"}), "title"),
            (json!({"title": ["x"]}), "title"),
            (json!({}), "id"),
            (json!({}), "a/b"),
            (json!({}), ""),
        ] {
            let Value::Object(mut properties) = properties else { panic!() };
            let error = Error::from(refer(&mut properties, &[to(name, ID.into())]).unwrap_err());
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(name)));
        }
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
}

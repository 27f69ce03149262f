use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::ErrorKind;
use crate::values::types::{Blob, PhoneNumber};
use crate::values::types::{GeoCoordinates, PropertyMap, PropertyValue};

fn properties<P: Serialize + ?Sized>(of: &P) -> Result<Json, InvalidProperty> {
    EncodedObject::new(of, &Layout::EMPTY).get(false).map(|encoded| encoded.json.clone())
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
fn every_data_type_survives_a_round_trip() {
    let sent = properties(&all()).unwrap();
    assert!(!sent.contains_key("none"));
    assert_eq!(sent["int"].as_i64(), Some(-9_007_199_254_740_992));
    // Through the JSON text.
    let text = Value::Object(sent).to_string();
    let hit: Hit<All> = hit(object(&serde_json::from_str(&text).unwrap()), &Reading::default()).unwrap();
    assert_eq!((hit.id, hit.properties), (ID, all()));
}

#[derive(Serialize)]
struct Silent {
    id: Option<Uuid>,
}

#[test]
fn a_value_the_server_cannot_store_is_refused() {
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
    assert!(properties(&nested).is_ok(), "nested properties may have the name");
    assert!(properties(&Silent { id: None }).unwrap().is_empty(), "an absent property has no name");
    let error = Error::from(properties(&Silent { id: Some(ID) }).unwrap_err());
    assert_eq!(error.field(), Some("id"));
}

/// Integers are sent as the server rounds them, in a notation that it reads as an integer.
#[test]
fn lossy_integers_are_sent_if_allowed() {
    for (given, sent) in [
        ((1_i64 << 53) + 1, "9007199254740992"),
        ((1 << 53) + 3, "9007199254740996"),
        (-(1 << 60) - 1, "-1152921504606846976"),
        (i64::MAX - 512, "9223372036854774784"),
        (i64::MIN, "-9223372036854775808"),
    ] {
        let nested = PropertyMap::from([("list", vec![given])]);
        let object = PropertyMap::from_iter([("n", PropertyValue::from(given)), ("o", PropertyValue::from(nested))]);
        let encoded = EncodedObject::new(&object, &Layout::EMPTY);
        let error = Error::from(encoded.get(false).unwrap_err());
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("n")));
        assert!(error.to_string().contains("allow_lossy_integers"), "{error}");
        let json = &encoded.get(true).unwrap().json;
        assert_eq!(json["n"].to_string(), sent);
        assert_eq!(json["o"]["list"][0].to_string(), given.to_string());
    }
    for given in [i64::MAX, i64::MAX - 511] {
        let error =
            Error::from(EncodedObject::new(&PropertyMap::from([("n", given)]), &Layout::EMPTY).get(true).unwrap_err());
        assert_eq!(error.field(), Some("n"), "it would be read back as a different number");
    }
    let large = std::collections::BTreeMap::from([("n", u64::MAX)]);
    assert_eq!(Error::from(EncodedObject::new(&large, &Layout::EMPTY).get(true).unwrap_err()).field(), Some("n"));
    let worse = PropertyMap::from_iter([("a", PropertyValue::from(1_i64 << 60)), ("b", PropertyValue::from(f64::NAN))]);
    assert_eq!(Error::from(EncodedObject::new(&worse, &Layout::EMPTY).get(true).unwrap_err()).field(), Some("b"));
}

/// As over gRPC.
#[test]
fn large_integers_are_read_as_the_server_stores_them() {
    let text = r#"{"a": 1152921504606847000, "b": -9223372036854776000, "c": [9007199254740996, 1152921504606847000]}"#;
    let found: Hit<PropertyMap> = hit(object(&serde_json::from_str(text).unwrap()), &Reading::default()).unwrap();
    let expected = PropertyMap::from_iter([
        ("a", PropertyValue::Int(1 << 60)),
        ("b", PropertyValue::Int(i64::MIN)),
        ("c", PropertyValue::IntArray(vec![(1 << 53) + 4, 1 << 60])),
    ]);
    assert_eq!(found.properties, expected);
    // Out of the range of `i64`.
    let found: Hit<PropertyMap> =
        hit(object(&json!({"a": 9_223_372_036_854_775_808_u64})), &Reading::default()).unwrap();
    assert_eq!(found.properties, PropertyMap::from([("a", 9.223_372_036_854_776e18)]));
}

#[test]
fn untyped_json_is_read_by_its_form() {
    let found = json!({"a": 1, "b": 1.5, "c": "x", "d": [1, 2.5], "e": null, "f": [{"g": 2}], "h": []});
    let hit: Hit<PropertyMap> = hit(object(&found), &Reading::default()).unwrap();
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
fn references_are_read_apart_from_properties() {
    let beacons = json!([
        {"beacon": format!("weaviate://localhost/owl/{ID}"), "href": format!("/v1/objects/owl/{ID}")},
        {"beacon": format!("weaviate://localhost/{ID}"), "classification": {"winningCount": 1}},
        {"beacon": "weaviate://localhost/Owl/1"},
        {"beacon": "weaviate://elsewhere/Owl/x/y"},
    ]);
    let found: Hit<PropertyMap> = hit(object(&json!({"nest": beacons, "title": "x"})), &Reading::default()).unwrap();
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

/// Objects that resemble references stay with the properties.
#[test]
fn nested_objects_are_not_references() {
    for value in [
        json!([{"beacon": "weaviate://localhost/Owl/1", "height": 3}]),
        json!([{"beacon": "weaviate://localhost/Owl/1"}, {"beacon": "on the hill"}]),
        json!([{"href": "/v1/objects/Owl/1"}]),
        json!({"lights": [{"beacon": "weaviate://localhost/Owl/1"}]}),
    ] {
        let found: Hit<PropertyMap> = hit(object(&json!({"coast": value})), &Reading::default()).unwrap();
        assert!(found.references("coast").is_empty() && found.properties.get("coast").is_some(), "{value}");
    }
}

#[test]
fn references_are_sent_with_the_properties() {
    let to = |name: &str, to: ReferenceTo| (name.to_owned(), to);
    let all = [to("by", ID.into()), to("of", ReferenceTo::in_collection("press", ID)), to("by", Uuid::nil().into())];
    let mut json = properties(&PropertyMap::from([("title", "x")])).unwrap();
    add_references(&mut json, &all).unwrap();
    let expected = json!({
        "title": "x",
        "by": [{"beacon": format!("weaviate://localhost/{ID}")}, {"beacon": format!("weaviate://localhost/{}", Uuid::nil())}],
        "of": [{"beacon": format!("weaviate://localhost/Press/{ID}")}],
    });
    assert_eq!(Value::Object(json), expected);
    for (properties, name, field) in [
        (json!({"title": "x"}), "title", "title"),
        (json!({"title": ["x"]}), "title", "title"),
        (json!({}), "id", "id"),
        (json!({}), "a/b", "a/b"),
        (json!({}), "", "properties"),
    ] {
        let Value::Object(mut properties) = properties else { panic!() };
        let error = Error::from(add_references(&mut properties, &[to(name, ID.into())]).unwrap_err());
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
    }
}

#[test]
fn metadata_and_vectors() {
    let mut whole = object(&Value::Null);
    whole.creation_time_unix = Some(1_795_423_962_179);
    whole.vector = Some(types::C11yVector(vec![0.5, 1.0]));
    let named = [("a".to_owned(), json!([0.1, 1e-3])), ("m".to_owned(), json!([[1, 2], [3, 4]]))];
    whole.vectors = Some(types::Vectors(named.map(|(name, json)| (name, types::Vector(json))).into()));
    let hit: Hit<()> = hit(whole, &Reading::default()).unwrap();
    assert_eq!(hit.metadata.creation_time, Some(DateTime::parse("2026-11-23T08:52:42.179Z").unwrap()));
    assert!(hit.metadata.last_update_time.is_none() && hit.metadata.distance.is_none());
    assert_eq!(hit.vector(), Some(&Vector::from([0.5, 1.0])));
    assert_eq!(hit.vectors().get("a"), Some(&Vector::from([0.1, 1e-3])));
    assert_eq!(hit.vectors().get("m"), Some(&Vector::from(vec![vec![1.0, 2.0], vec![3.0, 4.0]])));
}

#[test]
fn a_decode_error_names_object_and_path() {
    #[derive(Debug, Deserialize)]
    struct Wrong {
        #[serde(rename = "year")]
        _year: i64,
    }
    for (found, place) in [(json!({"year": "x"}), "property `year`"), (json!({"year": 1.5}), "property `year`")] {
        let error = hit::<Wrong>(object(&found), &Reading::default()).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(text.contains(place) && text.contains(&ID.to_string()), "{text}");
    }
    for found in [json!({"year": [1, "x"]}), json!({"year": [[1]]}), json!(1)] {
        assert_eq!(
            hit::<PropertyMap>(object(&found), &Reading::default()).unwrap_err().kind(),
            ErrorKind::Decode,
            "{found}"
        );
    }
    let nameless = types::Object { id: None, ..object(&json!({})) };
    assert_eq!(hit::<()>(nameless, &Reading::default()).unwrap_err().kind(), ErrorKind::Decode);
    let mut odd = object(&json!({}));
    odd.vectors = Some(types::Vectors([("a".to_owned(), types::Vector(json!(["x"])))].into()));
    assert!(hit::<()>(odd, &Reading::default()).unwrap_err().to_string().contains("vector `a`"));
}

use std::collections::{BTreeMap, HashMap};

use prost::Message as _;
use prost_types::value::Kind;
use prost_types::{Struct, Value};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use weaviate_generated::grpc::{
    BooleanArrayProperties, IntArrayProperties, NumberArrayProperties, ObjectArrayProperties, ObjectProperties,
    ObjectPropertiesValue, TextArrayProperties, batch_object,
};

use super::super::{PathError, PropertiesEncoder};
use super::{encoded, encoded_by};
use crate::values::data::ReferenceTo;
use crate::values::types::{Blob, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, Uuid};

fn text(text: &str) -> Value {
    Value { kind: Some(Kind::StringValue(text.to_owned())) }
}

fn number(number: f64) -> Value {
    Value { kind: Some(Kind::NumberValue(number)) }
}

fn flag(value: bool) -> Value {
    Value { kind: Some(Kind::BoolValue(value)) }
}

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Option<Struct> {
    Some(Struct { fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() })
}

fn only<const N: usize>(of: [(&str, Value); N]) -> batch_object::Properties {
    batch_object::Properties { non_ref_properties: fields(of), ..Default::default() }
}

/// An object inside of another.
fn inside(object: &ObjectPropertiesValue) -> bytes::Bytes {
    object.encode_to_vec().into()
}

fn object(object: &ObjectPropertiesValue) -> Option<bytes::Bytes> {
    Some(inside(object))
}

/// Number arrays of both kinds of object, with the bytes that the server reads.
fn numbers(name: &str, values: &[f64]) -> NumberArrayProperties {
    let values_bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>().into();
    NumberArrayProperties { prop_name: name.to_owned(), values_bytes, ..Default::default() }
}

#[derive(Serialize)]
struct Part {
    label: &'static str,
    made: Option<DateTime>,
    sizes: Vec<f32>,
}

#[derive(Serialize)]
struct Geo {
    zone: char,
    level: f64,
}

#[derive(Serialize)]
struct Address {
    street: String,
    no: u8,
    geo: Geo,
}

#[derive(Serialize)]
struct Sample {
    title: String,
    tags: Vec<&'static str>,
    count: i64,
    counts: Vec<i64>,
    price: f64,
    prices: (f64, f64, f64),
    open: bool,
    flags: Vec<bool>,
    day: DateTime,
    days: Vec<DateTime>,
    ref_id: Uuid,
    ref_ids: Vec<Uuid>,
    place: GeoCoordinates,
    phone: PhoneNumber,
    pic: Blob,
    addr: Address,
    parts: Vec<Part>,
    none: Option<i64>,
    nothing: (),
    no_tags: Vec<String>,
}

#[test]
fn every_data_type_is_in_its_field() {
    let day = "2023-05-06T07:08:09.123456789+02:00";
    let id = "c0ffee00-1111-4222-8333-444455556666";
    let sample = Sample {
        title: "Grüße – 你好 😀".to_owned(),
        tags: vec!["red", "", "été"],
        count: -(1 << 53),
        counts: vec![1, -2, 1 << 53],
        price: 12.5,
        prices: (0.1, -0.0, f64::MIN),
        open: false,
        flags: vec![true, false],
        day: DateTime::parse(day).unwrap(),
        days: vec![DateTime::parse("2020-01-01T00:00:00Z").unwrap()],
        ref_id: Uuid::parse_str(id).unwrap(),
        ref_ids: vec![Uuid::nil()],
        place: GeoCoordinates::new(47.5, 8.25),
        phone: PhoneNumber::national("044 668 18 00", "ch"),
        pic: Blob::from(b"hello blob".as_slice()),
        addr: Address { street: "Long Lane".to_owned(), no: 7, geo: Geo { zone: 'n', level: 1.5 } },
        parts: vec![
            Part {
                label: "wheel",
                made: Some(DateTime::parse("2021-02-03T04:05:06Z").unwrap()),
                sizes: vec![1.0, 2.5],
            },
            Part { label: "door", made: None, sizes: Vec::new() },
        ],
        none: None,
        nothing: (),
        no_tags: Vec::new(),
    };
    let expected = batch_object::Properties {
        non_ref_properties: fields([
            ("title", text("Grüße – 你好 😀")),
            ("count", number(-9_007_199_254_740_992.0)),
            ("price", number(12.5)),
            ("open", flag(false)),
            ("day", text(day)),
            ("ref_id", text(id)),
            (
                "place",
                Value {
                    kind: fields([("latitude", number(47.5)), ("longitude", number(8.25))]).map(Kind::StructValue),
                },
            ),
            (
                "phone",
                Value {
                    kind: fields([("input", text("044 668 18 00")), ("defaultCountry", text("ch"))])
                        .map(Kind::StructValue),
                },
            ),
            ("pic", text("aGVsbG8gYmxvYg==")),
        ]),
        number_array_properties: vec![numbers("prices", &[0.1, -0.0, f64::MIN])],
        int_array_properties: vec![IntArrayProperties { values: vec![1, -2, 1 << 53], prop_name: "counts".to_owned() }],
        text_array_properties: [
            ("tags", vec!["red", "", "été"]),
            ("days", vec!["2020-01-01T00:00:00Z"]),
            ("ref_ids", vec!["00000000-0000-0000-0000-000000000000"]),
        ]
        .map(|(name, values)| TextArrayProperties {
            values: values.into_iter().map(str::to_owned).collect(),
            prop_name: name.to_owned(),
        })
        .into(),
        boolean_array_properties: vec![BooleanArrayProperties {
            values: vec![true, false],
            prop_name: "flags".to_owned(),
        }],
        object_properties: vec![ObjectProperties {
            value: object(&ObjectPropertiesValue {
                non_ref_properties: fields([("street", text("Long Lane")), ("no", number(7.0))]),
                object_properties: vec![ObjectProperties {
                    value: object(&ObjectPropertiesValue {
                        non_ref_properties: fields([("zone", text("n")), ("level", number(1.5))]),
                        ..Default::default()
                    }),
                    prop_name: "geo".to_owned(),
                }],
                ..Default::default()
            }),
            prop_name: "addr".to_owned(),
        }],
        object_array_properties: vec![ObjectArrayProperties {
            values: vec![
                inside(&ObjectPropertiesValue {
                    non_ref_properties: fields([("label", text("wheel")), ("made", text("2021-02-03T04:05:06Z"))]),
                    number_array_properties: vec![numbers("sizes", &[1.0, 2.5])],
                    ..Default::default()
                }),
                inside(&ObjectPropertiesValue {
                    non_ref_properties: fields([("label", text("door"))]),
                    empty_list_props: vec!["sizes".to_owned()],
                    ..Default::default()
                }),
            ],
            prop_name: "parts".to_owned(),
        }],
        empty_list_props: vec!["no_tags".to_owned()],
        ..Default::default()
    };
    assert_eq!(encoded(&sample).unwrap(), expected);
    // Equality ignores the sign of zero.
    assert_eq!(encoded(&sample).unwrap().number_array_properties[0].values_bytes[15], 0x80);
}

#[test]
fn serde_attributes_and_shapes_are_honoured() {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Colour {
        DarkRed,
    }
    #[derive(Serialize)]
    struct Metres(f64);
    #[derive(Serialize)]
    struct Inner {
        flattened: bool,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Outer {
        front_colour: Colour,
        length: Metres,
        #[serde(flatten)]
        inner: Inner,
        #[serde(flatten)]
        others: HashMap<String, Vec<u16>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        skipped: Option<i32>,
        table: BTreeMap<&'static str, f32>,
    }
    let outer = Outer {
        front_colour: Colour::DarkRed,
        length: Metres(2.0),
        inner: Inner { flattened: true },
        others: HashMap::from([("sizes".to_owned(), vec![1, 2])]),
        skipped: None,
        table: BTreeMap::from([("a", 0.5)]),
    };
    let expected = batch_object::Properties {
        int_array_properties: vec![IntArrayProperties { values: vec![1, 2], prop_name: "sizes".to_owned() }],
        object_properties: vec![ObjectProperties {
            value: object(&ObjectPropertiesValue {
                non_ref_properties: fields([("a", number(0.5))]),
                ..Default::default()
            }),
            prop_name: "table".to_owned(),
        }],
        ..only([("frontColour", text("darkRed")), ("length", number(2.0)), ("flattened", flag(true))])
    };
    assert_eq!(encoded(&outer).unwrap(), expected);
}

#[test]
fn an_enum_with_a_tag_is_an_object() {
    #[derive(Serialize)]
    #[serde(tag = "kind")]
    enum Shape {
        Circle { radius: f64 },
    }
    let circle = Shape::Circle { radius: 1.0 };
    assert_eq!(encoded(&circle).unwrap(), only([("kind", text("Circle")), ("radius", number(1.0))]));
}

#[test]
fn a_user_type_named_geo_coordinates_is_an_object() {
    #[derive(Serialize, Deserialize)]
    struct GeoCoordinates {
        latitude: f64,
    }
    let message = encoded(&HashMap::from([("place", GeoCoordinates { latitude: 1.0 })])).unwrap();
    assert_eq!(message.object_properties[0].prop_name, "place");
    assert!(message.non_ref_properties.is_none());
}

#[test]
fn a_unit_struct_is_an_object_without_properties() {
    #[derive(Serialize)]
    struct Nothing;
    let empty = batch_object::Properties::default();
    assert_eq!(encoded(&()).unwrap(), empty);
    assert_eq!(encoded(&Nothing).unwrap(), empty);
    assert_eq!(encoded(&PropertyMap::new()).unwrap(), empty);
    let nested = encoded(&PropertyMap::from([("o", PropertyMap::new())])).unwrap();
    assert_eq!(nested.object_properties[0].value, object(&ObjectPropertiesValue::default()));
}

#[test]
fn one_fraction_makes_an_array_of_numbers() {
    for mixed in [
        serde_json::json!([1, -2, 300, 0.5]),
        serde_json::json!([1, -2, 300.0, 0.5]),
        serde_json::json!([1.0, -2, 300, 0.5]),
    ] {
        let message = encoded(&HashMap::from([("n", mixed)])).unwrap();
        let expected = vec![numbers("n", &[1.0, -2.0, 300.0, 0.5])];
        assert_eq!(message, batch_object::Properties { number_array_properties: expected, ..Default::default() });
    }
}

#[test]
fn long_content_has_a_longer_prefix() {
    for len in [0, 1, 100, 127, 128, 16_383, 16_384, 3_000_000] {
        let long = "x".repeat(len);
        let nested = HashMap::from([("outer", HashMap::from([("inner", [long.as_str(), ""])]))]);
        let message = encoded(&nested).unwrap();
        let inner = ObjectPropertiesValue::decode(message.object_properties[0].value.clone().unwrap()).unwrap();
        assert_eq!(inner.text_array_properties[0].values, [long.as_str(), ""]);
        assert_eq!(encoded(&HashMap::from([("t", &long)])).unwrap(), only([("t", text(&long))]));
    }
}

#[test]
fn one_encoder_writes_many_objects() {
    let mut encoder = PropertiesEncoder::default();
    let bytes = |encoder: &PropertiesEncoder| {
        let mut bytes = Vec::new();
        encoder.write(&mut bytes);
        bytes
    };
    let good = HashMap::from([("o", HashMap::from([("a", [1, 2])]))]);
    encoder.encode(&good).unwrap();
    let first = bytes(&encoder);
    encoder.encode(&HashMap::from([("o", HashMap::from([("a", [vec![1]])]))])).unwrap_err();
    encoder.encode(&good).unwrap();
    assert_eq!(bytes(&encoder), first);
}

struct Bytes;

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&[1])
    }
}

struct Broken;

impl Serialize for Broken {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("broken"))
    }
}

#[test]
fn an_unsupported_value_is_refused_with_its_path() {
    #[derive(Serialize)]
    enum Data {
        Newtype(i32),
        Tuple(i32, i32),
        Struct { x: i32 },
    }
    fn refused(value: impl Serialize, path: &str, expected_text: &str) {
        let inner = BTreeMap::from([("city", value)]);
        let error = encoded(&BTreeMap::from([("address", &inner)])).unwrap_err();
        assert_eq!(error.path(), format!("address.city{path}"), "{error}");
        assert!(error.to_string().contains(expected_text), "{error}");
        // Also within an array of objects.
        let error = encoded(&BTreeMap::from([("addresses", [inner])])).unwrap_err();
        assert_eq!(error.path(), format!("addresses[0].city{path}"), "{error}");
    }
    let beyond = (1_i64 << 53) + 1;
    refused(beyond, "", "2^53");
    refused(-beyond, "", "2^53");
    refused(i64::MIN, "", "2^53");
    refused(u64::MAX, "", "2^53");
    refused([1, beyond], "[1]", "2^53");
    refused([u64::MAX], "[0]", "2^53");
    refused(i64::MAX, "", "as text");
    refused(1_u128, "", "128-bit");
    refused([1_i128], "[0]", "128-bit");
    refused(f64::NAN, "", "NaN");
    refused(f32::INFINITY, "", "inf");
    refused([1.0, f64::NEG_INFINITY], "[1]", "-inf");
    refused(Bytes, "", "weaviate::Blob");
    refused([Some(1), None], "[1]", "null");
    refused(["a"; 2].map(|text| [text]), "[0]", "arrays");
    refused((1, "x"), "[1]", "got text among integers");
    refused((1.5, "x"), "[1]", "got text among numbers with a fraction");
    refused(("x", HashMap::<String, i32>::new()), "[1]", "objects among text");
    refused(HashMap::from([(1, 2)]), "", "keys");
    refused(HashMap::from([("", 2)]), "", "must not be empty");
    refused([GeoCoordinates::new(1.0, 2.0)], "[0]", "coordinates");
    refused([PhoneNumber::international("+41")], "[0]", "phone numbers");
    refused(GeoCoordinates::new(f32::NAN, 0.0), ".latitude", "NaN");
    refused(Data::Newtype(1), "", "`Data::Newtype`");
    refused(Data::Tuple(1, 2), "", "serde(tag");
    refused([Data::Struct { x: 1 }], "[0]", "`Data::Struct`");
    refused(Broken, "", "broken");
}

#[test]
fn lossy_integers_are_written_if_allowed() {
    let object = BTreeMap::from([("count", (1_i64 << 53) + 1)]);
    let lists = BTreeMap::from([("counts", [1, (1_i64 << 53) + 1, i64::MIN])]);
    assert!(encoded(&object).unwrap_err().is_lossy());
    assert!(encoded(&lists).unwrap_err().is_lossy());
    fn lossy(value: &impl Serialize) -> Result<batch_object::Properties, PathError> {
        encoded_by(PropertiesEncoder::new(<_>::default(), true), value)
    }
    assert_eq!(lossy(&object).unwrap(), only([("count", number(9_007_199_254_740_992.0))]));
    let counts = IntArrayProperties { values: vec![1, (1 << 53) + 1, i64::MIN], prop_name: "counts".to_owned() };
    let expected = batch_object::Properties { int_array_properties: vec![counts], ..Default::default() };
    assert_eq!(lossy(&lists).unwrap(), expected);
    // The server would store 2^63 and read it back as -2^63.
    for beyond in [i64::MAX, i64::MAX - 511] {
        let error = lossy(&BTreeMap::from([("count", beyond)])).unwrap_err();
        assert_eq!((error.path(), error.is_lossy()), ("count".to_owned(), false));
        assert!(lossy(&BTreeMap::from([("counts", [beyond])])).is_err());
    }
    assert!(lossy(&BTreeMap::from([("count", i64::MAX - 512)])).is_ok());
    assert!(lossy(&BTreeMap::from([("count", u64::MAX)])).is_err());
}

#[test]
fn references_are_written_with_the_properties() {
    let by = |name: &str| (name.to_owned(), ReferenceTo::new(Uuid::nil()));
    let mut encoder = PropertiesEncoder::default();
    let title = PropertyMap::from([("title", "x")]);
    encoder.encode_with(&title, &[by("writtenBy")]).unwrap();
    let mut bytes = Vec::new();
    encoder.write(&mut bytes);
    assert_eq!(bytes.len(), encoder.encoded_len());
    let message = batch_object::Properties::decode(bytes.as_slice()).unwrap();
    assert_eq!(message.single_target_ref_props[0].prop_name, "writtenBy");
    assert_eq!(message.non_ref_properties, only([("title", text("x"))]).non_ref_properties);

    let fault =
        |encoder: &mut PropertiesEncoder, name: &str| encoder.encode_with(&title, &[by(name)]).unwrap_err().path();
    for name in ["title", "id", "", "a b"] {
        assert_eq!(fault(&mut encoder, name), name);
    }
    // A property without a value is not written, so its name is free.
    encoder.encode_with(&BTreeMap::from([("title", None::<&str>)]), &[by("title")]).unwrap();
    encoder.encode(&title).unwrap();
    let nested = BTreeMap::from([("in", &title)]);
    encoder.encode_with(&nested, &[by("title")]).unwrap();
}

#[test]
fn an_object_has_named_properties() {
    for error in [
        encoded(&1).unwrap_err(),
        encoded("text").unwrap_err(),
        encoded(&true).unwrap_err(),
        encoded(&[1.5]).unwrap_err(),
        encoded(&[(1, 2)]).unwrap_err(),
        encoded(&GeoCoordinates::new(1.0, 2.0)).unwrap_err(),
    ] {
        assert_eq!(error.path(), "");
        assert!(error.to_string().contains("struct"), "{error}");
    }
}

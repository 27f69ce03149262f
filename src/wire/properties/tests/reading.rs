use std::collections::HashMap;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{
    DateValues, GeoCoordinate, IntValues, ListValue, NumberValues, PhoneNumber, Properties, TextValues, Value,
    list_value,
};

use super::super::PathError;
use super::from_reply;
use super::from_wire;
use crate::values::types;
use crate::values::types::{DateTime, PropertyMap, PropertyValue, Uuid};

fn object<const N: usize>(fields: [(&str, Kind); N]) -> Properties {
    Properties {
        fields: fields.into_iter().map(|(name, kind)| (name.to_owned(), Value { kind: Some(kind) })).collect(),
    }
}

fn list(kind: list_value::Kind) -> Kind {
    Kind::ListValue(ListValue { kind: Some(kind) })
}

fn text(text: &str) -> Kind {
    Kind::TextValue(text.to_owned())
}

fn ints(bytes: &[u8]) -> Kind {
    list(list_value::Kind::IntValues(IntValues { values: Bytes::copy_from_slice(bytes) }))
}

/// Reads a value as a field of type `T`.
fn read<T: DeserializeOwned>(kind: Kind) -> Result<T, PathError> {
    from_reply::<HashMap<String, T>>(&object([("x", kind)])).map(|mut map| map.remove("x").unwrap())
}

#[test]
fn integers_fit_or_are_refused() {
    assert_eq!(read::<i64>(Kind::IntValue(i64::MIN)).unwrap(), i64::MIN);
    assert_eq!(read::<u64>(Kind::IntValue(i64::MAX)).unwrap(), i64::MAX as u64);
    assert_eq!(read::<i32>(Kind::IntValue(-7)).unwrap(), -7);
    assert!((read::<f64>(Kind::IntValue(-7)).unwrap() + 7.0).abs() < f64::EPSILON);
    assert_eq!(read::<i64>(Kind::NumberValue(3.0)).unwrap(), 3);
    assert_eq!(
        read::<Vec<u8>>(list(list_value::Kind::NumberValues(NumberValues {
            values: 3.0_f64.to_le_bytes().to_vec().into()
        })))
        .unwrap(),
        [3]
    );
    for error in [
        read::<u64>(Kind::IntValue(-1)).unwrap_err(),
        read::<i32>(Kind::IntValue(1 << 31)).map(i64::from).unwrap_err(),
        read::<i64>(Kind::NumberValue(3.5)).unwrap_err(),
        read::<i64>(Kind::NumberValue(1e300)).unwrap_err(),
        read::<i64>(Kind::NumberValue(f64::NAN)).unwrap_err(),
        read::<u8>(text("7")).unwrap_err(),
    ] {
        assert_eq!(error.path(), "x", "{error}");
    }
}

#[test]
fn text_like_values_are_text_too() {
    for kind in [Kind::DateValue("2020-01-01T00:00:00Z".into()), text("2020-01-01T00:00:00Z")] {
        assert_eq!(read::<String>(kind.clone()).unwrap(), "2020-01-01T00:00:00Z");
        assert_eq!(read::<DateTime>(kind).unwrap().unix_seconds(), 1_577_836_800);
    }
    let id = "c0ffee00-1111-4222-8333-444455556666";
    assert_eq!(read::<String>(Kind::UuidValue(id.into())).unwrap(), id);
    assert_eq!(read::<Uuid>(Kind::UuidValue(id.into())).unwrap().to_string(), id);
    assert_eq!(read::<String>(Kind::BlobValue("aGk=".into())).unwrap(), "aGk=");
    assert_eq!(read::<types::Blob>(Kind::BlobValue("aGk=".into())).unwrap().as_bytes(), b"hi");
    assert!(read::<types::Blob>(Kind::BlobValue("%".into())).is_err());
    assert!(read::<DateTime>(Kind::DateValue("soon".into())).unwrap_err().to_string().contains("soon"));
}

#[test]
fn null_and_absent_are_one() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Article {
        title: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
    }
    let nulls = || object([("title", Kind::NullValue(0)), ("tags", Kind::NullValue(0))]);
    let nothing = Article { title: None, tags: Vec::new() };
    assert_eq!(from_reply::<Article>(&nulls()).unwrap(), nothing);
    assert_eq!(from_reply::<Article>(&object([])).unwrap(), nothing);
    let unset = Properties { fields: HashMap::from([("title".to_owned(), Value { kind: None })]) };
    assert_eq!(from_reply::<Article>(&unset).unwrap(), nothing);
    assert_eq!(from_reply::<PropertyMap>(&nulls()).unwrap(), PropertyMap::new());
    from_reply::<()>(&nulls()).unwrap();

    #[derive(Debug, Deserialize)]
    struct Strict {
        #[expect(dead_code, reason = "it is what is missing")]
        title: String,
    }
    let error = from_reply::<Strict>(&nulls()).unwrap_err();
    assert_eq!(error.path(), "title");
    assert!(error.to_string().contains("no value"), "{error}");
}

#[test]
fn errors_have_the_path() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read only to fail")]
    struct Outer {
        parts: Vec<Part>,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read only to fail")]
    struct Part {
        sizes: Vec<i64>,
    }
    let part = |sizes| object([("sizes", sizes)]);
    let parts = |values| {
        object([("parts", list(list_value::Kind::ObjectValues(weaviate_generated::grpc::ObjectValues { values })))])
    };
    let good = part(ints(&7_i64.to_le_bytes()));
    let bad = part(list(list_value::Kind::TextValues(TextValues { values: vec!["big".to_owned()] })));
    let error = from_reply::<Outer>(&parts(vec![good.clone(), bad])).unwrap_err();
    assert_eq!(error.path(), "parts[1].sizes[0]");
    let error = from_reply::<Outer>(&parts(vec![good, object([])])).unwrap_err();
    assert_eq!(error.path(), "parts[1].sizes");
}

#[test]
fn an_incomplete_list_is_an_error() {
    for len in (0..20).filter(|len| len % 8 != 0) {
        let error = read::<Vec<i64>>(ints(&vec![0; len])).unwrap_err();
        assert!(error.to_string().contains("incomplete"), "{error}");
        assert!(
            read::<Vec<f64>>(list(list_value::Kind::NumberValues(NumberValues { values: vec![0; len].into() })))
                .is_err()
        );
        assert!(read::<PropertyValue>(ints(&vec![0; len])).is_err());
    }
    assert_eq!(read::<Vec<i64>>(Kind::ListValue(ListValue { kind: None })).unwrap(), Vec::<i64>::new());
}

#[test]
fn coordinates_and_phone_numbers() {
    let point = Kind::GeoValue(GeoCoordinate { longitude: 8.5417, latitude: 47.3769 });
    assert_eq!(read::<types::GeoCoordinates>(point.clone()).unwrap(), types::GeoCoordinates::new(47.3769, 8.5417));
    assert_eq!(read::<HashMap<String, f32>>(point).unwrap()["longitude"], 8.5417);

    let number = PhoneNumber {
        country_code: 41,
        input: "+41 44 668 18 00".into(),
        international_formatted: "+41 44 668 18 00".into(),
        national: 446_681_800,
        national_formatted: "044 668 18 00".into(),
        valid: true,
        ..Default::default()
    };
    let phone = read::<types::PhoneNumber>(Kind::PhoneValue(Box::new(number))).unwrap();
    assert_eq!((phone.default_country, phone.country_code, phone.valid), (None, Some(41), Some(true)));
    assert_eq!(phone.national_formatted.as_deref(), Some("044 668 18 00"));
}

#[test]
fn serde_attributes_and_shapes_are_honoured() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Metres(f64);
    #[derive(Debug, PartialEq, Deserialize)]
    struct Flat {
        colour: Colour,
        size: Metres,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Article {
        #[serde(rename = "headline", alias = "title")]
        title: String,
        #[serde(flatten)]
        flat: Flat,
        #[serde(flatten)]
        others: PropertyMap,
        #[serde(skip)]
        skipped: bool,
    }
    let reply = object([
        ("title", text("x")),
        ("colour", text("red")),
        ("size", Kind::NumberValue(1.5)),
        ("day", Kind::DateValue("2020-01-01T00:00:00Z".into())),
        ("days", list(list_value::Kind::DateValues(DateValues { values: vec!["2020-01-01T00:00:00Z".into()] }))),
        ("year", Kind::IntValue(1999)),
        ("place", Kind::GeoValue(GeoCoordinate { longitude: 1.0, latitude: 2.0 })),
    ]);
    let article: Article = from_reply(&reply).unwrap();
    let others = PropertyMap::from_iter([
        ("day", PropertyValue::from("2020-01-01T00:00:00Z")),
        ("days", ["2020-01-01T00:00:00Z"].into()),
        ("year", 1999.into()),
        ("place", PropertyMap::from([("latitude", 2.0), ("longitude", 1.0)]).into()),
    ]);
    let flat = Flat { colour: Colour::Red, size: Metres(1.5) };
    assert_eq!(article, Article { title: "x".to_owned(), flat, others, skipped: false });
    assert!(read::<Colour>(text("blue")).unwrap_err().to_string().contains("blue"));
}

/// Protobuf allows fields in any order, repeated, and unknown ones.
#[test]
fn every_valid_protobuf_form_is_read() {
    let entry: &[u8] = &[
        0x0a, 14, // an entry of the map
        0x12, 2, 0x18, 0, // its value, false
        0x12, 2, 0x18, 1, // another, true, which counts
        0x0a, 1, b'x', // its name, behind the value
        0x18, 7,    // an unknown field
        0x10, // cut off from here on
    ];
    let unknown: &[u8] = &[0x50, 1];
    let whole = [&[0x0a, 13], &entry[2..15], unknown].concat();
    assert_eq!(from_wire::<HashMap<String, bool>>(&whole).unwrap(), HashMap::from([("x".to_owned(), true)]));
    assert!(from_wire::<HashMap<String, bool>>(entry).is_err());
    // Booleans, unpacked and packed.
    let bools: &[u8] = &[0x0a, 15, 0x0a, 1, b'x', 0x12, 10, 0x2a, 8, 0x1a, 6, 0x08, 1, 0x0a, 2, 0, 1];
    assert_eq!(from_wire::<HashMap<String, Vec<bool>>>(bools).unwrap()["x"], [true, false, true]);
    // An unknown data type is not a value.
    let future: &[u8] = &[0x0a, 8, 0x0a, 1, b'x', 0x12, 3, 0x82, 0x01, 0];
    assert_eq!(from_wire::<PropertyMap>(future).unwrap(), PropertyMap::new());
    // Text is UTF-8.
    let text: &[u8] = &[0x0a, 8, 0x0a, 1, b'x', 0x12, 3, 0x6a, 1, 0xff];
    assert_eq!(from_wire::<PropertyMap>(text).unwrap_err().path(), "x");
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| (0..depth).fold(object([]), |inner, _| object([("x", Kind::ObjectValue(inner))]));
    assert!(from_reply::<PropertyMap>(&nested(100)).is_ok());
    let error = from_reply::<PropertyMap>(&nested(101)).unwrap_err();
    assert!(error.to_string().contains("more than 100 objects inside each other"), "{error}");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..80), inner in vec(any::<u8>(), 0..40)) {
        let _ = from_wire::<PropertyMap>(&bytes);
        // The same bytes as a property value, which is parsed further.
        let value = u8::try_from(inner.len()).unwrap();
        let entry = value + 5;
        let framed = [&[0x0a, entry, 0x0a, 1, b'x', 0x12, value], &inner[..]].concat();
        let _ = from_wire::<PropertyMap>(&framed);
        let _ = from_wire::<HashMap<String, Vec<i64>>>(&framed);
    }
}

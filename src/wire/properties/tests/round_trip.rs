//! Round trips of random values of every data type.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::echo::reply;
use super::{encoded, from_reply};
use crate::values::types::{Blob, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, PropertyValue, Uuid};

const EXACT: i64 = 1 << 53;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "\\PC{0,40}", Just("Grüße 你好 😀 \"quoted\" \\ \0\n\t".to_owned())]
}

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![-EXACT..=EXACT, Just(EXACT), Just(-EXACT), -3..3_i64]
}

fn number() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | SUBNORMAL | ZERO
}

fn degrees() -> impl Strategy<Value = f32> {
    -180.0_f32..=180.0
}

prop_compose! {
    fn date()(
        year in 0..=9999_u16, month in 1..=12_u8, day in 1..=28_u8, hour in 0..24_u8, minute in 0..60_u8, second in 0..60_u8,
        fraction in prop_oneof![Just(String::new()), "\\.[0-9]{1,9}"],
        offset in prop_oneof![Just("Z".to_owned()), "[+-](0[0-9]|1[0-4]):[0-5][0-9]"],
    ) -> DateTime {
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}");
        DateTime::parse(text).expect("RFC 3339")
    }
}

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn phone() -> impl Strategy<Value = PhoneNumber> {
    (text(), proptest::option::of("[A-Z]{2}")).prop_map(|(input, country)| match country {
        Some(country) => PhoneNumber::national(input, country),
        None => PhoneNumber::international(input),
    })
}

fn value() -> impl Strategy<Value = PropertyValue> {
    let leaf = prop_oneof![
        text().prop_map(PropertyValue::from),
        int().prop_map(PropertyValue::from),
        number().prop_map(PropertyValue::from),
        any::<bool>().prop_map(PropertyValue::from),
        date().prop_map(PropertyValue::from),
        uuid().prop_map(PropertyValue::from),
        vec(any::<u8>(), 0..20).prop_map(|bytes| PropertyValue::from(Blob::from(bytes))),
        (degrees(), degrees())
            .prop_map(|(latitude, longitude)| PropertyValue::from(GeoCoordinates::new(latitude, longitude))),
        phone().prop_map(PropertyValue::from),
        vec(text(), 0..5).prop_map(PropertyValue::from),
        vec(int(), 0..40).prop_map(PropertyValue::from),
        vec(number(), 0..40).prop_map(PropertyValue::from),
        vec(any::<bool>(), 0..5).prop_map(PropertyValue::from),
        vec(date(), 0..5).prop_map(PropertyValue::from),
        vec(uuid(), 0..5).prop_map(PropertyValue::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            nested_of(inner.clone()).prop_map(PropertyValue::from),
            vec(nested_of(inner), 0..4).prop_map(PropertyValue::from),
        ]
    })
}

fn nested_of(value: impl Strategy<Value = PropertyValue>) -> impl Strategy<Value = PropertyMap> {
    btree_map("[a-zA-Z_][a-zA-Z0-9_é]{0,150}", value, 0..5).prop_map(PropertyMap::from_iter)
}

/// Names of a collection's own properties do not begin with an upper-case letter.
fn properties_of(value: impl Strategy<Value = PropertyValue>) -> impl Strategy<Value = PropertyMap> {
    btree_map("[a-z_][a-zA-Z0-9_é]{0,150}", value, 0..5).prop_map(PropertyMap::from_iter)
}

/// Removes the fields of a phone number that the server adds.
fn without_server_fields(map: PropertyMap) -> PropertyMap {
    map.into_iter()
        .map(|(name, value)| {
            let value = match value {
                PropertyValue::Phone(PhoneNumber { input, default_country, .. }) => {
                    PropertyValue::Phone(PhoneNumber { default_country, ..PhoneNumber::international(input) })
                }
                PropertyValue::Object(map) => PropertyValue::Object(without_server_fields(map)),
                PropertyValue::ObjectArray(maps) => {
                    PropertyValue::ObjectArray(maps.into_iter().map(without_server_fields).collect())
                }
                other => other,
            };
            (name, value)
        })
        .collect()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Typed {
    text: String,
    int: i64,
    unsigned: u32,
    number: f64,
    narrow: f32,
    flag: bool,
    date: DateTime,
    uuid: Uuid,
    blob: Blob,
    place: GeoCoordinates,
    #[serde(rename = "renamed")]
    maybe: Option<String>,
    texts: Vec<String>,
    ints: Option<Vec<i64>>,
    numbers: [f64; 3],
    flags: Vec<bool>,
    dates: Vec<DateTime>,
    ids: Vec<Uuid>,
    nested: Nested,
    many: Vec<Nested>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nested {
    label: Option<String>,
    sizes: Vec<f64>,
    deeper: Option<Box<Nested>>,
}

fn nested() -> impl Strategy<Value = Nested> {
    let leaf = (proptest::option::of(text()), vec(number(), 0..4)).prop_map(|(label, sizes)| Nested {
        label,
        sizes,
        deeper: None,
    });
    leaf.prop_recursive(3, 6, 1, |inner| {
        (proptest::option::of(text()), vec(number(), 0..4), inner).prop_map(|(label, sizes, deeper)| Nested {
            label,
            sizes,
            deeper: Some(Box::new(deeper)),
        })
    })
}

fn typed() -> impl Strategy<Value = Typed> {
    let scalars = (
        text(),
        int(),
        any::<u32>(),
        number(),
        -1e30_f32..1e30,
        any::<bool>(),
        date(),
        uuid(),
        degrees(),
        proptest::option::of(text()),
    );
    let arrays = (
        vec(text(), 0..4),
        proptest::option::of(vec(int(), 0..4)),
        [number(), number(), number()],
        vec(any::<bool>(), 0..4),
        vec(date(), 0..3),
        vec(uuid(), 0..3),
        vec(any::<u8>(), 0..9),
        nested(),
        vec(nested(), 0..3),
    );
    (scalars, arrays).prop_map(|(scalars, arrays)| {
        let (text, int, unsigned, number, narrow, flag, date, id, latitude, maybe) = scalars;
        let (texts, ints, numbers, flags, dates, ids, blob, nested, many) = arrays;
        let place = GeoCoordinates::new(latitude, -latitude);
        let blob = Blob::from(blob);
        Typed {
            text,
            int,
            unsigned,
            number,
            narrow,
            flag,
            date,
            uuid: id,
            blob,
            place,
            maybe,
            texts,
            ints,
            numbers,
            flags,
            dates,
            ids,
            nested,
            many,
        }
    })
}

/// The same object with explicit data types, for the simulated server.
fn schema(object: &Typed) -> PropertyMap {
    fn nested(object: &Nested) -> PropertyMap {
        let mut map = PropertyMap::from([("sizes", object.sizes.clone())]);
        map.extend(object.label.clone().map(|label| ("label", label)));
        map.extend(object.deeper.as_deref().map(|deeper| ("deeper", nested(deeper))));
        map
    }
    let mut map = PropertyMap::new();
    map.insert("text", object.text.as_str());
    map.insert("int", object.int);
    map.insert("unsigned", object.unsigned);
    map.insert("number", object.number);
    map.insert("narrow", object.narrow);
    map.insert("flag", object.flag);
    map.insert("date", object.date.clone());
    map.insert("uuid", object.uuid);
    map.insert("blob", object.blob.clone());
    map.insert("place", object.place);
    map.extend(object.maybe.clone().map(|text| ("renamed", text)));
    map.insert("texts", object.texts.clone());
    map.extend(object.ints.clone().map(|ints| ("ints", ints)));
    map.insert("numbers", object.numbers);
    map.insert("flags", object.flags.clone());
    map.insert("dates", object.dates.clone());
    map.insert("ids", object.ids.clone());
    map.insert("nested", nested(&object.nested));
    map.insert("many", object.many.iter().map(nested).collect::<Vec<_>>());
    map
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_map_keeps_its_types(map in properties_of(value())) {
        let answer = reply(encoded(&map).expect("all of it can be stored"), &map);
        let back: PropertyMap = from_reply(&answer).expect("all of it can be read");
        prop_assert_eq!(without_server_fields(back), map);
    }

    #[test]
    fn a_struct_survives_a_round_trip(object in typed()) {
        let schema = schema(&object);
        let sent = encoded(&object).expect("all of it can be stored");
        let as_map = encoded(&schema).expect("all of it can be stored");
        prop_assert_eq!(reply(sent.clone(), &schema), reply(as_map, &schema));
        let back: Typed = from_reply(&reply(sent.clone(), &schema)).expect("all of it can be read");
        prop_assert_eq!(&back, &object);
        let map: PropertyMap = from_reply(&reply(sent, &schema)).expect("all of it can be read");
        prop_assert_eq!(map, schema);
    }
}

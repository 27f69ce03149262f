//! Round trips of random values of every data type.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::echo::reply;
use super::{encoded, from_reply};
use crate::values::types::{Blob, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, PropertyValue, Uuid};
use crate::wire::rest_object;

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
    btree_map("[a-zA-Z_][a-zA-Z0-9_]{0,150}", value, 0..5).prop_map(PropertyMap::from_iter)
}

/// Names of a collection's own properties do not begin with an upper-case letter.
fn properties_of(value: impl Strategy<Value = PropertyValue>) -> impl Strategy<Value = PropertyMap> {
    btree_map("[a-z_][a-zA-Z0-9_]{0,150}", value, 0..5).prop_map(PropertyMap::from_iter)
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

/// JSON of any shape, with numbers of both kinds in one array.
fn json() -> impl Strategy<Value = Json> {
    let number =
        || prop_oneof![int().prop_map(Json::from), (-5..5_i8).prop_map(Json::from), number().prop_map(Json::from)];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        text().prop_map(Json::from),
        number(),
        vec(number(), 0..6).prop_map(Json::from),
        vec(text(), 0..4).prop_map(Json::from),
        Just(Json::from(u64::MAX)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let object =
            btree_map("[a-z]{0,3}", inner.clone(), 0..5).prop_map(|all| Json::Object(all.into_iter().collect()));
        prop_oneof![object.clone(), vec(object, 0..4).prop_map(Json::from), vec(inner, 0..4).prop_map(Json::from)]
    })
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
    fn the_json_of_a_map_is_sent_as_the_map_is(map in properties_of(value())) {
        let value = serde_json::to_value(&map).expect("it has JSON");
        let text = serde_json::from_str::<Json>(&value.to_string()).expect("it is JSON");
        let over_rest = |sent| Json::Object(rest_object::properties(sent).expect("it can be read"));
        let sent = encoded(&map).expect("all of it can be stored");
        for json in [value, text] {
            let as_json = encoded(&json).expect("all of it can be stored");
            // A place is a value of its own there, and an object here; the server reads both alike.
            if !format!("{map:?}").contains("Coordinates") && !format!("{map:?}").contains("PhoneNumber") {
                prop_assert_eq!(&as_json, &sent);
            }
            prop_assert_eq!(over_rest(as_json), over_rest(sent.clone()));
        }
    }

    #[test]
    fn what_a_map_takes_is_taken_as_json(json in json()) {
        let object = Json::Object(serde_json::Map::from_iter([("p".to_owned(), json)]));
        let Ok(map) = PropertyMap::deserialize(&object) else {
            prop_assert!(encoded(&object).is_err(), "{object}");
            return Ok(());
        };
        match (encoded(&map), encoded(&object)) {
            (Ok(as_map), Ok(as_json)) => prop_assert_eq!(as_map, as_json),
            (Err(as_map), Err(as_json)) => prop_assert_eq!(as_map.to_string(), as_json.to_string()),
            (as_map, as_json) => prop_assert!(false, "{as_map:?} {as_json:?}"),
        }
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

//! Values of every data type arrive as they were sent. They are written by `insert`, `replace` and `insert_many` (each
//! protocol), and read by `get` and `fetch_objects` (gRPC and gRPC-Web).

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde::{Deserialize, Serialize};
use weaviate::Uuid;
use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate::types::DateTime;

use crate::support::{PROTOCOLS, live_bed};

/// Two to the 53rd: the largest integer the server keeps exactly.
const EXACT: i64 = 1 << 53;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    text: Option<String>,
    texts: Option<Vec<String>>,
    int: Option<i64>,
    ints: Option<Vec<i64>>,
    number: Option<f64>,
    numbers: Option<Vec<f64>>,
    boolean: Option<bool>,
    booleans: Option<Vec<bool>>,
    date: Option<DateTime>,
    dates: Option<Vec<DateTime>>,
    uuid: Option<Uuid>,
    uuids: Option<Vec<Uuid>>,
    geo: Option<GeoCoordinates>,
    phone: Option<PhoneNumber>,
    blob: Option<Blob>,
    object: Option<Nested>,
    objects: Option<Vec<Nested>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nested {
    word: String,
    count: i64,
    ratio: Option<f64>,
    flags: Vec<bool>,
    inner: Option<Inner>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    names: Vec<String>,
    when: Option<DateTime>,
}

fn config() -> CollectionConfig {
    let inner = [Property::new("names", DataType::TextArray), Property::new("when", DataType::Date)];
    let nested = || {
        [
            Property::new("word", DataType::Text),
            Property::new("count", DataType::Int),
            Property::new("ratio", DataType::Number),
            Property::new("flags", DataType::BooleanArray),
            Property::new("inner", DataType::object(inner.clone())),
        ]
    };
    CollectionConfig::new("Everything")
        .property(Property::new("text", DataType::Text))
        .property(Property::new("texts", DataType::TextArray))
        .property(Property::new("int", DataType::Int))
        .property(Property::new("ints", DataType::IntArray))
        .property(Property::new("number", DataType::Number))
        .property(Property::new("numbers", DataType::NumberArray))
        .property(Property::new("boolean", DataType::Boolean))
        .property(Property::new("booleans", DataType::BooleanArray))
        .property(Property::new("date", DataType::Date))
        .property(Property::new("dates", DataType::DateArray))
        .property(Property::new("uuid", DataType::Uuid))
        .property(Property::new("uuids", DataType::UuidArray))
        .property(Property::new("geo", DataType::GeoCoordinates))
        .property(Property::new("phone", DataType::PhoneNumber))
        .property(Property::new("blob", DataType::Blob))
        .property(Property::new("object", DataType::object(nested())))
        .property(Property::new("objects", DataType::object_array(nested())))
}

fn exact_int() -> impl Strategy<Value = i64> {
    prop_oneof![Just(EXACT), Just(-EXACT), Just(0), any::<i32>().prop_map(i64::from), -EXACT..=EXACT]
}

fn number() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

/// Everything of Unicode that can be text, controls and code points beyond the basic plane included.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\\PC\n\t\"\\\\😀ß𝔘\u{0}]{0,20}"]
}

/// RFC 3339 with every offset and up to nine digits of a second.
fn date() -> impl Strategy<Value = DateTime> {
    (1i32..=9999, 1u8..=12, 1u8..=28, 0u8..24, 0u8..60, 0u8..60, option::of("[0-9]{1,9}"), -14i32..=14, 0u8..60)
        .prop_map(|(year, month, day, hour, minute, second, fraction, offset, offset_minute)| {
            let fraction = fraction
                .map(|digits| digits.trim_end_matches('0').to_owned())
                .filter(|digits| !digits.is_empty())
                .map_or_else(String::new, |digits| format!(".{digits}"));
            let zone = match (offset, offset_minute) {
                (0, 0) => "Z".to_owned(),
                (hours, minutes) => format!("{}{:02}:{minutes:02}", if hours < 0 { '-' } else { '+' }, hours.abs()),
            };
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}").parse().unwrap()
        })
}

/// Numbers that there can be, since the server refuses others: as they are typed, and as country code and digits.
const PHONES: [(&str, &str, u64, u64); 8] = [
    ("+41 44 668 18 00", "", 41, 446_681_800),
    ("044 668 18 00", "CH", 41, 446_681_800),
    ("+1 650-253-0000", "", 1, 6_502_530_000),
    ("(650) 253 0000", "US", 1, 6_502_530_000),
    ("020 7031 3000", "GB", 44, 2_070_313_000),
    ("+442070313000", "", 44, 2_070_313_000),
    ("+49 (30) 303986300", "", 49, 30_303_986_300),
    ("03-6384-9000", "JP", 81, 363_849_000),
];

fn phone() -> impl Strategy<Value = PhoneNumber> {
    proptest::sample::select(&PHONES[..]).prop_map(|(input, country, ..)| match country {
        "" => PhoneNumber::international(input),
        country => PhoneNumber::national(input, country),
    })
}

/// As it was sent, if what the server has found out about it is right.
fn as_typed(read: &PhoneNumber) -> PhoneNumber {
    let country = read.default_country.as_deref().unwrap_or_default();
    let row = PHONES.iter().find(|(input, of, ..)| *input == read.input && *of == country).unwrap();
    assert_eq!((read.country_code, read.national, read.valid), (Some(row.2), Some(row.3), Some(true)), "{read:?}");
    assert!(read.international_formatted.is_some() && read.national_formatted.is_some(), "{read:?}");
    let mut typed = PhoneNumber::international(&read.input);
    typed.default_country.clone_from(&read.default_country);
    typed
}

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn inner() -> impl Strategy<Value = Inner> {
    (vec(text(), 0..3), option::of(date())).prop_map(|(names, when)| Inner { names, when })
}

fn nested() -> impl Strategy<Value = Nested> {
    (text(), exact_int(), option::of(number()), vec(any::<bool>(), 0..3), option::of(inner()))
        .prop_map(|(word, count, ratio, flags, inner)| Nested { word, count, ratio, flags, inner })
}

fn everything() -> impl Strategy<Value = Everything> {
    let scalars = (
        option::of(text()),
        option::of(exact_int()),
        option::of(number()),
        option::of(any::<bool>()),
        option::of(date()),
        option::of(uuid()),
        option::of((-90.0f32..=90.0, -180.0f32..=180.0).prop_map(|(lat, lon)| GeoCoordinates::new(lat, lon))),
        option::of(phone()),
        option::of(vec(any::<u8>(), 1..40).prop_map(Blob::from)),
        option::of(nested()),
    );
    let lists = (
        option::of(vec(text(), 0..4)),
        option::of(vec(exact_int(), 0..4)),
        option::of(vec(number(), 0..4)),
        option::of(vec(any::<bool>(), 0..4)),
        option::of(vec(date(), 0..4)),
        option::of(vec(uuid(), 0..4)),
        option::of(vec(nested(), 0..3)),
    );
    (scalars, lists).prop_map(
        |(
            (text, int, number, boolean, date, uuid, geo, phone, blob, object),
            (texts, ints, numbers, booleans, dates, uuids, objects),
        )| Everything {
            text,
            texts,
            int,
            ints,
            number,
            numbers,
            boolean,
            booleans,
            date,
            dates,
            uuid,
            uuids,
            geo,
            phone,
            blob,
            object,
            objects,
        },
    )
}

/// A blob comes back only when it is named, so every property is.
const NAMES: [&str; 17] = [
    "text", "texts", "int", "ints", "number", "numbers", "boolean", "booleans", "date", "dates", "uuid", "uuids",
    "geo", "phone", "blob", "object", "objects",
];

type Everythings = Collection<Everything>;

/// Reads by `fetch_objects` and by `get`, which have to return the same.
async fn read(collection: &Everythings, ids: &[Uuid]) -> Vec<Everything> {
    let mut all: Vec<Vec<Everything>> = Vec::new();
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let hits = collection.query().fetch_objects().filter(Filter::id().contains_any(ids.iter().copied()));
        let hits = hits.properties(NAMES).limit(100).protocol(protocol).await.unwrap();
        all.push(ids.iter().map(|id| hits.iter().find(|hit| hit.id == *id).unwrap().properties.clone()).collect());
    }
    let mut got = Vec::new();
    for id in ids {
        got.push(collection.data().get(*id).await.unwrap().unwrap().properties);
    }
    assert_eq!((&got, &got), (&all[0], &all[1]));
    for object in &mut got {
        object.phone = object.phone.as_ref().map(as_typed);
    }
    got
}

async fn together(collection: &Everythings, sent: &[Everything], protocol: Protocol) -> Vec<Everything> {
    let ids = collection.data().insert_many(sent.to_vec()).protocol(protocol).await.unwrap().into_result().unwrap();
    read(collection, &ids).await
}

/// And once more after a replacement by what was read.
async fn one_by_one(collection: &Everythings, sent: &[Everything]) -> Vec<Everything> {
    let data = collection.data();
    let mut ids = Vec::new();
    for object in sent {
        let id = data.insert(object.clone()).await.unwrap();
        let read = data.get(id).await.unwrap().unwrap().properties;
        data.replace(id, read).await.unwrap();
        ids.push(id);
    }
    read(collection, &ids).await
}

#[test]
fn insert_and_insert_many_keep_every_value_of_every_data_type() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (bed, collection) = runtime.block_on(async {
        let bed = live_bed().await;
        let collection: Everythings = bed.fresh(config()).await;
        (bed, collection)
    });
    let cases = if bed.is_live() { 400 } else { 40 };
    let mut runner = TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&vec(everything(), 1..4), |sent| {
            for protocol in PROTOCOLS {
                let back = runtime.block_on(together(&collection, &sent, protocol));
                prop_assert_eq!(&back, &sent, "insert_many over {}", protocol);
            }
            let back = runtime.block_on(one_by_one(&collection, &sent));
            prop_assert_eq!(back, sent);
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn insert_many_refuses_an_integer_beyond_2_to_the_53() {
    let bed = live_bed().await;
    let collection = bed.fresh::<PropertyMap>(config()).await;
    for int in [EXACT + 1, -EXACT - 1, i64::MAX, i64::MIN] {
        let object = PropertyMap::from_iter([("int", PropertyValue::from(int))]);
        let report = collection.data().insert_many([object]).await.unwrap();
        assert_eq!(report.errors().len(), 1, "{int}");
        assert!(report.errors()[0].message().contains("int"), "{}", report.errors()[0].message());
    }
}

/// To the nearest float, which is the same over every protocol; never to one that cannot be read back.
#[tokio::test]
async fn allow_lossy_integers_rounds_the_same_over_each_protocol() {
    let bed = live_bed().await;
    let collection: Collection = bed.fresh(config()).await;
    let of = |int: i64| PropertyMap::from_iter([("int", PropertyValue::from(int)), ("ints", vec![1, int].into())]);
    for (sent, kept) in [
        (EXACT + 1, EXACT),
        (-EXACT - 3, -EXACT - 4),
        ((1 << 60) + 1, 1 << 60),
        (i64::MAX - 512, i64::MAX - 1023),
        (i64::MIN + 1, i64::MIN),
    ] {
        for protocol in PROTOCOLS {
            let many = collection.data().insert_many([of(sent)]).allow_lossy_integers(true).protocol(protocol);
            let id = many.await.unwrap().into_result().unwrap()[0];
            let read = collection.data().get(id).await.unwrap().unwrap().properties;
            let hits = collection.query().fetch_objects().filter(Filter::id().equal(id)).await.unwrap();
            assert_eq!((&read, &hits[0].properties), (&of(kept), &of(kept)), "{sent} over {protocol}");
        }
    }
    for beyond in [i64::MAX, i64::MAX - 511] {
        let report = collection.data().insert_many([of(beyond)]).allow_lossy_integers(true).await.unwrap();
        assert_eq!(report.errors()[0].error().field(), Some("int"));
    }
}

#[tokio::test]
async fn property_map_keeps_its_types_through_insert_many() {
    let bed = live_bed().await;
    let collection = bed.fresh::<PropertyMap>(config()).await;
    let date: DateTime = "2020-01-02T03:04:05.123456789+02:00".parse().unwrap();
    let object = PropertyMap::from_iter([
        ("text", PropertyValue::from("naïve 😀")),
        ("int", PropertyValue::from(EXACT)),
        ("number", PropertyValue::from(0.1)),
        ("boolean", PropertyValue::from(true)),
        ("date", PropertyValue::from(date.clone())),
        ("uuid", PropertyValue::from(Uuid::from_u128(7))),
        ("geo", PropertyValue::from(GeoCoordinates::new(52.5, 13.25))),
    ]);
    collection.data().insert_many([object.clone()]).await.unwrap().into_result().unwrap();
    let hits = collection.query().fetch_objects().properties(object.keys().collect::<Vec<_>>()).await.unwrap();
    assert_eq!(hits[0].properties, object);
}

/// Names that look as if the server kept them for itself, and that it does not: other clients refuse the first.
#[tokio::test]
async fn a_property_named_vector_or_like_metadata_is_an_ordinary_property() {
    const NAMES: [&str; 9] =
        ["vector", "vectors", "class", "tenant", "uuid", "properties", "metadata", "creationTimeUnix", "distance"];
    let bed = live_bed().await;
    let text = |name: &str| Property::new(name, DataType::Text).tokenization(Tokenization::Field);
    let config = NAMES.iter().fold(CollectionConfig::new("Everything"), |config, name| config.property(text(name)));
    let collection: Collection = bed.fresh(config.vector(VectorConfig::self_provided())).await;
    let object = NAMES.iter().map(|name| (*name, PropertyValue::from(format!("my {name}")))).collect::<PropertyMap>();
    let new = || NewObject::new(object.clone()).vector([0.5, 1.0]);
    let data = collection.data();
    let mut ids = vec![data.insert(new()).await.unwrap()];
    for protocol in PROTOCOLS {
        ids.extend(data.insert_many([new()]).protocol(protocol).await.unwrap().into_result().unwrap());
    }
    let replaced = data.insert(PropertyMap::new()).vector([0.0, 1.0]).await.unwrap();
    data.replace(replaced, new()).await.unwrap();
    let merged = data.insert(PropertyMap::new()).vector([0.5, 1.0]).await.unwrap();
    data.merge(merged, object.clone()).await.unwrap();
    for id in ids.into_iter().chain([replaced, merged]) {
        let read = data.get(id).include_vector(true).await.unwrap().unwrap();
        assert_eq!((&read.properties, read.vector()), (&object, Some(&Vector::from([0.5, 1.0]))));
    }
    let all = collection.query().fetch_objects().include_vector(true);
    for found in [all.clone().await.unwrap(), all.properties(NAMES).protocol(Protocol::GrpcWeb).await.unwrap()] {
        assert_eq!(found.len(), 6);
        assert!(found.iter().all(|hit| hit.properties == object && hit.vector().is_some()), "{found:?}");
    }
    for name in NAMES {
        let filter = Filter::property(name).equal(format!("my {name}"));
        assert_eq!(collection.query().fetch_objects().filter(filter).await.unwrap().len(), 6, "{name}");
    }
}

//! Tests of the schema and the handles of structs, without a server.

use serde::{Deserialize, Serialize};

use super::{IntoList, PropertyName, compare};
use crate::prelude::*;
use crate::values::properties::Typed;
use crate::values::types::DateTime;
use crate::{ErrorKind, Filter, Properties, Uuid};

#[derive(Serialize, Deserialize, Properties)]
#[serde(rename_all = "camelCase")]
struct Everything {
    title: String,
    boxed: Box<str>,
    letter: Option<char>,
    small: u8,
    large_number: u64,
    ratio: Option<f32>,
    draft: bool,
    published: DateTime,
    key: Uuid,
    place: Option<GeoCoordinates>,
    phone: Option<PhoneNumber>,
    picture: Blob,
    words: Vec<String>,
    counts: Option<Vec<i32>>,
    pair: [f64; 2],
    flags: std::collections::BTreeSet<bool>,
    dates: Vec<DateTime>,
    keys: Vec<Uuid>,
    r#type: String,
    address: Box<Address>,
    others: Vec<Address>,
}

#[derive(Serialize, Deserialize, Properties)]
struct Address {
    city: String,
    zip: Option<i64>,
    owner: Option<Person>,
}

#[derive(Serialize, Deserialize, Properties)]
struct Person {
    name: String,
}

fn address() -> Vec<Property> {
    vec![
        Property::new("city", DataType::Text),
        Property::new("zip", DataType::Int),
        Property::new("owner", DataType::object([Property::new("name", DataType::Text)])),
    ]
}

#[test]
fn rust_types_map_to_data_types() {
    let expected = [
        ("title", DataType::Text),
        ("boxed", DataType::Text),
        ("letter", DataType::Text),
        ("small", DataType::Int),
        ("largeNumber", DataType::Int),
        ("ratio", DataType::Number),
        ("draft", DataType::Boolean),
        ("published", DataType::Date),
        ("key", DataType::Uuid),
        ("place", DataType::GeoCoordinates),
        ("phone", DataType::PhoneNumber),
        ("picture", DataType::Blob),
        ("words", DataType::TextArray),
        ("counts", DataType::IntArray),
        ("pair", DataType::NumberArray),
        ("flags", DataType::BooleanArray),
        ("dates", DataType::DateArray),
        ("keys", DataType::UuidArray),
        ("type", DataType::Text),
        ("address", DataType::Object(address())),
        ("others", DataType::ObjectArray(address())),
    ];
    let expected = expected.map(|(name, data_type)| Property::new(name, data_type));
    assert_eq!(Everything::properties(), expected);
    let config = CollectionConfig::of::<Everything>("everything");
    assert_eq!((config.name(), &*config.properties), ("Everything", &expected[..]));
}

/// Enum that serde writes as text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Topic {
    Birds,
}

#[derive(Serialize, Deserialize, Properties)]
#[expect(dead_code, reason = "serde neither writes nor reads some of the fields")]
struct Attributes {
    #[weaviate(tokenization = "kagome_ja", index_searchable, index_filterable = false, description = "A line")]
    title: String,
    #[weaviate(index_range_filters = true)]
    #[weaviate(description = "In full")]
    year: Option<u16>,
    #[weaviate(data_type = "text", tokenization = "field")]
    topic: Topic,
    #[weaviate(data_type = "blobHash")]
    picture: Blob,
    #[serde(rename = "heading", default)]
    caption: String,
    #[serde(rename(serialize = "both", deserialize = "both"))]
    same: i64,
    #[weaviate(reference = "author", reference = "Editor", description = "Who")]
    written_by: Option<Vec<Reference>>,
    #[serde(skip)]
    nothing: Option<fn()>,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    written: Option<bool>,
    #[serde(flatten)]
    common: Common,
    #[serde(flatten)]
    others: PropertyMap,
}

#[derive(Serialize, Deserialize, Properties)]
struct Common {
    origin: String,
    address: Address,
}

#[test]
fn attributes_configure_the_properties() {
    let expected = [
        Property::new("title", DataType::Text)
            .tokenization(Tokenization::KagomeJa)
            .index_searchable(true)
            .index_filterable(false)
            .description("A line"),
        Property::new("year", DataType::Int).index_range_filters(true).description("In full"),
        Property::new("topic", DataType::Text).tokenization(Tokenization::Field),
        Property::new("picture", DataType::BlobHash),
        Property::new("heading", DataType::Text),
        Property::new("both", DataType::Int),
        Property::new("written_by", DataType::reference(["Author", "Editor"])).description("Who"),
        Property::new("written", DataType::Boolean),
        Property::new("origin", DataType::Text),
        Property::new("address", DataType::Object(address())),
    ];
    assert_eq!(Attributes::properties(), expected);
    let names = super::selected::<Attributes>();
    assert_eq!(names, ["title", "year", "topic", "picture", "heading", "both", "written", "origin", "address"]);
    assert!(PropertyMap::properties().is_empty());
}

/// Serde and the derive macro apply `rename` and the like separately and have to agree.
#[test]
fn serde_writes_the_names_of_the_schema() {
    let object = Attributes {
        title: String::new(),
        year: Some(1),
        topic: Topic::Birds,
        picture: Blob::from(&b"x"[..]),
        caption: String::new(),
        same: 1,
        written_by: None,
        nothing: None,
        written: Some(true),
        common: Common { origin: String::new(), address: Address { city: String::new(), zip: None, owner: None } },
        others: PropertyMap::new(),
    };
    let serde_json::Value::Object(written) = serde_json::to_value(object).unwrap() else { unreachable!() };
    let mut written: Vec<_> = written.keys().cloned().collect();
    let mut names = super::selected::<Attributes>();
    names.extend(Attributes::LAYOUT.references().map(|(name, _)| name.to_owned()));
    written.sort();
    names.sort();
    assert_eq!(written, names);
}

/// A handle makes the same filter as a plain name.
#[test]
fn handles_make_filters() {
    let fields = Everything::fields();
    let name = Filter::property;
    let date = DateTime::parse("2024-01-01T00:00:00Z").unwrap();
    let here = GeoCoordinates::new(1.0, 2.0);
    let pairs: Vec<(Typed<Everything, Filter>, Filter)> = vec![
        (fields.title.equal("a"), name("title").equal("a")),
        (fields.title.not_equal("a".to_owned()), name("title").not_equal("a")),
        (fields.title.like("a*"), name("title").like("a*")),
        (fields.title.length().greater_than(3), Filter::property_length("title").greater_than(3)),
        (fields.title.contains_all(["a", "b"]), name("title").contains_all(["a", "b"])),
        (fields.large_number.greater_than(5), name("largeNumber").greater_than(5)),
        (fields.small.contains_none([5_i64]), name("small").contains_none([5])),
        (fields.ratio.less_than(5), name("ratio").less_than(5.0)),
        (fields.ratio.less_or_equal(0.5_f32), name("ratio").less_or_equal(0.5)),
        (fields.draft.equal(true), name("draft").equal(true)),
        (fields.published.greater_or_equal(&date), name("published").greater_or_equal(&date)),
        (fields.key.contains_any([Uuid::nil()]), name("key").contains_any([Uuid::nil()])),
        (fields.place.within_geo_range(here, 5.0), name("place").within_geo_range(here, 5.0)),
        (fields.phone.is_null(false), name("phone").is_null(false)),
        (fields.counts.contains_any([1, 2]), name("counts").contains_any([1, 2])),
        (fields.words.like("a*"), name("words").like("a*")),
        (fields.words.length().equal(0), Filter::property_length("words").equal(0)),
        (fields.r#type.equal("a"), name("type").equal("a")),
        (fields.address.is_null(true), name("address").is_null(true)),
        (fields.address.city.equal("a"), name("address.city").equal("a")),
        (fields.address.owner.name.like("a"), name("address.owner.name").like("a")),
        (fields.others.zip.greater_than(1), name("others.zip").greater_than(1)),
    ];
    for (made, expected) in pairs {
        assert_eq!(made.into_inner(), expected);
    }
    let common = Attributes::fields().common;
    assert_eq!(common.origin.name(), "origin");
    assert_eq!(common.address.owner.name.name(), "address.owner.name");
    let written_by = Attributes::fields().written_by;
    let several = written_by.reference_count().greater_than(1);
    assert_eq!(several.into_inner(), Filter::reference_count("written_by").greater_than(1));
    let abroad = written_by.objects().property("country").equal("Sweden");
    assert_eq!(abroad, Filter::reference("written_by").property("country").equal("Sweden"));
}

#[test]
fn filters_of_a_struct_combine_like_others() {
    let (a, b) = (|| Everything::fields().title.equal("a"), || Everything::fields().small.equal(1));
    let (plain_a, plain_b) = (|| Filter::property("title").equal("a"), || Filter::property("small").equal(1));
    for (made, expected) in [
        (a() & b() & a(), plain_a() & plain_b() & plain_a()),
        (a() | !b(), plain_a() | !plain_b()),
        (a() & plain_b(), plain_a() & plain_b()),
        (plain_a() | b(), plain_a() | plain_b()),
        (Typed::any_of([a(), b()]), Filter::any_of([plain_a(), plain_b()])),
        (Typed::all_of([a(), b()]), Filter::all_of([plain_a(), plain_b()])),
    ] {
        assert_eq!(Filter::from(made), expected);
    }
}

fn names(list: impl IntoList<Everything, PropertyName>) -> Vec<String> {
    list.into_list().into_iter().map(|PropertyName(name)| name).collect()
}

#[test]
fn handles_make_orders_groups_and_lists() {
    let fields = Everything::fields();
    let order = fields.small.descending().then(fields.title.clone()).then(fields.published.descending());
    let plain = Sort::by("small").descending().then_by("title").then_by("published").descending();
    assert_eq!(order.into_inner(), plain);
    let ten: Typed<Everything, GroupBy> = fields.key.clone().into();
    assert_eq!(ten.into_inner(), GroupBy::new("key"));
    let few = fields.words.groups(3).objects_per_group(2);
    assert_eq!(few.into_inner(), GroupBy::new("words").groups(3).objects_per_group(2));

    let searched: Vec<SearchProperty> =
        IntoList::<Everything, _>::into_list((fields.title.weight(2.0), fields.words, "boxed^3"));
    let expected = [SearchProperty::new("title").weight(2.0), "words".into(), "boxed^3".into()];
    assert_eq!(searched, expected);
    assert_eq!(names((fields.title, fields.small, fields.address)), ["title", "small", "address"]);
    assert_eq!(names(["a", "b"]), ["a", "b"]);
    assert_eq!(names(&["a".to_owned()][..]), ["a"]);
    assert!(names(Vec::<String>::new()).is_empty());
}

#[test]
fn check_lists_every_difference() {
    let text = |name: &str| Property::new(name, DataType::Text);
    let expected = [
        text("same").tokenization(Tokenization::Field).description("x"),
        text("gone"),
        Property::new("year", DataType::Int).index_range_filters(true).index_filterable(true),
        text("slug").tokenization(Tokenization::Field).index_searchable(false).description("x"),
        Property::new("by", DataType::reference(["A", "B"])),
        Property::new("about", DataType::reference(["A"])),
        Property::new("address", DataType::object([text("city"), text("street")])),
        Property::new("many", DataType::object_array([text("city")])),
    ];
    let found = [
        text("extra"),
        text("same").tokenization(Tokenization::Field).description("x").index_filterable(false),
        Property::new("year", DataType::Number).index_range_filters(false).index_filterable(true),
        text("slug").tokenization(Tokenization::Word).index_searchable(true),
        Property::new("by", DataType::reference(["B", "A"])),
        Property::new("about", DataType::reference(["B"])),
        Property::new("address", DataType::object([Property::new("city", DataType::Int), text("zip")])),
        Property::new("many", DataType::object([text("city")])),
    ];
    let check = super::PropertiesCheck { collection: "Article".to_owned(), differences: compare(&expected, &found) };
    let lines = "collection Article:
  `gone`: text in the struct, missing in the collection
  `year`: data type int in the struct, number in the collection
  `year`: index_range_filters true in the struct, false in the collection
  `slug`: tokenization field in the struct, word in the collection
  `slug`: index_searchable false in the struct, true in the collection
  `slug`: description x in the struct, none in the collection
  `about`: data type reference to A in the struct, reference to B in the collection
  `address.city`: data type text in the struct, int in the collection
  `address.street`: text in the struct, missing in the collection
  `many`: data type object[] in the struct, object in the collection
  `address.zip`: text in the collection, not in the struct
  `extra`: text in the collection, not in the struct";
    assert_eq!(check.to_string(), lines);
    assert!(!check.is_ok());
    let error = check.into_result().unwrap_err();
    assert!(
        error.kind() == ErrorKind::SchemaDrift && error.to_string().contains("`gone`: text in the struct"),
        "{error}"
    );
    assert!(!error.to_string().contains("extra"), "{error}");

    let more = super::PropertiesCheck { collection: "A".to_owned(), differences: compare(&expected[..1], &found[..2]) };
    assert!(more.is_ok() && more.differences().len() == 1, "{more}");
    let none = super::PropertiesCheck { collection: "A".to_owned(), differences: compare(&expected, &expected) };
    assert_eq!(none.to_string(), "collection A matches the struct");
    none.into_result().unwrap();
}

use serde_json::{Value, json};

use super::*;
use crate::values::schema::Json as _;
use crate::values::schema::{CollectionConfig, DataType, Distance, Property, Tokenization, VectorConfig};

fn sent(config: &CollectionConfig) -> Value {
    config.write()
}

#[test]
fn unset_settings_are_not_sent() {
    assert_eq!(sent(&CollectionConfig::new("owl")), json!({ "class": "Owl" }));
}

#[test]
fn a_whole_configuration() {
    let city = Property::new("city", DataType::Text).tokenization(Tokenization::Field).index_searchable(false);
    let config = CollectionConfig::new("Owl")
        .description("Birds")
        .property(Property::new("weight", DataType::Number).description("grams").index_range_filters(true))
        .property(Property::new("address", DataType::object([city])).index_filterable(false))
        .property(Property::new("nests", DataType::object_array([Property::new("at", DataType::GeoCoordinates)])))
        .property(Property::new("new", DataType::Other("later[]".into())).tokenization(Tokenization::Other("x".into())))
        .vector(VectorConfig::self_provided())
        .vector(VectorConfig::self_provided().name("call").distance(Distance::L2Squared));
    let expected = json!({
        "class": "Owl",
        "description": "Birds",
        "properties": [
            { "name": "weight", "dataType": ["number"], "description": "grams", "indexRangeFilters": true },
            {
                "name": "address",
                "dataType": ["object"],
                "indexFilterable": false,
                "nestedProperties": [
                    { "name": "city", "dataType": ["text"], "tokenization": "field", "indexSearchable": false },
                ],
            },
            {
                "name": "nests",
                "dataType": ["object[]"],
                "nestedProperties": [{ "name": "at", "dataType": ["geoCoordinates"] }],
            },
            { "name": "new", "dataType": ["later[]"], "tokenization": "x" },
        ],
        "vectorConfig": {
            "default": { "vectorizer": { "none": {} } },
            "call": {
                "vectorizer": { "none": {} },
                "vectorIndexType": "hnsw",
                "vectorIndexConfig": { "distance": "l2-squared" },
            },
        },
    });
    assert_eq!(sent(&config), expected);
}

#[test]
fn two_vectors_of_one_name_are_refused() {
    let vector = VectorConfig::self_provided;
    let mut config = CollectionConfig::new("Owl").vector(vector()).vector(vector());
    assert_eq!(config.vectors.len(), 1, "the setter replaces a vector of the same name");
    config.vectors.push(vector());
    let error = check(&config).unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("vector"), crate::error::Outcome::NotSent));
}

#[test]
fn half_of_bm25_is_refused() {
    use crate::values::schema::{Bm25Config, InvertedIndexConfig};
    let config = |bm25| CollectionConfig::new("Owl").inverted_index(InvertedIndexConfig::new().bm25(bm25));
    assert_eq!(check(&config(Bm25Config::new().b(0.5))).unwrap_err().field(), Some("inverted_index.bm25"));
    assert!(check(&config(Bm25Config::new().b(0.5).k1(1.0))).is_ok());
    assert!(check(&config(Bm25Config::new())).is_ok());
}

#[test]
fn a_part_of_the_weights_is_refused() {
    use crate::values::schema::modules::{Multi2VecClip, WeightedField};
    let vector = |second: WeightedField| {
        let fields = [WeightedField::new("a").weight(0.5), second];
        VectorConfig::new(Multi2VecClip::new().image_fields(fields))
    };
    assert_eq!(check_vector(&vector("b".into())).unwrap_err().field(), Some("vector.weights"));
    assert!(check_vector(&vector(WeightedField::new("b").weight(0.5))).is_ok());
}

#[test]
fn modules_are_read_by_their_kind() {
    use crate::values::schema::modules::{CustomModule, GenerativeDummy, RerankerCohere};
    let config = CollectionConfig::new("Owl")
        .generative(GenerativeDummy::new())
        .reranker(RerankerCohere::new().model("rerank-v3.5"))
        .module(CustomModule::new("qna-openai", json!({ "model": "m" })).unwrap());
    let written = json!({
        "class": "Owl",
        "moduleConfig": { "generative-dummy": {}, "reranker-cohere": { "model": "rerank-v3.5" }, "qna-openai": { "model": "m" } },
    });
    assert_eq!(sent(&config), written);
    assert_eq!(CollectionConfig::read(&written), Some(config));
    assert!(CustomModule::new("qna-openai", "text").unwrap_err().is_validation());
}

/// Checks that reading and writing keeps the value.
fn kept(value: &Value) -> CollectionConfig {
    let config = CollectionConfig::read(value).unwrap();
    assert_eq!(&config.write(), value);
    config
}

#[test]
fn a_vector_at_the_level_of_the_collection_is_listed_and_stays_there() {
    let config = kept(&json!({
        "class": "Owl",
        "vectorizer": "text2vec-openai",
        "vectorIndexType": "hnsw",
        "vectorIndexConfig": { "distance": "dot", "ef": 64, "pq": { "enabled": false } },
        "moduleConfig": { "text2vec-openai": { "model": "m" }, "generative-openai": {} },
    }));
    let [vector] = config.vectors.as_slice() else { panic!("{config:?}") };
    assert_eq!((vector.name.as_str(), vector.is_unnamed()), ("default", true));
    assert_eq!(vector.distance, Some(Distance::Dot));
    assert!(
        matches!(&vector.vectorizer, crate::values::schema::modules::Vectorizer::Text2VecOpenAi(it) if it.model.as_deref() == Some("m"))
    );
    assert!(matches!(&vector.index, Some(crate::values::schema::VectorIndex::Hnsw(hnsw)) if hnsw.ef == Some(64)));
    assert_eq!(config.generative.len(), 1);

    for value in [
        json!({ "class": "Owl", "vectorizer": "none" }),
        json!({ "class": "Owl", "vectorizer": "text2vec-openai", "vectorIndexType": "flat" }),
        json!({ "class": "Owl", "vectorIndexType": "flat", "vectorIndexConfig": {} }),
        json!({ "class": "Owl", "vectorIndexConfig": { "distance": "dot" } }),
        json!({ "class": "Owl", "vectorizer": "", "vectorIndexType": null }),
        json!({ "class": "Owl", "vectorizer": 1, "moduleConfig": null }),
    ] {
        kept(&value);
    }
}

#[test]
fn old_names_are_read_and_kept() {
    let config = kept(&json!({
        "class": "Owl",
        "vectorConfig": { "a": { "vectorizer": { "text2vec-palm": { "projectId": "p" } }, "vectorIndexType": "hnsw" } },
        "moduleConfig": { "generative-palm": { "modelId": "m" } },
    }));
    assert!(
        matches!(&config.vectors[0].vectorizer, crate::values::schema::modules::Vectorizer::Text2VecGoogle(it) if it.project_id.as_deref() == Some("p"))
    );
    assert!(
        matches!(&config.generative[0], crate::values::schema::modules::Generative::GenerativeGoogle(it) if it.model.as_deref() == Some("m"))
    );
    assert_eq!(config.generative[0].module(), "generative-palm");
}

#[test]
fn data_types_are_distinguished() {
    let read = |property: &Value| {
        let property_read = Property::read(property).unwrap();
        assert_eq!(&property_read.write(), property);
        property_read.data_type
    };
    let of = |names: &Value| read(&json!({ "name": "p", "dataType": names }));
    assert_eq!(of(&json!(["text[]"])), DataType::TextArray);
    assert_eq!(of(&json!(["blobHash"])), DataType::BlobHash);
    assert_eq!(of(&json!(["Author"])), DataType::reference(["author"]));
    assert_eq!(of(&json!(["Author", "Book"])), DataType::reference(["Author", "Book"]));
    assert_eq!(of(&json!(["hologram"])), DataType::Other("hologram".into()));
    for odd in [json!([]), json!(["text", "Author"]), json!("text"), json!(null), json!([1])] {
        assert_eq!(of(&odd), DataType::Other(String::new()));
    }
    assert_eq!(read(&json!({ "name": "p" })), DataType::Other(String::new()));
    let nested = json!({ "name": "p", "dataType": ["object"], "nestedProperties": [{ "name": "q", "dataType": ["int"], "new": 1 }] });
    assert!(matches!(read(&nested), DataType::Object(nested) if nested[0].data_type == DataType::Int));
    for odd in [json!(null), json!([]), json!([1]), json!({})] {
        read(&json!({ "name": "p", "dataType": ["object[]"], "nestedProperties": odd, "moduleConfig": odd }));
    }
}

#[test]
fn unusual_vectors_are_kept() {
    for vector in [
        json!(null),
        json!({}),
        json!({ "vectorizer": null }),
        json!({ "vectorizer": { "none": null } }),
        json!({ "vectorizer": { "a": {}, "b": {} }, "vectorIndexType": "hnsw", "vectorIndexConfig": null }),
        json!({ "vectorizer": { "none": {} }, "vectorIndexType": "none" }),
        json!({ "vectorizer": { "none": {} }, "vectorIndexType": "kdtree", "vectorIndexConfig": [1] }),
        json!({ "vectorizer": { "none": {} }, "vectorIndexType": "kdtree", "vectorIndexConfig": { "distance": "taxicab" } }),
        json!({ "vectorizer": { "none": {} }, "vectorIndexType": "hnsw", "vectorIndexConfig": { "distance": 1, "ef": "x" } }),
        json!({ "vectorizer": { "none": {} }, "vectorIndexType": 3, "vectorIndexConfig": { "distance": "dot" } }),
    ] {
        kept(&json!({ "class": "Owl", "vectorConfig": { "a": vector, "b": { "vectorizer": { "none": {} } } } }));
    }
}

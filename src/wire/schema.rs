//! Configuration of a collection -> class of the contract, and the server's description of itself -> [`Meta`].

use std::collections::BTreeMap;

use serde_json::{Value, json};
use weaviate_generated::rest::types;

use crate::schema::{CollectionConfig, DataType, Property, Tokenization, VectorConfig, Vectorizer};
use crate::{Error, Meta, Result};

/// What was not set is not sent.
pub(crate) fn class(config: &CollectionConfig) -> Result<types::Class> {
    Ok(types::Class {
        class: Some(config.name.as_str().to_owned()),
        description: config.description.clone(),
        properties: list(config.properties.iter().map(property)),
        vector_config: vectors(&config.vectors)?,
        ..types::Class::default()
    })
}

fn vectors(configs: &[VectorConfig]) -> Result<Option<BTreeMap<String, types::VectorConfig>>> {
    let mut vectors = BTreeMap::new();
    for config in configs {
        if vectors.insert(config.name.clone(), vector(config)).is_some() {
            let message = format!("{:?} occurs twice: give each vector a name of its own", config.name);
            return Err(Error::validation("vector", message));
        }
    }
    Ok((!vectors.is_empty()).then_some(vectors))
}

fn vector(config: &VectorConfig) -> types::VectorConfig {
    let vectorizer = match config.vectorizer {
        Vectorizer::SelfProvided => "none",
    };
    types::VectorConfig {
        vectorizer: Some(json!({ vectorizer: {} })),
        // The server wants an index named before it reads the settings of one.
        vector_index_type: Some("hnsw".to_owned()),
        vector_index_config: config.distance.as_ref().map(|distance| json!({ "distance": distance.as_str() })),
        ..types::VectorConfig::default()
    }
}

fn property(property: &Property) -> types::Property {
    types::Property {
        name: Some(property.name.clone()),
        data_type: Some(vec![property.data_type.as_str().to_owned()]),
        description: property.description.clone(),
        tokenization: property.tokenization.as_ref().map(|value| Tokenization::as_str(value).into()),
        index_filterable: property.index_filterable,
        index_searchable: property.index_searchable,
        index_range_filters: property.index_range_filters,
        nested_properties: list(children(property)),
        ..types::Property::default()
    }
}

fn nested(property: &Property) -> types::NestedProperty {
    types::NestedProperty {
        name: Some(property.name.clone()),
        data_type: Some(vec![property.data_type.as_str().to_owned()]),
        description: property.description.clone(),
        tokenization: property.tokenization.as_ref().map(|value| Tokenization::as_str(value).into()),
        index_filterable: property.index_filterable,
        index_searchable: property.index_searchable,
        index_range_filters: property.index_range_filters,
        nested_properties: list(children(property)),
        ..types::NestedProperty::default()
    }
}

fn children(property: &Property) -> impl Iterator<Item = types::NestedProperty> {
    let children: &[Property] = match &property.data_type {
        DataType::Object(children) | DataType::ObjectArray(children) => children,
        _ => &[],
    };
    children.iter().map(nested)
}

fn list<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

impl From<types::Meta> for Meta {
    fn from(meta: types::Meta) -> Self {
        let version = meta.version.unwrap_or_default();
        let mut modules: Vec<String> = match meta.modules {
            Some(Value::Object(modules)) => modules.into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        };
        // Sorted or not is a feature of the map that any crate in a program can switch.
        modules.sort_unstable();
        Self {
            parsed: version.parse().ok(),
            version,
            hostname: meta.hostname.filter(|hostname| !hostname.is_empty()),
            modules,
            grpc_max_message_size: meta
                .grpc_max_message_size
                .and_then(|size| usize::try_from(size).ok())
                .filter(|size| *size > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Distance;

    fn sent(config: &CollectionConfig) -> Value {
        serde_json::to_value(class(config).unwrap()).unwrap()
    }

    #[test]
    fn what_was_not_set_is_not_sent() {
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
            .property(
                Property::new("new", DataType::Other("later[]".into())).tokenization(Tokenization::Other("x".into())),
            )
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
                "default": { "vectorizer": { "none": {} }, "vectorIndexType": "hnsw" },
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
        let error = class(&CollectionConfig::new("Owl").vector(vector()).vector(vector())).unwrap_err();
        assert_eq!((error.field(), error.outcome()), (Some("vector"), crate::Outcome::NotSent));
    }

    #[test]
    fn meta_takes_what_it_finds() {
        let read = |json: Value| Meta::from(serde_json::from_value::<types::Meta>(json).unwrap());
        let meta = read(json!({
            "version": "1.39.0-rc.1",
            "hostname": "http://[::]:8080",
            "modules": { "reranker-dummy": {}, "backup-filesystem": { "x": 1 } },
            "grpcMaxMessageSize": 104_858_000,
        }));
        assert_eq!((meta.version(), meta.server_version().map(crate::ServerVersion::minor)), ("1.39.0-rc.1", Some(39)));
        assert_eq!(meta.modules(), ["backup-filesystem", "reranker-dummy"]);
        assert_eq!(meta.grpc_max_message_size(), Some(104_858_000));

        let meta = read(json!({ "version": "nightly", "modules": null, "grpcMaxMessageSize": -1 }));
        assert_eq!((meta.version(), meta.server_version(), meta.grpc_max_message_size()), ("nightly", None, None));
        assert!(meta.modules().is_empty());
    }
}

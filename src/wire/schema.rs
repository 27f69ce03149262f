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
        let modules = match meta.modules {
            Some(Value::Object(modules)) => modules.into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        };
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

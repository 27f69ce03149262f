//! Stored objects and the ones to be stored.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::value::{Properties, Value, properties_to_json, single};
use crate::engine::named_vector::NamedVector;
use crate::engine::schema::{Expiry, ExpiryStart};

/// One stored object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    pub(crate) id: Uuid,
    /// Grows with every insert; the order of filtered results.
    pub(crate) doc_id: u64,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    pub(crate) properties: Properties,
    pub(crate) vector: Option<Vec<f32>>,
    pub(crate) vectors: BTreeMap<String, NamedVector>,
}

/// An object as a request brings it, properties not yet checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewObject {
    pub(crate) id: Uuid,
    pub(crate) tenant: String,
    pub(crate) properties: Map<String, Json>,
    /// The JSON in their place, where it was not an object.
    pub(crate) unreadable: Option<Json>,
    /// An empty vector counts as none.
    pub(crate) vector: Option<Vec<f32>>,
    pub(crate) vectors: BTreeMap<String, NamedVector>,
}

impl NamedVector {
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Single(vector) => vector_to_json(vector),
            Self::Multi(rows) => rows.iter().map(|row| vector_to_json(row)).collect(),
        }
    }
}

pub(crate) fn vector_to_json(vector: &[f32]) -> Json {
    vector.iter().copied().map(single).collect()
}

impl Object {
    /// The vector of a name; empty for the unnamed one. One without elements is none.
    pub(crate) fn vector_named(&self, name: &str) -> Option<NamedVector> {
        let vector = if name.is_empty() {
            self.vector.clone().map(NamedVector::Single)
        } else {
            self.vectors.get(name).cloned()
        };
        vector.filter(|vector| vector.dimensions().is_some())
    }

    /// Returns whether the object has expired; one without the date never does.
    pub(crate) fn is_expired(&self, expiry: &Expiry, now_ms: i64) -> bool {
        let start = match &expiry.start {
            ExpiryStart::Creation => Some(self.created_ms),
            ExpiryStart::Update => Some(self.updated_ms),
            ExpiryStart::Property(name) => match self.properties.get(name) {
                Some(Value::Date(date)) => i64::try_from(date.unix_nanos() / 1_000_000).ok(),
                _ => None,
            },
        };
        start.is_some_and(|start| expiry.is_over(start, now_ms))
    }

    /// The object as REST answers it.
    pub(crate) fn to_json(&self, class: &str, tenant: &str, include_vector: bool) -> Json {
        let mut json = json!({
            "class": class,
            "creationTimeUnix": self.created_ms,
            "id": self.id,
            "lastUpdateTimeUnix": self.updated_ms,
            "properties": properties_to_json(&self.properties),
        });
        if !tenant.is_empty() {
            json["tenant"] = json!(tenant);
        }
        if include_vector {
            if let Some(vector) = &self.vector {
                json["vector"] = vector_to_json(vector);
            }
            if !self.vectors.is_empty() {
                json["vectors"] = self.vectors.iter().map(|(name, vector)| (name.clone(), vector.to_json())).collect();
            }
        }
        json
    }
}

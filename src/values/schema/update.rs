//! Partial update of an existing collection.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::modules::{Generative, Reranker};
use super::mutability::{Mutability, mutability};
use super::settings::{Json, Map};
use super::{
    Action, InvertedIndexConfig, MultiTenancyConfig, ObjectTtlConfig, Plan, ReplicationConfig, VectorIndex, merge,
};
use crate::values::map_of::map_of;
use crate::{Error, Result};

/// Change of one setting in a [`CollectionUpdate`]: keep it, set it, or reset it to the default.
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::schema::Change;
///
/// let update = CollectionUpdate::new()
///     .description("Articles of the newspaper")
///     .property_description("title", Change::Clear);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Change<T> {
    /// Keeps the value.
    #[default]
    Keep,
    /// Sets a value. In a group of settings, those without a value stay.
    Set(T),
    /// Resets the value to the server's default.
    Clear,
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Change<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

/// Partial update of an existing collection, for [`Config::update`](crate::schema::Config::update).
///
/// Settings that are not mentioned stay. See
/// [Mutability](https://docs.weaviate.io/weaviate/config-refs/collections#mutability) for those
/// that can change.
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::schema::{Bm25Config, Change, Rq};
///
/// let update = CollectionUpdate::new()
///     .description("Articles of the newspaper")
///     .property_description("title", Change::Clear)
///     .inverted_index(InvertedIndexConfig::new().bm25(Bm25Config::new().b(0.6)))
///     .vector("default", Hnsw::new().ef(128).quantizer(Rq::new()));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionUpdate {
    /// Description of the collection.
    pub description: Change<String>,
    /// Descriptions of properties, by the name of the property.
    pub property_descriptions: BTreeMap<String, Change<String>>,
    /// Inverted index settings.
    pub inverted_index: Change<InvertedIndexConfig>,
    /// Replication settings.
    pub replication: Change<ReplicationConfig>,
    /// Multi-tenancy settings.
    pub multi_tenancy: Change<MultiTenancyConfig>,
    /// Object TTL settings.
    pub object_ttl: Change<ObjectTtlConfig>,
    /// Vector index settings, by the name of the vector.
    pub vectors: BTreeMap<String, VectorIndex>,
    /// Generative (RAG) module that replaces the present one.
    pub generative: Option<Generative>,
    /// Reranker module that replaces the present one.
    pub reranker: Option<Reranker>,
}

impl CollectionUpdate {
    /// Creates an update without changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the description of the collection.
    #[must_use]
    pub fn description(mut self, change: impl Into<Change<String>>) -> Self {
        self.description = change.into();
        self
    }

    /// Changes the description of a property.
    #[must_use]
    pub fn property_description(mut self, property: impl Into<String>, change: impl Into<Change<String>>) -> Self {
        self.property_descriptions.insert(property.into(), change.into());
        self
    }

    /// Changes the inverted index: BM25 parameters, stopwords and cleanup interval.
    ///
    /// Stopword presets (Weaviate 1.37) and user dictionaries are replaced as a whole.
    /// `index_timestamps`, `index_null_state` and `index_property_length` cannot change.
    #[must_use]
    pub fn inverted_index(mut self, change: impl Into<Change<InvertedIndexConfig>>) -> Self {
        self.inverted_index = change.into();
        self
    }

    /// Changes the replication settings: replication factor, async replication, deletion strategy.
    ///
    /// The server accepts a higher factor only if each shard already has that many replicas.
    #[must_use]
    pub fn replication(mut self, change: impl Into<Change<ReplicationConfig>>) -> Self {
        self.replication = change.into();
        self
    }

    /// Changes the automatic creation and activation of tenants. `enabled` cannot change.
    #[must_use]
    pub fn multi_tenancy(mut self, change: impl Into<Change<MultiTenancyConfig>>) -> Self {
        self.multi_tenancy = change.into();
        self
    }

    /// Changes the object TTL settings. [`Change::Clear`] disables the TTL. Needs Weaviate 1.35.
    #[doc(alias = "ttl")]
    #[must_use]
    pub fn object_ttl(mut self, change: impl Into<Change<ObjectTtlConfig>>) -> Self {
        self.object_ttl = change.into();
        self
    }

    /// Changes the index settings of the vector with this name. An unnamed vector is called
    /// `default`.
    ///
    /// The kind of the index cannot change. A quantizer replaces the active one, and
    /// [`Quantizer::Uncompressed`](crate::schema::Quantizer::Uncompressed) switches it off.
    #[must_use]
    pub fn vector(mut self, name: impl Into<String>, index: impl Into<VectorIndex>) -> Self {
        self.vectors.insert(name.into(), index.into());
        self
    }

    /// Replaces the generative (RAG) module. Needs Weaviate 1.27.15, 1.28.9, 1.29.1 or 1.30.
    #[must_use]
    pub fn generative(mut self, module: impl Into<Generative>) -> Self {
        self.generative = Some(module.into());
        self
    }

    /// Replaces the reranker module. Needs Weaviate 1.27.15, 1.28.9, 1.29.1 or 1.30.
    #[must_use]
    pub fn reranker(mut self, module: impl Into<Reranker>) -> Self {
        self.reranker = Some(module.into());
        self
    }

    /// Writes the values that are set, as the JSON of a partial collection.
    pub(crate) fn wanted(&self) -> Value {
        let mut wanted = Map::new();
        let mut put = |key: &str, value: Option<Value>| value.map(|value| wanted.insert(key.to_owned(), value));
        put("description", set(&self.description));
        put("invertedIndexConfig", set(&self.inverted_index));
        put("replicationConfig", set(&self.replication));
        put("multiTenancyConfig", set(&self.multi_tenancy));
        let off = (self.object_ttl == Change::Clear).then(|| json!({ "enabled": false }));
        put("objectTtlConfig", set(&self.object_ttl).or(off));
        let described = self.property_descriptions.iter();
        let described =
            described.filter_map(|(name, change)| Some(json!({ "name": name, "description": set(change)? })));
        let described: Vec<Value> = described.collect();
        put("properties", (!described.is_empty()).then_some(Value::Array(described)));
        let vectors: Map = map_of(self.vectors.iter().map(|(name, index)| (name.clone(), vector(index))));
        put("vectorConfig", (!vectors.is_empty()).then_some(Value::Object(vectors)));
        let generative = self.generative.iter().map(|module| (module.module().to_owned(), module.write()));
        let reranker = self.reranker.iter().map(|module| (module.module().to_owned(), module.write()));
        let modules: Map = map_of(generative.chain(reranker));
        put("moduleConfig", (!modules.is_empty()).then_some(Value::Object(modules)));
        Value::Object(wanted)
    }

    /// Plans the update. An error if it names a property or vector that is missing, or a fixed
    /// setting.
    pub(crate) fn plan(&self, name: &str, there: &Value) -> Result<Plan> {
        self.check(there)?;
        let mut wanted = self.wanted();
        move_unnamed_vector(&mut wanted, there);
        let mut after = merge::merged(there, &wanted);
        self.clear(&mut after);
        let plan = Plan::new(name, there.clone(), after);
        check_possible(&plan)?;
        Ok(plan)
    }

    /// Refuses unknown properties and vectors, which a merge would add.
    fn check(&self, there: &Value) -> Result<()> {
        let properties = there.get("properties").and_then(Value::as_array);
        let has =
            |name: &str| properties.into_iter().flatten().any(|property| property.get("name") == Some(&name.into()));
        if let Some(name) = self.property_descriptions.keys().find(|name| !has(name)) {
            let message = format!("the collection has no property {name:?}; add it with `add_property`");
            return Err(Error::validation(format!("properties.{name}"), message));
        }
        let vectors = there.get("vectorConfig").and_then(Value::as_object);
        let has = |name: &str| vectors.is_some_and(|vectors| vectors.contains_key(name)) || is_unnamed(name, there);
        match self.vectors.keys().find(|name| !has(name)) {
            Some(name) => {
                let message = format!("the collection has no vector {name:?}; add it with `add_vector`");
                Err(Error::validation(format!("vectorConfig.{name}"), message))
            }
            None => Ok(()),
        }
    }

    /// Removes cleared settings, so that the server applies its defaults.
    fn clear(&self, after: &mut Value) {
        let Some(after) = after.as_object_mut() else { return };
        if self.description == Change::Clear {
            after.remove("description");
        }
        for property in after.get_mut("properties").and_then(Value::as_array_mut).into_iter().flatten() {
            let name = property.get("name").and_then(Value::as_str).unwrap_or_default();
            if self.property_descriptions.get(name) == Some(&Change::Clear)
                && let Some(property) = property.as_object_mut()
            {
                property.remove("description");
            }
        }
        let groups = [
            ("invertedIndexConfig", self.inverted_index == Change::Clear),
            ("replicationConfig", self.replication == Change::Clear),
            ("multiTenancyConfig", self.multi_tenancy == Change::Clear),
        ];
        for (group, _) in groups.into_iter().filter(|(_, cleared)| *cleared) {
            if let Some(members) = after.get_mut(group).and_then(Value::as_object_mut) {
                members.retain(|name, _| {
                    mutability(&[group.to_owned(), name.clone()], &Value::Null) != Mutability::Mutable
                });
            }
        }
    }
}

/// Refuses a plan with an impossible step. The error names the first one.
pub(crate) fn check_possible(plan: &Plan) -> Result<()> {
    let refused = plan.steps().iter().find_map(|step| match step.action {
        Action::Impossible(why) => Some((&step.difference, why)),
        _ => None,
    });
    let Some((difference, why)) = refused else { return Ok(()) };
    let side = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
    let message = format!("cannot change from {} to {}: {why}", side(difference.before()), side(difference.after()));
    Err(Error::validation(difference.path(), message))
}

fn set<T: Json>(change: &Change<T>) -> Option<Value> {
    match change {
        Change::Set(value) => Some(value.write()),
        Change::Keep | Change::Clear => None,
    }
}

fn vector(index: &VectorIndex) -> Value {
    let settings = index.write().map(|settings| ("vectorIndexConfig".to_owned(), settings));
    let kind = ("vectorIndexType".to_owned(), index.kind().into());
    Value::Object(map_of(std::iter::once(kind).chain(settings)))
}

/// Whether the name means the unnamed vector, whose settings are members of the collection itself.
fn is_unnamed(name: &str, there: &Value) -> bool {
    let named = there.pointer("/vectorConfig/default").is_some();
    name == "default" && !named && there.get("vectorIndexType").is_some_and(Value::is_string)
}

/// Moves the settings of an unnamed vector from `vectorConfig.default` to the collection itself.
fn move_unnamed_vector(wanted: &mut Value, there: &Value) {
    let Some(wanted) = wanted.as_object_mut().filter(|_| is_unnamed("default", there)) else { return };
    let Some(vectors) = wanted.get_mut("vectorConfig").and_then(Value::as_object_mut) else { return };
    let unnamed = vectors.remove("default");
    if vectors.is_empty() {
        wanted.remove("vectorConfig");
    }
    if let Some(Value::Object(unnamed)) = unnamed {
        wanted.extend(unnamed);
    }
}

//! Changes to a collection that exists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::modules::{Generative, Reranker};
use super::mutability::{Fate, fate};
use super::settings::{Json, Map};
use super::{
    Action, InvertedIndexConfig, MultiTenancyConfig, ObjectTtlConfig, Plan, ReplicationConfig, VectorIndex, merge,
};
use crate::{Error, Result};

/// What is done about one thing: it stays, gets another value, or goes back to what it would be if it had never been set.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It becomes this. Of a group, what is not set stays as it is.
    Set(T),
    /// It goes back to what the server would have chosen.
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

/// Changes to a collection that exists: what is not named stays as it is. For
/// [`Config::update`](crate::schema::Config::update).
///
/// ```
/// use weaviate::schema::{Bm25Config, Change, CollectionUpdate, Hnsw, InvertedIndexConfig, Rq};
///
/// let update = CollectionUpdate::new()
///     .description("What was written")
///     .property_description("title", Change::Clear)
///     .inverted_index(InvertedIndexConfig::new().bm25(Bm25Config::new().b(0.6)))
///     .vector("default", Hnsw::new().ef(128).quantizer(Rq::new()));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionUpdate {
    /// The text for people.
    pub description: Change<String>,
    /// The texts for people, by property.
    pub property_descriptions: BTreeMap<String, Change<String>>,
    /// How words, numbers and dates are indexed.
    pub inverted_index: Change<InvertedIndexConfig>,
    /// How many copies there are.
    pub replication: Change<ReplicationConfig>,
    /// How tenants come and wake.
    pub multi_tenancy: Change<MultiTenancyConfig>,
    /// When objects are deleted by themselves.
    pub object_ttl: Change<ObjectTtlConfig>,
    /// How vectors are searched, by the name of the vector.
    pub vectors: BTreeMap<String, VectorIndex>,
    /// Who writes answers.
    pub generative: Option<Generative>,
    /// Who ranks results anew.
    pub reranker: Option<Reranker>,
}

impl CollectionUpdate {
    /// Nothing changes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another text for people.
    #[must_use]
    pub fn description(mut self, change: impl Into<Change<String>>) -> Self {
        self.description = change.into();
        self
    }

    /// Another text for people, of a property.
    #[must_use]
    pub fn property_description(mut self, property: impl Into<String>, change: impl Into<Change<String>>) -> Self {
        self.property_descriptions.insert(property.into(), change.into());
        self
    }

    /// How words, numbers and dates are indexed: the ranking, the stopwords and the interval. Stopword presets need
    /// Weaviate 1.37 and are replaced together.
    #[must_use]
    pub fn inverted_index(mut self, change: impl Into<Change<InvertedIndexConfig>>) -> Self {
        self.inverted_index = change.into();
        self
    }

    /// How many copies there are and how they are kept alike.
    #[must_use]
    pub fn replication(mut self, change: impl Into<Change<ReplicationConfig>>) -> Self {
        self.replication = change.into();
        self
    }

    /// Whether tenants are created and activated on their own.
    #[must_use]
    pub fn multi_tenancy(mut self, change: impl Into<Change<MultiTenancyConfig>>) -> Self {
        self.multi_tenancy = change.into();
        self
    }

    /// When objects are deleted by themselves; [`Change::Clear`] makes an end of it. Needs Weaviate 1.35.
    #[must_use]
    pub fn object_ttl(mut self, change: impl Into<Change<ObjectTtlConfig>>) -> Self {
        self.object_ttl = change.into();
        self
    }

    /// How the vectors of this name are searched; `default` is also the one without a name. The kind of the index stays:
    /// the settings are those of its kind. A quantizer takes the place of the one that is on, and
    /// [`Quantizer::Uncompressed`](crate::schema::Quantizer::Uncompressed) switches it off.
    #[must_use]
    pub fn vector(mut self, name: impl Into<String>, index: impl Into<VectorIndex>) -> Self {
        self.vectors.insert(name.into(), index.into());
        self
    }

    /// Who writes answers, in place of the one before. Needs Weaviate 1.27.15, 1.28.9, 1.29.1 or 1.30.
    #[must_use]
    pub fn generative(mut self, module: impl Into<Generative>) -> Self {
        self.generative = Some(module.into());
        self
    }

    /// Who ranks results anew, in place of the one before. Needs Weaviate 1.27.15, 1.28.9, 1.29.1 or 1.30.
    #[must_use]
    pub fn reranker(mut self, module: impl Into<Reranker>) -> Self {
        self.reranker = Some(module.into());
        self
    }

    /// What is set, as a part of a collection.
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
        let vectors: Map = self.vectors.iter().map(|(name, index)| (name.clone(), vector(index))).collect();
        put("vectorConfig", (!vectors.is_empty()).then_some(Value::Object(vectors)));
        let generative = self.generative.iter().map(|module| (module.module().to_owned(), module.write()));
        let reranker = self.reranker.iter().map(|module| (module.module().to_owned(), module.write()));
        let modules: Map = generative.chain(reranker).collect();
        put("moduleConfig", (!modules.is_empty()).then_some(Value::Object(modules)));
        Value::Object(wanted)
    }

    /// The collection as it is to be. An error if something is named that is not there or cannot be changed.
    pub(crate) fn plan(&self, name: &str, there: &Value) -> Result<Plan> {
        self.check(there)?;
        let mut wanted = self.wanted();
        unname(&mut wanted, there);
        let mut after = merge::over(there, &wanted);
        self.clear(&mut after);
        let plan = Plan::new(name, there.clone(), after);
        possible(&plan)?;
        Ok(plan)
    }

    /// Merging would add what is not there.
    fn check(&self, there: &Value) -> Result<()> {
        let properties = there.get("properties").and_then(Value::as_array);
        let has =
            |name: &str| properties.into_iter().flatten().any(|property| property.get("name") == Some(&name.into()));
        if let Some(name) = self.property_descriptions.keys().find(|name| !has(name)) {
            return Err(Error::validation(format!("properties.{name}"), "there is no such property to describe"));
        }
        let vectors = there.get("vectorConfig").and_then(Value::as_object);
        let has = |name: &str| vectors.is_some_and(|vectors| vectors.contains_key(name)) || is_unnamed(name, there);
        match self.vectors.keys().find(|name| !has(name)) {
            Some(name) => {
                let message = "there is no such vector to change: add it with `add_vector`";
                Err(Error::validation(format!("vectorConfig.{name}"), message))
            }
            None => Ok(()),
        }
    }

    /// Takes out what the server is to choose again.
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
                members.retain(|name, _| fate(&[group.to_owned(), name.clone()], &Value::Null) != Fate::Changed);
            }
        }
    }
}

/// An error that names the first thing that cannot be changed.
pub(crate) fn possible(plan: &Plan) -> Result<()> {
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
    Value::Object(std::iter::once(kind).chain(settings).collect())
}

/// Whether it is the vector without a name, which is described at the level of the collection.
fn is_unnamed(name: &str, there: &Value) -> bool {
    let named = there.pointer("/vectorConfig/default").is_some();
    name == "default" && !named && there.get("vectorIndexType").is_some_and(Value::is_string)
}

/// Moves what is said of the vector without a name to where it is described.
fn unname(wanted: &mut Value, there: &Value) {
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

//! Collections as a whole over REST: thin operations, and what of a configuration a server has to have.

use serde_json::{Value, json};
use weaviate_generated::availability::{Body, Kind, Requirement, Requirements, feature, find, operation};
use weaviate_generated::rest::types;

use super::{Call, Idempotency, Transport, gate, unless_missing};
use crate::error::Result;
use crate::wire::schema::with_index_kinds;
use crate::{Feature, ServerVersion};

impl Transport {
    /// Refuses what the server does not have before anything is sent, and creates.
    pub(crate) async fn create_collection(&self, name: &str, mut class: Value) -> Result<()> {
        let mut call = Call::new("create collection", Idempotency::Never).collection(name);
        let silent = is_silent(&class);
        if self.gated(&mut call, "Class", &class, silent).await?.is_some_and(|server| silent && wants_kinds(server)) {
            class = with_index_kinds(class);
        }
        self.create_class(name, &types::Class(class)).await?;
        Ok(())
    }

    /// `None` if there is none of this name.
    pub(crate) async fn collection_config(&self, call: &Call, name: &str) -> Result<Option<Value>> {
        let found = self.rest(call, |rest| async move { rest.schema_objects_get(name, None).await }).await;
        Ok(unless_missing(found)?.map(|types::Class(class)| class))
    }

    pub(crate) async fn collection_configs(&self) -> Result<Vec<Value>> {
        let call = Call::new("list collections", Idempotency::Read);
        let schema = self.rest(&call, |rest| async move { rest.schema_dump(None).await }).await?;
        Ok(schema.classes.into_iter().flatten().map(|types::Class(class)| class).collect())
    }

    /// Refuses what the server does not have of what is new in a configuration. Whether the server wants the kind of each
    /// index named.
    pub(crate) async fn check_config(&self, mut call: Call, part: &Value, features: &[Feature]) -> Result<bool> {
        let silent = is_silent(part);
        let server = self.gated(&mut call, "Class", part, silent).await?;
        for feature in features {
            self.require_feature(&mut call, *feature).await?;
        }
        Ok(silent && server.is_some_and(wants_kinds))
    }

    /// Writes the whole configuration.
    pub(crate) async fn update_class(&self, call: &Call, name: &str, class: &Value) -> Result<()> {
        let class = &types::Class(class.clone());
        self.rest(call, |rest| async move { rest.schema_objects_update(name, class).await }).await?;
        Ok(())
    }

    pub(crate) async fn add_property(&self, mut call: Call, name: &str, property: Value) -> Result<()> {
        self.gated(&mut call, "Property", &property, false).await?;
        let property = &types::Property(property);
        self.rest(&call, |rest| async move { rest.schema_objects_properties_add(name, property).await }).await?;
        Ok(())
    }

    pub(crate) async fn drop_property_index(
        &self,
        mut call: Call,
        name: &str,
        property: &str,
        index: &str,
    ) -> Result<()> {
        self.require_operation(&mut call, "schema_objects_properties_delete").await?;
        self.rest(
            &call,
            |rest| async move { rest.schema_objects_properties_delete(name, property, index.into()).await },
        )
        .await
    }

    pub(crate) async fn drop_vector_index(&self, mut call: Call, name: &str, vector: &str) -> Result<()> {
        self.require_operation(&mut call, "schema_objects_vectors_delete").await?;
        self.rest(&call, |rest| async move { rest.schema_objects_vectors_delete(name, vector).await }).await
    }

    pub(crate) async fn property_indexes(&self, mut call: Call, name: &str) -> Result<types::IndexStatusResponse> {
        self.require_operation(&mut call, "schema_objects_indexes_get").await?;
        self.rest(&call, |rest| async move { rest.schema_objects_indexes_get(name).await }).await
    }

    pub(crate) async fn upsert_property_index(
        &self,
        mut call: Call,
        name: &str,
        property: &str,
        index: &str,
        tenants: &[String],
        body: &types::IndexUpsertRequest,
    ) -> Result<types::IndexUpdateResponse> {
        self.require_operation(&mut call, "schema_objects_index_upsert").await?;
        let tenants = (!tenants.is_empty()).then_some(tenants);
        self.rest(&call, |rest| async move {
            rest.schema_objects_index_upsert(name, property, index.into(), tenants, body).await
        })
        .await
    }

    pub(crate) async fn rebuild_property_index(
        &self,
        mut call: Call,
        name: &str,
        property: &str,
        index: &str,
        tenants: &[String],
    ) -> Result<types::IndexUpdateResponse> {
        self.require_operation(&mut call, "schema_objects_index_rebuild").await?;
        let tenants = (!tenants.is_empty()).then_some(tenants);
        self.rest(&call, |rest| async move {
            rest.schema_objects_index_rebuild(name, property, index.into(), tenants).await
        })
        .await
    }

    pub(crate) async fn cancel_property_index(
        &self,
        mut call: Call,
        name: &str,
        property: &str,
        index: &str,
    ) -> Result<types::IndexUpdateResponse> {
        self.require_operation(&mut call, "schema_objects_index_cancel").await?;
        self.rest(&call, |rest| async move { rest.schema_objects_index_cancel(name, property, index.into()).await })
            .await
    }

    pub(crate) async fn shards(&self, call: &Call, name: &str, tenant: Option<&str>) -> Result<types::ShardStatusList> {
        self.rest(call, |rest| async move { rest.schema_objects_shards_get(name, tenant).await }).await
    }

    pub(crate) async fn update_shard(&self, call: &Call, name: &str, shard: &str, status: &str) -> Result<()> {
        let status = &types::ShardStatus { status: Some(status.to_owned()) };
        self.rest(call, |rest| async move { rest.schema_objects_shards_update(name, shard, status).await }).await?;
        Ok(())
    }

    /// Refuses an operation that the server does not have.
    async fn require_operation(&self, call: &mut Call, method: &str) -> Result<()> {
        let Some(requirement) = operation(method) else { return Ok(()) };
        let Some(server) = self.version_that_matters(call).await else { return Ok(()) };
        gate::check(server, &Asked(vec![requirement]))
            .map_err(|error| error.in_operation(call.operation, call.collection.as_deref()))
    }

    /// Holds a body against the server's version; the version, where it matters for the body or to the caller.
    async fn gated(
        &self,
        call: &mut Call,
        definition: &str,
        value: &Value,
        matters: bool,
    ) -> Result<Option<&ServerVersion>> {
        let asked = Asked::by(definition, value);
        if !matters && !gate::is_gated(&asked) {
            return Ok(None);
        }
        let Some(server) = self.version_that_matters(call).await else { return Ok(None) };
        gate::check(server, &asked).map_err(|error| error.in_operation(call.operation, call.collection.as_deref()))?;
        Ok(Some(server))
    }
}

/// What a request asks of a server.
struct Asked(Vec<&'static Requirement>);

impl Asked {
    /// What the contract knows of a body, and what it leaves open.
    fn by(definition: &str, value: &Value) -> Self {
        let mut asked = Vec::new();
        Body { definition, value }.requirements(&mut |requirement| asked.push(requirement));
        asked.extend(features(value).into_iter().filter_map(|asked| feature(asked.name())));
        asked.extend(modules(value));
        Self(asked)
    }
}

impl Requirements for Asked {
    fn requirements(&self, visit: &mut dyn FnMut(&'static Requirement)) {
        self.0.iter().for_each(|requirement| visit(requirement));
    }
}

/// The named vectors of a collection.
fn vectors(class: &Value) -> impl Iterator<Item = (&String, &Value)> {
    class.get("vectorConfig").and_then(Value::as_object).into_iter().flatten()
}

/// Whether a vector leaves the kind of its index to the server.
fn is_silent(class: &Value) -> bool {
    vectors(class).any(|(_, vector)| vector.get("vectorIndexType").is_none())
}

fn wants_kinds(server: &ServerVersion) -> bool {
    gate::check_feature(server, Feature::DefaultVectorIndexType).is_err()
}

/// What the contract leaves open and not every server has: types of data, kinds and settings of vector indexes.
fn features(body: &Value) -> Vec<Feature> {
    let mut features = Vec::new();
    let blob_hash = json!(["blobHash"]);
    let properties = body.get("properties").and_then(Value::as_array).into_iter().flatten();
    if properties.chain([body]).any(|property| property.get("dataType") == Some(&blob_hash)) {
        features.push(Feature::BlobHash);
    }
    let indexes = vectors(body).map(|(_, vector)| vector).chain([body]);
    for index in indexes {
        let kind = index.get("vectorIndexType").and_then(Value::as_str).unwrap_or_default();
        if kind == "hfresh" {
            features.push(Feature::HfreshIndex);
        }
        if let Some(settings) = index.get("vectorIndexConfig") {
            of_index(kind, settings, &mut features);
            // The parts of a dynamic index.
            for (kind, settings) in ["hnsw", "flat"].into_iter().filter_map(|kind| Some((kind, settings.get(kind)?))) {
                of_index(kind, settings, &mut features);
            }
        }
    }
    features
}

/// Modules that came with the messages of their queries. A server that does not know one keeps its settings and says
/// nothing.
fn modules(class: &Value) -> impl Iterator<Item = &'static Requirement> {
    const NEW: [&str; 4] = ["contextualai", "deepseek", "nvidia", "xai"];
    let modules = class.get("moduleConfig").and_then(Value::as_object).into_iter().flatten();
    let names = modules.filter_map(|(module, _)| module.strip_prefix("generative-"));
    let new = names.filter(|name| NEW.contains(name));
    new.filter_map(|name| find(Kind::Proto, &format!("GenerativeProvider.{name}")))
}

fn of_index(kind: &str, settings: &Value, features: &mut Vec<Feature>) {
    let on = |group: &str| settings.pointer(&format!("{group}/enabled")) == Some(&Value::Bool(true));
    let one_bit = settings.pointer("/rq/bits") == Some(&json!(1));
    let asks = [
        (on("/sq"), Feature::ScalarQuantization),
        (on("/rq"), Feature::RotationalQuantization),
        (on("/rq") && kind == "flat", Feature::RotationalQuantizationFlat),
        (on("/rq") && one_bit, Feature::RotationalQuantizationOneBit),
        (settings.get("skipDefaultQuantization") == Some(&Value::Bool(true)), Feature::SkipDefaultQuantization),
        (on("/multivector"), Feature::MultiVectors),
        (on("/multivector/muvera"), Feature::Muvera),
    ];
    features.extend(asks.into_iter().filter(|(asked, _)| *asked).map(|(_, feature)| feature));
}

//! Collections over REST, with the version checks of their configuration.

use serde_json::{Value, json};
use weaviate_generated::availability::{Body, Kind, Requirement, Requirements, feature, find, operation};
use weaviate_generated::rest::types;

use crate::call::{Call, Idempotency};
use crate::error::{Error, Result};
use crate::transport::{Transport, none_if_missing, version_check};
use crate::values::server::{Feature, ServerVersion};
use crate::wire::schema::with_index_kinds;

/// Creates a collection. Features the server lacks are refused before anything is sent.
pub(crate) async fn create(transport: &Transport, mut call: Call, mut class: Value) -> Result<()> {
    let index_type_omitted = omits_index_type(&class);
    if check_body(transport, &mut call, "Class", &class, index_type_omitted)
        .await?
        .is_some_and(|server| index_type_omitted && needs_index_types(server))
    {
        class = with_index_kinds(class);
    }
    let class = &types::Class(class);
    transport.rest(&call, |rest| rest.schema_objects_create(class)).await?;
    Ok(())
}

/// Reads a collection; `None` if it does not exist.
pub(crate) async fn get(transport: &Transport, call: &Call, name: &str) -> Result<Option<Value>> {
    let found = transport.rest(call, |rest| rest.schema_objects_get(name, None)).await;
    Ok(none_if_missing(found)?.map(|types::Class(class)| class))
}

pub(crate) async fn list(transport: &Transport) -> Result<Vec<Value>> {
    let call = Call::new("list collections", Idempotency::Read);
    let schema = transport.rest(&call, |rest| rest.schema_dump(None)).await?;
    Ok(schema.classes.into_iter().flatten().map(|types::Class(class)| class).collect())
}

/// Refuses new parts of a configuration that the server lacks. Returns whether the server needs the
/// index type of each vector.
pub(crate) async fn check_config(
    transport: &Transport,
    mut call: Call,
    part: &Value,
    features: &[Feature],
) -> Result<bool> {
    let index_type_omitted = omits_index_type(part);
    let server = check_body(transport, &mut call, "Class", part, index_type_omitted).await?;
    for feature in features {
        transport.require_feature(&mut call, *feature).await?;
    }
    Ok(index_type_omitted && server.is_some_and(needs_index_types))
}

/// Replaces the configuration.
pub(crate) async fn update(transport: &Transport, call: &Call, name: &str, class: &Value) -> Result<()> {
    let class = &types::Class(class.clone());
    transport.rest(call, |rest| rest.schema_objects_update(name, class)).await?;
    Ok(())
}

pub(crate) async fn add_property(transport: &Transport, mut call: Call, name: &str, property: Value) -> Result<()> {
    check_body(transport, &mut call, "Property", &property, false).await?;
    let property = &types::Property(property);
    transport.rest(&call, |rest| rest.schema_objects_properties_add(name, property)).await?;
    Ok(())
}

pub(crate) async fn drop_property_index(
    transport: &Transport,
    mut call: Call,
    name: &str,
    property: &str,
    index: &str,
) -> Result<()> {
    require_operation(transport, &mut call, "schema_objects_properties_delete").await?;
    transport.rest(&call, |rest| rest.schema_objects_properties_delete(name, property, index.into())).await
}

pub(crate) async fn drop_vector_index(transport: &Transport, mut call: Call, name: &str, vector: &str) -> Result<()> {
    refuse_empty(&call, "vector", vector)?;
    require_operation(transport, &mut call, "schema_objects_vectors_delete").await?;
    transport.rest(&call, |rest| rest.schema_objects_vectors_delete(name, vector)).await
}

pub(crate) async fn property_indexes(
    transport: &Transport,
    mut call: Call,
    name: &str,
) -> Result<types::IndexStatusResponse> {
    require_operation(transport, &mut call, "schema_objects_indexes_get").await?;
    transport.rest(&call, |rest| rest.schema_objects_indexes_get(name)).await
}

pub(crate) async fn upsert_property_index(
    transport: &Transport,
    mut call: Call,
    name: &str,
    property: &str,
    index: &str,
    tenants: &[String],
    body: &types::IndexUpsertRequest,
) -> Result<types::IndexUpdateResponse> {
    tenants.iter().try_for_each(|tenant| refuse_empty(&call, "tenants", tenant))?;
    require_operation(transport, &mut call, "schema_objects_index_upsert").await?;
    let tenants = (!tenants.is_empty()).then_some(tenants);
    transport.rest(&call, |rest| rest.schema_objects_index_upsert(name, property, index.into(), tenants, body)).await
}

pub(crate) async fn rebuild_property_index(
    transport: &Transport,
    mut call: Call,
    name: &str,
    property: &str,
    index: &str,
    tenants: &[String],
) -> Result<types::IndexUpdateResponse> {
    tenants.iter().try_for_each(|tenant| refuse_empty(&call, "tenants", tenant))?;
    require_operation(transport, &mut call, "schema_objects_index_rebuild").await?;
    let tenants = (!tenants.is_empty()).then_some(tenants);
    transport.rest(&call, |rest| rest.schema_objects_index_rebuild(name, property, index.into(), tenants)).await
}

pub(crate) async fn cancel_property_index(
    transport: &Transport,
    mut call: Call,
    name: &str,
    property: &str,
    index: &str,
) -> Result<types::IndexUpdateResponse> {
    require_operation(transport, &mut call, "schema_objects_index_cancel").await?;
    transport.rest(&call, |rest| rest.schema_objects_index_cancel(name, property, index.into())).await
}

pub(crate) async fn shards(
    transport: &Transport,
    call: &Call,
    name: &str,
    tenant: Option<&str>,
) -> Result<types::ShardStatusList> {
    transport.rest(call, |rest| rest.schema_objects_shards_get(name, tenant)).await
}

pub(crate) async fn update_shard(
    transport: &Transport,
    call: &Call,
    name: &str,
    shard: &str,
    status: &str,
) -> Result<()> {
    refuse_empty(call, "shards", shard)?;
    let status = &types::ShardStatus { status: Some(status.to_owned()) };
    transport.rest(call, |rest| rest.schema_objects_shards_update(name, shard, status)).await?;
    Ok(())
}

/// Deletes a collection. Succeeds also if it does not exist.
pub(crate) async fn delete(transport: &Transport, call: &Call, name: &str) -> Result<()> {
    transport.rest(call, |rest| rest.schema_objects_delete(name)).await
}

/// Refuses an empty name, which would make another path of the URL.
fn refuse_empty(call: &Call, field: &'static str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(call.failed(Error::validation(field, "a name must not be empty")));
    }
    Ok(())
}

/// Refuses an operation the server lacks.
async fn require_operation(transport: &Transport, call: &mut Call, method: &str) -> Result<()> {
    if let Some(requirement) = operation(method) {
        transport.require(call, &BodyRequirements(vec![requirement])).await?;
    }
    Ok(())
}

/// Refuses a body that the server would misread. Returns the version, if the body or the caller
/// depends on it.
async fn check_body<'t>(
    transport: &'t Transport,
    call: &mut Call,
    definition: &str,
    value: &Value,
    version_needed: bool,
) -> Result<Option<&'t ServerVersion>> {
    let requirements = BodyRequirements::of(definition, value);
    if !version_needed && !version_check::depends_on_version(&requirements) {
        return Ok(None);
    }
    transport.require(call, &requirements).await
}

/// Version requirements of a request body.
struct BodyRequirements(Vec<&'static Requirement>);

impl BodyRequirements {
    /// Collects the requirements in the contract, and those the contract leaves open.
    fn of(definition: &str, value: &Value) -> Self {
        let mut all = Vec::new();
        Body { definition, value }.requirements(&mut |requirement| all.push(requirement));
        all.extend(features(value).into_iter().filter_map(|needed| feature(needed.name())));
        all.extend(modules(value));
        Self(all)
    }
}

impl Requirements for BodyRequirements {
    fn requirements(&self, visit: &mut dyn FnMut(&'static Requirement)) {
        self.0.iter().for_each(|requirement| visit(requirement));
    }
}

/// Lists the named vectors of a collection.
fn vectors(class: &Value) -> impl Iterator<Item = (&String, &Value)> {
    class.get("vectorConfig").and_then(Value::as_object).into_iter().flatten()
}

/// Returns whether some vector leaves its index type to the server.
fn omits_index_type(class: &Value) -> bool {
    vectors(class).any(|(_, vector)| vector.get("vectorIndexType").is_none())
}

fn needs_index_types(server: &ServerVersion) -> bool {
    version_check::feature(server, Feature::DefaultVectorIndexType).is_err()
}

/// Lists features the contract leaves open and some servers lack: data types, vector index types
/// and settings.
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
            index_features(kind, settings, &mut features);
            // The two indexes of a dynamic index.
            for (kind, settings) in ["hnsw", "flat"].into_iter().filter_map(|kind| Some((kind, settings.get(kind)?))) {
                index_features(kind, settings, &mut features);
            }
        }
    }
    features
}

/// Lists generative modules that appeared with their gRPC messages. A server without the module
/// stores the settings without an error.
fn modules(class: &Value) -> impl Iterator<Item = &'static Requirement> {
    const VERSIONED: [&str; 4] = ["contextualai", "deepseek", "nvidia", "xai"];
    let modules = class.get("moduleConfig").and_then(Value::as_object).into_iter().flatten();
    let names = modules.filter_map(|(module, _)| module.strip_prefix("generative-"));
    let new = names.filter(|name| VERSIONED.contains(name));
    new.filter_map(|name| find(Kind::Proto, &format!("GenerativeProvider.{name}")))
}

fn index_features(kind: &str, settings: &Value, features: &mut Vec<Feature>) {
    let on = |group: &str| settings.pointer(&format!("{group}/enabled")) == Some(&Value::Bool(true));
    let one_bit = settings.pointer("/rq/bits") == Some(&json!(1));
    let needs = [
        (on("/sq"), Feature::ScalarQuantization),
        (on("/rq"), Feature::RotationalQuantization),
        (on("/rq") && kind == "flat", Feature::RotationalQuantizationFlat),
        (on("/rq") && one_bit, Feature::RotationalQuantizationOneBit),
        (settings.get("skipDefaultQuantization") == Some(&Value::Bool(true)), Feature::SkipDefaultQuantization),
        (on("/multivector"), Feature::MultiVectors),
        (on("/multivector/muvera"), Feature::Muvera),
    ];
    features.extend(needs.into_iter().filter(|(needed, _)| *needed).map(|(_, feature)| feature));
}

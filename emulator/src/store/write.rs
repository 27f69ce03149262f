//! Writing objects: insert, replace, merge, delete.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::schema::ClassView;

use super::parse::{lower_first, parse_properties};
use super::{
    Collection, Emulated, Lookup, NamedVector, NewObject, Object, Origin, Properties, Refusal, Shard, State,
    TenantStatus, Value, auto_schema, now_ms,
};

/// What to do about an object that is there already, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PutMode {
    /// Refuse an id that is taken (`POST /v1/objects`).
    Insert,
    /// Take its place (batches).
    Upsert,
    /// Refuse an id that is not there, keep the creation time (`PUT /v1/objects/..`).
    Replace,
}

impl Emulated {
    /// Stores one object, extending the schema where that is allowed, and returns it as stored.
    pub(crate) fn put_object(
        &self,
        lookup: &mut Lookup,
        collection: &str,
        object: NewObject,
        origin: Origin,
        mode: PutMode,
    ) -> Result<Object, Refusal> {
        if mode == PutMode::Replace {
            self.wake(collection, &object.tenant);
        }
        let mut state = self.write();
        if mode == PutMode::Replace && !has(&state, collection, &object)? {
            return Err(Refusal::NotFound(object.id));
        }
        let name = auto_schema::extend(&mut state, &self.config, lookup, collection, &object.properties)?;
        auto_tenant(&mut state, &name, &object.tenant)?;
        let known = locate(&state, &name, &object.tenant)?.objects.get(&object.id).map(|known| known.created_ms);
        if mode == PutMode::Insert && known.is_some() {
            return Err(Refusal::Exists(object.id));
        }
        let class = class(&state, &name)?;
        let properties = parse_properties(&state, class, &object.properties, origin).map_err(Refusal::Invalid)?;
        check_vectors(class, object.vector.as_deref(), &object.vectors)?;
        let now = now_ms();
        let stored = Object {
            id: object.id,
            doc_id: 0,
            created_ms: known.filter(|_| mode == PutMode::Replace).unwrap_or(now),
            updated_ms: now,
            properties,
            vector: object.vector.filter(|vector| !vector.is_empty()),
            vectors: object.vectors,
        };
        store(&mut state, &name, &object.tenant, stored)
    }

    /// Changes the named properties of a stored object (null removes one) and the vectors that are given.
    pub(crate) fn merge_object(&self, collection: &str, changes: NewObject, origin: Origin) -> Result<(), Refusal> {
        let mut state = self.write();
        let Some(name) = state.collection(collection).map(|found| found.schema.name.clone()) else {
            return Err(Refusal::NotFound(changes.id));
        };
        let old = locate(&state, &name, &changes.tenant)?.objects.get(&changes.id).cloned();
        let mut object = old.ok_or(Refusal::NotFound(changes.id))?;
        auto_schema::extend(&mut state, &self.config, &mut Lookup::default(), &name, &changes.properties)?;
        let class = class(&state, &name)?;
        let properties = parse_properties(&state, class, &changes.properties, origin).map_err(Refusal::Invalid)?;
        check_vectors(class, changes.vector.as_deref(), &changes.vectors)?;
        for (removed, _) in changes.properties.iter().filter(|(_, value)| value.is_null()) {
            object.properties.remove(&lower_first(removed));
        }
        merge_properties(&mut object.properties, properties);
        if let Some(vector) = changes.vector.filter(|vector| !vector.is_empty()) {
            object.vector = Some(vector);
        }
        object.vectors.extend(changes.vectors);
        object.updated_ms = now_ms();
        store(&mut state, &name, &changes.tenant, object).map(drop)
    }

    /// Checks an object as an insert would, without storing anything.
    pub(crate) fn validate_object(&self, collection: &str, object: &NewObject, origin: Origin) -> Result<(), Refusal> {
        let state = self.read();
        let class = class(&state, &super::capitalised(collection))?;
        parse_properties(&state, class, &object.properties, origin).map_err(Refusal::Invalid)?;
        check_vectors(class, object.vector.as_deref(), &object.vectors)
    }

    /// Deletes one object. `false` if it was not there.
    pub(crate) fn delete_object(&self, collection: &str, id: Uuid, tenant: &str) -> Result<bool, Refusal> {
        let mut state = self.write();
        let collection =
            state.collection_mut(collection).ok_or_else(|| Refusal::UnknownCollection(collection.to_owned()))?;
        let shard = collection.shard_mut(tenant).map_err(Refusal::Tenant)?;
        Ok(shard.objects.remove(&id).is_some())
    }
}

fn class<'a>(state: &'a State, name: &str) -> Result<&'a ClassView, Refusal> {
    let found = state.collections.get(name).ok_or_else(|| Refusal::UnknownCollection(name.to_owned()))?;
    Ok(&found.schema)
}

fn has(state: &State, collection: &str, object: &NewObject) -> Result<bool, Refusal> {
    match state.collection(collection) {
        Some(found) => Ok(found.shard(&object.tenant).map_err(Refusal::Tenant)?.objects.contains_key(&object.id)),
        None => Ok(false),
    }
}

fn locate<'a>(state: &'a State, name: &str, tenant: &str) -> Result<&'a Shard, Refusal> {
    let collection = state.collections.get(name).ok_or_else(|| Refusal::UnknownCollection(name.to_owned()))?;
    match collection.shard(tenant) {
        // A write may wake the tenant up.
        Err(_) if collection.schema.multi_tenancy.auto_activation && collection.shards.contains_key(tenant) => {
            collection.shards.get(tenant).ok_or_else(|| Refusal::Tenant(String::new()))
        }
        shard => shard.map_err(Refusal::Tenant),
    }
}

/// Makes the tenant of a write where the collection asks for it.
fn auto_tenant(state: &mut State, name: &str, tenant: &str) -> Result<(), Refusal> {
    let Some(collection) = state.collections.get_mut(name) else { return Ok(()) };
    let settings = collection.schema.multi_tenancy;
    if settings.enabled && settings.auto_creation && !tenant.is_empty() && !collection.shards.contains_key(tenant) {
        crate::schema::check_tenant_name(0, tenant).map_err(|text| {
            Refusal::AutoTenant(format!("auto-tenant: add tenants to collection \"{name}\": {text}"))
        })?;
        collection.add_tenant(tenant, TenantStatus::Hot);
    }
    Ok(())
}

fn check_vectors(
    class: &ClassView,
    vector: Option<&[f32]>,
    vectors: &BTreeMap<String, NamedVector>,
) -> Result<(), Refusal> {
    if class.vector.is_none() && vector.is_some_and(|vector| !vector.is_empty()) {
        return Err(Refusal::Invalid(format!(
            "collection {} configuration does not have single vector index",
            class.name
        )));
    }
    match vectors.keys().find(|name| !class.named_vectors.contains_key(*name)) {
        Some(name) => {
            Err(Refusal::Invalid(format!("collection {} does not have configuration for vector {name}", class.name)))
        }
        None => Ok(()),
    }
}

fn merge_properties(properties: &mut Properties, changes: Properties) {
    for (name, value) in changes {
        match (properties.get_mut(&name), value) {
            // References are added to, everything else is replaced.
            (Some(Value::References(known)), Value::References(more)) => known.extend(more),
            (_, value) => {
                properties.insert(name, value);
            }
        }
    }
}

/// Puts the object into its shard, after the checks that a vector index makes.
fn store(state: &mut State, name: &str, tenant: &str, mut object: Object) -> Result<Object, Refusal> {
    let collection = state.collections.get_mut(name).ok_or_else(|| Refusal::UnknownCollection(name.to_owned()))?;
    let Collection { schema, shards, .. } = collection;
    let auto_activation = schema.multi_tenancy.auto_activation;
    let shard = shards.get_mut(tenant).ok_or_else(|| Refusal::Tenant(format!("tenant not found: \"{tenant}\"")))?;
    if auto_activation {
        shard.status = TenantStatus::Hot;
    }
    if shard.read_only {
        return Err(Refusal::ReadOnly);
    }
    let mut lengths: Vec<(&str, usize)> = object.vector.iter().map(|vector| ("", vector.len())).collect();
    let mut misfit = None;
    for (target, vector) in &object.vectors {
        let multi = matches!(vector, NamedVector::Multi(_));
        match (schema.named_vectors.get(target), vector.dimensions()) {
            (Some(index), _) if index.multi != multi => misfit = misfit.or_else(|| Some((target.clone(), multi))),
            (Some(_), Some(length)) => lengths.push((target, length)),
            _ => {}
        }
    }
    for (target, length) in &lengths {
        if let Some(known) = shard.dimensions.get(*target).filter(|known| *known != length) {
            let text = format!(
                "new node has a vector with length {length}. Existing nodes have vectors with length {known}: vector dimensions do not match the index dimensions"
            );
            return Err(Refusal::Dimensions { target: (*target).to_owned(), id: object.id, text });
        }
    }
    for (target, length) in lengths {
        shard.dimensions.insert(target.to_owned(), length);
    }
    object.doc_id = match shard.objects.get(&object.id) {
        // The index entry stays where the vectors and points do.
        Some(old)
            if old.vector == object.vector && old.vectors == object.vectors && points(old).eq(points(&object)) =>
        {
            old.doc_id
        }
        _ => {
            let next = shard.next_doc_id;
            shard.next_doc_id += 1;
            next
        }
    };
    shard.objects.insert(object.id, object.clone());
    match misfit {
        Some((target, multi)) => Err(Refusal::VectorKind { target, doc_id: object.doc_id, multi }),
        None => Ok(object),
    }
}

fn points(object: &Object) -> impl Iterator<Item = (&String, &Value)> {
    object.properties.iter().filter(|(_, value)| matches!(value, Value::Geo(_)))
}

/// The properties of a request's JSON, where null means none.
pub(crate) fn properties_of(value: Option<Json>) -> Map<String, Json> {
    match value {
        Some(Json::Object(properties)) => properties,
        _ => Map::new(),
    }
}

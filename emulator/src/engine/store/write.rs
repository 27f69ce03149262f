//! Writing objects: insert, replace, merge, delete.

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::engine::go::{self, Origin};
use crate::engine::letter_case::{capitalised, lower_first};
use crate::engine::providers::{Asked, ProviderKeys};
use crate::engine::schema::{ClassView, Limit, VectorInput};

use super::fault::{ObjectFault, ReadOnly};
use super::parse::parse_properties;
use super::vectorize::{Unstored, vectorize};
use super::{
    Lookup, NewObject, Object, Properties, Refusal, Sender, Shard, State, Store, TenantStatus, Value, auto_schema,
};

/// Mode of a write: its rule for an object that is there already, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PutMode {
    /// Refuse an id that is taken (`POST /v1/objects`).
    Insert,
    /// Refuse an id that is not there, keep the creation time (`PUT /v1/objects/..`).
    Replace,
}

impl Store {
    /// Stores one object, extending the schema where that is allowed, and returns it as stored.
    pub(crate) fn put_object<'s>(
        &self,
        lookup: &mut Lookup,
        collection: &str,
        object: &NewObject,
        sender: impl Into<Sender<'s>>,
        mode: PutMode,
    ) -> Result<Object, Refusal> {
        let sender = sender.into();
        if mode == PutMode::Replace {
            self.wake(collection, &object.tenant);
        }
        self.answered(|asked| self.try_put(lookup, collection, object.clone(), (sender, asked), mode))
    }

    fn try_put(
        &self,
        lookup: &mut Lookup,
        collection: &str,
        mut object: NewObject,
        (sender, asked): (Sender<'_>, &Asked),
        mode: PutMode,
    ) -> Result<Object, Refusal> {
        let mut state = self.write();
        let known = known(&state, collection, &object, mode)?;
        let name = auto_schema::extend(&mut state, &self.config, lookup, collection, &object.properties)?;
        if !object.tenant.is_empty() {
            auto_tenants(&mut state, &name, [object.tenant.as_str()], self.config.limits.tenants)?;
        }
        located(&mut state, &name, &object.tenant)?;
        let now = lookup.time(&mut state);
        let mut stored = checked(&state, &name, &mut object, sender.origin, now)?;
        if let Some(created_ms) = known {
            stored.created_ms = created_ms;
        }
        self.vectorize(&state, &name, (sender.keys, asked), (&object, &mut stored))?;
        sender.faults.check()?;
        if !located(&mut state, &name, &object.tenant)?.1.read_only {
            Limit::Objects.check(state.all_objects() + 1, self.config.limits.objects)?;
        }
        self.store(&mut state, &name, &object.tenant, &mut stored)?;
        Ok(stored)
    }

    /// Changes the named properties of a stored object (null removes one) and the vectors that are given.
    pub(crate) fn merge_object<'s>(
        &self,
        collection: &str,
        changes: &NewObject,
        sender: impl Into<Sender<'s>>,
    ) -> Result<(), Refusal> {
        let sender = sender.into();
        self.answered(|asked| self.try_merge(collection, changes.clone(), (sender, asked)))
    }

    fn try_merge(
        &self,
        collection: &str,
        mut changes: NewObject,
        (sender, asked): (Sender<'_>, &Asked),
    ) -> Result<(), Refusal> {
        let mut state = self.write();
        let Some(name) = state.collection(collection).map(|found| found.schema.name.clone()) else {
            return Err(Refusal::NotFound(changes.id));
        };
        let before = located(&mut state, &name, &changes.tenant)?.1.objects.get(&changes.id).cloned();
        let before = before.ok_or(Refusal::NotFound(changes.id))?;
        auto_schema::extend(&mut state, &self.config, &mut Lookup::default(), &name, &changes.properties)?;
        let now = state.next_ms();
        let mut object = checked(&state, &name, &mut changes, sender.origin, now)?;
        object.created_ms = before.created_ms;
        let fresh = std::mem::replace(&mut object.properties, before.properties.clone());
        let (references, values): (Properties, Properties) =
            fresh.into_iter().partition(|(_, value)| matches!(value, Value::References(_)));
        object.properties.extend(values);
        // The server makes vectors before it adds references, and before it takes anything away.
        self.vectorize(&state, &name, (sender.keys, asked), (&changes, &mut object))?;
        add_references(&mut object.properties, references);
        for (removed, _) in changes.properties.iter().filter(|(_, value)| value.is_null()) {
            object.properties.remove(&lower_first(removed));
        }
        object.vector = object.vector.or(before.vector);
        for (target, vector) in before.vectors {
            object.vectors.entry(target).or_insert(vector);
        }
        sender.faults.check()?;
        self.store(&mut state, &name, &changes.tenant, &mut object)
    }

    /// Makes the vectors of an object that it does not bring, unless it replaces one that has them.
    fn vectorize(
        &self,
        state: &State,
        name: &str,
        (keys, asked): (&ProviderKeys, &Asked),
        (given, object): (&NewObject, &mut Object),
    ) -> Result<(), Refusal> {
        let collection = state.collections.get(name).ok_or_else(|| Refusal::UnknownCollection(name.to_owned()))?;
        let tenant = given.tenant.as_str();
        let before = collection.shards.get(tenant).and_then(|shard| shard.objects.get(&object.id));
        let mut entry = [Unstored { object, before, sent: &given.properties, tenant, fault: None }];
        vectorize(self.providers(keys, asked), state, &collection.schema, &mut entry);
        let [Unstored { fault, .. }] = entry;
        fault.map_or(Ok(()), |fault| Err(Refusal::Unvectorized(Box::new(fault))))
    }

    /// Makes the vector of an object again whose references have changed, if it is made of them.
    pub(crate) fn follow_references(
        &self,
        state: &mut State,
        keys: &ProviderKeys,
        (collection, tenant): (&str, &str),
        id: Uuid,
    ) -> Result<(), Refusal> {
        let name = capitalised(collection);
        let (class, shard) = located(state, &name, tenant)?;
        let unnamed = class.vectorizers.get("").map(|vectorizer| &vectorizer.input);
        if !matches!(unnamed, Some(VectorInput::References(_))) {
            return Ok(());
        }
        let mut object = shard.objects.get(&id).cloned().ok_or(Refusal::NotFound(id))?;
        let given = NewObject { id, tenant: tenant.to_owned(), ..NewObject::default() };
        // Its texts are as before, so that no function is asked.
        self.vectorize(state, &name, (keys, &Asked::default()), (&given, &mut object))?;
        self.store(state, &name, tenant, &mut object)
    }

    /// Checks an object as an insert would, without storing anything.
    pub(crate) fn validate_object(
        &self,
        collection: &str,
        object: &mut NewObject,
        origin: Origin,
    ) -> Result<(), Refusal> {
        checked(&self.read(), &capitalised(collection), object, origin, 0).map(drop)
    }

    /// Deletes one object. `false` if it was not there.
    pub(crate) fn delete_object(&self, collection: &str, id: Uuid, tenant: &str) -> Result<bool, Refusal> {
        let mut state = self.write();
        let collection =
            state.collection_mut(collection).ok_or_else(|| Refusal::UnknownCollection(collection.to_owned()))?;
        let shard = collection.shard_mut(tenant).map_err(Refusal::Tenant)?;
        if shard.read_only {
            return Err(Refusal::ReadOnly(ReadOnly::Manually));
        }
        Ok(shard.objects.remove(&id).is_some())
    }

    fn store(&self, state: &mut State, name: &str, tenant: &str, object: &mut Object) -> Result<(), Refusal> {
        let (class, shard) = located(state, name, tenant)?;
        if shard.read_only {
            return Err(Refusal::ReadOnly(ReadOnly::Manually));
        }
        shard.keep(object)?;
        shard.queue_vectors(object, &self.config);
        match shard.index(class, object) {
            // Indexed later, it is told to the server's log alone.
            Err(_) if self.config.async_indexing => Ok(()),
            indexed => indexed,
        }
    }
}

/// Returns the creation time of the object that is to be replaced. An insert finds none.
fn known(state: &State, collection: &str, object: &NewObject, mode: PutMode) -> Result<Option<i64>, Refusal> {
    let collection = state.collection(collection);
    match mode {
        PutMode::Insert => {
            let shard = collection.and_then(|collection| collection.shards.get(&object.tenant));
            let taken = shard.is_some_and(|shard| shard.objects.contains_key(&object.id));
            if taken { Err(Refusal::Exists(object.id)) } else { Ok(None) }
        }
        PutMode::Replace => {
            let shard = collection.map(|collection| collection.shard(&object.tenant).map_err(Refusal::Tenant));
            let known = shard.transpose()?.and_then(|shard| shard.objects.get(&object.id));
            known.map(|known| Some(known.created_ms)).ok_or(Refusal::NotFound(object.id))
        }
    }
}

fn class<'a>(state: &'a State, name: &str) -> Result<&'a ClassView, Refusal> {
    let found = state.collections.get(name).ok_or_else(|| Refusal::UnknownCollection(name.to_owned()))?;
    Ok(&found.schema)
}

/// The shard of a write, which may wake its tenant up.
pub(super) fn located<'a>(
    state: &'a mut State,
    name: &str,
    tenant: &str,
) -> Result<(&'a ClassView, &'a mut Shard), Refusal> {
    let unknown = || Refusal::UnknownCollection(name.to_owned());
    let collection = state.collections.get_mut(name).ok_or_else(unknown)?;
    collection.shard_mut(tenant).map_err(Refusal::Tenant)?;
    let shard = collection.shards.get_mut(tenant).ok_or_else(unknown)?;
    Ok((&collection.schema, shard))
}

/// The object as it is to be stored, its vectors in their places. They are taken out of `object` if it fits.
pub(super) fn checked(
    state: &State,
    name: &str,
    object: &mut NewObject,
    origin: Origin,
    now: i64,
) -> Result<Object, Refusal> {
    let class = class(state, name)?;
    object.place_vectors(class).map_err(|fault| Refusal::Invalid(fault.into()))?;
    if let Some(given) = &object.unreadable {
        return Err(Refusal::Invalid(ObjectFault::Unreadable(go::display(given))));
    }
    let properties =
        parse_properties(state, class, &object.properties, origin).map_err(|fault| Refusal::Invalid(fault.into()))?;
    Ok(Object {
        id: object.id,
        doc_id: 0,
        created_ms: now,
        updated_ms: now,
        properties,
        vector: object.vector.take().filter(|vector| !vector.is_empty()),
        vectors: std::mem::take(&mut object.vectors),
    })
}

/// Makes the tenants of a write where the collection asks for it.
pub(super) fn auto_tenants<'t>(
    state: &mut State,
    name: &str,
    tenants: impl IntoIterator<Item = &'t str>,
    most: Option<usize>,
) -> Result<(), Refusal> {
    let Some(collection) = state.collections.get_mut(name) else { return Ok(()) };
    let settings = collection.schema.multi_tenancy;
    if !(settings.enabled && settings.auto_creation) {
        return Ok(());
    }
    let tenants: Vec<&str> = tenants.into_iter().collect();
    for (index, tenant) in tenants.iter().enumerate() {
        crate::engine::schema::check_tenant_name(index, tenant)
            .map_err(|fault| Refusal::AutoTenant { collection: name.to_owned(), fault })?;
    }
    collection.check_room(tenants.iter().copied(), most)?;
    for tenant in tenants {
        collection.add_tenant(tenant, TenantStatus::Hot);
    }
    Ok(())
}

fn add_references(properties: &mut Properties, references: Properties) {
    for (name, value) in references {
        match (properties.get_mut(&name), value) {
            (Some(Value::References(known)), Value::References(more)) => known.extend(more),
            // None added to none leaves the property unset.
            (None, Value::References(none)) if none.is_empty() => {}
            (_, value) => {
                properties.insert(name, value);
            }
        }
    }
}

/// The properties of a request's JSON, where null means none.
pub(crate) fn properties_of(value: Option<Json>) -> Map<String, Json> {
    match value {
        Some(Json::Object(properties)) => properties,
        _ => Map::new(),
    }
}

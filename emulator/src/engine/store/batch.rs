//! Many objects in one request: all are checked before any is stored, so that none of them can refer to another one.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::fault::{ObjectFault, ReadOnly};
use super::refusal::Fault;
use super::vectorize::{Unstored, vectorize};
use super::write::{auto_tenants, checked, located};
use super::write_faults::{Reported, WriteFaults};
use super::{Lookup, NewObject, Object, Refusal, Sender, State, Store, auto_schema};
use crate::engine::go::Origin;
use crate::engine::letter_case::capitalised;
use crate::engine::providers::{Asked, Providers};
use crate::engine::schema::{Limit, LimitReached};

/// One object of a batch, and what became of it.
#[derive(Debug)]
pub(crate) struct BatchEntry {
    pub(crate) collection: String,
    pub(crate) object: NewObject,
    /// Came without an id; it was given one.
    pub(crate) without_id: bool,
    /// As it was to be stored, if it fits its collection.
    pub(crate) made: Option<Object>,
    pub(crate) refusal: Option<Refusal>,
}

impl BatchEntry {
    pub(crate) fn new(collection: &str, object: NewObject) -> Self {
        Self { collection: capitalised(collection), object, without_id: false, made: None, refusal: None }
    }
}

impl Store {
    /// Returns when so many objects of a batch, which are stored, are in the vector indexes as well.
    pub(crate) fn index_batch(&self, objects: usize) -> Instant {
        let now = Instant::now();
        if self.config.async_indexing { now } else { self.imports.add(objects, self.config.indexing_rate, now) }
    }

    /// Stores what it can, each object in the place of one with its id. The error is that of the whole call.
    pub(crate) fn put_batch<'s>(
        &self,
        lookup: &mut Lookup,
        entries: &mut [BatchEntry],
        sender: impl Into<Sender<'s>>,
    ) -> Result<(), Refusal> {
        let sender = sender.into();
        sender.faults.refuse_objects(entries);
        let mut state = self.write();
        for entry in entries.iter_mut().filter(|entry| entry.refusal.is_none()) {
            if let Err(refusal) = check(self, &mut state, lookup, entry, sender.origin) {
                entry.refusal = Some(refusal);
            }
        }
        let asked = Asked::default();
        while !vectorize_all(self.providers(sender.keys, &asked), &state, entries) {
            drop(state);
            asked.answer(&self.config.models);
            state = self.write();
        }
        // Refused objects have tenants, too.
        let mut tenants: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in entries.iter() {
            tenants.entry(&entry.collection).or_default().insert(&entry.object.tenant);
        }
        for (collection, tenants) in tenants {
            auto_tenants(&mut state, collection, tenants.iter().copied(), self.config.limits.tenants)?;
            for tenant in tenants {
                // It wakes them up where the collection asks for it; what else is wrong is told when they are written to.
                let _ = located(&mut state, collection, tenant);
            }
        }
        let mut shards: BTreeMap<(String, String), Vec<&mut BatchEntry>> = BTreeMap::new();
        for entry in entries.iter_mut().filter(|entry| entry.refusal.is_none()) {
            shards.entry((entry.collection.clone(), entry.object.tenant.clone())).or_default().push(entry);
        }
        for ((collection, tenant), entries) in shards {
            store((self, sender.faults), &mut state, (&collection, &tenant), entries);
        }
        unanimous(entries).map_or(Ok(()), |reached| Err(Refusal::Limit(reached)))
    }
}

/// The limit that all objects would exceed. It is the fault of the whole call then.
fn unanimous(entries: &[BatchEntry]) -> Option<LimitReached> {
    let limit = |entry: &BatchEntry| entry.refusal.as_ref().and_then(Refusal::limit);
    let first = limit(entries.first()?)?;
    entries.iter().all(|entry| limit(entry) == Some(first)).then_some(first)
}

fn check(
    store: &Store,
    state: &mut State,
    lookup: &mut Lookup,
    entry: &mut BatchEntry,
    origin: Origin,
) -> Result<(), Refusal> {
    if entry.collection.is_empty() {
        return Err(Refusal::Invalid(ObjectFault::NoCollectionInBatch));
    }
    let extended = auto_schema::extend(state, &store.config, lookup, &entry.collection, &entry.object.properties);
    match extended {
        // The server makes an id, and forgets what was wrong before.
        Err(Refusal::NotCreated { name, .. }) if entry.without_id => return Err(Refusal::UnknownCollection(name)),
        Err(Refusal::AutoSchema(_)) if entry.without_id => {}
        other => drop(other?),
    }
    let now = lookup.time(state);
    entry.made = Some(checked(state, &entry.collection, &mut entry.object, origin, now)?);
    Ok(())
}

/// Makes the vectors of the objects that fit their collections, of each collection at once. `false` if functions have to
/// be called first.
fn vectorize_all(providers: Providers<'_>, state: &State, entries: &mut [BatchEntry]) -> bool {
    let mut collections: BTreeMap<&str, Vec<(Unstored<'_>, &mut Option<Refusal>)>> = BTreeMap::new();
    for BatchEntry { collection, object: given, made, refusal, .. } in entries {
        let (Some(object), None) = (made, &refusal) else { continue };
        let tenant = given.tenant.as_str();
        let shard = state.collections.get(collection.as_str()).and_then(|found| found.shards.get(tenant));
        let before = shard.and_then(|shard| shard.objects.get(&object.id));
        let unstored = Unstored { object, before, sent: &given.properties, tenant, fault: None };
        collections.entry(collection).or_default().push((unstored, refusal));
    }
    let mut faults = Vec::new();
    for (name, entries) in collections {
        let Some(collection) = state.collections.get(name) else { continue };
        let (mut objects, refusals): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        vectorize(providers, state, &collection.schema, &mut objects);
        faults.extend(
            objects.into_iter().zip(refusals).filter_map(|(unstored, refusal)| Some((unstored.fault?, refusal))),
        );
    }
    if providers.asked.is_open() {
        return false;
    }
    for (fault, refusal) in faults {
        *refusal = Some(Refusal::Unvectorized(Box::new(fault)));
    }
    true
}

/// Stores the objects of one shard, then indexes their vectors.
fn store(
    (store, faults): (&Store, &WriteFaults),
    state: &mut State,
    (collection, tenant): (&str, &str),
    mut entries: Vec<&mut BatchEntry>,
) {
    let others = store.config.limits.objects.map(|_| state.all_objects());
    let (class, shard) = match located(state, collection, tenant) {
        Ok(found) => found,
        Err(refusal) => {
            for entry in entries {
                entry.refusal = Some(refusal.clone());
            }
            return;
        }
    };
    // The server tells it of the first one alone.
    let set = shard.read_only.then_some((ReadOnly::Manually, Reported::First));
    let wanted = faults.read_only.map(|reported| (ReadOnly::ForDiskUsage, reported));
    if let Some((reason, reported)) = set.or(wanted) {
        let told = if reported == Reported::First { 1 } else { usize::MAX };
        for entry in entries.into_iter().take(told) {
            entry.refusal = Some(Refusal::ReadOnly(reason));
        }
        return;
    }
    let room = Limit::Objects.check(others.unwrap_or_default() + entries.len(), store.config.limits.objects);
    if let Err(reached) = room {
        for entry in entries {
            entry.refusal = Some(Refusal::Limit(reached));
        }
        return;
    }
    // Of several with one id the last is stored.
    let mut seen = BTreeSet::new();
    let later: Vec<bool> = entries.iter().rev().map(|entry| !seen.insert(entry.object.id)).collect();
    let mut replaced = later.into_iter().rev();
    entries.retain(|_| replaced.next() == Some(false));
    for entry in &mut entries {
        if let Some(object) = &mut entry.made
            && let Err(refusal) = shard.keep(object)
        {
            entry.refusal = Some(refusal);
        }
    }
    // Two workers wait for objects; the one that gets the second is the first to run. It shows where the first vectors
    // of an index have several lengths.
    if !store.config.async_indexing
        && let Some(pair) = entries.get_mut(..2)
    {
        pair.reverse();
    }
    let mut unqueued = None;
    for entry in &mut entries {
        let Some(object) = entry.made.as_ref().filter(|_| entry.refusal.is_none()) else { continue };
        shard.queue_vectors(object, &store.config);
        match shard.index(class, object) {
            Err(refusal) if !store.config.async_indexing => entry.refusal = Some(refusal),
            // Whatever else an index has against a vector shows only later, in the server's log.
            Err(Refusal::Unindexed { fault: Fault::Length { length, known }, .. }) => {
                unqueued = unqueued.or(Some(Refusal::Unqueued { length, known }));
            }
            Ok(()) | Err(_) => {}
        }
    }
    // It is not told of the object that has the vector, but of the first one.
    if let (Some(refusal), Some(first)) = (unqueued, entries.first_mut()) {
        first.refusal = Some(refusal);
    }
}

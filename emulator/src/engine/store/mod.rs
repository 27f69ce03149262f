//! State of the emulator: collections, their shards, their objects. REST and gRPC read and write it through [`Store`].

mod auto_schema;
mod batch;
mod date;
pub(crate) mod fault;
mod import_queue;
mod index_tasks;
mod indexing;
mod link;
mod object;
mod parse;
mod phone;
mod placing;
mod race;
mod refusal;
mod tenants;
mod value;
mod vector_input;
mod vector_queue;
mod vectorize;
mod write;
mod write_faults;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use serde_json::Value as Json;
use uuid::Uuid;

use crate::config::Config;
use crate::engine::go::Origin;
use crate::engine::letter_case::capitalised;
use crate::engine::providers::{Asked, NO_KEYS, ProviderKeys, Providers};
use crate::engine::schema::ClassView;

pub(crate) use batch::BatchEntry;
pub(crate) use date::{Date, now_ms, rfc3339_ms};
use fault::{NoSuchCollection, TenantFault};
use import_queue::ImportQueue;
use index_tasks::IndexTask;
pub(crate) use index_tasks::NewTask;
pub(crate) use link::Link;
pub(crate) use object::{NewObject, Object};
pub(crate) use parse::{ParsedBeacon, parse_uuid};
use race::FirstInserts;
pub(crate) use race::Lookup;
pub(crate) use refusal::Refusal;
pub(crate) use tenants::Tenant;
pub(crate) use value::{Beacon, Properties, Value, double};
pub(crate) use vector_queue::Indexing;
use vector_queue::VectorQueue;
pub(crate) use write::{PutMode, properties_of};
use write_faults::NO_FAULTS;
pub(crate) use write_faults::{Reported, WriteFaults};

/// Bound on the shards that are shown for one collection.
const MOST_SHARDS: u64 = 1024;

/// The way a write came, with the keys for model providers that came along and the faults that a test wants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'k> {
    pub(crate) origin: Origin,
    pub(crate) keys: &'k ProviderKeys,
    pub(crate) faults: &'k WriteFaults,
}

impl From<Origin> for Sender<'static> {
    fn from(origin: Origin) -> Self {
        Self { origin, keys: &NO_KEYS, faults: &NO_FAULTS }
    }
}

/// The data of one emulated server and its settings, shared by all protocols.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) config: Config,
    state: RwLock<State>,
    pub(crate) imports: ImportQueue,
}

/// All data.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) collections: BTreeMap<String, Collection>,
    /// The work on inverted indexes so far, the latest last.
    index_tasks: Vec<IndexTask>,
    task_version: u64,
    /// Set where filters reach into objects.
    pub(crate) nested_filtering: bool,
    /// Time of the last write of an object.
    last_write_ms: i64,
    /// By the collection they miss.
    first_inserts: BTreeMap<String, FirstInserts>,
}

#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) schema: ClassView,
    /// By tenant; one shard under the empty name where there are no tenants.
    pub(crate) shards: BTreeMap<String, Shard>,
    /// Names of the shards beyond the first of a collection that wants several; they stay empty.
    pub(crate) further_shards: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Shard {
    /// The name the server shows: the tenant's, or twelve random characters.
    pub(crate) name: String,
    pub(crate) status: TenantStatus,
    /// By id, which is the order of an unsorted list.
    pub(crate) objects: BTreeMap<Uuid, Object>,
    /// Vector lengths by vector name ("" for the unnamed one), fixed by the first vector stored.
    pub(crate) dimensions: BTreeMap<String, usize>,
    pub(crate) next_doc_id: u64,
    pub(crate) read_only: bool,
    /// Vectors that are indexed later.
    pub(crate) queue: VectorQueue,
}

/// Activity of a tenant, in the names the server stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TenantStatus {
    Hot,
    Cold,
}

impl TenantStatus {
    /// Reads both the old and the new names.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "HOT" | "ACTIVE" => Some(Self::Hot),
            "COLD" | "INACTIVE" => Some(Self::Cold),
            _ => None,
        }
    }

    /// The old name, which is what replies carry.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hot => "HOT",
            Self::Cold => "COLD",
        }
    }
}

impl Store {
    pub(crate) fn new(config: Config) -> Self {
        let state = State { nested_filtering: config.nested_filtering, ..State::default() };
        Self { config, state: RwLock::new(state), imports: ImportQueue::new() }
    }

    /// Answers to the calls to model providers of a request with these keys.
    pub(crate) fn providers<'a>(&'a self, keys: &'a ProviderKeys, asked: &'a Asked) -> Providers<'a> {
        Providers { models: &self.config.models, keys, asked }
    }

    /// Repeats an attempt until no function of the user's has to be called for it. The attempt
    /// must not return a lock, as the functions are called without one.
    pub(crate) fn answered<R>(&self, mut attempt: impl FnMut(&Asked) -> R) -> R {
        let asked = Asked::default();
        loop {
            let outcome = attempt(&asked);
            if !asked.answer(&self.config.models) {
                return outcome;
            }
        }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The time of a write: a millisecond that no write before it had, so that times tell objects apart.
    pub(crate) fn next_ms(&mut self) -> i64 {
        /// Bound on how far many writes at once may run ahead of the clock.
        const AHEAD: i64 = 1000;
        let now = now_ms();
        self.last_write_ms = now.max((self.last_write_ms + 1).min(now + AHEAD));
        self.last_write_ms
    }

    /// Finds a collection; the first letter may be given in lower case.
    pub(crate) fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.get(&capitalised(name))
    }

    /// The same, with a fault that names the collection as the request does.
    pub(crate) fn known_collection(&self, name: &str) -> Result<&Collection, NoSuchCollection> {
        self.collection(name).ok_or_else(|| NoSuchCollection(name.to_owned()))
    }

    pub(crate) fn collection_mut(&mut self, name: &str) -> Option<&mut Collection> {
        self.collections.get_mut(&capitalised(name))
    }

    /// Number of objects of a collection, or of one of its tenants.
    pub(crate) fn object_count(&self, collection: &str, tenant: Option<&str>) -> usize {
        self.shards(collection, tenant).map(|shard| shard.objects.len()).sum()
    }

    /// Ids of the objects of a collection, or of one of its tenants, in ascending order.
    pub(crate) fn object_ids(&self, collection: &str, tenant: Option<&str>) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> =
            self.shards(collection, tenant).flat_map(|shard| shard.objects.keys().copied()).collect();
        ids.sort_unstable();
        ids
    }

    /// Number of objects of all collections.
    fn all_objects(&self) -> usize {
        self.collections
            .values()
            .flat_map(|collection| collection.shards.values())
            .map(|shard| shard.objects.len())
            .sum()
    }

    fn shards<'a>(&'a self, collection: &str, tenant: Option<&'a str>) -> impl Iterator<Item = &'a Shard> {
        let shards = self.collection(collection).into_iter().flat_map(|collection| &collection.shards);
        shards.filter(move |(name, _)| tenant.is_none_or(|tenant| tenant == name.as_str())).map(|(_, shard)| shard)
    }

    /// The collection without tenants that holds the id.
    pub(crate) fn owner(&self, id: Uuid) -> Option<String> {
        let holds =
            |collection: &&Collection| collection.shards.get("").is_some_and(|shard| shard.objects.contains_key(&id));
        self.collections.values().find(holds).map(|collection| collection.schema.name.clone())
    }

    /// Returns whether the object is stored in any shard of the collection, or anywhere if none is named.
    pub(crate) fn exists(&self, collection: Option<&str>, id: Uuid) -> bool {
        self.collections
            .values()
            .filter(|candidate| collection.is_none_or(|name| candidate.schema.name == name))
            .flat_map(|candidate| candidate.shards.values())
            .any(|shard| shard.objects.contains_key(&id))
    }
}

impl Collection {
    pub(crate) fn new(class: Json) -> Self {
        let schema = ClassView::parse(class);
        let mut shards = BTreeMap::new();
        let mut further_shards = Vec::new();
        if !schema.multi_tenancy.enabled {
            shards.insert(String::new(), Shard::new(random_shard_name()));
            let further = schema.shards.saturating_sub(1).min(MOST_SHARDS);
            further_shards.extend((0..further).map(|_| random_shard_name()));
        }
        Self { schema, shards, further_shards }
    }

    /// Takes a changed definition over; objects stay.
    pub(crate) fn redefine(&mut self, class: Json) {
        self.schema = ClassView::parse(class);
    }

    /// Takes a named vector out of all objects.
    pub(crate) fn forget_vector(&mut self, vector: &str) {
        for shard in self.shards.values_mut() {
            shard.dimensions.remove(vector);
            for object in shard.objects.values_mut() {
                object.vectors.remove(vector);
            }
        }
    }

    /// The shard a request goes to. Callers put their own words in front of the fault.
    pub(crate) fn shard(&self, tenant: &str) -> Result<&Shard, TenantFault> {
        self.check_tenancy(tenant)?;
        let shard = self.shards.get(tenant).ok_or_else(|| TenantFault::Unknown(tenant.to_owned()))?;
        check_active(tenant, shard.status)?;
        Ok(shard)
    }

    /// As [`shard`](Self::shard), to write to.
    pub(crate) fn shard_mut(&mut self, tenant: &str) -> Result<&mut Shard, TenantFault> {
        self.check_tenancy(tenant)?;
        let shard = self.shards.get_mut(tenant).ok_or_else(|| TenantFault::Unknown(tenant.to_owned()))?;
        if shard.status == TenantStatus::Cold && self.schema.multi_tenancy.auto_activation {
            shard.status = TenantStatus::Hot;
        }
        check_active(tenant, shard.status)?;
        Ok(shard)
    }

    fn check_tenancy(&self, tenant: &str) -> Result<(), TenantFault> {
        let class = self.schema.name.clone();
        match (self.schema.multi_tenancy.enabled, tenant.is_empty()) {
            (true, true) => Err(TenantFault::Missing { class }),
            (false, false) => Err(TenantFault::Needless { class }),
            _ => Ok(()),
        }
    }
}

fn check_active(tenant: &str, status: TenantStatus) -> Result<(), TenantFault> {
    match status {
        TenantStatus::Hot => Ok(()),
        TenantStatus::Cold => Err(TenantFault::Inactive(tenant.to_owned())),
    }
}

impl Shard {
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            status: TenantStatus::Hot,
            objects: BTreeMap::new(),
            dimensions: BTreeMap::new(),
            next_doc_id: 0,
            read_only: false,
            queue: VectorQueue::new(),
        }
    }

    /// Number of objects that are at least that old.
    pub(crate) fn counted_objects(&self, age: Duration) -> usize {
        if age.is_zero() {
            return self.objects.len();
        }
        let newest = i64::try_from(age.as_millis()).map_or(i64::MIN, |age| now_ms() - age);
        self.objects.values().filter(|object| object.created_ms <= newest).count()
    }

    /// The objects in the order of their ids: those behind one, or all.
    pub(crate) fn objects_after(&self, after: Option<Uuid>) -> impl Iterator<Item = &Object> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.objects.range((start, Bound::Unbounded)).map(|(_, object)| object)
    }
}

fn random_shard_name() -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let bits = Uuid::new_v4().into_bytes();
    bits.iter()
        .take(12)
        .filter_map(|byte| LETTERS.get(usize::from(byte % 62)))
        .map(|letter| char::from(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_behind_an_id_that_need_not_be_there() {
        let mut shard = Shard::new("s".to_owned());
        for number in [1, 3, 5] {
            let id = Uuid::from_u128(number);
            let object = Object { id, ..Object::default() };
            shard.objects.insert(id, object);
        }
        let ids = |after: Option<u128>| -> Vec<u128> {
            shard.objects_after(after.map(Uuid::from_u128)).map(|object| object.id.as_u128()).collect()
        };
        assert_eq!(ids(None), [1, 3, 5]);
        assert_eq!(ids(Some(3)), [5]);
        assert_eq!(ids(Some(2)), [3, 5]);
        assert!(ids(Some(5)).is_empty());
    }
}

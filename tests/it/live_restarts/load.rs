//! The load: 48 tasks that search, read by id, write single objects and write batches.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;
use tokio::time::Instant;
use weaviate::prelude::*;

use super::ledger::Ledger;

pub(super) const COLLECTION: &str = "Restarted";
const TASKS: u64 = 48;
const BATCH: u64 = 20;

/// Objects that exist all the time, which the readers look for.
const KNOWN: u64 = 500;

/// Ids of written objects begin here.
const FIRST_WRITTEN: u64 = 1_000_000;

pub(super) fn id(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number) + 1)
}

fn properties(number: u64) -> PropertyMap {
    PropertyMap::from([("number", i64::try_from(number).unwrap())])
}

fn vector(number: u64) -> [f32; 3] {
    let part = |divisor| f32::from(u16::try_from(number % divisor).unwrap());
    [1.0, part(11), part(13)]
}

fn object(number: u64) -> NewObject<PropertyMap> {
    NewObject::new(properties(number)).id(id(number)).vector(vector(number))
}

pub(super) fn at_level(client: &Client, level: Option<ConsistencyLevel>) -> Collection {
    let collection = client.collection(COLLECTION);
    level.map_or(collection.clone(), |level| collection.consistency_level(level))
}

pub(super) struct Load {
    tasks: JoinSet<()>,
    shared: Arc<Shared>,
}

struct Shared {
    collection: Collection,
    ledger: Mutex<Ledger>,
    next: AtomicU64,
    stop: AtomicBool,
}

impl Load {
    /// Stores the known objects, and starts the tasks.
    pub(super) async fn start(client: &Client, level: Option<ConsistencyLevel>) -> Self {
        let collection = at_level(client, level);
        collection.data().insert_many((0..KNOWN).map(object)).await.unwrap().into_result().unwrap();
        let shared = Arc::new(Shared {
            collection,
            ledger: Mutex::new(Ledger::new()),
            next: AtomicU64::new(FIRST_WRITTEN),
            stop: AtomicBool::new(false),
        });
        let tasks = (0..TASKS).map(|task| worker(Arc::clone(&shared), task)).collect();
        Self { tasks, shared }
    }

    /// Lets each task end its call.
    pub(super) async fn stop(mut self) -> Ledger {
        self.shared.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        std::mem::replace(&mut *self.shared.ledger.lock().unwrap(), Ledger::new())
    }
}

async fn worker(shared: Arc<Shared>, task: u64) {
    let mut turn = task * 31;
    while !shared.stop.load(Ordering::Relaxed) {
        turn += 1;
        let started = Instant::now();
        match task % 4 {
            0 => shared.search(turn % KNOWN).await,
            1 => shared.read(turn % KNOWN).await,
            2 => shared.insert().await,
            _ => shared.import().await,
        }
        shared.ledger.lock().unwrap().took(started.elapsed());
        // Calls that fail at once must not become all of the load.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

impl Shared {
    async fn search(&self, number: u64) {
        let filter = Filter::property("number").equal(i64::try_from(number).unwrap());
        let found = self.collection.query().fetch_objects().filter(filter).limit(1).await;
        let found = found.map(|hits| hits.iter().any(|hit| hit.id == id(number)));
        self.ledger.lock().unwrap().read("search", found);
    }

    async fn read(&self, number: u64) {
        let data = self.collection.data();
        let (call, found) = if number.is_multiple_of(2) {
            ("exists", data.exists(id(number)).await)
        } else {
            ("get", data.get(id(number)).await.map(|found| found.is_some()))
        };
        self.ledger.lock().unwrap().read(call, found);
    }

    async fn insert(&self) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let stored = self.collection.data().insert(properties(number)).id(id(number)).vector(vector(number)).await;
        self.ledger.lock().unwrap().wrote("insert", number, stored.as_ref().err());
    }

    async fn import(&self) {
        let first = self.next.fetch_add(BATCH, Ordering::Relaxed);
        let report = self.collection.data().insert_many((first..first + BATCH).map(object)).await;
        let mut ledger = self.ledger.lock().unwrap();
        let errors: BTreeMap<_, _> = match &report {
            Ok(report) => report.errors().iter().map(|item| (item.index(), item.error())).collect(),
            Err(error) => (0..usize::try_from(BATCH).unwrap()).map(|index| (index, error)).collect(),
        };
        for (index, number) in (first..first + BATCH).enumerate() {
            ledger.wrote("import", number, errors.get(&index).copied());
        }
    }
}

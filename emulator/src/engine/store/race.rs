//! First inserts into a missing collection, which race to create it.
//!
//! The server looks collections up when a write comes, and creates the missing ones later. Of several writes that
//! miss the same collection, one creates it; the others are refused because it is there.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;

use super::{State, Store};
use crate::engine::letter_case::capitalised;

/// Bound on the wait for the other first inserts.
const PATIENCE: Duration = Duration::from_secs(1);

/// The lookup of collections at the beginning of a write.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    /// The collections that were missing, and were not created by this write since.
    missing: BTreeSet<String>,
    /// Time of the write, one for all objects of a batch.
    time: Option<i64>,
}

impl Lookup {
    /// Returns whether another write has created the collection since the lookup.
    pub(super) fn missed(&self, name: &str) -> bool {
        self.missing.contains(name)
    }

    pub(super) fn time(&mut self, state: &mut State) -> i64 {
        *self.time.get_or_insert_with(|| state.next_ms())
    }

    /// Notes that this write has created the collection.
    pub(super) fn created(&mut self, name: &str) {
        self.missing.remove(name);
    }
}

/// The first inserts that wait for each other. They go on when this is dropped.
#[derive(Debug, Default)]
pub(super) struct FirstInserts {
    so_far: usize,
    dropped: watch::Sender<()>,
}

impl Store {
    /// Looks up the collections of a write.
    ///
    /// Where a race is wanted, a write that misses one waits for others that miss it, too.
    pub(crate) async fn look_up(&self, collections: impl IntoIterator<Item = &str>) -> Lookup {
        let wanted = self.config.auto_schema_race;
        if wanted < 2 || !self.config.autoschema_enabled {
            return Lookup::default();
        }
        let names: BTreeSet<String> =
            collections.into_iter().map(capitalised).filter(|name| !name.is_empty()).collect();
        let mut missing = BTreeSet::new();
        for name in names {
            let waits = self.write().join_first_inserts(&name, wanted);
            let Some(waits) = waits else { continue };
            if let Some(mut others) = waits.for_others {
                // An error says that the group is complete, or that the collection has been created.
                if tokio::time::timeout(PATIENCE, others.changed()).await.is_err() {
                    self.write().first_inserts.remove(&name);
                }
            }
            missing.insert(name);
        }
        Lookup { missing, time: None }
    }
}

/// The place of a write among the first inserts into a collection.
struct Place {
    /// `None` for the last of the group.
    for_others: Option<watch::Receiver<()>>,
}

impl State {
    /// Joins the first inserts into a collection. `None` if it exists.
    fn join_first_inserts(&mut self, name: &str, wanted: usize) -> Option<Place> {
        if self.collections.contains_key(name) {
            return None;
        }
        let group = self.first_inserts.entry(name.to_owned()).or_default();
        group.so_far += 1;
        if group.so_far < wanted {
            return Some(Place { for_others: Some(group.dropped.subscribe()) });
        }
        self.first_inserts.remove(name);
        Some(Place { for_others: None })
    }
}

//! Ledger of what is not decided, of one collection and tenant.
//!
//! A key is in flight once: a second item with it waits for the first, in whatever lane it is. Keys
//! that are decided are forgotten.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

use super::settlement::Fate;
use crate::Uuid;
use crate::error::{Error, Outcome};

/// The ledgers of one collection and tenant.
#[derive(Default)]
pub(super) struct Ledgers {
    pub(super) objects: Ledger<Uuid>,
    pub(super) references: Ledger<ReferenceKey>,
}

/// A reference: object, property, target.
pub(super) type ReferenceKey = (Uuid, String, Uuid);

/// A key of either kind.
#[derive(Clone, Debug)]
pub(super) enum ItemKey {
    Object(Uuid),
    Reference(ReferenceKey),
}

pub(super) struct Ledger<K> {
    undecided: HashMap<K, Undecided>,
}

/// A key that is not decided.
#[derive(Default)]
struct Undecided {
    /// Lanes with an item that waits for its turn.
    waiting: VecDeque<usize>,
    /// One of the items is stored.
    is_stored: bool,
}

/// What follows the end of an item.
#[derive(Debug)]
pub(super) enum AfterEnd {
    /// The next item with the key, in this lane.
    Lane(usize),
    /// There is none. The error is that of an object that is not stored.
    Over(Option<Arc<Error>>),
}

impl<K> Default for Ledger<K> {
    fn default() -> Self {
        Self { undecided: HashMap::new() }
    }
}

impl<K: Eq + Hash> Ledger<K> {
    pub(super) fn contains(&self, key: &K) -> bool {
        self.undecided.contains_key(key)
    }

    pub(super) fn insert(&mut self, key: K) {
        self.undecided.entry(key).or_default();
    }

    /// Lets a lane wait for its turn with a key.
    pub(super) fn wait(&mut self, key: K, lane: usize) {
        self.undecided.entry(key).or_default().waiting.push_back(lane);
    }

    /// Notes the end of an item.
    pub(super) fn end(&mut self, key: &K, fate: &Fate) -> AfterEnd {
        let Some(undecided) = self.undecided.get_mut(key) else { return AfterEnd::Over(None) };
        undecided.is_stored |= matches!(fate, Fate::Stored);
        if let Some(lane) = undecided.waiting.pop_front() {
            return AfterEnd::Lane(lane);
        }
        let is_stored = undecided.is_stored;
        self.undecided.remove(key);
        match fate {
            Fate::Failed(error) if !is_stored && error.outcome() != Outcome::Unknown => {
                AfterEnd::Over(Some(Arc::clone(error)))
            }
            Fate::Stored | Fate::Failed(_) => AfterEnd::Over(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::error::Verdict;

    fn failed() -> Fate {
        Fate::Failed(Arc::new(Error::new(Verdict::refused(ErrorKind::Validation), "")))
    }

    #[test]
    fn items_with_one_key_take_turns() {
        let mut ledger = Ledger::default();
        ledger.insert(1);
        ledger.wait(1, 7);
        ledger.wait(1, 8);
        assert!(matches!(ledger.end(&1, &failed()), AfterEnd::Lane(7)));
        assert!(matches!(ledger.end(&1, &failed()), AfterEnd::Lane(8)));
        assert!(matches!(ledger.end(&1, &failed()), AfterEnd::Over(Some(_))));
        assert!(!ledger.contains(&1));
    }

    #[test]
    fn one_item_that_is_stored_is_enough() {
        let mut ledger = Ledger::default();
        ledger.insert(1);
        ledger.wait(1, 0);
        assert!(matches!(ledger.end(&1, &Fate::Stored), AfterEnd::Lane(0)));
        assert!(matches!(ledger.end(&1, &failed()), AfterEnd::Over(None)));
    }
}

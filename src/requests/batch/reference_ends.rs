//! References that wait until the objects at both ends are decided.

use std::collections::HashMap;
use std::sync::Arc;

use super::cargo::ReferenceCargo;
use super::lane::Pending;
use crate::{Error, Uuid};

/// References whose ends are not decided yet.
pub(super) struct ReferenceEnds<T: Send + 'static> {
    waiting: HashMap<u64, Held<T>>,
    by_end: HashMap<End, Vec<u64>>,
    next: u64,
}

struct Held<T: Send + 'static> {
    pending: Pending<ReferenceCargo<T>>,
    lane: usize,
    /// Ends that are not decided.
    ends: Vec<End>,
}

/// An object, by its place and its id.
pub(super) type End = (usize, Uuid);

/// A reference that waits no longer.
pub(super) struct Released<T: Send + 'static> {
    pub(super) pending: Pending<ReferenceCargo<T>>,
    pub(super) lane: usize,
    /// The error of the object at one end, which is not stored.
    pub(super) error: Option<Arc<Error>>,
}

impl<T: Send + 'static> Default for ReferenceEnds<T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), by_end: HashMap::new(), next: 0 }
    }
}

impl<T: Send + 'static> ReferenceEnds<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Holds a reference until these objects are decided.
    pub(super) fn hold(&mut self, pending: Pending<ReferenceCargo<T>>, lane: usize, ends: Vec<End>) {
        let ticket = self.next;
        self.next += 1;
        for end in &ends {
            self.by_end.entry(*end).or_default().push(ticket);
        }
        self.waiting.insert(ticket, Held { pending, lane, ends });
    }

    /// Releases the references for which this object was the last one, or whose object is not stored.
    pub(super) fn ended(&mut self, end: End, error: Option<&Arc<Error>>) -> Vec<Released<T>> {
        let mut released = Vec::new();
        for ticket in self.by_end.remove(&end).unwrap_or_default() {
            let Some(held) = self.waiting.get_mut(&ticket) else { continue };
            held.ends.retain(|other| *other != end);
            if !held.ends.is_empty() && error.is_none() {
                continue;
            }
            if let Some(Held { pending, lane, ends }) = self.waiting.remove(&ticket) {
                self.forget(ticket, &ends);
                released.push(Released { pending, lane, error: error.cloned() });
            }
        }
        released
    }

    fn forget(&mut self, ticket: u64, ends: &[End]) {
        for end in ends {
            if let Some(tickets) = self.by_end.get_mut(end) {
                tickets.retain(|other| *other != ticket);
                if tickets.is_empty() {
                    self.by_end.remove(end);
                }
            }
        }
    }

    /// Releases all references.
    pub(super) fn drain(&mut self) -> Vec<Released<T>> {
        self.by_end.clear();
        let all = self.waiting.drain();
        all.map(|(_, Held { pending, lane, .. })| Released { pending, lane, error: None }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::error::Verdict;
    use crate::values::data::NewReference;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn reference(from: u128, to: u128) -> Pending<ReferenceCargo<()>> {
        Pending::new(NewReference::new(id(from), "to", id(to)), 1)
    }

    #[test]
    fn a_reference_waits_for_both_ends() {
        let mut ends = ReferenceEnds::default();
        ends.hold(reference(1, 2), 7, vec![(0, id(1)), (0, id(2))]);
        ends.hold(reference(1, 3), 8, vec![(0, id(1))]);
        assert_eq!(ends.waiting.len(), 2);
        let first = ends.ended((0, id(1)), None);
        assert_eq!(first.iter().map(|released| released.lane).collect::<Vec<_>>(), [8]);
        assert!(ends.ended((0, id(9)), None).is_empty());
        let second = ends.ended((0, id(2)), None);
        assert_eq!(second.len(), 1);
        assert!(second[0].error.is_none() && ends.is_empty() && ends.by_end.is_empty());
    }

    #[test]
    fn an_end_that_failed_decides_at_once() {
        let mut ends = ReferenceEnds::default();
        ends.hold(reference(1, 2), 0, vec![(0, id(1)), (0, id(2))]);
        let error = Arc::new(Error::new(Verdict::refused(ErrorKind::Validation), ""));
        assert!(ends.ended((0, id(2)), Some(&error))[0].error.is_some());
        assert!(ends.ended((0, id(1)), None).is_empty(), "decided already");
        assert!(ends.is_empty() && ends.by_end.is_empty());
    }
}

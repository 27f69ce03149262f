//! References that wait until the objects at both ends are decided.

use std::collections::HashMap;
use std::sync::Arc;

use super::cargo::ReferenceCargo;
use super::lane::Pending;
use crate::{Error, Uuid};

/// References whose ends are not decided yet.
pub(super) struct ReferenceEnds<T: Send + 'static> {
    waiting: HashMap<u64, Held<T>>,
    by_id: HashMap<Uuid, Vec<u64>>,
    next: u64,
}

struct Held<T: Send + 'static> {
    pending: Pending<ReferenceCargo<T>>,
    lane: usize,
    /// Ends that are not decided.
    ends: usize,
}

/// A reference that waits no longer.
pub(super) struct Released<T: Send + 'static> {
    pub(super) pending: Pending<ReferenceCargo<T>>,
    pub(super) lane: usize,
    /// The error of the object at one end, which is not stored.
    pub(super) error: Option<Arc<Error>>,
}

impl<T: Send + 'static> Default for ReferenceEnds<T> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), by_id: HashMap::new(), next: 0 }
    }
}

impl<T: Send + 'static> ReferenceEnds<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Holds a reference until these ids are decided.
    pub(super) fn hold(&mut self, pending: Pending<ReferenceCargo<T>>, lane: usize, ids: &[Uuid]) {
        let ticket = self.next;
        self.next += 1;
        for id in ids {
            self.by_id.entry(*id).or_default().push(ticket);
        }
        self.waiting.insert(ticket, Held { pending, lane, ends: ids.len() });
    }

    /// Releases the references for which this id was the last one, or whose object is not stored.
    pub(super) fn ended(&mut self, id: Uuid, error: Option<&Arc<Error>>) -> Vec<Released<T>> {
        let mut released = Vec::new();
        for ticket in self.by_id.remove(&id).unwrap_or_default() {
            // Gone already if the object at its other end has failed.
            let Some(held) = self.waiting.get_mut(&ticket) else { continue };
            held.ends -= 1;
            if held.ends > 0 && error.is_none() {
                continue;
            }
            if let Some(Held { pending, lane, .. }) = self.waiting.remove(&ticket) {
                released.push(Released { pending, lane, error: error.cloned() });
            }
        }
        released
    }

    /// Releases all references.
    pub(super) fn drain(&mut self) -> Vec<Released<T>> {
        self.by_id.clear();
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
        ends.hold(reference(1, 2), 7, &[id(1), id(2)]);
        ends.hold(reference(1, 3), 8, &[id(1)]);
        assert_eq!(ends.waiting.len(), 2);
        let first = ends.ended(id(1), None);
        assert_eq!(first.iter().map(|released| released.lane).collect::<Vec<_>>(), [8]);
        assert!(ends.ended(id(9), None).is_empty());
        let second = ends.ended(id(2), None);
        assert_eq!(second.len(), 1);
        assert!(second[0].error.is_none() && ends.is_empty() && ends.by_id.is_empty());
    }

    #[test]
    fn an_end_that_failed_decides_at_once() {
        let mut ends = ReferenceEnds::default();
        ends.hold(reference(1, 2), 0, &[id(1), id(2)]);
        let error = Arc::new(Error::new(Verdict::refused(ErrorKind::Validation), ""));
        assert!(ends.ended(id(2), Some(&error))[0].error.is_some());
        assert!(ends.ended(id(1), None).is_empty(), "decided already");
        assert!(ends.is_empty() && ends.by_id.is_empty());
    }
}

//! The recordings are what was committed, and every recorded reply decodes through the generated types.

mod grpc;
mod rest;
pub(crate) mod sums;

use std::collections::BTreeSet;

use crate::replay::scenario::{Scenario, Step, index};

#[test]
fn the_recordings_are_the_committed_ones() {
    assert_eq!(sums::of_files(), sums::committed(sums::FILES), "only `make record` changes a recording");
}

#[test]
fn the_marks_are_the_committed_ones() {
    assert_eq!(sums::of_marks(), sums::committed(sums::MARKS), "marks are not changed at all");
}

#[test]
fn the_index_agrees_with_the_recordings() {
    for (name, entry) in index() {
        let scenario = Scenario::load(&name);
        let names: BTreeSet<&str> = scenario.steps.iter().map(|s| s.name.as_str()).collect();
        assert_eq!((scenario.steps.len(), names.len()), (entry.steps, entry.steps), "{name}");
    }
}

/// Every recorded step with the name of its scenario.
fn steps() -> impl Iterator<Item = (String, Step)> {
    index().into_keys().flat_map(|name| {
        let scenario = Scenario::load(&name);
        scenario.steps.into_iter().map(move |step| (name.clone(), step))
    })
}

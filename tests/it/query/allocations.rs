//! Heap allocations of one `near_vector` query.

#[path = "../../../benches/shared/allocations.rs"]
mod counting;
#[path = "../../../benches/shared/mod.rs"]
mod shared;

/// Warm, `near_vector`, limit 10, three properties; the bare stub's share is in it. `make bench` prints both.
const AT_MOST: u64 = 72;

#[test]
fn near_vector_allocations_are_bounded() {
    let counting::Allocations { bare, client } = counting::count();
    assert!(bare > 0, "the counting allocator is not the one in use");
    assert!(client <= AT_MOST, "{client} allocations, {bare} of them also with the bare stub; allowed are {AT_MOST}");
}

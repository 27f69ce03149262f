//! Maps of entries.

/// Collects entries into a map. The last one of a key counts.
///
/// Unlike `collect`, which sorts the entries and builds a tree of them, this inserts one after the
/// other. The maps here are small, and each `collect` would compile a stable sort of its own.
pub(crate) fn map_of<M: Default + Extend<E>, E>(entries: impl IntoIterator<Item = E>) -> M {
    let mut map = M::default();
    map.extend(entries);
    map
}

//! The order of a list.

/// An order of objects, by one property or more.
///
/// ```
/// use weaviate::query::Sort;
///
/// let order = Sort::by("year").descending().then_by("title");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an order does nothing until a query takes it"]
pub struct Sort {
    keys: Vec<(String, Direction)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Sort {
    /// By a property, smallest first. Not by `uuid`, `object` or reference properties.
    pub fn by(property: impl Into<String>) -> Self {
        Self { keys: vec![(property.into(), Direction::Ascending)] }
    }

    /// By id, smallest first.
    pub fn by_id() -> Self {
        Self::by("_id")
    }

    /// By the time when the object was first stored, oldest first.
    pub fn by_creation_time() -> Self {
        Self::by("_creationTimeUnix")
    }

    /// By the time when the object was last changed, oldest first.
    pub fn by_last_update_time() -> Self {
        Self::by("_lastUpdateTimeUnix")
    }

    /// Decides among objects that are equal so far, smallest first.
    pub fn then_by(mut self, property: impl Into<String>) -> Self {
        self.keys.push((property.into(), Direction::Ascending));
        self
    }

    /// What is equal so far is decided by another order.
    pub(crate) fn then(mut self, other: Self) -> Self {
        self.keys.extend(other.keys);
        self
    }

    /// Smallest first, for the property named last. It is so unless said otherwise.
    pub fn ascending(self) -> Self {
        self.in_direction(Direction::Ascending)
    }

    /// Greatest first, for the property named last.
    pub fn descending(self) -> Self {
        self.in_direction(Direction::Descending)
    }

    fn in_direction(mut self, direction: Direction) -> Self {
        if let Some((_, last)) = self.keys.last_mut() {
            *last = direction;
        }
        self
    }

    pub(crate) fn keys(&self) -> &[(String, Direction)] {
        &self.keys
    }
}

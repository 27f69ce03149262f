//! Sort order of a listing.

/// Sort order of objects, by one or more properties.
///
/// For [`fetch_objects`](crate::query::Queries::fetch_objects); searches rank by distance or
/// score.
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
    /// Sorts by a property, in ascending order.
    ///
    /// Properties of type `uuid`, `object` and reference cannot be sorted by.
    ///
    /// ```
    /// use weaviate::query::Sort;
    ///
    /// let by_year = Sort::by("year");
    /// ```
    #[doc(alias = "order_by")]
    pub fn by(property: impl Into<String>) -> Self {
        Self { keys: vec![(property.into(), Direction::Ascending)] }
    }

    /// Sorts by id, in ascending order.
    ///
    /// ```
    /// use weaviate::query::Sort;
    ///
    /// let by_year_then_id = Sort::by("year").then_by("_id");
    /// assert_eq!(Sort::by_id(), Sort::by("_id"));
    /// ```
    pub fn by_id() -> Self {
        Self::by("_id")
    }

    /// Sorts by the time when the object was first stored, oldest first.
    ///
    /// ```
    /// use weaviate::query::Sort;
    ///
    /// let newest_first = Sort::by_creation_time().descending();
    /// ```
    pub fn by_creation_time() -> Self {
        Self::by("_creationTimeUnix")
    }

    /// Sorts by the time when the object was last changed, oldest first.
    ///
    /// ```
    /// use weaviate::query::Sort;
    ///
    /// let recently_changed = Sort::by_last_update_time().descending();
    /// ```
    pub fn by_last_update_time() -> Self {
        Self::by("_lastUpdateTimeUnix")
    }

    /// Sorts objects that are equal so far by another property, in ascending order.
    ///
    /// ```
    /// use weaviate::query::Sort;
    ///
    /// let order = Sort::by("year").then_by("title");
    /// ```
    pub fn then_by(mut self, property: impl Into<String>) -> Self {
        self.keys.push((property.into(), Direction::Ascending));
        self
    }

    /// Sorts objects that are equal so far by another order.
    pub(crate) fn then(mut self, other: Self) -> Self {
        self.keys.extend(other.keys);
        self
    }

    /// Sorts the property named last in ascending order. This is the default.
    ///
    /// ```
    /// use weaviate::query::Sort;
    ///
    /// assert_eq!(Sort::by("year").ascending(), Sort::by("year"));
    /// ```
    #[doc(alias = "asc")]
    pub fn ascending(self) -> Self {
        self.in_direction(Direction::Ascending)
    }

    /// Sorts the property named last in descending order.
    ///
    /// ```
    /// use weaviate::query::Sort;
    ///
    /// let newest_first = Sort::by("year").descending().then_by("title");
    /// ```
    #[doc(alias = "desc")]
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

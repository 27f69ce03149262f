//! Results in groups instead of one list.

use std::ops::Deref;
use std::time::Duration;

use super::{Bm25, Hit, Hybrid, NearObject, NearVector};

/// Groups by the values of a property, best group first. See [`Query::group_by`](crate::query::Query::group_by).
///
/// ```
/// use weaviate::query::GroupBy;
///
/// let by_topic = GroupBy::new("topic").groups(3).objects_per_group(2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupBy {
    pub(crate) property: String,
    pub(crate) groups: u32,
    pub(crate) objects_per_group: u32,
}

impl GroupBy {
    /// By this property or reference, at most ten groups of at most ten objects. An object whose property is a list may be
    /// in several groups. A keyword or hybrid search groups by text alone: what has none is left out.
    #[must_use]
    pub fn new(property: impl Into<String>) -> Self {
        Self { property: property.into(), groups: 10, objects_per_group: 10 }
    }

    /// At most so many groups, 1 or more.
    #[must_use]
    pub fn groups(mut self, groups: u32) -> Self {
        self.groups = groups;
        self
    }

    /// At most so many objects in each, 1 or more.
    #[must_use]
    pub fn objects_per_group(mut self, objects: u32) -> Self {
        self.objects_per_group = objects;
        self
    }
}

/// The kinds of search that rank what they find, so that it can be grouped and cut where the ranking drops.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not rank what it finds",
    note = "`group_by` and `auto_limit` go with near_vector, near_object, bm25 and hybrid"
)]
pub trait Ranked: sealed::Sealed {}

mod sealed {
    #[expect(unnameable_types, reason = "that is what seals the trait above")]
    pub trait Sealed {}
}

macro_rules! ranked {
    ($($kind:ty),*) => {
        $(
            impl sealed::Sealed for $kind {}
            impl Ranked for $kind {}
        )*
    };
}

ranked!(NearVector, NearObject, Bm25, Hybrid);

/// What was found, in groups, that with the best object first. A slice of [`Group`]s.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupedResults<P> {
    pub(crate) groups: Vec<Group<P>>,
    pub(crate) took: Duration,
}

impl<P> GroupedResults<P> {
    /// How long the server says it took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The objects of all groups, one group after the other. An object may be in several.
    pub fn hits(&self) -> impl Iterator<Item = &GroupedHit<P>> {
        self.groups.iter().flat_map(|group| &group.hits)
    }

    /// The groups.
    #[must_use]
    pub fn into_vec(self) -> Vec<Group<P>> {
        self.groups
    }
}

impl<P> Deref for GroupedResults<P> {
    type Target = [Group<P>];

    fn deref(&self) -> &[Group<P>] {
        &self.groups
    }
}

impl<P> IntoIterator for GroupedResults<P> {
    type Item = Group<P>;
    type IntoIter = std::vec::IntoIter<Group<P>>;

    fn into_iter(self) -> Self::IntoIter {
        self.groups.into_iter()
    }
}

impl<'a, P> IntoIterator for &'a GroupedResults<P> {
    type Item = &'a Group<P>;
    type IntoIter = std::slice::Iter<'a, Group<P>>;

    fn into_iter(self) -> Self::IntoIter {
        self.groups.iter()
    }
}

/// The objects that share a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group<P> {
    /// The value, as text. Empty for objects without one; for a reference, the address of what it points at.
    pub name: String,
    /// The distance of its nearest object, after a search by vector.
    pub min_distance: Option<f32>,
    /// The distance of its farthest object, after a search by vector.
    pub max_distance: Option<f32>,
    /// How many objects it holds.
    pub number_of_objects: u64,
    /// The objects, best first. Of metadata, they have the distance alone.
    pub hits: Vec<GroupedHit<P>>,
}

/// An object that was found, and the group it is in. Whatever [`Hit`] has, it has too.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupedHit<P> {
    /// The name of its group.
    pub group: String,
    /// The object.
    pub hit: Hit<P>,
}

impl<P> Deref for GroupedHit<P> {
    type Target = Hit<P>;

    fn deref(&self) -> &Hit<P> {
        &self.hit
    }
}

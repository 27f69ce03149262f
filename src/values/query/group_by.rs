//! Grouping of search results by the values of a property.

use std::ops::Deref;
use std::time::Duration;

use super::{Hit, QueryProfile};
use crate::values::query::generate::Generated;

/// Grouping of search results by the values of a property, for
/// [`Query::group_by`](crate::query::Query::group_by).
///
/// See [group results](https://docs.weaviate.io/weaviate/search/similarity) in Weaviate's
/// documentation.
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
    /// Creates a grouping by a property or reference: at most 10 groups of at most 10 objects.
    ///
    /// An object whose property is a list can be in several groups. A keyword or hybrid search does
    /// not group by numbers and booleans, and leaves out objects without a value.
    ///
    /// ```
    /// use weaviate::query::GroupBy;
    ///
    /// let by_topic = GroupBy::new("topic");
    /// assert_eq!(by_topic, GroupBy::new("topic").groups(10).objects_per_group(10));
    /// ```
    #[must_use]
    pub fn new(property: impl Into<String>) -> Self {
        Self { property: property.into(), groups: 10, objects_per_group: 10 }
    }

    /// Sets the maximal number of groups. Range: 1 or more. Default: 10.
    ///
    /// ```
    /// use weaviate::query::GroupBy;
    ///
    /// let three_topics = GroupBy::new("topic").groups(3);
    /// ```
    #[doc(alias = "number_of_groups")]
    #[must_use]
    pub fn groups(mut self, groups: u32) -> Self {
        self.groups = groups;
        self
    }

    /// Sets the maximal number of objects in each group. Range: 1 or more. Default: 10.
    ///
    /// ```
    /// use weaviate::query::GroupBy;
    ///
    /// let best_of_each = GroupBy::new("topic").objects_per_group(1);
    /// ```
    #[must_use]
    pub fn objects_per_group(mut self, objects: u32) -> Self {
        self.objects_per_group = objects;
        self
    }
}

/// Results of a search in groups, the group of the best object first.
///
/// Derefs to a slice of [`Group`]s.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let search = articles.query().near_vector(embedding).group_by(GroupBy::new("topic")).limit(100);
/// let groups = search.await?;
/// println!("{} groups in {:?}", groups.len(), groups.took());
/// for hit in groups.hits() {
///     println!("{} is in group {}", hit.id, hit.group);
/// }
/// let best_group = groups.into_vec().into_iter().next();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GroupedResults<P> {
    pub(crate) groups: Vec<Group<P>>,
    pub(crate) took: Duration,
    pub(crate) query_profile: Option<Box<QueryProfile>>,
    pub(crate) generated: Option<Box<Generated>>,
}

impl<P> GroupedResults<P> {
    /// Returns the duration of the search, as the server measured it.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Returns the query profile, if it was [requested](crate::query::Query::query_profile).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let search = articles.query().bm25("owls").group_by(GroupBy::new("topic"));
    /// let groups = search.query_profile(true).await?;
    /// println!("{:#?}", groups.query_profile());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn query_profile(&self) -> Option<&QueryProfile> {
        self.query_profile.as_deref()
    }

    /// Returns the text that a language model wrote for the best objects of all groups together, if
    /// the query had a [grouped task](crate::generate::Generate::grouped).
    ///
    /// ```no_run
    /// use weaviate::generate::Generate;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let search = articles.query().bm25("owls").group_by(GroupBy::new("topic"));
    /// let groups = search.generate(Generate::grouped("What do they agree on?")).await?;
    /// println!("{:?}", groups.generated().map(|answer| &answer.text));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn generated(&self) -> Option<&Generated> {
        self.generated.as_deref()
    }

    /// Iterates over the objects of all groups, group by group.
    ///
    /// An object can be in several groups.
    pub fn hits(&self) -> impl Iterator<Item = &GroupedHit<P>> {
        self.groups.iter().flat_map(|group| &group.hits)
    }

    /// Returns the groups as a vector.
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

/// Group of objects with the same value of the property.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # fn example(groups: GroupedResults<PropertyMap>) {
/// for group in &groups {
///     println!("{}: {} objects", group.name, group.number_of_objects);
///     println!("distances: {:?} to {:?}", group.min_distance, group.max_distance);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group<P> {
    /// Value of the property, as text. Empty for objects without a value. For a reference, the
    /// beacon of its target.
    pub name: String,
    /// Distance of the nearest object of the group, after a vector search.
    pub min_distance: Option<f32>,
    /// Distance of the farthest object of the group, after a vector search.
    pub max_distance: Option<f32>,
    /// Number of objects in the group.
    pub number_of_objects: u64,
    /// Score of the reranker model for the group's best object, if the query was
    /// [reranked](crate::query::Query::rerank).
    pub rerank_score: Option<f64>,
    /// Objects, best first. Their metadata holds only the distance.
    pub hits: Vec<GroupedHit<P>>,
    pub(crate) generated: Option<Box<Generated>>,
}

impl<P> Group<P> {
    /// Returns the text that a language model wrote for the best object of the group, if the query
    /// had a [single prompt](crate::generate::Generate::single).
    ///
    /// ```no_run
    /// use weaviate::generate::Generate;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let search = articles.query().bm25("owls").group_by(GroupBy::new("topic"));
    /// for group in &search.generate(Generate::single("Sum up {title}")).await? {
    ///     println!("{}: {:?}", group.name, group.generated().map(|summary| &summary.text));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn generated(&self) -> Option<&Generated> {
        self.generated.as_deref()
    }
}

/// Object of a group. Derefs to its [`Hit`].
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # fn example(groups: GroupedResults<PropertyMap>) {
/// for hit in groups.hits() {
///     println!("{} of group {}: {:?}", hit.id, hit.group, hit.properties);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupedHit<P> {
    /// Name of its group.
    pub group: String,
    /// Object.
    pub hit: Hit<P>,
}

impl<P> Deref for GroupedHit<P> {
    type Target = Hit<P>;

    fn deref(&self) -> &Hit<P> {
        &self.hit
    }
}

//! Boost: conditions that raise or lower the score of results.

use super::boost_condition::BoostCondition;
use crate::values::properties::{IntoList, Typed};

/// Boost of results by conditions on their properties.
///
/// The new score is `(1 − w)·p + w·c`, normalized to 0 to 1: `p` is the normalized score of the
/// search, `w` the [`weight`](Typed::weight), `c` the mean of the conditions by their own weights.
/// It replaces the score of the search. The formula is the server's.
///
/// A single condition is a boost, too. Needs Weaviate 1.38. See
/// [search](https://docs.weaviate.io/weaviate/search) in Weaviate's documentation.
///
/// ```no_run
/// use std::time::Duration;
///
/// use weaviate::prelude::*;
/// use weaviate::query::{Boost, BoostCondition};
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let month = Duration::from_secs(30 * 24 * 60 * 60);
/// let boost = Boost::blend((
///     BoostCondition::time_decay("published", month).weight(2.0),
///     BoostCondition::property_value("rating"),
///     BoostCondition::filter(Filter::property("topic").equal("birds")),
/// ));
/// let hits = articles.query().bm25("owl").boost(boost.weight(0.4).depth(200)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Boost {
    pub(crate) conditions: Vec<BoostCondition>,
    pub(crate) weight: Option<f32>,
    pub(crate) depth: Option<u32>,
}

impl Boost {
    /// Creates a boost by 1 to 20 conditions, in an array, a `Vec` or a tuple.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::{Boost, BoostCondition};
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let popular = Boost::blend(["rating", "views"].map(BoostCondition::property_value));
    /// let hits = articles.query().bm25("owl").boost(popular).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn blend<P>(conditions: impl IntoList<P, BoostCondition>) -> Typed<P, Self> {
        Typed::new(Self { conditions: conditions.into_list(), weight: None, depth: None })
    }
}

impl<P> Typed<P, Boost> {
    /// Sets the weight of the conditions against the score of the search.
    ///
    /// Range: 0 (no boost) to 1 (conditions only). Default: 0.5.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # use weaviate::query::{Boost, BoostCondition};
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let slightly = Boost::blend([BoostCondition::property_value("rating")]).weight(0.1);
    /// let hits = articles.query().bm25("owl").boost(slightly).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn weight(mut self, weight: f32) -> Self {
        self.value_mut().weight = Some(weight);
        self
    }

    /// Sets the number of results of the search that are boosted and sorted once more.
    ///
    /// At least offset and limit together are. Range: 1 or more. Default: 100.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # use weaviate::query::{Boost, BoostCondition};
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let of_thousand = Boost::blend([BoostCondition::property_value("rating")]).depth(1_000);
    /// let hits = articles.query().bm25("owl").boost(of_thousand).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn depth(mut self, depth: u32) -> Self {
        self.value_mut().depth = Some(depth);
        self
    }
}

/// One condition.
impl<P, C: Into<Typed<P, BoostCondition>>> From<C> for Typed<P, Boost> {
    fn from(condition: C) -> Self {
        Boost::blend(vec![condition])
    }
}

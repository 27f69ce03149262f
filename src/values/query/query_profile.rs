//! Query profile: where the server spent the time of a search.

use std::collections::BTreeMap;

/// Query profile: measurements of a search in each shard.
///
/// Requested by [`Query::query_profile`](crate::query::Query::query_profile). Needs Weaviate
/// 1.36.9.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let hits = articles.query().bm25("owls").query_profile(true).await?;
/// for shard in hits.query_profile().iter().flat_map(|profile| &profile.shards) {
///     for (search, details) in &shard.searches {
///         println!("{} {search}: {:?}", shard.name, details.get("total_took"));
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryProfile {
    /// Shards that were searched.
    pub shards: Vec<ShardProfile>,
}

/// Measurements of a search in a shard.
///
/// ```no_run
/// # fn example(profile: weaviate::query::QueryProfile) {
/// for shard in &profile.shards {
///     println!("{} on {}: {:?}", shard.name, shard.node, shard.searches.keys());
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShardProfile {
    /// Name of the shard.
    pub name: String,
    /// Node with the shard.
    pub node: String,
    /// Measurements by the kind of search: `object` for a listing, `vector`, `keyword`. A hybrid
    /// search has `vector` and `keyword`.
    ///
    /// The names of the measurements are an open set, and the values texts: durations such as
    /// `41.9µs`, numbers, JSON.
    pub searches: BTreeMap<String, BTreeMap<String, String>>,
}

//! Searches: by vector, text, media, keywords (BM25) and hybrid; filters, sort orders, rankings,
//! groups and results.
//!
//! [`Collection::query`](crate::Collection::query) returns [`Queries`], the handle with the kinds
//! of search. Each kind returns a [`Query`], which is sent when it is awaited. [`SearchResults`]
//! and [`GroupedResults`] hold the results as [`Hit`]s.
//!
//! Options that only some kinds take are bound to a trait: [`Listed`], [`Ranked`], [`Targeted`],
//! [`Thresholded`] and [`Diverse`]. With the other kinds they do not compile.
//!
//! ```no_run
//! use weaviate::prelude::*;
//!
//! # async fn example(client: Client, embedding: Vec<f32>) -> weaviate::Result<()> {
//! let articles = client.collection("Article");
//! let hits = articles
//!     .query()
//!     .hybrid("snowy owl")
//!     .vector(embedding)
//!     .filter(Filter::property("year").greater_or_equal(2020))
//!     .limit(5)
//!     .await?;
//! for hit in &hits {
//!     println!("{:?} {:?}", hit.metadata.score, hit.properties.get("title"));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! See [search](https://docs.weaviate.io/weaviate/search) in Weaviate's documentation.

pub use crate::requests::query::{Queries, Query, Results, Search};
pub use crate::values::properties::Selection;
pub use crate::values::query::{
    Bm25, Bm25Operator, Boost, BoostCondition, Concepts, DecayCurve, Diverse, Diversity, FetchById, FetchByIds,
    FetchObjects, Fusion, Group, GroupBy, GroupedHit, GroupedResults, Hit, HitMetadata, Hybrid, HybridVector, Listed,
    Media, Metadata, Modifier, Move, NearMedia, NearObject, NearText, NearVector, NearVectors, NumericDecay,
    QueryProfile, QueryVectors, Ranked, Reference, Rerank, SearchProperty, SearchResults, ShardProfile, Sort, Targeted,
    Targets, Thresholded, TimeDecay, ValueBoost,
};

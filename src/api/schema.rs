//! Schema of collections: configuration, properties, vectors, indexes, modules, and changes of
//! them.
//!
//! A [`CollectionConfig`] creates a collection. A [`CollectionUpdate`] or a [`Plan`] changes an
//! existing one, through its [`Config`] handle. The most common types are also in the
//! [prelude](crate::prelude). See [Manage
//! collections](https://docs.weaviate.io/weaviate/manage-collections).
//!
//! ```no_run
//! use weaviate::prelude::*;
//! use weaviate::schema::modules::Text2VecOpenAi;
//!
//! # async fn example(client: Client) -> weaviate::Result<()> {
//! let config = CollectionConfig::new("Article")
//!     .property(Property::new("title", DataType::Text))
//!     .vector(VectorConfig::new(Text2VecOpenAi::new()));
//! let articles = client.collections().create(config).await?;
//!
//! let update = CollectionUpdate::new().description("Articles of the newspaper");
//! articles.config().update(update).await?;
//! # Ok(())
//! # }
//! ```

pub use crate::collections::Ensured;
pub use crate::requests::config::{Config, RebuildPropertyIndex, UpsertPropertyIndex};
pub use crate::values::schema::{
    Action, Aggregation, AsyncReplicationConfig, Bm25Config, Bq, Change, CollectionConfig, CollectionUpdate, DataType,
    DeletionStrategy, Difference, Distance, Dynamic, FilterStrategy, Flat, HFresh, Hnsw, IndexTask, IndexTaskStatus,
    InvertedIndexConfig, MultiTenancyConfig, MultiVector, Muvera, ObjectTtlConfig, OtherIndex, Plan, Pq,
    PqDistribution, PqEncoder, PqEncoderType, Property, PropertyIndex, PropertyIndexState, PropertyIndexStatus,
    PropertyIndexes, PropertyVectorization, Quantizer, Replacement, ReplicationConfig, Rq, Shard, ShardStatus,
    ShardingConfig, Sq, Step, Stopwords, TextAnalyzer, Tokenization, TokenizerUserDict, VectorConfig, VectorIndex,
    modules,
};

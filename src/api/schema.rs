//! Collections: configuration, properties, vectors, indexes, modules, and changes of them.

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

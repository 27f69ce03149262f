//! Configuration of a collection: properties, vectors, indexes, replication, tenants, and changes
//! of them.
//!
//! Every group of settings is a struct of optional fields with setters, declared by `settings!`
//! with the names on the wire. `wire/schema/` assembles the JSON of a collection, a property and a
//! vector.

#[macro_use]
pub(crate) mod settings;

mod collection_config;
mod data_type;
mod difference;
mod inverted_index;
mod merge;
pub mod modules;
mod mutability;
mod object_ttl;
mod plan;
mod property;
mod property_index;
pub(crate) mod quantizer;
mod replication;
mod sharding;
mod tokenization;
mod update;
mod vector_config;
mod vector_index;

pub use collection_config::CollectionConfig;
pub use data_type::DataType;
pub use difference::Difference;
pub use inverted_index::{Bm25Config, InvertedIndexConfig, Replacement, Stopwords, TokenizerUserDict};
pub use object_ttl::ObjectTtlConfig;
pub use plan::{Action, Plan, Step};
pub use property::{Property, PropertyVectorization};
pub use property_index::{
    IndexTask, IndexTaskStatus, PropertyIndex, PropertyIndexState, PropertyIndexStatus, PropertyIndexes, Shard,
    ShardStatus,
};
pub use quantizer::{Bq, Pq, PqDistribution, PqEncoder, PqEncoderType, Quantizer, Rq, Sq};
pub(crate) use quantizer::{SLOTS as QUANTIZERS, UNCOMPRESSED};
pub use replication::{AsyncReplicationConfig, DeletionStrategy, ReplicationConfig};
pub(crate) use settings::{Extra, Json, Map, plain};
pub use sharding::{MultiTenancyConfig, ShardingConfig};
pub use tokenization::{TextAnalyzer, Tokenization};
pub(crate) use update::check_possible;
pub use update::{Change, CollectionUpdate};
pub(crate) use vector_config::Legacy;
pub use vector_config::{Distance, VectorConfig};
pub use vector_index::{
    Aggregation, Dynamic, FilterStrategy, Flat, HFresh, Hnsw, MultiVector, Muvera, OtherIndex, VectorIndex,
};

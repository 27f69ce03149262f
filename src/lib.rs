#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// What the derive makes goes by this name, here as elsewhere.
#[cfg(all(test, feature = "derive"))]
extern crate self as weaviate;

mod auth;
mod client;
mod collection;
mod collections;
mod config;
mod connect;
mod data;
mod diagnosis;
mod error;
mod feature;
mod filter;
mod headers;
mod iterate;
mod meta;
pub mod prelude;
pub mod properties;
mod query;
mod report;
mod schema;
mod scope;
mod tenants;
mod transport;
mod types;
mod version;
mod warning;
mod wire;

pub use auth::{AccessToken, TokenError, TokenFuture, TokenProvider};
pub use client::Client;
pub use collection::Collection;
pub use collections::Collections;
pub use config::{CollectionSettings, RebuildPropertyIndex, UpsertPropertyIndex};
#[cfg(feature = "tls")]
pub use connect::Tls;
pub use connect::{
    ClientBuilder, ConnectionInfo, Integrations, NodeAddress, NodeInfo, Protocol, Proxies, RetryPolicy, Timeouts,
};
#[cfg(feature = "embedded")]
pub use connect::{Embedded, EmbeddedBuilder, EmbeddedStage, Progress};
pub use data::{
    AddReferences, ChangeReferences, Data, Delete, DeleteMany, DeleteReport, DeletedObject, Exists, Get, Insert,
    InsertMany, InsertReport, Merge, NewObject, NewReference, ReferenceReport, ReferenceTo, Replace, Validate, uuid5,
};
pub use diagnosis::{Check, Diagnosis, Finding, Layer};
pub use error::{Error, ErrorKind, GrpcCode, Outcome, Result};
pub use feature::Feature;
pub use filter::{Filter, FilterReference, FilterTarget, FilterValue};
pub use iterate::{Iterate, IterateTenants, Objects, ResumeToken, TenantHit, TenantObjects};
pub use meta::Meta;
pub use properties::{Field, Properties, PropertiesCheck};
pub use query::{
    Bm25, Bm25Operator, FetchObjects, Fusion, Group, GroupBy, Grouped, GroupedHit, GroupedResults, Hit, HitMetadata,
    Hybrid, HybridVector, Metadata, NearObject, NearVector, Queries, Query, Ranked, Reference, SearchProperty,
    SearchResults, Sort, Ungrouped,
};
pub use report::ItemError;
pub use schema::{
    Action, Aggregation, AsyncReplicationConfig, Bm25Config, Bq, Change, CollectionConfig, CollectionUpdate, DataType,
    DeletionStrategy, Difference, Distance, Dynamic, FilterStrategy, Flat, HFresh, Hnsw, IndexTask, IndexTaskStatus,
    InvertedIndexConfig, MultiTenancyConfig, MultiVector, Muvera, ObjectTtlConfig, OtherIndex, Plan, Pq,
    PqDistribution, PqEncoder, PqEncoderType, Property, PropertyIndex, PropertyIndexState, PropertyIndexStatus,
    PropertyIndexes, PropertyVectorization, Quantizer, Replacement, ReplicationConfig, Rq, Shard, ShardStatus,
    ShardingConfig, Sq, Step, Stopwords, TextAnalyzer, Tokenization, TokenizerUserDict, VectorConfig, VectorIndex,
    modules,
};
pub use tenants::{
    ChangeTenants, GetTenant, ListTenants, NewTenant, Tenant, TenantExists, TenantReport, TenantStatus, Tenants,
};
pub use types::{
    Blob, ConsistencyLevel, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, PropertyValue, Uuid, Vector, Vectors,
};
pub use version::ServerVersion;
pub use warning::{Warning, WarningCode};

//! What a version of the server can do, by names people use.

use std::fmt;

macro_rules! features {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// Something that not every supported server can do. [`Client::supports`](crate::Client::supports) asks for the
        /// server at hand; requests that need a feature are refused with
        /// [`Unsupported`](crate::ErrorKind::Unsupported) before they are sent.
        ///
        /// Features are backported, so "since" is a set of versions: `Bm25AndCross` came with 1.38.8 and with 1.39.0.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Feature {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Feature {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name of the variant, which is the name in the table of versions too.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

features! {
    /// Deleting by filter over gRPC.
    BatchDelete,
    /// Reading tenants over gRPC.
    TenantsGet,
    /// Aggregations over gRPC.
    Aggregate,
    /// Adding references over gRPC.
    BatchReferences,
    /// Imports over one long-lived stream.
    BatchStream,
    /// gRPC's messages through the port of REST.
    GrpcWeb,
    /// One search over several named vectors.
    MultiTargetSearch,
    /// A query vector of its own for each target.
    VectorForTargets,
    /// Several vectors per object and index, as late-interaction models make them.
    MultiVectors,
    /// A maximal vector distance in hybrid searches.
    HybridVectorDistance,
    /// A text of its own for the vector half of a hybrid search.
    HybridNearText,
    /// A vector with options for the vector half of a hybrid search.
    HybridNearVector,
    /// How many words of a keyword search must match.
    Bm25Operator,
    /// All words must match, in whichever property.
    Bm25AndCross,
    /// Filters that exclude any of a list.
    FilterContainsNone,
    /// Negated filters.
    FilterNot,
    /// Filters on properties of nested objects; off unless the server is told otherwise.
    NestedPropertyFilters,
    /// Texts that hold a number as values for numeric properties in filters.
    FilterCoercion,
    /// Search results picked for diversity.
    Mmr,
    /// Scores raised by conditions.
    Boost,
    /// Where a search spends its time.
    QueryProfile,
    /// Choosing the generative provider with the query.
    RuntimeGenerative,
    /// Several named vectors per object.
    NamedVectors,
    /// Encoding multi-vectors into single ones.
    Muvera,
    /// Scalar quantization.
    ScalarQuantization,
    /// Rotational quantization of hnsw indexes.
    RotationalQuantization,
    /// Rotational quantization of flat indexes.
    RotationalQuantizationFlat,
    /// Rotational quantization to one bit per number.
    RotationalQuantizationOneBit,
    /// Keeping the server's default quantization off an index.
    SkipDefaultQuantization,
    /// The strategy of filtered searches in hnsw indexes.
    FilterStrategy,
    /// Indexes that turn from flat to hnsw as they grow.
    DynamicIndex,
    /// The hfresh index.
    HfreshIndex,
    /// Named vectors that leave the kind of index to the server.
    DefaultVectorIndexType,
    /// Adding a named vector to a collection that exists.
    AddVector,
    /// Another generative or reranker module for a collection that exists.
    UpdateModules,
    /// Bytes of which a hash alone is kept.
    BlobHash,
    /// Indexes for range filters.
    IndexRangeFilters,
    /// Asynchronous replication.
    AsyncReplication,
    /// Settings of asynchronous replication.
    AsyncReplicationConfig,
    /// Objects that expire.
    ObjectTtl,
    /// Text analysis per property.
    TextAnalyzer,
    /// Named lists of stopwords.
    StopwordPresets,
    /// The Korean tokenizer.
    TokenizerKagomeKr,
    /// The Japanese tokenizer with kagome.
    TokenizerKagomeJa,
    /// The Chinese tokenizer.
    TokenizerGseCh,
    /// Tenants that come into being with their first object.
    AutoTenantCreation,
    /// Tenants that wake when they are used.
    AutoTenantActivation,
    /// Second names of collections.
    Aliases,
    /// Roles and permissions.
    Rbac,
    /// Users that the database manages.
    DbUsers,
    /// Roles of groups.
    GroupRoles,
    /// Stopping a backup.
    BackupCancel,
    /// Stopping a restore.
    BackupRestoreCancel,
    /// Listing backups.
    BackupList,
    /// Export to Parquet.
    Export,
    /// The tokens of a text.
    Tokenize,
    /// Moving and copying replicas.
    ReplicaMovement,
    /// Plans for another replication factor.
    ReplicationScale,
    /// Background tasks of the cluster.
    DistributedTasks,
    /// The state of the cluster's consensus.
    ClusterStatistics,
    /// Dropping an inverted index of a property.
    PropertyIndexDelete,
    /// Dropping a vector index.
    VectorIndexDelete,
    /// The state of inverted indexes.
    IndexStatus,
    /// Building an inverted index anew.
    IndexRebuild,
    /// Namespaces.
    Namespaces,
    /// Reading one tenant over REST.
    TenantGetOne,
    /// The server says how large a message may be.
    GrpcMaxMessageSize,
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

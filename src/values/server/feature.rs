//! Features that depend on the version of the server.

use std::fmt;

macro_rules! features {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// Feature that only some of the supported server versions have.
        ///
        /// [`Client::supports`](crate::Client::supports) tells whether the connected server has it.
        /// A request that needs a missing feature fails with
        /// [`Unsupported`](crate::ErrorKind::Unsupported) before it is sent.
        ///
        /// Weaviate backports features to earlier minor versions: `Bm25AndCross` came with 1.38.8
        /// and with 1.39.0.
        ///
        /// ```
        /// use weaviate::server::Feature;
        ///
        /// assert!(Feature::ALL.contains(&Feature::MultiVectors));
        /// assert_eq!(Feature::MultiVectors.to_string(), "MultiVectors");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Feature {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Feature {
            /// All features.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Returns the name of the variant.
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
    /// Deletion by filter over gRPC.
    BatchDelete,
    /// Reading of tenants over gRPC.
    TenantsGet,
    /// Aggregations over gRPC.
    Aggregate,
    /// Addition of references over gRPC.
    BatchReferences,
    /// Imports over one long-lived gRPC stream.
    BatchStream,
    /// gRPC-Web: gRPC messages over the port of REST.
    GrpcWeb,
    /// Multi-target search: one search over several named vectors.
    MultiTargetSearch,
    /// Separate query vectors for the targets of a multi-target search.
    VectorForTargets,
    /// Multi-vectors of late-interaction models such as ColBERT.
    MultiVectors,
    /// Maximum vector distance of hybrid searches.
    HybridVectorDistance,
    /// Separate text for the vector part of a hybrid search.
    HybridNearText,
    /// Vector with options for the vector part of a hybrid search.
    HybridNearVector,
    /// BM25 operator: the number of words that must match.
    Bm25Operator,
    /// BM25 operator "and" across properties: all words match, each in any of the properties.
    Bm25AndCross,
    /// `ContainsNone` filters.
    FilterContainsNone,
    /// `Not` filters.
    FilterNot,
    /// Filters on properties of nested objects. Off by default; enabled with
    /// `WEAVIATE_PREVIEW_NESTED_FILTERING` on the server.
    NestedPropertyFilters,
    /// Filters on numeric properties with numbers written as text.
    FilterCoercion,
    /// Maximal marginal relevance (MMR): search results selected for diversity.
    Mmr,
    /// Boosted scores for objects that meet conditions.
    Boost,
    /// Query profile: durations of the parts of a search.
    QueryProfile,
    /// Generative (RAG) provider chosen per query.
    RuntimeGenerative,
    /// The full prompt of a grouped task in a generative search.
    GenerativeTaskDebug,
    /// Images in a generative search, for Anthropic, AWS, Google, Ollama and `OpenAI`.
    GenerativeImages,
    /// Images of the objects in a generative search, for the same providers.
    GenerativeImageProperties,
    /// Images in a generative search, for Cohere.
    GenerativeCohereImages,
    /// NVIDIA as the provider of a generative search.
    GenerativeNvidia,
    /// xAI as the provider of a generative search.
    GenerativeXai,
    /// Contextual AI as the provider of a generative search.
    GenerativeContextualAi,
    /// `DeepSeek` as the provider of a generative search.
    GenerativeDeepseek,
    /// The maximum number of tokens in a generative search, for AWS.
    GenerativeAwsMaxTokens,
    /// Stop sequences in a generative search, for AWS.
    GenerativeAwsStopSequences,
    /// The location of the model in a generative search, for Google.
    GenerativeGoogleLocation,
    /// Reasoning effort and verbosity in a generative search, for `OpenAI`.
    GenerativeOpenAiReasoning,
    /// Named vectors: several vectors per object.
    NamedVectors,
    /// MUVERA encoding of multi-vectors into single vectors.
    Muvera,
    /// Scalar quantization (SQ).
    ScalarQuantization,
    /// Rotational quantization (RQ) of HNSW indexes.
    RotationalQuantization,
    /// Rotational quantization (RQ) of flat indexes.
    RotationalQuantizationFlat,
    /// Rotational quantization (RQ) to 1 bit per dimension.
    RotationalQuantizationOneBit,
    /// Opt-out of an index from the default quantization of the server.
    SkipDefaultQuantization,
    /// Filter strategy of HNSW indexes, such as ACORN.
    FilterStrategy,
    /// Dynamic vector index: starts flat, becomes HNSW above a threshold.
    DynamicIndex,
    /// HFresh vector index.
    HfreshIndex,
    /// Named vectors without a vector index type, which the server then chooses.
    DefaultVectorIndexType,
    /// Addition of a named vector to an existing collection.
    AddVector,
    /// Change of the generative or reranker module of an existing collection.
    UpdateModules,
    /// Data type `blobHash`: the server stores only a hash of the bytes.
    BlobHash,
    /// Inverted index for range filters.
    IndexRangeFilters,
    /// Asynchronous replication.
    AsyncReplication,
    /// Settings of asynchronous replication.
    AsyncReplicationConfig,
    /// Time to live (TTL) of objects.
    ObjectTtl,
    /// Text analyzer per property.
    TextAnalyzer,
    /// Stopword presets: named lists of stopwords.
    StopwordPresets,
    /// Korean tokenizer kagome.
    TokenizerKagomeKr,
    /// Japanese tokenizer kagome.
    TokenizerKagomeJa,
    /// Chinese tokenizer gse.
    TokenizerGseCh,
    /// Automatic creation of tenants with their first object.
    AutoTenantCreation,
    /// Automatic activation of tenants when they are used.
    AutoTenantActivation,
    /// Aliases of collections.
    Aliases,
    /// Role-based access control (RBAC).
    Rbac,
    /// Users managed by the database.
    DbUsers,
    /// Roles of groups.
    GroupRoles,
    /// Cancellation of a backup.
    BackupCancel,
    /// Cancellation of a restore.
    BackupRestoreCancel,
    /// List of backups.
    BackupList,
    /// Export to Parquet.
    Export,
    /// Tokenization of a text on request.
    Tokenize,
    /// Replica movement: moving and copying of replicas.
    ReplicaMovement,
    /// Plans for a change of the replication factor.
    ReplicationScale,
    /// Background tasks of the cluster.
    DistributedTasks,
    /// Raft statistics of the cluster.
    ClusterStatistics,
    /// Deletion of an inverted index of a property.
    PropertyIndexDelete,
    /// Deletion of a vector index.
    VectorIndexDelete,
    /// Status of inverted indexes.
    IndexStatus,
    /// Rebuild of an inverted index.
    IndexRebuild,
    /// Namespaces.
    Namespaces,
    /// Reading of one tenant over REST.
    TenantGetOne,
    /// Maximum size of a gRPC message in the metadata of the server.
    GrpcMaxMessageSize,
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

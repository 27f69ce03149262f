//! Vector indexes: HNSW, flat, dynamic, HFresh.

use std::time::Duration;

use serde_json::Value;

use super::Quantizer;
use super::settings::Json;

/// Vector index (`vectorIndexType` and `vectorIndexConfig`): the structure that vector search uses.
///
/// Default: [`Hnsw`], unless the server has another default. The kind cannot change once the vector
/// exists. See [Vector index](https://docs.weaviate.io/weaviate/config-refs/indexing/vector-index).
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::schema::{Bq, Dynamic};
///
/// let graph = VectorConfig::self_provided().index(Hnsw::new().ef_construction(256).max_connections(64));
/// let brute_force = VectorConfig::self_provided().index(Flat::new().quantizer(Bq::new()));
/// let dynamic = VectorConfig::self_provided().index(Dynamic::new().threshold(5_000).hnsw(Hnsw::new().ef(64)));
/// ```
#[doc(alias = "index")]
#[doc(alias = "vectorIndexType")]
#[doc(alias = "vectorIndexConfig")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "a collection has a few of them, and they are matched on")]
pub enum VectorIndex {
    /// HNSW, a graph of neighbours: fast approximate search over many vectors.
    Hnsw(Hnsw),
    /// Flat index, searched by brute force: exact, for few vectors such as many small tenants.
    Flat(Flat),
    /// Dynamic index: starts flat (brute force), becomes HNSW above a number of objects. The server
    /// needs `ASYNC_INDEXING=true`.
    Dynamic(Dynamic),
    /// HFresh, clusters of vectors on disk. Needs Weaviate 1.36.
    HFresh(HFresh),
    /// An index that this client does not know, or the placeholder of a dropped index.
    Other(OtherIndex),
}

/// Vector index that this client does not know. Its name and settings are kept as they were read.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherIndex {
    pub(crate) name: String,
    pub(crate) settings: Option<Value>,
}

impl OtherIndex {
    /// Returns the name in the server's schema.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

settings! {
    /// Settings of an HNSW vector index, a graph whose nodes link to their nearest neighbours.
    ///
    /// See
    /// [HNSW](https://docs.weaviate.io/weaviate/config-refs/indexing/vector-index#hnsw-index-parameters).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::{FilterStrategy, Rq};
    ///
    /// let index = Hnsw::new()
    ///     .ef_construction(256)
    ///     .max_connections(64)
    ///     .ef(128)
    ///     .filter_strategy(FilterStrategy::Acorn)
    ///     .quantizer(Rq::new());
    /// let vector = VectorConfig::self_provided().index(index);
    /// ```
    #[doc(alias = "graph")]
    Hnsw {
        /// HNSW `efConstruction`, size of the candidate list while an object is added. More
        /// improves recall and slows imports. Range: >= 4. Default: 128. Fixed once the index
        /// exists.
        #[doc(alias = "efConstruction")]
        ef_construction: i64 = "efConstruction",
        /// HNSW `maxConnections` (the `M` of the literature), links per object. More improves
        /// recall and takes memory. Range: 4 to 2047. Default: 32. Fixed once the index exists.
        #[doc(alias = "maxConnections")]
        max_connections: i64 = "maxConnections",
        /// HNSW `ef`, size of the candidate list of a search. More improves recall and slows
        /// searches. Default: -1, dynamic: `limit * dynamic_ef_factor`, kept between
        /// `dynamic_ef_min` and `dynamic_ef_max`.
        ef: i64 = "ef",
        /// Lower bound of the dynamic `ef`. Used while `ef` is -1. Default: 100.
        #[doc(alias = "dynamicEfMin")]
        dynamic_ef_min: i64 = "dynamicEfMin",
        /// Upper bound of the dynamic `ef`. Used while `ef` is -1. Default: 500.
        #[doc(alias = "dynamicEfMax")]
        dynamic_ef_max: i64 = "dynamicEfMax",
        /// Factor by which the limit of a search is multiplied to get the dynamic `ef`. Used while
        /// `ef` is -1. Default: 8.
        #[doc(alias = "dynamicEfFactor")]
        dynamic_ef_factor: i64 = "dynamicEfFactor",
        /// Flat-search cutoff: a filter that at most this many objects pass is searched by brute
        /// force instead of the graph. 0 always uses the graph. Default: 40 000.
        #[doc(alias = "flatSearchCutoff")]
        flat_search_cutoff: i64 = "flatSearchCutoff",
        /// Vector cache size: vectors kept in memory. Default: 10^12.
        #[doc(alias = "vectorCacheMaxObjects")]
        vector_cache_max_objects: i64 = "vectorCacheMaxObjects",
        /// Interval at which links to deleted objects (tombstones) are removed, in whole seconds.
        /// Default: 300 s. Fixed once the index exists.
        cleanup_interval: Duration via seconds = "cleanupIntervalSeconds",
        /// Filter strategy of the graph search. Needs Weaviate 1.27. Default:
        /// [`Acorn`](FilterStrategy::Acorn) since Weaviate 1.34,
        /// [`Sweeping`](FilterStrategy::Sweeping) before.
        filter_strategy: FilterStrategy = "filterStrategy",
        /// Skips the index: objects keep the vector, but no vector search finds it. Default: off.
        skip: bool = "skip",
        /// Quantizer, compression of the vectors in memory. Default: none, unless the server sets
        /// `DEFAULT_QUANTIZATION`.
        #[doc(alias = "compression")]
        quantizer: Quantizer via quantizer = "",
        /// Multi-vector index, for the several vectors per object of late-interaction models
        /// (ColBERT). Needs Weaviate 1.29. Default: off. Fixed once the index exists.
        #[doc(alias = "colbert")]
        multi_vector: MultiVector via enabled = "multivector",
    }
}

settings! {
    /// Settings of a flat vector index: brute-force search, exact, without a graph in memory.
    ///
    /// See [Vector index](https://docs.weaviate.io/weaviate/config-refs/indexing/vector-index).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Bq;
    ///
    /// let vector = VectorConfig::self_provided().index(Flat::new().quantizer(Bq::new().cache(true)));
    /// ```
    #[doc(alias = "brute-force")]
    Flat {
        /// Vector cache size: vectors kept in memory. Default: 10^12.
        #[doc(alias = "vectorCacheMaxObjects")]
        vector_cache_max_objects: i64 = "vectorCacheMaxObjects",
        /// Quantizer, compression of the vectors: [`Bq`](super::Bq), or [`Rq`](super::Rq) since
        /// Weaviate 1.34. Default: none, unless the server sets `DEFAULT_QUANTIZATION`. Fixed once
        /// the index exists.
        #[doc(alias = "compression")]
        quantizer: Quantizer via quantizer = "",
    }
}

settings! {
    /// Settings of a dynamic vector index: starts flat (brute force), becomes HNSW above a
    /// threshold.
    ///
    /// The server needs `ASYNC_INDEXING=true`. The change to HNSW happens once and is not undone.
    /// See [Vector index](https://docs.weaviate.io/weaviate/config-refs/indexing/vector-index).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::{Bq, Dynamic, Rq};
    ///
    /// let index = Dynamic::new()
    ///     .threshold(5_000)
    ///     .flat(Flat::new().quantizer(Bq::new()))
    ///     .hnsw(Hnsw::new().quantizer(Rq::new()));
    /// let vector = VectorConfig::self_provided().index(index);
    /// ```
    Dynamic {
        /// Number of objects above which the index becomes HNSW. Default: 10 000.
        threshold: i64 = "threshold",
        /// Settings of the index above the threshold.
        hnsw: Hnsw = "hnsw",
        /// Settings of the index up to the threshold.
        flat: Flat = "flat",
    }
}

settings! {
    /// Settings of an HFresh vector index: clusters of vectors ("postings") on disk. Needs Weaviate
    /// 1.36.
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::HFresh;
    ///
    /// let vector = VectorConfig::self_provided().index(HFresh::new().search_probe(128));
    /// ```
    #[doc(alias = "spfresh")]
    HFresh {
        /// Posting size, the largest size of a cluster, in KiB. Range: 8 to 1024. Default: 48.
        max_posting_size_kb: i64 = "maxPostingSizeKB",
        /// Replicas of a vector: the number of clusters that hold it. Range: <= 10. Default: 4.
        /// Fixed once the index exists.
        replicas: i64 = "replicas",
        /// Search probe: the number of clusters that a search reads. More improves recall and slows
        /// searches. Default: 256, or 64 in the first releases with HFresh.
        search_probe: i64 = "searchProbe",
        /// Quantizer, compression of the vectors: [`Rq`](super::Rq) with 1 bit only.
        #[doc(alias = "compression")]
        quantizer: Quantizer via quantizer = "",
    }
}

words! {
    /// Filter strategy of an HNSW index: the way a vector search with a filter traverses the graph.
    FilterStrategy {
        /// Visits all neighbours and drops the results that do not pass the filter.
        Sweeping = "sweeping",
        /// ACORN: skips neighbours that do not pass the filter. Faster if filter and query are
        /// unrelated.
        Acorn = "acorn",
    }
}

settings! {
    /// Settings of a multi-vector HNSW index: several vectors per object, as ColBERT models make
    /// them. Needs Weaviate 1.29.
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::{MultiVector, Muvera};
    ///
    /// let index = Hnsw::new().multi_vector(MultiVector::new().muvera(Muvera::new()));
    /// let vector = VectorConfig::self_provided().name("colbert").index(index);
    /// ```
    #[doc(alias = "colbert")]
    MultiVector {
        /// Aggregation of the distances of several vectors into one. Default:
        /// [`MaxSim`](Aggregation::MaxSim).
        aggregation: Aggregation = "aggregation",
        /// MUVERA encoding: indexes one fixed-size vector per object instead of several. Default:
        /// off. Needs Weaviate 1.31. Fixed once the index exists.
        muvera: Muvera via enabled = "muvera",
    }
}

words! {
    /// Aggregation of the distances of several vectors into one.
    Aggregation {
        /// MaxSim: the sum, over the vectors of the query, of the best similarity of each.
        MaxSim = "maxSim",
    }
}

settings! {
    /// Settings of the MUVERA encoding, which turns several vectors into one of fixed size. Needs
    /// Weaviate 1.31.
    ///
    /// The encoded vector has `repetitions * 2^ksim * dprojections` dimensions.
    Muvera {
        /// MUVERA `ksim`: the space is divided into `2^ksim` parts. Default: 4.
        ksim: i64 = "ksim",
        /// MUVERA `dprojections`: dimensions to which the vectors of a part are projected. Default:
        /// 16.
        dprojections: i64 = "dprojections",
        /// MUVERA `repetitions`: number of independent divisions of the space. Default: 10.
        repetitions: i64 = "repetitions",
    }
}

impl Hnsw {
    /// Creates the settings of a vector without an index: objects keep the vector, but no vector
    /// search finds it.
    #[must_use]
    pub fn none() -> Self {
        Self::new().skip(true)
    }
}

macro_rules! kinds {
    ($($variant:ident = $name:literal,)*) => {
        $(
            impl From<$variant> for VectorIndex {
                fn from(settings: $variant) -> Self {
                    Self::$variant(settings)
                }
            }
        )*

        impl VectorIndex {
            /// Returns the name of the index type in the server's schema, such as `hnsw`.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $name, )*
                    Self::Other(other) => &other.name,
                }
            }

            /// Reads the index from its name and settings. `None` for an unknown name or settings
            /// that are not an object.
            pub(crate) fn read(kind: &str, settings: &Value) -> Option<Self> {
                match kind {
                    $( $name => $variant::read(settings).map(Self::$variant), )*
                    _ => None,
                }
            }

            /// Writes the settings. `None` if an unknown index came without any.
            pub(crate) fn write(&self) -> Option<Value> {
                match self {
                    $( Self::$variant(settings) => Some(settings.write()), )*
                    Self::Other(other) => other.settings.clone(),
                }
            }
        }
    };
}

kinds! {
    Hnsw = "hnsw",
    Flat = "flat",
    Dynamic = "dynamic",
    HFresh = "hfresh",
}

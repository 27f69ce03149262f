//! How the vectors of a collection are searched.

use std::time::Duration;

use serde_json::Value;

use super::Quantizer;
use super::settings::Json;

/// How vectors are searched.
///
/// ```
/// use weaviate::schema::{Bq, Dynamic, Flat, Hnsw, VectorConfig};
///
/// let graph = VectorConfig::self_provided().index(Hnsw::new().ef_construction(256).max_connections(64));
/// let list = VectorConfig::self_provided().index(Flat::new().quantizer(Bq::new()));
/// let grows = VectorConfig::self_provided().index(Dynamic::new().threshold(5_000).hnsw(Hnsw::new().ef(64)));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "a collection has a few of them, and they are matched on")]
pub enum VectorIndex {
    /// A graph: the usual one.
    Hnsw(Hnsw),
    /// A list that is read from beginning to end: for few vectors, many small tenants for instance.
    Flat(Flat),
    /// A list that becomes a graph. Needs asynchronous indexing on the server.
    Dynamic(Dynamic),
    /// Clusters on disk. Needs Weaviate 1.36.
    HFresh(HFresh),
    /// One that this client does not know, and that of a vector whose index was dropped.
    Other(OtherIndex),
}

/// A vector index that this client does not know: its name and settings are kept as they were read.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherIndex {
    pub(crate) name: String,
    pub(crate) settings: Option<Value>,
}

impl OtherIndex {
    /// The name in the server's schema.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

settings! {
    /// A graph in which neighbours are linked.
    Hnsw {
        /// How many neighbours are looked at while an object is added: more is slower and better. Default: 128. Fixed
        /// once the index exists.
        ef_construction: i64 = "efConstruction",
        /// How many links an object has. Default: 32. Fixed once the index exists.
        max_connections: i64 = "maxConnections",
        /// How many neighbours are looked at in a search: more is slower and better. Default: -1, which makes it depend on
        /// the limit of the search.
        ef: i64 = "ef",
        /// The least that it then is. Default: 100.
        dynamic_ef_min: i64 = "dynamicEfMin",
        /// The most that it then is. Default: 500.
        dynamic_ef_max: i64 = "dynamicEfMax",
        /// How many times the limit it then is. Default: 8.
        dynamic_ef_factor: i64 = "dynamicEfFactor",
        /// Up to how many objects that pass a filter are compared one by one. Default: 40 000.
        flat_search_cutoff: i64 = "flatSearchCutoff",
        /// How many vectors are kept in memory. Default: 10¹².
        vector_cache_max_objects: i64 = "vectorCacheMaxObjects",
        /// How often links to deleted objects are removed, in whole seconds. Default: 5 minutes. Fixed once the index
        /// exists.
        cleanup_interval: Duration via seconds = "cleanupIntervalSeconds",
        /// How a search with a filter goes through the graph. Default: [`Acorn`](FilterStrategy::Acorn) on new servers.
        filter_strategy: FilterStrategy = "filterStrategy",
        /// Whether there is no index at all: objects keep the vector, but no search finds it. Default: no.
        skip: bool = "skip",
        /// How the vectors in memory are made smaller. Default: the server decides.
        quantizer: Quantizer via quantizer = "",
        /// Whether each object has several vectors, as late-interaction models make them. Needs Weaviate 1.29. Fixed once
        /// the index exists.
        multi_vector: MultiVector via enabled = "multivector",
    }
}

settings! {
    /// A list that is read from beginning to end.
    Flat {
        /// How many vectors are kept in memory. Default: 10¹².
        vector_cache_max_objects: i64 = "vectorCacheMaxObjects",
        /// How the vectors are made smaller: [`Bq`](super::Bq) or [`Rq`](super::Rq). Default: the server decides.
        quantizer: Quantizer via quantizer = "",
    }
}

settings! {
    /// A list that becomes a graph.
    Dynamic {
        /// How many objects make a graph of it. Default: 10 000.
        threshold: i64 = "threshold",
        /// The graph.
        hnsw: Hnsw = "hnsw",
        /// The list.
        flat: Flat = "flat",
    }
}

settings! {
    /// Clusters on disk. Needs Weaviate 1.36.
    HFresh {
        /// How large a cluster may be, in KiB. Default: the server decides.
        max_posting_size_kb: i64 = "maxPostingSizeKB",
        /// In how many clusters a vector is. Default: 4. Fixed once the index exists.
        replicas: i64 = "replicas",
        /// How many clusters a search looks into. Default: 64.
        search_probe: i64 = "searchProbe",
        /// How the vectors are made smaller: [`Rq`](super::Rq). Default: the server decides.
        quantizer: Quantizer via quantizer = "",
    }
}

words! {
    /// How a search with a filter goes through the graph.
    FilterStrategy {
        /// Through all neighbours, leaving out what does not pass.
        Sweeping = "sweeping",
        /// Over neighbours that do not pass.
        Acorn = "acorn",
    }
}

settings! {
    /// Several vectors per object. Needs Weaviate 1.29.
    MultiVector {
        /// How the distances of several vectors become one. Default: [`MaxSim`](Aggregation::MaxSim).
        aggregation: Aggregation = "aggregation",
        /// Encodes the vectors of an object into one. Default: no. Needs Weaviate 1.31.
        muvera: Muvera via enabled = "muvera",
    }
}

words! {
    /// How the distances of several vectors become one.
    Aggregation {
        /// The sum of the best for each vector of the query.
        MaxSim = "maxSim",
    }
}

settings! {
    /// Encodes several vectors into one. Needs Weaviate 1.31.
    Muvera {
        /// How finely the space is divided: 2 to this power. Default: 4.
        ksim: i64 = "ksim",
        /// How many dimensions a part is projected to. Default: 16.
        dprojections: i64 = "dprojections",
        /// How often it is done. Default: 10.
        repetitions: i64 = "repetitions",
    }
}

impl Hnsw {
    /// No index: objects keep the vector, but no search finds it.
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
            /// The name in the server's schema.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $name, )*
                    Self::Other(other) => &other.name,
                }
            }

            /// From its name and its settings, unless the settings are no object.
            pub(crate) fn read(kind: &str, settings: &Value) -> Option<Self> {
                match kind {
                    $( $name => $variant::read(settings).map(Self::$variant), )*
                    _ => None,
                }
            }

            /// The settings; absent where there were none.
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

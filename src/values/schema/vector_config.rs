use super::modules::{SelfProvided, Vectorizer};
use super::settings::Extra;
use super::vector_index::VectorIndex;

/// Configuration of one named vector (`vectorConfig`): its vectorizer, distance metric and index.
///
/// See [Vectorizer and vector
/// settings](https://docs.weaviate.io/weaviate/manage-collections/vector-config).
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::schema::Rq;
/// use weaviate::schema::modules::Text2VecOpenAi;
///
/// let title = VectorConfig::new(Text2VecOpenAi::new().model("text-embedding-3-small").source_properties(["title"]))
///     .name("title")
///     .distance(Distance::Cosine)
///     .index(Hnsw::new().ef(128).quantizer(Rq::new()));
/// let picture = VectorConfig::self_provided().name("picture");
/// ```
#[doc(alias = "namedVectors")]
#[doc(alias = "vectorizer")]
#[doc(alias = "embedding")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VectorConfig {
    /// Name of the vector in searches and replies.
    pub name: String,
    /// Vectorizer module that creates the vector, or [`SelfProvided`]. Fixed once the vector
    /// exists.
    pub vectorizer: Vectorizer,
    /// Distance metric. Fixed once the vector exists.
    pub distance: Option<Distance>,
    /// Vector index. Its kind is fixed once the vector exists.
    pub index: Option<VectorIndex>,
    pub(crate) legacy: Option<Legacy>,
    pub(crate) extra: Extra,
}

/// Members of the collection that describe an unnamed vector, as collections of old servers have
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Legacy {
    pub(crate) names_vectorizer: bool,
    pub(crate) has_settings: bool,
}

impl VectorConfig {
    /// Creates the configuration of a vector that a [vectorizer module](crate::schema::modules)
    /// makes, named `default`.
    #[must_use]
    pub fn new(vectorizer: impl Into<Vectorizer>) -> Self {
        Self {
            name: "default".to_owned(),
            vectorizer: vectorizer.into(),
            distance: None,
            index: None,
            legacy: None,
            extra: Extra::default(),
        }
    }

    /// Creates the configuration of a vector that the application provides (`none`, "bring your own
    /// vectors"), named `default`.
    ///
    /// Objects without this vector are stored, but vector searches do not find them.
    #[doc(alias = "none")]
    #[doc(alias = "byov")]
    #[must_use]
    pub fn self_provided() -> Self {
        Self::new(SelfProvided::new())
    }

    /// Returns whether objects have several vectors of this name each.
    pub(crate) fn is_multi(&self) -> bool {
        matches!(&self.index, Some(VectorIndex::Hnsw(index)) if index.multi_vector.is_some())
    }

    /// Sets the name of the vector in searches and replies. Default: `default`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the distance metric. Default: [`Distance::Cosine`].
    ///
    /// A distance is a setting of an index. Without [`index`](Self::index), this also selects
    /// [`Hnsw`](crate::schema::Hnsw).
    #[doc(alias = "metric")]
    #[must_use]
    pub fn distance(mut self, distance: Distance) -> Self {
        self.distance = Some(distance);
        self
    }

    /// Sets the vector index. Default: the server decides, usually [`Hnsw`](crate::schema::Hnsw).
    #[must_use]
    pub fn index(mut self, index: impl Into<VectorIndex>) -> Self {
        self.index = Some(index.into());
        self
    }

    /// Whether this is the unnamed vector of a collection that was created without named vectors.
    /// It is listed as `default`.
    #[must_use]
    pub fn is_unnamed(&self) -> bool {
        self.legacy.is_some()
    }
}

words! {
    /// Distance metric of a vector index; a lower distance is more similar.
    ///
    /// See [Distance metrics](https://docs.weaviate.io/weaviate/config-refs/distances).
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let vector = VectorConfig::self_provided().distance(Distance::Dot);
    /// ```
    #[doc(alias = "metric")]
    #[doc(alias = "similarity")]
    Distance {
        /// Cosine distance, 1 - cosine similarity. Range: 0 to 2.
        Cosine = "cosine",
        /// Negative dot product. Range: unbounded.
        Dot = "dot",
        /// Squared Euclidean distance (L2). Range: >= 0.
        #[doc(alias = "euclidean")]
        L2Squared = "l2-squared",
        /// Hamming distance, the number of dimensions that differ. Range: 0 to the number of
        /// dimensions.
        Hamming = "hamming",
        /// Manhattan distance (L1), the sum of the absolute differences. Range: >= 0.
        Manhattan = "manhattan",
    }
}

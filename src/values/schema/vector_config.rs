use super::modules::{SelfProvided, Vectorizer};
use super::settings::Extra;
use super::vector_index::VectorIndex;

/// One vector of a collection: who makes it, how two of them are compared, how they are searched.
///
/// ```
/// use weaviate::schema::modules::Text2VecOpenAi;
/// use weaviate::schema::{Distance, Hnsw, Rq, VectorConfig};
///
/// let title = VectorConfig::new(Text2VecOpenAi::new().model("text-embedding-3-small").source_properties(["title"]))
///     .name("title")
///     .distance(Distance::Cosine)
///     .index(Hnsw::new().ef(128).quantizer(Rq::new()));
/// let picture = VectorConfig::self_provided().name("picture");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VectorConfig {
    /// What it is called in searches and in replies.
    pub name: String,
    /// Who makes it. Fixed once the vector exists.
    pub vectorizer: Vectorizer,
    /// How two vectors are compared. Fixed once the vector exists.
    pub distance: Option<Distance>,
    /// How they are searched. Its kind is fixed once the vector exists.
    pub index: Option<VectorIndex>,
    pub(crate) legacy: Option<Legacy>,
    pub(crate) extra: Extra,
}

/// Where the parts of a vector stood that is described at the level of the collection, the only way of old servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Legacy {
    pub(crate) names_vectorizer: bool,
    pub(crate) has_settings: bool,
}

impl VectorConfig {
    /// A vector that a [module](crate::schema::modules) makes. It is called `default` until it is given a name.
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

    /// A vector that comes with the object. It is called `default` until it is given a name.
    #[must_use]
    pub fn self_provided() -> Self {
        Self::new(SelfProvided::new())
    }

    /// What it is called in searches and in replies.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How two vectors are compared. Default: [`Distance::Cosine`]. Where no index is named, this names
    /// [`Hnsw`](crate::schema::Hnsw), since a distance belongs to an index.
    #[must_use]
    pub fn distance(mut self, distance: Distance) -> Self {
        self.distance = Some(distance);
        self
    }

    /// How the vectors are searched. Default: the server decides, [`Hnsw`](crate::schema::Hnsw) as a rule.
    #[must_use]
    pub fn index(mut self, index: impl Into<VectorIndex>) -> Self {
        self.index = Some(index.into());
        self
    }

    /// Whether it is the one vector without a name that a collection made in the old way has. It is listed as `default`.
    #[must_use]
    pub fn is_unnamed(&self) -> bool {
        self.legacy.is_some()
    }
}

words! {
    /// How far apart two vectors are; less is nearer.
    Distance {
        /// One minus the cosine of the angle: 0 to 2.
        Cosine = "cosine",
        /// The dot product, negated.
        Dot = "dot",
        /// The Euclidean distance, squared.
        L2Squared = "l2-squared",
        /// How many coordinates differ.
        Hamming = "hamming",
        /// The sum of the differences of all coordinates.
        Manhattan = "manhattan",
    }
}

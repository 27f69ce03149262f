/// One vector of a collection: where it comes from and how two of them are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorConfig {
    pub(crate) name: String,
    pub(crate) vectorizer: Vectorizer,
    pub(crate) distance: Option<Distance>,
}

/// Who makes the vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vectorizer {
    SelfProvided,
}

impl VectorConfig {
    /// A vector that comes with the object. It is called `default` until it is given a name.
    #[must_use]
    pub fn self_provided() -> Self {
        Self { name: "default".to_owned(), vectorizer: Vectorizer::SelfProvided, distance: None }
    }

    /// What it is called in searches and in replies.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How two vectors are compared. Default: [`Distance::Cosine`].
    #[must_use]
    pub fn distance(mut self, distance: Distance) -> Self {
        self.distance = Some(distance);
        self
    }
}

/// How far apart two vectors are; less is nearer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Distance {
    /// One minus the cosine of the angle: 0 to 2.
    Cosine,
    /// The dot product, negated.
    Dot,
    /// The Euclidean distance, squared.
    L2Squared,
    /// How many coordinates differ.
    Hamming,
    /// The sum of the differences of all coordinates.
    Manhattan,
    /// A measure that this client does not know, by its name in the server's schema.
    Other(String),
}

impl Distance {
    /// The name in the server's schema.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cosine => "cosine",
            Self::Dot => "dot",
            Self::L2Squared => "l2-squared",
            Self::Hamming => "hamming",
            Self::Manhattan => "manhattan",
            Self::Other(name) => name,
        }
    }
}

//! Named vectors of an object.

use std::borrow::Cow;

use super::Vector;

/// Named vectors of an object, in the order of insertion or of the reply.
///
/// The collection configures a vector index for each name. See Weaviate's page on
/// [vector configuration](https://docs.weaviate.io/weaviate/manage-collections/vector-config).
///
/// ```
/// use weaviate::prelude::*;
///
/// let vectors = Vectors::from([("title", vec![1.0, 0.0]), ("body", vec![0.0, 1.0, 0.0])]);
/// assert_eq!(vectors.get("body"), Some(&Vector::from([0.0, 1.0, 0.0])));
/// assert_eq!(vectors.names().collect::<Vec<_>>(), ["title", "body"]);
/// ```
#[doc(alias = "named vectors")]
#[doc(alias = "embeddings")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vectors(Vec<(Cow<'static, str>, Vector)>);

impl Vectors {
    /// Name of the vector of a collection that was created without naming its vector.
    pub(crate) const DEFAULT: &'static str = "default";

    /// Returns whether this vector is there, or is the unnamed one.
    pub(crate) fn have(&self, name: &str, unnamed: Option<&Vector>) -> bool {
        self.get(name).is_some() || unnamed.is_some() && name == Self::DEFAULT
    }

    /// Creates an empty map of vectors.
    ///
    /// ```
    /// assert!(weaviate::types::Vectors::new().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the vector with this name.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let vectors = Vectors::from([("title", [1.0, 0.0])]);
    /// assert_eq!(vectors.get("title").map(Vector::dimension), Some(2));
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Vector> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, vector)| vector)
    }

    /// Adds a vector, or replaces the vector with this name.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let mut vectors = Vectors::new();
    /// vectors.insert("title", [1.0, 0.0]);
    /// vectors.insert("tokens", vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
    /// assert_eq!(vectors.len(), 2);
    /// ```
    pub fn insert(&mut self, name: impl Into<String>, vector: impl Into<Vector>) {
        self.set(Cow::Owned(name.into()), vector.into());
    }

    /// Adds a vector, or replaces the vector with this name. A name of the program is not copied.
    pub(crate) fn set(&mut self, name: Cow<'static, str>, vector: Vector) {
        if let Some((_, old)) = self.0.iter_mut().find(|(known, _)| *known == name) {
            *old = vector;
            return;
        }
        if self.0.is_empty() {
            // Most objects have one vector, and `push` would reserve room for four.
            self.0.reserve_exact(1);
        }
        self.0.push((name, vector));
    }

    /// Returns the number of vectors.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// assert_eq!(Vectors::from([("title", [1.0, 0.0])]).len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there are no vectors.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// assert!(!Vectors::from([("title", [1.0, 0.0])]).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an iterator over the names.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let vectors = Vectors::from([("title", [1.0, 0.0]), ("body", [0.0, 1.0])]);
    /// assert_eq!(vectors.names().collect::<Vec<_>>(), ["title", "body"]);
    /// ```
    #[must_use]
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }

    /// Returns an iterator over names and vectors.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let vectors = Vectors::from([("title", [1.0, 0.0]), ("body", [0.0, 1.0])]);
    /// for (name, vector) in vectors.iter() {
    ///     println!("{name}: {} dimensions", vector.dimension());
    /// }
    /// ```
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Vector)> {
        self.0.iter().map(|(name, vector)| (name.as_ref(), vector))
    }
}

impl<N: Into<String>, V: Into<Vector>> FromIterator<(N, V)> for Vectors {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(vectors: I) -> Self {
        let mut all = Self::new();
        for (name, vector) in vectors {
            all.insert(name, vector);
        }
        all
    }
}

impl<N: Into<String>, V: Into<Vector>, const M: usize> From<[(N, V); M]> for Vectors {
    fn from(vectors: [(N, V); M]) -> Self {
        vectors.into_iter().collect()
    }
}

impl IntoIterator for Vectors {
    type Item = (String, Vector);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        let named: Vec<_> = self.0.into_iter().map(|(name, vector)| (name.into_owned(), vector)).collect();
        named.into_iter()
    }
}

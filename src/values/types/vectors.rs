//! Vectors by name.

use super::Vector;

/// Vectors by their names, in the order in which they were added or came.
///
/// ```
/// use weaviate::types::{Vector, Vectors};
///
/// let vectors = Vectors::from([("title", vec![1.0, 0.0]), ("body", vec![0.0, 1.0, 0.0])]);
/// assert_eq!(vectors.get("body"), Some(&Vector::from([0.0, 1.0, 0.0])));
/// assert_eq!(vectors.names().collect::<Vec<_>>(), ["title", "body"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vectors(Vec<(String, Vector)>);

impl Vectors {
    /// No vectors.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The vector of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Vector> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, vector)| vector)
    }

    /// Adds a vector, or replaces the one of that name.
    pub fn insert(&mut self, name: impl Into<String>, vector: impl Into<Vector>) {
        let (name, vector) = (name.into(), vector.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = vector,
            None => self.0.push((name, vector)),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Names and vectors.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Vector)> {
        self.0.iter().map(|(name, vector)| (name.as_str(), vector))
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
        self.0.into_iter()
    }
}

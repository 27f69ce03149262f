//! Target vectors of a search: the named vectors that are compared, and the join of their
//! distances.

use crate::values::types::Vector;

/// Target vectors: the names of the vectors that a search compares, and the join of their
/// distances.
///
/// A name alone is a target, too. Several names say how their distances are joined. See
/// [multiple target vectors](https://docs.weaviate.io/weaviate/search/multi-vector) in Weaviate's
/// documentation.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::Targets;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let both = Targets::manual_weights([("title", 0.7), ("body", 0.3)]);
/// let hits = articles.query().near_text("snowy owl").target(both).limit(5).await?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "TargetVectors")]
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    pub(crate) names: Vec<String>,
    pub(crate) join: Join,
}

/// Join of the distances to several target vectors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Join {
    /// There is one target.
    None,
    Sum,
    Average,
    Minimum,
    /// One weight for each target.
    ManualWeights(Vec<f32>),
    /// One weight for each target.
    RelativeScore(Vec<f32>),
}

impl Targets {
    /// Joins by the sum of the distances.
    ///
    /// ```
    /// use weaviate::query::Targets;
    ///
    /// let both = Targets::sum(["title", "body"]);
    /// ```
    #[must_use]
    pub fn sum<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::joined(names, Join::Sum)
    }

    /// Joins by the average of the distances.
    ///
    /// ```
    /// use weaviate::query::Targets;
    ///
    /// let both = Targets::average(["title", "body"]);
    /// ```
    #[must_use]
    pub fn average<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::joined(names, Join::Average)
    }

    /// Joins by the minimum of the distances.
    ///
    /// ```
    /// use weaviate::query::Targets;
    ///
    /// let nearest_of_both = Targets::minimum(["title", "body"]);
    /// ```
    #[must_use]
    pub fn minimum<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::joined(names, Join::Minimum)
    }

    /// Joins by the sum of the distances, each times its weight.
    ///
    /// Range of a weight: any finite number.
    ///
    /// ```
    /// use weaviate::query::Targets;
    ///
    /// let mostly_title = Targets::manual_weights([("title", 0.7), ("body", 0.3)]);
    /// ```
    #[must_use]
    pub fn manual_weights<N: Into<String>>(weights: impl IntoIterator<Item = (N, f32)>) -> Self {
        let (names, weights) = unzipped(weights);
        Self { names, join: Join::ManualWeights(weights) }
    }

    /// Joins by the sum of the distances, each normalized to 0 to 1 and times its weight.
    ///
    /// Range of a weight: any finite number.
    ///
    /// ```
    /// use weaviate::query::Targets;
    ///
    /// let mostly_title = Targets::relative_score([("title", 0.7), ("body", 0.3)]);
    /// ```
    #[must_use]
    pub fn relative_score<N: Into<String>>(weights: impl IntoIterator<Item = (N, f32)>) -> Self {
        let (names, weights) = unzipped(weights);
        Self { names, join: Join::RelativeScore(weights) }
    }

    fn joined<N: Into<String>>(names: impl IntoIterator<Item = N>, join: Join) -> Self {
        Self { names: names.into_iter().map(Into::into).collect(), join }
    }
}

/// One target vector.
impl From<&str> for Targets {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

/// One target vector.
impl From<String> for Targets {
    fn from(name: String) -> Self {
        Self { names: vec![name], join: Join::None }
    }
}

fn unzipped<N: Into<String>>(weights: impl IntoIterator<Item = (N, f32)>) -> (Vec<String>, Vec<f32>) {
    weights.into_iter().map(|(name, weight)| (name.into(), weight)).unzip()
}

/// Query vectors of their own for several target vectors, and the join of their distances.
///
/// A target can have several query vectors: its name is repeated. See
/// [multiple target vectors](https://docs.weaviate.io/weaviate/search/multi-vector) in Weaviate's
/// documentation.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::QueryVectors;
///
/// # async fn example(articles: Collection, a: Vec<f32>, b: Vec<f32>) -> weaviate::Result<()> {
/// let both = QueryVectors::average([("title", a), ("body", b)]);
/// let hits = articles.query().near_vectors(both).limit(5).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct QueryVectors {
    pub(crate) targets: Targets,
    /// One vector for each name of a target.
    pub(crate) vectors: Vec<Vector>,
}

impl QueryVectors {
    /// Joins by the sum of the distances.
    ///
    /// ```
    /// use weaviate::query::QueryVectors;
    ///
    /// let both = QueryVectors::sum([("title", [0.1, 0.9]), ("body", [0.3, 0.7])]);
    /// ```
    #[must_use]
    pub fn sum<N: Into<String>, V: Into<Vector>>(vectors: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::joined(vectors, Join::Sum)
    }

    /// Joins by the average of the distances.
    ///
    /// ```
    /// use weaviate::query::QueryVectors;
    ///
    /// let both = QueryVectors::average([("title", [0.1, 0.9]), ("body", [0.3, 0.7])]);
    /// ```
    #[must_use]
    pub fn average<N: Into<String>, V: Into<Vector>>(vectors: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::joined(vectors, Join::Average)
    }

    /// Joins by the minimum of the distances.
    ///
    /// ```
    /// use weaviate::query::QueryVectors;
    ///
    /// let any_of_both = QueryVectors::minimum([("title", [0.1, 0.9]), ("title", [0.3, 0.7])]);
    /// ```
    #[must_use]
    pub fn minimum<N: Into<String>, V: Into<Vector>>(vectors: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::joined(vectors, Join::Minimum)
    }

    /// Joins by the sum of the distances, each times its weight.
    ///
    /// Range of a weight: any finite number.
    ///
    /// ```
    /// use weaviate::query::QueryVectors;
    ///
    /// let (a, b) = ([0.1, 0.9], [0.3, 0.7]);
    /// let mostly_title = QueryVectors::manual_weights([("title", 0.7, a), ("body", 0.3, b)]);
    /// ```
    #[must_use]
    pub fn manual_weights<N: Into<String>, V: Into<Vector>>(vectors: impl IntoIterator<Item = (N, f32, V)>) -> Self {
        Self::weighted(vectors, Join::ManualWeights)
    }

    /// Joins by the sum of the distances, each normalized to 0 to 1 and times its weight.
    ///
    /// Range of a weight: any finite number.
    ///
    /// ```
    /// use weaviate::query::QueryVectors;
    ///
    /// let (a, b) = ([0.1, 0.9], [0.3, 0.7]);
    /// let mostly_title = QueryVectors::relative_score([("title", 0.7, a), ("body", 0.3, b)]);
    /// ```
    #[must_use]
    pub fn relative_score<N: Into<String>, V: Into<Vector>>(vectors: impl IntoIterator<Item = (N, f32, V)>) -> Self {
        Self::weighted(vectors, Join::RelativeScore)
    }

    fn joined<N: Into<String>, V: Into<Vector>>(vectors: impl IntoIterator<Item = (N, V)>, join: Join) -> Self {
        let (names, vectors) = vectors.into_iter().map(|(name, vector)| (name.into(), vector.into())).unzip();
        Self { targets: Targets { names, join }, vectors }
    }

    fn weighted<N: Into<String>, V: Into<Vector>>(
        vectors: impl IntoIterator<Item = (N, f32, V)>,
        join: impl FnOnce(Vec<f32>) -> Join,
    ) -> Self {
        let (mut names, mut weights, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for (name, weight, vector) in vectors {
            names.push(name.into());
            weights.push(weight);
            all.push(vector.into());
        }
        Self { targets: Targets { names, join: join(weights) }, vectors: all }
    }
}

/// Without the numbers of the vectors, which belong in no log.
impl std::fmt::Debug for QueryVectors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dimensions: Vec<_> = self.vectors.iter().map(Vector::dimension).collect();
        f.debug_struct("QueryVectors").field("targets", &self.targets).field("dimensions", &dimensions).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_dimensions_and_not_the_numbers() {
        let shown = format!("{:?}", QueryVectors::sum([("title", [0.125, 0.25])]));
        assert!(shown.contains("dimensions: [2]") && !shown.contains("0.125"), "{shown}");
    }
}

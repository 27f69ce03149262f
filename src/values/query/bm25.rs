//! Keyword (BM25) search, and what it shares with hybrid search: properties, weights and operators.

/// Keyword (BM25) search, made by [`Queries::bm25`](crate::query::Queries::bm25).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{Bm25, Query};
///
/// # fn example(articles: Collection) {
/// let search: Query<PropertyMap, Bm25> = articles.query().bm25("snowy owl").limit(5);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Bm25 {
    pub(crate) keywords: Keywords,
}

impl Bm25 {
    pub(crate) fn new(text: String) -> Self {
        Self { keywords: Keywords::new(text) }
    }
}

/// The query text of a keyword search, its properties and its operator.
#[derive(Clone, Debug)]
pub(crate) struct Keywords {
    pub(crate) text: String,
    pub(crate) properties: Option<Vec<SearchProperty>>,
    pub(crate) operator: Option<Bm25Operator>,
}

impl Keywords {
    pub(crate) fn new(text: String) -> Self {
        Self { text, properties: None, operator: None }
    }
}

/// Text property of a keyword search, with an optional weight (boost) of its matches.
///
/// The short form of a weighted property is `name^weight`.
///
/// ```
/// use weaviate::query::SearchProperty;
///
/// let title = SearchProperty::new("title").weight(2.0);
/// assert_eq!(title, "title^2".into());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SearchProperty {
    pub(crate) name: String,
    pub(crate) weight: Option<Weight>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Weight {
    Number(f32),
    /// Text after the `^` that is not a number. The server would read it as zero, so the query
    /// refuses it.
    Unreadable(String),
}

impl SearchProperty {
    /// Creates a property without a weight, from its name.
    ///
    /// ```
    /// use weaviate::query::SearchProperty;
    ///
    /// let body = SearchProperty::new("body");
    /// assert_eq!(body, "body".into());
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), weight: None }
    }

    /// Sets the weight: the factor by which a match in this property counts for the BM25 score.
    ///
    /// Range: 0 or more. Default: 1. A weight out of range is an error of the awaited query.
    ///
    /// ```
    /// use weaviate::query::SearchProperty;
    ///
    /// let title = SearchProperty::new("title").weight(2.0);
    /// ```
    #[doc(alias = "boost")]
    #[must_use]
    pub fn weight(mut self, weight: f32) -> Self {
        self.weight = Some(Weight::Number(weight));
        self
    }
}

/// Reads `title`, or `title^2` for a weight of 2.
impl From<&str> for SearchProperty {
    fn from(text: &str) -> Self {
        match text.split_once('^') {
            None => Self::new(text),
            Some((name, weight)) => Self {
                name: name.to_owned(),
                weight: Some(weight.parse().map_or_else(|_| Weight::Unreadable(weight.to_owned()), Weight::Number)),
            },
        }
    }
}

/// Reads `title`, or `title^2` for a weight of 2.
impl From<String> for SearchProperty {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// Search operator of a keyword search: the number of query words (tokens) that must match.
///
/// Tokens are counted after tokenization, without stopwords. Without an operator, one matching
/// token is enough. Needs Weaviate 1.30.17 or 1.31.0. See
/// [keyword search](https://docs.weaviate.io/weaviate/search/bm25) in Weaviate's documentation.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let two_of_three = Bm25Operator::or(2);
/// let hits = articles.query().bm25("quick brown fox").operator(two_of_three).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bm25Operator(pub(crate) Operator);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or { minimum_match: u32 },
    And,
    AndCross,
}

impl Bm25Operator {
    /// Requires at least `minimum_match` of the tokens to match. Range: 1 or more.
    ///
    /// ```
    /// use weaviate::query::Bm25Operator;
    ///
    /// let two_or_more = Bm25Operator::or(2);
    /// ```
    #[doc(alias = "minimum_should_match")]
    #[must_use]
    pub const fn or(minimum_match: u32) -> Self {
        Self(Operator::Or { minimum_match })
    }

    /// Requires all tokens to match within one property.
    ///
    /// ```
    /// use weaviate::query::Bm25Operator;
    ///
    /// assert_ne!(Bm25Operator::and(), Bm25Operator::and_cross());
    /// ```
    #[must_use]
    pub const fn and() -> Self {
        Self(Operator::And)
    }

    /// Requires all tokens to match, across all searched properties together.
    ///
    /// The searched properties must have the same tokenization and stopwords. Needs Weaviate
    /// 1.38.8 or 1.39.0.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let search = articles.query().bm25("snowy owl").query_properties(["title", "body"]);
    /// let hits = search.operator(Bm25Operator::and_cross()).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn and_cross() -> Self {
        Self(Operator::AndCross)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_follows_the_caret() {
        assert_eq!(SearchProperty::from("title"), SearchProperty::new("title"));
        assert_eq!(SearchProperty::from("title^0.5".to_owned()), SearchProperty::new("title").weight(0.5));
        for unreadable in ["title^", "title^big", "title^2^3"] {
            let weight = SearchProperty::from(unreadable).weight;
            assert!(matches!(weight, Some(Weight::Unreadable(_))), "{unreadable}: {weight:?}");
        }
    }
}

//! Searching by words, and what keyword and hybrid searches have in common: properties, weights and operators.

/// A search by words, see [`Queries::bm25`](crate::query::Queries::bm25).
#[derive(Clone, Debug)]
pub struct Bm25 {
    pub(crate) keywords: Keywords,
}

impl Bm25 {
    pub(crate) fn new(text: String) -> Self {
        Self { keywords: Keywords::new(text) }
    }
}

/// The words, and where to look for them.
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

/// A text property to look for words in, and how much matches in it count.
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
    /// What stood behind the `^` and is no number: the server would take it for zero, so the query refuses it.
    Unreadable(String),
}

impl SearchProperty {
    /// A property, by its name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), weight: None }
    }

    /// By how much the score of a match is multiplied: 0 or more, 1 without it.
    #[must_use]
    pub fn weight(mut self, weight: f32) -> Self {
        self.weight = Some(Weight::Number(weight));
        self
    }
}

/// `title`, or `title^2` for a weight of 2.
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

/// `title`, or `title^2` for a weight of 2.
impl From<String> for SearchProperty {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// How many words of a keyword search must match. Needs Weaviate 1.31.0, or 1.30.17.
///
/// Words are counted after tokenization, without stopwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bm25Operator(pub(crate) Operator);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or { minimum_match: u32 },
    And,
    AndCross,
}

impl Bm25Operator {
    /// At least so many of the words match, 1 or more.
    #[must_use]
    pub const fn or(minimum_match: u32) -> Self {
        Self(Operator::Or { minimum_match })
    }

    /// All words match, within one and the same property.
    #[must_use]
    pub const fn and() -> Self {
        Self(Operator::And)
    }

    /// All words match, each in whichever of the properties. The properties searched have to share tokenization and
    /// stopwords. Needs Weaviate 1.39.0, or 1.38.8.
    #[must_use]
    pub const fn and_cross() -> Self {
        Self(Operator::AndCross)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_read_from_behind_the_caret() {
        assert_eq!(SearchProperty::from("title"), SearchProperty::new("title"));
        assert_eq!(SearchProperty::from("title^0.5".to_owned()), SearchProperty::new("title").weight(0.5));
        for unreadable in ["title^", "title^big", "title^2^3"] {
            let weight = SearchProperty::from(unreadable).weight;
            assert!(matches!(weight, Some(Weight::Unreadable(_))), "{unreadable}: {weight:?}");
        }
    }
}

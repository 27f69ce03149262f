//! Text analysis of property values and queries: tokenization, accent folding, stopwords.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::folding::{Spared, fold};
use super::tokenization::Tokenization;
use crate::engine::schema::{ENGLISH_STOPWORDS, InvertedIndex, Property};

/// The text analysis of one property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Analyzer {
    pub(crate) tokenization: Tokenization,
    stopwords: Arc<BTreeSet<String>>,
    /// The letters that keep their accents, where accents are folded.
    fold: Option<Arc<Spared>>,
}

impl Analyzer {
    /// The analysis of a property of a collection with these settings.
    pub(crate) fn new(property: &Property, inverted: &InvertedIndex) -> Self {
        let analysis = &property.analysis;
        let stopwords = match &analysis.stopwords {
            Some(preset) => preset_words(preset, inverted),
            None => collection_stopwords(inverted),
        };
        let spared = || Spared::new(analysis.spared.iter().map(String::as_str));
        Self {
            tokenization: Tokenization::from_name(property.tokenization.as_deref().unwrap_or_default()),
            stopwords: Arc::new(stopwords),
            fold: analysis.fold.then(|| Arc::new(spared())),
        }
    }

    /// The terms under which a stored text is indexed.
    pub(crate) fn terms(&self, text: &str) -> Vec<String> {
        self.tokenization.terms(&self.folded(text))
    }

    /// The terms a query looks for; stopwords are left out.
    pub(crate) fn query_terms(&self, text: &str) -> Vec<String> {
        let mut terms = self.terms(text);
        terms.retain(|term| !self.stopwords.contains(term));
        terms
    }

    /// The patterns of a `Like` query, which finds stopwords, too.
    pub(crate) fn patterns(&self, text: &str) -> Vec<String> {
        self.tokenization.patterns(&self.folded(text))
    }

    fn folded(&self, text: &str) -> String {
        self.fold.as_ref().map_or_else(|| text.to_owned(), |spared| fold(text, spared))
    }
}

fn english() -> BTreeSet<String> {
    ENGLISH_STOPWORDS.iter().map(ToString::to_string).collect()
}

fn preset_words(preset: &str, inverted: &InvertedIndex) -> BTreeSet<String> {
    match (inverted.stopword_presets.get(preset), preset) {
        (Some(words), _) => words.iter().cloned().collect(),
        (None, "en") => english(),
        (None, _) => BTreeSet::new(),
    }
}

fn collection_stopwords(inverted: &InvertedIndex) -> BTreeSet<String> {
    let stopwords = &inverted.stopwords;
    let mut words = preset_words(stopwords.preset.as_deref().unwrap_or("en"), inverted);
    words.extend(stopwords.additions.iter().cloned());
    for removed in &stopwords.removals {
        words.remove(removed);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::schema::ClassView;
    use serde_json::{Value as Json, json};

    fn analyzer(mut property: Json, inverted: &Json) -> Analyzer {
        property["name"] = json!("p");
        let class = ClassView::parse(json!({"properties": [property], "invertedIndexConfig": inverted}));
        Analyzer::new(class.property("p").unwrap(), &class.inverted)
    }

    #[test]
    fn stopwords_apply_to_queries_alone() {
        let a = analyzer(
            json!({"tokenization": "word"}),
            &json!({"stopwords": {"preset": "en", "additions": ["fox"], "removals": ["the"]}}),
        );
        assert_eq!(a.terms("The fox and dog"), ["the", "fox", "and", "dog"]);
        assert_eq!(a.query_terms("The fox and dog"), ["the", "dog"]);
    }

    #[test]
    fn a_property_may_have_its_own_preset() {
        let presets = json!({"stopwordPresets": {"birds": ["crow"]}});
        let own = analyzer(json!({"tokenization": "word", "textAnalyzer": {"stopwordPreset": "birds"}}), &presets);
        assert_eq!(own.query_terms("the crow"), ["the"]);
        let none = analyzer(json!({"tokenization": "word", "textAnalyzer": {"stopwordPreset": "none"}}), &presets);
        assert_eq!(none.query_terms("the crow"), ["the", "crow"]);
    }

    #[test]
    fn folding_strips_accents_but_those_ignored() {
        let fold = analyzer(
            json!({"tokenization": "word", "textAnalyzer": {"asciiFold": true, "asciiFoldIgnore": ["é"]}}),
            &json!({}),
        );
        assert_eq!(fold.terms("Crème brûlée São"), ["creme", "brulée", "sao"]);
    }
}

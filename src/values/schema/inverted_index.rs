//! The index of words, numbers and dates: what keyword search and filters use.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Tokenization;

/// Lists of stopwords by name.
type Presets = BTreeMap<String, Vec<String>>;

settings! {
    /// How a collection indexes words, numbers and dates.
    ///
    /// ```
    /// use weaviate::schema::{Bm25Config, InvertedIndexConfig, Stopwords};
    ///
    /// let index = InvertedIndexConfig::new()
    ///     .bm25(Bm25Config::new().b(0.6).k1(1.5))
    ///     .index_null_state(true)
    ///     .stopwords(Stopwords::new().preset("en").removals(["the"]));
    /// ```
    InvertedIndexConfig {
        /// How keyword search ranks.
        bm25: Bm25Config = "bm25",
        /// How often the index is tidied up, in whole seconds. Default: a minute.
        cleanup_interval: Duration via seconds = "cleanupIntervalSeconds",
        /// Whether objects can be filtered by the time of their creation and of their last change. Default: no. Fixed
        /// once the collection exists.
        index_timestamps: bool = "indexTimestamps",
        /// Whether objects can be filtered by whether a property is null. Default: no. Fixed once the collection exists.
        index_null_state: bool = "indexNullState",
        /// Whether objects can be filtered by the length of a property. Default: no. Fixed once the collection exists.
        index_property_length: bool = "indexPropertyLength",
        /// Words that are too frequent to be searched for. Default: the English ones.
        stopwords: Stopwords = "stopwords",
        /// Lists of stopwords by name, for [`TextAnalyzer::stopword_preset`](crate::schema::TextAnalyzer::stopword_preset). Needs
        /// Weaviate 1.37.
        stopword_presets: Presets = "stopwordPresets",
        /// Words that a tokenizer takes for others. Needs Weaviate 1.34.1.
        tokenizer_user_dict: [TokenizerUserDict] = "tokenizerUserDict",
        /// Whether keyword search uses the algorithm of newer servers. Default: yes since Weaviate 1.30.
        using_block_max_wand: bool = "usingBlockMaxWAND",
    }
}

settings! {
    /// How keyword search ranks. A new collection needs both numbers or neither.
    Bm25Config {
        /// How much the length of a text counts, from 0 to 1. Default: 0.75.
        b: f64 = "b",
        /// How soon it stops to count that a word occurs again, from 0. Default: 1.2.
        k1: f64 = "k1",
    }
}

settings! {
    /// Words that are too frequent to be searched for: a list of the server, with some more and some fewer.
    Stopwords {
        /// `en` or `none`. Default: `en`.
        preset: String = "preset",
        /// Words beside those of the list.
        additions: [String] = "additions",
        /// Words of the list that are searched for all the same.
        removals: [String] = "removals",
    }
}

settings! {
    /// Words that a tokenizer takes for others.
    TokenizerUserDict {
        /// Whose dictionary it is; not every tokenizer has one.
        tokenizer: Tokenization = "tokenizer",
        /// What is replaced by what.
        replacements: [Replacement] = "replacements",
    }
}

settings! {
    /// A word and what is read in its place.
    Replacement {
        /// The word as it is written.
        source: String = "source",
        /// What is read in its place.
        target: String = "target",
    }
}

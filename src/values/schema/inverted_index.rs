//! Inverted index: keyword search (BM25) and filters.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Tokenization;

/// Lists of stopwords by name.
type Presets = BTreeMap<String, Vec<String>>;

settings! {
    /// Settings of the inverted index (`invertedIndexConfig`), which serves keyword search and
    /// filters.
    ///
    /// See [Inverted index](https://docs.weaviate.io/weaviate/config-refs/indexing/inverted-index).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::{Bm25Config, Stopwords};
    ///
    /// let index = InvertedIndexConfig::new()
    ///     .bm25(Bm25Config::new().b(0.6).k1(1.5))
    ///     .index_null_state(true)
    ///     .stopwords(Stopwords::new().preset("en").removals(["the"]));
    /// let config = CollectionConfig::new("Article").inverted_index(index);
    /// ```
    #[doc(alias = "index")]
    InvertedIndexConfig {
        /// BM25 parameters, which rank keyword search.
        bm25: Bm25Config = "bm25",
        /// Interval at which the index is cleaned up, in whole seconds. Default: 60 s.
        cleanup_interval: Duration via seconds = "cleanupIntervalSeconds",
        /// Indexes the creation time and the last update time, for filters on them. Default: off.
        /// Fixed once the collection exists.
        index_timestamps: bool = "indexTimestamps",
        /// Indexes the null state of properties, for `is_null` filters. Default: off. Fixed once
        /// the collection exists.
        index_null_state: bool = "indexNullState",
        /// Indexes the length of properties, for filters on it. Default: off. Fixed once the
        /// collection exists.
        index_property_length: bool = "indexPropertyLength",
        /// Stopwords, which keyword search and filters ignore. Default: the preset `en`.
        stopwords: Stopwords = "stopwords",
        /// Stopword presets: lists of stopwords by name, which a property selects with
        /// [`TextAnalyzer::stopword_preset`](crate::schema::TextAnalyzer::stopword_preset). Needs
        /// Weaviate 1.37.
        stopword_presets: Presets = "stopwordPresets",
        /// User dictionaries of tokenizers. Needs Weaviate 1.34.1 or 1.35.
        tokenizer_user_dict: [TokenizerUserDict] = "tokenizerUserDict",
        /// BlockMax WAND, the faster algorithm of keyword search. Default: on for collections
        /// created by Weaviate 1.30 or later, which ignore `false`.
        using_block_max_wand: bool = "usingBlockMaxWAND",
    }
}

settings! {
    /// BM25 parameters, which rank keyword search. The server requires both values or neither.
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Bm25Config;
    ///
    /// let index = InvertedIndexConfig::new().bm25(Bm25Config::new().b(0.6).k1(1.5));
    /// ```
    Bm25Config {
        /// BM25 `b`, document-length normalization. Range: 0 (off) to 1. Default: 0.75.
        b: f64 = "b",
        /// BM25 `k1`, term-frequency saturation. Range: >= 0. Default: 1.2.
        k1: f64 = "k1",
    }
}

settings! {
    /// Stopwords, which keyword search and filters ignore: a preset, plus and minus single words.
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Stopwords;
    ///
    /// let stopwords = Stopwords::new().preset("en").additions(["article"]).removals(["not"]);
    /// let index = InvertedIndexConfig::new().stopwords(stopwords);
    /// ```
    Stopwords {
        /// Stopword preset: `en` or `none`. Default: `en`.
        preset: String = "preset",
        /// Words added to the preset. Default: none.
        additions: [String] = "additions",
        /// Words removed from the preset. Default: none.
        removals: [String] = "removals",
    }
}

settings! {
    /// User dictionary of a tokenizer: words that are replaced while text is tokenized. Needs
    /// Weaviate 1.34.1 or 1.35.
    TokenizerUserDict {
        /// Tokenizer of the dictionary: [`KagomeJa`](Tokenization::KagomeJa) or
        /// [`KagomeKr`](Tokenization::KagomeKr).
        tokenizer: Tokenization = "tokenizer",
        /// Replacements of the dictionary.
        replacements: [Replacement] = "replacements",
    }
}

settings! {
    /// Replacement of a user dictionary.
    Replacement {
        /// Text that is replaced.
        source: String = "source",
        /// Text that replaces it.
        target: String = "target",
    }
}

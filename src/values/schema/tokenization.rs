//! Tokenization: the division of text into tokens for keyword search and filters.

words! {
    /// Tokenization of a text property: the division of its text into tokens for keyword search and
    /// filters.
    ///
    /// See [Tokenization](https://docs.weaviate.io/weaviate/config-refs/collections#tokenization).
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let slug = Property::new("slug", DataType::Text).tokenization(Tokenization::Field);
    /// ```
    #[doc(alias = "tokenizer")]
    #[doc(alias = "analyzer")]
    Tokenization {
        /// Splits at every character that is not alphanumeric, and lowercases. The server's
        /// default.
        Word = "word",
        /// Splits at white space, and lowercases.
        Lowercase = "lowercase",
        /// Splits at white space, and keeps the case.
        Whitespace = "whitespace",
        /// Makes the whole text one token, trimmed. For identifiers and exact matches.
        Field = "field",
        /// Splits into overlapping pieces of three characters. For fuzzy and substring matches.
        Trigram = "trigram",
        /// GSE tokenizer for Chinese and Japanese. The server needs `ENABLE_TOKENIZER_GSE=true`.
        Gse = "gse",
        /// GSE tokenizer for Chinese. The server needs `ENABLE_TOKENIZER_GSE_CH=true`. Needs
        /// Weaviate 1.30.
        GseCh = "gse_ch",
        /// Kagome tokenizer for Japanese. The server needs `ENABLE_TOKENIZER_KAGOME_JA=true`. Needs
        /// Weaviate 1.28.
        KagomeJa = "kagome_ja",
        /// Kagome tokenizer for Korean. The server needs `ENABLE_TOKENIZER_KAGOME_KR=true`.
        KagomeKr = "kagome_kr",
    }
}

settings! {
    /// Text analyzer of a property (`textAnalyzer`): accent folding and stopwords. Needs Weaviate
    /// 1.37.
    ///
    /// Fixed once the property exists.
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::TextAnalyzer;
    ///
    /// let analyzer = TextAnalyzer::new().ascii_fold(true).ascii_fold_ignore(["é"]);
    /// let title = Property::new("title", DataType::Text).text_analyzer(analyzer);
    /// ```
    TextAnalyzer {
        /// ASCII folding: removes accents, so that `cafe` finds `café`. Default: off.
        #[doc(alias = "accents")]
        ascii_fold: bool = "asciiFold",
        /// Characters that keep their accents. Needs [`ascii_fold`](Self::ascii_fold). Default:
        /// none.
        ascii_fold_ignore: [String] = "asciiFoldIgnore",
        /// Stopword preset of the property: `en`, `none`, or a name of
        /// [`InvertedIndexConfig::stopword_presets`](crate::schema::InvertedIndexConfig::stopword_presets).
        /// For [`Tokenization::Word`] only. Default: the stopwords of the collection.
        stopword_preset: String = "stopwordPreset",
    }
}

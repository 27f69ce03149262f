//! How text becomes words.

words! {
    /// How text is split into words.
    Tokenization {
        /// At everything that is no letter and no digit, lower case.
        Word = "word",
        /// At white space, lower case.
        Lowercase = "lowercase",
        /// At white space, as it is.
        Whitespace = "whitespace",
        /// Not at all: the whole text is one word.
        Field = "field",
        /// Into pieces of three letters.
        Trigram = "trigram",
        /// Japanese and Chinese, where the server has it enabled.
        Gse = "gse",
        /// Chinese, where the server has it enabled. Needs Weaviate 1.30.
        GseCh = "gse_ch",
        /// Japanese, where the server has it enabled. Needs Weaviate 1.28.
        KagomeJa = "kagome_ja",
        /// Korean, where the server has it enabled.
        KagomeKr = "kagome_kr",
    }
}

settings! {
    /// What happens to the words of a property beside the tokenization. Needs Weaviate 1.37.
    TextAnalyzer {
        /// Whether accents are dropped, so that `cafe` finds `café`. Default: no.
        ascii_fold: bool = "asciiFold",
        /// Letters that keep their accents. Only together with `ascii_fold`.
        ascii_fold_ignore: [String] = "asciiFoldIgnore",
        /// Which words are too frequent to be searched for: `en`, `none`, or one of
        /// [`InvertedIndexConfig::stopword_presets`](crate::schema::InvertedIndexConfig::stopword_presets).
        stopword_preset: String = "stopwordPreset",
    }
}

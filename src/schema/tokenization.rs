/// How text is split into words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tokenization {
    /// At everything that is no letter and no digit, lower case.
    Word,
    /// At white space, lower case.
    Lowercase,
    /// At white space, as it is.
    Whitespace,
    /// Not at all: the whole text is one word.
    Field,
    /// Into pieces of three letters.
    Trigram,
    /// Japanese and Chinese, where the server has it enabled.
    Gse,
    /// Chinese, where the server has it enabled.
    GseCh,
    /// Japanese, where the server has it enabled.
    KagomeJa,
    /// Korean, where the server has it enabled.
    KagomeKr,
    /// A way that this client does not know, by its name in the server's schema.
    Other(String),
}

impl Tokenization {
    /// The name in the server's schema.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Word => "word",
            Self::Lowercase => "lowercase",
            Self::Whitespace => "whitespace",
            Self::Field => "field",
            Self::Trigram => "trigram",
            Self::Gse => "gse",
            Self::GseCh => "gse_ch",
            Self::KagomeJa => "kagome_ja",
            Self::KagomeKr => "kagome_kr",
            Self::Other(name) => name,
        }
    }
}

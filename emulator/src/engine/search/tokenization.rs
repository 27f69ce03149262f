//! Weaviate's tokenizations of text properties.

/// Tokenization of a text property: its way of splitting texts into terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tokenization {
    /// Runs of letters and digits, lower-cased.
    #[default]
    Word,
    /// Split at blanks, lower-cased.
    Lowercase,
    /// Split at blanks, case kept.
    Whitespace,
    /// The whole value, trimmed.
    Field,
    /// Every run of three letters or digits, lower-cased.
    Trigram,
}

impl Tokenization {
    /// Reads the schema's name. The tokenizers that need dictionaries (`gse`, `kagome_*`) are not built in and split as words.
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "lowercase" => Self::Lowercase,
            "whitespace" => Self::Whitespace,
            "field" => Self::Field,
            "trigram" => Self::Trigram,
            _ => Self::Word,
        }
    }

    /// The terms of `text`, in order and with repetitions.
    pub(crate) fn terms(self, text: &str) -> Vec<String> {
        match self {
            Self::Word => split(text, |c| !c.is_alphanumeric()),
            Self::Lowercase => text.split_whitespace().map(str::to_lowercase).collect(),
            Self::Whitespace => text.split_whitespace().map(str::to_owned).collect(),
            Self::Field => vec![text.trim().to_owned()],
            Self::Trigram => trigrams(text),
        }
    }

    /// Like [`Self::terms`], for a `Like` pattern: `*` and `?` belong to the terms.
    pub(crate) fn patterns(self, text: &str) -> Vec<String> {
        match self {
            Self::Word => split(text, |c| !c.is_alphanumeric() && c != '*' && c != '?'),
            Self::Trigram => windows(text, |c| c.is_alphanumeric() || matches!(c, '*' | '?')),
            other => other.terms(text),
        }
    }
}

fn split(text: &str, separator: impl Fn(char) -> bool) -> Vec<String> {
    text.split(separator).filter(|term| !term.is_empty()).map(str::to_lowercase).collect()
}

fn trigrams(text: &str) -> Vec<String> {
    windows(text, char::is_alphanumeric)
}

/// Every run of three of the letters that count.
fn windows(text: &str, counts: impl Fn(char) -> bool) -> Vec<String> {
    let letters: Vec<char> = text.chars().filter(|c| counts(*c)).flat_map(char::to_lowercase).collect();
    letters.windows(3).map(|window| window.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tokenization() {
        let text = "  Grüße, Soft-Seat 42 ";
        assert_eq!(Tokenization::Word.terms(text), ["grüße", "soft", "seat", "42"]);
        assert_eq!(Tokenization::Lowercase.terms(text), ["grüße,", "soft-seat", "42"]);
        assert_eq!(Tokenization::Whitespace.terms(text), ["Grüße,", "Soft-Seat", "42"]);
        assert_eq!(Tokenization::Field.terms(text), ["Grüße, Soft-Seat 42"]);
        assert_eq!(Tokenization::Trigram.terms("Ha-ir"), ["hai", "air"]);
        assert!(Tokenization::Trigram.terms("ab").is_empty());
        assert_eq!(Tokenization::Field.terms(""), [""]);
        assert!(Tokenization::Word.terms(" ,").is_empty());
    }

    #[test]
    fn patterns_keep_wildcards() {
        assert_eq!(Tokenization::Word.patterns("*oo* R?d"), ["*oo*", "r?d"]);
        assert_eq!(Tokenization::Field.patterns("?-1*"), ["?-1*"]);
        assert_eq!(Tokenization::Trigram.patterns("A ?b*"), ["a?b", "?b*"]);
    }
}

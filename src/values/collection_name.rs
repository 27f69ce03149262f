//! Name of a collection, and the check of it.

use std::fmt;
use std::sync::Arc;

use crate::{Error, Result};

/// Name of a collection as the server stores it, with an upper-case first letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CollectionName(Arc<str>);

const MAX: usize = 255;

impl CollectionName {
    /// Accepts any text, so that handles can be created without a `Result`. [`check_name`] refuses
    /// invalid names before a request is sent, among them names with letters outside ASCII.
    pub(crate) fn new(name: &str) -> Self {
        let mut name = name.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self(name.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CollectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks a name by the server's rules. The client checks it because a name becomes part of a URL
/// path.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let mut letters = name.bytes();
    let fits = letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && letters.all(|letter| letter == b'_' || letter.is_ascii_alphanumeric())
        && name.len() <= MAX;
    if fits {
        return Ok(());
    }
    let shown: String = name.chars().take(60).collect();
    Err(Error::validation(
        "collection",
        format!(
            "{shown:?} is not a valid collection name; use a letter, then up to {} ASCII letters, digits or underscores",
            MAX - 1
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_is_upper_case() {
        for (given, kept) in
            [("article", "Article"), ("Article", "Article"), ("a_B1", "A_B1"), ("", ""), ("öwl", "öwl")]
        {
            assert_eq!(CollectionName::new(given).as_str(), kept);
        }
    }

    #[test]
    fn names_are_checked() {
        let longest = format!("A{}", "x".repeat(MAX - 1));
        for name in ["A", "Article", "Barn_Owl_1", &longest] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        let too_long = format!("{longest}x");
        for name in ["", "article", "1Owl", "_Owl", "Barn Owl", "Owl/..", "Öwl", "Owl\n", &too_long] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}

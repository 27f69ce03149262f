//! Accent folding: letters without their accents, as the server writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The letters that the server folds although Unicode does not decompose them, by what becomes of them.
const UNDECOMPOSED: [(&str, &str); 60] = [
    ("Ⱥ", "A"),
    ("ⱥ", "a"),
    ("ƁɃ", "B"),
    ("ƀɓ", "b"),
    ("Ƈ", "C"),
    ("ƈ", "c"),
    ("ÐĐƊ", "D"),
    ("ðđɗ", "d"),
    ("Ɇ", "E"),
    ("ɇ", "e"),
    ("Ƒ", "F"),
    ("ƒ", "f"),
    ("Ɠ", "G"),
    ("ɠ", "g"),
    ("Ħ", "H"),
    ("ħɦ", "h"),
    ("Ɨ", "I"),
    ("ıɨ", "i"),
    ("Ɉ", "J"),
    ("ɉ", "j"),
    ("Ƙ", "K"),
    ("ĸƙ", "k"),
    ("Ł", "L"),
    ("ł", "l"),
    ("ɱ", "m"),
    ("Ɲ", "N"),
    ("ŉƞɲ", "n"),
    ("Ø", "O"),
    ("ø", "o"),
    ("Ƥ", "P"),
    ("ƥ", "p"),
    ("ʠ", "q"),
    ("Ɍ", "R"),
    ("ɍɽ", "r"),
    ("ſʂ", "s"),
    ("ŦƬ", "T"),
    ("ŧƭ", "t"),
    ("Ʋ", "V"),
    ("ʋ", "v"),
    ("ⱳ", "w"),
    ("ƳɎ", "Y"),
    ("ƴɏ", "y"),
    ("Ȥ", "Z"),
    ("ʐ", "z"),
    ("Æ", "AE"),
    ("æ", "ae"),
    ("ﬀ", "ff"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("Ĳ", "IJ"),
    ("ĳ", "ij"),
    ("Œ", "OE"),
    ("œ", "oe"),
    ("ẞ", "SS"),
    ("ß", "ss"),
    ("ﬅﬆ", "st"),
    ("Þ", "TH"),
    ("þ", "th"),
    ("ﬃ", "ffi"),
    ("ﬄ", "ffl"),
];

static FOLDED: LazyLock<BTreeMap<char, &str>> = LazyLock::new(|| {
    UNDECOMPOSED.into_iter().flat_map(|(letters, folded)| letters.chars().map(move |letter| (letter, folded))).collect()
});

/// Marks that take no room of their own. Vowel signs that do stay where they are.
static NONSPACING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Mn}$").ok());

fn is_nonspacing(mark: char) -> bool {
    is_combining_mark(mark) && NONSPACING.as_ref().is_some_and(|marks| marks.is_match(mark.encode_utf8(&mut [0; 4])))
}

/// The letters that are spared, in both cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spared {
    letters: BTreeSet<char>,
    /// The same decomposed: a letter and the marks behind it.
    sequences: BTreeSet<(char, String)>,
}

impl Spared {
    /// Reads `asciiFoldIgnore`.
    pub(crate) fn new<'a>(given: impl IntoIterator<Item = &'a str>) -> Self {
        let mut spared = Self::default();
        for letter in given.into_iter().flat_map(UnicodeNormalization::nfc) {
            let cases = [only(letter.to_lowercase(), letter), only(letter.to_uppercase(), letter)];
            spared.letters.extend(cases);
            spared.letters.insert(letter);
            for case in cases {
                let mut parts = case.nfd();
                let base = parts.next().unwrap_or(case);
                let marks: String = parts.collect();
                if !marks.is_empty() {
                    spared.sequences.insert((base, marks));
                }
            }
        }
        spared
    }
}

/// The other case of a letter, where it is one letter.
fn only(mut letters: impl Iterator<Item = char>, letter: char) -> char {
    match (letters.next(), letters.next()) {
        (Some(other), None) => other,
        _ => letter,
    }
}

/// The text without accents, but for the letters that are spared.
pub(crate) fn fold(text: &str, spared: &Spared) -> String {
    let mut replaced = String::with_capacity(text.len());
    for letter in text.chars() {
        push_folded(&mut replaced, letter, spared);
    }
    if replaced.is_ascii() {
        return replaced;
    }
    let decomposed: Vec<char> = replaced.nfd().collect();
    let mut folded = String::with_capacity(replaced.len());
    let mut rest = decomposed.as_slice();
    while let Some((letter, behind)) = rest.split_first() {
        let marks = behind.iter().take_while(|mark| is_nonspacing(**mark)).count();
        let (marks, behind) = behind.split_at_checked(marks).unwrap_or((&[], behind));
        rest = behind;
        if is_nonspacing(*letter) {
            // A mark without a letter in front.
            continue;
        }
        let marks: String = marks.iter().collect();
        if spared.sequences.contains(&(*letter, marks.clone())) {
            folded.push(*letter);
            folded.push_str(&marks);
        } else {
            push_folded(&mut folded, *letter, spared);
        }
    }
    folded.nfc().collect()
}

fn push_folded(text: &mut String, letter: char, spared: &Spared) {
    match FOLDED.get(&letter).filter(|_| !spared.letters.contains(&letter)) {
        Some(folded) => text.push_str(folded),
        None => text.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str, spared: &[&str]) -> String {
        fold(text, &Spared::new(spared.iter().copied()))
    }

    #[test]
    fn letters_lose_their_accents_or_are_spelled_out() {
        for (text, expected) in [
            ("Crème brûlée", "Creme brulee"),
            ("Straße ẞ", "Strasse SS"),
            ("Æsop ǽ œuvre", "AEsop ae oeuvre"),
            ("Łódź Đà Nẵng Þór", "Lodz Da Nang THor"),
            ("İstanbul ılık ſ ŉ", "Istanbul ilik s n"),
            ("ﬁn ﬃ", "fin ffi"),
            // Decomposed letters, a mark alone, and marks of other scripts.
            ("e\u{301}\u{327} \u{301}", "e "),
            ("한국 が", "한국 か"),
            ("किताब กี่", "किताब ก"),
        ] {
            assert_eq!(folded(text, &[]), expected, "{text}");
        }
    }

    #[test]
    fn spared_letters_stay_in_both_cases() {
        for (spared, text, expected) in [
            ("é", "é É è E\u{301}", "é É e É"),
            ("e\u{301}", "é É", "é É"),
            ("Ø", "ø Ø ǿ", "ø Ø ø"),
            ("ß", "ß ẞ", "ß SS"),
            ("ẞ", "ß ẞ", "ß ẞ"),
            ("é", "ế", "e"),
        ] {
            assert_eq!(folded(text, &[spared]), expected, "{spared}: {text}");
        }
    }
}

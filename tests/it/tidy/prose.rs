//! How the documentation opens, how long its sentences are, and words that the project does not use.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::source::{Documented, Kind, documented, relative};
use super::{files, list, reporting, root};

/// Share of summaries that may open with a question word, in percent.
const QUESTIONS_PERCENT: f64 = 3.0;
/// Share of summaries whose first sentence may be longer than [`WORDS`], in percent.
const LONG_PERCENT: f64 = 0.5;
const WORDS: usize = 25;
const QUESTIONS: &[&str] = &["how", "what", "whether", "who", "whom", "whose", "which"];

/// Words that stand for a plainer one.
const PHRASES: &[&str] = &[
    "anew",
    "utter",
    "utters",
    "uttered",
    "so-many",
    "so-manieth",
    "unless said otherwise",
    "whoever",
    "whomever",
    "whom",
    "nobody",
    "somebody",
    "that is one",
    "where one is",
    "leave it away",
    "left away",
    // Before a noun, "not" belongs here: `is not a message`.
    "is no",
    "are no",
];

/// "There is no message" and "is no longer" are English.
const ENGLISH: (&[&str], &[&str]) =
    (&["there"], &["longer", "more", "less", "fewer", "different", "later", "earlier", "greater", "matter", "one"]);

#[test]
fn summaries_open_with_what_an_item_is_or_does() {
    let all = documented(&["src", "derive/src", "codegen/src", "emulator/src"]);
    let all: Vec<_> = all.iter().filter(|item| !item.summary().is_empty()).collect();
    let offenders: Vec<_> = all.iter().filter(|item| opens_with_a_question(item)).collect();
    let share = percent(offenders.len(), all.len());
    println!("summaries: {} of {} open with a question word ({share:.1} %)", offenders.len(), all.len());
    let report: Vec<_> =
        offenders.iter().map(|item| format!("{}:{}: {}", item.file, item.line, item.summary())).collect();
    reporting("offending summaries", &report);
    assert!(share < QUESTIONS_PERCENT, "{share:.1} % of the summaries open with a question word:\n{}", list(&report));
}

/// Private items, too: most of the emulator is private.
#[test]
fn no_summary_of_the_emulator_opens_with_a_question_word() {
    let mut found = Vec::new();
    for path in files(&root().join("emulator/src"), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let mut before = false;
        for (number, line) in text.lines().enumerate() {
            let docs = line.trim_start().strip_prefix("///").or_else(|| line.trim_start().strip_prefix("//!"));
            if let Some(summary) = docs.filter(|_| !before)
                && is_question(summary)
            {
                found.push(format!("{}:{}:{summary}", relative(&path), number + 1));
            }
            before = docs.is_some();
        }
    }
    assert!(found.is_empty(), "these summaries open with a question word:\n{}", list(&found));
}

#[test]
fn first_sentences_are_short() {
    let all = documented(&["src", "derive/src", "codegen/src", "emulator/src"]);
    let long: Vec<_> = all
        .iter()
        .map(|item| (item, item.first_sentence()))
        .filter(|(_, sentence)| sentence.split_whitespace().count() > WORDS)
        .map(|(item, sentence)| format!("{}:{}: {sentence}", item.file, item.line))
        .collect();
    let share = percent(long.len(), all.len());
    println!("summaries: {} of {} are longer than {WORDS} words ({share:.1} %)", long.len(), all.len());
    reporting("long summaries", &long);
    assert!(share < LONG_PERCENT, "{share:.1} % of the summaries are longer than {WORDS} words:\n{}", list(&long));
}

#[test]
fn refused_words_do_not_occur() {
    let mut found = BTreeSet::new();
    for path in prose() {
        let text = fs::read_to_string(&path).unwrap();
        found.extend(refused(&text).into_iter().map(|(line, phrase)| (relative(&path), line, phrase)));
    }
    for item in documented(&["emulator/src"]) {
        let docs = item.docs.join("\n");
        found
            .extend(refused(&docs).into_iter().map(|(line, phrase)| (item.file.clone(), item.line + line - 1, phrase)));
    }
    let report: Vec<_> = found.iter().map(|(file, line, phrase)| format!("{file}:{line}: {phrase}")).collect();
    println!("prose: {} refused words", report.len());
    reporting("refused words", &report);
    assert!(report.is_empty(), "{} refused words:\n{}", report.len(), list(&report));
}

/// The sources whose comments, documentation and messages are read as a whole, and the documents.
fn prose() -> Vec<PathBuf> {
    let mut found: Vec<_> =
        ["src", "derive/src", "codegen/src"].iter().flat_map(|dir| files(&root().join(dir), ".rs")).collect();
    found.push(root().join("emulator/src/lib.rs"));
    found.push(root().join("CHANGELOG.md"));
    found.extend(files(&root().join("docs"), ".md"));
    found.extend(files(&root(), "README.md"));
    found
}

/// The phrases in a text, by the line they begin on. A phrase may run across lines of a comment or of a text.
fn refused(text: &str) -> Vec<(usize, String)> {
    let (mut joined, mut lines) = (String::new(), Vec::new());
    for (number, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches(['/', '!', '#']).trim_end_matches('\\').trim().to_lowercase();
        lines.resize(lines.len() + line.len() + 1, number + 1);
        joined.push_str(&line);
        joined.push(' ');
    }
    let mut found = Vec::new();
    for phrase in PHRASES {
        let needle = phrase.to_lowercase();
        for (at, _) in joined.match_indices(&needle) {
            let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            let (before, after) = (&joined[..at], &joined[at + needle.len()..]);
            if before.ends_with(part) || after.starts_with(part) {
                continue;
            }
            let word = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            let last = before.split_whitespace().next_back().map(word).unwrap_or_default();
            let next = after.split_whitespace().next().map(word).unwrap_or_default();
            if !phrase.ends_with(" no") {
                found.push((lines[at], (*phrase).to_owned()));
            } else if !ENGLISH.0.contains(&last.as_str()) && !ENGLISH.1.contains(&next.as_str()) {
                found.push((lines[at], format!("{phrase} {next}")));
            }
        }
    }
    found
}

fn opens_with_a_question(item: &Documented) -> bool {
    let predicate = first_word(item.summary()) == "whether" && item.predicate && item.kind != Kind::Type;
    is_question(item.summary()) && !predicate
}

fn is_question(summary: &str) -> bool {
    QUESTIONS.contains(&first_word(summary).as_str())
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase()
}

#[expect(clippy::cast_precision_loss, reason = "there are some thousands")]
fn percent(part: usize, of: usize) -> f64 {
    part as f64 * 100.0 / of as f64
}

#[test]
fn a_phrase_is_found_across_lines_and_not_inside_words() {
    let text = "/// What a user gets unless said\n/// otherwise.\n// butter, renewanew\nlet x = \"is no \\\n  JSON\";\n\
                // There is no reply, and it is no longer awaited.\n";
    let found = refused(text);
    assert_eq!(found, [(1, "unless said otherwise".to_owned()), (4, "is no json".to_owned())]);
}

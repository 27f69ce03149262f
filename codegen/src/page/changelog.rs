//! Draft of the entry in CHANGELOG.md.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diff::{Effect, Line, Report};
use crate::markdown::{code, counted};

/// Number of names that an entry lists.
const MAX_NAMES: usize = 8;
/// Longest line of an entry, in characters. A single name can be longer.
const MAX_WIDTH: usize = 120;

/// Returns the entry in the form of CHANGELOG.md. `None` if the contract does not change.
pub fn fragment(report: &Report) -> Option<String> {
    let groups = groups(report);
    if groups.is_empty() && report.from == report.to {
        return None;
    }
    let mut out = format!("## Unreleased\n\nCovers the contract of {}.\n", report.newer());
    for (title, nouns) in groups {
        let _ = write!(out, "\n### {title}\n\n");
        for (noun, found) in nouns {
            let _ = writeln!(out, "{}", entry(&noun, &found));
        }
    }
    Some(out)
}

/// Returns an entry, broken between names.
fn entry(noun: &str, found: &[&str]) -> String {
    let mut names: Vec<String> = found.iter().take(MAX_NAMES).map(|name| code(name)).collect();
    if found.len() > MAX_NAMES {
        names.push(format!("and {} more", found.len() - MAX_NAMES));
    }
    let mut out = format!("- {noun} of the contract:");
    let mut width = out.chars().count();
    for (index, name) in names.iter().enumerate() {
        let end = if index + 1 == names.len() { "." } else { "," };
        let length = name.chars().count() + 1 + end.len();
        let is_long = width + length > MAX_WIDTH;
        out.push_str(if is_long { "\n  " } else { " " });
        width = if is_long { 1 + length } else { width + length };
        let _ = write!(out, "{name}{end}");
    }
    out
}

/// Entries below one heading: a counted noun with its names.
type Entries<'a> = Vec<(String, Vec<&'a str>)>;

/// Sorts the changes under the headings of CHANGELOG.md.
fn groups(report: &Report) -> Vec<(&'static str, Entries<'_>)> {
    let mut groups: BTreeMap<&'static str, BTreeMap<&'static str, Vec<&str>>> = BTreeMap::new();
    for Line { noun, name, effect } in report.lines() {
        let title = match effect {
            Effect::Added | Effect::AddedAsRequired => "Added",
            Effect::Changed(_) => "Changed",
            Effect::Deprecated => "Deprecated",
            Effect::Removed => "Removed",
        };
        let found = groups.entry(title).or_default().entry(noun).or_default();
        if !found.contains(&&**name) {
            found.push(name);
        }
    }
    let groups = groups.into_iter().map(|(title, nouns)| {
        let counted = nouns.into_iter().map(|(noun, found)| (counted(found.len(), noun), found));
        (title, counted.collect())
    });
    groups.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Section;

    fn line(noun: &'static str, name: &str, effect: Effect) -> Line {
        Line { noun, name: name.to_owned(), effect }
    }

    #[test]
    fn the_entry_has_the_headings_of_the_changelog() {
        let report = Report {
            from: "1.0.0".to_owned(),
            to: "1.1.0".to_owned(),
            rest: Section {
                breaking: vec![line("operation", "GET /old", Effect::Removed)],
                additive: vec![
                    line("definition", "A", Effect::Added),
                    line("definition", "B", Effect::Added),
                    line("definition", "C", Effect::Added),
                    line("operation", "GET /a", Effect::Added),
                    line("operation", "GET /b", Effect::Added),
                    line("property", "A.x", Effect::Changed("limits".to_owned())),
                    line("property", "A.x", Effect::Changed("type".to_owned())),
                ],
                deprecated: vec![line("property", "A.y", Effect::Deprecated)],
            },
            ..Report::default()
        };
        let expected = [
            "## Unreleased\n",
            "Covers the contract of Weaviate 1.1.0.\n",
            "### Added\n",
            "- 3 definitions of the contract: `A`, `B`, `C`.",
            "- 2 operations of the contract: `GET /a`, `GET /b`.\n",
            "### Changed\n",
            "- 1 property of the contract: `A.x`.\n",
            "### Deprecated\n",
            "- 1 property of the contract: `A.y`.\n",
            "### Removed\n",
            "- 1 operation of the contract: `GET /old`.\n",
        ];
        assert_eq!(fragment(&report).as_deref(), Some(&*expected.join("\n")));
        let same = Report { from: "1.0.0".to_owned(), to: "1.0.0".to_owned(), ..Report::default() };
        assert_eq!(fragment(&same), None);
    }

    #[test]
    fn a_long_entry_is_broken_between_names_and_shortened() {
        let names: Vec<String> = (0..20).map(|index| format!("POST /collections/{{name}}/search/{index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let entry = entry("20 operations", &names);
        assert!(entry.lines().all(|line| line.chars().count() <= MAX_WIDTH), "{entry}");
        assert!(
            entry.lines().skip(1).all(|line| line.starts_with("  `POST ") || line.starts_with("  and ")),
            "{entry}"
        );
        assert!(entry.ends_with("and 12 more."), "{entry}");
    }
}

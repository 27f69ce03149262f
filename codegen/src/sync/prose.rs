//! Deprecations that a contract tells in prose only. They are marked as the contract would mark
//! them, because prose is not part of `specs/`.

use anyhow::{Context as _, Result, anyhow};
use prost_types::source_code_info::Location;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use super::proto::{ProtoFiles, compile_with_comments};

/// Whether a description says that its item is deprecated: "Deprecated" is its first word, or the
/// first word in brackets of the first sentence.
///
/// Elsewhere the word is about something else, such as a value ("`wand` is refused (deprecated)").
pub fn is_deprecated(description: &str) -> bool {
    let starts = |text: &str| {
        let text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let (word, rest) = text.split_at_checked("deprecated".len()).unwrap_or_default();
        word.eq_ignore_ascii_case("deprecated") && !rest.starts_with(char::is_alphanumeric)
    };
    let sentence = description.split_once(". ").map_or(description, |(first, _)| first);
    starts(description) || sentence.split(['(', '[']).skip(1).any(starts)
}

/// Adds `deprecated = true` to the fields and enum values whose comment says so.
pub fn mark_protos(files: &ProtoFiles) -> Result<ProtoFiles> {
    let described = compile_with_comments(files)?;
    let mut marked = files.clone();
    for file in &described.file {
        let Some(text) = marked.get_mut(file.name()) else { continue };
        let mut ends = Vec::new();
        for location in file.source_code_info.iter().flat_map(|info| &info.location) {
            let told = is_deprecated(location.leading_comments()) || is_deprecated(location.trailing_comments());
            if told && is_unmarked(file, &location.path) {
                ends.push(end_of(text, location).with_context(|| format!("{}: {:?}", file.name(), location.span))?);
            }
        }
        // From the last one on, so that the places before stay where they are.
        ends.sort_unstable();
        for end in ends.into_iter().rev() {
            let options = text.get(..end).is_some_and(|before| before.trim_end().ends_with(']'));
            let (at, option) = match text.get(..end).and_then(|before| before.rfind(']')) {
                Some(bracket) if options => (bracket, ", deprecated = true"),
                _ => (end, " [deprecated = true]"),
            };
            text.insert_str(at, option);
        }
    }
    Ok(marked)
}

/// Field numbers of descriptors, of which a path consists.
const MESSAGES: i32 = 4;
const ENUMS: i32 = 5;
const FIELDS: i32 = 2;
const NESTED_MESSAGES: i32 = 3;
const NESTED_ENUMS: i32 = 4;
const VALUES: i32 = 2;

/// Whether a path leads to a field or an enum value without `deprecated`.
fn is_unmarked(file: &FileDescriptorProto, path: &[i32]) -> bool {
    match path {
        [MESSAGES, index, rest @ ..] => item(&file.message_type, *index).is_some_and(|message| within(message, rest)),
        [ENUMS, index, VALUES, value] => {
            item(&file.enum_type, *index).is_some_and(|values| has_unmarked(values, *value))
        }
        _ => false,
    }
}

fn within(message: &DescriptorProto, path: &[i32]) -> bool {
    match path {
        [FIELDS, index] => {
            let marked = |options: &prost_types::FieldOptions| options.deprecated();
            item(&message.field, *index).is_some_and(|field| !field.options.as_ref().is_some_and(marked))
        }
        [NESTED_MESSAGES, index, rest @ ..] => {
            item(&message.nested_type, *index).is_some_and(|nested| within(nested, rest))
        }
        [NESTED_ENUMS, index, VALUES, value] => {
            item(&message.enum_type, *index).is_some_and(|values| has_unmarked(values, *value))
        }
        _ => false,
    }
}

fn has_unmarked(values: &EnumDescriptorProto, index: i32) -> bool {
    let marked = |options: &prost_types::EnumValueOptions| options.deprecated();
    item(&values.value, index).is_some_and(|value| !value.options.as_ref().is_some_and(marked))
}

fn item<T>(items: &[T], index: i32) -> Option<&T> {
    items.get(usize::try_from(index).ok()?)
}

/// Returns the position of the semicolon that ends a statement.
fn end_of(text: &str, location: &Location) -> Result<usize> {
    let (line, column) = match location.span.as_slice() {
        [line, _, column] | [_, _, line, column] => (usize::try_from(*line)?, usize::try_from(*column)?),
        _ => return Err(anyhow!("the position of a statement is not known")),
    };
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let end =
        text.get(start..).and_then(|rest| rest.char_indices().nth(column)).map_or(text.len(), |(at, _)| start + at);
    text.get(..end).and_then(|before| before.rfind(';')).context("the statement has no end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deprecated_counts_as_the_first_word_or_the_first_in_brackets() {
        for told in [
            "Deprecated",
            "deprecated: use `b`",
            "  **DEPRECATED** since 1.20",
            "(Deprecated). Use `b`.",
            "value as text (deprecated as of v1.19)",
            "An index [deprecated]",
        ] {
            assert!(is_deprecated(told), "{told}");
        }
        for other in [
            "",
            "Deprecation of an item.",
            "Only `blockmax`; `wand` is deprecated.",
            "Algorithm of an index. `wand` is refused (deprecated).",
            "Lists what is (not) deprecated",
            "deprecatedItems are listed here",
        ] {
            assert!(!is_deprecated(other), "{other}");
        }
    }

    #[test]
    fn comments_of_fields_and_values_become_options() -> Result<()> {
        let text = "syntax = \"proto3\";\npackage a;\nmessage M {\n  // Deprecated, use b.\n  string a = 1;\n  string b = 2; // not deprecated\n  \
             string c = 3; // deprecated in 1.2 - use b\n  string d = 4 [json_name = \"x\"]; // deprecated\n  \
             string e = 5 [deprecated = true]; // deprecated\n  oneof o {\n    bool f = 6; // (deprecated)\n  }\n  message N {\n    \
             enum E {\n      Z = 0;\n      /* é */ Y = 1; // deprecated\n    }\n  }\n}\n";
        let files = ProtoFiles::from([("v1/m.proto".to_owned(), text.to_owned())]);
        let marked = mark_protos(&files)?;
        let lines: Vec<&str> = marked["v1/m.proto"].lines().filter(|line| line.contains("deprecated = true")).collect();
        assert_eq!(
            lines,
            [
                "  string a = 1 [deprecated = true];",
                "  string c = 3 [deprecated = true]; // deprecated in 1.2 - use b",
                "  string d = 4 [json_name = \"x\", deprecated = true]; // deprecated",
                "  string e = 5 [deprecated = true]; // deprecated",
                "    bool f = 6 [deprecated = true]; // (deprecated)",
                "      /* é */ Y = 1 [deprecated = true]; // deprecated",
            ]
        );
        assert_eq!(mark_protos(&marked)?, marked);
        Ok(())
    }
}

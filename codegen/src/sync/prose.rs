//! Deprecations that a contract tells in prose only. They are marked as the contract would mark
//! them, because prose is not part of `specs/`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, anyhow};
use prost_types::source_code_info::Location;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet};

use super::proto::{ProtoFiles, compile_with_positions};

/// Words that go on about the item itself after "Deprecated". A noun is not one of them.
const CONTINUATIONS: &[&str] = &[
    "after", "and", "as", "because", "but", "by", "do", "due", "for", "from", "has", "if", "in", "instead", "it", "no",
    "not", "now", "on", "please", "since", "starting", "to", "until", "use", "when", "will", "with", "without",
];

/// Whether a description says that its item is deprecated:
///
/// - "Deprecated" is its first word, or the first word in brackets of the first sentence.
/// - A sentence begins with "This is deprecated" or "This field is deprecated".
///
/// Before a noun the word is about other things ("Deprecated fields to return"). So it is elsewhere,
/// as about a value ("`wand` is refused (deprecated)").
pub fn is_deprecated(description: &str) -> bool {
    let sentence = description.split_once(". ").map_or(description, |(first, _)| first);
    calls_itself_deprecated(description)
        || sentence.split(['(', '[']).skip(1).any(calls_itself_deprecated)
        || has_sentence_about_this(description)
}

/// Whether a text begins with "deprecated", and not with a list of deprecated things.
fn calls_itself_deprecated(text: &str) -> bool {
    let text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let (word, rest) = text.split_at_checked("deprecated".len()).unwrap_or_default();
    // Markdown may emphasise the word.
    let rest = rest.trim_start_matches('*');
    let next = rest.trim_start();
    let goes_on = if next.len() < rest.len() {
        let word = next.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        let is_version = word.trim_start_matches('v').starts_with(char::is_numeric);
        let is_quoted = next.starts_with(['"', '\'', '`', '_']);
        is_version || CONTINUATIONS.contains(&&*word) || (word.is_empty() && !is_quoted)
    } else {
        // The word can be a part of a name, such as `deprecated_items` and `deprecated-items`.
        !next.strip_prefix(['-', '_']).unwrap_or(next).starts_with(char::is_alphanumeric)
    };
    word.eq_ignore_ascii_case("deprecated") && goes_on
}

/// Whether a sentence begins with "This is deprecated", with up to two words for the item in between.
fn has_sentence_about_this(description: &str) -> bool {
    let lower = description.to_ascii_lowercase();
    lower.match_indices("this ").any(|(at, this)| {
        let (before, after) = (lower.get(..at).unwrap_or_default(), lower.get(at + this.len()..).unwrap_or_default());
        let begins = before.trim_end().chars().next_back().is_none_or(|last| ".!?:;>*)-([".contains(last));
        let words: Vec<&str> = after.split_whitespace().take(5).collect();
        let verb = words.iter().take(3).position(|word| ["is", "has"].contains(word));
        let told = match words.get(verb.unwrap_or(words.len())..).unwrap_or_default() {
            ["is", "now", word, ..] | ["has", "been", word, ..] | ["is", word, ..] => *word,
            _ => "",
        };
        begins && told.trim_matches(|letter: char| !letter.is_alphanumeric()) == "deprecated"
    })
}

/// Items of proto files: the path of each in the descriptor of its file, by import path.
pub type Told = BTreeMap<String, BTreeSet<Vec<i32>>>;

/// Finds the messages, fields, enums, enum values and RPCs whose comment says that they are
/// deprecated, and whose options do not say anything about it. The compiler knows some comments, and
/// the text of the files has the others.
pub fn told_in_comments(described: &FileDescriptorSet, files: &ProtoFiles) -> Result<Told> {
    let mut told = Told::new();
    for file in &described.file {
        let text = files.get(file.name()).map_or("", |text| text.trim_start_matches('\u{feff}'));
        for location in file.source_code_info.iter().flat_map(|info| &info.location) {
            if !is_unmarked(file, &location.path) {
                continue;
            }
            let comments = [location.leading_comments(), location.trailing_comments()];
            if comments.into_iter().any(is_deprecated) || beside(text, location)?.any(is_deprecated) {
                told.entry(file.name().to_owned()).or_default().insert(location.path.clone());
            }
        }
    }
    Ok(told)
}

/// Returns the comments that the compiler does not count among those of a statement: behind its end,
/// and behind the brace that opens its body. In the body of an RPC, the first lines are about it, too.
fn beside<'a>(text: &'a str, location: &Location) -> Result<impl Iterator<Item = &'a str>> {
    let (start, end) = span(text, location)?;
    let behind = line_comment(text.get(end..).unwrap_or_default().trim_start_matches([' ', '\t', ';']));
    let statement = text.get(start..end).unwrap_or_default();
    let body = opening(statement).and_then(|at| statement.get(at + 1..)).unwrap_or_default();
    let mut within = Vec::from_iter(line_comment(body.trim_start_matches([' ', '\t'])));
    if location.path.starts_with(&[SERVICES]) {
        let mut rest = body;
        while let Some((comment, after)) = split_comment(rest.trim_start()) {
            within.push(comment);
            rest = after;
        }
    }
    Ok(behind.into_iter().chain(within))
}

/// Returns the comment at the start of a text. A block is one only if nothing follows on its line.
fn line_comment(text: &str) -> Option<&str> {
    let (comment, after) = split_comment(text)?;
    let rest = after.split('\n').next().unwrap_or_default();
    (text.starts_with("//") || rest.trim().is_empty()).then_some(comment)
}

/// Splits a text behind the comment at its start.
pub fn split_comment(text: &str) -> Option<(&str, &str)> {
    match (text.strip_prefix("//"), text.strip_prefix("/*")) {
        (Some(line), _) => Some(line.split_once('\n').unwrap_or((line, ""))),
        (None, Some(block)) => block.split_once("*/"),
        (None, None) => None,
    }
}

/// Returns the position of the brace that opens the body of a statement.
fn opening(statement: &str) -> Option<usize> {
    let mut rest = statement;
    while let Some(first) = rest.chars().next() {
        if first == '{' {
            return statement.len().checked_sub(rest.len());
        }
        rest = split_comment(rest).map_or_else(|| rest.get(first.len_utf8()..).unwrap_or_default(), |(_, after)| after);
    }
    None
}

/// Adds the option `deprecated` to items of canonical files, which have no comments. The files have
/// to be formatted again.
pub fn mark(files: &mut ProtoFiles, told: &Told) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    for file in &compile_with_positions(files)?.file {
        let (Some(text), Some(told)) = (files.get_mut(file.name()), told.get(file.name())) else { continue };
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        let told = locations.filter(|location| told.contains(&location.path));
        let mut options = told.map(|location| option(text, location)).collect::<Result<Vec<_>>>()?;
        // From the last one on, so that the places before stay where they are.
        options.sort_unstable();
        for (at, option) in options.into_iter().rev() {
            text.insert_str(at, option);
        }
    }
    Ok(())
}

/// Field numbers of descriptors, of which a path consists.
const MESSAGES: i32 = 4;
const ENUMS: i32 = 5;
const SERVICES: i32 = 6;
const FIELDS: i32 = 2;
const NESTED_MESSAGES: i32 = 3;
const NESTED_ENUMS: i32 = 4;
const VALUES: i32 = 2;
const METHODS: i32 = 2;

/// Whether a path leads to an item that can be deprecated, and has no such option.
fn is_unmarked(file: &FileDescriptorProto, path: &[i32]) -> bool {
    match path {
        [MESSAGES, index, rest @ ..] => item(&file.message_type, *index).is_some_and(|message| within(message, rest)),
        [ENUMS, index, rest @ ..] => item(&file.enum_type, *index).is_some_and(|values| within_enum(values, rest)),
        [SERVICES, index, METHODS, method] => {
            let method = item(&file.service, *index).and_then(|service| item(&service.method, *method));
            method.is_some_and(|method| lacks(method.options.as_ref(), |options| options.deprecated))
        }
        _ => false,
    }
}

fn within(message: &DescriptorProto, path: &[i32]) -> bool {
    match path {
        [] => lacks(message.options.as_ref(), |options| options.deprecated),
        [FIELDS, index] => item(&message.field, *index)
            .is_some_and(|field| lacks(field.options.as_ref(), |options| options.deprecated)),
        [NESTED_MESSAGES, index, rest @ ..] => {
            item(&message.nested_type, *index).is_some_and(|nested| within(nested, rest))
        }
        [NESTED_ENUMS, index, rest @ ..] => {
            item(&message.enum_type, *index).is_some_and(|values| within_enum(values, rest))
        }
        _ => false,
    }
}

fn within_enum(values: &EnumDescriptorProto, path: &[i32]) -> bool {
    match path {
        [] => lacks(values.options.as_ref(), |options| options.deprecated),
        [VALUES, index] => {
            item(&values.value, *index).is_some_and(|value| lacks(value.options.as_ref(), |options| options.deprecated))
        }
        _ => false,
    }
}

fn lacks<T>(options: Option<&T>, deprecated: impl Fn(&T) -> Option<bool>) -> bool {
    options.and_then(deprecated).is_none()
}

fn item<T>(items: &[T], index: i32) -> Option<&T> {
    items.get(usize::try_from(index).ok()?)
}

/// Returns the option that marks a statement as deprecated, and the position that it goes to.
fn option(text: &str, location: &Location) -> Result<(usize, &'static str)> {
    const STATEMENT: &str = "option deprecated = true;";
    let (start, end) = span(text, location)?;
    let body = text.get(start..end).and_then(opening).map(|at| start + at + 1);
    match location.path.as_slice() {
        [SERVICES, ..] => match body {
            Some(body) => Ok((body, STATEMENT)),
            None => Ok((end_of(text, end)?, "{ option deprecated = true; }")),
        },
        // FIELDS and VALUES are the same number.
        [_, _, .., FIELDS, _] => {
            let end = end_of(text, end)?;
            match text.get(..end).and_then(|before| before.strip_suffix(']')) {
                Some(before) => Ok((before.len(), ", deprecated = true")),
                None => Ok((end, " [deprecated = true]")),
            }
        }
        _ => Ok((body.context("the declaration has no body")?, STATEMENT)),
    }
}

/// Returns the positions at which a statement begins and ends.
fn span(text: &str, location: &Location) -> Result<(usize, usize)> {
    let (from, to) = match *location.span.as_slice() {
        [line, from, to] => ((line, from), (line, to)),
        [line, from, last, to] => ((line, from), (last, to)),
        _ => return Err(anyhow!("the position of a statement is not known")),
    };
    let position = |(line, column): (i32, i32)| -> Result<usize> {
        let start: usize = text.split_inclusive('\n').take(usize::try_from(line)?).map(str::len).sum();
        let column = usize::try_from(column)?;
        let rest = text.get(start..).unwrap_or_default();
        Ok(rest.char_indices().nth(column).map_or(text.len(), |(at, _)| start + at))
    };
    Ok((position(from)?, position(to)?))
}

/// Returns the position of the semicolon that ends the statement before `end`.
fn end_of(text: &str, end: usize) -> Result<usize> {
    text.get(..end).and_then(|before| before.rfind(';')).context("the statement has no end")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::proto::canonical;

    #[test]
    fn deprecated_counts_as_the_first_word_or_the_first_in_brackets_or_in_a_sentence_about_this() {
        for told in [
            "Deprecated",
            "deprecated: use `b`",
            "deprecated - do not use, removed in 0.23.0",
            "Deprecated v1.20, use `b`",
            "Deprecated 1.20",
            "Deprecated, has no effect.",
            "  **DEPRECATED** since 1.20",
            "**Deprecated** use `b`",
            "(Deprecated). Use `b`.",
            "value as text (deprecated as of v1.19)",
            "An index [deprecated]",
            "This is deprecated.",
            "this field is deprecated",
            "Lists all. This gRPC endpoint is now deprecated, use `b`.",
            "All roles.<br/><br/>**Note**: This has been deprecated; use `b`.",
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
            "deprecated-items are listed here",
            "deprecated_items",
            "Deprecated fields to return",
            "**Deprecated** fields to return",
            "Deprecated `wand` indexes",
            "Fields to return (deprecated ones included)",
            "Whether this is deprecated",
            "Set if an item, as this, is deprecated",
            "This is not deprecated",
            "This list of fields is deprecated-friendly",
        ] {
            assert!(!is_deprecated(other), "{other}");
        }
    }

    fn files(text: &str) -> ProtoFiles {
        ProtoFiles::from([("v1/m.proto".to_owned(), text.to_owned())])
    }

    #[test]
    fn comments_of_messages_enums_and_rpcs_become_options() -> Result<()> {
        let text = "syntax = \"proto3\";
            package weaviate.v1;
            // Deprecated, use B.
            message A {
              string a = 1;
              /* deprecated */
              enum E { Z = 0; }
              message N { option deprecated = false; }
            }
            message B { // This message is deprecated.

              // Deprecated.
              message M {}
              // Deprecated options of B.
              message O {}
            }
            // [Deprecated]
            enum E { option allow_alias = true; Y = 0; X = 0; }
            // Deprecated: this is not about the RPCs.
            service S {
              // Deprecated, use Q.
              rpc P(A) returns (B);
              rpc Q(A) returns (B) {}
              // Deprecated.
              rpc R(stream A) returns (B) { }
              /* (deprecated) */ rpc T(A) returns (B) { option idempotency_level = IDEMPOTENT; }
              // Deprecated.
              rpc U(A) returns (B) { option deprecated = false; }
            }";
        let expected = "syntax = \"proto3\";

package weaviate.v1;

message A {
  option deprecated = true;
  string a = 1;

  enum E {
    option deprecated = true;
    Z = 0;
  }

  message N {
    option deprecated = false;
  }
}

message B {
  option deprecated = true;

  message M {
    option deprecated = true;
  }

  message O {}
}

enum E {
  option deprecated = true;
  option allow_alias = true;
  Y = 0;
  X = 0;
}

service S {
  rpc P(A) returns (B) {
    option deprecated = true;
  }

  rpc Q(A) returns (B) {}

  rpc R(stream A) returns (B) {
    option deprecated = true;
  }

  rpc T(A) returns (B) {
    option deprecated = true;
    option idempotency_level = IDEMPOTENT;
  }

  rpc U(A) returns (B) {
    option deprecated = false;
  }
}
";
        let (files, descriptors) = canonical(&files(text))?;
        assert_eq!(files["weaviate/v1/m.proto"], expected);
        // The same contract with its options, as a later release may have it, has the same form.
        let upstream = files.into_iter().map(|(name, text)| (name.replacen("weaviate/v1", "v1", 1), text)).collect();
        assert_eq!(canonical(&upstream)?.1, descriptors);
        Ok(())
    }

    #[test]
    fn comments_behind_a_declaration_and_its_brace_become_options() -> Result<()> {
        let text = r#"syntax = "proto3"; package weaviate.v1;
            service S {
              rpc A(M) returns (M) {}; // Deprecated.
              rpc B(M) returns (M) /* { */ { // Deprecated.
              }
              rpc C(M) returns (M) { /* Deprecated. */
                option idempotency_level = IDEMPOTENT;
              }
              rpc D(M) returns (M) {
                // Weighs nothing.
                // Deprecated.
              }
              rpc E(M) returns (M); /* Deprecated. */ rpc F(M) returns (M) {}
              // Deprecated fields are left out.
              rpc G(M) returns (M) {} // Not deprecated.
            }
            message M {
              message N { string a = 1; } // Deprecated.
              message O { string a = 1; };  /* Deprecated. */
              oneof kind { // Deprecated.
                string c = 2;
              }
              map<string, string> d = 3;
            }
            message P {} // Deprecated.
            enum Q { Z = 0; } // Deprecated.
            enum R { /* Deprecated. The compiler gives it to neither. */ Y = 0; }"#;
        let (_, descriptors) = canonical(&files(text))?;
        let items = crate::sync::history::Items::of(&serde_json::json!({}), &descriptors)?;
        let kind = crate::sync::history::Kind::Proto;
        let is_marked =
            |name: &&str| items.attributes(kind, name).is_some_and(|found| found.contains_key("deprecated"));
        let marked: Vec<&str> = items.names(kind).filter(is_marked).collect();
        assert_eq!(marked, ["M.N", "M.O", "P", "Q", "S.rpc A", "S.rpc B", "S.rpc C", "S.rpc D"]);
        Ok(())
    }

    #[test]
    fn comments_of_fields_and_values_become_options() -> Result<()> {
        let text = "syntax = \"proto3\";\npackage weaviate.v1;\nmessage M {\n  // Deprecated, use b.\n  string a = 1;\n  string b = 2; // \
             not deprecated\n  string c = 3; // deprecated in 1.2 - use b\n  string d = 4 [json_name = \"x\"] /* [b] */; // deprecated\n  \
             string e = 5 [deprecated = true]; // deprecated\n  oneof o {\n    bool f = 6; // (deprecated)\n  }\n  \
             // Deprecated.\n  bool g = 7 [deprecated = false];\n  // Deprecated.\n  bool h = 8 // see [b]\n  ;\n  message N {\n    \
             enum E {\n      Z = 0;\n      /* \u{e9} */ Y = 1; // deprecated\n    }\n  }\n}\n";
        let (files, _) = canonical(&files(text))?;
        let marked: Vec<&str> =
            files["weaviate/v1/m.proto"].lines().map(str::trim).filter(|line| line.contains("deprecated")).collect();
        assert_eq!(
            marked,
            [
                "string a = 1 [deprecated = true];",
                "string c = 3 [deprecated = true];",
                "string d = 4 [json_name = \"x\", deprecated = true];",
                "string e = 5 [deprecated = true];",
                "bool f = 6 [deprecated = true];",
                "bool g = 7 [deprecated = false];",
                "bool h = 8 [deprecated = true];",
                "Y = 1 [deprecated = true];",
            ]
        );
        Ok(())
    }
}

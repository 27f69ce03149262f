//! Code spans, and lists of names within a sentence.

use std::fmt::Write as _;

/// Longest text of a code span, in characters. The rest is cut off.
const MAX_SPAN: usize = 160;

/// Returns a code span with the text of a contract. It stays one line of one span, whatever the
/// text contains.
///
/// The page is also the body of a commit, where GitHub finds `@name` and `#1` in code, too. So
/// these are escaped like control characters.
pub fn code(text: &str) -> String {
    let shown = escaped(text, MAX_SPAN);
    if shown.is_empty() {
        return "(empty)".to_owned();
    }
    let longest = shown.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A space next to the fence is not part of the span if there is one at both ends.
    let is_edge = |character: Option<char>| matches!(character, Some('`' | ' '));
    let space = if is_edge(shown.chars().next()) || is_edge(shown.chars().last()) { " " } else { "" };
    format!("{fence}{space}{shown}{space}{fence}")
}

/// Returns at most `limit` characters of a text, without any that end a line, cannot be seen or
/// make a link.
pub fn escaped(text: &str, limit: usize) -> String {
    let mut shown = String::new();
    let mut characters = text.chars().enumerate().peekable();
    while let Some((index, character)) = characters.next() {
        if index == limit {
            shown.push('…');
            break;
        }
        let next = characters.peek().map(|(_, next)| *next);
        let is_link = match character {
            '@' => next.is_some_and(char::is_alphanumeric),
            '#' => next.is_some_and(|next| next.is_ascii_digit()),
            _ => false,
        };
        if is_link {
            shown.extend(character.escape_unicode());
        } else if is_invisible(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character ends a line, changes the direction of text or cannot be seen.
fn is_invisible(character: char) -> bool {
    let is_format = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    character.is_control() || is_format || (character.is_whitespace() && character != ' ')
}

/// Returns a number with its noun: `1 field`, `2 properties`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) => format!("{count} {stem}ies"),
        None if noun.ends_with('s') => format!("{count} {noun}es"),
        None => format!("{count} {noun}s"),
    }
}

/// Returns at most `limit` names as code spans, and the number of the others.
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>, limit: usize) -> String {
    let mut names = names.into_iter();
    let mut out = names.by_ref().take(limit).map(code).collect::<Vec<_>>().join(", ");
    let rest = names.count();
    if rest > 0 {
        let _ = write!(out, " and {rest} more");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_holds_any_text_on_one_line() {
        for (text, expected) in [
            ("Thing.name", "`Thing.name`"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            ("`a", "`` `a ``"),
            (" a", "`  a `"),
            ("a\n## b\r\tc", "`a\\n## b\\r\\tc`"),
            ("a|b<!-- c", "`a|b<!-- c`"),
            ("\u{202e}gnol\u{2028}", "`\\u{202e}gnol\\u{2028}`"),
            ("fixes #123", "`fixes \\u{23}123`"),
            ("#/definitions/A", "`#/definitions/A`"),
            ("@name a@b @", "`\\u{40}name a\\u{40}b @`"),
            ("", "(empty)"),
        ] {
            assert_eq!(code(text), expected, "{text:?}");
        }
        let long = code(&"x".repeat(1000));
        assert_eq!(long, format!("`{}…`", "x".repeat(MAX_SPAN)));
    }

    #[test]
    fn names_and_numbers_read_like_a_sentence() {
        assert_eq!(names(["a", "b", "c", "d"], 2), "`a`, `b` and 2 more");
        assert_eq!(names(["a", "b"], 2), "`a`, `b`");
        assert_eq!([counted(1, "property"), counted(2, "property")], ["1 property", "2 properties"]);
        assert_eq!([counted(0, "field"), counted(3, "alias")], ["0 fields", "3 aliases"]);
    }
}

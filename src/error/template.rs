//! Templates of the server's texts, matched from the start of a text.
//!
//! A text echoes what the user wrote: names, ids, values of properties. A search for words
//! anywhere in it would let those decide. A template has placeholders for them instead:
//!
//! - `{}` matches a name of the server's own alphabet: letters, digits, `_`, `-` and `.`;
//! - `{words}` matches names with blanks between them;
//! - `{*}` matches anything up to the text that follows it.

/// Matches a text against a template. Returns what follows the match.
pub(super) fn after_match<'t>(template: &str, text: &'t str) -> Option<&'t str> {
    let (mut template, mut text) = (template, text);
    loop {
        let Some((literal, rest)) = template.split_once('{') else { return text.strip_prefix(template) };
        text = text.strip_prefix(literal)?;
        let (placeholder, rest) = rest.split_once('}')?;
        let next = rest.split_once('{').map_or(rest, |(literal, _)| literal);
        let len = match placeholder {
            "" => text.find(|c| !is_of_name(c)).unwrap_or(text.len()),
            "words" => {
                let end = text.find(|c| !is_of_name(c) && c != ' ').unwrap_or(text.len());
                text.get(..end.saturating_add(next.len()).min(text.len())).and_then(|text| text.find(next))?
            }
            _ => text.find(next)?,
        };
        text = text.get(len..)?;
        template = rest;
    }
}

pub(super) fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_matches_from_the_start() {
        for (template, text, expected) in [
            ("leader not found", "leader not found, can not resolve nodes", Some(", can not resolve nodes")),
            ("leader not found", "a leader not found", None),
            ("could not find class {} in schema", "could not find class Owl in schema", Some("")),
            ("could not find class {} in schema", "could not find class  in schema", Some("")),
            ("could not find class {} in schema", "could not find class O wl in schema", None),
            ("could not find class {} in schema", "could not find class Owl", None),
            ("'{*}' is not a valid", "'it's 'odd'' is not a valid name", Some(" name")),
            ("'{*}' is not a valid", "'odd is not a valid name", None),
            ("to {words} failed with status: 429", "to The API failed with status: 429 x", Some(" x")),
            ("to {words} failed with status: 429", "to A failed with error: failed with status: 429", None),
            ("to {words} failed", "to é failed", None),
            ("{}", "", Some("")),
            ("{", "{", None),
        ] {
            assert_eq!(after_match(template, text), expected, "{template} / {text}");
        }
    }
}

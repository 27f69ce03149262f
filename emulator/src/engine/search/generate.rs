//! Input of generative modules: prompts with the values of an object, and tasks with those of all.

use serde_json::Value as Json;

use crate::engine::go;
use crate::engine::providers::fault::ProviderFault;
use crate::engine::schema::ClassView;
use crate::engine::store::{Object, Value};

/// The names of the properties between the braces of a prompt, as they stand there.
pub(crate) fn placeholders(prompt: &str) -> impl Iterator<Item = &str> {
    pieces(prompt).filter_map(|(_, name)| name)
}

/// The prompt with the values of the object in place of its placeholders.
pub(crate) fn fill(prompt: &str, object: &Object, class: &ClassView) -> Result<String, ProviderFault> {
    let mut filled = String::new();
    for (text, name) in pieces(prompt) {
        filled.push_str(text);
        if let Some(name) = name {
            // The server takes the name without the spaces around it, but has looked for it with them.
            let value = text_of(name.trim(), object, class).filter(|text| !text.is_empty());
            filled.push_str(&value.ok_or_else(|| ProviderFault::NoValue(name.trim().to_owned()))?);
        }
    }
    Ok(filled)
}

/// The task, and behind it the objects as JSON: the properties that are named, or all.
pub(crate) fn task<'o>(
    task: &str,
    properties: &[String],
    objects: impl Iterator<Item = &'o Object>,
    class: &ClassView,
) -> String {
    let object = |object: &Object| {
        let names = object.properties.keys().filter(|name| properties.is_empty() || properties.contains(*name));
        let texts =
            names.filter_map(|name| Some(format!("{}:{}", go_text(name), go_text(&text_of(name, object, class)?))));
        format!("{{{}}}", texts.collect::<Vec<_>>().join(","))
    };
    // An object without any of them does not count.
    let objects: Vec<String> = objects.map(object).filter(|object| object != "{}").collect();
    // The server takes what looks like a placeholder out of its braces.
    let task: String = pieces(task).flat_map(|(text, name)| [text, name.unwrap_or_default()]).collect();
    format!("{task}: [{}]", objects.join(","))
}

/// The text before each placeholder, and its name; last the text behind all.
fn pieces(prompt: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(prompt);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let mut braces = text.match_indices('{').filter_map(|(start, _)| {
            let inside = text.get(start + 1..)?;
            let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c.is_ascii_whitespace()))?;
            inside.get(end..)?.starts_with('}').then_some((start, start + 1 + end))
        });
        let Some((start, end)) = braces.next() else { return Some((text, None)) };
        rest = text.get(end + 1..);
        Some((text.get(..start)?, text.get(start + 1..end)))
    })
}

/// The value as a prompt has it: a text as it is, a number in Go's form, anything else as JSON. Media and references are none.
fn text_of(name: &str, object: &Object, class: &ClassView) -> Option<String> {
    if class.property(name).is_some_and(|property| property.data_type.is_blob()) {
        return None;
    }
    match object.properties.get(name)? {
        Value::References(_) | Value::Blob(_) | Value::Null => None,
        Value::Int(number) | Value::Number(number) => Some(go::float(*number)),
        value => Some(match value.to_json() {
            Json::String(text) => text,
            json => json.to_string(),
        }),
    }
}

/// A JSON text as Go writes it.
fn go_text(text: &str) -> String {
    let json = Json::from(text).to_string();
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_between_braces_are_placeholders() {
        let names = |prompt| placeholders(prompt).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names("Say {title} or {{exact}} { n } {}"), ["title", "exact", " n ", ""]);
        assert!(names("{\"a\": 1} {o.a} {tïtle} {open close} not}").len() == 1);
        assert!(names("{title").is_empty());
    }
}

//! The parts of an object that a module is given: one text, or its fields.

use serde_json::{Map, Value as Json};

use super::value::{Properties, Value, properties_to_json};
use crate::engine::go;
use crate::engine::providers::ProviderInput;
use crate::engine::schema::{TextInput, VectorField};

impl TextInput {
    /// The text of an object: the name of its collection, and then its values in the order of their names. `None` where
    /// there is nothing to vectorize.
    pub(super) fn text_of(&self, class: &str, properties: &Properties) -> Option<String> {
        let mut parts = Vec::new();
        if self.class_name {
            parts.push(self.words(class));
        }
        for (name, value) in properties {
            if !self.takes(name) {
                continue;
            }
            let named = self.named.contains(name).then(|| self.words(name));
            parts.extend(self.values(value).into_iter().map(|value| {
                let value = if self.lower_case { value.to_lowercase() } else { value };
                named.as_ref().map_or_else(|| value.clone(), |name| format!("{name} {value}"))
            }));
        }
        // Without any text the name has to do, unless the properties were chosen.
        if parts.is_empty() && self.only.is_empty() {
            parts.push(self.words(class));
        }
        Some(parts.join(" ")).filter(|text| !text.is_empty())
    }

    /// Returns whether the vector is made of the property.
    pub(super) fn takes(&self, name: &str) -> bool {
        if self.only.is_empty() { !self.skipped.contains(name) } else { self.only.iter().any(|only| only == name) }
    }

    /// The texts of a value. What is no text counts only where the properties were chosen.
    fn values(&self, value: &Value) -> Vec<String> {
        match value {
            Value::Text(text) | Value::Blob(text) => vec![text.clone()],
            Value::TextArray(texts) => texts.clone(),
            _ if self.only.is_empty() => Vec::new(),
            Value::Bool(flag) => vec![flag.to_string()],
            Value::BoolArray(flags) => flags.iter().map(ToString::to_string).collect(),
            Value::Int(number) | Value::Number(number) => vec![go::float(*number)],
            Value::IntArray(numbers) | Value::NumberArray(numbers) => numbers.iter().copied().map(go::float).collect(),
            Value::Date(date) => vec![date.seconds_text()],
            Value::Object(object) => vec![properties_to_json(object).to_string()],
            Value::ObjectArray(objects) => {
                vec![serde_json::Value::Array(objects.iter().map(properties_to_json).collect()).to_string()]
            }
            _ => Vec::new(),
        }
    }

    fn words(&self, name: &str) -> String {
        let words = camel_case(name).join(" ");
        if self.lower_case { words.to_lowercase() } else { words }
    }
}

/// The fields that an object has, each with its weight, texts and images first. Where a digest is stored, what was sent counts.
pub(super) fn fields_of(
    fields: &[VectorField],
    properties: &Properties,
    sent: &Map<String, Json>,
) -> Vec<(ProviderInput, Option<f32>)> {
    let mut found = Vec::new();
    for field in fields {
        let input = |text: &str| (ProviderInput { text: text.to_owned(), media: field.media }, field.weight);
        match properties.get(&field.property) {
            Some(Value::Text(text) | Value::Blob(text)) => {
                found.push(input(sent.get(&field.property).and_then(Json::as_str).unwrap_or(text)));
            }
            Some(Value::TextArray(texts)) if field.media.is_none() => {
                found.extend(texts.iter().map(|text| input(text)));
            }
            _ => {}
        }
    }
    found
}

/// The kind of a letter, by which names are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Kind {
    fn of(letter: char) -> Self {
        match letter {
            _ if letter.is_lowercase() => Self::Lower,
            _ if letter.is_uppercase() => Self::Upper,
            _ if letter.is_numeric() => Self::Digit,
            _ => Self::Other,
        }
    }
}

/// The words of a name in camel case: a capital goes to the small letters behind it.
fn camel_case(name: &str) -> Vec<String> {
    let mut runs: Vec<(Kind, String)> = Vec::new();
    for letter in name.chars() {
        let kind = Kind::of(letter);
        match runs.last_mut() {
            Some((last, run)) if *last == kind => run.push(letter),
            Some((Kind::Upper, run)) if kind == Kind::Lower => {
                let capital = run.pop();
                if run.is_empty() {
                    runs.pop();
                }
                runs.push((kind, capital.into_iter().chain([letter]).collect()));
            }
            _ => runs.push((kind, letter.to_string())),
        }
    }
    runs.into_iter().map(|(_, run)| run).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::schema::Media;

    fn properties(entries: Vec<(&str, Value)>) -> Properties {
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn texts_stand_in_the_order_of_their_names() {
        let object = properties(vec![
            ("tags", Value::TextArray(vec!["x".to_owned(), "y".to_owned()])),
            ("pic", Value::Blob("Zm94".to_owned())),
            ("n", Value::Int(3.0)),
            ("kind", text("kk")),
            ("myLongName", text("Val")),
            ("text", text("Abc")),
        ]);
        let mut input = TextInput {
            skipped: ["kind".to_owned()].into(),
            named: ["myLongName".to_owned()].into(),
            ..TextInput::default()
        };
        assert_eq!(input.text_of("NtW", &object).unwrap(), "my Long Name Val Zm94 x y Abc");
        input.class_name = true;
        input.lower_case = true;
        assert_eq!(input.text_of("NtW", &object).unwrap(), "nt w my long name val zm94 x y abc");
    }

    #[test]
    fn an_object_without_text_has_the_name_of_its_collection() {
        let input = TextInput::default();
        assert_eq!(input.text_of("PDFPage2", &Properties::new()).unwrap(), "PDF Page 2");
        let chosen = TextInput { only: vec!["n".to_owned(), "flag".to_owned()], ..TextInput::default() };
        assert_eq!(chosen.text_of("PDFPage2", &Properties::new()), None);
        let object =
            properties(vec![("n", Value::Number(1.5)), ("flag", Value::Bool(true)), ("text", text("not this"))]);
        assert_eq!(chosen.text_of("PDFPage2", &object).unwrap(), "true 1.5");
    }

    #[test]
    fn fields_of_the_object_keep_their_weights() {
        let field = |property: &str, media, weight| VectorField { property: property.to_owned(), media, weight };
        let fields =
            [field("label", None, Some(0.3)), field("more", None, None), field("shot", Some(Media::Image), Some(0.7))];
        let object = properties(vec![("label", text("fox")), ("shot", Value::Blob("Zm94".to_owned()))]);
        let sent = json!({"shot": "ZG9n"});
        let texts = |sent: &Map<String, Json>| -> Vec<(String, Option<f32>)> {
            fields_of(&fields, &object, sent).into_iter().map(|(input, weight)| (input.text, weight)).collect()
        };
        assert_eq!(texts(&Map::new()), [("fox".to_owned(), Some(0.3)), ("Zm94".to_owned(), Some(0.7))]);
        assert_eq!(texts(sent.as_object().unwrap())[1].0, "ZG9n");
    }
}

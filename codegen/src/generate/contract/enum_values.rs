//! Names of the variants of an enum of strings.
//!
//! A value gets the name that typify would give it: `hot-tub` is `HotTub`. Values of one enum whose
//! names are equal are spelled out instead, all of them: `HOT` and `hot` keep their letters, and
//! any other character becomes its code, as in `a_2d_b`. A value that is spelled out says which one it
//! is, so no name changes its meaning when the contract changes the order of the values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::names::{is_identifier, type_name};
use crate::fixups::each_schema;

/// First character of an encoded value: typify panics on values whose names are equal, so it sees
/// their codes. The character is for private use, and ends up in no name.
const MARK: char = '\u{e000}';

/// Encodes the values of all enums of strings, and drops values that are there twice.
pub fn encode(document: &mut Value) {
    each_schema(document, &mut |schema| {
        let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) else { return };
        for value in values.iter_mut() {
            if let Value::String(text) = value {
                *text =
                    std::iter::once(MARK).chain(text.bytes().flat_map(|byte| hex(byte.into()).into_iter())).collect();
            }
        }
        let mut seen = Vec::new();
        values.retain(|value| {
            !seen.contains(value) && {
                seen.push(value.clone());
                true
            }
        });
    });
}

/// Returns a code of two letters, or as many as it needs.
fn hex(code: u32) -> Vec<char> {
    format!("{code:02x}").chars().collect()
}

/// Returns the value of an encoded one. Any other text is returned as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.strip_prefix(MARK).and_then(|codes| {
        let codes = codes.as_bytes().chunks(2);
        codes.map(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()).collect::<Option<Vec<u8>>>()
    });
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

/// Returns the names of the variants for the values of one enum. No two are equal.
pub fn variants(values: &[String]) -> Vec<String> {
    let plain = |value: &String| match type_name(value) {
        // The variant for values that are not in the contract.
        name if name == "Unknown" => "Unknown_".to_owned(),
        name => name,
    };
    let mut names: Vec<String> = values.iter().map(plain).collect();
    loop {
        let mut count = BTreeMap::new();
        for name in &names {
            *count.entry(name.clone()).or_insert(0) += 1;
        }
        let mut changed = false;
        for (name, value) in names.iter_mut().zip(values) {
            if count.get(name).is_some_and(|count| *count > 1) {
                let spelled = spelled(value);
                changed |= *name != spelled;
                *name = spelled;
            }
        }
        // Spelled names are distinct, so this ends.
        if !changed {
            return names;
        }
    }
}

/// Spells a value out. The names of two values are never equal.
fn spelled(value: &str) -> String {
    let mut out = String::new();
    for letter in value.chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter);
        } else {
            out.push('_');
            out.extend(hex(letter.into()));
            out.push('_');
        }
    }
    if out.is_empty() || out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert_str(0, "X_");
    }
    if out == "Unknown" || !is_identifier(&out) { format!("{out}_") } else { out }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(values: &[&str]) -> Vec<String> {
        variants(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn values_are_spelled_out_only_where_their_names_are_equal() {
        assert_eq!(names(&["hot-tub", "COLD", ""]), ["HotTub", "Cold", "X"]);
        assert_eq!(names(&["HOT", "COLD", "hot"]), ["HOT", "Cold", "hot"]);
        assert_eq!(names(&["a-b", "a_b", "a.b", "ab"]), ["a_2d_b", "a_5f_b", "a_2e_b", "Ab"]);
        assert_eq!(names(&["", "-", "x"]), ["X_", "_2d_", "x"]);
        assert_eq!(names(&["1", "x1", "1.0"]), ["X_1", "x1", "X10"]);
        assert_eq!(names(&["unknown", "self", "type"]), ["Unknown_", "Self_", "Type"]);
        assert_eq!(names(&["unknown", "UNKNOWN", "Unknown"]), ["unknown", "UNKNOWN", "Unknown_"]);
    }

    #[test]
    fn a_name_that_equals_a_spelled_one_is_spelled_as_well() {
        assert_eq!(names(&["HOT", "hot", "h-o-t"]), ["HOT", "hot", "h_2d_o_2d_t"]);
    }

    #[test]
    fn the_names_do_not_depend_on_the_order() {
        let forward = names(&["HOT", "hot", "h-o-t", "Cold"]);
        let mut backward = names(&["Cold", "h-o-t", "hot", "HOT"]);
        backward.reverse();
        assert_eq!(forward, backward);
    }

    #[test]
    fn an_encoded_value_is_decoded_and_a_second_one_dropped() {
        let mut document = json!({ "components": { "schemas": { "Odd": { "enum": ["a\"größe", "", null, 1, ""] } } } });
        encode(&mut document);
        let values =
            document.pointer("/components/schemas/Odd/enum").and_then(Value::as_array).cloned().unwrap_or_default();
        let decoded: Vec<_> = values.iter().map(|value| value.as_str().map(decode)).collect();
        assert_eq!(decoded, [Some("a\"größe".to_owned()), Some(String::new()), None, None]);
        assert_eq!(decode("plain"), "plain");
    }
}

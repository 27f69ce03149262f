//! The marks of a recording: which parts of a reply are left out of a comparison, and which lists have no order.

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

/// A JSON pointer in which `*` stands for one segment and `**` for any number of them, also none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pattern(Vec<String>);

impl Pattern {
    pub(crate) fn new(pointer: &str) -> Self {
        Self(pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect())
    }

    pub(crate) fn matches(&self, path: &[String]) -> bool {
        segments_match(&self.0, path)
    }
}

fn segments_match(pattern: &[String], path: &[String]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return path.is_empty() };
    if first == "**" {
        return segments_match(rest, path) || path.split_first().is_some_and(|(_, tail)| segments_match(pattern, tail));
    }
    path.split_first().is_some_and(|(head, tail)| (first == "*" || first == head) && segments_match(rest, tail))
}

/// A part of a reply that changes from run to run: a value, or what a regular expression finds in a string.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Mark {
    Pointer(String),
    Regex { pointer: String, regex: String },
}

/// The marks of one step, ready to be applied.
pub(crate) struct Marks {
    volatile: Vec<(Pattern, Option<Regex>)>,
    unordered: Vec<Pattern>,
    approx: Vec<Pattern>,
}

/// What a volatile element of a list and the volatile part of a string become.
const BLANK: &str = "<volatile>";

impl Marks {
    pub(crate) fn new(volatile: &[Mark], unordered: &[String], approx: &[String]) -> Self {
        let volatile = volatile
            .iter()
            .map(|mark| match mark {
                Mark::Pointer(pointer) => (Pattern::new(pointer), None),
                Mark::Regex { pointer, regex } => {
                    (Pattern::new(pointer), Some(Regex::new(regex).expect("a mark holds a valid regular expression")))
                }
            })
            .collect();
        let patterns = |list: &[String]| list.iter().map(|p| Pattern::new(p)).collect();
        Self { volatile, unordered: patterns(unordered), approx: patterns(approx) }
    }

    /// May the number at this path differ in its last digits?
    pub(crate) fn is_approximate(&self, path: &[String]) -> bool {
        self.approx.iter().any(|p| p.matches(path))
    }

    /// The reply without its raw bytes and volatile parts, lists without an order sorted.
    pub(crate) fn normalise(&self, reply: &Value) -> Value {
        let mut reply = reply.clone();
        if let Some(map) = reply.as_object_mut() {
            map.shift_remove("body_b64");
            map.shift_remove("details_b64");
        }
        self.walk(reply, &mut Vec::new()).unwrap_or(Value::Null)
    }

    /// `None` stands for a value that is left out: a volatile member of an object may as well be absent.
    fn walk(&self, mut value: Value, path: &mut Vec<String>) -> Option<Value> {
        for (pattern, regex) in &self.volatile {
            if pattern.matches(path) {
                let regex = regex.as_ref()?;
                if let Value::String(text) = &value {
                    value = Value::String(regex.replace_all(text, BLANK).into_owned());
                }
            }
        }
        Some(match value {
            Value::Object(map) => Value::Object(
                map.into_iter()
                    .filter(|(key, _)| key != "message_b64")
                    .filter_map(|(key, member)| {
                        path.push(key.clone());
                        let member = self.walk(member, path);
                        path.pop();
                        member.map(|m| (key, m))
                    })
                    .collect(),
            ),
            Value::Array(list) => {
                let mut list: Vec<Value> = list
                    .into_iter()
                    .enumerate()
                    .map(|(i, element)| {
                        path.push(i.to_string());
                        let element = self.walk(element, path);
                        path.pop();
                        element.unwrap_or_else(|| Value::String(BLANK.to_owned()))
                    })
                    .collect();
                if self.unordered.iter().any(|p| p.matches(path)) {
                    list.sort_by_cached_key(canonical);
                }
                Value::Array(list)
            }
            scalar => scalar,
        })
    }
}

/// The value as text, independent of the order of its members.
fn canonical(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(pattern: &str, path: &[&str]) -> bool {
        Pattern::new(pattern).matches(&path.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn stars_match_one_or_any_number_of_segments() {
        assert!(matches("/body/took", &["body", "took"]));
        assert!(!matches("/body/took", &["body", "took", "x"]));
        assert!(matches("/body/*/took", &["body", "0", "took"]));
        assert!(!matches("/body/*/took", &["body", "took"]));
        assert!(matches("/body/**/took", &["body", "took"]));
        assert!(matches("/body/**/took", &["body", "a", "0", "took"]));
        assert!(!matches("/body/**/took", &["body", "a", "taken"]));
        assert!(matches("/a~1b/c~0d", &["a/b", "c~d"]));
    }

    #[test]
    fn a_volatile_member_may_be_absent_and_a_volatile_element_keeps_its_place() {
        let marks = Marks::new(&[Mark::Pointer("/body/**/t".into()), Mark::Pointer("/list/1".into())], &[], &[]);
        let with = marks.normalise(&json!({"body": {"t": 1, "x": [{"t": 2, "k": 3}]}, "list": [1, 2, 3]}));
        let without = marks.normalise(&json!({"body": {"x": [{"k": 3}]}, "list": [1, 9, 3]}));
        assert_eq!(with, without);
        assert_ne!(with, marks.normalise(&json!({"body": {"x": [{"k": 3}]}, "list": [1, 9]})));
    }

    #[test]
    fn a_regex_blanks_only_its_match() {
        let mark = Mark::Regex { pointer: "/message".into(), regex: "shard [a-z]{3}".into() };
        let marks = Marks::new(&[mark], &[], &[]);
        assert_eq!(marks.normalise(&json!({"message": "in shard abc: no"})), json!({"message": "in <volatile>: no"}));
    }

    #[test]
    fn order_matters_unless_the_list_is_marked() {
        let (a, b) = (json!({"x": [{"k": 1, "l": 2}, {"k": 0}]}), json!({"x": [{"k": 0}, {"l": 2, "k": 1}]}));
        let plain = Marks::new(&[], &[], &[]);
        assert_ne!(plain.normalise(&a), plain.normalise(&b));
        let marked = Marks::new(&[], &["/x".to_owned()], &[]);
        assert_eq!(marked.normalise(&a), marked.normalise(&b));
    }
}

//! Differences between two configurations of a collection.

use std::fmt;

use serde_json::Value;

use super::settings::{Map, same};

/// One difference between two configurations of a collection, from [`CollectionConfig::diff`] or a
/// [`Plan`](super::Plan).
///
/// `Display` prints one line: `~` for a changed value, `+` for a value that only the second has,
/// `-` for a value that only the first has.
///
/// ```
/// use weaviate::prelude::*;
///
/// let before = CollectionConfig::new("Article").description("News");
/// let after = CollectionConfig::new("Article").description("Articles");
/// let difference = &before.diff(&after)[0];
/// assert_eq!(difference.path(), "description");
/// assert_eq!(difference.to_string(), r#"~ description: "News" -> "Articles""#);
/// ```
///
/// [`CollectionConfig::diff`]: super::CollectionConfig::diff
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub(crate) path: Vec<String>,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
}

impl Difference {
    /// Returns the path in the server's names, such as `properties.title.description`. Properties
    /// and vectors appear under their names.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.join(".")
    }

    /// Returns the value of the first configuration as JSON. `None` if it has none.
    #[must_use]
    pub fn before(&self) -> Option<String> {
        self.before.as_ref().map(text)
    }

    /// Returns the value of the second configuration as JSON. `None` if it has none.
    #[must_use]
    pub fn after(&self) -> Option<String> {
        self.after.as_ref().map(text)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        match (self.before(), self.after()) {
            (Some(before), Some(after)) => write!(f, "~ {path}: {before} -> {after}"),
            (None, Some(after)) => write!(f, "+ {path}: {after}"),
            (Some(before), None) => write!(f, "- {path}: {before}"),
            (None, None) => write!(f, "  {path}"),
        }
    }
}

/// Prints JSON with sorted members. `serde_json` alone would sort them or not, depending on its
/// feature `preserve_order`, which any crate of a program can enable.
fn text(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let member = |name| Some(format!("{}:{}", Value::from(name), text(members.get(name)?)));
            format!("{{{}}}", sorted(members.keys()).into_iter().filter_map(member).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Returns names in order, each once.
fn sorted<'n>(names: impl Iterator<Item = &'n String>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Lists all differences, sorted by path.
pub(crate) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&mut Vec::new(), before, after, &mut found);
    found
}

fn compare(path: &mut Vec<String>, before: &Value, after: &Value, found: &mut Vec<Difference>) {
    if let (Some(before), Some(after)) = (members(path, before), members(path, after)) {
        for name in sorted(before.keys().chain(after.keys())) {
            path.push(name.to_owned());
            match (before.get(name), after.get(name)) {
                (Some(before), Some(after)) => compare(path, before, after, found),
                // Each property, vector or module is one difference, even if the whole group is new.
                (None, Some(after)) if is_list(path) => compare(path, &empty(after), after, found),
                (Some(before), None) if is_list(path) => compare(path, before, &empty(before), found),
                (before, after) => {
                    let (before, after) = (before.cloned(), after.cloned());
                    found.push(Difference { path: path.clone(), before, after });
                }
            }
            path.pop();
        }
    } else if !same(before, after) {
        found.push(Difference { path: path.clone(), before: Some(before.clone()), after: Some(after.clone()) });
    }
}

/// Whether the member groups named entries.
fn is_list(path: &[String]) -> bool {
    matches!(path, [only] if ["properties", "vectorConfig", "moduleConfig"].contains(&only.as_str()))
}

fn empty(list: &Value) -> Value {
    if list.is_array() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) }
}

/// Returns the members of an object, or the entries of a list of properties by their names.
fn members(path: &[String], value: &Value) -> Option<Map> {
    match value {
        Value::Object(members) => Some(members.clone()),
        Value::Array(items) if path.last().is_some_and(|last| last == "properties" || last == "nestedProperties") => {
            let mut named = Map::new();
            for item in items {
                named.insert(item.get("name")?.as_str()?.to_owned(), item.clone());
            }
            Some(named).filter(|named| named.len() == items.len())
        }
        // The server sends null for a collection without properties.
        Value::Null if path.last().is_some_and(|last| last == "properties") => Some(Map::new()),
        _ => None,
    }
}

//! Changes of the documents that no line of the report explains.
//!
//! This is the safety net below the comparison of items: it reads the documents themselves, so that
//! what the items leave out is counted, at least.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::sync::ProtoFiles;
use crate::sync::history::items::{Items, parameter_key, part_key, place, place_of_property};

/// Returns the places of the REST contract that changed without a change of an item or its
/// attributes.
pub fn places(old: (&Value, &Items), new: (&Value, &Items)) -> Vec<String> {
    let mut changed = Vec::new();
    let search = Search { old: old.1, new: new.1 };
    search.compare(Some(old.0), Some(new.0), "", &mut changed);
    changed.sort();
    changed
}

/// Returns the proto files that differ.
pub fn files(old: &ProtoFiles, new: &ProtoFiles) -> Vec<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| old.get(*name) != new.get(*name)).cloned().collect()
}

struct Search<'a> {
    old: &'a Items,
    new: &'a Items,
}

impl Search<'_> {
    /// Adds the places below `at` that differ without an explanation.
    fn compare(&self, old: Option<&Value>, new: Option<&Value>, at: &str, changed: &mut Vec<String>) {
        // The title of the report has the version.
        if old == new || at == "/info" {
            return;
        }
        let (old_members, new_members) =
            (old.and_then(|value| members(at, value)), new.and_then(|value| members(at, value)));
        let is_gone_or_new = old.is_none() || new.is_none();
        let is_item = self.old.at(at).chain(self.new.at(at)).next().is_some();
        let has_members = match (&old_members, &new_members) {
            (Some(_), Some(_)) => true,
            (Some(members), None) | (None, Some(members)) => is_gone_or_new && !is_item && !members.is_empty(),
            (None, None) => false,
        };
        if !has_members {
            if !self.is_explained(at) {
                changed.push(at.to_owned());
            }
            return;
        }
        let (old, new) = (old_members.unwrap_or_default(), new_members.unwrap_or_default());
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        if old == new && !self.is_explained(at) {
            // Only the order differs.
            changed.push(at.to_owned());
        }
        for name in names {
            self.compare(old.get(name), new.get(name), &self.place_of(at, name), changed);
        }
    }

    /// Returns the place of a member. A name in `required` is an attribute of the property.
    fn place_of(&self, at: &str, name: &str) -> String {
        if let Some(schema) = at.strip_suffix("/required") {
            let property = place_of_property(schema, name);
            if self.old.at(&property).chain(self.new.at(&property)).next().is_some() {
                return property;
            }
        }
        place(at, name)
    }

    /// Whether the report has a line about the innermost item around a place: its attributes changed, or
    /// only one contract has it.
    fn is_explained(&self, at: &str) -> bool {
        let mut place = at;
        loop {
            let mut items = self.old.at(place).chain(self.new.at(place)).peekable();
            if items.peek().is_some() {
                return items.any(|(kind, name)| self.old.attributes(kind, name) != self.new.attributes(kind, name));
            }
            match place.rsplit_once('/') {
                Some((holder, _)) => place = holder,
                None => return false,
            }
        }
    }
}

/// Returns the members of an object, or those of a list whose order has no meaning. `None` for other
/// values.
fn members(at: &str, value: &Value) -> Option<Map<String, Value>> {
    let list = match value {
        Value::Object(members) => return Some(members.clone()),
        Value::Array(list) => list,
        _ => return None,
    };
    let named: Option<Map<String, Value>> = match at.rsplit('/').next()? {
        "parameters" => Some(list.iter().map(|parameter| (parameter_key(parameter), parameter.clone())).collect()),
        "allOf" => Some(list.iter().enumerate().map(|(index, part)| (part_key(index, part), part.clone())).collect()),
        "enum" | "required" => list.iter().map(|name| Some((name.as_str()?.to_owned(), Value::Null))).collect(),
        _ => None,
    };
    named.filter(|named| named.len() == list.len())
}

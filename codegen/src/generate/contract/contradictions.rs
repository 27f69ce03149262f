//! Parts of an `allOf` that no value fits at once. typify would make a type without values of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Problems, child};
use crate::fixups::resolve;

const UNTYPED: &str = "correct one of them or replace the schema by `{}`, which is any JSON, in a fixup";

/// Keywords whose values have to be equal in all parts.
const EQUAL: [&str; 2] = ["type", "format"];

/// Adds the contradictions between the parts of a schema.
pub fn check(document: &Value, schema: &Value, place: &str, problems: &mut Problems) {
    let mut search = Search { document, compared: BTreeSet::new(), problems };
    let parts = search.parts(schema, place);
    for (index, part) in parts.iter().enumerate() {
        for other in parts.iter().take(index) {
            search.compare(other, part);
        }
    }
}

/// One schema with its own keywords only; the schemas in its `$ref` and `allOf` are parts of their
/// own.
struct Part<'a> {
    schema: &'a Value,
    place: String,
}

impl<'a> Part<'a> {
    fn property(&self, name: &str) -> Option<(&'a Value, String)> {
        let schema = self.schema.get("properties")?.get(name)?;
        Some((schema, child(&child(&self.place, "properties"), name)))
    }

    fn inner(&self, key: &str) -> Option<(&'a Value, String)> {
        Some((self.schema.get(key)?, child(&self.place, key)))
    }

    /// Returns the schema of a property, or of all properties that are not named.
    fn any_property(&self, name: &str) -> Option<(&'a Value, String)> {
        self.property(name).or_else(|| self.inner("additionalProperties"))
    }
}

struct Search<'a, 'p> {
    document: &'a Value,
    /// Places of the parts that are compared already: definitions contain themselves.
    compared: BTreeSet<(String, String)>,
    problems: &'p mut Problems,
}

impl<'a> Search<'a, '_> {
    /// Returns a schema and all that it is made of: definitions that it names, and parts of `allOf`.
    fn parts(&self, schema: &'a Value, place: &str) -> Vec<Part<'a>> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open = vec![(schema, place.to_owned())];
        while let Some((schema, place)) = open.pop() {
            if !seen.insert(place.clone()) {
                continue;
            }
            if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
                open.push((resolve(self.document, schema), format!("openapi.json{target}")));
                continue;
            }
            let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate();
            let parts: Vec<_> = parts.map(|(index, part)| (part, format!("{place}/allOf/{index}"))).collect();
            open.extend(parts.into_iter().rev());
            found.push(Part { schema, place });
        }
        found
    }

    fn compare(&mut self, first: &Part<'a>, second: &Part<'a>) {
        if first.place == second.place || !self.compared.insert((first.place.clone(), second.place.clone())) {
            return;
        }
        if let Some(what) = contradiction(first.schema, second.schema) {
            let what = format!("{what} of {}, and `allOf` asks for both", first.place);
            return self.problems.add(&second.place, what, UNTYPED);
        }
        self.compare_all(first.inner("items"), second.inner("items"));
        let others = |part: &Part<'a>| part.inner("additionalProperties").filter(|(schema, _)| schema.is_object());
        self.compare_all(others(first), others(second));
        let names = |part: &Part<'a>| part.schema.get("properties").and_then(Value::as_object);
        let names: BTreeSet<&String> =
            [names(first), names(second)].into_iter().flatten().flatten().map(|(name, _)| name).collect();
        for name in names {
            self.compare_all(first.any_property(name), second.any_property(name));
        }
    }

    /// Compares all parts of one schema with all parts of another.
    fn compare_all(&mut self, first: Option<(&'a Value, String)>, second: Option<(&'a Value, String)>) {
        let (Some((first, at)), Some((second, place))) = (first, second) else { return };
        for (property, at, other, place) in [(second, &place, first, &at), (first, &at, second, &place)] {
            if property.is_object() && *other == Value::Bool(false) {
                return self.problems.add(at, format!("the property is forbidden by {place}"), UNTYPED);
            }
        }
        for first in self.parts(first, &at) {
            for second in self.parts(second, &place) {
                self.compare(&first, &second);
            }
        }
    }
}

/// Describes a contradiction between the keywords of two schemas. The description ends before the
/// place of the first one.
fn contradiction(first: &Value, second: &Value) -> Option<String> {
    let both = |key: &str| Some((first.get(key)?, second.get(key)?));
    for key in EQUAL {
        if let Some((one, other)) = both(key).filter(|(one, other)| one != other) {
            return Some(format!("the {key} is {other}, not the {one}"));
        }
    }
    let values = both("enum").and_then(|(one, other)| Some((one.as_array()?, other.as_array()?)));
    if values.is_some_and(|(one, other)| !one.iter().any(|value| other.contains(value))) {
        return Some("the values of `enum` are none of those".to_owned());
    }
    None
}

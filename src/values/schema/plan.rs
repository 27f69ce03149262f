//! What would happen to a collection.

use std::fmt;

use serde_json::Value;

use super::difference::{Difference, differences};
use super::mutability::{Fate, fate};
use super::settings::Json as _;
use super::{CollectionConfig, Property};

/// What it takes to make one configuration of another, from [`CollectionConfig::plan`].
///
/// It prints one line for each step; a line with `!` is a step that cannot be taken, with the reason.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Plan {
    pub(crate) name: String,
    /// What was there, and what is to be there.
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) steps: Vec<Step>,
}

/// One step of a [`Plan`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// What differs.
    pub difference: Difference,
    /// What would be done about it.
    pub action: Action,
}

/// What would be done about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// It is changed in place.
    Update,
    /// A property is added.
    AddProperty,
    /// A vector is added. Needs Weaviate 1.31.
    AddVector,
    /// Nothing can be done, for this reason.
    Impossible(&'static str),
}

impl Plan {
    pub(crate) fn new(name: &str, before: Value, after: Value) -> Self {
        let step = |difference: Difference| Step { action: action(&difference, &before), difference };
        let differences = differences(&before, &after).into_iter().filter(|difference| !is_said_anyway(difference));
        let steps = differences.map(step).collect();
        Self { name: name.to_owned(), before, after, steps }
    }

    /// What is wanted, over what is there.
    pub(crate) fn over(name: &str, before: &Value, wanted: &Value) -> Self {
        Self::new(name, before.clone(), super::merge::over(before, wanted))
    }

    /// All steps, in the order of their paths.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether all steps can be taken.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.impossible().next().is_none()
    }

    /// The steps that cannot be taken.
    pub fn impossible(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.action, Action::Impossible(_)))
    }

    /// Properties to add.
    pub(crate) fn properties(&self) -> impl Iterator<Item = Property> {
        let added = self.steps.iter().filter(|step| step.action == Action::AddProperty);
        added.filter_map(|step| Property::read(step.difference.after.as_ref()?))
    }

    /// What comes to be there, for a look at the server's version: what stays needs none.
    pub(crate) fn news(&self) -> Value {
        let mut news = Value::Object(super::settings::Map::new());
        for Step { difference: Difference { path, after, .. }, .. } in &self.steps {
            let Some(mut part) = after.clone() else { continue };
            for name in path.iter().rev() {
                part = match name.as_str() {
                    "properties" | "nestedProperties" => Value::Array(
                        part.as_object().into_iter().flat_map(|by_name| by_name.values().cloned()).collect(),
                    ),
                    _ => part,
                };
                part = Value::Object(std::iter::once((name.clone(), part)).collect());
            }
            news = super::merge::over(&news, &part);
        }
        news
    }

    /// What is to be there before properties are added, which is a request of its own.
    pub(crate) fn without_new_properties(&self) -> Value {
        let mut after = self.after.clone();
        let new: Vec<String> = self.properties().map(|property| property.name).collect();
        if let Some(properties) = after.get_mut("properties").and_then(Value::as_array_mut) {
            properties.retain(|property| {
                let name = property.get("name").and_then(Value::as_str);
                !name.is_some_and(|name| new.iter().any(|new| new == name))
            });
        }
        after
    }

    pub(crate) fn adds_vectors(&self) -> bool {
        self.steps.iter().any(|step| step.action == Action::AddVector)
    }

    /// Whether something is to be done that is done by writing the whole configuration.
    pub(crate) fn rewrites(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.action, Action::Update | Action::AddVector))
    }
}

fn action(difference: &Difference, there: &Value) -> Action {
    let Difference { path, before, after } = difference;
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match (names.as_slice(), before, after) {
        (["properties", _], None, Some(_)) => Action::AddProperty,
        (["properties", _], Some(_), None) => Action::Impossible("a property cannot be deleted"),
        (["vectorConfig", _], None, Some(_)) => Action::AddVector,
        (["vectorConfig", _], Some(_), None) => Action::Impossible("a vector cannot be deleted, only its index"),
        // What a module is told may be added, whatever it is.
        (
            ["moduleConfig", _] | ["properties", _, "moduleConfig"] | ["properties", _, "moduleConfig", _],
            None,
            Some(_),
        ) => Action::Update,
        _ => match fixed(&mut path.clone(), after.as_ref().or(before.as_ref()), there) {
            None => Action::Update,
            Some(why) => Action::Impossible(why),
        },
    }
}

/// Why it cannot be changed, or something in it.
fn fixed(path: &mut Vec<String>, value: Option<&Value>, there: &Value) -> Option<&'static str> {
    if let Fate::Fixed(why) = fate(path, there) {
        return Some(why);
    }
    value.and_then(Value::as_object).into_iter().flatten().find_map(|(name, value)| {
        path.push(name.clone());
        let found = fixed(path, Some(value), there);
        path.pop();
        found
    })
}

/// Whether it is set to what the server means by leaving it out.
fn is_said_anyway(difference: &Difference) -> bool {
    const LEFT_OUT: [&str; 3] = ["indexTimestamps", "indexNullState", "indexPropertyLength"];
    let Difference { path, before: None, after: Some(after) } = difference else { return false };
    match after {
        Value::Null => true,
        Value::Bool(false) => matches!(path.as_slice(), [_, name] if LEFT_OUT.contains(&name.as_str())),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impossible = self.impossible().count();
        match (self.steps.len(), impossible) {
            (0, _) => writeln!(f, "{}: nothing to do", self.name)?,
            (steps, 0) => writeln!(f, "{}: {steps} to do", self.name)?,
            (steps, impossible) => writeln!(f, "{}: {} to do, {impossible} impossible", self.name, steps - impossible)?,
        }
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            Action::Impossible(why) => write!(f, "! {}\n  {why}", self.difference),
            _ => write!(f, "  {}", self.difference),
        }
    }
}

impl CollectionConfig {
    /// Everything in which another configuration differs, what is set in one and not in the other included.
    #[must_use]
    pub fn diff(&self, other: &Self) -> Vec<Difference> {
        differences(&self.write(), &other.write())
    }

    /// What it takes to turn this configuration, as a rule one read from a server, into another.
    ///
    /// What the other does not set stays as it is: so it may be one that was written by hand and names a few things.
    ///
    /// ```
    /// use weaviate::schema::{CollectionConfig, DataType, Property};
    ///
    /// let there = CollectionConfig::new("Article").property(Property::new("title", DataType::Text));
    /// let wanted = CollectionConfig::new("Article")
    ///     .description("What was written")
    ///     .property(Property::new("title", DataType::Int))
    ///     .property(Property::new("body", DataType::Text));
    /// assert_eq!(
    ///     there.plan(&wanted).to_string(),
    ///     r#"Article: 2 to do, 1 impossible
    ///   + description: "What was written"
    ///   + properties.body: {"dataType":["text"],"name":"body"}
    /// ! ~ properties.title.dataType: ["text"] -> ["int"]
    ///   a property keeps its type; add another property
    /// "#
    /// );
    /// ```
    pub fn plan(&self, wanted: &Self) -> Plan {
        Plan::over(self.name(), &self.write(), &wanted.write())
    }
}

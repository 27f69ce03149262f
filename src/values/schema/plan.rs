//! Plan: the steps from one configuration of a collection to another.

use std::fmt;

use serde_json::Value;

use super::difference::{Difference, differences};
use super::mutability::{Mutability, mutability};
use super::settings::Json as _;
use super::{CollectionConfig, Property};
use crate::values::map_of::map_of;
use crate::values::property_names;

/// Plan: the steps that turn one configuration of a collection into another ("schema migration").
///
/// [`CollectionConfig::plan`] computes it without a request, and
/// [`Config::apply`](crate::schema::Config::apply) executes it. `Display` prints one line for each
/// step; `!` marks an impossible step and is followed by the reason.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client) -> weaviate::Result<()> {
/// let config = client.collection("Article").config();
/// let wanted = CollectionConfig::new("Article").property(Property::new("body", DataType::Text));
/// let plan = config.get().await?.plan(&wanted);
/// println!("{plan}");
/// if plan.is_possible() {
///     config.apply(&plan).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[doc(alias = "migration")]
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Plan {
    pub(crate) name: String,
    /// The existing collection and the wanted one, as the server's JSON.
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) steps: Vec<Step>,
}

/// One step of a [`Plan`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Difference that the step removes.
    pub difference: Difference,
    /// Action of the step.
    pub action: Action,
}

/// Action of a [`Step`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Changes a setting in place.
    Update,
    /// Adds a property.
    AddProperty,
    /// Adds a vector. Needs Weaviate 1.31.
    AddVector,
    /// None: the server cannot make this change, for the reason given.
    Impossible(&'static str),
}

impl Plan {
    pub(crate) fn new(name: &str, before: Value, after: Value) -> Self {
        let step = |difference: Difference| Step { action: action(&difference, &before), difference };
        let differences = differences(&before, &after).into_iter().filter(|difference| !is_omitted_default(difference));
        let steps = differences.map(step).collect();
        Self { name: name.to_owned(), before, after, steps }
    }

    /// Plans the merge of the wanted settings into the existing ones.
    pub(crate) fn merging(name: &str, before: &Value, wanted: &Value) -> Self {
        Self::new(name, before.clone(), super::merge::merged(before, wanted))
    }

    /// Returns all steps, sorted by path.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether the plan has no steps: the configurations agree.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether all steps are possible.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.impossible().next().is_none()
    }

    /// Returns the impossible steps.
    pub fn impossible(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.action, Action::Impossible(_)))
    }

    /// Returns the properties to add.
    pub(crate) fn properties(&self) -> impl Iterator<Item = Property> {
        let added = self.steps.iter().filter(|step| step.action == Action::AddProperty);
        added.filter_map(|step| Property::read(step.difference.after.as_ref()?))
    }

    /// Returns the new settings alone. The version check reads them; settings that stay must not
    /// fail it.
    pub(crate) fn additions(&self) -> Value {
        let mut additions = Value::Object(super::settings::Map::new());
        for Step { difference: Difference { path, after, .. }, .. } in &self.steps {
            let Some(mut part) = after.clone() else { continue };
            for name in path.iter().rev() {
                part = match name.as_str() {
                    "properties" | "nestedProperties" => Value::Array(
                        part.as_object().into_iter().flat_map(|by_name| by_name.values().cloned()).collect(),
                    ),
                    _ => part,
                };
                part = Value::Object(map_of([(name.clone(), part)]));
            }
            additions = super::merge::merged(&additions, &part);
        }
        additions
    }

    /// Returns the wanted collection without its new properties, each of which is a request of its
    /// own.
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

    /// Whether a step needs the request that writes the whole configuration.
    pub(crate) fn updates_collection(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.action, Action::Update | Action::AddVector))
    }
}

fn action(difference: &Difference, there: &Value) -> Action {
    let Difference { path, before, after } = difference;
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match (names.as_slice(), before, after) {
        (["properties", name], None, Some(_)) if property_names::check(name).is_err() => {
            Action::Impossible("the server stores the first letter of the name in lower case; use that spelling")
        }
        (["properties", _], None, Some(_)) => Action::AddProperty,
        (["properties", _], Some(_), None) => {
            Action::Impossible("the server cannot delete properties; create another collection")
        }
        (["vectorConfig", _], None, Some(_)) => Action::AddVector,
        (["vectorConfig", _], Some(_), None) => {
            Action::Impossible("the server cannot delete vectors; `drop_vector_index` drops the index alone")
        }
        // Module settings can be added, even those that cannot change afterwards.
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

/// Returns the reason why a setting, or one inside it, cannot change.
fn fixed(path: &mut Vec<String>, value: Option<&Value>, there: &Value) -> Option<&'static str> {
    if let Mutability::Fixed(why) = mutability(path, there) {
        return Some(why);
    }
    value.and_then(Value::as_object).into_iter().flatten().find_map(|(name, value)| {
        path.push(name.clone());
        let found = fixed(path, Some(value), there);
        path.pop();
        found
    })
}

/// Whether the new value is the default, which the server leaves out of its JSON.
fn is_omitted_default(difference: &Difference) -> bool {
    match difference {
        // An empty object may be a module or a vector with defaults, which is more than nothing.
        Difference { path, before: None, after: Some(Value::Object(members)) } => {
            const GROUPS: [&str; 2] = ["textAnalyzer", "stopwordPresets"];
            path.last().is_some_and(|name| GROUPS.contains(&name.as_str())) && members.values().all(is_zero)
        }
        Difference { before: None, after: Some(after), .. } => is_zero(after),
        _ => false,
    }
}

/// The zero values of Go, which the server leaves out of its replies.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(_) | Value::Bool(true) => false,
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
    /// Lists all differences from another configuration, including settings that only one of them
    /// has.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let before = CollectionConfig::new("Article").description("News");
    /// let after = CollectionConfig::new("Article").description("Articles");
    /// for difference in before.diff(&after) {
    ///     println!("{difference}");
    /// }
    /// ```
    #[must_use]
    pub fn diff(&self, other: &Self) -> Vec<Difference> {
        differences(&self.write(), &other.write())
    }

    /// Plans the steps that turn this configuration, usually one read from the server, into
    /// another.
    ///
    /// Settings that `wanted` does not mention stay, so a few lines are enough. Nothing is sent;
    /// see [`Config::apply`](crate::schema::Config::apply).
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let there = CollectionConfig::new("Article").property(Property::new("title", DataType::Text));
    /// let wanted = CollectionConfig::new("Article")
    ///     .description("News")
    ///     .property(Property::new("title", DataType::Int))
    ///     .property(Property::new("body", DataType::Text));
    /// assert_eq!(
    ///     there.plan(&wanted).to_string(),
    ///     r#"Article: 2 to do, 1 impossible
    ///   + description: "News"
    ///   + properties.body: {"dataType":["text"],"name":"body"}
    /// ! ~ properties.title.dataType: ["text"] -> ["int"]
    ///   the data type of a property is fixed; add another property
    /// "#
    /// );
    /// ```
    #[doc(alias = "migrate")]
    pub fn plan(&self, wanted: &Self) -> Plan {
        Plan::merging(self.name(), &self.write(), &wanted.write())
    }
}

//! Server versions of every item in the contract: the tables of the version check.
//!
//! An item that every release has is not listed. [`Requirements`] reports each field and enum value
//! that is set in a request and that some supported server lacks, or that is deprecated. Operations are looked up by
//! client method, features by name.

mod bodies;
mod features;
mod grpc;
mod operations;
mod since;
mod types;
mod visit;

pub use features::{NEWEST, OLDEST};
pub use since::{Range, Since, Version};
use bytes::Bytes;
use prost::Message;
use serde_json::Value;

/// The versions as [`Since::listed`] lists them.
impl std::fmt::Display for Since<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.listed(NEWEST))
    }
}

/// Kind of an item. The docs of each variant are examples of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `GET /schema/{className}`
    Operation,
    /// `GET /schema ? header:consistency`, `POST /objects ? body:body`
    Parameter,
    /// `Class`
    Definition,
    /// `Class.vectorConfig`
    Property,
    /// `Tenant.activityStatus=HOT`
    EnumValue,
    /// `SearchRequest`, `SearchRequest.limit`, `Filters.Operator.OPERATOR_EQUAL`,
    /// `Weaviate.rpc Search`
    Proto,
}

/// Item or feature that some server lacks, with the versions that have it, or deprecated item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Name in the contract, or name of the feature.
    pub symbol: &'static str,
    /// Name for users. Equals `symbol` if there is no other name.
    pub feature: &'static str,
    /// Server versions that have it.
    pub since: Since<'static>,
    /// Reason for versions that the contract does not show. Empty if the contract shows them.
    pub why: &'static str,
    /// Whether every server accepts the item, and it is only advised against. Servers outside of
    /// `since` ignore it. If the contract marks the item as deprecated, `since` is [`Since::NEVER`].
    pub deprecated: bool,
}

const fn row(symbol: &'static str, ranges: &'static [Range]) -> Requirement {
    feature_row(symbol, symbol, ranges, "")
}

const fn feature_row(
    symbol: &'static str,
    feature: &'static str,
    ranges: &'static [Range],
    why: &'static str,
) -> Requirement {
    Requirement { symbol, feature, since: Since(ranges), why, deprecated: false }
}

/// Item that the contract marks as deprecated.
const fn deprecated(symbol: &'static str) -> Requirement {
    ignored(symbol, &[], "")
}

/// Item that only servers in these ranges read.
const fn ignored(symbol: &'static str, ranges: &'static [Range], why: &'static str) -> Requirement {
    Requirement { symbol, feature: symbol, since: Since(ranges), why, deprecated: true }
}

/// Version requirements of a request.
pub trait Requirements {
    /// Calls `visit` for each item that is set and that some server from [`OLDEST`] on lacks, or
    /// that is deprecated.
    fn requirements(&self, visit: &mut dyn FnMut(&'static Requirement));

    /// Returns the first requirement that a server of this version does not meet.
    fn unmet(&self, server: Version) -> Option<&'static Requirement> {
        let mut unmet = None;
        self.requirements(&mut |requirement| {
            if unmet.is_none() && !requirement.deprecated && !requirement.since.holds(server) {
                unmet = Some(requirement);
            }
        });
        unmet
    }

    /// Returns the first deprecated item that is set, and that this server ignores or the contract
    /// marks. Of an unknown server, only the contract is known.
    fn deprecated(&self, server: Option<Version>) -> Option<&'static Requirement> {
        let mut found = None;
        self.requirements(&mut |requirement| {
            let since = requirement.since;
            let current = server.map_or(since != Since::NEVER, |server| since.holds(server));
            if found.is_none() && requirement.deprecated && !current {
                found = Some(requirement);
            }
        });
        found
    }
}

/// Visits a message, and the messages of its type that it holds in encoded form. They are nested as
/// deeply as a user wants, so this does not recurse.
fn levels<M: Message + Default>(
    message: &M,
    visit: &mut dyn FnMut(&'static Requirement),
    level: impl Fn(&M, &mut Vec<Bytes>, &mut dyn FnMut(&'static Requirement)),
) {
    let mut inside = Vec::new();
    level(message, &mut inside, visit);
    while let Some(encoded) = inside.pop() {
        // The server refuses what is not such a message.
        if let Ok(message) = M::decode(encoded) {
            level(&message, &mut inside, visit);
        }
    }
}

/// JSON body with its definition, `Class` or `Property`.
///
/// The check descends into lists and maps. It skips values that the contract does not define.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// Name of the definition, such as `Class`.
    pub definition: &'a str,
    /// Body of the request.
    pub value: &'a Value,
}

impl Requirements for Body<'_> {
    fn requirements(&self, visit: &mut dyn FnMut(&'static Requirement)) {
        walk(self.definition, self.value, visit);
    }
}

/// Property with requirements, or that contains such a property.
#[derive(Clone, Copy, Debug)]
struct Field {
    name: &'static str,
    needs: &'static [&'static Requirement],
    /// Enum values that some supported server lacks.
    values: &'static [(&'static str, &'static Requirement)],
    /// Definition of the value, of list items or of map values. Empty if it has no listed property.
    of: &'static str,
    /// Whether the property is a map.
    keyed: bool,
}

fn walk(definition: &str, value: &Value, visit: &mut dyn FnMut(&'static Requirement)) {
    let Ok(found) = bodies::DEFINITIONS.binary_search_by(|(name, _)| (*name).cmp(definition)) else { return };
    let Some(object) = value.as_object() else { return };
    for field in bodies::DEFINITIONS[found].1 {
        let Some(value) = object.get(field.name).filter(|value| !value.is_null()) else { continue };
        field.needs.iter().for_each(|requirement| visit(requirement));
        if let Some((_, requirement)) = field.values.iter().find(|(name, _)| value == name) {
            visit(requirement);
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(field.of, item, visit)),
            Value::Object(items) if field.keyed => items.values().for_each(|item| walk(field.of, item, visit)),
            _ => walk(field.of, value, visit),
        }
    }
}

/// Finds an item that is or was in the contract by name.
///
/// `None` if every release has the item, or if no release ever had it.
pub fn find(kind: Kind, symbol: &str) -> Option<&'static Requirement> {
    let rows = match kind {
        Kind::Operation => operations::OPERATIONS,
        Kind::Parameter => operations::PARAMETERS,
        Kind::Definition => types::DEFINITIONS,
        Kind::Property => types::PROPERTIES,
        Kind::EnumValue => types::ENUM_VALUES,
        Kind::Proto => grpc::ROWS,
    };
    rows.get(rows.binary_search_by(|row| row.symbol.cmp(symbol)).ok()?)
}

/// Returns the requirement of the operation of a `rest::Client` method, such as `tokenize`.
///
/// `None` if every server has it.
pub fn operation(method: &str) -> Option<&'static Requirement> {
    let found = operations::METHODS.binary_search_by(|(name, _)| (*name).cmp(method)).ok()?;
    find(Kind::Operation, operations::METHODS.get(found)?.1)
}

/// Returns the operation of a `rest::Client` method, if the contract marks it as deprecated.
pub fn deprecated_operation(method: &str) -> Option<&'static Requirement> {
    let found = operations::DEPRECATED.binary_search_by(|(name, _)| (*name).cmp(method)).ok()?;
    operations::DEPRECATED.get(found).map(|(_, requirement)| requirement)
}

/// Returns the requirement of a parameter of a `rest::Client` method, by wire name.
///
/// `None` if every server that has the operation has the parameter.
pub fn parameter(method: &str, name: &str) -> Option<&'static Requirement> {
    let found = operations::METHOD_PARAMETERS.binary_search_by(|(of, own, _)| (*of, *own).cmp(&(method, name))).ok()?;
    find(Kind::Parameter, operations::METHOD_PARAMETERS.get(found)?.2)
}

/// Finds a feature by name. `None` if there is no such feature.
pub fn feature(name: &str) -> Option<&'static Requirement> {
    features::FEATURES.get(features::FEATURES.binary_search_by(|row| row.symbol.cmp(name)).ok()?)
}

/// Returns all features.
pub fn features() -> impl Iterator<Item = &'static Requirement> {
    features::FEATURES.iter()
}

/// Whether the contract marks the item as deprecated.
pub fn is_deprecated(kind: Kind, symbol: &str) -> bool {
    features::DEPRECATED.binary_search(&(kind, symbol)).is_ok()
}

/// Finds a symbol of the gRPC contract at compile time. An unknown symbol does not compile.
const fn proto(symbol: &str) -> &'static Requirement {
    row_of(grpc::ROWS, symbol)
}

/// Finds a property of a definition at compile time. An unknown property does not compile.
const fn property(symbol: &str) -> &'static Requirement {
    row_of(types::PROPERTIES, symbol)
}

/// Finds an enum value of a definition at compile time. An unknown value does not compile.
const fn enum_value(symbol: &str) -> &'static Requirement {
    row_of(types::ENUM_VALUES, symbol)
}

const fn row_of(rows: &'static [Requirement], symbol: &str) -> &'static Requirement {
    let (mut low, mut high) = (0, rows.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(rows[middle].symbol, symbol) {
            0 => return &rows[middle],
            ..0 => low = middle + 1,
            1.. => high = middle,
        }
    }
    panic!("no such row")
}

const fn compare(left: &str, right: &str) -> i8 {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return if left[at] < right[at] { -1 } else { 1 };
        }
        at += 1;
    }
    if left.len() == right.len() {
        0
    } else if left.len() < right.len() {
        -1
    } else {
        1
    }
}

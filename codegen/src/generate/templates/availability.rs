//! Since when everything in the contract exists: the tables behind every version check.
//!
//! What every release has, has no row. A request is held against a server with [`Requirements`], which names each field
//! and enum value that is set and that some supported server lacks; operations are looked up by the name of their
//! method, and what people call a feature by its name.

mod bodies;
mod features;
mod grpc;
mod operations;
mod since;
mod types;
mod visit;

pub use features::OLDEST;
pub use since::{Range, Since, Version};
use serde_json::Value;

/// What a name is the name of.
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
    /// `SearchRequest`, `SearchRequest.limit`, `Filters.Operator.OPERATOR_EQUAL`, `Weaviate.rpc Search`
    Proto,
}

/// Something that not every server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Its name in the contract, or that of a feature.
    pub symbol: &'static str,
    /// What people call it; the symbol where there is no other word.
    pub feature: &'static str,
    /// The servers that have it.
    pub since: Since<'static>,
    /// Where the contract does not show it: what is known. Empty otherwise.
    pub why: &'static str,
}

const fn row(symbol: &'static str, ranges: &'static [Range]) -> Requirement {
    Requirement { symbol, feature: symbol, since: Since(ranges), why: "" }
}

/// What a request asks of a server.
pub trait Requirements {
    /// Reports everything that is set and that some server from [`OLDEST`] on lacks.
    fn requirements(&self, visit: &mut dyn FnMut(&'static Requirement));

    /// The first of them that this server does not meet.
    fn unmet(&self, server: Version) -> Option<&'static Requirement> {
        let mut unmet = None;
        self.requirements(&mut |requirement| {
            if unmet.is_none() && !requirement.since.holds(server) {
                unmet = Some(requirement);
            }
        });
        unmet
    }
}

/// A JSON body and the definition that it follows: `Class` or `Property`. Lists and maps are looked through, and what the
/// contract leaves open is not looked into.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// `Class`
    pub definition: &'a str,
    /// What is sent.
    pub value: &'a Value,
}

impl Requirements for Body<'_> {
    fn requirements(&self, visit: &mut dyn FnMut(&'static Requirement)) {
        walk(self.definition, self.value, visit);
    }
}

/// A property of a definition that not every supported server has, or that leads to one.
#[derive(Clone, Copy, Debug)]
struct Field {
    name: &'static str,
    needs: Option<&'static Requirement>,
    /// Values that need something.
    values: &'static [(&'static str, &'static Requirement)],
    /// The definition of what is in it. Empty: there is nothing to find.
    of: &'static str,
    /// Whether it is a map of such.
    keyed: bool,
}

fn walk(definition: &str, value: &Value, visit: &mut dyn FnMut(&'static Requirement)) {
    let Ok(found) = bodies::DEFINITIONS.binary_search_by(|(name, _)| (*name).cmp(definition)) else { return };
    let Some(object) = value.as_object() else { return };
    for field in bodies::DEFINITIONS[found].1 {
        let Some(value) = object.get(field.name).filter(|value| !value.is_null()) else { continue };
        if let Some(requirement) = field.needs {
            visit(requirement);
        }
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

/// Finds what is or was in the contract by its name. None: every release has it, or none ever had.
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

/// The operation behind a method of `rest::Client`, such as `tokenize`. None: every server has it.
pub fn operation(method: &str) -> Option<&'static Requirement> {
    let found = operations::METHODS.binary_search_by(|(name, _)| (*name).cmp(method)).ok()?;
    find(Kind::Operation, operations::METHODS.get(found)?.1)
}

/// A parameter of such an operation by its name on the wire. None: every server that has the operation has it.
pub fn parameter(method: &str, name: &str) -> Option<&'static Requirement> {
    let found = operations::METHOD_PARAMETERS.binary_search_by(|(of, own, _)| (*of, *own).cmp(&(method, name))).ok()?;
    find(Kind::Parameter, operations::METHOD_PARAMETERS.get(found)?.2)
}

/// What people call a feature. None: no such feature is known.
pub fn feature(name: &str) -> Option<&'static Requirement> {
    features::FEATURES.get(features::FEATURES.binary_search_by(|row| row.symbol.cmp(name)).ok()?)
}

/// Every feature that has a name.
pub fn features() -> impl Iterator<Item = &'static Requirement> {
    features::FEATURES.iter()
}

/// Whether the contract marks it so.
pub fn is_deprecated(kind: Kind, symbol: &str) -> bool {
    features::DEPRECATED.binary_search(&(kind, symbol)).is_ok()
}

/// A symbol of the gRPC contract at compile time. One that has no row does not compile.
const fn proto(symbol: &str) -> &'static Requirement {
    row_of(grpc::ROWS, symbol)
}

/// A property of a definition, likewise.
const fn property(symbol: &str) -> &'static Requirement {
    row_of(types::PROPERTIES, symbol)
}

/// A value of an enum of a definition, likewise.
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

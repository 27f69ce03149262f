//! Filters on what is inside of objects.
//!
//! Clauses on one property are held against the same element of a list of objects: there has to be one that fits all of them.
//! The objects and lists that a clause goes through are its scope, and a negation is one of the elements in the scope of
//! what it denies. So `Not` finds an object that has an element which does not fit, rather than none that does.

use std::collections::BTreeMap;

use super::compile::{Predicate, list_of, list_values};
use super::fault::{self, Around, Fault};
use super::leaf;
use super::nested_path::NestedPath;
use super::{Clause, Filter, FilterValue, Operator, Target};
use crate::engine::schema::{DataType, Property};
use crate::engine::search::Scope;
use crate::engine::search::fault::{ClauseFault, IndexFault, OnlyStopwords};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{Object, Properties, Value};

/// Returns whether a clause of the filter reaches into an object.
pub(super) fn is_within(filter: &Filter) -> bool {
    match filter {
        Filter::And(children) | Filter::Or(children) | Filter::Not(children) => children.iter().any(is_within),
        Filter::Clause(clause) => matches!(clause.target, Target::Nested(_)),
    }
}

/// The property whose inside a whole filter is about.
pub(super) fn root(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Clause(Clause { hops, target: Target::Nested(path), .. }) if hops.is_empty() => Some(path.root()),
        Filter::Clause(_) => None,
        Filter::Not(children) if children.len() != 1 => None,
        Filter::And(children) | Filter::Or(children) | Filter::Not(children) => {
            let (first, rest) = children.split_first()?;
            let first = root(first)?;
            rest.iter().all(|child| root(child) == Some(first)).then_some(first)
        }
    }
}

/// Compiles filters on one property, all of which have to fit the same element.
pub(super) fn compile<'a>(filters: &[&Filter], scope: &Scope<'a>) -> Result<Predicate<'a>, Fault> {
    let nodes = match filters {
        [one] => vec![node(one, scope)?],
        several => fault::all(several.iter().map(|filter| node(filter, scope)), Around::AndOr)?,
    };
    Ok(Box::new(move |object| fits(&nodes.iter().collect::<Vec<_>>(), &mut Vec::new(), &object.properties)))
}

/// A compiled filter, or a part of one.
struct Node<'a> {
    /// The objects around what it looks at, from the outermost.
    scope: Vec<Container>,
    test: Test<'a>,
}

enum Test<'a> {
    All(Vec<Node<'a>>),
    Any(Vec<Node<'a>>),
    Not(Box<Node<'a>>),
    /// Holds where a value behind these names passes. An index picks one of a list.
    Value {
        names: Vec<String>,
        index: Option<usize>,
        passes: Predicate<'a>,
        leaf: String,
    },
    /// Holds where there is nothing behind these names, or something.
    Null {
        names: Vec<String>,
        index: Option<usize>,
        wanted: bool,
    },
}

/// A list of objects, or the object that is a property.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Container {
    /// The way to it from the one before.
    names: Vec<String>,
    /// The only element that counts.
    index: Option<usize>,
}

fn node<'a>(filter: &Filter, scope: &Scope<'a>) -> Result<Node<'a>, Fault> {
    let all = |children: &[Filter]| fault::all(children.iter().map(|child| node(child, scope)), Around::AndOr);
    match filter {
        Filter::And(children) => all(children).map(|nodes| joined(nodes, Test::All)),
        Filter::Or(children) => all(children).map(|nodes| joined(nodes, Test::Any)),
        Filter::Not(children) => {
            let child = children.first().ok_or(IndexFault::NoChildren("Not"))?;
            let child = node(child, scope).map_err(|fault| fault.within(Around::Not, 0))?;
            Ok(Node { scope: child.scope.clone(), test: Test::Not(Box::new(child)) })
        }
        Filter::Clause(clause) => leaf_node(clause, scope),
    }
}

/// Several nodes in the scope that they share.
fn joined<'a>(nodes: Vec<Node<'a>>, test: impl Fn(Vec<Node<'a>>) -> Test<'a>) -> Node<'a> {
    let mut scope: Vec<Container> = Vec::new();
    let depth = nodes.iter().map(|node| node.scope.len()).min().unwrap_or_default();
    for at in 0..depth {
        let mut containers = nodes.iter().filter_map(|node| node.scope.get(at));
        let Some(first) = containers.next() else { break };
        let mut index = first.index;
        let mut same = true;
        for other in containers {
            // Two elements that are named both are not the same one.
            let both = index.is_some() && other.index.is_some() && other.index != index;
            same &= other.names == first.names && !both;
            index = index.filter(|_| other.index == index);
        }
        if !same {
            break;
        }
        scope.push(Container { names: first.names.clone(), index });
    }
    Node { scope, test: test(nodes) }
}

fn leaf_node<'a>(clause: &Clause, scope: &Scope<'a>) -> Result<Node<'a>, Fault> {
    let class = scope.class();
    let Target::Nested(path) = &clause.target else {
        return Err(IndexFault::NoChildren("And").into());
    };
    let unknown = || ClauseFault::from(NoSuchProperty::new(&path.text, &class.name));
    let property = path.leaf(class).ok_or_else(unknown)?;
    let (containers, names, index) = way(path);
    let value = |passes| Test::Value { names: names.clone(), index, passes, leaf: property.name.clone() };
    let test = match clause.operator {
        Operator::IsNull => {
            let FilterValue::Bool(wanted) = clause.value else {
                let found = clause.value.type_name();
                return Err(ClauseFault::NestedNull { property: path.root().to_owned(), found }.into());
            };
            Test::Null { names, index, wanted }
        }
        Operator::ContainsAny | Operator::ContainsAll | Operator::ContainsNone => {
            let values = list_values(clause, list_of(&property.data_type, clause.operator)?)?;
            let equal = values.into_iter().map(|value| passes(path, property, &clause.equal_to(value), scope));
            match clause.operator {
                Operator::ContainsAll => {
                    let passes = fault::all(equal, Around::AndOr)?;
                    if passes.is_empty() {
                        return Err(IndexFault::NoChildren("And").into());
                    }
                    let node = |passes| Node { scope: containers.clone(), test: value(passes) };
                    Test::All(passes.into_iter().map(node).collect())
                }
                Operator::ContainsNone => {
                    let passes = fault::all(equal, Around::AndOr)?;
                    if passes.is_empty() {
                        return Err(IndexFault::NoChildren("Or").into());
                    }
                    value(Box::new(move |object| !passes.iter().any(|passes| passes(object))))
                }
                _ => {
                    let equal = equal.filter(|child| !child.as_ref().is_err_and(Fault::is_only_stopwords));
                    let passes = fault::all(equal, Around::AndOr)?;
                    if passes.is_empty() {
                        return Err(OnlyStopwords.into());
                    }
                    value(Box::new(move |object| passes.iter().any(|passes| passes(object))))
                }
            }
        }
        _ => value(passes(path, property, clause, scope)?),
    };
    Ok(Node { scope: containers, test })
}

/// The objects around the last property of a path, the way from the innermost to it, and its own index.
fn way(path: &NestedPath) -> (Vec<Container>, Vec<String>, Option<usize>) {
    let (mut containers, mut names) = (Vec::new(), Vec::new());
    let Some((last, around)) = path.segments.split_last() else { return (containers, names, None) };
    for (depth, segment) in around.iter().enumerate() {
        names.push(segment.name.clone());
        if depth == 0 || segment.is_list {
            containers.push(Container { names: std::mem::take(&mut names), index: segment.index });
        }
    }
    names.push(last.name.clone());
    (containers, names, last.index)
}

/// A comparison of one value, which it finds as the property of an object that has nothing else.
fn passes<'a>(
    path: &NestedPath,
    property: &Property,
    clause: &Clause,
    scope: &Scope<'a>,
) -> Result<Predicate<'a>, Fault> {
    let is_text = matches!(property.data_type, DataType::Text | DataType::TextArray);
    if is_text && !matches!(clause.value, FilterValue::Text(_)) {
        let (path, found) = (path.text.clone(), clause.value.type_name());
        return Err(ClauseFault::NestedText { path, found }.into());
    }
    leaf::property_clause(property, clause, scope).map_err(|fault| fault.in_nested(&path.text))
}

/// Returns whether one way through the lists fits all nodes. `at` has the elements that were chosen so far.
fn fits(nodes: &[&Node<'_>], at: &mut Vec<usize>, here: &Properties) -> bool {
    let depth = at.len();
    let mut groups: Vec<(&Container, Vec<&Node<'_>>)> = Vec::new();
    for node in nodes {
        let Some(container) = node.scope.get(depth) else {
            if !holds(node, at, here) {
                return false;
            }
            continue;
        };
        match groups.iter_mut().find(|(known, _)| known.names == container.names) {
            Some((_, group)) => group.push(node),
            None => groups.push((container, vec![node])),
        }
    }
    groups.into_iter().all(|(container, group)| {
        let mut by_index: BTreeMap<Option<usize>, Vec<&Node<'_>>> = BTreeMap::new();
        for node in group {
            by_index.entry(node.scope.get(depth).and_then(|container| container.index)).or_default().push(node);
        }
        // Where one element alone is named, it has to fit what names none, too.
        if by_index.len() == 2
            && let Some(any) = by_index.remove(&None)
            && let Some(named) = by_index.values_mut().next()
        {
            named.extend(any);
        }
        by_index.into_iter().all(|(index, group)| {
            elements(here, &container.names).into_iter().enumerate().any(|(place, element)| {
                if index.is_some_and(|index| index != place) {
                    return false;
                }
                at.push(place);
                let fits = fits(&group, at, element);
                at.pop();
                fits
            })
        })
    })
}

/// Returns whether a node holds in the element it is about.
fn holds(node: &Node<'_>, at: &mut Vec<usize>, here: &Properties) -> bool {
    let elsewhere = |(container, place): (&Container, &usize)| container.index.is_some_and(|index| index != *place);
    if node.scope.iter().zip(at.iter()).any(elsewhere) {
        return false;
    }
    match &node.test {
        Test::All(nodes) => fits(&nodes.iter().collect::<Vec<_>>(), at, here),
        Test::Any(nodes) => nodes.iter().any(|node| fits(&[node], at, here)),
        Test::Not(node) => !fits(&[node], at, here),
        Test::Value { names, index, passes, leaf } => {
            let values = value(here, names).map(singles).unwrap_or_default();
            let wanted = |place: usize| index.is_none_or(|index| index == place);
            let values = values.into_iter().enumerate().filter(|(place, _)| wanted(*place));
            values.into_iter().any(|(_, value)| passes(&only(leaf, value)))
        }
        Test::Null { names, index, wanted } => {
            let found = value(here, names).filter(|value| !matches!(value, Value::Null));
            let length = found.map_or(0, |value| super::list_length(value).unwrap_or(1));
            (length <= index.unwrap_or_default()) == *wanted
        }
    }
}

/// The objects of a list, or the one object, at the end of a way.
fn elements<'p>(here: &'p Properties, names: &[String]) -> Vec<&'p Properties> {
    match value(here, names) {
        Some(Value::Object(object)) => vec![object],
        Some(Value::ObjectArray(objects)) => objects.iter().collect(),
        _ => Vec::new(),
    }
}

/// The value at the end of a way through objects.
fn value<'p>(here: &'p Properties, names: &[String]) -> Option<&'p Value> {
    let (last, around) = names.split_last()?;
    let mut here = here;
    for name in around {
        let Some(Value::Object(object)) = here.get(name) else { return None };
        here = object;
    }
    here.get(last)
}

/// The values of a list, one by one.
fn singles(value: &Value) -> Vec<Value> {
    match value {
        Value::TextArray(list) => list.iter().cloned().map(Value::Text).collect(),
        Value::IntArray(list) => list.iter().copied().map(Value::Int).collect(),
        Value::NumberArray(list) => list.iter().copied().map(Value::Number).collect(),
        Value::BoolArray(list) => list.iter().copied().map(Value::Bool).collect(),
        Value::DateArray(list) => list.iter().copied().map(Value::Date).collect(),
        Value::UuidArray(list) => list.iter().copied().map(Value::Uuid).collect(),
        Value::Null => Vec::new(),
        single => vec![single.clone()],
    }
}

/// An object that has one value.
fn only(name: &str, value: Value) -> Object {
    Object { properties: [(name.to_owned(), value)].into(), ..Object::default() }
}

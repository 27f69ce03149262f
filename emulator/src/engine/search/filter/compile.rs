//! Compiling filters: operators that join others, references, lists of values.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::fault::{self, Around, Fault};
use super::{Clause, Filter, FilterValue, Hop, Operator, Target, leaf, nested};
use crate::engine::schema::DataType;
use crate::engine::search::Scope;
use crate::engine::search::fault::{ClauseFault, IndexFault, OnlyStopwords};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{Object, Value};

/// A compiled filter.
pub(crate) type Predicate<'a> = Box<dyn Fn(&Object) -> bool + 'a>;

/// Compiles a filter for one collection.
pub(crate) fn compile<'a>(filter: &Filter, scope: &Scope<'a>) -> Result<Predicate<'a>, Fault> {
    build(filter, nested::is_within(filter), scope)
}

/// `nested`: whether a clause of the whole filter reaches into an object.
fn build<'a>(filter: &Filter, nested: bool, scope: &Scope<'a>) -> Result<Predicate<'a>, Fault> {
    if nested && nested::root(filter).is_some() {
        return nested::compile(&[filter], scope);
    }
    match filter {
        Filter::And(children) => {
            let children =
                if nested { build_every(children, scope) } else { build_all("And", children, nested, scope) };
            children.map(every)
        }
        Filter::Or(children) => Ok(some(build_all("Or", children, nested, scope)?)),
        Filter::Not(children) => {
            let mut compiled = build_all("Not", children, nested, scope)?;
            match (compiled.pop(), compiled.len()) {
                (Some(child), 0) => Ok(Box::new(move |object| !child(object))),
                (_, rest) => Err(IndexFault::TooManyChildren(rest + 1).into()),
            }
        }
        Filter::Clause(clause) => build_clause(clause, scope),
    }
}

/// The operands of `And`. Those on the inside of one property are one, since they are about the same element of a list.
fn build_every<'a>(children: &[Filter], scope: &Scope<'a>) -> Result<Vec<Predicate<'a>>, Fault> {
    let mut groups: Vec<(Option<&str>, Vec<&Filter>)> = Vec::new();
    for child in children {
        let root = nested::root(child);
        match groups.iter_mut().find(|(known, _)| root.is_some() && *known == root) {
            Some((_, group)) => group.push(child),
            None => groups.push((root, vec![child])),
        }
    }
    if groups.is_empty() {
        return Err(IndexFault::NoChildren("And").into());
    }
    let build = |(root, group): (Option<&str>, Vec<&Filter>)| match (root, group.as_slice()) {
        (None, [child]) => build(child, true, scope),
        (_, group) => nested::compile(group, scope),
    };
    fault::all(groups.into_iter().map(build), Around::AndOr)
}

fn build_all<'a>(
    operator: &'static str,
    children: &[Filter],
    nested: bool,
    scope: &Scope<'a>,
) -> Result<Vec<Predicate<'a>>, Fault> {
    if children.is_empty() {
        return Err(IndexFault::NoChildren(operator).into());
    }
    let around = if operator == "Not" { Around::Not } else { Around::AndOr };
    fault::all(children.iter().map(|child| build(child, nested, scope)), around)
}

fn every(children: Vec<Predicate<'_>>) -> Predicate<'_> {
    Box::new(move |object| children.iter().all(|child| child(object)))
}

fn some(children: Vec<Predicate<'_>>) -> Predicate<'_> {
    Box::new(move |object| children.iter().any(|child| child(object)))
}

fn build_clause<'a>(clause: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, Fault> {
    let is_nested = matches!(clause.target, Target::Nested(_));
    if clause.operator.is_contains() && !is_nested {
        return contains(clause, scope);
    }
    if let Some((hop, rest)) = clause.hops.split_first() {
        return through_reference(hop, &Clause { hops: rest.to_vec(), ..clause.clone() }, scope);
    }
    let class = scope.class();
    match &clause.target {
        Target::Id => leaf::id(clause),
        Target::CreationTime | Target::UpdateTime => leaf::timestamp(clause, class),
        Target::Length(name) => leaf::length(name, clause, class),
        Target::Nested(_) => nested::compile(&[&Filter::Clause(clause.clone())], scope),
        Target::Property(name) => match class.property(name) {
            Some(property) => leaf::property_clause(property, clause, scope),
            None => Err(ClauseFault::from(NoSuchProperty::new(name, &class.name)).into()),
        },
    }
}

fn through_reference<'a>(hop: &Hop, inner: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, Fault> {
    let target = scope.linked(&hop.collection)?;
    let matches =
        build_clause(inner, &target).map_err(|fault| fault.behind(target.index_name(), target.shard_name()))?;
    let ids: BTreeSet<Uuid> = target.objects().filter(|object| matches(object)).map(|object| object.id).collect();
    let (name, collection) = (hop.property.clone(), hop.collection.clone());
    Ok(Box::new(move |object| match object.properties.get(&name) {
        Some(Value::References(beacons)) => beacons.iter().any(|beacon| {
            beacon.collection.as_ref().is_none_or(|named| *named == collection) && ids.contains(&beacon.id)
        }),
        _ => false,
    }))
}

/// The type of a list that is held against a property, in the server's words; `None` where any list is taken.
fn list_type(clause: &Clause, scope: &Scope<'_>) -> Result<Option<&'static str>, ClauseFault> {
    let Target::Property(name) = &clause.target else { return Ok(None) };
    let class = match clause.hops.last() {
        Some(hop) => scope.state.collection(&hop.collection).map(|collection| &collection.schema),
        None => Some(scope.class()),
    };
    let property = class.and_then(|class| class.property(name));
    property.map_or(Ok(None), |property| list_of(&property.data_type, clause.operator))
}

/// The same for values of a type.
pub(super) fn list_of(data_type: &DataType, operator: Operator) -> Result<Option<&'static str>, ClauseFault> {
    Ok(match data_type {
        DataType::Int | DataType::IntArray => Some("[]int"),
        DataType::Number | DataType::NumberArray => Some("[]float64"),
        DataType::Boolean | DataType::BooleanArray => Some("[]bool"),
        DataType::Text | DataType::TextArray | DataType::Date | DataType::DateArray => Some("[]string"),
        DataType::Geo | DataType::Phone | DataType::Blob | DataType::BlobHash => {
            return Err(ClauseFault::List(operator.number()));
        }
        _ => None,
    })
}

/// The values of a list, if it is of the expected type.
pub(super) fn list_values(clause: &Clause, expected: Option<&'static str>) -> Result<Vec<FilterValue>, ClauseFault> {
    let actual = clause.value.type_name();
    let values = clause.value.elements().filter(|_| expected.is_none_or(|expected| expected == actual));
    values.ok_or_else(|| {
        let expected = expected.map_or_else(|| format!("[]{actual}"), str::to_owned);
        ClauseFault::ListType { expected, found: actual }
    })
}

/// A list of values: `All` joins them as `And` does, the others as `Or`.
fn contains<'a>(clause: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, Fault> {
    let values = list_values(clause, list_type(clause, scope)?)?;
    let none = values.is_empty();
    if let Some(listed) = leaf::listed_ids(clause, &values) {
        return Ok(listed);
    }
    let children = values.into_iter().map(|value| build_clause(&clause.equal_to(value), scope));
    match clause.operator {
        Operator::ContainsAll if none => Err(IndexFault::NoChildren("And").into()),
        Operator::ContainsAll => fault::all(children, Around::AndOr).map(every),
        Operator::ContainsNone => {
            let any = if none { Err(IndexFault::NoChildren("Or").into()) } else { fault::all(children, Around::AndOr) };
            // What is read is not nested in the server's words, only what is resolved.
            let any = any.map_err(|fault| if fault.is_late() { fault.within(Around::Not, 0) } else { fault })?;
            Ok(Box::new(move |object| !any.iter().any(|child| child(object))))
        }
        _ => {
            // One word that can be looked for is enough.
            let children = children.filter(|child| !child.as_ref().is_err_and(Fault::is_only_stopwords));
            let children = fault::all(children, Around::AndOr)?;
            if children.is_empty() { Err(OnlyStopwords.into()) } else { Ok(some(children)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FilterValue, Target};
    use super::*;
    use crate::config::Config;
    use crate::engine::go::Origin;
    use crate::engine::store::{Lookup, NewObject, PutMode, Store};
    use serde_json::json;

    fn store() -> Store {
        let store = Store::new(Config::default());
        let class = json!({"class": "Item", "invertedIndexConfig": {"indexNullState": true}, "properties": [
            {"name": "title", "dataType": ["text"]},
            {"name": "tags", "dataType": ["text[]"], "tokenization": "field"},
            {"name": "counts", "dataType": ["int[]"]},
            {"name": "day", "dataType": ["date"]},
        ]});
        store.write().create_collection(&class, &store.config).unwrap();
        let objects = [
            json!({"title": "Red wooden chair", "tags": ["red", "wood"], "counts": [1, 5], "day": "2020-01-15T11:00:00+01:00"}),
            json!({"title": "Blue lamp", "tags": [], "counts": [7]}),
            json!({}),
        ];
        for (number, properties) in (1..).zip(objects) {
            let properties = crate::engine::store::properties_of(Some(properties));
            let object = NewObject { id: Uuid::from_u128(number), properties, ..NewObject::default() };
            store.put_object(&mut Lookup::default(), "Item", &object, Origin::Rest, PutMode::Insert).unwrap();
        }
        store
    }

    fn clause(name: &str, operator: Operator, value: FilterValue) -> Filter {
        Filter::Clause(Clause { hops: Vec::new(), target: Target::Property(name.to_owned()), operator, value })
    }

    fn found(filter: &Filter) -> Result<Vec<u128>, Fault> {
        let store = store();
        let state = store.read();
        let scope = Scope::new(&state, state.collection("Item").unwrap(), "").unwrap();
        let matches = compile(filter, &scope)?;
        Ok(scope.objects().filter(|object| matches(object)).map(|object| object.id.as_u128()).collect())
    }

    #[test]
    fn not_equal_finds_missing_values_too() {
        let red = || FilterValue::Text("red".to_owned());
        assert_eq!(found(&clause("tags", Operator::Equal, red())), Ok(vec![1]));
        assert_eq!(found(&clause("tags", Operator::NotEqual, red())), Ok(vec![2, 3]));
    }

    #[test]
    fn any_element_of_a_list_may_match() {
        assert_eq!(found(&clause("counts", Operator::GreaterThan, FilterValue::Int(4))), Ok(vec![1, 2]));
        assert_eq!(found(&clause("counts", Operator::ContainsAll, FilterValue::Ints(vec![1, 5]))), Ok(vec![1]));
        assert_eq!(found(&clause("counts", Operator::ContainsNone, FilterValue::Ints(vec![7]))), Ok(vec![1, 3]));
    }

    /// Copying the list for each of its values would take minutes.
    #[test]
    fn ids_and_other_values_may_be_many() {
        let id = |number: u128| Uuid::from_u128(number).to_string();
        let ids = || FilterValue::Texts((2..20_000).map(id).chain(["no id".to_owned()]).collect());
        let by_id = |operator, value| Filter::Clause(Clause { hops: Vec::new(), target: Target::Id, operator, value });
        assert_eq!(found(&by_id(Operator::ContainsAny, ids())), Ok(vec![2, 3]));
        assert_eq!(found(&by_id(Operator::ContainsNone, ids())), Ok(vec![1]));
        assert_eq!(found(&by_id(Operator::ContainsAll, ids())), Ok(vec![]));
        let fault = found(&by_id(Operator::ContainsAny, FilterValue::Ints(vec![1]))).unwrap_err();
        assert!(fault.to_string().ends_with("expected value to be string, got 'int'"), "{fault}");
        let counts = FilterValue::Ints((5..20_000).collect());
        assert_eq!(found(&clause("counts", Operator::ContainsAny, counts)), Ok(vec![1, 2]));
    }

    #[test]
    fn all_words_of_a_text_have_to_match() {
        let equal = |text: &str| found(&clause("title", Operator::Equal, FilterValue::Text(text.to_owned())));
        assert_eq!(equal("CHAIR the red"), Ok(vec![1]));
        assert_eq!(equal("red lamp"), Ok(vec![]));
        assert_eq!(equal("the"), Err(OnlyStopwords.into()));
    }

    #[test]
    fn dates_compare_as_instants() {
        let day = FilterValue::Text("2020-01-15T10:00:00Z".to_owned());
        assert_eq!(found(&clause("day", Operator::Equal, day)), Ok(vec![1]));
    }

    #[test]
    fn empty_lists_are_null() {
        assert_eq!(found(&clause("tags", Operator::IsNull, FilterValue::Bool(true))), Ok(vec![2, 3]));
    }

    #[test]
    fn faults_are_found_before_any_object_is_looked_at() {
        let fault = |filter: &Filter| found(filter).unwrap_err().to_string();
        assert_eq!(
            fault(&Filter::And(vec![])),
            r#"resolve doc ids for prop/value pair: no children for operator "And""#
        );
        let two = Filter::Not(vec![
            clause("counts", Operator::Equal, FilterValue::Int(1)),
            clause("counts", Operator::Equal, FilterValue::Int(2)),
        ]);
        assert!(fault(&two).ends_with(r#"too many children for operator "Not". Expected 1, given 2"#));
        assert_eq!(
            fault(&clause("counts", Operator::Equal, FilterValue::Bool(true))),
            "expected value to be int, got bool"
        );
    }
}

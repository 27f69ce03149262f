//! Tests of filters as deep as a user can build them, on a small stack.

use std::collections::HashMap;
use std::thread;

use proptest::prelude::*;
use serde_json::Value;
use weaviate_generated::availability::Requirements as _;
use weaviate_generated::grpc::SearchRequest;

use super::super::*;
use crate::ErrorKind;
use crate::wire::rest_filter::{CollectionSchemas, where_filter};

/// A quarter of a worker's stack in tokio, which is 2 MiB, and less than a debug build needs for 1,000 calls.
const STACK: usize = 512 * 1024;

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK).spawn(test).unwrap().join().unwrap();
}

fn leaf(number: usize) -> Filter {
    Filter::property(format!("p{number}")).equal(true)
}

/// A filter of so many levels, which cannot be flattened.
fn nested(levels: usize) -> Filter {
    (0..levels).fold(leaf(0), |filter, level| match level % 3 {
        0 => Filter::all_of([filter, leaf(1)]),
        1 => leaf(2) | filter,
        _ => !filter,
    })
}

fn json(message: &Filters) -> String {
    let filter = where_filter(message, "Owl", &CollectionSchemas::default()).unwrap();
    serde_json::to_string(&filter).unwrap()
}

#[test]
fn the_deepest_filter_needs_no_stack() {
    on_a_small_stack(|| {
        let filter = nested(Filter::MAX_DEPTH);
        assert_eq!(filter.depth(), Filter::MAX_DEPTH);
        let copy = filter.clone();
        assert_eq!(copy, filter);
        let shown = format!("{filter:?}");
        assert_eq!(shown.matches('(').count(), shown.matches(')').count());
        assert_eq!(shown.matches('!').count(), 333);
        drop(copy);

        let filters = Some(message(&filter).unwrap());
        let request = SearchRequest { filters, ..SearchRequest::default() };
        let copy = request.clone();
        assert_eq!(copy, request);
        let encoded = request.encode_to_vec();
        assert_eq!(SearchRequest::decode(encoded.as_slice()).unwrap(), request);
        let mut operators = 0;
        request.requirements(&mut |_| operators += 1);
        assert_eq!(operators, 333, "each `!` needs a newer server");

        let body = json(request.filters.as_ref().unwrap());
        assert_eq!(body.matches(r#""operands":["#).count(), Filter::MAX_DEPTH);
        assert!(!format!("{request:?}").is_empty());
    });
}

#[test]
fn a_deeper_filter_is_refused() {
    on_a_small_stack(|| {
        let too_deep = nested(Filter::MAX_DEPTH + 1);
        let hops = (0..Filter::MAX_DEPTH).fold(Filter::reference("next"), |path, _| path.reference("next"));
        let too_far = hops.property("p").equal(true);
        for (filter, levels) in [(too_deep, 1_001), (nested(100_000), 100_000), (too_far, 1_001)] {
            assert_eq!(filter.clone(), filter);
            assert!(!format!("{filter:?}").is_empty());
            let error = message(&filter).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("filter")));
            let text = error.to_string();
            assert!(text.contains(&format!("is {levels} levels deep, more than 1000")), "{text}");
        }
    });
}

#[test]
fn references_count_as_levels() {
    on_a_small_stack(|| {
        let path = (1..Filter::MAX_DEPTH).fold(Filter::reference("next"), |path, _| path.reference("next"));
        let filter = path.property("p").equal(true);
        let request = SearchRequest { filters: Some(message(&filter).unwrap()), ..SearchRequest::default() };
        assert_eq!(request.clone(), request);
        assert!(message(&(filter | leaf(1))).is_err());
    });
}

#[test]
fn levels_that_mean_the_same_are_joined() {
    for (filter, joined) in [
        ((0..500).fold(leaf(0), |filter, _| Filter::any_of([filter])), leaf(0)),
        ((0..501).fold(leaf(0), |filter, _| !filter), !leaf(0)),
        (Filter::all_of([Filter::any_of([Filter::all_of([leaf(0), leaf(1)])]), leaf(2)]), leaf(0) & leaf(1) & leaf(2)),
        (Filter::any_of([leaf(0), leaf(1) | leaf(2)]), (leaf(0) | leaf(1)) | leaf(2)),
    ] {
        assert_eq!(filter, joined);
        assert!(filter.depth() <= 1, "{filter:?}");
    }
    let wide = (0..500).fold(leaf(0), |filter, number| Filter::any_of([filter, leaf(number)]));
    assert_eq!((wide.depth(), message(&wide).unwrap().filters.len()), (1, 501));
}

/// A filter as the user writes it.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(usize),
    Not(Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
}

impl Tree {
    fn filter(&self) -> Filter {
        match self {
            Self::Leaf(number) => leaf(*number),
            Self::Not(inside) => !inside.filter(),
            Self::And(all) if all.len() == 2 => all[0].filter() & all[1].filter(),
            Self::And(all) => Filter::all_of(all.iter().map(Self::filter)),
            Self::Or(all) if all.len() == 2 => all[0].filter() | all[1].filter(),
            Self::Or(all) => Filter::any_of(all.iter().map(Self::filter)),
        }
    }

    fn holds(&self, values: &[bool]) -> bool {
        match self {
            Self::Leaf(number) => values[*number],
            Self::Not(inside) => !inside.holds(values),
            Self::And(all) => all.iter().all(|part| part.holds(values)),
            Self::Or(all) => all.iter().any(|part| part.holds(values)),
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            Self::Not(inside) => inside.depth() + 1,
            Self::And(all) | Self::Or(all) => all.iter().map(Self::depth).max().unwrap_or_default() + 1,
        }
    }
}

fn message_holds(message: &Filters, values: &HashMap<String, bool>) -> bool {
    let mut parts = message.filters.iter().map(|part| message_holds(&Filters::decode(part.clone()).unwrap(), values));
    match message.operator() {
        Operator::And => parts.all(|part| part),
        Operator::Or => parts.any(|part| part),
        Operator::Not => !parts.next().unwrap(),
        Operator::Equal => match message.target.clone().unwrap().target.unwrap() {
            filter_target::Target::Property(name) => values[&name],
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn json_holds(filter: &Value, values: &HashMap<String, bool>) -> bool {
    let mut parts = filter["operands"].as_array().into_iter().flatten().map(|part| json_holds(part, values));
    match filter["operator"].as_str().unwrap() {
        "And" => parts.all(|part| part),
        "Or" => parts.any(|part| part),
        "Not" => !parts.next().unwrap(),
        "Equal" => values[filter["path"][0].as_str().unwrap()],
        other => panic!("{other}"),
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    (0..6_usize).prop_map(Tree::Leaf).prop_recursive(12, 60, 4, |inner| {
        let all = proptest::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            inner.prop_map(|inside| Tree::Not(Box::new(inside))),
            all.clone().prop_map(Tree::And),
            all.prop_map(Tree::Or),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_joined_filter_means_the_same_in_both_protocols(tree in tree()) {
        let filter = tree.filter();
        prop_assert!(filter.depth() <= tree.depth());
        let message = message(&filter).unwrap();
        let json: Value = serde_json::from_str(&json(&message)).unwrap();
        for bits in 0..64_u32 {
            let values: Vec<bool> = (0..6).map(|bit| bits >> bit & 1 == 1).collect();
            let named = values.iter().enumerate().map(|(number, value)| (format!("p{number}"), *value)).collect();
            prop_assert_eq!(message_holds(&message, &named), tree.holds(&values), "{:?}", filter);
            prop_assert_eq!(json_holds(&json, &named), tree.holds(&values), "{:?}", filter);
        }
    }
}

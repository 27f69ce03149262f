//! Objects inside each other, on a small stack.

use std::thread;

use serde::{Deserialize, Serialize};
use serde_json::json;
use weaviate_generated::grpc::{Properties, Value, value};

use super::{encoded, from_reply};
use crate::values::types::PropertyMap;
use crate::wire::rest_object;

/// The stack of a worker in tokio. Without optimization, the deepest value needs less than half of it.
const STACK: usize = 2 * 1024 * 1024;

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK).spawn(test).unwrap().join().unwrap();
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Node {
    level: i64,
    #[serde(default)]
    next: Vec<Node>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Link {
    next: Option<Box<Link>>,
}

fn node(levels: i64) -> Node {
    (0..levels).fold(Node { level: 0, next: Vec::new() }, |node, level| Node { level, next: vec![node] })
}

fn link(levels: usize) -> Link {
    (0..levels).fold(Link { next: None }, |link, _| Link { next: Some(Box::new(link)) })
}

fn map(levels: usize) -> PropertyMap {
    (0..levels).fold(PropertyMap::from([("x", 1)]), |map, level| {
        if level % 2 == 0 { PropertyMap::from([("o", map)]) } else { PropertyMap::from([("os", [map])]) }
    })
}

fn json(levels: usize) -> serde_json::Value {
    (0..levels).fold(json!({"x": 1}), |object, _| json!({ "o": object }))
}

fn reply(levels: usize) -> Properties {
    let field = |kind| Properties { fields: [("next".to_owned(), Value { kind: Some(kind) })].into() };
    let innermost = field(value::Kind::TextValue("x".to_owned()));
    (0..levels).fold(innermost, |inside, _| field(value::Kind::ObjectValue(inside)))
}

#[test]
fn the_deepest_object_is_written_and_read() {
    on_a_small_stack(|| {
        let most = PropertyMap::MAX_DEPTH;
        for message in [
            encoded(&node(50)).unwrap(),
            encoded(&link(most)).unwrap(),
            encoded(&map(most)).unwrap(),
            encoded(&json(most)).unwrap(),
        ] {
            let copy = message.clone();
            assert_eq!(copy, message);
            assert!(rest_object::properties(message).is_ok());
        }
        assert!(from_reply::<PropertyMap>(&reply(100)).is_ok());
        assert!(from_reply::<serde_json::Value>(&reply(100)).is_ok());
        assert!(from_reply::<Link>(&reply(100)).is_err(), "a text is not a link");
    });
}

#[test]
fn a_deeper_object_is_an_error_with_its_path() {
    on_a_small_stack(|| {
        let most = PropertyMap::MAX_DEPTH;
        for (error, levels) in [
            (encoded(&node(51)).unwrap_err(), 50),
            (encoded(&link(most + 1)).unwrap_err(), 50),
            (encoded(&map(most + 1)).unwrap_err(), 50),
            (encoded(&map(100_000)).unwrap_err(), 50),
            (encoded(&json(most + 1)).unwrap_err(), 50),
            (encoded(&json(1_000)).unwrap_err(), 50),
            (from_reply::<PropertyMap>(&reply(101)).unwrap_err(), 100),
            (from_reply::<serde_json::Value>(&reply(1_000)).unwrap_err(), 100),
        ] {
            assert_eq!(
                error.message(),
                format!("more than {levels} objects inside each other: store the inner part as a text")
            );
            assert!(error.path().split('.').count() >= levels, "{}", error.path());
        }
    });
}

/// The depth counts what is open, not what was.
#[test]
fn many_objects_beside_each_other_are_not_deep() {
    let beside: Vec<_> = (0..1_000).map(|_| map(2)).collect();
    let wide = PropertyMap::from([("os", beside)]);
    assert!(encoded(&wide).is_ok());
}

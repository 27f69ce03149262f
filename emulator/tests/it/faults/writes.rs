//! Faults of the objects that are written.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use weaviate_emulator::{Emulator, Fault};

use super::{Outcome, WAYS, insert, shelf};
use crate::exchange::{id, message, rest};

const FULL: &str =
    "store is read-only due to: disk usage too high. Set to read-only at 90.27%, threshold set to 90.00%";

fn errors(outcome: Outcome) -> Vec<(usize, String)> {
    match outcome {
        Outcome::Done(errors) => errors,
        other => panic!("{other:?}"),
    }
}

fn stored(emulator: &Emulator) -> BTreeSet<String> {
    emulator.object_ids("Shelf").iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn objects_are_refused_by_a_rule() {
    for way in WAYS {
        let emulator = shelf().await;
        let faults = emulator.faults();
        let odd = |object: &weaviate_emulator::BatchObject<'_>| {
            let n = object.property("n")?.as_u64()?;
            assert_eq!((object.collection(), object.tenant()), ("Shelf", None));
            (n % 2 == 1).then(|| format!("{} is odd", object.id()))
        };
        faults.add(way.on(Fault::object_errors(odd)).times(1)).unwrap();
        let errors = errors(insert(&emulator, way, &[1, 2, 3, 4]).await);
        assert_eq!(errors, [(0, format!("{} is odd", id(1))), (2, format!("{} is odd", id(3)))]);
        assert_eq!(stored(&emulator), [id(2), id(4)].into());
        assert!(faults.log()[0].committed);
        assert_eq!(insert(&emulator, way, &[1, 3]).await, Outcome::Done(Vec::new()));
        assert_eq!(emulator.object_count("Shelf"), 4);
    }
}

#[tokio::test]
async fn a_rule_may_ask_the_emulator_and_may_panic() {
    let emulator = std::sync::Arc::new(shelf().await);
    let weak = std::sync::Arc::downgrade(&emulator);
    let rule = move |_: &weaviate_emulator::BatchObject<'_>| {
        let stored = weak.upgrade()?.object_count("Shelf");
        assert!(stored < 2, "there are two");
        None
    };
    emulator.faults().add(Fault::object_errors(rule)).unwrap();
    assert_eq!(insert(&emulator, super::Way::Rest, &[1, 2]).await, Outcome::Done(Vec::new()));
    let errors = errors(insert(&emulator, super::Way::Rest, &[3]).await);
    assert_eq!(errors, [(0, "the rule of Fault::object_errors panicked".to_owned())]);
}

#[tokio::test]
async fn a_full_disk_refuses_each_object_or_hides_all_but_one() {
    for way in WAYS {
        let emulator = shelf().await;
        let faults = emulator.faults();
        faults.add(way.on(Fault::read_only()).times(1)).unwrap();
        faults.add(way.on(Fault::read_only().first_object_only())).unwrap();
        let each = errors(insert(&emulator, way, &[1, 2]).await);
        assert_eq!(each, [(0, FULL.to_owned()), (1, FULL.to_owned())]);
        let first = errors(insert(&emulator, way, &[1, 2]).await);
        assert_eq!(first, [(0, FULL.to_owned())]);
        assert_eq!(emulator.object_count("Shelf"), 0);
    }
}

#[tokio::test]
async fn a_full_disk_refuses_single_writes() {
    let emulator = shelf().await;
    let object = json!({"class": "Shelf", "id": id(1), "properties": {"n": 1}});
    assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    emulator.faults().add(Fault::read_only()).unwrap();
    let other = json!({"class": "Shelf", "id": id(2)});
    for (method, path, body) in [
        ("POST", "objects".to_owned(), &other),
        ("PUT", format!("objects/Shelf/{}", id(1)), &object),
        ("PATCH", format!("objects/Shelf/{}", id(1)), &object),
    ] {
        let (status, reply) = rest(&emulator, method, &path, body).await;
        assert_eq!(status, 500, "{method}");
        assert!(message(&reply).ends_with(FULL), "{reply}");
    }
    assert_eq!(rest(&emulator, "GET", "objects", &Value::Null).await.0, 200);
    assert_eq!(emulator.object_count("Shelf"), 1);
}

#[tokio::test]
async fn stored_objects_are_counted_by_tenant() {
    let emulator = crate::exchange::emulator().await;
    crate::exchange::create(&emulator, &json!({"class": "Room", "multiTenancyConfig": {"enabled": true}})).await;
    let tenants = json!([{"name": "a"}, {"name": "b"}]);
    assert_eq!(rest(&emulator, "POST", "schema/Room/tenants", &tenants).await.0, 200);
    for (tenant, number) in [("a", 1), ("b", 1), ("b", 2)] {
        let object = json!({"class": "Room", "tenant": tenant, "id": id(number)});
        assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    }
    assert_eq!((emulator.object_count("Room"), emulator.object_count("Missing")), (3, 0));
    let of = |tenant| emulator.tenant_object_count("Room", tenant);
    assert_eq!((of("a"), of("b"), of("c")), (1, 2, 0));
    let ids = |ids: Vec<uuid::Uuid>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(ids(emulator.object_ids("room")), [id(1), id(1), id(2)]);
    assert_eq!(ids(emulator.tenant_object_ids("Room", "b")), [id(1), id(2)]);
}

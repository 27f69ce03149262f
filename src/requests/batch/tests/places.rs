//! Tenants, types of properties and servers within one batch.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::super::feeder::Feeder;
use super::super::handle::BatchHandle;
use super::super::settlement::Reporting;
use super::scripted_post::{Does, Server, Setup, feeder, id, invalid, no_hooks, object};
use crate::PropertyMap;
use crate::values::batch::Reread;
use crate::values::data::{NewObject, NewReference};

const MS: Duration = Duration::from_millis(1);

/// Stores objects after this time, unless they are refused.
fn server(latency: u32, refuses_objects: bool) -> Server {
    Server::new(MS * latency, move |_, message| match message.ids.len() {
        0 => Does::Stores,
        _ if refuses_objects => Does::Refuses(vec![0], invalid),
        _ => Does::Stores,
    })
}

#[tokio::test(start_paused = true)]
async fn a_reference_depends_on_the_objects_of_its_own_tenant() {
    for refuses in [true, false] {
        let (ann, bob) = (server(10, refuses).tenant("ann"), server(500, false).tenant("bob"));
        let shared = Setup::fixed(100, 4).launch::<PropertyMap>(no_hooks());
        let (anns, bobs) = (feeder(&shared, &ann), feeder(&shared, &bob));
        let handle = BatchHandle::new(shared, false);
        anns.add(object(1)).await.unwrap();
        bobs.add(object(1)).await.unwrap();
        bobs.add_reference(NewReference::new(id(1), "to", id(1))).await.unwrap();
        let report = handle.finish().await.unwrap_or_else(super::super::batch_report::BatchError::into_report);
        assert_eq!((report.objects().failed, report.references().stored), (u64::from(refuses), 1));
        let sent = bob.messages().iter().find(|message| !message.references.is_empty()).unwrap().at;
        assert!(sent >= MS * 500, "after the object of bob: {sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_copy_of_an_object_is_enough_for_a_reference() {
    let server = Server::new(MS * 50, |number, message| {
        if number == 1 && !message.ids.is_empty() { Does::Refuses(vec![0], invalid) } else { Does::Stores }
    });
    let batch = Setup::fixed(100, 1).start(&server);
    for number in [1, 1, 2] {
        batch.feeder.add(object(number)).await.unwrap();
    }
    batch.feeder.add_reference(NewReference::new(id(2), "to", id(1))).await.unwrap();
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!((report.objects().failed, report.references().stored), (1, 1));
}

#[derive(Serialize)]
struct Numbered {
    number: i64,
}

#[tokio::test(start_paused = true)]
async fn one_id_through_two_types_is_in_flight_once() {
    let (slow, quick) = (server(500, false), server(1, false));
    let shared = Setup::fixed(1, 4).launch::<PropertyMap>(no_hooks());
    let maps = feeder(&shared, &slow);
    let typed: Arc<dyn Reread<Numbered>> = Arc::new(quick.clone());
    let reporting = Reporting { typed, reread: Arc::new(quick.clone()), erase: |_: Numbered| PropertyMap::new() };
    let structs = Feeder::over(&shared, Arc::new(quick.clone()), false, reporting);
    let handle = BatchHandle::new(shared, false);
    maps.add(object(1)).await.unwrap();
    structs.add(NewObject::new(Numbered { number: 2 }).id(id(1))).await.unwrap();
    handle.finish().await.unwrap();
    assert!(quick.messages()[0].at >= slow.messages()[0].at + MS * 500);
}

#[tokio::test(start_paused = true)]
async fn each_server_gets_its_own_objects() {
    let (one, other) = (server(1, false), server(1, false));
    let shared = Setup::fixed(10, 2).launch::<PropertyMap>(no_hooks());
    let (to_one, to_other) = (feeder(&shared, &one), feeder(&shared, &other));
    let handle = BatchHandle::new(shared, false);
    to_one.add(object(1)).await.unwrap();
    to_other.add(object(2)).await.unwrap();
    handle.finish().await.unwrap();
    assert_eq!((one.stored().len(), other.stored().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn copies_of_an_object_do_not_linger() {
    let batch = Setup::fixed(100, 4).start(&Server::quick());
    for _ in 0..50 {
        batch.feeder.add(object(1)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(batch.handle.progress().objects.stored, 50);
}

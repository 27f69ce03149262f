//! Batch of a client: each object goes where it belongs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use weaviate::ErrorKind;
use weaviate::batch::BatchItem;
use weaviate::prelude::*;

use super::{id, stored_ids};
use crate::support::live_bed;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Numbered {
    number: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Named {
    name: String,
}

const EACH: u128 = 150;

fn numbered(from: u128, number: u128) -> NewObject<Numbered> {
    NewObject::new(Numbered { number: i64::try_from(number).unwrap() }).id(id(from * 1_000 + number))
}

fn named(from: u128, number: u128) -> NewObject<Named> {
    NewObject::new(Named { name: number.to_string() }).id(id(from * 1_000 + number))
}

fn ids(from: u128) -> BTreeSet<Uuid> {
    (0..EACH).map(|number| id(from * 1_000 + number)).collect()
}

#[tokio::test]
async fn each_object_goes_to_its_collection_and_tenant_from_eight_tasks() {
    let bed = live_bed().await;
    let plain = |name: &str, property: Property| CollectionConfig::new(name).property(property);
    let number = || Property::new("number", DataType::Int);
    let orders = bed
        .fresh::<Numbered>(plain("BatchOrder", number()).multi_tenancy(MultiTenancyConfig::new().enabled(true)))
        .await;
    let parts = bed.fresh::<Numbered>(plain("BatchPart", number())).await;
    let people = bed.fresh::<Named>(plain("BatchPerson", Property::new("name", DataType::Text))).await;
    orders.tenants().create(["ann", "bob"]).await.unwrap().into_result().unwrap();
    let (ann, bob) = (orders.tenant("ann"), orders.tenant("bob"));

    let batch = bed.client.batch().fixed(20, 3).start().await.unwrap();
    let lanes = [(1, batch.of(&ann)), (2, batch.of(&bob)), (3, batch.of(&parts))];
    let people_lane = batch.of(&people);
    let mut tasks = Vec::new();
    for half in 0..2 {
        let numbers = half * EACH / 2..(half + 1) * EACH / 2;
        for (from, lane) in &lanes {
            let (from, lane, numbers) = (*from, lane.clone(), numbers.clone());
            tasks.push(tokio::spawn(async move {
                for number in numbers {
                    lane.add(numbered(from, number)).await.unwrap();
                }
            }));
        }
        let lane = people_lane.clone();
        tasks
            .push(tokio::spawn(async move { lane.extend_from(numbers.map(|number| named(4, number))).await.unwrap() }));
    }
    assert_eq!(tasks.len(), 8);
    for task in tasks {
        task.await.unwrap();
    }
    let report = batch.finish().await.unwrap();
    assert_eq!(report.objects().stored, 4 * u64::try_from(EACH).unwrap());
    assert_eq!(stored_ids(&ann).await, ids(1));
    assert_eq!(stored_ids(&bob).await, ids(2));
    assert_eq!(stored_ids(&parts).await, ids(3));
    assert_eq!(stored_ids(&people).await, ids(4));
}

#[tokio::test]
async fn failures_keep_their_type_and_place() {
    let bed = live_bed().await;
    let config = CollectionConfig::new("BatchOrder").property(Property::new("number", DataType::Int));
    let orders = bed.fresh::<Numbered>(config.multi_tenancy(MultiTenancyConfig::new().enabled(true))).await;
    let batch = bed.client.batch().start().await.unwrap();
    let nobody = batch.of(&orders.tenant("nobody"));
    nobody.add(numbered(1, 7)).await.unwrap();
    let fate = nobody.add_tracked(numbered(1, 8)).await.unwrap();
    assert_eq!(fate.await.unwrap_err().into_item(), BatchItem::Object(numbered(1, 8)), "typed by its lane");
    let report = batch.finish().await.unwrap_err().into_report();
    assert_eq!((report.objects().failed, report.failures().len()), (2, 1));
    let failure = report.into_failures().remove(0);
    assert_eq!(
        (failure.kind(), failure.collection(), failure.tenant()),
        (ErrorKind::Tenant, "BatchOrder", Some("nobody"))
    );
    assert!(failure.error().to_string().contains("batch `BatchOrder` of tenant `nobody`"), "{failure}");
    let BatchItem::Object(object) = failure.into_item() else { panic!("an object") };
    assert_eq!(object.into_properties().downcast::<Numbered>().unwrap(), Numbered { number: 7 });
}

#[tokio::test]
async fn an_invalid_name_is_an_error_of_add_and_returns_the_object() {
    let bed = live_bed().await;
    let batch = bed.client.batch().start().await.unwrap();
    let lane = batch.of(&bed.client.collection_as::<Numbered>("no name"));
    let refused = lane.add(numbered(1, 1)).await.unwrap_err();
    assert_eq!((refused.error().field(), refused.is_batch_over()), (Some("collection"), false));
    assert_eq!(refused.into_item(), numbered(1, 1));
    assert_eq!(batch.finish().await.unwrap().objects().total(), 0);
}

#[tokio::test]
async fn a_lane_keeps_the_batch_alive_and_the_last_handle_stops_it() {
    let bed = live_bed().await;
    let parts = CollectionConfig::new("BatchPart").property(Property::new("number", DataType::Int));
    let parts = bed.fresh::<Numbered>(parts).await;
    let batch = bed.client.batch().start().await.unwrap();
    let (lane, other) = (batch.of(&parts), batch.clone());
    drop(batch);
    lane.add(numbered(3, 1)).await.unwrap();
    other.flush().await.unwrap();
    assert_eq!(stored_ids(&parts).await.len(), 1);
    other.finish().await.unwrap();
    assert!(lane.add(numbered(3, 2)).await.unwrap_err().is_batch_over());
}

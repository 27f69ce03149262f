//! Each field of an aggregation is sent by a request of the table, and each field of its reply is read.

use std::collections::{BTreeMap, BTreeSet};
use std::future::IntoFuture;

use prost::Message as _;
use weaviate::aggregate::{AnyMetric, Metrics};
use weaviate::prelude::*;
use weaviate_generated::grpc::AggregateReply;
use weaviate_generated::grpc::aggregate_reply::{Result as Outcome, Single};

use crate::support::contract::{Content, Contract, Field, assert_in_contract, is_listed};
use crate::support::recorder::Recorder;

/// Fields of a request that this test does not look for, and why.
const NOT_SENT: &[(&str, &str)] = &[
    ("Hybrid.*", "the searches' own tests hold the message"),
    ("Near*", "the searches' own tests hold the message"),
    ("Targets.*", "the searches' own tests hold the message"),
    ("Vector*", "the searches' own tests hold the message"),
    ("Weights*", "the searches' own tests hold the message"),
    ("Selection.*", "the searches' own tests hold the message"),
    ("SearchOperatorOptions.*", "the searches' own tests hold the message"),
    ("Filter*", "the filters' own tests hold the message"),
    ("GeoCoordinatesFilter.*", "the filters' own tests hold the message"),
    ("IntArray.*", "the filters' own tests hold the message"),
    ("TextArray.*", "the filters' own tests hold the message"),
    ("NumberArray.*", "the filters' own tests hold the message"),
    ("BooleanArray.*", "the filters' own tests hold the message"),
];

/// Fields of a reply that are not read, and why.
const NOT_READ: &[(&str, &str)] = &[
    ("AggregateReply.Group.GroupedBy.path", "the request has the path"),
    ("AggregateReply.Group.GroupedBy.boolean", "a group has one value, here a text"),
    ("AggregateReply.Group.GroupedBy.int", "a group has one value, here a text"),
    ("AggregateReply.Group.GroupedBy.number", "a group has one value, here a text"),
    ("AggregateReply.Group.GroupedBy.booleans", "servers group by single values"),
    ("AggregateReply.Group.GroupedBy.ints", "servers group by single values"),
    ("AggregateReply.Group.GroupedBy.numbers", "servers group by single values"),
    ("AggregateReply.Group.GroupedBy.texts", "servers group by single values"),
    ("AggregateReply.Group.GroupedBy.geo", "servers cannot send coordinates of a group"),
    ("BooleanArray.*", "servers group by single values"),
    ("IntArray.*", "servers group by single values"),
    ("NumberArray.*", "servers group by single values"),
    ("TextArray.*", "servers group by single values"),
    ("GeoCoordinatesFilter.*", "servers cannot send coordinates of a group"),
];

fn metrics() -> Vec<AnyMetric> {
    vec![
        Metrics::integer("a").sum().mean().mode().median().max().min().count().value_type().into(),
        Metrics::number("b").sum().mean().mode().median().max().min().count().value_type().into(),
        Metrics::text("c").top_occurrences(3).count().value_type().into(),
        Metrics::boolean("d")
            .total_true()
            .total_false()
            .percentage_true()
            .percentage_false()
            .count()
            .value_type()
            .into(),
        Metrics::date("e").mode().median().max().min().count().value_type().into(),
        Metrics::reference("f").pointing_to().value_type().into(),
    ]
}

#[tokio::test]
async fn each_field_of_an_aggregation_is_sent() {
    let recorder = Recorder::start().await;
    let client = recorder.client().await;
    let owls = client.collection("Owl").tenant("ann");
    let contract = Contract::read();
    let single = Single { objects_count: Some(1), aggregations: None };
    let reply = AggregateReply { result: Some(Outcome::SingleResult(single)), ..AggregateReply::default() };
    recorder.answer_rpc("Aggregate", reply.encode_to_vec());
    let query = owls.query();
    let mut sent = BTreeSet::new();
    let filter = Filter::property("year").equal(1);
    let near = [
        query.near_vector([1.0]).limit(1).filter(filter).aggregate().metrics(metrics()),
        query.near_object(Uuid::from_u128(1)).limit(1).aggregate().metrics(metrics()),
        query.near_text("owl").limit(1).aggregate().metrics(metrics()),
        query.hybrid("owl").limit(1).aggregate().metrics(metrics()),
        query.near_image(vec![1]).limit(1).aggregate().metrics(metrics()),
        query.near_audio(vec![1]).limit(1).aggregate().metrics(metrics()),
        query.near_video(vec![1]).limit(1).aggregate().metrics(metrics()),
        query.near_depth(vec![1]).limit(1).aggregate().metrics(metrics()),
        query.near_thermal(vec![1]).limit(1).aggregate().metrics(metrics()),
        query.near_imu(vec![1]).limit(1).aggregate().metrics(metrics()),
    ];
    for aggregation in near {
        aggregation.into_future().await.unwrap();
    }
    // Its reply has groups or nothing; the canned one is refused after it was sent.
    owls.aggregate().group_by("topic").limit(3).await.unwrap_err();
    for call in recorder.take().iter().filter(|call| call.path.ends_with("/Aggregate")) {
        sent.extend(contract.set_in("AggregateRequest", &call.body[5..]));
    }
    let all = contract.beneath("AggregateRequest");
    let missing: Vec<_> = all.keys().filter(|path| !sent.contains(*path) && !is_listed(path, NOT_SENT)).collect();
    assert!(missing.is_empty(), "no request sends {missing:?}");
    assert_in_contract(NOT_SENT, &all);
}

/// The property of each kind of the table's metrics.
const PROPERTIES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[tokio::test]
async fn each_field_of_a_reply_is_read() {
    let recorder = Recorder::start().await;
    let client = recorder.client().await;
    let owls = client.collection("Owl");
    let contract = Contract::read();
    let kinds = ["int", "number", "text", "boolean", "date", "reference"];
    let read = async |without: &str| {
        let answer = |grouped: bool| {
            // One aggregation of each kind: the oneof and the name go together.
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            let mut value = |field: &Field| {
                let name = field.path.rsplit('.').next().unwrap_or_default();
                let other = if grouped { "single_result" } else { "grouped_results" };
                if field.path == without || name == other {
                    return vec![];
                }
                if field.path.ends_with("Aggregations.aggregations") {
                    seen.clear();
                    return kinds.iter().map(|_| Content::Message).collect();
                }
                if field.path.rsplit_once('.').is_some_and(|(message, _)| message.ends_with("Aggregations.Aggregation"))
                {
                    let index = seen.entry(field.path.clone()).or_default();
                    *index += 1;
                    return match kinds.iter().position(|kind| *kind == name) {
                        None => vec![Content::Bytes(PROPERTIES[*index - 1].into())],
                        Some(kind) if kind + 1 == *index => vec![Content::Message],
                        Some(_) => vec![],
                    };
                }
                if field.path.contains("GroupedBy.") && name != "text" && name != "path" {
                    return vec![];
                }
                if field.path.contains(".Date.") && field.kind == "string" && name != "type" {
                    return vec![Content::Bytes(b"2020-01-01T00:00:00Z".to_vec())];
                }
                if contract.is_message(field) { vec![Content::Message] } else { vec![field.of(3)] }
            };
            recorder.answer_rpc("Aggregate", contract.encode("AggregateReply", &mut value));
        };
        answer(false);
        let whole = owls.aggregate().metrics(metrics()).await;
        answer(true);
        let groups = owls.aggregate().metrics(metrics()).group_by("topic").await;
        format!("{whole:?} {groups:?}")
    };
    let complete = read("").await;
    assert!(!complete.contains("Err("), "{complete}");
    let mut count = 0;
    for (path, field) in contract.beneath("AggregateReply") {
        if field.is_deprecated || is_listed(&path, NOT_READ) {
            continue;
        }
        assert_ne!(read(&path).await, complete, "{path} is not read");
        count += 1;
    }
    assert_in_contract(NOT_READ, &contract.beneath("AggregateReply"));
    println!("{count} fields beneath `AggregateReply` are read");
    assert!(count > 40, "{count}");
}

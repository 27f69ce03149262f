//! Options of `iterate`: properties, vectors, metadata, projection and client-side filters.

use weaviate::ErrorKind;
use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use super::{articles, ids, rest, take};
use crate::support::recorder::Recorder;
use crate::support::{Article, PROTOCOLS, live_bed};

/// Each protocol returns the same.
#[tokio::test]
async fn iterate_returns_what_was_requested_over_each_protocol() {
    let bed = live_bed().await;
    let config = CollectionConfig::new("Owl")
        .property(Property::new("title", DataType::Text))
        .property(Property::new("year", DataType::Int))
        .property(Property::new("tags", DataType::TextArray))
        .vector(VectorConfig::self_provided().name("a"))
        .vector(VectorConfig::self_provided().name("b"));
    let owls = bed.fresh::<PropertyMap>(config).await;
    let objects = ids(25).into_iter().zip(0_i32..).map(|(id, year)| {
        let properties = PropertyMap::from([
            ("title", "snowy owl".into()),
            ("year", PropertyValue::from(year)),
            ("tags", PropertyValue::from(["white", "large"])),
        ]);
        #[expect(clippy::cast_precision_loss, reason = "there are few")]
        NewObject::new(properties).id(id).named_vector("a", [year as f32, 1.0]).named_vector("b", [0.0, 1.0, 2.0])
    });
    owls.data().insert_many(objects).await.unwrap().into_result().unwrap();
    let requests = [
        owls.iterate(),
        owls.iterate().properties(["year"]),
        owls.iterate().include_vector(true),
        owls.iterate().include_vectors(["b"]).properties(["title", "tags"]),
        owls.iterate().metadata([Metadata::CreationTime]),
        owls.iterate().metadata([Metadata::CreationTime, Metadata::LastUpdateTime]),
    ];
    for request in requests {
        let mut all = Vec::new();
        for protocol in PROTOCOLS {
            let mut objects = request.clone().page_size(10).protocol(protocol).stream();
            let mut hits = Vec::new();
            while let Some(hit) = objects.next().await {
                let hit = hit.unwrap();
                // The server sends them in no order.
                let mut vectors: Vec<_> = hit.vectors().clone().into_iter().collect();
                vectors.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
                hits.push((hit.id, hit.properties, hit.metadata, vectors));
            }
            assert_eq!(hits.len(), 25);
            all.push(hits);
        }
        // As a search finds them.
        assert_eq!(all[0], all[1]);
        assert_eq!(all[0], all[2], "{request:?}");
    }
    let mut some = owls.iterate().include_vectors(["b"]).properties(["year"]).stream();
    let owl = some.next().await.unwrap().unwrap();
    assert_eq!(owl.properties, PropertyMap::from([("year", 0)]));
    assert_eq!(owl.vectors().names().collect::<Vec<_>>(), ["b"]);
}

#[cfg(feature = "derive")]
#[tokio::test]
async fn iterate_project_reads_another_type() {
    #[derive(Debug, PartialEq, serde::Deserialize, Properties)]
    #[serde(deny_unknown_fields)]
    struct Year {
        year: i64,
    }
    let bed = live_bed().await;
    let (articles, _) = articles(&bed, 12).await;
    for protocol in PROTOCOLS {
        let mut years = articles.iterate().project::<Year>().protocol(protocol).stream();
        let mut count = 0;
        while let Some(hit) = years.next().await {
            assert_eq!(hit.unwrap().properties, Year { year: count });
            count += 1;
        }
        assert_eq!(count, 12);
    }
}

#[tokio::test]
async fn client_side_filter_moves_the_iterate_token_past_dropped_objects() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 50).await;
    let even = |hit: &Hit<Article>| hit.properties.year % 2 == 0;
    let mut objects = articles.iterate().page_size(7).stream().client_side_filter(even);
    let seen = take(&mut objects, 10).await;
    assert_eq!(seen, ids.iter().copied().step_by(2).take(10).collect::<Vec<_>>());
    assert_eq!(objects.token(), ids[18].into());
    // Number 20 is found behind number 19, which is filtered out; nothing is kept of what comes behind number 40.
    let mut late = articles.iterate().after(ids[30]).stream();
    late = late.client_side_filter(even).client_side_filter(|hit| hit.properties.year < 40);
    assert_eq!(take(&mut late, 4).await, [ids[32], ids[34], ids[36], ids[38]]);
    assert_eq!(late.token(), ids[38].into());
    assert!(late.next().await.is_none() && late.token().is_end());

    let mut none = articles.iterate().page_size(10).prefetch(false).stream().client_side_filter(|_| false);
    assert!(none.next().await.is_none());
    assert!(rest(none).await.is_empty());
}

/// The filter may have dropped many objects when the caller stops waiting for the next one.
#[tokio::test]
async fn client_side_filter_keeps_the_iterate_token_when_cancelled() {
    use crate::support::faults::{Fault, FaultProxy};
    let bed = live_bed().await;
    let (_, ids) = articles(&bed, 50).await;
    let proxy =
        FaultProxy::grpc(bed.grpc_url(), |request| if request.nth == 2 { Fault::Hang } else { Fault::Pass }).await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).connect_lazy().unwrap();
    let articles = client.collection_of::<Article>("Article");
    let mut objects = articles.iterate().page_size(10).prefetch(false).stream().client_side_filter(|_| false);
    tokio::select! {
        biased;
        hit = objects.next() => panic!("{hit:?}"),
        () = proxy.arrived(3) => {}
    }
    assert_eq!(objects.token(), ids[19].into());
}

#[tokio::test]
async fn iterate_refuses_invalid_arguments_before_sending() {
    let server = Recorder::start().await;
    let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect_lazy().unwrap();
    let owls = client.collection("Owl");
    let level = ConsistencyLevel::Quorum;
    for (mut objects, kind, word) in [
        (owls.iterate().page_size(0).stream(), ErrorKind::Validation, "page_size"),
        (owls.iterate().page_size(u32::MAX).stream(), ErrorKind::Validation, "limit"),
        (owls.iterate().properties([""]).stream(), ErrorKind::Validation, "properties"),
        (owls.iterate().include_vectors([""]).stream(), ErrorKind::Validation, "include_vectors"),
        (owls.iterate().header("host", "x").stream(), ErrorKind::Validation, "header"),
        (client.collection("no name").iterate().stream(), ErrorKind::Validation, "collection"),
        (
            owls.iterate().consistency_level(level).protocol(Protocol::Rest).stream(),
            ErrorKind::Unsupported,
            "consistency level",
        ),
        (
            owls.consistency_level(level).iterate().protocol(Protocol::Rest).stream(),
            ErrorKind::Unsupported,
            "consistency level",
        ),
        (
            owls.iterate().metadata([Metadata::IsConsistent]).protocol(Protocol::Rest).stream(),
            ErrorKind::Unsupported,
            "is_consistent",
        ),
    ] {
        let error = objects.next().await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::NotSent), "{error}");
        assert!(error.to_string().starts_with("iterate `") && error.to_string().contains(word), "{error}");
        assert!(objects.next().await.is_none() && !objects.token().is_end(), "{error}");
    }
    let sent: Vec<_> =
        server.calls().into_iter().map(|call| call.path).filter(|path| !path.contains("/meta")).collect();
    assert_eq!(sent, Vec::<String>::new());
}

#[tokio::test]
async fn iterate_requests_can_be_cloned_and_used_twice() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 30).await;
    let request = articles.iterate().after(ids[9]).page_size(7);
    assert_eq!(rest(request.clone().stream()).await, ids[10..]);
    assert_eq!(rest(request.stream()).await, ids[10..]);
    let shown = format!("{:?}", articles.iterate().header("x-secret", "hunter2"));
    assert!(shown.contains("page_size: 100") && !shown.contains("hunter2"), "{shown}");
}

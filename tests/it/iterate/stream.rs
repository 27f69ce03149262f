//! `iterate` returns each object once, also when it is resumed or objects change.

use futures_core::Stream;
use weaviate::Client;
use weaviate::connect::Protocol;
use weaviate::iterate::ResumeToken;
use weaviate::prelude::*;
use weaviate::types::DateTime;
use weaviate_emulator::Emulator;

use super::{articles, rest, store, take};
use crate::support::faults::{Fault, FaultProxy};
use crate::support::time::settle;
use crate::support::{Article, PROTOCOLS, live_bed, live_bed_of};

/// Reads all, stops at random points, and goes on from what the token was as a text. The page size changes each time.
async fn cut_and_resumed(
    articles: &Collection<Article>,
    protocol: Protocol,
    pages: u32,
    seed: u64,
) -> (Vec<Uuid>, usize) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let (mut read, mut times) = (Vec::new(), 0);
    let mut saved = ResumeToken::start().to_string();
    while saved != "end" {
        let token: ResumeToken = saved.parse().unwrap();
        let all = articles.iterate().after(token).page_size(rng.u32(pages / 10..=pages)).prefetch(rng.bool());
        let mut objects = all.protocol(protocol).stream();
        let before = read.len();
        read.extend(take(&mut objects, rng.usize(0..pages as usize * 4)).await);
        saved = objects.token().to_string();
        if read.len() > before && saved != "end" {
            assert_eq!(saved, read[read.len() - 1].to_string(), "behind what was given out last");
        }
        times += 1;
    }
    (read, times)
}

#[tokio::test]
async fn iterate_resumed_anywhere_returns_100_000_objects_once() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 100_000).await;
    let (seen, cuts) = cut_and_resumed(&articles, Protocol::Grpc, 2_000, 7).await;
    assert!(seen == ids, "{} of {}", seen.len(), ids.len());
    assert!(cuts > 15, "{cuts}");
}

#[tokio::test]
async fn iterate_resumed_anywhere_returns_each_object_once_over_each_protocol() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 1_000).await;
    for (protocol, seed) in PROTOCOLS.into_iter().zip(1..) {
        let (seen, cuts) = cut_and_resumed(&articles, protocol, 40, seed).await;
        assert!(seen == ids, "{protocol}: {} of {}", seen.len(), ids.len());
        assert!(cuts > 8, "{protocol}: {cuts}");
        assert_eq!(rest(articles.iterate().protocol(protocol).stream()).await, ids);
    }
}

#[tokio::test]
async fn iterate_over_an_empty_collection_and_any_page_size() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 12).await;
    for protocol in PROTOCOLS {
        for size in [1, 11, 12, 13, 10_000] {
            assert_eq!(rest(articles.iterate().page_size(size).protocol(protocol).stream()).await, ids);
        }
        let last = *ids.last().unwrap();
        assert!(rest(articles.iterate().after(last).protocol(protocol).stream()).await.is_empty());
    }
    articles.data().delete_many(Filter::property("year").greater_or_equal(0)).await.unwrap();
    assert!(rest(articles.iterate().stream()).await.is_empty());
}

/// The object of the token may have been deleted, and pages become shorter as objects are deleted.
#[tokio::test]
async fn iterate_while_objects_are_deleted() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 100).await;
    let mut objects = articles.iterate().page_size(10).prefetch(false).stream();
    assert_eq!(take(&mut objects, 15).await, ids[..15]);
    for id in &ids[12..40] {
        articles.data().delete(*id).await.unwrap();
    }
    let token = objects.token();
    // The page that is there already, and then what is left.
    let mut expected = ids[15..20].to_vec();
    expected.extend_from_slice(&ids[40..]);
    assert_eq!(rest(objects).await, expected);
    assert_eq!(rest(articles.iterate().after(token).stream()).await, ids[40..]);
    // Stored again, they are returned to a stream that has not passed them.
    store(&articles, &ids).await;
    assert_eq!(rest(articles.iterate().after(token).stream()).await, ids[15..]);
}

/// A collection may leave out of pages what has expired, up to all of a page.
#[tokio::test]
async fn iterate_continues_after_a_page_of_expired_objects() {
    let bed = live_bed_of(Emulator::builder().object_ttl(true)).await;
    let config = CollectionConfig::new("Bread").property(Property::new("until", DataType::Date)).object_ttl(
        weaviate::schema::ObjectTtlConfig::new()
            .enabled(true)
            .delete_on("until")
            .default_ttl(0)
            .filter_expired_objects(true),
    );
    let breads = bed.fresh::<PropertyMap>(config).await;
    let ids = super::ids(200);
    let fresh = |index: usize| matches!(index, 3 | 4 | 90..95 | 180);
    let objects = ids.iter().enumerate().map(|(index, id)| {
        let until = if fresh(index) { "2999-01-01T00:00:00Z" } else { "1999-01-01T00:00:00Z" };
        NewObject::new(PropertyMap::from([("until", DateTime::parse(until).unwrap())])).id(*id)
    });
    breads.data().insert_many(objects).await.unwrap().into_result().unwrap();
    let expected: Vec<_> = ids.iter().enumerate().filter(|(index, _)| fresh(*index)).map(|(_, id)| *id).collect();
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        for size in [1, 7, 50, 1_000] {
            let mut objects = breads.iterate().page_size(size).protocol(protocol).stream();
            let mut seen = Vec::new();
            while let Some(bread) = objects.next().await {
                seen.push(bread.unwrap().id);
            }
            assert_eq!(seen, expected, "{protocol} {size}");
        }
    }
}

#[tokio::test]
async fn iterate_prefetch_reads_one_page_ahead() {
    let bed = live_bed().await;
    articles(&bed, 100).await;
    let proxy = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).connect().await.unwrap();
    let before = proxy.requests();
    let searches = || proxy.requests() - before;
    let articles = client.collection_of::<Article>("Article");
    let mut objects = articles.iterate().page_size(10).stream();
    assert_eq!(searches(), 0, "making a stream asks nothing");
    for (read, ahead) in [(1, 2), (9, 2), (1, 3), (9, 3), (10, 4)] {
        take(&mut objects, read).await;
        proxy.arrived(before + ahead).await;
        settle().await;
        assert_eq!(searches(), ahead);
    }
    drop(objects);
    settle().await;
    assert_eq!(searches(), 4);

    let mut objects = articles.iterate().page_size(10).prefetch(false).stream();
    for (read, pages) in [(1, 5), (9, 5), (1, 6), (9, 6)] {
        take(&mut objects, read).await;
        settle().await;
        assert_eq!(searches(), pages);
    }
}

#[tokio::test]
async fn dropping_an_iterate_stream_leaves_the_client_usable() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 50).await;
    for protocol in PROTOCOLS {
        for read in [0, 1, 5, 9, 10, 49] {
            let mut objects = articles.iterate().page_size(10).protocol(protocol).stream();
            assert_eq!(take(&mut objects, read).await, ids[..read]);
            drop(objects);
            assert_eq!(articles.query().fetch_objects().limit(1).await.unwrap()[0].id, ids[0]);
        }
    }
    // Also while a page is being fetched.
    let proxy =
        FaultProxy::grpc(bed.grpc_url(), |request| if request.nth == 1 { Fault::Hang } else { Fault::Pass }).await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).connect_lazy().unwrap();
    let articles = client.collection_of::<Article>("Article");
    let mut objects = articles.iterate().page_size(10).stream();
    assert_eq!(take(&mut objects, 10).await, ids[..10]);
    tokio::select! {
        biased;
        hit = objects.next() => panic!("{hit:?}"),
        () = proxy.arrived(2) => {}
    }
    assert_eq!(objects.token(), ids[9].into());
    let token = objects.token();
    drop(objects);
    assert_eq!(rest(articles.iterate().after(token).stream()).await, ids[10..]);
}

#[tokio::test]
async fn iterate_objects_implement_stream() {
    let bed = live_bed().await;
    let (articles, ids) = articles(&bed, 25).await;
    let mut objects = std::pin::pin!(articles.iterate().page_size(10).stream());
    let mut seen = Vec::new();
    while let Some(hit) = std::future::poll_fn(|context| objects.as_mut().poll_next(context)).await {
        seen.push(hit.unwrap().id);
    }
    assert_eq!(seen, ids);
    moves_freely(&articles.iterate().stream());
    moves_freely(&articles.iterate().tenants(["a"]).stream());
}

fn moves_freely<T: Send + Unpin + 'static>(_: &T) {}

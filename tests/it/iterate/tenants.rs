//! `iterate().tenants(..)`: the objects of several tenants at once.

use std::collections::BTreeMap;

use weaviate::iterate::{ResumeToken, TenantObjects};
use weaviate::prelude::*;
use weaviate::schema::MultiTenancyConfig;
use weaviate::{ErrorKind, Uuid};

use super::{ids, store};
use crate::support::faults::{Fault, FaultProxy};
use crate::support::time::settle;
use crate::support::{Article, Bed, PROTOCOLS, live_bed};

type Read = BTreeMap<String, Vec<Uuid>>;

/// A collection in which tenant number n has 7 n objects.
async fn nests(bed: &Bed, tenants: usize) -> (Collection<Article>, Read) {
    let config = CollectionConfig::new("Nest")
        .property(Property::new("title", DataType::Text))
        .property(Property::new("year", DataType::Int))
        .multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let nests = bed.fresh::<Article>(config).await;
    let mut all = Read::new();
    for number in 0..tenants {
        let name = format!("nest{number}");
        let ids = ids(7 * number);
        nests.tenants().create([name.as_str()]).await.unwrap().into_result().unwrap();
        store(&nests.tenant(&name), &ids).await;
        all.insert(name, ids);
    }
    (nests, all)
}

/// Up to so many, in the order in which they came.
async fn take(objects: &mut TenantObjects<Article>, count: usize) -> Vec<(String, Uuid)> {
    let mut all = Vec::new();
    while all.len() < count
        && let Some(hit) = objects.next().await
    {
        let hit = hit.unwrap();
        all.push((hit.tenant.to_string(), hit.id));
    }
    all
}

fn add(read: &mut Read, hits: Vec<(String, Uuid)>) {
    for (tenant, id) in hits {
        read.entry(tenant).or_default().push(id);
    }
}

fn without_empty(all: &Read) -> Read {
    all.iter().filter(|(_, ids)| !ids.is_empty()).map(|(name, ids)| (name.clone(), ids.clone())).collect()
}

#[tokio::test]
async fn iterate_tenants_returns_each_object_once() {
    let bed = live_bed().await;
    let (nests, all) = nests(&bed, 6).await;
    for (concurrency, protocol) in [1, 2, 4, 100].into_iter().zip(PROTOCOLS.into_iter().cycle()) {
        let each = nests.iterate().page_size(5).protocol(protocol);
        let mut objects = each.tenants(all.keys()).concurrency(concurrency).stream();
        let mut read = Read::new();
        add(&mut read, take(&mut objects, usize::MAX).await);
        assert_eq!(read, without_empty(&all), "{concurrency} at a time");
        assert!(objects.next().await.is_none());
        let tokens = objects.tokens();
        assert!(tokens.len() == 6 && tokens.values().all(ResumeToken::is_end), "{tokens:?}");
    }
    let mut twice = nests.iterate().tenants(["nest1", "nest1"]).stream();
    assert_eq!(take(&mut twice, usize::MAX).await.len(), 7);
    let mut none = nests.iterate().tenants(Vec::<String>::new()).stream();
    assert!(none.next().await.is_none() && none.tokens().is_empty());
}

#[tokio::test]
async fn iterate_tenants_reads_several_tenants_at_once() {
    let bed = live_bed().await;
    let (nests, all) = nests(&bed, 4).await;
    let mut objects = nests.iterate().page_size(5).tenants(all.keys().skip(1)).concurrency(2).stream();
    let names: Vec<String> = take(&mut objects, 14).await.into_iter().map(|(name, _)| name).collect();
    let of = |name: &str| names.iter().filter(|other| *other == name).count();
    // The third begins when the first is done, which is not before it had seven turns.
    assert!(of("nest2") >= 5 && of("nest1") >= 5 && of("nest3") <= 4, "{names:?}");
}

#[tokio::test]
async fn iterate_tenants_resumes_from_its_tokens() {
    let bed = live_bed().await;
    let (nests, all) = nests(&bed, 6).await;
    let mut rng = fastrand::Rng::with_seed(3);
    let mut read = Read::new();
    let mut saved = "{}".to_owned();
    let mut cuts = 0;
    loop {
        let tokens: BTreeMap<String, ResumeToken> = serde_json::from_str(&saved).unwrap();
        let request = nests.iterate().page_size(rng.u32(1..6)).tenants(all.keys());
        let mut objects = request.after(tokens).concurrency(rng.usize(1..4)).stream();
        let hits = take(&mut objects, rng.usize(1..30)).await;
        if hits.is_empty() {
            break;
        }
        add(&mut read, hits);
        saved = serde_json::to_string(&objects.tokens()).unwrap();
        cuts += 1;
    }
    assert!(cuts > 4, "{cuts}");
    assert_eq!(read, without_empty(&all));
}

/// A finished tenant is not queried again.
#[tokio::test]
async fn iterate_tenants_does_not_query_a_finished_tenant() {
    let bed = live_bed().await;
    let (_, all) = nests(&bed, 3).await;
    let proxy = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).connect_lazy().unwrap();
    let nests = client.collection_of::<Article>("Nest");
    let mut first = nests.iterate().tenants(["nest0", "nest1"]).stream();
    take(&mut first, usize::MAX).await;
    let before = proxy.requests();
    let mut again = nests.iterate().tenants(all.keys()).after(first.tokens()).stream();
    assert!(take(&mut again, usize::MAX).await.iter().all(|(tenant, _)| tenant == "nest2"));
    assert_eq!(proxy.requests() - before, 2, "a page and an empty one");
}

#[tokio::test]
async fn iterate_tenants_error_names_its_tenant_and_the_others_continue() {
    let bed = live_bed().await;
    let (nests, all) = nests(&bed, 4).await;
    let names = || ["nowhere"].into_iter().chain(all.keys().map(String::as_str));
    let mut objects = nests.iterate().page_size(5).tenants(names()).concurrency(2).stream();
    let (mut read, mut errors) = (Read::new(), Vec::new());
    while let Some(hit) = objects.next().await {
        match hit {
            Ok(hit) => add(&mut read, vec![(hit.tenant.to_string(), hit.id)]),
            Err(error) => errors.push(error),
        }
    }
    assert_eq!(read, without_empty(&all));
    let [error] = &errors[..] else { panic!("{errors:?}") };
    assert_eq!((error.kind(), error.tenant()), (ErrorKind::Tenant, Some("nowhere")));
    assert!(error.to_string().starts_with("iterate `Nest` of tenant `nowhere`: wrong tenant"), "{error}");
    // It is to be tried again, the others are not.
    let tokens = objects.tokens();
    assert_eq!(tokens["nowhere"], ResumeToken::start());
    assert_eq!(tokens.values().filter(|token| token.is_end()).count(), 4);

    let mut strict = nests.iterate().page_size(5).tenants(names()).concurrency(1).fail_fast(true).stream();
    assert!(strict.next().await.unwrap().is_err());
    assert!(strict.next().await.is_none());
    assert_eq!(strict.tokens(), BTreeMap::from([("nowhere".to_owned(), ResumeToken::start())]));
}

#[tokio::test]
async fn iterate_tenants_prefetches_one_page_per_tenant() {
    let bed = live_bed().await;
    let (_, all) = nests(&bed, 9).await;
    let proxy = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).connect().await.unwrap();
    let before = proxy.requests();
    let nests = client.collection_of::<Article>("Nest");
    let mut objects = nests.iterate().page_size(5).tenants(all.keys().rev()).concurrency(3).stream();
    objects.next().await.unwrap().unwrap();
    settle().await;
    let asked = proxy.requests() - before;
    assert!((3..=6).contains(&asked), "three tenants, two pages each: {asked}");
}

#[tokio::test]
async fn client_side_filter_sees_the_tenant() {
    let bed = live_bed().await;
    let (nests, all) = nests(&bed, 4).await;
    let objects = nests.iterate().tenants(all.keys()).stream();
    let mut objects = objects.client_side_filter(|hit| &*hit.tenant == "nest3" && hit.properties.year % 2 == 0);
    let hits = take(&mut objects, usize::MAX).await;
    assert_eq!(hits.len(), 11);
    assert!(hits.iter().all(|(tenant, _)| tenant == "nest3"));
}

#[tokio::test]
async fn iterate_tenants_refuses_invalid_arguments_before_sending() {
    let bed = live_bed().await;
    let (nests, _) = nests(&bed, 2).await;
    let tenants = ["nest1"];
    for (mut objects, field) in [
        (nests.iterate().tenants(tenants).concurrency(0).stream(), "concurrency"),
        (nests.iterate().tenants(["nest1", ""]).stream(), "tenants"),
        (nests.iterate().after(Uuid::nil()).tenants(tenants).stream(), "after"),
        (nests.iterate().page_size(0).tenants(tenants).stream(), "page_size"),
    ] {
        let error = objects.next().await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.field(), error.tenant()), (ErrorKind::Validation, Some(field), None));
        assert!(objects.next().await.is_none());
    }
}

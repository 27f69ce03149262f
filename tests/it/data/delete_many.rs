use serde_json::{Value, json};
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::types::DateTime;
use weaviate::{ErrorKind, Uuid};
use weaviate_emulator::Emulator;

use crate::support::faults::{Fault, FaultProxy, script};
use crate::support::{PROTOCOLS, article, bed, bed_of};

fn old() -> Filter {
    Filter::property("year").less_than(1900)
}

#[tokio::test]
async fn delete_many_deletes_matching_objects_only() {
    for protocol in PROTOCOLS {
        let bed = bed().await;
        let articles = bed.articles().await;
        let report = articles.data().insert_many((1895..1905).map(|year| article("x", year))).await.unwrap();
        let ids = report.into_result().unwrap();

        let dry = articles.data().delete_many(old()).dry_run(true).verbose(true).protocol(protocol).await.unwrap();
        assert_eq!((dry.matches, dry.successful, dry.failed, dry.objects.len()), (5, 5, 0, 5));
        assert_eq!(articles.query().fetch_objects().limit(20).await.unwrap().len(), 10);

        let quiet = articles.data().delete_many(Filter::property("year").equal(1895)).protocol(protocol).await.unwrap();
        assert_eq!((quiet.matches, quiet.successful, quiet.objects.len()), (1, 1, 0));

        let report = articles.data().delete_many(old()).verbose(true).protocol(protocol).await.unwrap();
        assert_eq!((report.matches, report.successful, report.failed), (4, 4, 0));
        let mut gone: Vec<_> = report.objects.iter().map(|object| object.id).collect();
        let mut expected = ids[1..5].to_vec();
        gone.sort();
        expected.sort();
        assert_eq!(gone, expected);
        assert!(report.objects.iter().all(|object| object.error.is_none()));
        let left = articles.query().fetch_objects().limit(20).await.unwrap();
        assert!(left.len() == 5 && left.iter().all(|hit| hit.properties.year >= 1900));

        let nothing = articles.data().delete_many(old()).protocol(protocol).await.unwrap();
        assert_eq!((nothing.matches, nothing.successful), (0, 0));
    }
}

/// The server deletes three objects per request.
#[tokio::test]
async fn delete_many_repeats_until_all_matches_are_deleted() {
    let bed = bed_of(Emulator::builder().query_maximum_results(3)).await;
    let articles = bed.articles().await;
    articles.data().insert_many((0..10).map(|year| article("x", year))).await.unwrap().into_result().unwrap();
    let proxy = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
    let some = client.collection("Article");
    let dry = some.data().delete_many(old()).dry_run(true).await.unwrap();
    assert_eq!((dry.matches, proxy.requests()), (10, 1));

    // The second request fails, and retries are off.
    proxy.set(|request| if request.nth == 2 { Fault::Unavailable { committed: true } } else { Fault::Pass });
    let error = some.data().delete_many(old()).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!((error.outcome(), error.operation(), proxy.requests()), (Outcome::Unknown, Some("delete many"), 3));
    // Even a refusal does not mean that nothing was done.
    proxy.set(|request| if request.nth == 4 { Fault::GrpcStatus(7, "no") } else { Fault::Pass });
    let error = some.data().delete_many(old()).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Permission, Outcome::Unknown));

    proxy.set(script([]));
    articles.data().insert_many((0..9).map(|year| article("x", year))).await.unwrap().into_result().unwrap();
    let report = some.data().delete_many(old()).verbose(true).await.unwrap();
    assert_eq!((report.matches, report.successful, report.objects.len()), (10, 10, 10));
    assert_eq!(some.data().delete_many(old()).await.unwrap().matches, 0);
}

#[tokio::test]
async fn delete_many_errors_name_their_cause() {
    let bed = bed().await;
    let articles = bed.articles().await;
    let error = articles.data().delete_many(Filter::property("year").equal(f64::NAN)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent));
    for protocol in PROTOCOLS {
        let nowhere = bed.client.collection("Nowhere");
        let error = nowhere.data().delete_many(old()).protocol(protocol).await.unwrap_err();
        assert_eq!((error.kind(), error.collection()), (ErrorKind::NotFound, Some("Nowhere")), "{protocol}");
        let unknown = Filter::property("nosuch").equal("x");
        let error = articles.data().delete_many(unknown).protocol(protocol).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::Refused), "{protocol}");
        assert!(error.to_string().contains("no such prop with name 'nosuch'"), "{error}");
    }
}

/// The same server, over REST.
#[tokio::test]
async fn delete_many_over_rest_repeats_until_all_matches_are_deleted() {
    let bed = bed_of(Emulator::builder().query_maximum_results(3)).await;
    let articles = bed.articles().await;
    articles.data().insert_many((0..10).map(|year| article("x", year))).await.unwrap().into_result().unwrap();
    let delete = || articles.data().delete_many(Filter::property("title").equal("x")).protocol(Protocol::Rest);
    let dry = delete().dry_run(true).verbose(true).await.unwrap();
    // As over gRPC, the objects of the first request.
    assert_eq!((dry.matches, dry.successful, dry.objects.len()), (10, 3, 3));
    let before = bed.requests().rest;
    let report = delete().verbose(true).await.unwrap();
    assert_eq!((report.matches, report.successful, report.objects.len()), (10, 10, 10));
    assert_eq!(bed.requests().rest - before, 4, "the title is a text, for which nothing has to be looked up");
}

/// A filter matches the same objects over each protocol.
#[tokio::test]
async fn delete_many_matches_the_same_over_each_protocol() {
    let client = &bed().await.client;
    finds_the_same(client).await;
    // Apart, because a server may index places in the background.
    let near = Filter::property("at").within_geo_range(GeoCoordinates::new(1.0, 2.0), 10.0);
    find(&client.collection("Book"), near, &[Uuid::from_u128(1)]).await;
}

/// Runs at `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`, if they are set. Deletes the collection Book.
#[tokio::test]
async fn delete_many_matches_the_same_on_a_real_server() {
    if std::env::var_os("WEAVIATE_URL").is_some() {
        let client = Client::from_env().unwrap().connect().await.unwrap();
        client.collections().delete("Book").await.unwrap();
        finds_the_same(&client).await;
    }
}

async fn finds_the_same(client: &Client) {
    let inverted = InvertedIndexConfig::new().index_null_state(true).index_property_length(true).index_timestamps(true);
    let config = CollectionConfig::new("Book")
        .inverted_index(inverted)
        .property(Property::new("title", DataType::Text).tokenization(Tokenization::Field))
        .property(Property::new("year", DataType::Int))
        .property(Property::new("prices", DataType::NumberArray))
        .property(Property::new("printed", DataType::Date))
        .property(Property::new("isbn", DataType::Uuid))
        .property(Property::new("sold", DataType::Boolean))
        .property(Property::new("at", DataType::GeoCoordinates))
        .property(Property::new("about", DataType::reference(["Book"])));
    let books = client.collections().create(config).await.unwrap();
    let books = client.collection_as::<Value>(books.name());
    let [first, second] = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let owl = json!({"title": "owl", "year": 1900, "prices": [1.5, 2.0], "printed": "2020-01-01T00:00:00Z",
        "isbn": first, "sold": true, "at": {"latitude": 1.0, "longitude": 2.0}});
    let other = json!({"title": "2020-01-01T00:00:00Z", "year": 2000, "prices": [3.0], "sold": false});
    for (id, book) in [(first, owl), (second, other)] {
        books.data().insert(book).id(id).await.unwrap();
    }
    books.data().reference_add(second, "about", first).await.unwrap();

    let p = Filter::property;
    let date = || DateTime::parse("2020-01-01T01:00:00+01:00").unwrap();
    for (filter, ids) in [
        (p("title").like("o*"), vec![first]),
        (p("title").equal("2020-01-01T00:00:00Z"), vec![second]),
        (p("title").contains_any(["owl", "hawk"]), vec![first]),
        (p("year").equal(1900.0), vec![first]),
        (p("year").contains_none([1900]), vec![second]),
        (p("prices").equal(2), vec![first]),
        (p("prices").contains_all([1.5, 2.0]), vec![first]),
        (p("printed").equal(date()), vec![first]),
        (p("printed").contains_any([date()]), vec![first]),
        (p("printed").is_null(true), vec![second]),
        (p("isbn").equal(first), vec![first]),
        (p("sold").not_equal(true), vec![second]),
        (Filter::id().contains_any([first, second]), vec![first, second]),
        (Filter::creation_time().greater_than(date()), vec![first, second]),
        (Filter::property_length("title").equal(3), vec![first]),
        (Filter::reference_count("about").equal(1), vec![second]),
        (Filter::reference("about").property("year").less_than(1950), vec![second]),
        (Filter::reference_to("about", "book").id().equal(first), vec![second]),
        (!(p("year").equal(1900) | p("year").equal(1901)) & p("sold").equal(false), vec![second]),
    ] {
        find(&books, filter, &ids).await;
    }
}

async fn find<P>(books: &Collection<P>, filter: Filter, ids: &[Uuid]) {
    for protocol in PROTOCOLS {
        let dry = books.data().delete_many(filter.clone()).dry_run(true).verbose(true).protocol(protocol);
        let report = dry.await.unwrap();
        let mut found: Vec<_> = report.objects.iter().map(|object| object.id).collect();
        found.sort();
        assert_eq!(found, ids, "{protocol}: {filter:?}");
        let counts = (report.matches, report.successful, report.failed);
        assert_eq!(counts, (ids.len() as u64, ids.len() as u64, 0), "{protocol}: {filter:?}");
    }
}

#[tokio::test]
async fn delete_many_deletes_only_in_its_tenant() {
    let bed = bed().await;
    let class = json!({"class": "Nest", "multiTenancyConfig": {"enabled": true}});
    bed.post("schema", &class).await;
    bed.post("schema/Nest/tenants", &json!([{"name": "a"}, {"name": "b"}])).await;
    let nests = bed.client.collection("Nest");
    let eggs = || Filter::property("eggs").greater_than(1);
    for protocol in PROTOCOLS {
        for tenant in ["a", "b"] {
            bed.post("objects", &json!({"class": "Nest", "tenant": tenant, "properties": {"eggs": 2}})).await;
        }
        let report = nests.tenant("a").data().delete_many(eggs()).protocol(protocol).await.unwrap();
        assert_eq!((report.matches, report.successful), (1, 1), "{protocol}");
        let error = nests.data().delete_many(eggs()).protocol(protocol).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tenant, "{protocol}");
    }
    let left = nests.tenant("b").query().fetch_objects().await.unwrap();
    assert_eq!(left.len(), 3);
}

/// An older server would not understand the filter, and delete something else.
#[tokio::test]
async fn delete_many_refuses_a_filter_the_server_would_misread() {
    for (version, deleted) in [("1.32.0", None), ("1.39.0", Some(1))] {
        let bed = bed_of(Emulator::builder().version(version)).await;
        let articles = bed.articles().await;
        articles.data().insert_many([article("x", 1), article("y", 2)]).await.unwrap().into_result().unwrap();
        let not = !Filter::property("year").equal(1);
        let result = articles.data().delete_many(not).await;
        if let Err(error) = &result {
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent), "{version}");
        }
        assert_eq!(result.ok().map(|report| report.successful), deleted, "{version}");
        let left = articles.query().fetch_objects().await.unwrap();
        assert_eq!(left.len(), if deleted.is_some() { 1 } else { 2 });
    }
}

//! A table of all public calls, and tests that run on each of them. `tidy.rs` checks that the table is complete.

use std::fmt::Write as _;
use std::pin::Pin;
use std::time::Duration;

use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate::query::QueryVectors;
use weaviate::schema::{CollectionUpdate, PropertyIndex, ShardStatus};
use weaviate::server::Feature;
use weaviate::{Error, Uuid};

use crate::support::broken_ports::BlackHole;
use crate::support::time::{SOON, timeouts};

/// Every call can be awaited on another thread.
type Running = Pin<Box<dyn Future<Output = Option<Error>> + Send>>;

pub(crate) struct PublicCall {
    /// `Type::method`, or the type of a request that is awaited.
    pub(crate) name: &'static str,
    /// Runs the call and returns its error.
    pub(crate) run: fn(Client) -> Running,
}

/// Calls that are tested elsewhere, with the module of the test.
pub(crate) const ELSEWHERE: &[(&str, &str)] = &[
    ("ClientBuilder::connect", "connect::connect_errors"),
    ("EmbeddedBuilder::connect", "embedded"),
    ("Client::close", "embedded"),
    ("Client::access_token", "auth::current_token"),
    ("Blob::read", "query::media"),
    ("Blob::from_reader", "query::media"),
    ("Embed::object", "embed"),
    // A batch waits longer than a call: its own tests hold it to its end.
    ("Batch::add", "batch::collection_batch"),
    ("Batch::add_reference", "batch::collection_batch"),
    ("Batch::add_tracked", "batch::collection_batch"),
    ("Batch::extend", "batch::collection_batch"),
    ("Batch::extend_from", "batch::collection_batch"),
    ("Batch::finish", "batch::collection_batch"),
    ("Batch::flush", "batch::collection_batch"),
    ("BatchBuilder::import", "batch::collection_batch"),
    ("BatchBuilder::import_from", "batch::collection_batch"),
    ("BatchBuilder::start", "batch::collection_batch"),
    ("BatchLane::add", "batch::client_batch"),
    ("BatchLane::add_reference", "batch::client_batch"),
    ("BatchLane::add_tracked", "batch::client_batch"),
    ("BatchLane::extend", "batch::client_batch"),
    ("BatchLane::extend_from", "batch::client_batch"),
    ("BatchReport::verify", "batch::collection_batch"),
    ("ClientBatch::finish", "batch::client_batch"),
    ("ClientBatch::flush", "batch::client_batch"),
];

macro_rules! calls {
    ($($name:literal => |$client:ident| $call:expr;)+) => {
        vec![$(PublicCall { name: $name, run: |$client| Box::pin(async move { $call.err() }) },)+]
    };
}

#[expect(clippy::too_many_lines, reason = "a table is as long as what it lists")]
pub(crate) fn all() -> Vec<PublicCall> {
    let mut all = calls! {
        "Client::is_live" => |client| client.is_live().await;
        "Client::is_ready" => |client| client.is_ready().await;
        "Wait" => |client| client.wait_until_ready(SOON).await;
        "Client::meta" => |client| client.meta().await;
        "Client::supports" => |client| client.supports(Feature::Boost).await;
        "Collections::create" => |client| client.collections().create(CollectionConfig::new("Owl")).await;
        "Collections::create_of" => |client| client.collections().create_of::<PropertyMap>(CollectionConfig::new("Owl")).await;
        "Collections::ensure" => |client| client.collections().ensure(CollectionConfig::new("Owl")).await;
        "Collections::ensure_of" => |client| client.collections().ensure_of::<PropertyMap>(CollectionConfig::new("Owl")).await;
        "Collections::delete" => |client| client.collections().delete("Owl").await;
        "Collections::exists" => |client| client.collections().exists("Owl").await;
        "Collections::list" => |client| client.collections().list().await;
        "Collections::delete_all" => |client| client.collections().delete_all().await;
        "Collection::check" => |client| client.collection("Owl").check().await;
        "Wait" => |client| client.collection("Owl").wait_until_indexed(SOON).await;
        "Wait" => |client| client.collection("Owl").tenant("a").wait_until_indexed(SOON).await;
        "States::next" => |client| {
            client.collection("Owl").wait_until_indexed(SOON).stream().next().await.transpose()
        };
        "Aggregate" => |client| client.collection("Owl").aggregate().await;
        "Count" => |client| client.collection("Owl").count().await;
        "Config::get" => |client| client.collection("Owl").config().get().await;
        "Config::update" => |client| {
            client.collection("Owl").config().update(CollectionUpdate::new().description("Birds")).await
        };
        "Config::apply" => |client| {
            // Boxed: the future of the call alone is measured.
            let plan = Box::new({
                let config = CollectionConfig::new("Owl");
                config.plan(&config.clone().description("Birds"))
            });
            client.collection("Owl").config().apply(&plan).await
        };
        "Config::add_property" => |client| {
            client.collection("Owl").config().add_property(Property::new("title", DataType::Text)).await
        };
        "Config::add_vector" => |client| {
            client.collection("Owl").config().add_vector(VectorConfig::self_provided()).await
        };
        "Config::drop_property_index" => |client| {
            client.collection("Owl").config().drop_property_index("title", PropertyIndex::Searchable).await
        };
        "Config::drop_vector_index" => |client| client.collection("Owl").config().drop_vector_index("v").await;
        "Config::property_indexes" => |client| client.collection("Owl").config().property_indexes().await;
        "Config::cancel_property_index" => |client| {
            client.collection("Owl").config().cancel_property_index("title", PropertyIndex::Searchable).await
        };
        "Config::shards" => |client| client.collection("Owl").config().shards().await;
        "Config::update_shards" => |client| {
            client.collection("Owl").config().update_shards(["a"], ShardStatus::ReadOnly).await
        };
        "UpsertPropertyIndex" => |client| {
            client.collection("Owl").config().upsert_property_index("title", PropertyIndex::Searchable).await
        };
        "RebuildPropertyIndex" => |client| {
            client.collection("Owl").config().rebuild_property_index("title", PropertyIndex::Searchable).await
        };
        "ChangeTenants" => |client| client.collection("Owl").tenants().create(["a"]).await;
        "ChangeTenants" => |client| client.collection("Owl").tenants().update([("a", TenantStatus::Active)]).await;
        "ChangeTenants" => |client| client.collection("Owl").tenants().delete(["a"]).await;
        "GetTenant" => |client| client.collection("Owl").tenants().get("a").await;
        "TenantExists" => |client| client.collection("Owl").tenants().exists("a").await;
        "ListTenants" => |client| client.collection("Owl").tenants().list().await;
        "ListTenants" => |client| client.collection("Owl").tenants().list().names(["a"]).protocol(Protocol::GrpcWeb).await;
        "ListTenants" => |client| client.collection("Owl").tenants().list().protocol(Protocol::Rest).await;
        "Wait" => |client| {
            client.collection("Owl").tenants().wait_for_status(["a", "b"], TenantStatus::Active, SOON).await
        };
        "Query" => |client| client.collection("Owl").query().fetch_objects().await;
        "Query" => |client| client.collection("Owl").query().near_vector([1.0, 0.0]).await;
        "Query" => |client| client.collection("Owl").query().near_vector(vec![vec![1.0, 0.0]]).await;
        "Query" => |client| client.collection("Owl").query().near_object(Uuid::nil()).await;
        "Query" => |client| client.collection("Owl").query().near_vectors(QueryVectors::sum([("a", [1.0, 0.0])])).await;
        "Query" => |client| client.collection("Owl").query().near_text("owl").await;
        "Query" => |client| client.collection("Owl").query().near_image(vec![1]).await;
        "Query" => |client| client.collection("Owl").query().fetch_by_id(Uuid::nil()).await;
        "Query" => |client| client.collection("Owl").query().fetch_by_ids([Uuid::nil()]).await;
        "Query" => |client| client.collection("Owl").query().bm25("owl").await;
        "Query" => |client| client.collection("Owl").query().hybrid("owl").await;
        "Query" => |client| client.collection("Owl").query().bm25("owl").group_by(GroupBy::new("kind")).await;
        "Query" => |client| client.collection("Owl").query().bm25("owl").protocol(Protocol::GrpcWeb).await;
        "Objects::next" => |client| client.collection("Owl").iterate().stream().next().await.transpose();
        "Objects::next" => |client| {
            let mut objects = client.collection("Owl").iterate().protocol(Protocol::Rest).stream();
            objects.next().await.transpose()
        };
        "TenantObjects::next" => |client| {
            client.collection("Owl").iterate().tenants(["north", "south"]).stream().next().await.transpose()
        };
        "Insert" => |client| client.collection("Owl").data().insert(PropertyMap::new()).await;
        "Get" => |client| client.collection("Owl").data().get(Uuid::nil()).await;
        "Exists" => |client| client.collection("Owl").data().exists(Uuid::nil()).await;
        "Validate" => |client| client.collection("Owl").data().validate(PropertyMap::new()).await;
        "ChangeReferences" => |client| client.collection("Owl").data().reference_add(Uuid::nil(), "nest", Uuid::nil()).await;
        "ChangeReferences" => |client| {
            client.collection("Owl").data().reference_replace(Uuid::nil(), "nest", [Uuid::nil()]).await
        };
        "ChangeReferences" => |client| {
            client.collection("Owl").data().reference_delete(Uuid::nil(), "nest", Uuid::nil()).await
        };
        "AddReferences" => |client| {
            let reference = weaviate::data::NewReference::new(Uuid::nil(), "nest", Uuid::nil());
            client.collection("Owl").data().reference_add_many([reference]).await
        };
        "Replace" => |client| client.collection("Owl").data().replace(Uuid::nil(), PropertyMap::new()).await;
        "Merge" => |client| client.collection("Owl").data().merge(Uuid::nil(), PropertyMap::new()).await;
        "Delete" => |client| client.collection("Owl").data().delete(Uuid::nil()).await;
        "DeleteMany" => |client| client.collection("Owl").data().delete_many(Filter::property("year").equal(1)).await;
        "DeleteMany" => |client| {
            let many = client.collection("Owl").data().delete_many(Filter::property("year").equal(1));
            many.protocol(Protocol::GrpcWeb).await
        };
        "InsertMany" => |client| client.collection("Owl").data().insert_many([PropertyMap::new()]).await;
        "InsertMany" => |client| client.collection("Owl").data().insert_many([PropertyMap::new()]).protocol(Protocol::Rest).await;
    };
    all.push(PublicCall {
        name: "Client::diagnose",
        run: |client| {
            Box::pin(async move {
                let diagnosis = client.diagnose().await;
                assert!(!diagnosis.to_string().contains("hunter2"), "{diagnosis}");
                None
            })
        },
    });
    all
}

/// Largest future of a public call, in bytes. Each layer of an application that awaits a call has its future inside, moves it
/// as a whole, and needs stack for it.
const LARGEST_FUTURE: usize = 2_048;

#[tokio::test]
async fn the_future_of_every_call_is_small() {
    let client = Client::custom("http://127.0.0.1:1").grpc("http://127.0.0.1:1").connect_lazy().unwrap();
    let mut sizes: Vec<_> =
        all().into_iter().map(|call| (size_of_val(&*(call.run)(client.clone())), call.name)).collect();
    sizes.push((size_of_val(&Client::local().connect()), "ClientBuilder::connect"));
    #[cfg(feature = "embedded")]
    sizes.extend([
        (size_of_val(&Client::embedded().connect()), "EmbeddedBuilder::connect"),
        (size_of_val(&client.close()), "Client::close"),
    ]);
    sizes.sort_unstable();
    for (size, name) in sizes.iter().rev() {
        println!("{size:>5} {name}");
    }
    let large: Vec<_> = sizes.iter().filter(|(size, _)| *size > LARGEST_FUTURE).collect();
    assert!(large.is_empty(), "{large:?}");
}

/// Timers and connections of tokio panic outside of a runtime.
#[test]
fn every_call_outside_of_a_runtime_is_an_error_and_not_a_panic() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for protocol in [Protocol::Auto, Protocol::Rest] {
        let builder = Client::custom("http://127.0.0.1:1").grpc("http://127.0.0.1:1").protocol(protocol);
        let client = runtime.block_on(async { builder.connect_lazy().unwrap() });
        for PublicCall { name, run } in all() {
            let mut call = run(client.clone());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            let std::task::Poll::Ready(error) = call.as_mut().poll(&mut context) else { panic!("{name} waits") };
            // A diagnosis has a finding instead.
            if name != "Client::diagnose" {
                let error = error.unwrap_or_else(|| panic!("{name} succeeds"));
                assert_eq!(error.kind(), ErrorKind::Configuration, "{name}: {error}");
            }
        }
    }
}

/// The paused clock moves only while everything waits, so the test measures waiting alone.
#[tokio::test(start_paused = true)]
async fn every_call_times_out_against_a_silent_server() {
    let silent = BlackHole::start().await;
    for PublicCall { name, run } in all() {
        let client = Client::custom(silent.url()).grpc(silent.url()).timeouts(timeouts()).connect_lazy().unwrap();
        let start = tokio::time::Instant::now();
        let error = run(client).await;
        let took = start.elapsed();
        // A diagnosis looks at each layer in turn.
        let bound = if name == "Client::diagnose" { SOON * 6 } else { SOON };
        assert!(took <= bound * 11 / 10, "{name}: {took:?}");
        assert!(took >= SOON / 2, "{name}: {took:?} is no waiting");
        match error {
            None => assert_eq!(name, "Client::diagnose"),
            Some(error) => {
                assert!(error.is_timeout(), "{name}: {error:?}");
                assert!(error.to_string().contains("within"), "{name}: {error}");
            }
        }
    }
}

/// Runs against a closed port, a server that refuses the key, and a silent server.
#[tokio::test(start_paused = true)]
async fn no_error_or_debug_output_of_a_call_shows_a_secret() {
    let silent = BlackHole::start().await;
    let strict = weaviate_emulator::Emulator::builder().anonymous_access(false).api_key("other", "jane");
    let strict = strict.start().await.unwrap();
    let closed = crate::support::broken_ports::ClosedPort::new();
    for (rest, grpc) in
        [(silent.url(), silent.url()), (strict.rest_url(), strict.grpc_url()), (closed.url(), closed.url())]
    {
        for PublicCall { name, run } in all() {
            let short = Duration::from_millis(50);
            let client = Client::custom(&rest)
                .grpc(&grpc)
                .timeouts(timeouts().init(short).query(short).insert(short))
                .api_key("hunter2-key")
                .header("x-secret", "hunter2-header")
                .integrations(weaviate::connect::Integrations::new().openai_api_key("hunter2-openai"))
                .connect_lazy()
                .unwrap();
            let mut shown = format!("{client:?} {client:#?}");
            let error = run(client).await;
            let mut next: Option<&dyn std::error::Error> = error.as_ref().map(|error| error as _);
            while let Some(error) = next {
                let _ = write!(shown, "{error} {error:?} {error:#?}");
                next = error.source();
            }
            assert!(!shown.contains("hunter2"), "{name}: {shown}");
        }
    }
}

/// Drops each call after 0 to 23 polls.
#[tokio::test]
async fn dropping_any_call_at_any_point_leaves_the_client_usable() {
    let emulator = crate::connect::emulator().await;
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    for polls in 0..24 {
        for PublicCall { name, run } in all() {
            abandon(run(client.clone()), polls).await;
            abandon(Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect(), polls).await;
            // The call may have deleted the collection.
            let fine = client.collection("Article").query().fetch_objects().await;
            assert!(fine.as_ref().err().is_none_or(Error::is_not_found), "after {name} was dropped: {fine:?}");
        }
        client.meta().await.unwrap();
    }
}

/// Polls the future the given number of times and drops it.
async fn abandon<T>(future: impl Future<Output = T>, polls: usize) {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        future.as_mut().poll(context).map(drop)
    })
    .await;
}

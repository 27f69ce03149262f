//! Mistakes of the caller: each is `Validation` or `NotFound` (or `Tenant`), by whatever call and over whatever protocol
//! it is found.

mod objects;
mod searches;
mod settings;

use std::pin::Pin;

use weaviate::Uuid;
use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::support::time::until;
use crate::support::{Bed, GRPC_PROTOCOLS, PROTOCOLS, live_bed};

/// What a caller learns from an error, of a call or of one item of an import.
#[derive(Debug)]
struct Mistake {
    kind: ErrorKind,
    outcome: Outcome,
    text: String,
}

impl From<&weaviate::Error> for Mistake {
    fn from(error: &weaviate::Error) -> Self {
        Self { kind: error.kind(), outcome: error.outcome(), text: error.to_string() }
    }
}

impl From<weaviate::Error> for Mistake {
    fn from(error: weaviate::Error) -> Self {
        Self::from(&error)
    }
}

type Running = Pin<Box<dyn Future<Output = Result<(), Mistake>>>>;

struct Row {
    /// The emulator does not check this.
    live_only: bool,
    kind: ErrorKind,
    outcome: Outcome,
    protocols: &'static [Protocol],
    mistake: &'static str,
    call: &'static str,
    run: fn(At, Protocol) -> Running,
}

/// Calls that have one protocol.
const REST: &[Protocol] = &[Protocol::Rest];
/// What happens once.
const ONE: &[Protocol] = &[Protocol::Grpc];
/// Searches.
const GRPC: &[Protocol] = &GRPC_PROTOCOLS;
/// Imports, deletions by filter, lists.
const ALL: &[Protocol] = &PROTOCOLS;

macro_rules! rows {
    ($($where:ident $kind:ident $outcome:ident $protocols:ident $mistake:literal
        { $($call:literal => |$at:ident, $protocol:pat_param| $run:expr;)+ })+) => {
        vec![$($(crate::mistakes::Row {
            live_only: stringify!($where) == "live",
            kind: weaviate::ErrorKind::$kind,
            outcome: weaviate::error::Outcome::$outcome,
            protocols: crate::mistakes::$protocols,
            mistake: $mistake,
            call: $call,
            run: |$at, $protocol| {
                Box::pin(async move { $run.await.map(drop).map_err(crate::mistakes::Mistake::from) })
            },
        },)+)+]
    };
}

use rows;

const STORED: Uuid = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);
const MISSING: Uuid = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0002);

/// The collections that the calls go to.
#[derive(Clone)]
struct At {
    client: Client,
    /// One vector, `default`, of three numbers, and a property of each kind.
    articles: Collection,
    /// Two vectors and two references: `about` leads to articles, `by` to articles or to plain objects.
    books: Collection,
    /// With the tenants `on` and `off`; the latter is inactive.
    orders: Collection,
    plain: Collection,
    /// Empty, with a vector `a`.
    rooms: Collection,
    missing: Collection,
}

fn text(name: &str) -> Property {
    Property::new(name, DataType::Text)
}

impl At {
    async fn new(bed: &Bed) -> Self {
        let property = Property::new;
        let config = CollectionConfig::new("Article")
            .property(text("title"))
            .property(property("year", DataType::Int))
            .property(property("born", DataType::Date))
            .property(property("code", DataType::Uuid))
            .property(property("at", DataType::GeoCoordinates))
            .property(text("hidden").index_filterable(false).index_searchable(false))
            .property(property(
                "author",
                DataType::object([text("name"), property("home", DataType::object([text("city")]))]),
            ))
            .vector(VectorConfig::self_provided());
        let articles: Collection = bed.fresh(config).await;
        let plain = bed.fresh(CollectionConfig::new("Plain").property(text("title"))).await;
        let vector = |name: &str| VectorConfig::self_provided().name(name);
        let config = CollectionConfig::new("Book")
            .property(text("title"))
            .property(property("about", DataType::reference(["Article"])))
            .property(property("by", DataType::reference(["Article", "Plain"])))
            .vector(vector("a"))
            .vector(vector("b"));
        let books = bed.fresh(config).await;
        let config = CollectionConfig::new("TenantsOrder")
            .property(text("title"))
            .vector(VectorConfig::self_provided())
            .multi_tenancy(MultiTenancyConfig::new().enabled(true));
        let orders: Collection = bed.fresh(config).await;
        let tenants = [("on", TenantStatus::Active), ("off", TenantStatus::Inactive)];
        orders.tenants().create(tenants).await.unwrap().into_result().unwrap();
        bed.client.collections().delete("Shelf").await.unwrap();
        let rooms = bed.fresh(CollectionConfig::new("Room").vector(vector("a"))).await;
        let client = bed.client.clone();
        let at = Self { client, articles, books, orders, plain, rooms, missing: bed.client.collection("Shelf") };
        at.seed().await;
        at
    }

    /// Stores one article and one book, and waits until the vectors are indexed.
    async fn seed(&self) {
        let home = PropertyMap::from([("home", PropertyMap::from([("city", "Oslo")]))]);
        let article = NewObject::new(PropertyMap::from([("author", home)])).id(STORED).vector([1.0, 0.0, 0.0]);
        self.articles.data().insert(article).await.unwrap();
        let book = NewObject::new(PropertyMap::from([("title", "Owls")])).id(STORED).reference("about", STORED);
        self.books.data().insert(book.named_vector("a", [1.0, 0.0]).named_vector("b", [1.0])).await.unwrap();
        let articles = || self.articles.query().near_vector([1.0, 0.0, 0.0]);
        let books = || self.books.query().near_vector([1.0, 0.0]).target("a");
        until("the vectors are indexed", async || {
            articles().await.unwrap().len() == 1 && books().await.unwrap().len() == 1
        })
        .await;
    }
}

/// The error of the only object of an import.
async fn imported(collection: &Collection, object: NewObject<PropertyMap>, protocol: Protocol) -> Result<(), Mistake> {
    let report = collection.data().insert_many([object]).protocol(protocol).await?;
    report.errors().first().map_or(Ok(()), |error| Err(error.error().into()))
}

/// Runs all rows and lists those that end otherwise than they should.
#[expect(clippy::print_stdout, reason = "the size of the table is for people")]
async fn check(rows: Vec<Row>) {
    let bed = live_bed().await;
    let at = At::new(&bed).await;
    let (mut ran, mut skipped, mut wrong) = (0, 0, Vec::new());
    for Row { live_only, kind, outcome, protocols, mistake, call, run } in rows {
        for protocol in protocols {
            if live_only && !bed.is_live() {
                skipped += 1;
                continue;
            }
            ran += 1;
            let found = match run(at.clone(), *protocol).await {
                Err(Mistake { kind: found, outcome: ended, .. }) if (found, ended) == (kind, outcome) => continue,
                Err(Mistake { kind, outcome, text }) => format!("{kind:?} {outcome:?} ({text})"),
                Ok(()) => "no error".to_owned(),
            };
            wrong.push(format!("{mistake}: {call} over {protocol:?}: not {kind:?} {outcome:?}, but {found}"));
        }
    }
    println!("{ran} mistakes × calls × protocols, {skipped} more at a real server");
    assert!(wrong.is_empty(), "{} of {ran}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran >= 40, "{ran}");
}

#[tokio::test]
async fn a_mistake_in_an_object_is_a_validation_error() {
    check(objects::rows()).await;
}

#[tokio::test]
async fn a_mistake_in_a_search_is_a_validation_error() {
    check(searches::rows()).await;
}

#[tokio::test]
async fn a_mistake_in_a_place_or_a_setting_is_an_error_that_says_so() {
    check(settings::rows()).await;
}

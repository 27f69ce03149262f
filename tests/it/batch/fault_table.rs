//! Every mode through every fault, with exact accounting: nothing is lost, nothing is stored twice, and nothing is said
//! to be stored that is not. `make faults` runs it with 10,000 objects over all protocols and prints the table.

#![allow(clippy::print_stdout, reason = "the table is what `make faults` prints")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use weaviate::Uuid;
use weaviate::auth::AccessToken;
use weaviate::batch::{BatchFailure, BatchMode, BatchReport, RateLimit};
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate_emulator::{Emulator, Fault, FaultKind};

use super::{id, numbered};
use crate::support::{Article, PROTOCOLS, article_config};

/// The modes, for that many objects. The limit lets a fifth of them pass each second.
fn modes(objects: u128) -> [(&'static str, BatchMode); 3] {
    [
        ("fixed", BatchMode::Fixed { size: 50, concurrency: 4 }),
        ("dynamic", BatchMode::Dynamic),
        ("rate-limited", BatchMode::RateLimited(RateLimit::objects_per_minute(12 * u64::try_from(objects).unwrap()))),
    ]
}

/// A fault, and what becomes of the objects.
struct Case {
    name: &'static str,
    faults: fn() -> Vec<Fault>,
    restarts: bool,
    expected: Expected,
}

#[derive(Clone, Copy, PartialEq)]
enum Expected {
    AllStored,
    /// Each tenth is refused.
    TenthsFail,
    /// The objects of some messages are refused.
    SomeFail,
    /// The objects of some messages may not be stored, and the server does not say of which.
    SomeUnknown,
}

/// Restricts a fault to imports, over any protocol.
fn of_imports(fault: Fault) -> Fault {
    fault.on_rpc("BatchObjects").on_path("/v1/batch/objects")
}

fn is_tenth(id: Uuid) -> bool {
    id.as_u128() % 10 == 3
}

static CASES: [Case; 10] = [
    Case {
        name: "UNAVAILABLE before the commit",
        faults: || vec![of_imports(Fault::unavailable()).every(2).times(3)],
        restarts: false,
        expected: Expected::AllStored,
    },
    Case {
        name: "UNAVAILABLE after the commit",
        faults: || vec![of_imports(Fault::unavailable().after_commit()).every(2).times(3)],
        restarts: false,
        expected: Expected::AllStored,
    },
    Case {
        name: "reset in the middle of a reply",
        faults: || vec![of_imports(Fault::reset().mid_reply()).every(2).times(3)],
        restarts: false,
        expected: Expected::AllStored,
    },
    Case {
        name: "deadline",
        faults: || vec![of_imports(Fault::hang()).every(2).times(2)],
        restarts: false,
        expected: Expected::AllStored,
    },
    Case { name: "restart", faults: Vec::new, restarts: true, expected: Expected::AllStored },
    Case {
        name: "errors of single objects",
        faults: || {
            vec![of_imports(Fault::object_errors(|object| {
                is_tenth(object.id()).then(|| "no such prop with name 'x' found in class 'Article'".to_owned())
            }))]
        },
        restarts: false,
        expected: Expected::TenthsFail,
    },
    Case {
        name: "read-only",
        faults: || vec![of_imports(Fault::read_only()).every(2).times(2)],
        restarts: false,
        expected: Expected::SomeFail,
    },
    Case {
        name: "read-only, and the server names one",
        faults: || vec![of_imports(Fault::read_only().first_object_only()).every(2).times(2)],
        restarts: false,
        expected: Expected::SomeUnknown,
    },
    Case {
        name: "rate limit",
        faults: || vec![of_imports(Fault::rate_limited()).every(2).times(3)],
        restarts: false,
        expected: Expected::AllStored,
    },
    Case {
        name: "expired token",
        // Once, since the renewed token is good.
        faults: || vec![of_imports(Fault::unauthenticated()).nth(1)],
        restarts: false,
        expected: Expected::AllStored,
    },
];

const AT_ONCE: usize = 15;

/// What a run has shown.
struct Run {
    report: BatchReport<Article>,
    stored: BTreeSet<Uuid>,
    suffered: usize,
    took: Duration,
}

/// A token that is new each time it is asked for.
fn client(emulator: &Emulator, protocol: Protocol) -> Client {
    let issued = AtomicUsize::new(0);
    let provider = move || {
        let token = if issued.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) { "good" } else { "as good" };
        async move { Ok(AccessToken::new(token)) }
    };
    let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).token_provider(provider);
    builder.protocol(protocol).connect_lazy().unwrap()
}

async fn run(case: &'static Case, mode: BatchMode, protocol: Protocol, objects: u128) -> Run {
    let builder = Emulator::builder().anonymous_access(false).api_key("good", "ann").api_key("as good", "ann");
    let emulator = builder.start().await.unwrap();
    let client = client(&emulator, protocol);
    let articles: Collection<Article> = client.collections().create_of(article_config()).await.unwrap();
    let faults = emulator.faults();
    for fault in (case.faults)() {
        faults.add(fault).unwrap();
    }
    let start = Instant::now();
    let policy = RetryPolicy::default().max_attempts(20).backoff(Duration::from_millis(20), Duration::from_millis(500));
    let hangs = (case.faults)().iter().any(|fault| fault.kind() == FaultKind::Hang);
    let timeout = Duration::from_secs(if hangs { 2 } else { 60 });
    let batch = articles.batch().mode(mode).retry(policy).timeout(timeout).keep_failures(usize::MAX);
    let batch = batch.collect_failures().start().await.unwrap();
    let import = async {
        for number in 0..objects {
            batch.add(numbered(number)).await.unwrap();
        }
        batch.finish().await.unwrap()
    };
    let restart = async {
        if case.restarts {
            // In the middle: the schema is there, and some messages.
            faults.arrived(3).await;
            faults.restart(Duration::from_millis(300)).await.unwrap();
        }
    };
    let (report, ()) = tokio::join!(import, restart);
    let suffered = faults.log().iter().filter(|request| request.fault.is_some()).count();
    let stored = emulator.object_ids("Article").into_iter().collect();
    assert_eq!(
        emulator.object_count("Article"),
        usize::try_from(report.objects().stored).unwrap() + unknown_and_stored(&report, &stored)
    );
    Run { report, stored, suffered, took: start.elapsed() }
}

fn unknown_and_stored(report: &BatchReport<Article>, stored: &BTreeSet<Uuid>) -> usize {
    let unknown = report.failures().iter().filter(|failure| failure.outcome() == Outcome::Unknown);
    unknown.filter(|failure| stored.contains(&failure.id())).count()
}

/// Holds the report to what is stored.
fn check(case: &Case, objects: u128, Run { report, stored, suffered, .. }: &Run) {
    let counts = report.objects();
    assert_eq!((counts.total(), counts.undecided()), (u64::try_from(objects).unwrap(), 0));
    let ids = |unknown: bool| -> BTreeSet<Uuid> {
        let of = report.failures().iter().filter(|failure| (failure.outcome() == Outcome::Unknown) == unknown);
        of.map(BatchFailure::id).collect()
    };
    let (failed, unknown) = (ids(false), ids(true));
    assert_eq!((failed.len() as u64, unknown.len() as u64), (counts.failed, counts.unknown));
    for number in 0..objects {
        let id = id(number);
        match (failed.contains(&id), unknown.contains(&id)) {
            (false, false) => assert!(stored.contains(&id), "said to be stored, and is not"),
            (true, false) => assert!(!stored.contains(&id), "said to have failed, and is stored"),
            _ => {}
        }
    }
    assert!(stored.len() as u128 <= objects);
    assert!(*suffered > 0 || case.restarts, "no request suffered the fault");
    match case.expected {
        Expected::AllStored => {
            assert_eq!(counts.stored, u64::try_from(objects).unwrap(), "{counts:?}, {:?}", report.failures().first());
        }
        Expected::TenthsFail => {
            assert_eq!(failed, (0..objects).map(id).filter(|id| is_tenth(*id)).collect());
            assert!(unknown.is_empty());
        }
        Expected::SomeFail => assert!(counts.failed > 0 && counts.unknown == 0 && counts.stored > 0),
        Expected::SomeUnknown => assert!(counts.failed > 0 && counts.unknown > 0 && counts.stored > 0),
    }
}

async fn table(objects: u128, protocols: &[Protocol]) -> String {
    let mut table = format!(
        "{objects} objects each\n{:<34} {:<13} {:<9} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7}\n",
        "fault", "mode", "protocol", "stored", "failed", "unknown", "retries", "suffered", "seconds"
    );
    // Several at once: most of the time they wait.
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = Vec::new();
    for case in &CASES {
        for (mode_name, mode) in modes(objects) {
            for &protocol in protocols {
                running.push((
                    case,
                    mode_name,
                    protocol,
                    tokio::spawn({
                        let at_once = Arc::clone(&at_once);
                        async move {
                            let _permit = at_once.acquire().await.unwrap();
                            run(case, mode, protocol, objects).await
                        }
                    }),
                ));
            }
        }
    }
    for (case, mode_name, protocol, running) in running {
        println!("{}, {mode_name}, {protocol}", case.name);
        let run = running.await.unwrap();
        check(case, objects, &run);
        let counts = run.report.objects();
        writeln!(
            table,
            "{:<34} {mode_name:<13} {:<9} {:>7} {:>7} {:>7} {:>7} {:>8} {:>7.1}",
            case.name,
            protocol.to_string(),
            counts.stored,
            counts.failed,
            counts.unknown,
            run.report.retries(),
            run.suffered,
            run.took.as_secs_f64(),
        )
        .unwrap();
    }
    table
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_mode_accounts_for_each_object_through_each_fault() {
    println!("{}", table(1_000, &[Protocol::Grpc]).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the full table: make faults"]
async fn full_table() {
    println!("{}", table(10_000, &PROTOCOLS).await);
}

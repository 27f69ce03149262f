//! Random servers, callers that lose patience, flushes, copies and tenants: the counts are those of what was accepted, and
//! no report contradicts the server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use tokio::time::{Instant, timeout};

use super::super::batch_report::{BatchError, BatchReport};
use super::super::feeder::Feeder;
use super::super::handle::BatchHandle;
use super::scripted_post::{Arrived, Does, Server, Setup, feeder, id, no_hooks, object, rate_limited, unavailable};
use crate::error::{Outcome, Verdict};
use crate::values::batch::{BatchFailure, BatchItem, BatchMode, RateLimit};
use crate::values::data::NewReference;
use crate::{Error, ErrorKind, PropertyMap, Uuid};

const IDS: u128 = 40;

fn too_large() -> Error {
    Error::new(Verdict::refused(ErrorKind::LimitExceeded), "").with_http_status(413)
}

/// Not a mistake in the object, which each attempt would refuse.
fn refused() -> Error {
    Error::new(Verdict::refused(ErrorKind::Tenant), "")
}

/// Does to one of three messages something else than storing it.
fn moody(seed: u64) -> Server {
    let random = Mutex::new(Rng::with_seed(seed));
    let latency = Duration::from_millis(random.lock().unwrap().u64(0..40));
    Server::new(latency, move |_, message: &Arrived| {
        let mut random = random.lock().unwrap();
        let count = message.ids.len() + message.references.len();
        let some: Vec<usize> = (0..count).filter(|_| random.u8(0..4) == 0).collect();
        match random.u8(0..18) {
            0 => Does::Fails(unavailable),
            1 => Does::StoresAndFails(unavailable),
            2 => Does::Refuses(some, refused),
            3 => Does::Refuses(some, rate_limited),
            4 => Does::Fails(too_large),
            5 => Does::Fails(refused),
            _ => Does::Stores,
        }
    })
}

fn mode(random: &mut Rng) -> BatchMode {
    match random.u8(0..4) {
        0 => BatchMode::Dynamic,
        1 => BatchMode::RateLimited(RateLimit::objects_per_minute(random.u64(600..60_000))),
        _ => BatchMode::Fixed { size: random.usize(1..12), concurrency: random.usize(1..5) },
    }
}

/// What the caller knows of a tenant: how often each id was accepted, and how many references.
#[derive(Default)]
struct Accepted {
    objects: BTreeMap<Uuid, u64>,
    references: u64,
}

async fn feed(
    random: &mut Rng,
    lanes: &[Feeder<PropertyMap, PropertyMap>; 2],
    handle: &BatchHandle<PropertyMap>,
) -> [Accepted; 2] {
    let mut accepted = [Accepted::default(), Accepted::default()];
    for _ in 0..random.usize(1..150) {
        let tenant = random.usize(0..2);
        let (lane, known) = (&lanes[tenant], &mut accepted[tenant]);
        let patience = if random.u8(0..5) == 0 { Duration::ZERO } else { Duration::from_secs(3_600) };
        let number = random.u128(0..IDS);
        match random.u8(0..12) {
            0 => drop(timeout(patience, handle.flush()).await),
            1 | 2 => {
                let reference = NewReference::new(id(number), "to", id(random.u128(0..IDS)));
                known.references +=
                    u64::from(matches!(timeout(patience, lane.add_reference(reference)).await, Ok(Ok(()))));
            }
            _ => {
                if matches!(timeout(patience, lane.add(object(number))).await, Ok(Ok(_))) {
                    *known.objects.entry(id(number)).or_default() += 1;
                }
            }
        }
    }
    accepted
}

/// Returns the ids of failed objects of a tenant, each as often as it failed.
fn failed(report: &BatchReport<PropertyMap>, tenant: &str, unknown: bool) -> BTreeMap<Uuid, u64> {
    let mut ids = BTreeMap::new();
    let is_one = |failure: &&BatchFailure<PropertyMap>| {
        matches!(failure.item(), BatchItem::Object(_))
            && failure.tenant() == Some(tenant)
            && (failure.outcome() == Outcome::Unknown) == unknown
    };
    for failure in report.failures().iter().filter(is_one) {
        *ids.entry(failure.id()).or_default() += 1;
    }
    ids
}

async fn run(seed: u64) {
    let mut random = Rng::with_seed(seed ^ 0x5eed);
    let servers = [moody(seed).tenant("ann"), moody(seed + 1_000_000).tenant("bob")];
    let mut setup = Setup::new(mode(&mut random));
    setup.core.max_queued.count = random.usize(1..60);
    let shared = setup.launch(no_hooks());
    let lanes = [feeder(&shared, &servers[0]), feeder(&shared, &servers[1])];
    let handle = BatchHandle::new(Arc::clone(&shared), false);
    let accepted = feed(&mut random, &lanes, &handle).await;
    let start = Instant::now();
    let report = handle.finish().await.unwrap_or_else(BatchError::into_report);
    assert!(start.elapsed() < Duration::from_secs(3_600), "seed {seed}: {:?}", start.elapsed());
    let objects: u64 = accepted.iter().flat_map(|known| known.objects.values()).sum();
    let references: u64 = accepted.iter().map(|known| known.references).sum();
    assert_eq!((report.objects().total(), report.references().total()), (objects, references), "seed {seed}");
    for ((server, known), tenant) in servers.iter().zip(&accepted).zip(["ann", "bob"]) {
        let stored: BTreeSet<Uuid> = server.stored().into_keys().collect();
        let (refused, unknown) = (failed(&report, tenant, false), failed(&report, tenant, true));
        for (id, times) in &known.objects {
            let of = |ids: &BTreeMap<Uuid, u64>| ids.get(id).copied().unwrap_or_default();
            if of(&refused) == *times {
                assert!(!stored.contains(id), "seed {seed}: {id} of {tenant} is stored, and said to have failed");
            } else if of(&refused) + of(&unknown) < *times {
                assert!(stored.contains(id), "seed {seed}: {id} of {tenant} is not stored, and said to be");
            }
        }
        let sent = server.references().len() as u64;
        assert!(sent <= known.references, "seed {seed}: a reference of {tenant} was stored twice");
    }
}

#[test]
fn no_report_contradicts_the_server() {
    for seed in 0..400 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(run(seed));
    }
}

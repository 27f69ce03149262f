//! Code of the caller that fails, panics, or calls the batch.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::super::driver::BatchHooks;
use super::super::handle::BatchHandle;
use super::scripted_post::{Does, Server, Setup, feeder, invalid, no_hooks, object, unavailable};
use crate::PropertyMap;
use crate::values::data::NewObject;

const QUICK: Duration = Duration::from_millis(1);

fn invalid_object() -> NewObject<PropertyMap> {
    NewObject::new(PropertyMap::from([("number", i64::MAX)]))
}

#[tokio::test(start_paused = true)]
async fn a_flush_waits_for_valid_objects_among_invalid_ones() {
    let server = Server::new(Duration::from_secs(10), |_, _| Does::Stores);
    let batch = Setup::fixed(100, 1).start(&server);
    batch.add_all(0..5).await;
    batch.feeder.extend_from((0..5).map(|_| invalid_object())).await.unwrap();
    assert_eq!(batch.handle.flush().await.unwrap().objects.stored, 5);
}

#[tokio::test(start_paused = true)]
async fn a_finished_batch_counts_nothing_more() {
    let batch = Setup::fixed(100, 1).start(&Server::quick());
    batch.add_all(0..5).await;
    let (handle, feeder) = (batch.handle.clone(), batch.feeder.clone());
    batch.finish().await.0.unwrap();
    assert!(feeder.add(invalid_object()).await.unwrap_err().is_batch_over());
    assert!(feeder.extend_from([invalid_object()]).await.unwrap_err().is_batch_over());
    assert_eq!(handle.finish().await.unwrap().objects().total(), 5);
}

// Not on a paused clock, which stands still while a task is always ready.
#[tokio::test]
async fn an_endless_stream_of_invalid_objects_lets_others_run() {
    let batch = Setup::fixed(100, 1).start(&Server::quick());
    let endless = batch.feeder.extend_from(std::iter::repeat_with(invalid_object));
    assert!(tokio::time::timeout(QUICK, endless).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_its_handle_does_not_read_is_in_the_report() {
    let server = Server::new(QUICK, |_, _| Does::Refuses(vec![0], invalid));
    let batch = Setup::fixed(100, 1).start(&server);
    let fate = batch.feeder.add_tracked(object(1)).await.unwrap();
    batch.handle.flush().await.unwrap();
    drop(fate);
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!((report.objects().failed, report.failures().len()), (1, 1));
}

/// Serializes as often as it is allowed to.
struct Limited(AtomicUsize);

impl Serialize for Limited {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fetch_sub(1, Ordering::SeqCst) == 0 {
            return Err(serde::ser::Error::custom("no more"));
        }
        PropertyMap::from([("number", 1)]).serialize(serializer)
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_be_stored_and_cannot_be_encoded_again_is_unknown() {
    let server = Server::new(QUICK, |_, _| Does::StoresAndFails(unavailable));
    let shared = Setup::fixed(100, 1).launch::<Limited>(no_hooks());
    let feeder = feeder(&shared, &server);
    let handle = BatchHandle::new(shared, false);
    feeder.add(NewObject::new(Limited(AtomicUsize::new(1)))).await.unwrap();
    let report = handle.finish().await.unwrap_err().into_report();
    assert_eq!((report.objects().unknown, server.stored().len()), (1, 1));
}

/// Asks the batch when it is dropped.
struct Asking(Arc<Mutex<Option<BatchHandle<Asking>>>>);

impl Serialize for Asking {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        PropertyMap::from([("number", 1)]).serialize(serializer)
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let handle = self.0.lock().unwrap().clone();
        let _ = handle.map(|handle| handle.progress());
    }
}

#[tokio::test(start_paused = true)]
async fn properties_may_ask_the_batch_when_they_are_dropped() {
    let shared = Setup::fixed(1, 1).launch::<Asking>(no_hooks());
    let feeder = feeder(&shared, &Server::quick());
    let handle = BatchHandle::new(shared, false);
    let asked = Arc::new(Mutex::new(Some(handle.clone())));
    feeder.add(NewObject::new(Asking(Arc::clone(&asked)))).await.unwrap();
    assert_eq!(handle.finish().await.unwrap().objects().stored, 1);
    asked.lock().unwrap().take();
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_panics_ends_the_batch_and_not_the_process() {
    let mut setup = Setup::fixed(1, 1);
    setup.core.keep_failures = 0;
    let hooks = BatchHooks { on_further_failure: Some(Box::new(|_| panic!("a mistake of the caller"))), ..no_hooks() };
    let server = Server::new(QUICK, |_, _| Does::Refuses(vec![0], invalid));
    let batch = setup.start_with(&server, hooks);
    for number in 0..10 {
        let _ = batch.feeder.add(object(number)).await;
    }
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!((report.objects().stored, report.objects().undecided()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn absurd_backoffs_are_bounded() {
    let server = Server::new(QUICK, |number, _| if number < 2 { Does::Fails(unavailable) } else { Does::Stores });
    for backoff in [Duration::ZERO, Duration::MAX] {
        let mut setup = Setup::fixed(1, 1);
        setup.core.retries.policy = setup.core.retries.policy.backoff(backoff, backoff);
        let batch = setup.start(&server);
        batch.add_all(0..3).await;
        assert_eq!(batch.finish().await.0.unwrap().objects().stored, 3);
    }
}

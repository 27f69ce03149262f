//! What waits for what: room, time, ids, and the end.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::super::any_lane::Queued;
use super::scripted_post::{Does, Server, Setup, fates, id, object};
use crate::{Error, ErrorKind, PropertyMap};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn finish_takes_no_time() {
    for count in [0, 1, 99, 100, 101] {
        let server = Server::new(Duration::ZERO, |_, _| Does::Stores);
        let batch = Setup::fixed(100, 2).start(&server);
        batch.add_all(0..count).await;
        let start = Instant::now();
        let (report, _) = batch.finish().await;
        assert_eq!(report.unwrap().objects().stored, u64::try_from(count).unwrap());
        assert!(start.elapsed() < Duration::from_millis(2), "{count} objects: {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_caller_waits_for_the_linger_and_no_longer() {
    let batch = Setup::fixed(100, 2).start(&Server::quick());
    batch.add_all(0..3).await;
    tokio::time::sleep(Duration::from_millis(99)).await;
    assert_eq!(batch.handle.progress().objects.queued, 3);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(batch.handle.progress().objects.stored, 3);
    assert_eq!(batch.server.sizes(), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_flush_waits_for_what_was_added_before_it() {
    let server = Server::new(SECOND, |_, _| Does::Stores);
    let batch = Setup::fixed(100, 2).start(&server);
    batch.add_all(0..150).await;
    let start = Instant::now();
    let flushed = batch.handle.flush().await.unwrap();
    assert_eq!((flushed.objects.stored, start.elapsed().as_secs()), (150, 1));
    assert_eq!(batch.handle.flush().await.unwrap().objects.stored, 150, "nothing to wait for");
    batch.add_all(150..151).await;
    assert_eq!(batch.server.messages().len(), 2, "the next message is not flushed");
}

#[tokio::test(start_paused = true)]
async fn add_waits_for_room_by_count_and_by_bytes() {
    let long = |number: u128| {
        crate::values::data::NewObject::new(PropertyMap::from([("text", "x".repeat(1_000))])).id(id(number))
    };
    for queued in [Queued { count: 20, bytes: usize::MAX }, Queued { count: 1_000, bytes: 20 * 1_100 }] {
        let server = Server::new(SECOND, |_, _| Does::Stores);
        let mut setup = Setup::fixed(10_000, 1);
        setup.core.max_queued = queued;
        let batch = setup.start(&server);
        let mut added = 0;
        while timeout(Duration::from_millis(1), batch.feeder.add(long(added))).await.is_ok() {
            added += 1;
            assert!(added < 1_000);
        }
        // The first 20 are in flight, because there was no room for more; so many are queued behind them.
        assert!((36..=42).contains(&added), "{added} with {queued:?}");
        let progress = batch.handle.progress().objects;
        assert_eq!(progress.total(), u64::try_from(added).unwrap(), "what was refused is not counted");
        assert!(progress.queued <= 21, "{progress:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_object_larger_than_the_queue_is_taken() {
    let mut setup = Setup::fixed(10, 1);
    setup.core.max_queued = Queued { count: 1, bytes: 1 };
    let batch = setup.start(&Server::quick());
    batch.add_all(0..5).await;
    assert_eq!(fates(&batch.finish().await.0.unwrap()), (5, vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_second_object_with_an_id_waits_for_the_first() {
    let server = Server::new(SECOND, |_, _| Does::Stores);
    let batch = Setup::fixed(10, 4).start(&server);
    for _ in 0..3 {
        batch.add_all(0..2).await;
    }
    let (report, server) = batch.finish().await;
    assert_eq!(report.unwrap().objects().stored, 6);
    let messages = server.messages();
    assert_eq!(server.sizes(), [2, 2, 2], "{messages:?}");
    assert!(messages.windows(2).all(|pair| pair[1].at >= pair[0].at + SECOND), "one after the other");
}

#[tokio::test(start_paused = true)]
async fn duplicates_are_refused_on_demand() {
    let mut setup = Setup::fixed(10, 1);
    setup.core.refuse_duplicates = true;
    let batch = setup.start(&Server::quick());
    batch.add_all(0..1).await;
    let refused = batch.feeder.add(object(0)).await.unwrap_err();
    assert!(!refused.is_batch_over());
    assert_eq!((refused.error().kind(), refused.error().field()), (ErrorKind::Validation, Some("id")));
    batch.handle.flush().await.unwrap();
    batch.feeder.add(object(0)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_invalid_object_is_returned_and_the_batch_goes_on() {
    let batch = Setup::fixed(10, 1).start(&Server::quick());
    let invalid = crate::values::data::NewObject::new(PropertyMap::from([("n", f64::NAN)]));
    let refused = batch.feeder.add(invalid.clone()).await.unwrap_err();
    assert_eq!(
        (refused.error().kind(), refused.error().field(), refused.is_batch_over()),
        (ErrorKind::Validation, Some("n"), false)
    );
    let huge = crate::values::data::NewObject::new(PropertyMap::from([("text", "x".repeat(2 << 20))]));
    assert_eq!(Error::from(batch.feeder.add(huge).await.unwrap_err()).kind(), ErrorKind::LimitExceeded);
    batch.feeder.extend_from([object(1), invalid, object(2)]).await.unwrap();
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!((report.objects().stored, report.objects().failed), (2, 1), "one was never accepted, one is a failure");
}

#[tokio::test(start_paused = true)]
async fn finish_ends_the_batch_for_all_handles() {
    let server = Server::new(SECOND, |_, _| Does::Stores);
    let batch = Setup::fixed(10, 1).start(&server);
    batch.add_all(0..5).await;
    let (other_handle, other_feeder) = (batch.handle.clone(), batch.feeder.clone());
    let (first, second) = tokio::join!(batch.finish(), other_handle.finish());
    assert_eq!(first.0.unwrap().objects(), second.unwrap().objects());
    let late = other_feeder.add(object(9)).await.unwrap_err();
    assert!(late.is_batch_over() && late.to_string().contains("start a new batch"), "{late}");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_for_room_learns_of_the_end() {
    let server = Server::new(SECOND, |_, _| Does::Never);
    let mut setup = Setup::fixed(10, 1);
    setup.core.max_queued = Queued { count: 1, bytes: usize::MAX };
    let batch = setup.start(&server);
    batch.add_all(0..2).await;
    let waiting = tokio::spawn({
        let feeder = batch.feeder.clone();
        async move { feeder.add(object(3)).await }
    });
    tokio::time::sleep(SECOND).await;
    drop(batch.handle);
    assert!(waiting.await.unwrap().unwrap_err().is_batch_over());
}

#[test]
fn a_runtime_that_ends_takes_its_batch_along() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (feeder, handle) = {
        let first = runtime();
        let batch = first.block_on(async {
            let server = Server::new(SECOND, |_, _| Does::Never);
            let batch = Setup::fixed(1, 1).start(&server);
            batch.add_all(0..2).await;
            batch
        });
        (batch.feeder, batch.handle)
    };
    let late = runtime().block_on(feeder.add(object(3))).unwrap_err();
    assert!(late.is_batch_over());
    let report = runtime().block_on(handle.finish()).unwrap_err().into_report();
    assert_eq!((report.objects().stored, report.objects().total()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_restarts_pauses_the_batch() {
    let down = Duration::from_secs(40);
    let start = Instant::now();
    let server = Server::new(Duration::from_millis(1), move |_, _| {
        if start.elapsed() < down { Does::Fails(super::scripted_post::unavailable) } else { Does::Stores }
    });
    let mut setup = Setup::fixed(10, 4);
    setup.core.retries.policy = setup.core.retries.policy.max_attempts(12);
    let batch = setup.start(&server);
    batch.add_all(0..500).await;
    let (report, server) = batch.finish().await;
    assert_eq!(fates(&report.unwrap()), (500, vec![], vec![]));
    let in_vain = server.messages().iter().filter(|message| message.at < down).count();
    assert!(in_vain <= 4 * 9, "{in_vain} messages to a server that is down");
}

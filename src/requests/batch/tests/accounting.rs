//! Each object ends as stored, failed or unknown, whatever happens to its message.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::driver::BatchHooks;
use super::scripted_post::{Does, Server, Setup, fates, id, invalid, object, rate_limited, unavailable};
use crate::error::{Outcome, Verdict};
use crate::values::batch::BatchItem;
use crate::{Error, ErrorKind, PropertyMap};

const QUICK: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn everything_is_stored_once() {
    let batch = Setup::fixed(100, 2).start(&Server::quick());
    batch.add_all(0..1_001).await;
    let (report, server) = batch.finish().await;
    let report = report.unwrap();
    assert_eq!(fates(&report), (1_001, vec![], vec![]));
    assert_eq!((report.retries(), report.took()), (0, Duration::from_millis(7 * 11)));
    assert!(server.stored().len() == 1_001 && server.stored().values().all(|times| *times == 1));
    assert_eq!(server.sizes(), [[100; 10].as_slice(), &[1]].concat());
    assert_eq!(server.most_in_flight(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_message_without_an_answer_is_sent_again_under_the_same_ids() {
    for (first, stored) in [(Does::Fails(unavailable), 1), (Does::StoresAndFails(unavailable), 2)] {
        let server = Server::new(QUICK, move |number, _| if number == 0 { first.clone() } else { Does::Stores });
        let batch = Setup::fixed(10, 1).start(&server);
        batch.add_all(0..20).await;
        let (report, server) = batch.finish().await;
        let report = report.unwrap();
        assert_eq!((fates(&report), report.retries()), ((20, vec![], vec![]), 10));
        assert_eq!(server.stored().len(), 20);
        assert_eq!(server.stored()[&id(0)], stored, "an id that is stored again is the same object");
    }
}

#[tokio::test(start_paused = true)]
async fn retries_end_and_what_may_be_stored_is_unknown() {
    let server = Server::new(QUICK, |_, _| Does::StoresAndFails(unavailable));
    let batch = Setup::fixed(10, 1).start(&server);
    batch.add_all(0..3).await;
    let (report, server) = batch.finish().await;
    let error = report.unwrap_err();
    assert_eq!(server.messages().len(), 5);
    let mut report = error.into_report();
    assert_eq!(fates(&report), (0, vec![], vec![id(0), id(1), id(2)]));
    report.verify().await.unwrap();
    assert_eq!((fates(&report), report.objects().unknown), ((3, vec![], vec![]), 0));
}

#[tokio::test(start_paused = true)]
async fn what_a_second_look_does_not_find_has_failed() {
    let server = Server::new(QUICK, |_, _| Does::Fails(unavailable));
    let batch = Setup::fixed(10, 1).start(&server);
    batch.add_all(0..2).await;
    let mut report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!(report.objects().unknown, 2);
    report.verify().await.unwrap();
    assert_eq!((fates(&report), report.objects().failed), ((0, vec![id(0), id(1)], vec![]), 2));
    assert!(report.failures().iter().all(|failure| failure.error().is_retryable()));
}

#[tokio::test(start_paused = true)]
async fn refused_objects_come_back_and_transient_ones_are_sent_again() {
    let server = Server::new(QUICK, |number, _| match number {
        0 => Does::Refuses(vec![1, 3], invalid),
        1 => Does::Refuses(vec![0, 1, 2], rate_limited),
        _ => Does::Stores,
    });
    let batch = Setup::fixed(10, 1).start(&server);
    batch.add_all(0..20).await;
    let (report, server) = batch.finish().await;
    let error = report.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("2 of 20 items were not stored") && text.contains("no such prop"), "{text}");
    let as_error = Error::from(error);
    assert_eq!((as_error.kind(), as_error.outcome()), (ErrorKind::Partial, Outcome::Unknown));
    assert_eq!((server.stored().len(), server.warnings()), (18, 1));
    assert!(!server.stored().contains_key(&id(1)));
}

#[tokio::test(start_paused = true)]
async fn a_refused_object_keeps_its_properties() {
    let server = Server::new(QUICK, |_, _| Does::Refuses(vec![0], invalid));
    let batch = Setup::fixed(10, 1).start(&server);
    batch.add_all(7..9).await;
    let report = batch.finish().await.0.unwrap_err().into_report();
    let [failure] = report.failures() else { panic!("{report:?}") };
    assert_eq!(
        (failure.kind(), failure.outcome(), &*failure.message()),
        (ErrorKind::Validation, Outcome::Refused, "no such prop")
    );
    let BatchItem::Object(kept) = failure.item() else { panic!("{failure:?}") };
    assert_eq!(kept, &object(7));
    assert!(failure.error().to_string().starts_with("batch `Article`: "), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_mistake_after_an_unknown_attempt_is_refused_and_all_else_is_unknown() {
    fn expired() -> Error {
        Error::new(Verdict::refused(ErrorKind::Authentication), "")
    }
    for (then, unknown) in [(invalid as fn() -> Error, false), (expired, true)] {
        let server =
            Server::new(QUICK, move |number, _| if number == 0 { Does::Fails(unavailable) } else { Does::Fails(then) });
        let batch = Setup::fixed(10, 1).start(&server);
        batch.add_all(0..1).await;
        let report = batch.finish().await.0.unwrap_err().into_report();
        assert_eq!(report.objects().unknown, u64::from(unknown));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_of_the_caller_extends_what_is_transient() {
    let hooks = BatchHooks {
        retry_rule: Some(Arc::new(|error: &Error| error.kind() == ErrorKind::Validation)),
        on_progress: None,
        on_further_failure: None,
    };
    let server =
        Server::new(QUICK, |number, _| if number == 0 { Does::Refuses(vec![0], invalid) } else { Does::Stores });
    let batch = Setup::fixed(10, 1).start_with(&server, hooks);
    batch.add_all(0..2).await;
    assert_eq!(fates(&batch.finish().await.0.unwrap()), (2, vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_takes_less_gets_less() {
    fn too_large() -> Error {
        Error::new(Verdict::refused(ErrorKind::LimitExceeded), "").with_http_status(413)
    }
    let server =
        Server::new(QUICK, |_, message| if message.ids.len() > 30 { Does::Fails(too_large) } else { Does::Stores });
    let batch = Setup::fixed(100, 1).start(&server);
    batch.add_all(0..250).await;
    let (report, server) = batch.finish().await;
    assert_eq!(fates(&report.unwrap()), (250, vec![], vec![]));
    assert!(server.messages().len() < 20, "{:?}", server.sizes());

    let server = Server::new(QUICK, |_, _| Does::Fails(too_large));
    let batch = Setup::fixed(100, 1).start(&server);
    batch.add_all(0..3).await;
    assert_eq!(batch.finish().await.0.unwrap_err().report().objects().failed, 3, "too large by itself");
}

#[tokio::test(start_paused = true)]
async fn the_report_keeps_some_failures_and_the_sink_gets_the_rest() {
    let sunk = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&sunk);
    let hooks = BatchHooks {
        retry_rule: None,
        on_progress: None,
        on_further_failure: Some(Box::new(move |failure| shared.lock().unwrap().push(failure.id()))),
    };
    let mut setup = Setup::fixed(10, 1);
    setup.core.keep_failures = 3;
    let server = Server::new(QUICK, |_, message| Does::Refuses((0..message.ids.len()).collect(), invalid));
    let batch = setup.start_with(&server, hooks);
    batch.add_all(0..25).await;
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!((report.failures().len(), report.objects().failed), (3, 25));
    assert_eq!(*sunk.lock().unwrap(), (3..25).map(id).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn the_batch_stops_on_the_first_error() {
    let mut setup = Setup::fixed(10, 1);
    setup.core.stop_on_first_error = true;
    let server =
        Server::new(QUICK, |number, _| if number == 1 { Does::Refuses(vec![4], invalid) } else { Does::Stores });
    let batch = setup.start(&server);
    let mut refused = 0;
    for number in 0..100 {
        refused += usize::from(batch.feeder.add(object(number)).await.is_err_and(|error| error.is_batch_over()));
    }
    assert!(refused > 0);
    assert!(batch.handle.flush().await.is_err());
    let (report, server) = batch.finish().await;
    let report = report.unwrap_err().into_report();
    let counts = report.objects();
    assert_eq!((counts.stored, counts.unknown), (19, 0));
    assert_eq!(counts.total() + refused as u64, 100);
    assert_eq!(server.messages().len(), 2);
    let not_sent = report.failures().iter().filter(|failure| failure.outcome() == Outcome::NotSent).count();
    assert_eq!(not_sent as u64, counts.failed - 1);
}

#[tokio::test(start_paused = true)]
async fn a_tracked_object_tells_its_fate() {
    let server = Server::new(QUICK, |_, _| Does::Refuses(vec![1], invalid));
    let batch = Setup::fixed(10, 1).start(&server);
    let (stored, failed, dropped) = (
        batch.feeder.add_tracked(object(0)).await.unwrap(),
        batch.feeder.add_tracked(object(1)).await.unwrap(),
        batch.feeder.add_tracked(object(2)).await.unwrap(),
    );
    drop(dropped);
    assert_eq!(stored.await.unwrap(), id(0));
    assert_eq!(failed.await.unwrap_err().id(), id(1));
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!((report.objects().failed, report.failures().len()), (1, 0), "the handle has it");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_batch_tells_tracked_objects_and_stops() {
    let server = Server::new(QUICK, |_, _| Does::Never);
    let batch = Setup::fixed(2, 1).start(&server);
    let sent = batch.feeder.add_tracked(object(0)).await.unwrap();
    batch.add_all(1..2).await;
    let queued = batch.feeder.add_tracked(object(2)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    drop(batch.handle);
    assert_eq!(sent.await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(queued.await.unwrap_err().outcome(), Outcome::NotSent);
    let late = batch.feeder.add(object(3)).await.unwrap_err();
    assert!(late.is_batch_over() && late.into_item() == object(3));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_function_of_the_caller_ends_the_batch() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let hooks = BatchHooks {
        retry_rule: Some(Arc::new(move |_: &Error| {
            counted.fetch_add(1, Ordering::Relaxed);
            panic!("a mistake of the caller")
        })),
        on_progress: None,
        on_further_failure: None,
    };
    let server = Server::new(QUICK, |_, _| Does::Fails(invalid));
    let batch = Setup::fixed(2, 1).start_with(&server, hooks);
    batch.add_all(0..2).await;
    let queued = batch.feeder.add(object(2)).await;
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(report.objects().unknown, 2, "sent, without an answer that anyone has read");
    assert_eq!(report.objects().failed, u64::from(queued.is_ok()));
}

#[tokio::test(start_paused = true)]
async fn counts_add_up_at_every_moment() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let hooks = BatchHooks::<PropertyMap> {
        retry_rule: None,
        on_progress: Some(Box::new(move |progress| log.lock().unwrap().push(*progress))),
        on_further_failure: None,
    };
    let server = Server::new(QUICK, |number, _| match number % 3 {
        0 => Does::Fails(unavailable),
        1 => Does::Refuses(vec![0], rate_limited),
        _ => Does::Stores,
    });
    let mut setup = Setup::fixed(5, 3);
    setup.core.retries.policy = setup.core.retries.policy.max_attempts(50);
    let batch = setup.start_with(&server, hooks);
    batch.add_all(0..40).await;
    assert_eq!(batch.handle.progress().objects.total(), 40);
    let flushed = batch.handle.flush().await.unwrap();
    assert_eq!((flushed.objects.undecided(), flushed.objects.total()), (0, 40));
    let (report, _) = batch.finish().await;
    let counts = report.unwrap().objects();
    assert_eq!((counts.stored, counts.total()), (40, 40));
    assert!(seen.lock().unwrap().iter().all(|progress| progress.objects.total() <= 40));
}

//! References wait for the objects at their ends, and are never sent twice.

use std::time::Duration;

use super::scripted_post::{Does, Server, Setup, id, invalid, unavailable};
use crate::error::{Outcome, Verdict};
use crate::values::batch::BatchItem;
use crate::values::data::NewReference;
use crate::{Error, ErrorKind};

const SECOND: Duration = Duration::from_secs(1);

fn reference(from: u128, to: u128) -> NewReference {
    NewReference::new(id(from), "to", id(to))
}

#[tokio::test(start_paused = true)]
async fn a_reference_is_sent_after_both_of_its_objects() {
    let server = Server::new(SECOND, |_, _| Does::Stores);
    let batch = Setup::fixed(1, 4).start(&server);
    batch.add_all(0..3).await;
    batch.feeder.add_reference(reference(0, 1)).await.unwrap();
    batch.feeder.add_reference(reference(8, 9)).await.unwrap();
    let (report, server) = batch.finish().await;
    let report = report.unwrap();
    assert_eq!((report.objects().stored, report.references().stored), (3, 2));
    assert_eq!(server.references().len(), 2);
    let at =
        |sent: &NewReference| server.messages().iter().find(|message| message.references.contains(sent)).unwrap().at;
    assert!(at(&reference(0, 1)) >= SECOND, "its objects are stored by then");
    assert!(at(&reference(8, 9)) < SECOND, "its objects are not in the batch");
}

#[tokio::test(start_paused = true)]
async fn a_reference_to_an_object_that_failed_is_not_sent() {
    let server = Server::new(SECOND, |_, message| {
        let failed = message.ids.iter().position(|sent| *sent == id(1));
        failed.map_or(Does::Stores, |position| Does::Refuses(vec![position], invalid))
    });
    let batch = Setup::fixed(10, 4).start(&server);
    batch.add_all(0..3).await;
    for (from, to) in [(0, 1), (1, 2), (0, 2), (1, 1)] {
        batch.feeder.add_reference(reference(from, to)).await.unwrap();
    }
    let (report, server) = batch.finish().await;
    let report = report.unwrap_err().into_report();
    assert_eq!((report.references().stored, report.references().failed), (1, 3));
    assert_eq!(server.references(), [reference(0, 2)]);
    let failure = report.failures().iter().find(|failure| matches!(failure.item(), BatchItem::Reference(_))).unwrap();
    assert_eq!((failure.outcome(), failure.kind()), (Outcome::NotSent, ErrorKind::Validation));
    assert!(failure.message().contains("at one of its ends is not stored"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_reference_without_an_answer_is_unknown_and_one_that_was_not_sent_is_repeated() {
    fn refused_connection() -> Error {
        Error::new(Verdict::not_sent(ErrorKind::Connection).transient(), "")
    }
    for (error, stored, times) in [(unavailable as fn() -> Error, false, 1), (refused_connection, true, 2)] {
        let server = Server::new(SECOND, move |number, _| if number == 0 { Does::Fails(error) } else { Does::Stores });
        let batch = Setup::fixed(10, 4).start(&server);
        batch.feeder.add_reference(reference(0, 1)).await.unwrap();
        let (report, server) = batch.finish().await;
        let report = report.unwrap_or_else(super::super::batch_report::BatchError::into_report);
        assert_eq!((report.references().stored, report.references().unknown), (u64::from(stored), u64::from(!stored)));
        assert_eq!(server.messages().len(), times);
    }
}

#[tokio::test(start_paused = true)]
async fn one_reference_twice_is_sent_one_after_the_other() {
    let server = Server::new(SECOND, |_, _| Does::Stores);
    let batch = Setup::fixed(10, 4).start(&server);
    batch.feeder.add_reference(reference(0, 1)).await.unwrap();
    batch.feeder.add_reference(reference(0, 1)).await.unwrap();
    batch.feeder.add_reference(reference(1, 0)).await.unwrap();
    let (report, server) = batch.finish().await;
    assert_eq!(report.unwrap().references().stored, 3);
    let sizes: Vec<_> = server.messages().iter().map(|message| message.references.len()).collect();
    assert_eq!(sizes, [2, 1]);
}

#[tokio::test(start_paused = true)]
async fn references_that_wait_are_given_up_with_the_batch() {
    let server = Server::new(SECOND, |_, _| Does::Refuses(vec![0], invalid));
    let mut setup = Setup::fixed(1, 1);
    setup.core.stop_on_first_error = true;
    let batch = setup.start(&server);
    batch.add_all(0..2).await;
    batch.feeder.add_reference(reference(0, 1)).await.unwrap();
    let report = batch.finish().await.0.unwrap_err().into_report();
    assert_eq!((report.references().failed, report.references().total()), (1, 1));
    assert_eq!((report.objects().failed, report.objects().total()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_reference_is_returned() {
    let batch = Setup::fixed(1, 1).start(&Server::quick());
    let refused = batch.feeder.add_reference(NewReference::new(id(0), "no/name", id(1))).await.unwrap_err();
    assert_eq!(refused.error().kind(), ErrorKind::Validation);
    assert!(batch.finish().await.0.is_ok());
}

//! Tests of reports and of the error that they become.

use super::*;

fn refused(text: &str) -> Error {
    Error::new(Verdict::refused(ErrorKind::Validation), "").with_server_message(text)
}

fn lost() -> Error {
    Error::new(Verdict::unknown(ErrorKind::Connection), "lost")
}

/// The server's answer, after a quarter of a second.
fn answered(refused: Vec<(usize, Error)>) -> MessageResult {
    MessageResult { refused, took: Duration::from_millis(250) }
}

#[test]
fn each_failed_item_is_returned_with_its_error() {
    let mut failures = Failures::new("insert many", "Owl");
    failures.message([(0, 'a'), (2, 'c')], Ok(answered(Vec::new()))).unwrap();
    failures.message([(3, 'd'), (4, 'e'), (6, 'g')], Ok(answered(vec![(2, refused("x")), (0, refused("y"))]))).unwrap();
    failures.add(1, 'b', Error::validation("n", "must be a number"));
    assert!(!failures.is_over());
    failures.not_sent([(9, 'z')]);
    let report = failures.report(vec![Uuid::nil(); 7], "objects", "stored");
    assert_eq!(report.took(), Duration::from_millis(500), "the sum over the messages");
    let errors = report.errors().to_vec();
    let seen: Vec<_> = errors.iter().map(|error| (error.index(), *error.item(), error.message())).collect();
    assert_eq!(seen[1..], [(3, 'd', "y".into()), (6, 'g', "x".into())]);
    assert_eq!((seen[0].0, seen[0].1), (1, 'b'));
    assert!(seen[0].2.contains("must be a number"), "{}", seen[0].2);
    assert!(errors[1].error().to_string().contains("insert many"), "{}", errors[1].error());
    let error = report.into_result().unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Partial, Outcome::Unknown), "the others are stored");
    assert!(error.to_string().contains("3 of 7 objects were not stored; the first of them, at index 1"), "{error}");
    assert_eq!(errors.into_iter().map(ItemError::into_item).collect::<String>(), "bdg");
}

#[test]
fn items_after_a_failed_message_are_not_sent() {
    let mut first = Failures::new("insert many", "Owl");
    assert_eq!(first.message([(0, 'a')], Err(lost())).unwrap_err().kind(), ErrorKind::Connection);

    let mut failures = Failures::new("insert many", "Owl");
    failures.message([(0, 'a')], Ok(answered(Vec::new()))).unwrap();
    failures.message([(1, 'b'), (2, 'c')], Err(lost())).unwrap();
    assert!(failures.is_over());
    failures.not_sent([(3, 'd')]);
    let report = failures.report(vec![Uuid::nil(); 4], "objects", "stored");
    assert_eq!(report.took(), Duration::from_millis(250), "only an answered message has a time");
    let errors = report.errors();
    let outcomes: Vec<_> = errors.iter().map(|error| (*error.item(), error.outcome())).collect();
    assert_eq!(outcomes, [('b', Outcome::Unknown), ('c', Outcome::Unknown), ('d', Outcome::NotSent)]);
    assert_eq!(errors[2].error().is_retryable(), lost().is_retryable(), "like the failure before");
    assert!(errors[2].message().contains("lost"), "{}", errors[2].message());
    assert_eq!(report.into_result().unwrap_err().outcome(), Outcome::Unknown);
}

#[test]
fn a_request_without_success_is_not_partial() {
    let limited = || Error::new(Verdict::refused(ErrorKind::RateLimited).transient(), "slow down");
    let local = || Error::validation("title", "must be text");
    for (errors, kind, outcome, transient) in [
        (vec![refused("x"), limited()], ErrorKind::Validation, Outcome::Refused, false),
        (vec![limited(), limited()], ErrorKind::RateLimited, Outcome::Refused, true),
        (vec![local(), local()], ErrorKind::Validation, Outcome::NotSent, false),
        (vec![local(), lost()], ErrorKind::Validation, Outcome::Unknown, false),
    ] {
        let mut failures = Failures::new("insert many", "Owl");
        for (index, error) in errors.into_iter().enumerate() {
            failures.add(index, 'x', error);
        }
        let report = failures.report(vec![(); 2], "objects", "stored");
        let error = report.clone().into_result().unwrap_err();
        assert_eq!((error.kind(), error.outcome(), error.is_retryable()), (kind, outcome, transient), "{error}");
        assert!(error.to_string().contains("2 of 2 objects"), "{error}");
        let one_more = BulkReport { keys: vec![(); 3], ..report }.into_result().unwrap_err();
        assert_eq!((one_more.kind(), one_more.is_retryable()), (ErrorKind::Partial, false), "{one_more}");
    }
}

#[test]
fn debug_does_not_print_the_item() {
    let error = ItemError { index: 3, item: "hunter2", error: Arc::new(refused("x")) };
    assert!(!format!("{error:?} {error:#?}").contains("hunter2"));
}

#[test]
fn items_without_an_error_succeeded() {
    let ids: Vec<_> = (0..5).map(Uuid::from_u128).collect();
    let mut failures = Failures::new("insert many", "Owl");
    for index in [4, 0, 2] {
        failures.add(index, NewObject::new(()).id(ids[index]), Error::validation("title", "must be text"));
    }
    let report = failures.report(ids.clone(), "objects", "stored");
    assert_eq!(report.succeeded().collect::<Vec<_>>(), [&ids[1], &ids[3]]);
    assert_eq!(report.errors().iter().map(ItemError::id).collect::<Vec<_>>(), [ids[0], ids[2], ids[4]]);
    assert_eq!(report.clone().into_errors()[1].item(), &NewObject::new(()).id(ids[2]));
    let error = report.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Partial);
    assert!(error.to_string().contains("3 of 5 objects were not stored"), "{error}");

    let report = Failures::<NewObject<()>>::new("insert many", "Owl").report(ids.clone(), "objects", "stored");
    assert!(!report.has_errors());
    assert_eq!(report.into_result().unwrap(), ids);
}

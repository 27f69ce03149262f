//! Decisions about what is missing, with an oracle that answers by a script.

use std::collections::VecDeque;

use super::*;
use crate::call::Idempotency;
use crate::error::{GrpcCode, Outcome};
use crate::values::collection_name::CollectionName;

const SECOND: Duration = Duration::from_secs(1);

/// Gives the answers in order, and `Yes` when they are used up.
#[derive(Debug, Default)]
pub(crate) struct ScriptedOracle {
    answers: Mutex<VecDeque<Answer>>,
    questions: Mutex<Vec<Question>>,
    /// The time that each answer takes.
    takes: Duration,
}

impl ScriptedOracle {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() }
    }

    pub(crate) fn questions(&self) -> Vec<Question> {
        self.questions.lock().unwrap().clone()
    }
}

impl Oracle for ScriptedOracle {
    fn ask<'a>(
        &'a self,
        _node: usize,
        question: &'a Question,
        _headers: &'a Headers,
        _within: Duration,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>> {
        self.questions.lock().unwrap().push(question.clone());
        Box::pin(async move {
            tokio::time::sleep(self.takes).await;
            self.answers.lock().unwrap().pop_front().unwrap_or(Answer::Yes)
        })
    }
}

fn call() -> Call {
    Call::new("test", Idempotency::Read).collection(CollectionName::new("Owl")).about_object()
}

fn says(text: &str) -> Error {
    let error = Error::new(Verdict::refused(ErrorKind::NotFound), "");
    error.with_server_message(text).with_grpc_code(GrpcCode::Unknown)
}

fn missing_object() -> Error {
    Error::new(Verdict::refused(ErrorKind::NotFound), "").with_http_status(404)
}

fn attempt() -> FailedAttempt<'static> {
    FailedAttempt { node: 0, place: "REST at http://a:1", sent: Instant::now(), left: SECOND * 30, again: false }
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_confirmed_by_node_and_leader() {
    use Answer::{No, Untold, Yes};
    let later = || Answer::Later("starting".to_owned());
    let class = || says("could not find class Owl in schema");
    for (error, answers, expected) in [
        (class(), vec![Yes], "later"),
        (class(), vec![No], "missing"),
        (class(), vec![later()], "later"),
        // The leader may not be asked; readiness decides then.
        (class(), vec![Untold, later()], "later"),
        (class(), vec![Untold, Yes], "missing"),
        (says("object search at index owl: tried to browse non-existing index for Owl"), vec![Yes], "later"),
        (missing_object(), vec![later()], "later"),
        (missing_object(), vec![Yes, Yes], "again"),
        (missing_object(), vec![Yes, Untold], "again"),
        (missing_object(), vec![Yes, later()], "later"),
        // The node missed the creation of the collection.
        (missing_object(), vec![Yes, No, Yes], "later"),
        (missing_object(), vec![Yes, No, No], "missing"),
        (missing_object(), vec![Yes, No, later()], "later"),
        // A gateway that answers 404 to everything, also to the probes.
        (missing_object(), vec![No], "gateway"),
        (missing_object(), vec![Untold], "missing"),
        // Nothing to confirm.
        (says("nearObject params: vector not found"), vec![], "missing"),
    ] {
        let what = format!("{error} {answers:?}");
        let (asked, status) = (answers.len(), error.http_status());
        let oracle = ScriptedOracle::new(answers);
        let found = match Confirmations::default().confirm(&oracle, &call(), attempt(), error).await {
            Confirmed::SendAgain => "again",
            Confirmed::Error(error) if error.kind() == ErrorKind::NotFound => "missing",
            Confirmed::Error(error) if error.kind() == ErrorKind::Connection => "gateway",
            Confirmed::Error(error) => {
                let state = (error.kind(), error.outcome(), error.is_retryable(), error.http_status());
                assert_eq!(state, (ErrorKind::Unavailable, Outcome::Refused, true, status), "{what}");
                assert!(error.to_string().contains("http://a:1"), "{what}: {error}");
                "later"
            }
        };
        assert_eq!(found, expected, "{what}");
        assert_eq!(oracle.questions().len(), asked, "{what}");
    }
    let elsewhere = Call::new("test", Idempotency::Read).collection(CollectionName::new("Owl"));
    let oracle = ScriptedOracle::default();
    let found = Confirmations::default().confirm(&oracle, &elsewhere, attempt(), missing_object()).await;
    assert!(matches!(found, Confirmed::Error(error) if error.kind() == ErrorKind::NotFound));
    assert_eq!(oracle.questions(), [Question::IsReady], "a bare 404 of another call");
    let about_server = Call::new("meta", Idempotency::Read).about_server();
    let found = Confirmations::default().confirm(&oracle, &about_server, attempt(), missing_object()).await;
    assert!(matches!(found, Confirmed::Error(error) if error.kind() == ErrorKind::Connection));
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_together_share_a_question() {
    let oracle = ScriptedOracle { takes: SECOND, ..ScriptedOracle::default() };
    let all = Arc::new((Confirmations::default(), oracle));
    let confirm = || {
        let all = Arc::clone(&all);
        async move {
            let (shared, oracle) = &*all;
            let error = says("could not find class Owl in schema");
            let found = shared.confirm(oracle, &call(), attempt(), error).await;
            assert!(matches!(found, Confirmed::Error(error) if error.is_retryable()));
        }
    };
    let together: tokio::task::JoinSet<_> = (0..48).map(|_| confirm()).collect();
    together.join_all().await;
    assert_eq!(all.1.questions(), [Question::LeaderKnows("Owl".to_owned())]);
    // It exists: that stays so for a while.
    confirm().await;
    assert_eq!(all.1.questions().len(), 1);
    tokio::time::advance(FRESH).await;
    confirm().await;
    assert_eq!(all.1.questions().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_before_the_request_proves_no_absence() {
    let oracle = ScriptedOracle::new([Answer::No, Answer::Yes]);
    let (shared, call) = (Confirmations::default(), call());
    let class = || says("could not find class Owl in schema");
    let first = shared.confirm(&oracle, &call, attempt(), class()).await;
    assert!(matches!(first, Confirmed::Error(error) if error.is_not_found()));
    // Created meanwhile by another client.
    tokio::time::advance(Duration::from_millis(1)).await;
    let second = shared.confirm(&oracle, &call, attempt(), class()).await;
    assert!(matches!(second, Confirmed::Error(error) if error.is_retryable()));
}

#[tokio::test(start_paused = true)]
async fn a_question_has_a_deadline_of_its_own() {
    let oracle = ScriptedOracle { takes: SECOND * 60, ..ScriptedOracle::default() };
    let start = Instant::now();
    let found =
        Confirmations::default().confirm(&oracle, &call(), attempt(), says("could not find class Owl in schema")).await;
    assert!(matches!(found, Confirmed::Error(error) if error.is_retryable()));
    assert_eq!(start.elapsed(), DEADLINE);
}

#[test]
fn the_missing_collection_is_read_from_the_start_of_the_text() {
    for (text, expected) in [
        ("could not find class Owl in schema", Some("Owl")),
        ("search: could not find class Owl_2 in schema", Some("Owl_2")),
        ("delete from non-existing index for Owl", Some("Owl")),
        ("failed to execute query: class not found", Some("")),
        ("class \"Owl\" not found", Some("")),
        ("nearObject params: vector not found", None),
        ("could not find class  in schema", None),
        ("no object with id could not find class Owl in schema found", None),
    ] {
        assert_eq!(missing_collection(text), expected, "{text}");
    }
}

#[test]
fn the_memory_of_questions_is_bounded() {
    let shared = Confirmations::default();
    for number in 0..MAX_REMEMBERED * 3 {
        shared.slot(0, &Claim::Object(number.to_string()));
        assert!(shared.slots.lock().unwrap().len() <= MAX_REMEMBERED);
    }
}

//! The cache with a scripted provider, on a paused clock.

mod limits;

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use tokio::sync::Semaphore;
use tokio::task::{JoinSet, yield_now};
use tokio::time::{advance, sleep};

use super::super::token_provider::{TokenFuture, TokenProvider};
use super::*;
use crate::ErrorKind;
use crate::values::warning::WarningSettings;

const LIFE: Duration = Duration::from_secs(100);

/// Behaviour of a scripted provider for one request.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Returns a token that lives for [`LIFE`].
    Give,
    /// Returns such a token after a delay.
    GiveAfter(Duration),
    /// Returns a token with this lifetime.
    GiveFor(Duration),
    /// Returns a token that is not a valid header value.
    GiveInvalid,
    Deny,
    BeUnavailable,
    BeUnavailableAfter(Duration),
    Hang,
    Panic,
    PanicAtOnce,
}

/// A provider that runs a list of steps, and then returns tokens named `t1`, `t2` and so on.
struct Script {
    steps: Mutex<VecDeque<Step>>,
    requests: AtomicUsize,
}

impl Script {
    fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        Arc::new(Self { steps: Mutex::new(steps.into_iter().collect()), requests: AtomicUsize::new(0) })
    }

    fn cache(self: &Arc<Self>) -> TokenCache {
        self.cache_with_warnings().0
    }

    /// Returns a cache and the warnings that it emits.
    fn cache_with_warnings(self: &Arc<Self>) -> (TokenCache, Arc<Mutex<Vec<String>>>) {
        let emitted = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&emitted);
        let listener: Arc<dyn Fn(&_) + Send + Sync> =
            Arc::new(move |warning: &crate::values::warning::Warning| into.lock().unwrap().push(warning.to_string()));
        let warnings = Warnings::new(WarningSettings { listener: Some(listener), ..WarningSettings::default() });
        let source = TokenSource::Provider(Arc::clone(self) as _);
        (TokenCache::with_random(source, Arc::new(warnings), || 0.5), emitted)
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl TokenProvider for Script {
    fn token(&self) -> TokenFuture<'_> {
        let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        let step = self.steps.lock().unwrap().pop_front().unwrap_or(Step::Give);
        assert!(!matches!(step, Step::PanicAtOnce), "a provider panics before there is a future");
        Box::pin(async move {
            let token = AccessToken::new(format!("t{number}"));
            match step {
                Step::Give | Step::PanicAtOnce => Ok(token.expires_in(LIFE)),
                Step::GiveAfter(time) => {
                    sleep(time).await;
                    Ok(token.expires_in(LIFE))
                }
                Step::GiveFor(lifetime) => Ok(token.expires_in(lifetime)),
                Step::GiveInvalid => Ok(AccessToken::new("hunter2\n")),
                Step::Deny => Err(TokenError::denied("wrong secret")),
                Step::BeUnavailable => Err(TokenError::unavailable("no connection")),
                Step::BeUnavailableAfter(time) => {
                    sleep(time).await;
                    Err(TokenError::unavailable("HTTP 503"))
                }
                Step::Hang => pending().await,
                Step::Panic => panic!("a provider panics"),
            }
        })
    }
}

fn name(authorization: &Authorization) -> String {
    authorization.header.to_str().unwrap().trim_start_matches("Bearer ").to_owned()
}

/// Requests the token with a deadline that does not matter.
async fn authorize(cache: &TokenCache) -> TokenResult {
    cache.authorize(Duration::from_secs(60)).await
}

async fn token(cache: &TokenCache) -> String {
    name(&authorize(cache).await.unwrap())
}

/// Requests the token from many tasks at once.
async fn tokens_of_1000_tasks(cache: &TokenCache) -> Vec<TokenResult> {
    let mut calls = JoinSet::new();
    for _ in 0..1000 {
        let cache = cache.clone();
        calls.spawn(async move { authorize(&cache).await });
    }
    calls.join_all().await
}

/// Lets all ready tasks run.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn concurrent_calls_make_one_renewal() {
    for slow in [Step::Give, Step::GiveAfter(SECOND)] {
        let script = Script::new([Step::Give, slow]);
        let cache = script.cache();
        assert_eq!(token(&cache).await, "t1");
        advance(LIFE).await;
        let answers = tokens_of_1000_tasks(&cache).await;
        assert!(answers.iter().all(|answer| name(answer.as_ref().unwrap()) == "t2"), "{slow:?}");
        assert_eq!((answers.len(), script.requests()), (1000, 2), "{slow:?}");
    }
}

#[tokio::test]
async fn concurrent_calls_on_several_threads_make_one_renewal() {
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    let gate = Arc::new(Semaphore::new(0));
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = {
        let (gate, asked) = (Arc::clone(&gate), Arc::clone(&asked));
        move || {
            let (gate, asked) = (Arc::clone(&gate), Arc::clone(&asked));
            async move {
                asked.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                Ok(AccessToken::new("t"))
            }
        }
    };
    let warnings = Arc::new(Warnings::new(WarningSettings::default()));
    let cache = TokenCache::new(TokenSource::Provider(Arc::new(provider)), warnings);
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let cache = cache.clone();
            threads.spawn(async move { authorize(&cache).await.is_ok() })
        })
        .collect();
    gate.add_permits(1);
    for call in calls {
        assert!(call.await.unwrap());
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    threads.shutdown_background();
}

#[test]
fn a_token_is_renewed_before_its_expiry() {
    let now = Instant::now();
    for (life, random, expected) in [
        (100.0, 0.0, 80.0),
        (100.0, 1.0, 70.0),
        (3600.0, 0.0, 3570.0),
        (3600.0, 1.0, 3555.0),
        (2.0, 0.5, 1.5),
        // Not before it is a second old.
        (1.25, 0.5, 1.0),
        (1.0, 0.5, 1.0),
        (0.0, 1.0, 1.0),
    ] {
        let renewal = renewal_time(now, now + Duration::from_secs_f64(life), random);
        let found = (renewal - now).as_secs_f64();
        assert!((found - expected).abs() < 1e-6, "{life} {random}: {found}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_old_token_is_used_during_a_renewal() {
    let script = Script::new([Step::Give, Step::GiveAfter(SECOND)]);
    let cache = script.cache();
    token(&cache).await;
    // A quarter of its life before the expiry, with the random share at its mean.
    advance(Duration::from_secs(74)).await;
    assert_eq!(token(&cache).await, "t1");
    settle().await;
    assert_eq!(script.requests(), 1);
    advance(SECOND).await;
    for _ in 0..10 {
        assert_eq!(token(&cache).await, "t1");
        settle().await;
        assert_eq!(script.requests(), 2);
    }
    sleep(SECOND).await;
    settle().await;
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_is_repeated_after_a_pause() {
    for failure in [Step::BeUnavailable, Step::Deny, Step::Panic, Step::PanicAtOnce] {
        let script = Script::new([Step::Give, failure]);
        let cache = script.cache();
        token(&cache).await;
        advance(Duration::from_secs(75)).await;
        for wait in [0, 0, 7_400] {
            advance(Duration::from_millis(wait)).await;
            assert_eq!(token(&cache).await, "t1");
            settle().await;
            assert_eq!(script.requests(), 2, "{failure:?}");
        }
        // Five to ten seconds; seven and a half with the random share at its mean.
        advance(Duration::from_millis(100)).await;
        assert_eq!(token(&cache).await, "t1");
        settle().await;
        assert_eq!((token(&cache).await.as_str(), script.requests()), ("t3", 3), "{failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_renewed_is_used_until_its_expiry() {
    let script = Script::new([Step::Give, Step::BeUnavailable, Step::BeUnavailable]);
    let cache = script.cache();
    token(&cache).await;
    advance(Duration::from_millis(99_999)).await;
    assert_eq!(token(&cache).await, "t1");
    settle().await;
    advance(Duration::from_millis(1)).await;
    assert!(authorize(&cache).await.unwrap_err().is_transient());
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t4", 4));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_does_not_cancel_a_renewal() {
    let script = Script::new([Step::GiveAfter(SECOND)]);
    let cache = script.cache();
    let mut first = Box::pin(authorize(&cache));
    let mut second = Box::pin(authorize(&cache));
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop(first);
    assert_eq!((name(&second.await.unwrap()).as_str(), script.requests()), ("t1", 1));

    // Even if all callers are dropped.
    advance(LIFE).await;
    let mut only = Box::pin(authorize(&cache));
    assert!(only.as_mut().poll(&mut context).is_pending());
    drop(only);
    settle().await;
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn a_transient_error_is_retried_and_a_refusal_is_remembered() {
    let script = Script::new([Step::BeUnavailable, Step::BeUnavailable, Step::Deny]);
    let cache = script.cache();
    for expected in [1, 2] {
        for answer in tokens_of_1000_tasks(&cache).await {
            assert!(answer.unwrap_err().is_transient());
        }
        assert_eq!(script.requests(), expected);
    }
    for _ in 0..2 {
        for answer in tokens_of_1000_tasks(&cache).await {
            let error = answer.unwrap_err();
            assert_eq!((error.is_transient(), error.to_string().as_str()), (false, "wrong secret"));
        }
        assert_eq!(script.requests(), 3);
        advance(Duration::from_millis(499)).await;
    }
    advance(Duration::from_millis(2)).await;
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t4", 4));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_token_is_a_refusal() {
    let script = Script::new([Step::GiveInvalid]);
    let error = authorize(&script.cache()).await.unwrap_err();
    assert!(!error.is_transient() && !format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once() {
    let script = Script::new([]);
    let cache = script.cache();
    let sent: Vec<_> = tokens_of_1000_tasks(&cache).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(script.requests(), 1);
    for sent in &sent[..500] {
        assert!(cache.refused(sent.serial));
    }
    assert_eq!(token(&cache).await, "t2");
    // They were sent with the old token.
    for sent in &sent[500..] {
        assert!(cache.refused(sent.serial));
    }
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn a_refused_replacement_is_kept_for_a_while() {
    let script = Script::new([]);
    let cache = script.cache();
    let first = authorize(&cache).await.unwrap();
    assert!(cache.refused(first.serial));
    let second = authorize(&cache).await.unwrap();
    for _ in 0..10 {
        assert!(!cache.refused(second.serial));
        assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
    }
    advance(REPLACEMENT_PAUSE).await;
    assert!(cache.refused(second.serial));
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t3", 3));
}

#[tokio::test(start_paused = true)]
async fn a_renewed_token_can_be_replaced_at_once() {
    let script = Script::new([]);
    let cache = script.cache();
    assert!(cache.refused(authorize(&cache).await.unwrap().serial));
    token(&cache).await;
    advance(LIFE).await;
    let third = authorize(&cache).await.unwrap();
    assert!(cache.refused(third.serial));
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t4", 4));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_joins_the_running_renewal() {
    let script = Script::new([Step::Give, Step::GiveAfter(SECOND)]);
    let cache = script.cache();
    token(&cache).await;
    advance(Duration::from_secs(80)).await;
    let sent = authorize(&cache).await.unwrap();
    settle().await;
    assert!(cache.refused(sent.serial));
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_provider_fails_only_the_waiting_calls() {
    for step in [Step::Panic, Step::PanicAtOnce] {
        let script = Script::new([step]);
        let cache = script.cache();
        for answer in tokens_of_1000_tasks(&cache).await {
            let error = answer.unwrap_err();
            assert!(error.is_transient() && error.to_string().contains("panicked"), "{error}");
        }
        assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
    }
}

#[test]
fn the_next_renewal_starts_on_another_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let script = Script::new([Step::Hang]);
    let cache = script.cache();
    let first = runtime();
    let mut waiting = pin!(authorize(&cache));
    first.block_on(async {
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        settle().await;
    });
    drop(first);
    let second = runtime();
    assert!(second.block_on(waiting).unwrap_err().to_string().contains("runtime"));
    assert_eq!(second.block_on(token(&cache)), "t2");
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let script = Script::new([]);
    let cache = script.cache();
    let mut call = pin!(authorize(&cache));
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(Err(error)) => assert!(error.to_string().contains("runtime"), "{error}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(script.requests(), 0);
}

#[cfg(feature = "oidc")]
#[tokio::test(start_paused = true)]
async fn a_cache_can_start_with_a_token() {
    let script = Script::new([]);
    let cache = script.cache().seeded(&AccessToken::new("given").expires_in(LIFE)).unwrap();
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("given", 0));
    advance(LIFE).await;
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t1", 1));
}

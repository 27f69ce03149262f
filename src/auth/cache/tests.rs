use std::collections::VecDeque;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use tokio::sync::Semaphore;
use tokio::task::{JoinSet, yield_now};
use tokio::time::{advance, sleep};

use super::super::token::TokenFuture;
use super::*;

const LIFE: Duration = Duration::from_secs(100);

/// What a provider does when it is asked.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// A token that lives for [`LIFE`].
    Give,
    /// The same, after this long.
    GiveAfter(Duration),
    /// One that no header can carry.
    GiveRubbish,
    Deny,
    BeAway,
    Hang,
    Panic,
    PanicAtOnce,
}

/// Does what is written down, and then gives. Its tokens are called `t1`, `t2` and so on.
struct Script {
    acts: Mutex<VecDeque<Act>>,
    asked: AtomicUsize,
}

impl Script {
    fn new(acts: impl IntoIterator<Item = Act>) -> Arc<Self> {
        Arc::new(Self { acts: Mutex::new(acts.into_iter().collect()), asked: AtomicUsize::new(0) })
    }

    fn cache(self: &Arc<Self>) -> TokenCache {
        TokenCache::with_random(Arc::clone(self) as _, || 0.5)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl TokenProvider for Script {
    fn token(&self) -> TokenFuture<'_> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let act = self.acts.lock().unwrap().pop_front().unwrap_or(Act::Give);
        assert!(!matches!(act, Act::PanicAtOnce), "a provider panics before there is a future");
        Box::pin(async move {
            let token = AccessToken::new(format!("t{number}"));
            match act {
                Act::Give | Act::PanicAtOnce => Ok(token.expires_in(LIFE)),
                Act::GiveAfter(time) => {
                    sleep(time).await;
                    Ok(token.expires_in(LIFE))
                }
                Act::GiveRubbish => Ok(AccessToken::new("hunter2\n")),
                Act::Deny => Err(TokenError::denied("wrong secret")),
                Act::BeAway => Err(TokenError::unavailable("nobody there")),
                Act::Hang => pending().await,
                Act::Panic => panic!("a provider panics"),
            }
        })
    }
}

fn name(authorization: &Authorization) -> String {
    authorization.header.to_str().unwrap().trim_start_matches("Bearer ").to_owned()
}

async fn token(cache: &TokenCache) -> String {
    name(&cache.authorize().await.unwrap())
}

/// The same from many tasks at once.
async fn thousand(cache: &TokenCache) -> Vec<Answer> {
    let mut calls = JoinSet::new();
    for _ in 0..1000 {
        let cache = cache.clone();
        calls.spawn(async move { cache.authorize().await });
    }
    calls.join_all().await
}

/// Lets tasks run that have nothing to wait for.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_at_the_end_of_a_token_make_one_renewal() {
    for slow in [Act::Give, Act::GiveAfter(SECOND)] {
        let script = Script::new([Act::Give, slow]);
        let cache = script.cache();
        assert_eq!(token(&cache).await, "t1");
        advance(LIFE).await;
        let answers = thousand(&cache).await;
        assert!(answers.iter().all(|answer| name(answer.as_ref().unwrap()) == "t2"), "{slow:?}");
        assert_eq!((answers.len(), script.asked()), (1000, 2), "{slow:?}");
    }
}

#[tokio::test]
async fn and_on_several_threads_too() {
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
    let cache = TokenCache::new(Arc::new(provider));
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let cache = cache.clone();
            threads.spawn(async move { cache.authorize().await.is_ok() })
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
fn a_token_is_renewed_a_fifth_of_its_life_ahead_and_thirty_seconds_at_most() {
    let since = Instant::now();
    for (life, random, expected) in [
        (100.0, 0.0, 80.0),
        (100.0, 1.0, 70.0),
        (3600.0, 0.0, 3570.0),
        (3600.0, 1.0, 3555.0),
        (1.0, 0.5, 0.75),
        (0.0, 1.0, 0.0),
    ] {
        let renewal = renewal_of(since, since + Duration::from_secs_f64(life), random);
        let found = (renewal - since).as_secs_f64();
        assert!((found - expected).abs() < 1e-6, "{life} {random}: {found}");
    }
}

#[test]
fn chance_is_between_nothing_and_all() {
    for _ in 0..100 {
        assert!((0.0..=1.0).contains(&random()));
    }
    assert!((0..10).map(|_| random()).any(|other| other.to_bits() != random().to_bits()));
}

#[tokio::test(start_paused = true)]
async fn the_old_token_serves_while_the_next_one_is_on_its_way() {
    let script = Script::new([Act::Give, Act::GiveAfter(SECOND)]);
    let cache = script.cache();
    token(&cache).await;
    // A quarter of its life before the end, with chance in the middle.
    advance(Duration::from_secs(74)).await;
    assert_eq!(token(&cache).await, "t1");
    settle().await;
    assert_eq!(script.asked(), 1);
    advance(SECOND).await;
    for _ in 0..10 {
        assert_eq!(token(&cache).await, "t1");
        settle().await;
        assert_eq!(script.asked(), 2);
    }
    sleep(SECOND).await;
    settle().await;
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_is_repeated_after_a_pause_while_the_token_is_good() {
    for failure in [Act::BeAway, Act::Deny, Act::Panic, Act::PanicAtOnce] {
        let script = Script::new([Act::Give, failure]);
        let cache = script.cache();
        token(&cache).await;
        advance(Duration::from_secs(75)).await;
        for wait in [0, 0, 7_400] {
            advance(Duration::from_millis(wait)).await;
            assert_eq!(token(&cache).await, "t1");
            settle().await;
            assert_eq!(script.asked(), 2, "{failure:?}");
        }
        // Five to ten seconds, seven and a half with chance in the middle.
        advance(Duration::from_millis(100)).await;
        assert_eq!(token(&cache).await, "t1");
        settle().await;
        assert_eq!((token(&cache).await.as_str(), script.asked()), ("t3", 3), "{failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_renewed_is_used_to_its_end_and_no_longer() {
    let script = Script::new([Act::Give, Act::BeAway, Act::BeAway]);
    let cache = script.cache();
    token(&cache).await;
    advance(Duration::from_millis(99_999)).await;
    assert_eq!(token(&cache).await, "t1");
    settle().await;
    advance(Duration::from_millis(1)).await;
    assert!(cache.authorize().await.unwrap_err().is_transient());
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t4", 4));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_takes_nothing_along() {
    let script = Script::new([Act::GiveAfter(SECOND)]);
    let cache = script.cache();
    let mut first = Box::pin(cache.authorize());
    let mut second = Box::pin(cache.authorize());
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop(first);
    assert_eq!((name(&second.await.unwrap()).as_str(), script.asked()), ("t1", 1));

    // Even if all leave.
    advance(LIFE).await;
    let mut only = Box::pin(cache.authorize());
    assert!(only.as_mut().poll(&mut context).is_pending());
    drop(only);
    settle().await;
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_asked_again_at_once_and_a_no_stands_for_a_second() {
    let script = Script::new([Act::BeAway, Act::BeAway, Act::Deny]);
    let cache = script.cache();
    for expected in [1, 2] {
        for answer in thousand(&cache).await {
            assert!(answer.unwrap_err().is_transient());
        }
        assert_eq!(script.asked(), expected);
    }
    for _ in 0..2 {
        for answer in thousand(&cache).await {
            let error = answer.unwrap_err();
            assert_eq!((error.is_transient(), error.to_string().as_str()), (false, "wrong secret"));
        }
        assert_eq!(script.asked(), 3);
        advance(Duration::from_millis(499)).await;
    }
    advance(Duration::from_millis(2)).await;
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t4", 4));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_sent_is_a_no() {
    let script = Script::new([Act::GiveRubbish]);
    let error = script.cache().authorize().await.unwrap_err();
    assert!(!error.is_transient() && !format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_for_all() {
    let script = Script::new([]);
    let cache = script.cache();
    let sent: Vec<_> = thousand(&cache).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(script.asked(), 1);
    for sent in &sent[..500] {
        assert!(cache.refused(sent.serial));
    }
    assert_eq!(token(&cache).await, "t2");
    // They were on their way with the old one.
    for sent in &sent[500..] {
        assert!(cache.refused(sent.serial));
    }
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn a_replacement_that_is_refused_as_well_stays_for_a_while() {
    let script = Script::new([]);
    let cache = script.cache();
    let first = cache.authorize().await.unwrap();
    assert!(cache.refused(first.serial));
    let second = cache.authorize().await.unwrap();
    for _ in 0..10 {
        assert!(!cache.refused(second.serial));
        assert_eq!((token(&cache).await.as_str(), script.asked()), ("t2", 2));
    }
    advance(REPLACEMENT_STANDS).await;
    assert!(cache.refused(second.serial));
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t3", 3));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_followed_an_old_one_may_be_replaced_at_once() {
    let script = Script::new([]);
    let cache = script.cache();
    assert!(cache.refused(cache.authorize().await.unwrap().serial));
    token(&cache).await;
    advance(LIFE).await;
    let third = cache.authorize().await.unwrap();
    assert!(cache.refused(third.serial));
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t4", 4));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_joins_the_renewal_under_way() {
    let script = Script::new([Act::Give, Act::GiveAfter(SECOND)]);
    let cache = script.cache();
    token(&cache).await;
    advance(Duration::from_secs(80)).await;
    let sent = cache.authorize().await.unwrap();
    settle().await;
    assert!(cache.refused(sent.serial));
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t2", 2));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_fails_who_waits_and_nobody_else() {
    for act in [Act::Panic, Act::PanicAtOnce] {
        let script = Script::new([act]);
        let cache = script.cache();
        for answer in thousand(&cache).await {
            let error = answer.unwrap_err();
            assert!(error.is_transient() && error.to_string().contains("panicked"), "{error}");
        }
        assert_eq!((token(&cache).await.as_str(), script.asked()), ("t2", 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_is_given_up() {
    let script = Script::new([Act::Hang]);
    let cache = script.cache();
    let start = Instant::now();
    for answer in thousand(&cache).await {
        let error = answer.unwrap_err();
        assert!(error.is_transient() && error.to_string().contains("30s"), "{error}");
    }
    assert_eq!(start.elapsed(), LIMIT);
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t2", 2));
}

#[test]
fn a_renewal_ends_with_its_runtime_and_the_next_begins_on_another() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let script = Script::new([Act::Hang]);
    let cache = script.cache();
    let first = runtime();
    let mut waiting = pin!(cache.authorize());
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
    let mut call = pin!(cache.authorize());
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(Err(error)) => assert!(error.to_string().contains("runtime"), "{error}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(script.asked(), 0);
}

#[cfg(feature = "oidc")]
#[tokio::test(start_paused = true)]
async fn a_cache_may_begin_with_a_token() {
    let script = Script::new([]);
    let cache = script.cache().seeded(&AccessToken::new("given").expires_in(LIFE)).unwrap();
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("given", 0));
    advance(LIFE).await;
    assert_eq!((token(&cache).await.as_str(), script.asked()), ("t1", 1));
}

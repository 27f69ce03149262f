//! Limits: how often a provider is asked, how long calls wait for it, and how often that warns.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_token_with_a_short_lifetime_is_requested_once_a_second() {
    for lifetime in [Duration::ZERO, Duration::from_millis(400), SECOND, Duration::from_millis(1_200)] {
        let script = Script::new([Step::GiveFor(lifetime); 20]);
        let cache = script.cache();
        let start = Instant::now();
        while start.elapsed() < SECOND * 10 {
            token(&cache).await;
            settle().await;
            advance(Duration::from_millis(50)).await;
        }
        assert!((9..=10).contains(&script.requests()), "{lifetime:?}: {} requests in 10 s", script.requests());
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_lifetime_does_not_keep_a_refused_token() {
    let script = Script::new([Step::GiveFor(Duration::ZERO); 2]);
    let cache = script.cache();
    let first = authorize(&cache).await.unwrap();
    assert!(cache.refused(first.serial));
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
}

/// Returns how long a call waited for its token, in seconds, and its error.
async fn waited(cache: &TokenCache) -> (f64, TokenError) {
    let start = Instant::now();
    let error = authorize(cache).await.unwrap_err();
    (start.elapsed().as_secs_f64(), error)
}

#[tokio::test(start_paused = true)]
async fn calls_wait_5_seconds_in_all_for_a_provider_that_hangs() {
    let script = Script::new([Step::Hang]);
    let (cache, warnings) = script.cache_with_warnings();
    let start = Instant::now();
    for answer in tokens_of_1000_tasks(&cache).await {
        let error = answer.unwrap_err();
        assert_eq!(error.to_string(), "the token provider did not answer within 5s");
        let error = crate::Error::from(error);
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, true), "{error}");
    }
    assert_eq!(start.elapsed(), TOKEN_WAIT);
    // Calls that come later do not wait, neither for the request nor during the pause after it.
    while start.elapsed() + SECOND < REQUEST_TIMEOUT + TOKEN_WAIT {
        let (seconds, error) = waited(&cache).await;
        assert!(seconds < 0.002 && error.to_string().contains("did not answer within"), "{seconds}: {error}");
        advance(SECOND).await;
    }
    assert_eq!(script.requests(), 1);
    sleep(SECOND * 2).await;
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t2", 2));
    assert_eq!(
        *warnings.lock().unwrap(),
        ["[token-unavailable] could not get an access token: the token provider did not answer within 5s; calls fail \
          until there is one. Silence this with suppress_warning(WarningCode::TokenUnavailable)"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_that_arrives_late_serves_the_next_calls() {
    let script = Script::new([Step::GiveAfter(SECOND * 8)]);
    let cache = script.cache();
    waited(&cache).await;
    sleep(SECOND * 4).await;
    assert_eq!((token(&cache).await.as_str(), script.requests()), ("t1", 1));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_costs_nothing_while_the_old_token_is_valid() {
    let script = Script::new([Step::GiveFor(SECOND * 600), Step::Hang]);
    let (cache, warnings) = script.cache_with_warnings();
    token(&cache).await;
    advance(SECOND * 565).await;
    let start = Instant::now();
    for _ in 0..34 {
        assert_eq!(token(&cache).await, "t1");
        settle().await;
        advance(SECOND).await;
    }
    assert_eq!((start.elapsed(), script.requests()), (SECOND * 34, 2));
    let warnings = warnings.lock().unwrap().clone();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let words = "did not answer within 30s; calls use the current token, which expires in 5s.";
    assert!(warnings[0].contains(words), "{warnings:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_its_deadline() {
    let script = Script::new([Step::Hang]);
    let (cache, warnings) = script.cache_with_warnings();
    let start = Instant::now();
    let error = cache.authorize(Duration::from_millis(100)).await.unwrap_err();
    assert_eq!(error.to_string(), "the token provider did not answer within 100ms");
    assert_eq!(start.elapsed(), Duration::from_millis(100));
    // The provider is not late yet.
    assert!(warnings.lock().unwrap().is_empty());
}

#[test]
fn a_failure_is_the_answer_for_as_long_as_it_took() {
    let (denied, unavailable) = (TokenError::denied("no"), TokenError::unavailable("down"));
    for (error, took, expected) in [
        (&unavailable, 0, 0),
        (&unavailable, 999, 0),
        (&unavailable, 1_000, 1_000),
        (&unavailable, 4_000, 4_000),
        (&unavailable, 30_000, 5_000),
        (&denied, 0, 1_000),
        (&denied, 4_000, 4_000),
        (&denied, 30_000, 5_000),
    ] {
        let pause = pause_after(error, Duration::from_millis(took));
        assert_eq!(pause, Duration::from_millis(expected), "{error} after {took} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_failure_is_not_waited_for_again_and_again() {
    let script = Script::new([Step::BeUnavailableAfter(SECOND * 4); 100]);
    let cache = script.cache();
    let (start, mut calls, mut waits) = (Instant::now(), 0, 0.0);
    while start.elapsed() < SECOND * 80 {
        waits += waited(&cache).await.0;
        calls += 1;
        sleep(SECOND / 10).await;
    }
    // Half of the time is a pause, in which calls fail at once.
    assert!((36.0..=44.0).contains(&waits) && calls > 300, "{waits} s in {calls} calls");
}

#[tokio::test(start_paused = true)]
async fn one_warning_however_many_requests_fail() {
    for failure in [Step::Deny, Step::BeUnavailable, Step::Panic, Step::PanicAtOnce, Step::GiveInvalid] {
        let script = Script::new([failure; 5]);
        let (cache, warnings) = script.cache_with_warnings();
        for _ in 0..5 {
            authorize(&cache).await.unwrap_err();
            advance(SECOND).await;
        }
        assert_eq!((script.requests(), warnings.lock().unwrap().len()), (5, 1), "{failure:?}");
    }
}

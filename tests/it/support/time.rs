//! Timeouts for tests, and waiting for a condition. No test sleeps for a fixed time.

use std::time::Duration;

use weaviate::connect::{RetryPolicy, Timeouts};

/// A timeout short enough to wait for in a test, and long enough for a loaded machine.
pub(crate) const SOON: Duration = Duration::from_secs(2);

/// Timeouts of [`SOON`] for each kind of call.
pub(crate) fn timeouts() -> Timeouts {
    Timeouts::default().init(SOON).query(SOON).insert(SOON)
}

/// The default retry policy, with a backoff that costs no time.
pub(crate) fn eager() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(10))
}

/// Polls the condition until it holds, and fails after 30 seconds. `what` names it in the failure.
pub(crate) async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let polls = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let patience = Duration::from_secs(30);
    assert!(tokio::time::timeout(patience, polls).await.is_ok(), "not within {patience:?}: {what}");
}

/// Lets all tasks run that are ready. For checks that something does not happen.
pub(crate) async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

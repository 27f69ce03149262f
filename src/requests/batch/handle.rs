//! What all handles of one batch share. The batch stops with the last of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;

use super::batch_report::{BatchError, BatchReport};
use super::driver::Shared;
use crate::Result;
use crate::values::batch::{BatchProgress, ItemCounts};

pub(super) struct BatchHandle<T: Send + 'static>(Arc<LastHandle<T>>);

struct LastHandle<T: Send + 'static> {
    shared: Arc<Shared<T>>,
    started: Instant,
    collect_failures: bool,
    is_finished: AtomicBool,
}

impl<T: Send + 'static> Clone for BatchHandle<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Send + 'static> BatchHandle<T> {
    pub(super) fn new(shared: Arc<Shared<T>>, collect_failures: bool) -> Self {
        Self(Arc::new(LastHandle {
            shared,
            started: Instant::now(),
            collect_failures,
            is_finished: AtomicBool::new(false),
        }))
    }

    pub(super) fn shared(&self) -> &Arc<Shared<T>> {
        &self.0.shared
    }

    pub(super) fn progress(&self) -> BatchProgress {
        self.0.shared.core().progress()
    }

    /// Sends all items so far without delay, and waits until each is decided.
    pub(super) async fn flush(&self) -> Result<BatchProgress> {
        let shared = &self.0.shared;
        let epoch = shared.core().flush();
        shared.wake_driver();
        let is_flushed = shared.wait_for(|core| {
            let is_over = core.is_over() || core.is_stopped();
            (core.is_flushed(epoch) || is_over).then(|| core.stop_reason())
        });
        match is_flushed.await {
            Some(reason) => Err(reason),
            None => Ok(self.progress()),
        }
    }

    pub(super) async fn finish(self) -> Result<BatchReport<T>, BatchError<T>> {
        let shared = &self.0.shared;
        shared.core().finish();
        shared.wake_driver();
        let (progress, (failures, summary)) =
            shared.wait_for(|core| core.is_over().then(|| (core.progress(), core.take_failures()))).await;
        self.0.is_finished.store(true, Ordering::Relaxed);
        let report = BatchReport { progress, elapsed: self.0.started.elapsed(), failures, summary };
        if self.0.collect_failures { Ok(report) } else { report.into_result() }
    }
}

impl<T: Send + 'static> Drop for LastHandle<T> {
    fn drop(&mut self) {
        self.shared.abandon("the batch was dropped before it was finished");
        let progress = self.shared.core().progress();
        let count = |of: fn(&ItemCounts) -> u64| of(&progress.objects) + of(&progress.references);
        let (failed, unknown) = (count(|counts| counts.failed), count(|counts| counts.unknown));
        if !self.is_finished.load(Ordering::Relaxed) && failed + unknown > 0 {
            tracing::warn!(
                target: "weaviate::batch",
                stored = count(|counts| counts.stored),
                failed,
                unknown,
                "a batch was dropped before it was finished: call `finish` to have everything sent, and to see what failed"
            );
        }
    }
}

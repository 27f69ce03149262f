//! Handle of the fate of one object in a batch.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::Uuid;
use crate::values::batch::BatchFailure;

/// Future of the fate of one object, returned by [`Batch::add_tracked`](crate::batch::Batch::add_tracked).
///
/// It resolves to the id once the server has stored the object, or to the failure with the object,
/// which is not in the report then. Dropped before it is read, it changes nothing: the report has the
/// failure, unless the batch was finished before.
///
/// An object is sent with others, when a message is full or after the batch's
/// [`linger`](crate::batch::BatchBuilder::linger).
///
/// ```no_run
/// use weaviate::batch::Batch;
/// use weaviate::prelude::*;
///
/// # async fn example(batch: Batch<PropertyMap>, article: PropertyMap) -> weaviate::Result<()> {
/// let fate = batch.add_tracked(article).await?;
/// match fate.await {
///     Ok(id) => println!("stored {id}"),
///     Err(failure) => println!("{failure}"),
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "the fate is known when it is awaited"]
pub struct Tracked<P> {
    id: Uuid,
    fate: oneshot::Receiver<Result<Uuid, BatchFailure<P>>>,
    give_back: GiveBack<P>,
}

/// Gives a failure to the report that was not read.
pub(super) type GiveBack<P> = Arc<dyn Fn(BatchFailure<P>) + Send + Sync>;

impl<P> Tracked<P> {
    pub(super) fn new(
        id: Uuid,
        fate: oneshot::Receiver<Result<Uuid, BatchFailure<P>>>,
        give_back: GiveBack<P>,
    ) -> Self {
        Self { id, fate, give_back }
    }

    /// Returns the id of the object, which it has already.
    ///
    /// ```
    /// # fn example(fate: weaviate::batch::Tracked<()>) {
    /// println!("{}", fate.id());
    /// # }
    /// ```
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }
}

impl<P> Future for Tracked<P> {
    type Output = Result<Uuid, BatchFailure<P>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.fate).poll(context) {
            Poll::Ready(Ok(fate)) => Poll::Ready(fate),
            // An item is kept until it has its fate, also if its batch is dropped.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

/// A failure that was not read is one of the report.
impl<P> Drop for Tracked<P> {
    fn drop(&mut self) {
        self.fate.close();
        if let Ok(Err(failure)) = self.fate.try_recv() {
            (self.give_back)(failure);
        }
    }
}

impl<P> fmt::Debug for Tracked<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracked").field("id", &self.id).finish_non_exhaustive()
    }
}

//! What a dynamic batch learns of the server beside its answers: vectorizers and queues.

use std::sync::Weak;
use std::time::Duration;

use super::driver::Shared;

/// Pause between two looks.
const INTERVAL: Duration = Duration::from_secs(2);

/// Looks at the server from time to time, as long as there is the batch.
pub(super) async fn watch<T: Send + 'static>(batch: Weak<Shared<T>>) {
    let mut tells_queue = true;
    loop {
        let Some(shared) = batch.upgrade() else { return };
        // At once, if there is a new lane. The batch ends this task when it is over.
        let _ = tokio::time::timeout(INTERVAL, shared.new_lane()).await;
        look_at_collections(&shared).await;
        let Some(post) = shared.core().busy_post().filter(|_| tells_queue) else { continue };
        match post.queue_time().await {
            Ok(time) => shared.core().set_queue(time),
            // Not allowed, or not there: the latencies have to do.
            Err(error) => tells_queue = error.is_retryable(),
        }
    }
}

/// Asks for the vectorizers of collections that are new. Each is asked for once. A second
/// caller waits for the answer to the first.
pub(super) async fn look_at_collections<T: Send + 'static>(shared: &Shared<T>) {
    let mut asked = shared.asked.lock().await;
    let posts = shared.core().take_new_posts();
    for post in posts {
        let collection = &post.target().collection;
        if asked.insert(collection.clone())
            && let Ok(makes_vectors) = post.has_vectorizer().await
        {
            shared.core().set_vectorizer(collection, makes_vectors);
        }
    }
}

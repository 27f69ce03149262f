//! Counters of a batch.

use std::time::Duration;

/// State of a batch at one moment: objects and references together, retries, and the server's time.
///
/// The counts of [`objects`](Self::objects) and [`references`](Self::references) add up to all that
/// the batch has accepted.
///
/// ```no_run
/// use weaviate::batch::Batch;
///
/// # fn example(batch: Batch<weaviate::PropertyMap>) {
/// let progress = batch.progress();
/// println!("{} stored, {} to go", progress.objects.stored, progress.objects.undecided());
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgress {
    /// Counts of objects.
    pub objects: ItemCounts,
    /// Counts of references that were added by themselves, not as a part of an object.
    pub references: ItemCounts,
    /// Number of messages that have been answered, or have failed.
    pub messages: u64,
    /// Number of items that were sent again, each time counted.
    pub retries: u64,
    /// Time that the server has measured for the messages, summed up: messages in flight at the same
    /// time count each. Zero over REST, which does not report it.
    pub took: Duration,
}

/// Numbers of items of a batch, by what is known of them.
///
/// ```
/// use weaviate::batch::ItemCounts;
///
/// assert_eq!(ItemCounts::default().total(), 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemCounts {
    /// Accepted and not in flight: in an open message, or waiting to be sent again.
    pub queued: u64,
    /// Sent, without an answer yet.
    pub in_flight: u64,
    /// Stored, as the server says.
    pub stored: u64,
    /// Not stored: refused by the server, or not sent.
    pub failed: u64,
    /// Sent, and whether they are stored is not known.
    pub unknown: u64,
}

impl ItemCounts {
    /// Returns the number of items that the batch has accepted.
    ///
    /// ```
    /// # fn example(counts: weaviate::batch::ItemCounts) {
    /// println!("{} of {}", counts.stored, counts.total());
    /// # }
    /// ```
    #[must_use]
    pub fn total(&self) -> u64 {
        self.undecided() + self.stored + self.failed + self.unknown
    }

    /// Returns the number of items whose fate is not decided yet.
    ///
    /// ```
    /// # fn example(counts: weaviate::batch::ItemCounts) {
    /// println!("{} to go", counts.undecided());
    /// # }
    /// ```
    #[must_use]
    pub fn undecided(&self) -> u64 {
        self.queued + self.in_flight
    }
}

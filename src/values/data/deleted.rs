//! The report of a deletion by filter.

use std::time::Duration;

use crate::Uuid;

/// Report of a deletion by filter: how many objects matched, and how many are deleted.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let old = Filter::property("year").less_than(1900);
/// let report = articles.data().delete_many(old).await?;
/// println!("{} of {} articles deleted", report.successful, report.matches);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DeleteReport {
    /// Number of objects that matched when the deletion began.
    pub matches: u64,
    /// Number of deleted objects. In a dry run, the number that would be deleted.
    pub successful: u64,
    /// Number of objects with an error. Some of them can be deleted nonetheless: the server also
    /// reports an error if only an index failed to follow.
    pub failed: u64,
    /// Duration, as the server measured it. Zero over REST, which does not report it.
    pub took: Duration,
    /// Objects that matched. Empty without [`verbose`](crate::data::DeleteMany::verbose).
    pub objects: Vec<DeletedObject>,
}

/// Object in a [`DeleteReport`]: its id, and the error if it could not be deleted.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let old = Filter::property("year").less_than(1900);
/// for object in articles.data().delete_many(old).verbose(true).await?.objects {
///     println!("{}: {}", object.id, object.error.as_deref().unwrap_or("deleted"));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletedObject {
    /// Id of the object.
    pub id: Uuid,
    /// Error in the server's words, if the object could not be deleted.
    pub error: Option<String>,
}

impl DeleteReport {
    /// Adds the report of another round. Returns `true` if it was the last one: all that matched is
    /// deleted, or a round deleted nothing.
    pub(crate) fn add(&mut self, round: Self) -> bool {
        if *self == Self::default() {
            self.matches = round.matches;
        }
        let done = round.successful == 0 || round.successful.saturating_add(round.failed) >= round.matches;
        self.successful = self.successful.saturating_add(round.successful);
        self.took = self.took.saturating_add(round.took);
        // Objects that failed match again and are tried again.
        self.failed = round.failed;
        self.objects.retain(|object| object.error.is_none());
        self.objects.extend(round.objects);
        // Objects that are inserted meanwhile match, too. The rounds end nonetheless.
        done || self.successful >= self.matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(matches: u64, successful: u64, failed: u64) -> DeleteReport {
        let object = |number: u64, error: Option<&str>| DeletedObject {
            id: Uuid::from_u128(number.into()),
            error: error.map(str::to_owned),
        };
        let gone = (0..successful).map(|number| object(matches * 100 + number, None));
        let objects = gone.chain((0..failed).map(|number| object(number, Some("locked")))).collect();
        DeleteReport { matches, successful, failed, took: Duration::from_secs(1), objects }
    }

    #[test]
    fn rounds_end_when_nothing_more_is_deleted() {
        for (rounds, successful, failed) in [
            (vec![round(0, 0, 0)], 0, 0),
            (vec![round(3, 3, 0)], 3, 0),
            (vec![round(9, 4, 0), round(5, 4, 0), round(1, 1, 0)], 9, 0),
            // Two that cannot be deleted are tried each time.
            (vec![round(9, 4, 2), round(5, 3, 2)], 7, 2),
            (vec![round(4, 0, 4)], 0, 4),
            // As many objects are inserted as deleted.
            (vec![round(9, 4, 0), round(9, 4, 0), round(9, 4, 0)], 12, 0),
        ] {
            let mut report = DeleteReport::default();
            let (last, before) = rounds.split_last().unwrap();
            for round in before {
                assert!(!report.add(round.clone()), "{rounds:?}");
            }
            assert!(report.add(last.clone()), "{rounds:?}");
            assert_eq!((report.matches, report.successful, report.failed), (rounds[0].matches, successful, failed));
            assert_eq!(report.took, Duration::from_secs(rounds.len() as u64));
            assert_eq!(report.objects.len() as u64, successful + failed, "each object once");
        }
    }
}

//! The report of a deletion by filter.

use std::time::Duration;

use crate::Uuid;

/// What became of the objects that a filter matched.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DeleteReport {
    /// How many objects matched at the beginning.
    pub matches: u64,
    /// How many of them are deleted; would be, where it was a dry run.
    pub successful: u64,
    /// How many could not be deleted as a whole. Some may be gone all the same: the server says so, too, where an index did
    /// not follow.
    pub failed: u64,
    /// How long the server says it took. Over plain REST it does not say, and this is zero.
    pub took: Duration,
    /// Each object, if [`verbose`](crate::data::DeleteMany::verbose) asked for them.
    pub objects: Vec<DeletedObject>,
}

/// One object that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletedObject {
    /// Its id.
    pub id: Uuid,
    /// Why it could not be deleted, in the server's words.
    pub error: Option<String>,
}

impl DeleteReport {
    /// Adds what another round has done. Whether it was the last: all that matched is gone, or nothing goes any more.
    pub(crate) fn add(&mut self, round: Self) -> bool {
        if *self == Self::default() {
            self.matches = round.matches;
        }
        let done = round.successful == 0 || round.successful + round.failed >= round.matches;
        self.successful += round.successful;
        self.took += round.took;
        // What failed matched again, and was tried again.
        self.failed = round.failed;
        self.objects.retain(|object| object.error.is_none());
        self.objects.extend(round.objects);
        // What came in between matches too: nobody runs after it for ever.
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
    fn rounds_follow_until_nothing_goes_any_more() {
        for (rounds, successful, failed) in [
            (vec![round(0, 0, 0)], 0, 0),
            (vec![round(3, 3, 0)], 3, 0),
            (vec![round(9, 4, 0), round(5, 4, 0), round(1, 1, 0)], 9, 0),
            // Two that cannot be deleted are tried each time.
            (vec![round(9, 4, 2), round(5, 3, 2)], 7, 2),
            (vec![round(4, 0, 4)], 0, 4),
            // As many come in as go.
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

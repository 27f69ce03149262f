//! Refusals that a test wants, whatever is written.

use std::fmt;
use std::sync::Arc;

use super::refusal::Refusal;
use super::{BatchEntry, fault::ReadOnly};

/// The error of an object of a batch, or none.
type OfObject = Arc<dyn Fn(&BatchEntry) -> Option<String> + Send + Sync>;

/// Objects of a batch that hear that their shard takes no writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reported {
    First,
    Each,
}

/// The faults of one request that writes objects.
#[derive(Clone, Default)]
pub(crate) struct WriteFaults {
    /// All shards are read-only.
    pub(crate) read_only: Option<Reported>,
    pub(crate) of_object: Option<OfObject>,
}

/// No faults, as usual.
pub(super) static NO_FAULTS: WriteFaults = WriteFaults { read_only: None, of_object: None };

impl WriteFaults {
    /// Refuses objects by the rule of the test. Called without a lock, since that is the test's code.
    pub(super) fn refuse_objects(&self, entries: &mut [BatchEntry]) {
        let Some(of_object) = &self.of_object else { return };
        for entry in entries {
            entry.refusal = of_object(entry).map(Refusal::Injected);
        }
    }

    /// Refuses a single write.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        match self.read_only {
            Some(_) => Err(Refusal::ReadOnly(ReadOnly::ForDiskUsage)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for WriteFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteFaults")
            .field("read_only", &self.read_only)
            .field("of_object", &self.of_object.is_some())
            .finish()
    }
}

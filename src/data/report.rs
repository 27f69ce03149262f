//! What became of the objects of an import.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{Error, ErrorKind, Outcome, Result, Uuid};

/// What became of the objects of an import, all of them.
#[derive(Clone, Debug)]
#[must_use = "objects that failed are listed here and nowhere else"]
pub struct InsertReport {
    ids: Vec<Uuid>,
    /// In the order of the objects, one for each that failed.
    errors: Vec<ObjectError>,
}

impl InsertReport {
    pub(super) fn new(ids: Vec<Uuid>, mut errors: Vec<ObjectError>) -> Self {
        errors.sort_by_key(|error| error.index);
        errors.dedup_by_key(|error| error.index);
        Self { ids, errors }
    }

    /// The id of each object, in the order in which they were handed over, stored or not.
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
    }

    /// The ids of the objects that are stored, in the order in which they were handed over.
    pub fn stored(&self) -> impl Iterator<Item = Uuid> + '_ {
        let mut errors = self.errors.iter().map(|error| error.index).peekable();
        self.ids.iter().enumerate().filter_map(move |(index, id)| match errors.next_if_eq(&index) {
            Some(_) => None,
            None => Some(*id),
        })
    }

    /// The objects that are not stored, or of which nobody can say.
    #[must_use]
    pub fn errors(&self) -> &[ObjectError] {
        &self.errors
    }

    /// Whether any object failed.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The ids if all objects are stored, otherwise an error of kind [`ErrorKind::Partial`] that speaks of the first that
    /// is not. Look at [`errors`](Self::errors) before, if you need them all.
    pub fn into_result(self) -> Result<Vec<Uuid>> {
        let Some(first) = self.errors.first() else { return Ok(self.ids) };
        let message = format!(
            "{} of {} objects were not stored; the first of them is number {}: {}",
            self.errors.len(),
            self.ids.len(),
            first.index,
            first.message(),
        );
        Err(Error::partial(message).with_source(Arc::clone(&first.error)))
    }
}

/// An object that failed, and why.
#[derive(Clone, Debug)]
pub struct ObjectError {
    pub(super) index: usize,
    pub(super) id: Uuid,
    /// Shared by all objects of a message that failed as a whole.
    pub(super) error: Arc<Error>,
}

impl ObjectError {
    /// The position of the object among those that were handed over, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What the server said of it, word for word; where the server said nothing, what went wrong.
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        self.error.server_message().map_or_else(|| self.error.to_string().into(), Cow::from)
    }

    /// What can be done about it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Whether the object may be stored in spite of the error.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.error.outcome()
    }

    /// The error as a whole.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_is_what_did_not_fail() {
        let ids: Vec<_> = (0..5).map(Uuid::from_u128).collect();
        let failed = |index: usize| ObjectError {
            index,
            id: Uuid::nil(),
            error: Arc::new(Error::validation("title", "must be text")),
        };
        let report = InsertReport::new(ids.clone(), vec![failed(4), failed(0), failed(2), failed(0)]);
        assert_eq!(report.stored().collect::<Vec<_>>(), [ids[1], ids[3]]);
        assert_eq!(report.errors().iter().map(ObjectError::index).collect::<Vec<_>>(), [0, 2, 4]);
        let error = report.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Partial);
        assert!(error.to_string().contains("3 of 5 objects"), "{error}");
        assert!(error.to_string().contains("must be text"), "{error}");

        let report = InsertReport::new(ids.clone(), Vec::new());
        assert!(!report.has_errors());
        assert_eq!(report.into_result().unwrap(), ids);
    }
}

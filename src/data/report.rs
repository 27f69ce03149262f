//! What became of the objects of an import.

use crate::report::{ItemError, into_result};
use crate::{NewObject, Result, Uuid};

/// What became of the objects of an import, all of them.
#[derive(Clone, Debug)]
#[must_use = "objects that failed are listed here and nowhere else"]
pub struct InsertReport<P> {
    ids: Vec<Uuid>,
    /// In the order of the objects, one for each that failed.
    errors: Vec<ItemError<NewObject<P>>>,
}

impl<P> InsertReport<P> {
    pub(super) fn new(ids: Vec<Uuid>, errors: Vec<ItemError<NewObject<P>>>) -> Self {
        Self { ids, errors }
    }

    /// The id of each object, in the order in which they were handed over, stored or not.
    #[must_use]
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
    }

    /// The ids of the objects that are stored, in the order in which they were handed over.
    pub fn stored(&self) -> impl Iterator<Item = Uuid> + '_ {
        let mut errors = self.errors.iter().map(ItemError::index).peekable();
        self.ids.iter().enumerate().filter_map(move |(index, id)| match errors.next_if_eq(&index) {
            Some(_) => None,
            None => Some(*id),
        })
    }

    /// The objects that are not stored, or of which nobody can say.
    #[must_use]
    pub fn errors(&self) -> &[ItemError<NewObject<P>>] {
        &self.errors
    }

    /// The same, with the objects themselves. Each has the id that it was sent with, so that sending it again stores nothing
    /// twice.
    #[must_use]
    pub fn into_errors(self) -> Vec<ItemError<NewObject<P>>> {
        self.errors
    }

    /// Whether any object failed.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The ids if all objects are stored, otherwise an error of kind [`Partial`](crate::ErrorKind::Partial) that speaks of
    /// the first that is not. Look at [`errors`](Self::errors) before, if you need them all.
    pub fn into_result(self) -> Result<Vec<Uuid>> {
        into_result(&self.errors, self.ids.len(), "objects", "stored")?;
        Ok(self.ids)
    }
}

impl<P> ItemError<NewObject<P>> {
    /// The id of the object.
    #[must_use]
    pub fn id(&self) -> Uuid {
        // It got one before it was sent.
        self.item().id.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Failures;
    use crate::{Error, ErrorKind};

    #[test]
    fn stored_is_what_did_not_fail() {
        let ids: Vec<_> = (0..5).map(Uuid::from_u128).collect();
        let mut failures = Failures::new("insert many", "Owl");
        for index in [4, 0, 2] {
            failures.add(index, NewObject::new(()).id(ids[index]), Error::validation("title", "must be text"));
        }
        let report = InsertReport::new(ids.clone(), failures.finish());
        assert_eq!(report.stored().collect::<Vec<_>>(), [ids[1], ids[3]]);
        assert_eq!(report.errors().iter().map(ItemError::id).collect::<Vec<_>>(), [ids[0], ids[2], ids[4]]);
        assert_eq!(report.clone().into_errors()[1].item(), &NewObject::new(()).id(ids[2]));
        let error = report.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Partial);
        assert!(error.to_string().contains("3 of 5 objects"), "{error}");

        let report = InsertReport::<()>::new(ids.clone(), Vec::new());
        assert!(!report.has_errors());
        assert_eq!(report.into_result().unwrap(), ids);
    }
}

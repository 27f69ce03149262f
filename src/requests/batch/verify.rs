//! Second look at the items of a report whose fate is unknown.

use std::sync::Arc;

use serde::Serialize;

use super::batch_report::BatchReport;
use crate::error::{ErrorKind, Verdict};
use crate::requests::data::second_look;
use crate::scope::Scope;
use crate::values::batch::{BatchFailure, BatchItem, Reread, Rereading, SecondLook};
use crate::{Error, Result};

impl<P> BatchReport<P> {
    /// Reads the items again whose fate is unknown, and says what became of them.
    ///
    /// An object counts as stored if it equals the one that was sent. If the client made its id, it
    /// only has to exist. What is not stored becomes a failure that can be sent again, unless its id has
    /// another object now: that is a [`Conflict`](crate::ErrorKind::Conflict).
    ///
    /// Only items in [`failures`](Self::failures) can be looked at; others stay unknown. So do objects
    /// whose vectors may not be indexed: the object does not show it.
    ///
    /// ```no_run
    /// use weaviate::batch::Batch;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(batch: Batch<PropertyMap>) -> weaviate::Result<()> {
    /// if let Err(error) = batch.finish().await {
    ///     let mut report = error.into_report();
    ///     report.verify().await?;
    ///     println!("{} stored, {} not", report.objects().stored, report.objects().failed);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the first read that fails. The items behind it stay unknown; the call can be
    /// repeated.
    pub async fn verify(&mut self) -> Result<()> {
        let mut index = 0;
        while let Some(failure) = self.failures.get(index) {
            // Whether a vector is indexed does not show in the object.
            if !failure.is_unknown() || failure.kind() == ErrorKind::Validation {
                index += 1;
                continue;
            }
            let is_object = matches!(failure.item, BatchItem::Object(_));
            let found = failure.reread.look(&failure.item, failure.own_id).await?;
            let counts = if is_object { &mut self.progress.objects } else { &mut self.progress.references };
            counts.unknown = counts.unknown.saturating_sub(1);
            if found == SecondLook::Stored {
                counts.stored += 1;
                drop(self.failures.remove(index));
            } else {
                counts.failed += 1;
                self.failures[index].be_refused(found);
                index += 1;
            }
        }
        Ok(())
    }
}

impl<P> BatchFailure<P> {
    /// Turns the unknown outcome into a failure, after a read has not found the item.
    fn be_refused(&mut self, found: SecondLook) {
        let kind = self.error.kind();
        let (verdict, message) = if found == SecondLook::Another {
            let message = "read again: its id has another object, which sending it again would replace";
            (Verdict::refused(ErrorKind::Conflict), message)
        } else {
            (Verdict::refused(kind).transient(), "read again, and not stored; send it again")
        };
        let message = format!("{message}. It had failed: {}", self.error);
        self.error = Arc::new(Error::new(verdict, message).with_source(Arc::clone(&self.error)));
    }
}

/// Reads the items of a lane with objects of type `P`, in a report of properties `T`.
pub(super) struct LaneReread<P, T> {
    pub(super) scope: Scope,
    /// Returns the properties, whose type the report does not know.
    pub(super) view: fn(&T) -> Option<&P>,
}

impl<P: Serialize, T> Reread<T> for LaneReread<P, T> {
    fn look(&self, item: &BatchItem<T>, own_id: bool) -> Rereading {
        match item {
            BatchItem::Object(object) => match (self.view)(&object.properties) {
                Some(properties) => second_look::at_object(&self.scope, object, properties, own_id),
                // A lane has objects of one type.
                None => {
                    Box::pin(async { Err(Error::configuration("the object is not of the type of its collection")) })
                }
            },
            BatchItem::Reference(reference) => second_look::at_reference(&self.scope, reference),
        }
    }
}

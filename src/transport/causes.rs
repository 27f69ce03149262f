//! Search in the causes of an error.

use std::error::Error as StdError;

/// Returns the first error of type `E` in the chain of causes.
pub(crate) fn find_cause<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

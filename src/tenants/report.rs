//! What became of the tenants of a call.

use std::borrow::Cow;
use std::sync::Arc;

use crate::{Error, ErrorKind, Outcome, Result};

/// What became of the tenants that were to be made, changed or deleted, all of them.
#[derive(Clone, Debug)]
#[must_use = "tenants that failed are listed here and nowhere else"]
pub struct TenantReport {
    /// What was to be done to them, `created` for instance.
    pub(super) done: &'static str,
    pub(super) names: Vec<String>,
    /// In the order of the names, one for each that failed.
    pub(super) errors: Vec<TenantError>,
}

impl TenantReport {
    /// The name of each tenant, in the order in which they were handed over.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The names of the tenants for which it was done, in the order in which they were handed over.
    pub fn succeeded(&self) -> impl Iterator<Item = &str> {
        let mut errors = self.errors.iter().map(|error| error.index).peekable();
        self.names.iter().enumerate().filter_map(move |(index, name)| match errors.next_if_eq(&index) {
            Some(_) => None,
            None => Some(name.as_str()),
        })
    }

    /// The tenants for which it was not done, or of which nobody can say.
    #[must_use]
    pub fn errors(&self) -> &[TenantError] {
        &self.errors
    }

    /// Whether any tenant failed.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Nothing if it was done for all tenants, otherwise an error of kind [`ErrorKind::Partial`] that speaks of the first for
    /// which it was not. Look at [`errors`](Self::errors) before, if you need them all.
    pub fn into_result(self) -> Result<()> {
        let Some(first) = self.errors.first() else { return Ok(()) };
        let message = format!(
            "{} of {} tenants were not {}; the first of them is {:?}: {}",
            self.errors.len(),
            self.names.len(),
            self.done,
            first.name,
            first.message(),
        );
        let error = Error::partial(message).with_source(Arc::clone(&first.error));
        let unknown = self.errors.iter().any(|error| error.outcome() == Outcome::Unknown);
        Err(if unknown { error.with_unknown_outcome() } else { error })
    }
}

/// A tenant that failed, and why.
#[derive(Clone, Debug)]
pub struct TenantError {
    pub(super) index: usize,
    pub(super) name: String,
    /// Shared by all tenants of a message that failed as a whole.
    pub(super) error: Arc<Error>,
}

impl TenantError {
    /// The position of the tenant among those that were handed over, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the server said, word for word, perhaps of several tenants; where the server said nothing, what went wrong.
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        self.error.server_message().map_or_else(|| self.error.to_string().into(), Cow::from)
    }

    /// What can be done about it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Whether it may be done in spite of the error.
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
    fn what_did_not_fail_has_succeeded() {
        let names: Vec<_> = ["a", "b", "c", "d"].map(str::to_owned).into();
        let failed = |index: usize| TenantError {
            index,
            name: names[index].clone(),
            error: Arc::new(Error::validation("tenant", "must be a name")),
        };
        let report = TenantReport { done: "created", names: names.clone(), errors: vec![failed(0), failed(2)] };
        assert_eq!(report.succeeded().collect::<Vec<_>>(), ["b", "d"]);
        assert!(report.has_errors());
        let error = report.into_result().unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Partial, Outcome::Refused));
        assert!(error.to_string().contains("2 of 4 tenants were not created"), "{error}");
        assert!(error.to_string().contains(r#""a": "#) && error.to_string().contains("must be a name"), "{error}");

        let mut lost = failed(1);
        lost.error = Arc::new(Error::timeout(std::time::Duration::from_secs(1)));
        let report = TenantReport { done: "created", names: names.clone(), errors: vec![failed(0), lost] };
        assert_eq!(report.into_result().unwrap_err().outcome(), Outcome::Unknown);

        let report = TenantReport { done: "created", names, errors: Vec::new() };
        assert!(!report.has_errors());
        report.into_result().unwrap();
    }
}

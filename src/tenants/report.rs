//! What became of the tenants of a call.

use super::NewTenant;
use crate::Result;
use crate::report::{ItemError, into_result};

/// What became of the tenants that were to be made, changed or deleted, all of them.
#[derive(Clone, Debug)]
#[must_use = "tenants that failed are listed here and nowhere else"]
pub struct TenantReport {
    /// What was to be done to them, `created` for instance.
    pub(super) done: &'static str,
    pub(super) names: Vec<String>,
    /// In the order of the names, one for each that failed.
    pub(super) errors: Vec<ItemError<NewTenant>>,
}

impl TenantReport {
    /// The name of each tenant, in the order in which they were handed over.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The names of the tenants for which it was done, in the order in which they were handed over.
    pub fn succeeded(&self) -> impl Iterator<Item = &str> {
        let mut errors = self.errors.iter().map(ItemError::index).peekable();
        self.names.iter().enumerate().filter_map(move |(index, name)| match errors.next_if_eq(&index) {
            Some(_) => None,
            None => Some(name.as_str()),
        })
    }

    /// The tenants for which it was not done, or of which nobody can say.
    #[must_use]
    pub fn errors(&self) -> &[ItemError<NewTenant>] {
        &self.errors
    }

    /// Whether any tenant failed.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Nothing if it was done for all tenants, otherwise an error of kind [`Partial`](crate::ErrorKind::Partial) that speaks
    /// of the first for which it was not. Look at [`errors`](Self::errors) before, if you need them all.
    pub fn into_result(self) -> Result<()> {
        into_result(&self.errors, self.names.len(), "tenants", self.done)
    }
}

impl ItemError<NewTenant> {
    /// The name of the tenant.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.item().name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Failures;
    use crate::{Error, ErrorKind};

    #[test]
    fn what_did_not_fail_has_succeeded() {
        let names: Vec<_> = ["a", "b", "c", "d"].map(str::to_owned).into();
        let mut failures = Failures::new("create tenants", "Owl");
        for index in [0, 2] {
            let error = Error::validation("tenant", "must be a name");
            failures.add(index, NewTenant::from(names[index].as_str()), error);
        }
        let report = TenantReport { done: "created", names: names.clone(), errors: failures.finish() };
        assert_eq!(report.succeeded().collect::<Vec<_>>(), ["b", "d"]);
        assert!(report.has_errors());
        assert_eq!(report.errors()[1].name(), "c");
        let error = report.into_result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Partial);
        assert!(error.to_string().contains("2 of 4 tenants were not created"), "{error}");
        assert!(error.to_string().contains("must be a name"), "{error}");

        let report = TenantReport { done: "created", names, errors: Vec::new() };
        assert!(!report.has_errors());
        report.into_result().unwrap();
    }
}

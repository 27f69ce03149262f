//! The request that creates, updates or deletes tenants.

use std::collections::{HashMap, HashSet};
use std::future::IntoFuture;
use std::sync::Arc;

use crate::call::{Call, Idempotency, call_options};
use crate::error::Outcome;
use crate::error::Verdict;
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::bulk_report::Failures;
use crate::values::tenants::{NewTenant, TenantReport, TenantStatus, check_name};
use crate::{Error, Result};

/// Maximal number of tenants that the server changes in one request.
const MAX_TENANTS: usize = 100;

/// Request to create, update or delete tenants, made by the methods of [`Tenants`](super::Tenants).
///
/// ```no_run
/// use std::time::Duration;
/// use weaviate::prelude::*;
///
/// # async fn example(orders: Collection) -> weaviate::Result<()> {
/// let create = orders.tenants().create(["ann", "bob"]);
/// create.timeout(Duration::from_secs(120)).await?.into_result()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is done until the request is awaited"]
pub struct ChangeTenants {
    scope: Scope,
    change: TenantChange,
    tenants: Vec<NewTenant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TenantChange {
    Create,
    Update,
    Delete,
}

impl TenantChange {
    fn operation(self) -> &'static str {
        match self {
            Self::Create => "create tenants",
            Self::Update => "update tenants",
            Self::Delete => "delete tenants",
        }
    }

    /// Returns the verb for the text of a report.
    fn done(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update => "updated",
            Self::Delete => "deleted",
        }
    }

    /// Refuses what the server would refuse only after changing other tenants, or not at all.
    fn check(self, tenants: &[NewTenant]) -> Result<()> {
        let mut seen = HashSet::new();
        for NewTenant { name, status } in tenants {
            check_name(name)?;
            if !seen.insert(name.as_str()) && self != Self::Delete {
                let message = format!("{name:?} is listed twice; omit one of the two");
                return Err(Error::validation("tenant", message));
            }
            if let Some(status) = status {
                self.check_status(name, status)?;
            }
        }
        Ok(())
    }

    fn check_status(self, name: &str, status: &TenantStatus) -> Result<()> {
        let why = match TenantStatus::from(status.as_str()) {
            TenantStatus::Offloading => "can only be set by the server; use OFFLOADED",
            TenantStatus::Onloading => "can only be set by the server; use ACTIVE or INACTIVE",
            TenantStatus::Offloaded if self == Self::Create => {
                "cannot be set at creation; create it, then call `tenants().offload`"
            }
            _ => return Ok(()),
        };
        Err(Error::validation("status", format!("{status} of tenant {name:?} {why}")))
    }
}

impl ChangeTenants {
    pub(super) fn new(scope: &Scope, change: TenantChange, tenants: Vec<NewTenant>) -> Self {
        Self { scope: scope.clone(), change, tenants }
    }

    call_options!(scope.options);

    async fn send(self) -> Result<TenantReport> {
        let Self { change, tenants, .. } = &self;
        change.check(tenants)?;
        let mut failures = Failures::new(change.operation(), self.scope.collection());
        for (number, message) in tenants.chunks(MAX_TENANTS).enumerate() {
            let items = (number * MAX_TENANTS..).zip(message.iter().cloned());
            if failures.is_over() {
                failures.not_sent(items);
            } else {
                failures.shared(items, self.send_some(self.call()?, message).await)?;
            }
        }
        let done = change.done();
        let names = self.tenants.into_iter().map(|tenant| tenant.name).collect();
        Ok(failures.report(names, "tenants", done))
    }

    /// Makes the call of one message. Idempotent: changes that are done already succeed.
    fn call(&self) -> Result<Call> {
        self.scope.call(self.change.operation(), Idempotency::Idempotent)
    }

    /// Sends a message. Returns the tenants that were not changed, by their position in the
    /// message.
    async fn send_some(&self, call: Call, message: &[NewTenant]) -> Result<Vec<(usize, Arc<Error>)>> {
        let Self { scope, change, .. } = self;
        let (transport, collection) = (&scope.transport, scope.collection());
        let sent = match change {
            TenantChange::Create => operations::tenants::create(transport, &call, collection, message).await,
            TenantChange::Update => operations::tenants::update(transport, &call, collection, message).await,
            TenantChange::Delete => operations::tenants::delete(transport, &call, collection, message).await,
        };
        match sent {
            Ok(()) => Ok(Vec::new()),
            Err(error) if *change == TenantChange::Update && may_be_partly_done(&error, message) => {
                self.failed_tenants(message, error).await
            }
            Err(error) => Err(error),
        }
    }

    /// Reads the tenants of a refused message, to tell the changed ones from the others. The server
    /// changes the tenants that it can before it refuses a message.
    async fn failed_tenants(&self, message: &[NewTenant], error: Error) -> Result<Vec<(usize, Arc<Error>)>> {
        let scope = &self.scope;
        let names = message.iter().map(|tenant| tenant.name.clone()).collect();
        let call = scope.call(self.change.operation(), Idempotency::Read)?;
        let found = match operations::tenants::list(&scope.transport, &call, scope.collection(), Some(names)).await {
            Ok(found) => found,
            // The collection does not exist, or it has no tenants.
            Err(look) if look.outcome() == Outcome::Refused => return Err(error),
            Err(_) => return Err(error.with_unknown_outcome()),
        };
        let found: HashMap<_, _> = found.into_iter().map(|tenant| (tenant.name, tenant.status)).collect();
        let text = error.server_message().unwrap_or_default();
        let outcomes: Vec<_> = message
            .iter()
            .map(|NewTenant { name, status }| {
                TenantOutcome::of(status.as_ref(), found.get(name), names_word(text, name))
            })
            .collect();
        let none_done = !outcomes.contains(&TenantOutcome::Done);
        if none_done {
            return Err(if outcomes.contains(&TenantOutcome::Unknown) { error.with_unknown_outcome() } else { error });
        }
        let message = "the server refused the request and does not list this tenant; check it with `tenants().get`";
        let unknown = Error::new(Verdict::unknown(error.kind()), message);
        let (refused, unknown) = (Arc::new(error), Arc::new(scope.failed(self.change.operation(), unknown)));
        let failed = outcomes.into_iter().enumerate().filter_map(|(index, outcome)| match outcome {
            TenantOutcome::Done => None,
            TenantOutcome::Refused => Some((index, Arc::clone(&refused))),
            TenantOutcome::Unknown => Some((index, Arc::clone(&unknown))),
        });
        Ok(failed.collect())
    }
}

impl IntoFuture for ChangeTenants {
    type Output = Result<TenantReport>;
    type IntoFuture = Pending<'static, TenantReport>;

    fn into_future(self) -> Self::IntoFuture {
        perform(self.change.operation(), self.scope.name(), self.send())
    }
}

/// Whether a refused message can have changed some tenants. Not with a single tenant, and not if
/// access was denied.
fn may_be_partly_done(error: &Error, message: &[NewTenant]) -> bool {
    message.len() > 1 && error.outcome() == Outcome::Refused && !error.is_access_denied()
}

/// Outcome for one tenant of a refused message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TenantOutcome {
    Done,
    Refused,
    Unknown,
}

impl TenantOutcome {
    /// Compares the wanted with the read status. `named`: the server's text names the tenant.
    fn of(wanted: Option<&TenantStatus>, found: Option<&TenantStatus>, named: bool) -> Self {
        use TenantStatus::{Active, Inactive, Offloaded, Offloading, Onloading};
        match (wanted, found) {
            (Some(wanted), Some(found)) if wanted == found => Self::Done,
            (Some(Offloaded), Some(Offloading)) => Self::Done,
            // Onloading leads to active or inactive; the status does not tell which.
            (Some(Active | Inactive), Some(Onloading)) if !named => Self::Done,
            // Without permission to read it, the tenant is not listed.
            (_, None) if !named => Self::Unknown,
            _ => Self::Refused,
        }
    }
}

/// Whether a text contains the name as a whole word.
fn names_word(text: &str, name: &str) -> bool {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'))
        .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::TenantStatus::{Active, Inactive, Offloaded, Offloading, Onloading};
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn impossible_changes_are_refused_before_sending() {
        let tenant = |name: &str, status: Option<TenantStatus>| NewTenant { name: name.to_owned(), status };
        let other = |name: &str| Some(TenantStatus::Other(name.to_owned()));
        for (change, tenants, field) in [
            (TenantChange::Create, vec![], None),
            (
                TenantChange::Create,
                vec![tenant("a", None), tenant("A", Some(Active)), tenant("b", Some(Inactive))],
                None,
            ),
            (TenantChange::Create, vec![tenant("a", other("LUKEWARM"))], None),
            (TenantChange::Create, vec![tenant("a", Some(Offloaded))], Some("status")),
            (TenantChange::Create, vec![tenant("a", other("FROZEN"))], Some("status")),
            (TenantChange::Create, vec![tenant("a", Some(Onloading))], Some("status")),
            (TenantChange::Create, vec![tenant("a", None), tenant("a", None)], Some("tenant")),
            (TenantChange::Create, vec![tenant("a", None), tenant("", None)], Some("tenant")),
            (TenantChange::Update, vec![tenant("a", Some(Offloaded))], None),
            (TenantChange::Update, vec![tenant("a", Some(Offloading))], Some("status")),
            (TenantChange::Update, vec![tenant("a", other("UNFREEZING"))], Some("status")),
            (TenantChange::Update, vec![tenant("a", Some(Active)), tenant("a", Some(Inactive))], Some("tenant")),
            (TenantChange::Update, vec![tenant("no/good", Some(Active))], Some("tenant")),
            (TenantChange::Delete, vec![tenant("a", None), tenant("a", None)], None),
            (TenantChange::Delete, vec![tenant("no good", None)], Some("tenant")),
        ] {
            let checked = change.check(&tenants);
            let error = checked.as_ref().err();
            assert_eq!(error.and_then(Error::field), field, "{change:?} {tenants:?}");
            assert!(error.is_none_or(|error| error.kind() == ErrorKind::Validation), "{error:?}");
        }
        let error = TenantChange::Update.check(&[tenant("ann", Some(Onloading))]).unwrap_err();
        assert!(error.to_string().contains(r#"ONLOADING of tenant "ann" can only be set by the server"#), "{error}");
    }

    #[test]
    fn reading_tells_which_tenants_a_refused_message_changed() {
        for (wanted, found, named, outcome) in [
            (Active, Some(Active), false, TenantOutcome::Done),
            (Active, Some(Active), true, TenantOutcome::Done),
            (Active, Some(Inactive), true, TenantOutcome::Refused),
            (Active, Some(Inactive), false, TenantOutcome::Refused),
            (Active, Some(Onloading), false, TenantOutcome::Done),
            (Inactive, Some(Onloading), true, TenantOutcome::Refused),
            (Active, Some(Offloading), false, TenantOutcome::Refused),
            (Offloaded, Some(Offloading), false, TenantOutcome::Done),
            (Offloaded, Some(Offloaded), false, TenantOutcome::Done),
            (Offloaded, Some(Active), false, TenantOutcome::Refused),
            (Active, None, true, TenantOutcome::Refused),
            (Active, None, false, TenantOutcome::Unknown),
        ] {
            assert_eq!(TenantOutcome::of(Some(&wanted), found.as_ref(), named), outcome, "{wanted} {found:?} {named}");
        }
    }

    #[test]
    fn names_are_matched_as_whole_words() {
        let text = "updating schema: TYPE_UPDATE_TENANT: shard not found: b-1; tenant \"c\" is currently being frozen";
        for (name, named) in [("b-1", true), ("c", true), ("b", false), ("1", false), ("d", false), ("C", false)] {
            assert_eq!(names_word(text, name), named, "{name}");
        }
    }
}

//! The request that makes, changes or deletes tenants.

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

/// The server changes no more tenants at once.
const MAX_TENANTS: usize = 100;

/// Makes, changes or deletes tenants, see [`Tenants`](super::Tenants).
#[derive(Clone, Debug)]
#[must_use = "nothing is done until the request is awaited"]
pub struct ChangeTenants {
    scope: Scope,
    change: Change,
    tenants: Vec<NewTenant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Create,
    Update,
    Delete,
}

impl Change {
    fn operation(self) -> &'static str {
        match self {
            Self::Create => "create tenants",
            Self::Update => "update tenants",
            Self::Delete => "delete tenants",
        }
    }

    /// As it stands in a report.
    fn done(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update => "updated",
            Self::Delete => "deleted",
        }
    }

    /// What a server would find out only after it has done its part of it, or not at all.
    fn check(self, tenants: &[NewTenant]) -> Result<()> {
        let mut seen = HashSet::new();
        for NewTenant { name, status } in tenants {
            check_name(name)?;
            if !seen.insert(name.as_str()) && self != Self::Delete {
                let message = format!("{name:?} is there twice, and what is meant is not clear: leave one of them out");
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
            TenantStatus::Offloading => "is what the server sets on the way to OFFLOADED: ask for that",
            TenantStatus::Onloading => "is what the server sets on the way from OFFLOADED: ask for ACTIVE or INACTIVE",
            TenantStatus::Offloaded if self == Self::Create => {
                "is nothing to begin with: create it, and offload it then"
            }
            _ => return Ok(()),
        };
        Err(Error::validation("status", format!("{status} of tenant {name:?} {why}")))
    }
}

impl ChangeTenants {
    pub(super) fn new(scope: &Scope, change: Change, tenants: Vec<NewTenant>) -> Self {
        Self { scope: scope.clone(), change, tenants }
    }

    call_options!(scope.options);

    async fn send(self) -> Result<TenantReport> {
        let Self { change, tenants, .. } = &self;
        change.check(tenants)?;
        let mut first = self.call()?;
        let new_names = self.writes_new_names(&mut first).await;
        let mut first = Some(first);
        let mut failures = Failures::new(change.operation(), self.scope.collection());
        for (number, message) in tenants.chunks(MAX_TENANTS).enumerate() {
            let items = (number * MAX_TENANTS..).zip(message.iter().cloned());
            if failures.is_over() {
                failures.not_sent(items);
            } else {
                let call = first.take().map_or_else(|| self.call(), Ok)?;
                failures.shared(items, self.send_some(call, message, new_names).await)?;
            }
        }
        let (errors, done) = (failures.finish(), change.done());
        let names = self.tenants.into_iter().map(|tenant| tenant.name).collect();
        Ok(TenantReport::new(names, errors, "tenants", done))
    }

    /// One message. Whatever of it is done already is found done, and is no error.
    fn call(&self) -> Result<Call> {
        self.scope.call(self.change.operation(), Idempotency::Idempotent)
    }

    /// Which names the server has for statuses matters only where one is sent. Whoever has to ask has less time for the rest.
    async fn writes_new_names(&self, call: &mut Call) -> bool {
        let writes = self.tenants.iter().any(|tenant| tenant.status.is_some());
        !writes || operations::tenants::knows_new_statuses(&self.scope.transport, call).await
    }

    /// What a message did not do, by the position in it.
    async fn send_some(&self, call: Call, message: &[NewTenant], new_names: bool) -> Result<Vec<(usize, Arc<Error>)>> {
        let Self { scope, change, .. } = self;
        let (transport, collection) = (&scope.transport, scope.collection());
        let sent = match change {
            Change::Create => operations::tenants::create(transport, &call, collection, message, new_names).await,
            Change::Update => operations::tenants::update(transport, &call, collection, message, new_names).await,
            Change::Delete => operations::tenants::delete(transport, &call, collection, message).await,
        };
        match sent {
            Ok(()) => Ok(Vec::new()),
            Err(error) if *change == Change::Update && may_be_partly_done(&error, message) => {
                self.told_apart(message, error).await
            }
            Err(error) => Err(error),
        }
    }

    /// What became of each tenant of a message that was refused: the server changes those that it can before it says no.
    async fn told_apart(&self, message: &[NewTenant], error: Error) -> Result<Vec<(usize, Arc<Error>)>> {
        let scope = &self.scope;
        let names = message.iter().map(|tenant| tenant.name.clone()).collect();
        let call = scope.call(self.change.operation(), Idempotency::Read)?;
        let found = match operations::tenants::list(&scope.transport, &call, scope.collection(), Some(names)).await {
            Ok(found) => found,
            // There is no such collection, or it has no tenants.
            Err(look) if look.outcome() == Outcome::Refused => return Err(error),
            Err(_) => return Err(error.with_unknown_outcome()),
        };
        let found: HashMap<_, _> = found.into_iter().map(|tenant| (tenant.name, tenant.status)).collect();
        let text = error.server_message().unwrap_or_default();
        let fates: Vec<_> = message
            .iter()
            .map(|NewTenant { name, status }| Fate::of(status.as_ref(), found.get(name), names_word(text, name)))
            .collect();
        let none_done = !fates.contains(&Fate::Done);
        if none_done {
            return Err(if fates.contains(&Fate::Unknown) { error.with_unknown_outcome() } else { error });
        }
        let unknown =
            Error::new(Verdict::unknown(error.kind()), "the server refused the message, and does not show this tenant");
        let (refused, unknown) = (Arc::new(error), Arc::new(scope.failed(self.change.operation(), unknown)));
        let failed = fates.into_iter().enumerate().filter_map(|(index, fate)| match fate {
            Fate::Done => None,
            Fate::Refused => Some((index, Arc::clone(&refused))),
            Fate::Unknown => Some((index, Arc::clone(&unknown))),
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

/// A lone tenant is refused as the message is; who may not write may not read either.
fn may_be_partly_done(error: &Error, message: &[NewTenant]) -> bool {
    message.len() > 1 && error.outcome() == Outcome::Refused && !error.is_access_denied()
}

/// What became of one tenant of a message that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    Refused,
    Unknown,
}

impl Fate {
    /// `named` is whether the server's text speaks of the tenant.
    fn of(wanted: Option<&TenantStatus>, found: Option<&TenantStatus>, named: bool) -> Self {
        use TenantStatus::{Active, Inactive, Offloaded, Offloading, Onloading};
        match (wanted, found) {
            (Some(wanted), Some(found)) if wanted == found => Self::Done,
            (Some(Offloaded), Some(Offloading)) => Self::Done,
            // Back from the storage, but to which of the two?
            (Some(Active | Inactive), Some(Onloading)) if !named => Self::Done,
            // Who may not read it does not see it.
            (_, None) if !named => Self::Unknown,
            _ => Self::Refused,
        }
    }
}

/// Whether a text has the name as a word.
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
    fn what_cannot_be_meant_is_refused() {
        let tenant = |name: &str, status: Option<TenantStatus>| NewTenant { name: name.to_owned(), status };
        let other = |name: &str| Some(TenantStatus::Other(name.to_owned()));
        for (change, tenants, field) in [
            (Change::Create, vec![], None),
            (Change::Create, vec![tenant("a", None), tenant("A", Some(Active)), tenant("b", Some(Inactive))], None),
            (Change::Create, vec![tenant("a", other("LUKEWARM"))], None),
            (Change::Create, vec![tenant("a", Some(Offloaded))], Some("status")),
            (Change::Create, vec![tenant("a", other("FROZEN"))], Some("status")),
            (Change::Create, vec![tenant("a", Some(Onloading))], Some("status")),
            (Change::Create, vec![tenant("a", None), tenant("a", None)], Some("tenant")),
            (Change::Create, vec![tenant("a", None), tenant("", None)], Some("tenant")),
            (Change::Update, vec![tenant("a", Some(Offloaded))], None),
            (Change::Update, vec![tenant("a", Some(Offloading))], Some("status")),
            (Change::Update, vec![tenant("a", other("UNFREEZING"))], Some("status")),
            (Change::Update, vec![tenant("a", Some(Active)), tenant("a", Some(Inactive))], Some("tenant")),
            (Change::Update, vec![tenant("no/good", Some(Active))], Some("tenant")),
            (Change::Delete, vec![tenant("a", None), tenant("a", None)], None),
            (Change::Delete, vec![tenant("no good", None)], Some("tenant")),
        ] {
            let checked = change.check(&tenants);
            let error = checked.as_ref().err();
            assert_eq!(error.and_then(Error::field), field, "{change:?} {tenants:?}");
            assert!(error.is_none_or(|error| error.kind() == ErrorKind::Validation), "{error:?}");
        }
        let error = Change::Update.check(&[tenant("ann", Some(Onloading))]).unwrap_err();
        assert!(error.to_string().contains(r#"ONLOADING of tenant "ann" is what the server sets"#), "{error}");
    }

    #[test]
    fn a_look_tells_what_a_refused_message_has_done() {
        for (wanted, found, named, fate) in [
            (Active, Some(Active), false, Fate::Done),
            (Active, Some(Active), true, Fate::Done),
            (Active, Some(Inactive), true, Fate::Refused),
            (Active, Some(Inactive), false, Fate::Refused),
            (Active, Some(Onloading), false, Fate::Done),
            (Inactive, Some(Onloading), true, Fate::Refused),
            (Active, Some(Offloading), false, Fate::Refused),
            (Offloaded, Some(Offloading), false, Fate::Done),
            (Offloaded, Some(Offloaded), false, Fate::Done),
            (Offloaded, Some(Active), false, Fate::Refused),
            (Active, None, true, Fate::Refused),
            (Active, None, false, Fate::Unknown),
        ] {
            assert_eq!(Fate::of(Some(&wanted), found.as_ref(), named), fate, "{wanted} {found:?} {named}");
        }
    }

    #[test]
    fn a_name_is_a_word_of_the_text() {
        let text = "updating schema: TYPE_UPDATE_TENANT: shard not found: b-1; tenant \"c\" is currently being frozen";
        for (name, named) in [("b-1", true), ("c", true), ("b", false), ("1", false), ("d", false), ("C", false)] {
            assert_eq!(names_word(text, name), named, "{name}");
        }
    }
}

//! Waiting until tenants have a status.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::call::Idempotency;
use crate::error::{ErrorKind, Verdict};
use crate::operations;
use crate::scope::Scope;
use crate::values::tenants::{Tenant, TenantStatus, check_name};
use crate::wait::Wait;
use crate::{Error, Result};

pub(super) const OPERATION: &str = "wait for tenants";
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// So many tenants are in a message, and no more.
const MOST_NAMED: usize = 5;

pub(super) async fn until(scope: &Scope, names: Vec<String>, status: &TenantStatus, within: Duration) -> Result<()> {
    names.iter().try_for_each(|name| check_name(name))?;
    let mut waiting = Waiting::new(names, status);
    let mut wait = Wait::new(within, FIRST_PAUSE, LONGEST_PAUSE);
    let mut trouble = None;
    while !waiting.is_over() {
        if wait.left().is_zero() {
            return Err(Wait::late(waiting.late(within), trouble));
        }
        trouble = match look(scope, waiting.names(), wait.left()).await {
            Ok(found) => {
                waiting.see(found)?;
                None
            }
            // The server may be back before the time is over.
            Err(error) if error.is_retryable() => Some(error),
            Err(error) => return Err(error),
        };
        if !waiting.is_over() {
            wait.pause().await;
        }
    }
    Ok(())
}

/// One look, which ends with the time that is left.
async fn look(scope: &Scope, names: Vec<String>, left: Duration) -> Result<Vec<Tenant>> {
    let call = scope.call(OPERATION, Idempotency::Read)?;
    let within = scope.transport.deadline_of(&call).min(left);
    let call = call.timeout(within);
    match names.as_slice() {
        [one] => {
            let found = operations::tenants::get(&scope.transport, call, scope.collection(), one).await?;
            Ok(found.into_iter().collect())
        }
        _ => operations::tenants::list(&scope.transport, &call, scope.collection(), Some(names)).await,
    }
}

/// The tenants that are not there yet, each with what it was seen doing last.
#[derive(Debug)]
struct Waiting<'w> {
    wanted: &'w TenantStatus,
    left: BTreeMap<String, Option<TenantStatus>>,
}

impl<'w> Waiting<'w> {
    fn new(names: Vec<String>, wanted: &'w TenantStatus) -> Self {
        Self { wanted, left: names.into_iter().map(|name| (name, None)).collect() }
    }

    fn is_over(&self) -> bool {
        self.left.is_empty()
    }

    fn names(&self) -> Vec<String> {
        self.left.keys().cloned().collect()
    }

    /// Takes note of what was found. An error if waiting any longer does not help.
    fn see(&mut self, found: Vec<Tenant>) -> Result<()> {
        let mut found: HashMap<_, _> = found.into_iter().map(|tenant| (tenant.name, tenant.status)).collect();
        for (name, before) in &mut self.left {
            let Some(now) = found.remove(name) else {
                return Err(hopeless(format!("there is no tenant {name:?}")));
            };
            let was_passing = before.as_ref().is_some_and(TenantStatus::is_passing);
            if was_passing && !now.is_passing() && now != *self.wanted {
                let before = before.as_ref().map_or("", TenantStatus::as_str);
                return Err(hopeless(format!("tenant {name:?} was {before} and is {now}: the server has given it up")));
            }
            *before = Some(now);
        }
        self.left.retain(|_, status| status.as_ref() != Some(self.wanted));
        Ok(())
    }

    fn late(&self, within: Duration) -> String {
        let one = |(name, status): (&String, &Option<TenantStatus>)| match status {
            Some(status) => format!("{name:?} is {status}"),
            None => format!("{name:?} was not seen"),
        };
        let named: Vec<_> = self.left.iter().take(MOST_NAMED).map(one).collect();
        let more = match self.left.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("not all tenants were {} within {within:?}: {}{more}", self.wanted, named.join(", "))
    }
}

fn hopeless(message: String) -> Error {
    Error::new(Verdict::refused(ErrorKind::Tenant), message)
}

#[cfg(test)]
mod tests {
    use super::TenantStatus::{Active, Inactive, Offloaded, Offloading, Onloading};
    use super::*;

    fn waiting<'w>(names: &[&str], wanted: &'w TenantStatus) -> Waiting<'w> {
        Waiting::new(names.iter().map(|name| (*name).to_owned()).collect(), wanted)
    }

    fn seen<const N: usize>(tenants: [(&str, TenantStatus); N]) -> Vec<Tenant> {
        tenants.map(Tenant::from).into()
    }

    #[test]
    fn each_tenant_is_waited_for_until_it_was_seen() {
        let mut waiting = waiting(&["a", "b", "c", "a"], &Offloaded);
        assert_eq!(waiting.names(), ["a", "b", "c"]);
        waiting.see(seen([("a", Active), ("b", Offloading), ("c", Offloaded)])).unwrap();
        assert_eq!(waiting.names(), ["a", "b"]);
        assert_eq!(
            waiting.late(Duration::from_secs(5)),
            r#"not all tenants were OFFLOADED within 5s: "a" is ACTIVE, "b" is OFFLOADING"#
        );
        waiting.see(seen([("a", Offloading), ("b", Offloaded)])).unwrap();
        waiting.see(seen([("a", Offloaded)])).unwrap();
        assert!(waiting.is_over());
    }

    #[test]
    fn what_will_not_come_is_not_waited_for() {
        let mut missing = waiting(&["a", "b"], &Active);
        let error = missing.see(seen([("a", Active)])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tenant);
        assert!(error.to_string().contains(r#"no tenant "b""#), "{error}");

        for (passing, back, wanted) in [(Offloading, Active, &Offloaded), (Onloading, Offloaded, &Inactive)] {
            let mut waiting = waiting(&["a"], wanted);
            waiting.see(seen([("a", passing.clone())])).unwrap();
            let error = waiting.see(seen([("a", back.clone())])).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Tenant);
            assert!(error.to_string().contains(&format!(r#""a" was {passing} and is {back}"#)), "{error}");
        }
        // Somebody else may bring it where it is to be.
        let mut patient = waiting(&["a"], &Inactive);
        for status in [Active, Offloaded, Active, Onloading, Offloading] {
            patient.see(seen([("a", status)])).unwrap();
        }
    }

    #[test]
    fn a_crowd_is_counted_and_not_named() {
        let names: Vec<_> = (0..8).map(|number| format!("t{number}")).collect();
        let crowd = Waiting::new(names, &Active);
        let text = crowd.late(Duration::from_millis(1500));
        assert!(text.contains("within 1.5s") && text.ends_with(r#""t4" was not seen and 3 more"#), "{text}");
    }
}

//! Waits until tenants have a status.

use std::collections::HashMap;
use std::time::Duration;

use crate::call::Idempotency;
use crate::error::{ErrorKind, Verdict};
use crate::operations;
use crate::scope::Scope;
use crate::values::tenants::{Tenant, TenantStatus, TenantsProgress, check_name};
use crate::wait::{Look, Looking, Seen, Wait, timed_out};
use crate::{Error, Result};

const OPERATION: &str = "wait for tenants";
/// The pauses between looks: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// Maximal number of tenants that an error text names.
const MAX_NAMED: usize = 5;

/// Waits until each of the tenants had the status once.
pub(super) fn wait(scope: &Scope, names: Vec<String>, status: TenantStatus, within: Duration) -> Wait<TenantsProgress> {
    let scope = scope.clone();
    Wait::new(OPERATION, Some(scope.collection()), within, PAUSES, {
        let scope = scope.clone();
        move || TenantsLook { scope: scope.clone(), waiting: Waiting::new(names.clone(), status.clone()) }
    })
}

struct TenantsLook {
    scope: Scope,
    waiting: Waiting,
}

impl Look<TenantsProgress> for TenantsLook {
    fn look(&mut self, left: Duration) -> Looking<'_, TenantsProgress> {
        Box::pin(async move {
            let Self { scope, waiting } = self;
            waiting.check()?;
            if !waiting.is_over() {
                match read_tenants(scope, waiting.names(), left).await {
                    Ok(found) => waiting.record(found)?,
                    // The server may recover before the time is over.
                    Err(error) if error.is_retryable() => return Ok(Seen::Failed(error)),
                    Err(error) => return Err(error),
                }
            }
            let progress = waiting.progress();
            Ok(if waiting.is_over() { Seen::Done(progress) } else { Seen::NotYet(progress) })
        })
    }

    fn late(&mut self, within: Duration) -> Error {
        timed_out(self.waiting.timeout_message(within))
    }
}

/// Reads the tenants once, within the time that is left.
async fn read_tenants(scope: &Scope, names: Vec<String>, left: Duration) -> Result<Vec<Tenant>> {
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

/// Tenants that do not have the wanted status yet, by name, each with the status that was read last.
#[derive(Debug)]
struct Waiting {
    wanted: TenantStatus,
    reached: usize,
    left: Vec<(String, Option<TenantStatus>)>,
}

impl Waiting {
    fn new(mut names: Vec<String>, wanted: TenantStatus) -> Self {
        names.sort_unstable();
        names.dedup();
        Self { wanted, reached: 0, left: names.into_iter().map(|name| (name, None)).collect() }
    }

    /// Refuses names that the server would refuse.
    fn check(&self) -> Result<()> {
        self.left.iter().try_for_each(|(name, _)| check_name(name))
    }

    fn is_over(&self) -> bool {
        self.left.is_empty()
    }

    fn names(&self) -> Vec<String> {
        self.left.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Records the statuses that were read. Fails if waiting longer does not help.
    fn record(&mut self, found: Vec<Tenant>) -> Result<()> {
        let mut found: HashMap<_, _> = found.into_iter().map(|tenant| (tenant.name, tenant.status)).collect();
        for (name, before) in &mut self.left {
            let Some(now) = found.remove(name.as_str()) else {
                return Err(tenant_error(format!("tenant {name:?} does not exist; create it with `tenants().create`")));
            };
            let was_passing = before.as_ref().is_some_and(TenantStatus::is_passing);
            if was_passing && !now.is_passing() && now != self.wanted {
                let before = before.as_ref().map_or("", TenantStatus::as_str);
                let message = format!(
                    "tenant {name:?} went from {before} back to {now}: the server gave up moving it; see the server's log"
                );
                return Err(tenant_error(message));
            }
            *before = Some(now);
        }
        let before = self.left.len();
        self.left.retain(|(_, status)| status.as_ref() != Some(&self.wanted));
        self.reached += before - self.left.len();
        Ok(())
    }

    fn progress(&self) -> TenantsProgress {
        let read = |(name, status): &(String, Option<TenantStatus>)| Some(Tenant::new(name.clone(), status.clone()?));
        TenantsProgress { reached: self.reached, waiting: self.left.iter().filter_map(read).collect() }
    }

    fn timeout_message(&self, within: Duration) -> String {
        let one = |(name, status): &(String, Option<TenantStatus>)| match status {
            Some(status) => format!("{name:?} is {status}"),
            None => format!("{name:?} was not read"),
        };
        let named: Vec<_> = self.left.iter().take(MAX_NAMED).map(one).collect();
        let more = match self.left.len().saturating_sub(MAX_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("not all tenants became {} within {within:?}: {}{more}", self.wanted, named.join(", "))
    }
}

fn tenant_error(message: String) -> Error {
    Error::new(Verdict::refused(ErrorKind::Tenant), message)
}

#[cfg(test)]
mod tests {
    use super::TenantStatus::{Active, Inactive, Offloaded, Offloading, Onloading};
    use super::*;

    fn waiting(names: &[&str], wanted: &TenantStatus) -> Waiting {
        Waiting::new(names.iter().map(|name| (*name).to_owned()).collect(), wanted.clone())
    }

    fn seen<const N: usize>(tenants: [(&str, TenantStatus); N]) -> Vec<Tenant> {
        tenants.map(Tenant::from).into()
    }

    #[test]
    fn waits_until_each_tenant_had_the_status_once() {
        let mut waiting = waiting(&["a", "b", "c", "a"], &Offloaded);
        assert_eq!(waiting.names(), ["a", "b", "c"]);
        waiting.record(seen([("a", Active), ("b", Offloading), ("c", Offloaded)])).unwrap();
        assert_eq!(waiting.names(), ["a", "b"]);
        assert_eq!(
            waiting.timeout_message(Duration::from_secs(5)),
            r#"not all tenants became OFFLOADED within 5s: "a" is ACTIVE, "b" is OFFLOADING"#
        );
        waiting.record(seen([("a", Offloading), ("b", Offloaded)])).unwrap();
        assert_eq!(waiting.progress(), TenantsProgress { reached: 2, waiting: seen([("a", Offloading)]) });
        waiting.record(seen([("a", Offloaded)])).unwrap();
        assert!(waiting.is_over());
        assert_eq!(waiting.progress(), TenantsProgress { reached: 3, waiting: Vec::new() });
    }

    #[test]
    fn fails_at_once_if_waiting_does_not_help() {
        let mut missing = waiting(&["a", "b"], &Active);
        let error = missing.record(seen([("a", Active)])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tenant);
        assert!(error.to_string().contains(r#"tenant "b" does not exist"#), "{error}");

        for (passing, back, wanted) in [(Offloading, Active, &Offloaded), (Onloading, Offloaded, &Inactive)] {
            let mut waiting = waiting(&["a"], wanted);
            waiting.record(seen([("a", passing.clone())])).unwrap();
            let error = waiting.record(seen([("a", back.clone())])).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Tenant);
            assert!(error.to_string().contains(&format!(r#""a" went from {passing} back to {back}"#)), "{error}");
        }
        // Another client can still change the status.
        let mut still_waiting = waiting(&["a"], &Inactive);
        for status in [Active, Offloaded, Active, Onloading, Offloading] {
            still_waiting.record(seen([("a", status)])).unwrap();
        }
    }

    #[test]
    fn the_error_names_five_tenants_and_counts_the_rest() {
        let names: Vec<_> = (0..8).map(|number| format!("t{number}")).collect();
        let many = Waiting::new(names, Active);
        let text = many.timeout_message(Duration::from_millis(1500));
        assert!(text.contains("within 1.5s") && text.ends_with(r#""t4" was not read and 3 more"#), "{text}");
    }
}

//! Tenants of a collection.

use http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::access::rbac::Need;
use crate::emulated::Emulated;
use crate::engine::store::fault::TenantsFault;
use crate::engine::store::{Tenant, TenantStatus};

use super::bodies::TENANT;
use super::call::{Call, check_enum};
use super::reply::Reply;

const STATUSES: [&str; 10] =
    ["ACTIVE", "INACTIVE", "OFFLOADED", "OFFLOADING", "ONLOADING", "HOT", "COLD", "FROZEN", "FREEZING", "UNFREEZING"];
/// Tenants that one call may change.
const MOST_UPDATED: usize = 100;

pub(super) fn all(emulated: &Emulated, method: &Method, class: &str, call: &Call) -> Result<Reply, Reply> {
    match *method {
        Method::POST => {
            let tenants = parse(call, false)?;
            let most = emulated.config.limits.tenants;
            emulated.write().add_tenants(class, &tenants, most).map_err(|fault| match fault {
                TenantsFault::Limit(reached) => Reply::limit(reached),
                other => Reply::unprocessable(other),
            })?;
            Ok(Reply::ok(tenants.iter().map(Tenant::to_json).collect()))
        }
        Method::PUT => {
            let mut tenants = parse(call, true)?;
            emulated.write().update_tenants(class, &tenants).map_err(Reply::unprocessable)?;
            tenants.sort_by(|left, right| left.name.cmp(&right.name));
            Ok(Reply::ok(tenants.iter().map(Tenant::to_json).collect()))
        }
        Method::DELETE => {
            let names = call.texts("tenants")?;
            emulated.write().delete_tenants(class, &names).map_err(Reply::unprocessable)?;
            Ok(Reply::empty(StatusCode::OK))
        }
        _ => {
            let state = emulated.read();
            let collection = state.tenant_collection(class).map_err(unreadable)?;
            let name = &collection.schema.name;
            let may_see = |tenant: &str| emulated.allows(&call.caller, &Need::tenants("read", name, tenant)).is_ok();
            // Asked for the local view alone, the server lists none.
            let local = call.headers.get("consistency").is_some_and(|value| value == "false");
            let tenants: Json = collection
                .tenants()
                .filter(|tenant| !local && may_see(&tenant.name))
                .map(|tenant| tenant.to_json())
                .collect();
            Ok(Reply::ok(tenants))
        }
    }
}

pub(super) fn one(emulated: &Emulated, method: &Method, class: &str, tenant: &str) -> Result<Reply, Reply> {
    let state = emulated.read();
    let collection = state.tenant_collection(class).map_err(unreadable)?;
    let found =
        collection.tenants().find(|known| known.name == tenant).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
    Ok(if method == Method::HEAD { Reply::empty(StatusCode::OK) } else { Reply::ok(found.to_json()) })
}

fn unreadable(text: impl std::fmt::Display) -> Reply {
    Reply::unprocessable(format!("failed to execute query: could not get tenants: could not get tenants: {text}"))
}

fn parse(call: &Call, update: bool) -> Result<Vec<Tenant>, Reply> {
    let given = call.objects(&TENANT, "[]*models.Tenant")?;
    for tenant in &given {
        check_enum("activityStatus in body", &tenant["activityStatus"], &STATUSES)?;
    }
    if update && given.len() > MOST_UPDATED {
        return Err(Reply::unprocessable(format!(
            "maximum number of tenants allowed to be updated simultaneously is {MOST_UPDATED}. Please reduce the number of tenants in your request and try again"
        )));
    }
    given.iter().map(|tenant| parse_one(tenant, update)).collect()
}

fn parse_one(given: &Json, update: bool) -> Result<Tenant, Reply> {
    let name = given["name"].as_str().unwrap_or_default().to_owned();
    let status = given["activityStatus"].as_str().unwrap_or_default();
    if matches!(status, "OFFLOADED" | "FROZEN") {
        return Err(Reply::unprocessable("can't offload tenants, because offload-s3 module is not enabled"));
    }
    let parsed = TenantStatus::from_name(status);
    if parsed.is_none() && (update || !status.is_empty()) {
        return Err(Reply::unprocessable(format!("invalid activity status '{status}' for tenant {}", json!(name))));
    }
    Ok(Tenant { name, status: parsed })
}

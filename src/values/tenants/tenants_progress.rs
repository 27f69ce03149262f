//! Tenants on the way to a status.

use super::Tenant;

/// State of tenants whose status is waited for, made by
/// [`Tenants::wait_for_status`](crate::tenants::Tenants::wait_for_status).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantsProgress {
    /// Number of tenants that had the status once.
    pub reached: usize,
    /// The other tenants with their current status, sorted by name.
    pub waiting: Vec<Tenant>,
}

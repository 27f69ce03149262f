//! Tenants: create, list, activate, offload, delete.

pub use crate::requests::tenants::{ChangeTenants, GetTenant, ListTenants, TenantExists, Tenants};
pub use crate::values::tenants::{NewTenant, Tenant, TenantReport, TenantStatus};

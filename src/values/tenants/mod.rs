//! Values of tenants: name and status.

mod tenant;

pub(crate) use tenant::check_name;
pub use tenant::{NewTenant, Tenant, TenantStatus};

/// The report of created, changed or deleted tenants, by their names.
pub type TenantReport = super::bulk_report::BulkReport<NewTenant, String>;

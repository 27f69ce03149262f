//! Values of tenants: name and status.

mod tenant;
mod tenants_progress;

pub(crate) use tenant::check_name;
pub use tenant::{NewTenant, Tenant, TenantStatus};
pub use tenants_progress::TenantsProgress;

/// Report of created, changed or deleted tenants, by their names.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::tenants::TenantReport;
///
/// # async fn example(orders: Collection) -> weaviate::Result<()> {
/// let report: TenantReport = orders.tenants().create(["ann", "bob"]).await?;
/// for failed in report.errors() {
///     println!("{} was not created: {}", failed.name(), failed.message());
/// }
/// # Ok(())
/// # }
/// ```
pub type TenantReport = super::bulk_report::BulkReport<NewTenant, String>;

//! Tenants: `create`, `update`, `list`, `get`, `delete`, `wait_for_status`, and their objects.

mod change;
mod change_faults;
mod objects;
mod read;
mod wait;

use weaviate::prelude::*;
use weaviate::tenants::Tenant;

use crate::support::Bed;

/// A collection with multi-tenancy and no tenant yet.
async fn orders(bed: &Bed) -> Collection {
    orders_with(bed, MultiTenancyConfig::new()).await
}

async fn orders_with(bed: &Bed, config: MultiTenancyConfig) -> Collection {
    let config = CollectionConfig::new("TenantsOrder")
        .property(Property::new("what", DataType::Text))
        .multi_tenancy(config.enabled(true));
    bed.fresh(config).await
}

/// `t000`, `t001` and so on.
fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("t{number:03}"))
}

async fn list(orders: &Collection) -> Vec<Tenant> {
    orders.tenants().list().await.unwrap()
}

/// The names of the tenants that have this status.
async fn those(orders: &Collection, status: TenantStatus) -> Vec<String> {
    list(orders).await.into_iter().filter(|tenant| tenant.status == status).map(|tenant| tenant.name).collect()
}

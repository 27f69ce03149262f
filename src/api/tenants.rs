//! Tenants of collections with multi-tenancy: create, list, activate, offload, delete.
//!
//! [`Collection::tenants`](crate::Collection::tenants) returns [`Tenants`], the handle with these
//! operations. [`Collection::tenant`](crate::Collection::tenant) returns the handle for the objects
//! of one tenant.
//!
//! ```no_run
//! use weaviate::prelude::*;
//!
//! # async fn example(client: Client) -> weaviate::Result<()> {
//! let orders = client.collection("Order");
//! orders.tenants().create(["ann", "bob"]).await?.into_result()?;
//! let of_ann = orders.tenant("ann").query().fetch_objects().await?;
//! orders.tenants().deactivate(["ann"]).await?.into_result()?;
//! # Ok(())
//! # }
//! ```
//!
//! See [multi-tenancy](https://docs.weaviate.io/weaviate/manage-collections/multi-tenancy) in
//! Weaviate's documentation.

pub use crate::requests::tenants::{ChangeTenants, GetTenant, ListTenants, TenantExists, Tenants};
pub use crate::values::tenants::{NewTenant, Tenant, TenantReport, TenantStatus};

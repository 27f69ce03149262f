//! Tenants: create, change, list, delete.

use serde_json::{Value as Json, json};

use crate::engine::schema::{Limit, LimitReached, check_tenant_name};

use super::fault::{NoTenants, TenantsFault};
use super::{Collection, Shard, State, Store, TenantStatus};

/// A tenant of a request. Without status it is active.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) name: String,
    pub(crate) status: Option<TenantStatus>,
}

impl Tenant {
    pub(crate) fn to_json(&self) -> Json {
        match self.status {
            Some(status) => json!({"activityStatus": status.name(), "name": self.name}),
            None => json!({"name": self.name}),
        }
    }
}

impl Collection {
    /// Adds a tenant; one that is there stays as it is.
    pub(crate) fn add_tenant(&mut self, name: &str, status: TenantStatus) {
        self.shards.entry(name.to_owned()).or_insert_with(|| Shard { status, ..Shard::new(name.to_owned()) });
    }

    /// Refuses new tenants beyond the limit. Those that are there do not count again.
    pub(super) fn check_room<'t>(
        &self,
        tenants: impl IntoIterator<Item = &'t str>,
        most: Option<usize>,
    ) -> Result<(), LimitReached> {
        let new = tenants.into_iter().filter(|name| !self.shards.contains_key(*name)).count();
        if new == 0 { Ok(()) } else { Limit::Tenants.check(self.shards.len() + new, most) }
    }

    /// All tenants by name.
    pub(crate) fn tenants(&self) -> impl Iterator<Item = Tenant> + '_ {
        self.shards.iter().map(|(name, shard)| Tenant { name: name.clone(), status: Some(shard.status) })
    }
}

impl Store {
    /// Whoever reads wakes an inactive tenant up where the collection asks for it.
    pub(crate) fn wake(&self, collection: &str, tenant: &str) {
        let asleep = {
            let state = self.read();
            state.collection(collection).is_some_and(|collection| {
                collection.schema.multi_tenancy.auto_activation
                    && collection.shard(tenant).is_err()
                    && collection.shards.contains_key(tenant)
            })
        };
        if asleep && let Some(collection) = self.write().collection_mut(collection) {
            // A tenant that was deleted meanwhile is reported by the read itself.
            let _ = collection.shard_mut(tenant);
        }
    }
}

impl State {
    /// The collection, if it has tenants.
    pub(crate) fn tenant_collection(&self, name: &str) -> Result<&Collection, NoTenants> {
        let collection = self.collection(name).ok_or(NoTenants::NoCollection)?;
        if collection.schema.multi_tenancy.enabled {
            return Ok(collection);
        }
        Err(NoTenants::Off(collection.schema.name.clone()))
    }

    fn tenant_collection_mut(&mut self, name: &str, command: &'static str) -> Result<&mut Collection, TenantsFault> {
        let fault = |fault| TenantsFault::Collection { command, fault };
        self.tenant_collection(name).map_err(fault)?;
        self.collection_mut(name).ok_or(fault(NoTenants::NoCollection))
    }

    /// Adds tenants, of which a collection has so many at most.
    pub(crate) fn add_tenants(
        &mut self,
        collection: &str,
        tenants: &[Tenant],
        most: Option<usize>,
    ) -> Result<(), TenantsFault> {
        for (index, tenant) in tenants.iter().enumerate() {
            check_tenant_name(index, &tenant.name)?;
        }
        check_unique(tenants)?;
        let collection = self.tenant_collection_mut(collection, "TYPE_ADD_TENANT")?;
        collection.check_room(tenants.iter().map(|tenant| tenant.name.as_str()), most)?;
        for tenant in tenants {
            collection.add_tenant(&tenant.name, tenant.status.unwrap_or(TenantStatus::Hot));
        }
        Ok(())
    }

    pub(crate) fn update_tenants(&mut self, collection: &str, tenants: &[Tenant]) -> Result<(), TenantsFault> {
        const COMMAND: &str = "TYPE_UPDATE_TENANT";
        check_unique(tenants)?;
        let collection = self.tenant_collection_mut(collection, COMMAND)?;
        for tenant in tenants {
            if let (Some(shard), Some(status)) = (collection.shards.get_mut(&tenant.name), tenant.status) {
                shard.status = status;
            }
        }
        // The known ones have been changed all the same.
        let unknown = tenants.iter().filter(|tenant| !collection.shards.contains_key(&tenant.name));
        let unknown: Vec<_> = unknown.map(|tenant| tenant.name.clone()).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(TenantsFault::Unknown { command: COMMAND, tenants: unknown })
    }

    /// Deletes tenants with their objects; unknown ones do not matter.
    pub(crate) fn delete_tenants(&mut self, collection: &str, names: &[String]) -> Result<(), TenantsFault> {
        if let Some(index) = names.iter().position(String::is_empty) {
            return Err(TenantsFault::Empty(index));
        }
        let collection = self.tenant_collection_mut(collection, "TYPE_DELETE_TENANT")?;
        for name in names {
            collection.shards.remove(name);
        }
        Ok(())
    }
}

fn check_unique(tenants: &[Tenant]) -> Result<(), TenantsFault> {
    let mut seen = std::collections::BTreeSet::new();
    match tenants.iter().find(|tenant| !seen.insert(&tenant.name)) {
        Some(twin) => Err(TenantsFault::Twice(twin.name.clone())),
        None => Ok(()),
    }
}

//! Tenants: create, change, list, delete.

use serde_json::{Value as Json, json};

use crate::engine::schema::check_tenant_name;

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
    /// The collection, if it has tenants. The error is the server's bare text.
    pub(crate) fn tenant_collection(&self, name: &str) -> Result<&Collection, String> {
        let collection = self.collection(name).ok_or("class not found")?;
        if collection.schema.multi_tenancy.enabled {
            return Ok(collection);
        }
        Err(format!("multi-tenancy is not enabled for class \"{}\"", collection.schema.name))
    }

    fn tenant_collection_mut(&mut self, name: &str, command: &str) -> Result<&mut Collection, String> {
        self.tenant_collection(name).map_err(|text| format!("updating schema: {command}: {text}"))?;
        self.collection_mut(name).ok_or_else(|| format!("updating schema: {command}: class not found"))
    }

    pub(crate) fn add_tenants(&mut self, collection: &str, tenants: &[Tenant]) -> Result<(), String> {
        for (index, tenant) in tenants.iter().enumerate() {
            check_tenant_name(index, &tenant.name)?;
        }
        check_unique(tenants)?;
        let collection = self.tenant_collection_mut(collection, "TYPE_ADD_TENANT")?;
        for tenant in tenants {
            collection.add_tenant(&tenant.name, tenant.status.unwrap_or(TenantStatus::Hot));
        }
        Ok(())
    }

    pub(crate) fn update_tenants(&mut self, collection: &str, tenants: &[Tenant]) -> Result<(), String> {
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
        let faults: Vec<_> = unknown.map(|tenant| format!("shard not found: {}", tenant.name)).collect();
        if faults.is_empty() {
            return Ok(());
        }
        Err(format!("updating schema: {COMMAND}: {}", faults.join("; ")))
    }

    /// Deletes tenants with their objects; unknown ones do not matter.
    pub(crate) fn delete_tenants(&mut self, collection: &str, names: &[String]) -> Result<(), String> {
        if let Some(index) = names.iter().position(String::is_empty) {
            return Err(format!("empty tenant name at index {index}"));
        }
        let collection = self.tenant_collection_mut(collection, "TYPE_DELETE_TENANT")?;
        for name in names {
            collection.shards.remove(name);
        }
        Ok(())
    }
}

fn check_unique(tenants: &[Tenant]) -> Result<(), String> {
    let mut seen = std::collections::BTreeSet::new();
    match tenants.iter().find(|tenant| !seen.insert(&tenant.name)) {
        Some(twin) => Err(format!("tenant name {} existed multiple times", twin.name)),
        None => Ok(()),
    }
}

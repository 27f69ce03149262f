//! `TenantsGet`: tenants and their activity.

use weaviate_generated::grpc::tenants_get_request::Params;
use weaviate_generated::grpc::{Tenant, TenantActivityStatus, TenantsGetReply, TenantsGetRequest};

use super::fault::TenantsGetFault;
use crate::engine::store::fault::NoTenants;
use crate::engine::store::{State, TenantStatus};

/// All tenants, or those named; unknown names are left out.
pub(crate) fn get(state: &State, request: &TenantsGetRequest) -> Result<TenantsGetReply, TenantsGetFault> {
    if let Some(Params::Names(names)) = &request.params
        && names.values.is_empty()
    {
        return Err(TenantsGetFault::NoName);
    }
    let collection = state.collection(&request.collection).ok_or(NoTenants::NoCollection)?;
    if !collection.schema.multi_tenancy.enabled {
        return Err(NoTenants::Off(collection.schema.name.clone()).into());
    }
    let tenant = |name: &String| {
        let status = match collection.shards.get(name)?.status {
            TenantStatus::Hot => TenantActivityStatus::Hot,
            TenantStatus::Cold => TenantActivityStatus::Cold,
        };
        Some(Tenant { name: name.clone(), activity_status: status.into() })
    };
    let tenants = match &request.params {
        Some(Params::Names(names)) => names.values.iter().filter_map(tenant).collect(),
        None => collection.shards.keys().filter_map(tenant).collect(),
    };
    Ok(TenantsGetReply { took: 0.0, tenants })
}

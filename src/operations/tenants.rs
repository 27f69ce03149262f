//! Tenants: written over REST, read over the protocol of the call.

use std::collections::HashSet;

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::grpc::TenantsGetRequest;
use weaviate_generated::rest::types;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::options::Protocol;
use crate::transport::{Attempt, Method, Transport, none_if_missing};
use crate::values::server::Feature;
use crate::values::tenants::{NewTenant, Tenant};
use crate::wire::tenants::{names, of_message, of_rest, request, to_rest};

/// Creates tenants. Existing ones are left unchanged.
pub(crate) async fn create(transport: &Transport, call: &Call, collection: &str, tenants: &[NewTenant]) -> Result<()> {
    let body = &to_rest(tenants);
    let listed = transport.rest(call, |rest| rest.tenants_create(collection, body)).await?;
    check_all_listed(listed.as_deref(), tenants)
}

/// Changes the status of tenants. After an error, some may have changed.
pub(crate) async fn update(transport: &Transport, call: &Call, collection: &str, tenants: &[NewTenant]) -> Result<()> {
    let body = &to_rest(tenants);
    let listed = transport.rest(call, |rest| rest.tenants_update(collection, body)).await?;
    check_all_listed(listed.as_deref(), tenants)
}

/// Checks that the reply to a change lists all tenants that were sent.
fn check_all_listed(listed: Option<&[types::Tenant]>, sent: &[NewTenant]) -> Result<()> {
    let (listed, sent) = (listed.unwrap_or_default().len(), sent.len());
    if listed == sent {
        return Ok(());
    }
    Err(Error::decode(format!("the reply lists {listed} of {sent} tenants; check them with `tenants().list()`")))
}

/// Deletes tenants. Succeeds also for missing ones.
pub(crate) async fn delete(transport: &Transport, call: &Call, collection: &str, tenants: &[NewTenant]) -> Result<()> {
    let body = &tenants.iter().map(|tenant| tenant.name.clone()).collect();
    transport.rest(call, |rest| rest.tenants_delete(collection, body)).await
}

/// Reads a tenant; `None` if it does not exist. Uses REST if the server has the operation: only
/// that reports a tenant the caller may not read.
pub(crate) async fn get(transport: &Transport, mut call: Call, collection: &str, name: &str) -> Result<Option<Tenant>> {
    if transport.has_feature(&mut call, Feature::TenantGetOne).await != Some(true) {
        return Ok(list(transport, &call, collection, Some(vec![name.to_owned()])).await?.pop());
    }
    let found = transport.rest(&call, |rest| rest.tenants_get_one(collection, name, None));
    let found = none_if_missing(found.await)?.map(of_rest);
    match found {
        Some(tenant) if tenant.name != name => {
            Err(Error::decode(format!("the reply has the tenant {:?}; check caches and proxies", tenant.name)))
        }
        found => Ok(found),
    }
}

/// Reads all tenants or those named, in no particular order.
pub(crate) async fn list(
    transport: &Transport,
    call: &Call,
    collection: &str,
    names: Option<Vec<String>>,
) -> Result<Vec<Tenant>> {
    let request = &request(collection, names);
    let message = Bytes::from(request.encode_to_vec());
    transport.check_size(call, message.len())?;
    transport.exchange(call, |attempt| list_over(transport, attempt, request, message.clone())).await
}

async fn list_over(
    transport: &Transport,
    attempt: Attempt<'_>,
    request: &TenantsGetRequest,
    message: Bytes,
) -> Result<Vec<Tenant>> {
    if attempt.protocol == Protocol::Rest {
        // Boxed like all generated operations: see `Transport::rest`.
        return Box::pin(list_over_rest(attempt, request)).await;
    }
    Ok(of_message(transport.unary(attempt, Method::TENANTS_GET, message).await?))
}

/// REST has no filter by name, so all tenants are read.
async fn list_over_rest(attempt: Attempt<'_>, request: &TenantsGetRequest) -> Result<Vec<Tenant>> {
    let collection = request.collection.as_str();
    let listed = attempt.rest(|rest| rest.tenants_get(collection, None)).await?;
    let mut all: Vec<Tenant> = listed.into_iter().flatten().map(of_rest).collect();
    if let Some(names) = names(request) {
        let names: HashSet<&String> = names.iter().collect();
        all.retain(|tenant| names.contains(&tenant.name));
    }
    Ok(all)
}

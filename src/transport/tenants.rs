//! Tenants: written over REST, read by the protocol of the call.

use std::collections::HashSet;

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::availability::Kind;
use weaviate_generated::grpc::TenantsGetRequest;

use super::carry::Method;
use super::http::Http;
use super::run::Attempt;
use super::{Call, Transport, check_size, gate, unless_missing};
use crate::error::Result;
use crate::tenants::{NewTenant, Tenant};
use crate::wire::tenants::{names, of_message, of_rest, request, to_rest};
use crate::{Feature, Protocol};

impl Transport {
    /// Whether the server knows the names that statuses have since 1.26.
    pub(crate) async fn knows_new_statuses(&self, call: &mut Call) -> bool {
        let server = self.version_that_matters(call).await;
        server.is_none_or(|server| gate::knows(server, Kind::EnumValue, "Tenant.activityStatus=ACTIVE"))
    }

    /// Those that exist stay as they are.
    pub(crate) async fn create_tenants(
        &self,
        call: &Call,
        collection: &str,
        tenants: &[NewTenant],
        new_names: bool,
    ) -> Result<()> {
        let body = &to_rest(tenants, new_names);
        self.rest(call, |rest| async move { rest.tenants_create(collection, body).await }).await?;
        Ok(())
    }

    /// A refusal does not say that nothing was changed.
    pub(crate) async fn update_tenants(
        &self,
        call: &Call,
        collection: &str,
        tenants: &[NewTenant],
        new_names: bool,
    ) -> Result<()> {
        let body = &to_rest(tenants, new_names);
        self.rest(call, |rest| async move { rest.tenants_update(collection, body).await }).await?;
        Ok(())
    }

    /// Those that do not exist are no error.
    pub(crate) async fn delete_tenants(&self, call: &Call, collection: &str, tenants: &[NewTenant]) -> Result<()> {
        let body = &tenants.iter().map(|tenant| tenant.name.clone()).collect();
        self.rest(call, |rest| async move { rest.tenants_delete(collection, body).await }).await
    }

    /// `None` if there is none of this name. Over REST, which says so if it may not be read, where the server can.
    pub(crate) async fn tenant(&self, mut call: Call, collection: &str, name: &str) -> Result<Option<Tenant>> {
        let server = self.version_that_matters(&mut call).await;
        if server.is_none_or(|server| gate::check_feature(server, Feature::TenantGetOne).is_err()) {
            return Ok(self.tenants(&call, collection, Some(vec![name.to_owned()])).await?.pop());
        }
        let found = self.rest(&call, |rest| async move { rest.tenants_get_one(collection, name, None).await });
        Ok(unless_missing(found.await)?.map(of_rest))
    }

    /// All tenants, or those of these names, in no order.
    pub(crate) async fn tenants(
        &self,
        call: &Call,
        collection: &str,
        names: Option<Vec<String>>,
    ) -> Result<Vec<Tenant>> {
        let request = &request(collection, names);
        let message = Bytes::from(request.encode_to_vec());
        check_size(call, message.len(), self.max_message_size())?;
        self.carry(call, |protocol, attempt| self.tenants_over(protocol, attempt, request, message.clone())).await
    }

    async fn tenants_over(
        &self,
        protocol: Protocol,
        attempt: Attempt,
        request: &TenantsGetRequest,
        message: Bytes,
    ) -> Result<Vec<Tenant>> {
        if protocol == Protocol::Rest {
            return list(&self.node(attempt.node).http, attempt, request).await;
        }
        Ok(of_message(self.message_over(Method::TENANTS_GET, protocol, attempt, message).await?))
    }
}

/// REST lists all tenants and none by name.
async fn list(http: &Http, attempt: Attempt, request: &TenantsGetRequest) -> Result<Vec<Tenant>> {
    let collection = request.collection.as_str();
    // Boxed, as all generated operations: see `Transport::rest`.
    let listed = Box::pin(http.attempt(attempt, |rest| async move { rest.tenants_get(collection, None).await }));
    let mut all: Vec<Tenant> = listed.await?.into_iter().flatten().map(of_rest).collect();
    if let Some(names) = names(request) {
        let names: HashSet<&String> = names.iter().collect();
        all.retain(|tenant| names.contains(&tenant.name));
    }
    Ok(all)
}

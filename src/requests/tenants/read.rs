//! The requests that look tenants up.

use std::collections::{HashMap, HashSet};
use std::future::IntoFuture;

use crate::Result;
use crate::call::{Idempotency, call_options};
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::tenants::{Tenant, check_name};

const GET: &str = "get tenant";
const EXISTS: &str = "tenant exists";
const LIST: &str = "list tenants";

/// Looks a tenant up, see [`Tenants::get`](super::Tenants::get).
#[derive(Clone, Debug)]
#[must_use = "nothing is read until the request is awaited"]
pub struct GetTenant {
    scope: Scope,
    name: String,
}

impl GetTenant {
    pub(super) fn new(scope: &Scope, name: String) -> Self {
        Self { scope: scope.clone(), name }
    }

    call_options!(scope.options);
}

impl IntoFuture for GetTenant {
    type Output = Result<Option<Tenant>>;
    type IntoFuture = Pending<'static, Option<Tenant>>;

    fn into_future(self) -> Self::IntoFuture {
        perform(GET, self.scope.name(), async move { one(&self.scope, GET, &self.name).await })
    }
}

/// Looks whether a tenant is there, see [`Tenants::exists`](super::Tenants::exists).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked until the request is awaited"]
pub struct TenantExists {
    scope: Scope,
    name: String,
}

impl TenantExists {
    pub(super) fn new(scope: &Scope, name: String) -> Self {
        Self { scope: scope.clone(), name }
    }

    call_options!(scope.options);
}

impl IntoFuture for TenantExists {
    type Output = Result<bool>;
    type IntoFuture = Pending<'static, bool>;

    fn into_future(self) -> Self::IntoFuture {
        perform(EXISTS, self.scope.name(), async move { Ok(one(&self.scope, EXISTS, &self.name).await?.is_some()) })
    }
}

async fn one(scope: &Scope, operation: &'static str, name: &str) -> Result<Option<Tenant>> {
    check_name(name)?;
    let call = scope.call(operation, Idempotency::Read)?;
    operations::tenants::get(&scope.transport, call, scope.collection(), name).await
}

/// Lists tenants, see [`Tenants::list`](super::Tenants::list).
#[derive(Clone, Debug)]
#[must_use = "nothing is read until the request is awaited"]
pub struct ListTenants {
    scope: Scope,
    names: Option<Vec<String>>,
}

impl ListTenants {
    pub(super) fn new(scope: &Scope) -> Self {
        Self { scope: scope.clone(), names: None }
    }

    /// These tenants alone, in this order. A name that no tenant has is left out, and one that is given twice comes once. No
    /// names bring no tenants, without asking the server.
    ///
    /// Over plain REST all tenants are read, and the others are dropped here.
    pub fn names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        let mut seen = HashSet::new();
        self.names =
            Some(names.into_iter().map(Into::into).filter(|name: &String| seen.insert(name.clone())).collect());
        self
    }

    call_options!(scope.options);

    async fn send(&self) -> Result<Vec<Tenant>> {
        let Self { scope, names } = self;
        let call = scope.call(LIST, Idempotency::Read)?;
        let Some(names) = names else {
            let mut all = operations::tenants::list(&scope.transport, &call, scope.collection(), None).await?;
            all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
            return Ok(all);
        };
        names.iter().try_for_each(|name| check_name(name))?;
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let found = operations::tenants::list(&scope.transport, &call, scope.collection(), Some(names.clone())).await?;
        let mut found: HashMap<_, _> = found.into_iter().map(|tenant| (tenant.name.clone(), tenant)).collect();
        Ok(names.iter().filter_map(|name| found.remove(name)).collect())
    }
}

impl IntoFuture for ListTenants {
    type Output = Result<Vec<Tenant>>;
    type IntoFuture = Pending<'static, Vec<Tenant>>;

    fn into_future(self) -> Self::IntoFuture {
        perform(LIST, self.scope.name(), async move { self.send().await })
    }
}

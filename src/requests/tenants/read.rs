//! The requests that read tenants.

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

/// Request to read one tenant, made by [`Tenants::get`](super::Tenants::get).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(orders: Collection) -> weaviate::Result<()> {
/// let ann = orders.tenants().get("ann").await?;
/// # Ok(())
/// # }
/// ```
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
        perform(GET, self.scope.name(), async move { read_one(&self.scope, GET, &self.name).await })
    }
}

/// Request to check that a tenant exists, made by [`Tenants::exists`](super::Tenants::exists).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(orders: Collection) -> weaviate::Result<()> {
/// let exists: bool = orders.tenants().exists("ann").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is checked until the request is awaited"]
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
        perform(
            EXISTS,
            self.scope.name(),
            async move { Ok(read_one(&self.scope, EXISTS, &self.name).await?.is_some()) },
        )
    }
}

async fn read_one(scope: &Scope, operation: &'static str, name: &str) -> Result<Option<Tenant>> {
    check_name(name)?;
    let call = scope.call(operation, Idempotency::Read)?;
    operations::tenants::get(&scope.transport, call, scope.collection(), name).await
}

/// Request to list tenants, made by [`Tenants::list`](super::Tenants::list).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(orders: Collection) -> weaviate::Result<()> {
/// for tenant in orders.tenants().list().await? {
///     println!("{}: {}", tenant.name, tenant.status);
/// }
/// # Ok(())
/// # }
/// ```
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

    /// Lists only the tenants with these names, in this order.
    ///
    /// Names without a tenant are left out, and a repeated name is listed once. No names give an
    /// empty list, without a request. Over REST, the client reads all tenants and drops the others.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let some = orders.tenants().list().names(["ann", "bob"]).await?;
    /// # Ok(())
    /// # }
    /// ```
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

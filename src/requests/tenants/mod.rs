//! Tenants: create, update, read, delete, and wait for a status.

mod change;
mod read;
mod wait_for_status;

use std::time::Duration;

pub use change::ChangeTenants;
pub use read::{GetTenant, ListTenants, TenantExists};

use self::change::TenantChange;
use crate::scope::Scope;
use crate::values::tenants::{NewTenant, Tenant, TenantStatus, TenantsProgress};
use crate::wait::Wait;

/// Handle of a collection's tenants, returned by
/// [`Collection::tenants`](crate::Collection::tenants).
///
/// For collections with multi-tenancy. Each method returns a request, which is sent when it is
/// awaited. See [multi-tenancy](https://docs.weaviate.io/weaviate/manage-collections/multi-tenancy)
/// in Weaviate's documentation.
///
/// # Reports
///
/// [`create`](Self::create), [`update`](Self::update) and [`delete`](Self::delete) take any number
/// of tenants. They send messages of up to 100 tenants, one after the other, and return a
/// [`TenantReport`](crate::tenants::TenantReport). **Check the report**, or turn it into an error
/// with [`into_result`](crate::data::BulkReport::into_result). An empty iterator succeeds, and
/// nothing is sent.
///
/// The awaited request fails if its first message fails as a whole. If a later message fails, the
/// report lists all its tenants, with an [`outcome`](crate::data::ItemError::outcome) of refused or
/// unknown. It lists the tenants after that message as not sent.
///
/// # Errors
///
/// Every awaited request fails with
///
/// - [`Validation`](crate::ErrorKind::Validation), before anything is sent, for a name or status
///   that the server would refuse.
/// - [`Tenant`](crate::ErrorKind::Tenant) if the collection has no multi-tenancy.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client) -> weaviate::Result<()> {
/// let multi_tenancy = MultiTenancyConfig::new().enabled(true);
/// let config = CollectionConfig::new("Order").multi_tenancy(multi_tenancy);
/// let orders = client.collections().create(config).await?;
/// let tenants = orders.tenants();
/// let names = (1..=250).map(|number| format!("customer-{number}"));
/// tenants.create(names).await?.into_result()?;
///
/// // The objects of one tenant have a handle of their own.
/// let seven = orders.tenant("customer-7");
/// seven.data().insert(PropertyMap::from([("what", "a dozen crabs")])).await?;
///
/// tenants.deactivate(["customer-7"]).await?.into_result()?;
/// let limit = Duration::from_secs(10);
/// tenants.wait_for_status(["customer-7"], TenantStatus::Inactive, limit).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Tenants {
    scope: Scope,
}

impl Tenants {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self { scope: scope.clone() }
    }

    /// Creates tenants.
    ///
    /// Takes names, or [`NewTenant`]s with a status. **A tenant that exists stays as it is**, with
    /// its objects and its status, and counts as created.
    ///
    /// The server keeps files open for each active tenant. With thousands of tenants, create most
    /// of them inactive.
    ///
    /// # Errors
    ///
    /// - [`Validation`](crate::ErrorKind::Validation), before anything is sent, for an invalid
    ///   name, a repeated name, or a status that is neither [`Active`](TenantStatus::Active) nor
    ///   [`Inactive`](TenantStatus::Inactive).
    /// - [`LimitExceeded`](crate::ErrorKind::LimitExceeded) if the server allows no more tenants.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let report = orders.tenants().create(["ann", "bob"]).await?;
    /// for failed in report.errors() {
    ///     eprintln!("{} was not created: {}", failed.name(), failed.message());
    /// }
    /// let archive = NewTenant::new("archive").status(TenantStatus::Inactive);
    /// orders.tenants().create([archive]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "add")]
    pub fn create<T: Into<NewTenant>>(&self, tenants: impl IntoIterator<Item = T>) -> ChangeTenants {
        ChangeTenants::new(&self.scope, TenantChange::Create, tenants.into_iter().map(Into::into).collect())
    }

    /// Sets the status of tenants, for each tenant its own.
    ///
    /// [`activate`](Self::activate), [`deactivate`](Self::deactivate) and
    /// [`offload`](Self::offload) set one status for all. See [tenant
    /// states](https://docs.weaviate.io/weaviate/manage-collections/tenant-states) in Weaviate's
    /// documentation.
    ///
    /// A tenant that does not exist does not stop the others. The server changes the others first
    /// and then refuses the message. The client therefore reads the tenants of a refused message,
    /// and reports which of them have the wanted status.
    ///
    /// # Errors
    ///
    /// - [`Validation`](crate::ErrorKind::Validation), before anything is sent, for an invalid
    ///   name, a repeated name, or a status that only the server sets.
    /// - [`Tenant`](crate::ErrorKind::Tenant) if no tenant of the first message was changed,
    ///   because they do not exist or are on the way between two statuses.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let wanted = [("ann", TenantStatus::Active), ("bob", TenantStatus::Inactive)];
    /// let report = orders.tenants().update(wanted).await?;
    /// println!("changed: {:?}", report.succeeded().collect::<Vec<_>>());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "set_status")]
    pub fn update<T: Into<Tenant>>(&self, tenants: impl IntoIterator<Item = T>) -> ChangeTenants {
        let tenants = tenants.into_iter().map(|tenant| tenant.into().into()).collect();
        ChangeTenants::new(&self.scope, TenantChange::Update, tenants)
    }

    /// Activates tenants: loads them, so that their objects can be read and written.
    ///
    /// An offloaded tenant is [`Onloading`](TenantStatus::Onloading) first;
    /// [`wait_for_status`](Self::wait_for_status) waits until it is active.
    ///
    /// # Errors
    ///
    /// Those of [`update`](Self::update).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// orders.tenants().activate(["ann", "bob"]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "HOT")]
    pub fn activate<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.set(&TenantStatus::Active, names)
    }

    /// Deactivates tenants: takes them out of memory.
    ///
    /// Their objects stay on the server's disk and cannot be read or written.
    ///
    /// # Errors
    ///
    /// Those of [`update`](Self::update).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// orders.tenants().deactivate(["ann", "bob"]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "COLD")]
    pub fn deactivate<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.set(&TenantStatus::Inactive, names)
    }

    /// Offloads tenants: moves their objects to cloud storage.
    ///
    /// Needs the module `offload-s3` on the server. The server moves the objects in the background;
    /// [`wait_for_status`](Self::wait_for_status) waits until it is done.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the server does not have the module.
    /// Otherwise those of [`update`](Self::update).
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let tenants = orders.tenants();
    /// tenants.offload(["ann"]).await?.into_result()?;
    /// let limit = Duration::from_secs(300);
    /// tenants.wait_for_status(["ann"], TenantStatus::Offloaded, limit).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "FROZEN")]
    #[doc(alias = "freeze")]
    pub fn offload<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.set(&TenantStatus::Offloaded, names)
    }

    fn set<N: Into<String>>(&self, status: &TenantStatus, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.update(names.into_iter().map(|name| Tenant::new(name, status.clone())))
    }

    /// Deletes tenants with all their objects.
    ///
    /// Succeeds also for tenants that do not exist, and for repeated names.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for an invalid name.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// orders.tenants().delete(["ann", "bob"]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "remove")]
    pub fn delete<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        ChangeTenants::new(&self.scope, TenantChange::Delete, names.into_iter().map(NewTenant::new).collect())
    }

    /// Reads the tenant with this name. Returns `None` if it does not exist.
    ///
    /// Always uses REST, except on servers before 1.28.0.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for an invalid name.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// if let Some(tenant) = orders.tenants().get("ann").await? {
    ///     println!("{} is {}", tenant.name, tenant.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, name: impl Into<String>) -> GetTenant {
        GetTenant::new(&self.scope, name.into())
    }

    /// Checks that a tenant with this name exists, with any status.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// if !orders.tenants().exists("ann").await? {
    ///     orders.tenants().create(["ann"]).await?.into_result()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn exists(&self, name: impl Into<String>) -> TenantExists {
        TenantExists::new(&self.scope, name.into())
    }

    /// Lists all tenants by name, or only [those with given names](ListTenants::names).
    ///
    /// All tenants come in one reply. The server leaves out tenants that the caller has no
    /// permission to read.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let tenants = orders.tenants().list().await?;
    /// let inactive = tenants.iter().filter(|tenant| tenant.status == TenantStatus::Inactive);
    /// println!("{} of {} are inactive", inactive.count(), tenants.len());
    ///
    /// let some = orders.tenants().list().names(["ann", "bob"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ListTenants {
        ListTenants::new(&self.scope)
    }

    /// Waits until each of these tenants had this status once.
    ///
    /// Polls the server: first after 100 ms, later every 2 s. The [`Wait`] returns the state of the
    /// tenants.
    ///
    /// # Errors
    ///
    /// - [`Timeout`](crate::ErrorKind::Timeout) if tenants do not have the status within `timeout`.
    ///   The error lists them.
    /// - [`Tenant`](crate::ErrorKind::Tenant) at once if waiting does not help: a tenant does not
    ///   exist, or the server gave up moving it and its status is the old one again.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let tenants = orders.tenants();
    /// tenants.activate(["ann", "bob"]).await?.into_result()?;
    /// let limit = Duration::from_secs(60);
    /// tenants.wait_for_status(["ann", "bob"], TenantStatus::Active, limit).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_status<N: Into<String>>(
        &self,
        names: impl IntoIterator<Item = N>,
        status: TenantStatus,
        timeout: Duration,
    ) -> Wait<TenantsProgress> {
        let names = names.into_iter().map(Into::into).collect();
        wait_for_status::wait(&self.scope, names, status, timeout)
    }
}

//! Tenants: making, changing, listing and deleting them.

mod change;
mod read;
mod wait;

use std::time::Duration;

pub use change::ChangeTenants;
pub use read::{GetTenant, ListTenants, TenantExists};

use self::change::Change;
use crate::Result;
use crate::scope::Scope;
use crate::scope::perform;
use crate::values::tenants::{NewTenant, Tenant, TenantStatus};

/// The tenants of a collection with multi-tenancy, reached through [`Collection::tenants`](crate::Collection::tenants).
///
/// Any number of tenants can be handed over at once, in whatever can be iterated. They are sent in messages of up to 100,
/// one after the other, and a [`TenantReport`](crate::tenants::TenantReport) says what became of each. **So look at the report**, or have
/// [`into_result`](crate::data::BulkReport::into_result) turn it into an error.
///
/// A message that fails as a whole is the error of the call if it is the first. If it is a later one, the report lists all
/// its tenants, with an [`outcome`](crate::data::ItemError::outcome) that tells refused from unknown, and the tenants behind it as
/// not sent. Names and statuses are looked at before anything is sent. No tenants are no error, and nothing is sent.
///
/// Where a collection has no tenants, whatever is asked is an error of kind [`Tenant`](crate::ErrorKind::Tenant).
///
/// ```no_run
/// use std::time::Duration;
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client) -> weaviate::Result<()> {
/// let config = CollectionConfig::new("Order").multi_tenancy(MultiTenancyConfig::new().enabled(true));
/// let orders = client.collections().create(config).await?;
/// let tenants = orders.tenants();
/// tenants.create((1..=250).map(|number| format!("customer-{number}"))).await?.into_result()?;
///
/// // What one tenant has is reached through a handle of its own.
/// orders.tenant("customer-7").data().insert(PropertyMap::from([("what", "a dozen crabs")])).await?;
///
/// tenants.deactivate(["customer-7"]).await?.into_result()?;
/// tenants.wait_for_status(["customer-7"], TenantStatus::Inactive, Duration::from_secs(10)).await?;
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

    /// Makes tenants, each of which is a name alone or a [`NewTenant`] with a status. **One that exists stays as it is**, with
    /// its objects and its status, and is no error.
    ///
    /// The server keeps files open for each tenant that is active: of thousands, most are better made inactive.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) before anything is sent, for a name that no tenant can have, for the same
    /// one twice, and for a status other than [`Active`](TenantStatus::Active) and [`Inactive`](TenantStatus::Inactive);
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) where the server allows no more tenants.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let report = orders.tenants().create(["ann", "bob"]).await?;
    /// for failed in report.errors() {
    ///     eprintln!("{} was not made: {}", failed.name(), failed.message());
    /// }
    /// let archive = NewTenant::new("archive").status(TenantStatus::Inactive);
    /// orders.tenants().create([archive]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create<T: Into<NewTenant>>(&self, tenants: impl IntoIterator<Item = T>) -> ChangeTenants {
        ChangeTenants::new(&self.scope, Change::Create, tenants.into_iter().map(Into::into).collect())
    }

    /// Sets the status of tenants. It is what [`activate`](Self::activate), [`deactivate`](Self::deactivate) and
    /// [`offload`](Self::offload) do, for tenants that are to have different ones.
    ///
    /// A tenant that does not exist does not keep the others back. The server refuses a message for it after it has changed
    /// the others; so the tenants of that message are looked up, and the report says which are as they were to be.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) before anything is sent, for a name that no tenant can have, for the same
    /// one twice, and for a status that the server alone sets. If it is done for none of the first message,
    /// [`Tenant`](crate::ErrorKind::Tenant) where they do not exist or are on the way between two statuses.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let wanted = [("ann", TenantStatus::Active), ("bob", TenantStatus::Inactive)];
    /// let report = orders.tenants().update(wanted).await?;
    /// println!("{:?} are as they were to be", report.succeeded().collect::<Vec<_>>());
    /// # Ok(())
    /// # }
    /// ```
    pub fn update<T: Into<Tenant>>(&self, tenants: impl IntoIterator<Item = T>) -> ChangeTenants {
        let tenants = tenants.into_iter().map(|tenant| tenant.into().into()).collect();
        ChangeTenants::new(&self.scope, Change::Update, tenants)
    }

    /// Lets the objects of tenants be used, see [`update`](Self::update). One that was offloaded is
    /// [`Onloading`](TenantStatus::Onloading) first: [`wait_for_status`](Self::wait_for_status) waits until it is active.
    ///
    /// ```no_run
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// orders.tenants().activate(["ann", "bob"]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn activate<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.set(&TenantStatus::Active, names)
    }

    /// Takes tenants out of memory. Their objects stay on the server's disk and cannot be used. See [`update`](Self::update).
    ///
    /// ```no_run
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// orders.tenants().deactivate(["ann", "bob"]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn deactivate<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.set(&TenantStatus::Inactive, names)
    }

    /// Moves the objects of tenants to the storage of the module `offload-s3`, see [`update`](Self::update). It goes on in the
    /// background: [`wait_for_status`](Self::wait_for_status) waits until it is done. An error of kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the server does not have the module.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::tenants::TenantStatus;
    ///
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// let tenants = orders.tenants();
    /// tenants.offload(["ann"]).await?.into_result()?;
    /// tenants.wait_for_status(["ann"], TenantStatus::Offloaded, Duration::from_secs(300)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn offload<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.set(&TenantStatus::Offloaded, names)
    }

    fn set<N: Into<String>>(&self, status: &TenantStatus, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        self.update(names.into_iter().map(|name| Tenant::new(name, status.clone())))
    }

    /// Deletes tenants with all their objects. One that does not exist is no error, nor is the same name twice.
    ///
    /// ```no_run
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// orders.tenants().delete(["ann", "bob"]).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete<N: Into<String>>(&self, names: impl IntoIterator<Item = N>) -> ChangeTenants {
        ChangeTenants::new(&self.scope, Change::Delete, names.into_iter().map(NewTenant::new).collect())
    }

    /// The tenant of this name, `None` if there is none. Over REST, whatever the protocol, except on servers before 1.28.
    ///
    /// ```no_run
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// if let Some(tenant) = orders.tenants().get("ann").await? {
    ///     println!("{} is {}", tenant.name, tenant.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, name: impl Into<String>) -> GetTenant {
        GetTenant::new(&self.scope, name.into())
    }

    /// Whether there is a tenant of this name, active or not. As [`get`](Self::get).
    ///
    /// ```no_run
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// if !orders.tenants().exists("ann").await? {
    ///     orders.tenants().create(["ann"]).await?.into_result()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn exists(&self, name: impl Into<String>) -> TenantExists {
        TenantExists::new(&self.scope, name.into())
    }

    /// All tenants in the order of their names, or [some by name](ListTenants::names). They come in one reply, however many
    /// there are; those that the caller may not read are left out by the server.
    ///
    /// ```no_run
    /// use weaviate::tenants::TenantStatus;
    ///
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// let tenants = orders.tenants().list().await?;
    /// let asleep = tenants.iter().filter(|tenant| tenant.status == TenantStatus::Inactive);
    /// println!("{} of {} are asleep", asleep.count(), tenants.len());
    ///
    /// let some = orders.tenants().list().names(["ann", "bob"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ListTenants {
        ListTenants::new(&self.scope)
    }

    /// Returns once each of these tenants was seen with this status. Asks again and again, at first after a tenth of a second,
    /// later every two seconds.
    ///
    /// # Errors
    ///
    /// [`Timeout`](crate::ErrorKind::Timeout) if it is not so within this time, with the tenants that are not there yet.
    /// [`Tenant`](crate::ErrorKind::Tenant) at once if waiting does not help: a tenant does not exist, or the server has given
    /// up moving it and it is back where it was.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::tenants::TenantStatus;
    ///
    /// # async fn example(orders: weaviate::Collection) -> weaviate::Result<()> {
    /// let tenants = orders.tenants();
    /// tenants.activate(["ann", "bob"]).await?.into_result()?;
    /// tenants.wait_for_status(["ann", "bob"], TenantStatus::Active, Duration::from_secs(60)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_for_status<N: Into<String>>(
        &self,
        names: impl IntoIterator<Item = N>,
        status: TenantStatus,
        timeout: Duration,
    ) -> Result<()> {
        let names = names.into_iter().map(Into::into).collect();
        perform(wait::OPERATION, self.scope.name(), wait::until(&self.scope, names, &status, timeout)).await
    }
}

//! Tenants: name and status.

use std::fmt;

use crate::{Error, Result};

/// Maximal length of a tenant name, in characters.
const MAX_NAME: usize = 64;

/// Status (state) of a tenant: active, inactive, offloaded, or on the way between them.
///
/// Servers before 1.26.0 use the names `HOT`, `COLD`, `FROZEN`, `FREEZING` and `UNFREEZING`. The
/// client reads both sets of names, and sends those that the server knows. See
/// [tenant states](https://docs.weaviate.io/weaviate/manage-collections/tenant-states) in
/// Weaviate's documentation.
///
/// ```
/// use weaviate::tenants::TenantStatus;
///
/// assert_eq!(TenantStatus::from("HOT"), TenantStatus::Active);
/// assert_eq!(TenantStatus::Active.as_str(), "ACTIVE");
/// assert_eq!(TenantStatus::Offloaded.to_string(), "OFFLOADED");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "TenantActivityStatus")]
pub enum TenantStatus {
    /// Loaded: its objects can be read and written. Formerly `HOT`.
    #[doc(alias = "HOT")]
    Active,
    /// On the server's disk: its objects cannot be read or written. Formerly `COLD`.
    #[doc(alias = "COLD")]
    Inactive,
    /// In cloud storage: its objects cannot be read or written. Formerly `FROZEN`. Needs the module
    /// `offload-s3` on the server.
    #[doc(alias = "FROZEN")]
    Offloaded,
    /// On the way to cloud storage. Only the server sets it. Formerly `FREEZING`.
    #[doc(alias = "FREEZING")]
    Offloading,
    /// On the way back from cloud storage. Only the server sets it. Formerly `UNFREEZING`.
    #[doc(alias = "UNFREEZING")]
    Onloading,
    /// Status that this client does not know, with its name on the server.
    Other(String),
}

impl TenantStatus {
    /// Returns the name that servers use since 1.26.0, for example `ACTIVE`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::Offloaded => "OFFLOADED",
            Self::Offloading => "OFFLOADING",
            Self::Onloading => "ONLOADING",
            Self::Other(name) => name,
        }
    }

    /// Whether the server is still moving the tenant, and will set another status.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::Offloading | Self::Onloading)
    }
}

impl From<&str> for TenantStatus {
    /// Reads the name on the server, the old or the new one.
    fn from(name: &str) -> Self {
        match name {
            "ACTIVE" | "HOT" => Self::Active,
            "INACTIVE" | "COLD" => Self::Inactive,
            "OFFLOADED" | "FROZEN" => Self::Offloaded,
            "OFFLOADING" | "FREEZING" => Self::Offloading,
            "ONLOADING" | "UNFREEZING" => Self::Onloading,
            _ => Self::Other(name.to_owned()),
        }
    }
}

impl fmt::Display for TenantStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Tenant with its status, as it is read and as [`Tenants::update`] takes it.
///
/// A pair of name and status converts to it.
///
/// [`Tenants::update`]: crate::tenants::Tenants::update
///
/// ```
/// use weaviate::tenants::{Tenant, TenantStatus};
///
/// let ann = Tenant::new("ann", TenantStatus::Inactive);
/// assert_eq!(ann, ("ann", TenantStatus::Inactive).into());
/// assert_eq!((ann.name.as_str(), ann.status), ("ann", TenantStatus::Inactive));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tenant {
    /// Name of the tenant.
    pub name: String,
    /// Status of the tenant.
    pub status: TenantStatus,
}

impl Tenant {
    /// Creates a tenant value with a name and a status.
    pub fn new(name: impl Into<String>, status: TenantStatus) -> Self {
        Self { name: name.into(), status }
    }
}

impl<N: Into<String>> From<(N, TenantStatus)> for Tenant {
    fn from((name, status): (N, TenantStatus)) -> Self {
        Self::new(name, status)
    }
}

/// Tenant to be created, for [`Tenants::create`](crate::tenants::Tenants::create).
///
/// A name converts to it, and so does a pair of name and status.
///
/// ```
/// use weaviate::tenants::{NewTenant, TenantStatus};
///
/// let archive = NewTenant::new("archive").status(TenantStatus::Inactive);
/// assert_eq!(archive, ("archive", TenantStatus::Inactive).into());
/// assert_eq!(NewTenant::new("ann"), "ann".into());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NewTenant {
    /// Name of the tenant: 1 to 64 ASCII letters, digits, `-` and `_`.
    pub name: String,
    /// Status of the tenant. Default: [`Active`](TenantStatus::Active).
    pub status: Option<TenantStatus>,
}

impl NewTenant {
    /// Creates a tenant value with a name and the default status, active.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), status: None }
    }

    /// Sets the status: [`Active`](TenantStatus::Active) or [`Inactive`](TenantStatus::Inactive).
    #[must_use]
    pub fn status(mut self, status: TenantStatus) -> Self {
        self.status = Some(status);
        self
    }
}

impl From<&str> for NewTenant {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for NewTenant {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl From<&String> for NewTenant {
    fn from(name: &String) -> Self {
        Self::new(name)
    }
}

impl From<Tenant> for NewTenant {
    fn from(Tenant { name, status }: Tenant) -> Self {
        Self { name, status: Some(status) }
    }
}

impl<N: Into<String>> From<(N, TenantStatus)> for NewTenant {
    fn from(tenant: (N, TenantStatus)) -> Self {
        Tenant::from(tenant).into()
    }
}

/// Refuses a name that the server would refuse. The server checks names only when it creates or
/// changes a tenant; elsewhere it reports an impossible name as not found.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(fits) {
        return Ok(());
    }
    let shown: String = name.chars().take(MAX_NAME + 1).collect();
    let message = format!("{shown:?} is not a tenant name: use 1 to {MAX_NAME} letters, digits, `-` and `_`");
    Err(Error::validation("tenant", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUSES: [TenantStatus; 5] = [
        TenantStatus::Active,
        TenantStatus::Inactive,
        TenantStatus::Offloaded,
        TenantStatus::Offloading,
        TenantStatus::Onloading,
    ];

    #[test]
    fn old_and_new_names_mean_the_same_status() {
        for status in STATUSES {
            assert_eq!(TenantStatus::from(status.as_str()), status);
        }
        let old = ["HOT", "COLD", "FROZEN", "FREEZING", "UNFREEZING"];
        assert_eq!(old.map(TenantStatus::from), STATUSES);
        let other = TenantStatus::from("LUKEWARM");
        assert_eq!((other.as_str(), other.to_string().as_str()), ("LUKEWARM", "LUKEWARM"));
        assert_eq!(STATUSES.map(|status| status.is_passing()), [false, false, false, true, true]);
    }

    #[test]
    fn a_tenant_is_a_name_with_or_without_a_status() {
        let plain = NewTenant { name: "a".to_owned(), status: None };
        assert_eq!(
            [NewTenant::from("a"), "a".to_owned().into(), (&"a".to_owned()).into()],
            [(); 3].map(|()| plain.clone())
        );
        let inactive = NewTenant::new("a").status(TenantStatus::Inactive);
        assert_eq!(NewTenant::from(("a", TenantStatus::Inactive)), inactive);
        assert_eq!(NewTenant::from(Tenant::new("a", TenantStatus::Inactive)), inactive);
        assert_eq!(Tenant::from(("a".to_owned(), TenantStatus::Active)), Tenant::new("a", TenantStatus::Active));
    }

    #[test]
    fn names_are_checked() {
        for name in ["a", "Customer_1", "2024-11", "-", &"x".repeat(MAX_NAME)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "no/good", "a b", "a.b", "..", "ä", "a\n", &"x".repeat(MAX_NAME + 1)] {
            let error = check_name(name).unwrap_err();
            assert_eq!(error.field(), Some("tenant"), "{name}");
            assert!(error.to_string().contains("use 1 to 64 letters"), "{error}");
        }
    }
}

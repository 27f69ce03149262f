//! What a tenant is: its name and what it is doing.

use std::fmt;

use crate::{Error, Result};

/// The longest name of a tenant, in characters.
const MAX_NAME: usize = 64;

/// What a tenant is doing.
///
/// Servers have two names for each: `HOT`, `COLD`, `FROZEN`, `FREEZING` and `UNFREEZING` are those from before 1.26. Both are
/// understood here, and a server is spoken to in the names that it knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TenantStatus {
    /// Its objects can be read and written. Once `HOT`.
    Active,
    /// Its objects are on the server's disk and cannot be used. Once `COLD`.
    Inactive,
    /// Its objects are in the storage of the module `offload-s3`, which the server has to have. Once `FROZEN`.
    Offloaded,
    /// Its objects are on the way there; the server alone sets this. Once `FREEZING`.
    Offloading,
    /// Its objects are on the way back; the server alone sets this. Once `UNFREEZING`.
    Onloading,
    /// One that this client does not know, by its name in the server's schema.
    Other(String),
}

impl TenantStatus {
    /// The name in the server's schema since 1.26.
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

    /// The name from before 1.26, which later servers understand, too.
    pub(crate) fn old_name(&self) -> &str {
        match self {
            Self::Active => "HOT",
            Self::Inactive => "COLD",
            Self::Offloaded => "FROZEN",
            Self::Offloading => "FREEZING",
            Self::Onloading => "UNFREEZING",
            Self::Other(name) => name,
        }
    }

    /// Whether the server is at work and will set another one.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::Offloading | Self::Onloading)
    }
}

impl From<&str> for TenantStatus {
    /// By its name in the server's schema, the old or the new one.
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

/// A tenant as the server has it, or as it is to be: see [`Tenants::update`](crate::tenants::Tenants::update).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// What it is doing.
    pub status: TenantStatus,
}

impl Tenant {
    /// A tenant of this name and status.
    pub fn new(name: impl Into<String>, status: TenantStatus) -> Self {
        Self { name: name.into(), status }
    }
}

impl<N: Into<String>> From<(N, TenantStatus)> for Tenant {
    fn from((name, status): (N, TenantStatus)) -> Self {
        Self::new(name, status)
    }
}

/// A tenant to be made: a name alone, or with a status. See [`Tenants::create`](crate::tenants::Tenants::create).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NewTenant {
    /// Its name: up to 64 letters, digits, `-` and `_`.
    pub name: String,
    /// What it is to do, [`Active`](TenantStatus::Active) unless said.
    pub status: Option<TenantStatus>,
}

impl NewTenant {
    /// A tenant of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), status: None }
    }

    /// What it is to do: [`Active`](TenantStatus::Active) or [`Inactive`](TenantStatus::Inactive).
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

/// The server looks at names only where it makes or changes a tenant; elsewhere one that cannot exist is just not there.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(fits) {
        return Ok(());
    }
    let shown: String = name.chars().take(MAX_NAME + 1).collect();
    let message = format!("{shown:?} is no name of a tenant: up to {MAX_NAME} letters, digits, - and _ make one");
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
    fn both_names_of_a_status_are_one() {
        for status in STATUSES {
            assert_eq!(TenantStatus::from(status.as_str()), status);
            assert_eq!(TenantStatus::from(status.old_name()), status);
            assert_ne!(status.as_str(), status.old_name());
        }
        let other = TenantStatus::from("LUKEWARM");
        assert_eq!(
            (other.as_str(), other.old_name(), other.to_string().as_str()),
            ("LUKEWARM", "LUKEWARM", "LUKEWARM")
        );
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
            assert!(error.to_string().contains("up to 64 letters"), "{error}");
        }
    }
}

//! How a client is known to the server, and stays it.

#[cfg(feature = "oidc")]
mod grants;
#[cfg(feature = "oidc")]
mod issuer;
#[cfg(feature = "oidc")]
mod issuer_faults;
mod provider;
#[cfg(feature = "oidc")]
mod renewal;
#[cfg(feature = "oidc")]
mod secrets;

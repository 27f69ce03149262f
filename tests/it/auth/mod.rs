//! How a client is known to the server, and stays it.

#[cfg(feature = "oidc")]
mod grants;
#[cfg(feature = "oidc")]
mod issuer;
mod provider;
#[cfg(feature = "oidc")]
mod renewal;
#[cfg(feature = "oidc")]
mod secrets;
#[cfg(feature = "oidc")]
mod trouble;

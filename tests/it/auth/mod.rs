//! Authentication: API keys, token providers and OIDC.

mod current_token;
#[cfg(feature = "oidc")]
mod grants;
#[cfg(feature = "oidc")]
mod hanging_issuer;
#[cfg(feature = "oidc")]
mod issuer;
#[cfg(feature = "oidc")]
mod issuer_faults;
#[cfg(feature = "oidc")]
mod no_oidc;
mod provider;
#[cfg(feature = "oidc")]
mod renewal;
#[cfg(feature = "oidc")]
mod secrets;

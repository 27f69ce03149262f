//! Iteration over all objects of a collection or of its tenants.

pub use crate::requests::iterate::{Iterate, IterateTenants, Objects, ResumeToken, TenantHit, TenantObjects};

//! Authentication of callers, and their permissions.

pub(crate) mod auth;
pub(crate) mod rbac;

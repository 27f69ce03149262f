//! Who calls, and what they may do.

pub(crate) mod auth;
pub(crate) mod rbac;

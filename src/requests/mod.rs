//! Handles and request builders, by area. A request runs when it is awaited.

pub(crate) mod aggregate;
pub(crate) mod batch;
pub(crate) mod config;
pub(crate) mod data;
pub(crate) mod indexing;
pub(crate) mod iterate;
pub(crate) mod query;
mod selection_setters;
pub(crate) mod tenants;

//! Conversion between public values and messages of the contract. Besides `transport` and
//! `operations`, only this module names generated code.

pub(crate) mod batch;
pub(crate) mod batch_references;
pub(crate) mod consistency;
pub(crate) mod delete;
mod filters;
pub(crate) mod keyword;
pub(crate) mod listing;
mod meta;
pub(crate) mod object;
pub(crate) mod properties;
pub(crate) mod references;
pub(crate) mod reply;
pub(crate) mod rest_filter;
pub(crate) mod rest_object;
pub(crate) mod same_object;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod search_reply;
mod selection;
pub(crate) mod tenants;
mod vector;

/// Text for a failed part of a batch for which the server gives no text.
const NO_REASON: &str = "the server gave no reason";

//! Conversion between public values and messages of the contract. Besides `transport` and
//! `operations`, only this module names generated code.

pub(crate) mod aggregate;
pub(crate) mod batch;
pub(crate) mod batch_references;
pub(crate) mod consistency;
pub(crate) mod delete;
pub(crate) mod fetch;
mod filters;
mod found_references;
mod generated_text;
pub(crate) mod generative_request;
pub(crate) mod keyword;
pub(crate) mod listing;
mod meta;
mod near;
pub(crate) mod object;
pub(crate) mod object_encoder;
pub(crate) mod properties;
mod ranking;
pub(crate) mod references;
pub(crate) mod reply;
pub(crate) mod rest_filter;
pub(crate) mod rest_object;
pub(crate) mod same_object;
pub(crate) mod schema;
pub(crate) mod search;
mod selection;
mod targets;
pub(crate) mod tenants;
mod vector;

/// Text for a failed part of a batch for which the server gives no text.
const NO_REASON: &str = "the server gave no reason";

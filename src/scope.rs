//! What the requests that are made of a collection's handle have in common.

use crate::headers::Headers;
use crate::transport::{Call, CallOptions, Idempotency, Place, Transport};
use crate::{Collection, ConsistencyLevel, Error};

/// What a request knows of the handle that it was made of, and what was said for it alone.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) transport: Transport,
    pub(crate) collection: String,
    pub(crate) tenant: Option<String>,
    pub(crate) level: Option<ConsistencyLevel>,
    headers: Headers,
    pub(crate) options: CallOptions,
}

impl Scope {
    pub(crate) fn new<P>(collection: &Collection<P>) -> Self {
        Self {
            transport: collection.transport().clone(),
            collection: collection.name().to_owned(),
            tenant: collection.tenant_name().map(str::to_owned),
            level: collection.level(),
            headers: collection.headers().clone(),
            options: CallOptions::default(),
        }
    }

    pub(crate) fn call(&self, operation: &'static str, idempotency: Idempotency) -> Call {
        Call::new(operation, idempotency).collection(self.collection.as_str()).options(&self.headers, &self.options)
    }

    pub(crate) fn place(&self) -> Place<'_> {
        Place { collection: &self.collection, tenant: self.tenant.as_deref(), level: self.level }
    }

    /// The error, which may have come about before there was a call.
    pub(crate) fn failed(&self, operation: &'static str, error: Error) -> Error {
        error.in_operation(operation, Some(&self.collection))
    }
}

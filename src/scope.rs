//! The scope of a handle, which its requests share: transport, target and options.

use std::pin::Pin;

use crate::call::{Call, CallOptions, Idempotency};
use crate::transport::Transport;
use crate::values::collection_name::CollectionName;
use crate::values::properties::Layout;
use crate::values::target::Target;
use crate::{Error, Result};

/// The transport, target and options of a handle or of a request made from it.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) transport: Transport,
    pub(crate) target: Target,
    pub(crate) options: CallOptions,
    /// Fields of the objects that are vectors and references.
    pub(crate) layout: &'static Layout,
}

impl Scope {
    pub(crate) fn new(transport: Transport, collection: &str) -> Self {
        let layout = &Layout::EMPTY;
        Self { transport, target: Target::new(collection), options: CallOptions::default(), layout }
    }

    /// Makes a call on the target. Refuses invalid names, headers and retry policies, before any
    /// I/O.
    pub(crate) fn call(&self, operation: &'static str, idempotency: Idempotency) -> Result<Call> {
        let checked = self.target.check().and_then(|()| self.options.check());
        checked.map_err(|error| self.failed(operation, error))?;
        Ok(Call::new(operation, idempotency).collection(self.name()).options(self.options.clone()))
    }

    pub(crate) fn name(&self) -> CollectionName {
        self.target.collection.clone()
    }

    pub(crate) fn collection(&self) -> &str {
        self.target.collection()
    }

    /// Names operation and collection in an error that arose outside of a call.
    pub(crate) fn failed(&self, operation: &'static str, error: Error) -> Error {
        error.in_operation(operation, Some(self.collection()))
    }
}

/// The future of a request.
pub(crate) type Pending<'r, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'r>>;

/// Boxes the work of a request, and names operation and collection in its errors.
pub(crate) fn perform<'r, T>(
    operation: &'static str,
    collection: CollectionName,
    work: impl Future<Output = Result<T>> + Send + 'r,
) -> Pending<'r, T> {
    Box::pin(async move { work.await.map_err(|error| error.in_operation(operation, Some(collection.as_str()))) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::error::Outcome;
    use crate::options::RetryPolicy;

    #[tokio::test]
    async fn an_invalid_call_is_refused_before_it_is_sent() {
        let scope = |name: &str| Scope::new(Transport::for_tests(), name);
        let mut header = scope("Owl");
        header.options.headers.insert("authorization", "x");
        let mut policy = scope("Owl");
        policy.options.retry = Some(RetryPolicy::default().max_attempts(0));
        for (scope, field) in [(scope("no name"), "collection"), (header, "header"), (policy, "max_attempts")] {
            let error = scope.call("test", Idempotency::Read).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
            assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
        }
        assert!(scope("owl").call("test", Idempotency::Read).is_ok());
    }
}

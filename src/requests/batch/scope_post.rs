//! Sender of messages to a server, by the transport of a handle.

use std::any::Any;
use std::time::Duration;

use serde_json::Value;

use super::cargo::Payload;
use super::post::{Calling, Post, Reply};
use crate::call::Idempotency;
use crate::error::{Error, Result};
use crate::operations;
use crate::options::RetryPolicy;
use crate::requests::data::import_message;
use crate::scope::Scope;
use crate::values::bulk_report::MessageResult;
use crate::values::properties::Layout;
use crate::values::target::Target;
use crate::values::warning::WarningCode;
use crate::wire::batch::BatchLimits;
use crate::wire::batch_references;

const OBJECTS: &str = "batch";
const REFERENCES: &str = "batch references";

/// Sends each message once: the batch itself decides what is sent again, and when.
pub(super) struct ScopePost {
    scope: Scope,
}

impl ScopePost {
    pub(super) fn new(scope: &Scope) -> Self {
        let mut scope = scope.clone();
        let attempt_timeout = scope.options.retry.and_then(|policy| policy.attempt_timeout);
        scope.options.retry = Some(RetryPolicy { attempt_timeout, ..RetryPolicy::none() });
        Self { scope }
    }

    /// Checks names, headers and options.
    pub(super) fn check(scope: &Scope) -> Result<()> {
        scope.call(OBJECTS, Idempotency::Idempotent).map(drop)
    }
}

impl Post for ScopePost {
    fn target(&self) -> &Target {
        &self.scope.target
    }

    fn is_same(&self, other: &dyn Post) -> bool {
        let Some(other) = other.as_any().downcast_ref::<Self>() else { return false };
        let (one, other) = (&self.scope, &other.scope);
        one.transport.is_same(&other.transport)
            && one.target.level == other.target.level
            && one.options == other.options
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn layout(&self) -> &'static Layout {
        self.scope.layout
    }

    fn limits(&self) -> BatchLimits {
        import_message::limits(&self.scope)
    }

    fn send(&self, payload: Payload) -> Calling<Reply> {
        let scope = self.scope.clone();
        match payload {
            Payload::Objects { bytes, count, multi_vectors } => Box::pin(async move {
                // Idempotent: all ids are set.
                let call = scope.call(OBJECTS, Idempotency::Idempotent)?;
                let sent = import_message::send(&scope.transport, call, bytes, multi_vectors, count);
                let MessageResult { refused, took } = sent.await?;
                Ok(Reply { refused, took })
            }),
            Payload::References(references) => Box::pin(async move {
                let call = scope.call(REFERENCES, Idempotency::Never)?;
                let request = batch_references::message(&scope.target, &references);
                let reply = operations::references::add(&scope.transport, call, &request).await?;
                let MessageResult { refused, took } = batch_references::refusals(reply, references.len())?;
                Ok(Reply { refused, took })
            }),
        }
    }

    fn has_vectorizer(&self) -> Calling<bool> {
        let scope = self.scope.clone();
        Box::pin(async move {
            let call = scope.call("read collection", Idempotency::Read)?.not_retried();
            // The start of a batch waits for it.
            let call = call.timeout(scope.transport.init_timeout());
            let found = operations::collections::get(&scope.transport, &call, scope.collection()).await?;
            Ok(found.is_some_and(|class| makes_vectors(&class)))
        })
    }

    fn queue_time(&self) -> Calling<Duration> {
        let scope = self.scope.clone();
        Box::pin(async move {
            let call = scope.call("read nodes", Idempotency::Read)?.not_retried();
            operations::nodes::batch_queue(&scope.transport, &call).await
        })
    }

    fn named(&self, error: Error) -> Error {
        let error = error.in_operation(OBJECTS, Some(self.scope.collection()));
        match self.scope.target.tenant() {
            Some(tenant) => error.of_tenant(tenant),
            None => error,
        }
    }

    fn warn_of_provider_limit(&self, error: &Error) {
        self.scope.transport.warn(WarningCode::BatchSlowed, || {
            format!(
                "a model provider limits the rate of a batch: {error}. The objects are sent again, more slowly; \
                 `BatchBuilder::rate_limited` keeps to a limit from the start"
            )
        });
    }
}

/// Returns whether the server makes vectors for the objects of a collection.
fn makes_vectors(class: &Value) -> bool {
    let is_module = |name: &str| !name.is_empty() && name != "none";
    let named = class.get("vectorConfig").and_then(Value::as_object).into_iter().flat_map(|all| all.values());
    let of_named = named.filter_map(|vector| vector.get("vectorizer")?.as_object()).flat_map(|modules| modules.keys());
    class.get("vectorizer").and_then(Value::as_str).into_iter().chain(of_named.map(String::as_str)).any(is_module)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_vectorizer_is_a_module_of_any_vector() {
        for (class, expected) in [
            (json!({}), false),
            (json!({"vectorizer": "none"}), false),
            (json!({"vectorizer": "text2vec-openai"}), true),
            (json!({"vectorConfig": {"a": {"vectorizer": {"none": {}}}}}), false),
            (
                json!({"vectorConfig": {"a": {"vectorizer": {"none": {}}}, "b": {"vectorizer": {"text2vec-ollama": {}}}}}),
                true,
            ),
            (json!({"vectorConfig": null, "vectorizer": 1}), false),
        ] {
            assert_eq!(makes_vectors(&class), expected, "{class}");
        }
    }
}

//! Many references: as a message of gRPC where the server takes one, told in JSON otherwise.

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::grpc::{BatchReferencesReply, BatchReferencesRequest};

use super::carry::Method;
use super::run::Attempt;
use super::{Call, Transport, check_size, gate};
use crate::error::{Error, Result};
use crate::wire::{batch_references, consistency};
use crate::{Feature, Protocol};

impl Transport {
    pub(crate) async fn batch_references(
        &self,
        mut call: Call,
        request: &BatchReferencesRequest,
    ) -> Result<BatchReferencesReply> {
        let wanted = call.options.protocol;
        if self.inner.switch.protocol(wanted) != Protocol::Rest {
            let server = self.version_that_matters(&mut call).await;
            match server.map(|server| gate::check_feature(server, Feature::BatchReferences)) {
                Some(Ok(())) => {}
                // REST is everywhere, and good enough for whoever has not said otherwise.
                _ if wanted == Protocol::Auto => call.options.protocol = Protocol::Rest,
                Some(Err(error)) => return Err(error.in_operation(call.operation, call.collection.as_deref())),
                None => {}
            }
        }
        let message = Bytes::from(request.encode_to_vec());
        check_size(&call, message.len(), self.max_message_size())?;
        self.carry(&call, |protocol, attempt| self.batch_references_over(protocol, attempt, request, message.clone()))
            .await
    }

    async fn batch_references_over(
        &self,
        protocol: Protocol,
        attempt: Attempt,
        request: &BatchReferencesRequest,
        message: Bytes,
    ) -> Result<BatchReferencesReply> {
        if protocol != Protocol::Rest {
            return self.message_over(Method::BATCH_REFERENCES, protocol, attempt, message).await;
        }
        let http = &self.node(attempt.node).http;
        let level = request.consistency_level.map(|_| consistency::word(request.consistency_level()));
        let body = &batch_references::body(request);
        let results =
            http.attempt(attempt, |rest| async move { rest.batch_references_create(level, body).await }).await?;
        let results = results.ok_or_else(|| Error::decode(format!("{} sent an empty reply", http.endpoint.named())))?;
        batch_references::reply(results, request.references.len())
    }
}

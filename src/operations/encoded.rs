//! Requests of gRPC before they are sent: the version of the server, encoding, the size of the message.

use bytes::Bytes;
use prost::Message;
use weaviate_generated::availability::Requirements;
use weaviate_generated::grpc::{AggregateRequest, BatchDeleteRequest, SearchRequest};

use super::older_servers;
use crate::call::Call;
use crate::error::Result;
use crate::transport::{Transport, version_check};
use crate::values::server::ServerVersion;

/// A request whose fields depend on the version of the server.
pub(super) trait Versioned: Message + Requirements {
    /// Returns whether some supported server needs another form of it, which its fields do not tell.
    fn has_older_form(&self) -> bool {
        false
    }

    /// Puts the request into the words of an older server.
    fn adapt(&mut self, _server: &ServerVersion) -> Result<()> {
        Ok(())
    }
}

impl Versioned for SearchRequest {
    fn has_older_form(&self) -> bool {
        older_servers::has_older_form(self)
    }

    fn adapt(&mut self, server: &ServerVersion) -> Result<()> {
        older_servers::adapt(self, server)
    }
}

impl Versioned for AggregateRequest {}
impl Versioned for BatchDeleteRequest {}

/// A request before it is sent, in its smallest form.
pub(super) enum Encoded<R> {
    Message(Bytes),
    /// Not encoded yet: the server version decides about the fields.
    VersionDependent(Box<R>),
}

impl<R: Versioned> Encoded<R> {
    pub(super) fn new(request: R) -> Self {
        if version_check::depends_on_version(&request) || request.has_older_form() {
            return Self::VersionDependent(Box::new(request));
        }
        Self::Message(request.encode_to_vec().into())
    }

    /// Returns the message for the server version. Fails if the version lacks a feature, or the
    /// message is too large.
    pub(super) async fn checked(self, transport: &Transport, call: &mut Call) -> Result<Bytes> {
        let message = match self {
            Self::Message(message) => message,
            Self::VersionDependent(request) => Box::pin(for_version(transport, call, request)).await?,
        };
        transport.check_size(call, message.len())?;
        Ok(message)
    }
}

async fn for_version<R: Versioned>(transport: &Transport, call: &mut Call, mut request: Box<R>) -> Result<Bytes> {
    let server = transport.version_for(call).await;
    // Before fields are moved to the deprecated ones that older servers read.
    transport.warn_if_deprecated(server, &*request);
    if let Some(server) = server {
        request.adapt(server).map_err(|error| call.failed(error))?;
        version_check::check(server, &*request).map_err(|error| call.failed(error))?;
    }
    Ok(request.encode_to_vec().into())
}

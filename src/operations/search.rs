//! Searches over gRPC and gRPC-Web.

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::grpc::SearchRequest;

use super::older_servers;
use crate::call::Call;
use crate::error::Result;
use crate::transport::{Method, Transport, version_check};
use crate::wire::reply::{self, SearchReply};

/// Sends a search.
///
/// The message is encoded once for all attempts, before the future exists: it has dozens of fields,
/// and each layer of a future is moved as a whole.
pub(crate) fn search(
    transport: &Transport,
    mut call: Call,
    request: SearchRequest,
) -> impl Future<Output = Result<SearchReply>> + Send + '_ {
    let request = Encoded::new(request);
    async move {
        let message = request.checked(transport, &mut call).await?;
        transport.message(&call, Method::SEARCH, message, reply::rows).await
    }
}

/// A search request before it is sent, in its smallest form.
pub(super) enum Encoded {
    Message(Bytes),
    /// Not encoded yet: the server version decides about the fields.
    VersionDependent(Box<SearchRequest>),
}

impl Encoded {
    pub(super) fn new(request: SearchRequest) -> Self {
        if version_check::depends_on_version(&request) {
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

async fn for_version(transport: &Transport, call: &mut Call, mut request: Box<SearchRequest>) -> Result<Bytes> {
    let server = transport.version_for(call).await;
    // Before fields are moved to the deprecated ones that older servers read.
    transport.warn_if_deprecated(server, &*request);
    if let Some(server) = server {
        older_servers::adapt(&mut request, server).map_err(|error| call.failed(error))?;
        version_check::check(server, &*request).map_err(|error| call.failed(error))?;
    }
    Ok(request.encode_to_vec().into())
}

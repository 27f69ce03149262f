//! Searches over gRPC and gRPC-Web.

use weaviate_generated::grpc::SearchRequest;

use super::encoded::Encoded;
use crate::call::Call;
use crate::error::Result;
use crate::transport::{Method, Transport};
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

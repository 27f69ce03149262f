//! Pages of the object listing: a search over gRPC and gRPC-Web, `GET /v1/objects` over REST.

use bytes::Bytes;
use prost::Message as _;
use uuid::Uuid;
use weaviate_generated::grpc::SearchRequest;

use super::deprecations;
use super::encoded::Encoded;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::options::Protocol;
use crate::transport::{Attempt, Method, Transport};
use crate::values::server::Feature;
use crate::values::target::Target;
use crate::wire::listing::{self, ListedObject, Parameters};
use crate::wire::reply::SearchReply;

/// A page of objects.
pub(crate) struct Page<T = ListedObject> {
    pub(crate) objects: Vec<(Uuid, T)>,
    /// Whether the page holds all objects stored in its range, so that an empty page is the end.
    pub(crate) complete: bool,
}

/// Reads a page. `request` has a limit, and may have a cursor.
pub(crate) fn page(
    transport: &Transport,
    mut call: Call,
    request: SearchRequest,
) -> impl Future<Output = Result<Page>> + Send + '_ {
    let request = Encoded::new(request);
    async move {
        let message = request.checked(transport, &mut call).await?;
        let sent = transport.exchange(&call, |attempt| {
            let page = send(transport, attempt, message.clone());
            async { page.await.inspect(|page| call.set_rows(page.objects.len())) }
        });
        let mut page = sent.await?;
        if page.objects.is_empty() && !page.complete {
            // Servers with object TTL omit expired objects from a page.
            page.complete = transport.has_feature(&mut call, Feature::ObjectTtl).await == Some(false);
        }
        Ok(page)
    }
}

async fn send(transport: &Transport, attempt: Attempt<'_>, message: Bytes) -> Result<Page> {
    if attempt.protocol == Protocol::Rest {
        return Box::pin(over_rest(transport, attempt, message)).await;
    }
    let reply: SearchReply = transport.unary(attempt, Method::SEARCH, message).await?;
    Ok(Page { objects: listing::from_reply(reply)?, complete: false })
}

async fn over_rest(transport: &Transport, attempt: Attempt<'_>, message: Bytes) -> Result<Page> {
    let request = SearchRequest::decode(message)
        .map_err(|error| Error::validation("request", "is not a search message").with_source(error))?;
    let Parameters { after, class, include, limit, tenant } = listing::parameters(&request)?;
    let list = attempt
        .rest(|rest| rest.objects_list(after, Some(class), include, Some(limit), None, None, None, tenant))
        .await?;
    deprecations::warn(transport, list.deprecations);
    Ok(Page { objects: listing::from_list(&request, list.objects.unwrap_or_default())?, complete: true })
}

/// Reads the ids stored after a cursor, including objects that searches omit.
pub(crate) async fn ids(
    transport: &Transport,
    call: &Call,
    target: &Target,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Uuid>> {
    let after = after.map(|id| id.to_string());
    let (after, limit, class) = (after.as_deref(), Some(limit.into()), Some(target.collection()));
    let list = transport
        .rest(call, |rest| rest.objects_list(after, class, None, limit, None, None, None, target.tenant()))
        .await?;
    deprecations::warn(transport, list.deprecations);
    list.objects.unwrap_or_default().iter().map(listing::id).collect()
}

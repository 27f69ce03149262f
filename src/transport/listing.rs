//! Lists of objects, page by page: a search over gRPC and gRPC-Web, `GET /v1/objects` over REST.

use std::future::Future;

use bytes::Bytes;
use prost::Message as _;
use uuid::Uuid;
use weaviate_generated::grpc::SearchRequest;
use weaviate_generated::rest::types;

use super::carry::Method;
use super::run::Attempt;
use super::{Call, Encoded, Place, Transport, gate};
use crate::error::{Error, Result};
use crate::wire::found::SearchReply;
use crate::wire::listing::{self, Found, Parameters};
use crate::{Feature, Protocol, WarningCode};

/// One page.
pub(crate) struct Listed<T = Found> {
    pub(crate) objects: Vec<(Uuid, T)>,
    /// Whether it is all that there is in this place, so that an empty page is the end.
    pub(crate) complete: bool,
}

impl Transport {
    /// One page of a list. `request` has a limit and may have a cursor.
    pub(crate) fn page(
        &self,
        mut call: Call,
        request: SearchRequest,
    ) -> impl Future<Output = Result<Listed>> + Send + '_ {
        let request = Encoded::new(request);
        async move {
            let message = self.checked(&mut call, request).await?;
            let mut page =
                self.carry(&call, |protocol, attempt| self.page_over(protocol, attempt, message.clone())).await?;
            if page.objects.is_empty() && !page.complete {
                page.complete = !self.may_hide_objects(&mut call).await;
            }
            Ok(page)
        }
    }

    async fn page_over(&self, protocol: Protocol, attempt: Attempt, message: Bytes) -> Result<Listed> {
        if protocol == Protocol::Rest {
            return Box::pin(self.page_over_rest(attempt, message)).await;
        }
        let reply: SearchReply = self.message_over(Method::SEARCH, protocol, attempt, message).await?;
        Ok(Listed { objects: listing::from_reply(reply)?, complete: false })
    }

    async fn page_over_rest(&self, attempt: Attempt, message: Bytes) -> Result<Listed> {
        let request = SearchRequest::decode(message)
            .map_err(|error| Error::validation("request", "is no message of a search").with_source(error))?;
        let Parameters { after, class, include, limit, tenant } = listing::parameters(&request)?;
        let http = &self.node(attempt.node).http;
        let list = http.attempt(attempt, |rest| async move {
            rest.objects_list(after, Some(class), include, Some(limit), None, None, None, tenant).await
        });
        let objects = self.read(list.await?);
        Ok(Listed { objects: listing::from_list(&request, objects)?, complete: true })
    }

    /// The ids of what is stored behind a cursor, whether searches show it or not.
    pub(crate) async fn ids(
        &self,
        call: &Call,
        place: Place<'_>,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Uuid>> {
        let after = after.map(|id| id.to_string());
        let (after, limit) = (after.as_deref(), Some(limit.into()));
        let list = self.rest(call, |rest| async move {
            rest.objects_list(after, Some(place.collection), None, limit, None, None, None, place.tenant).await
        });
        self.read(list.await?).iter().map(listing::id).collect()
    }

    fn read(&self, list: types::ObjectsListResponse) -> Vec<types::Object> {
        for deprecation in list.deprecations.into_iter().flatten() {
            self.warn(WarningCode::Deprecated, || {
                let text = |text: Option<String>| text.unwrap_or_default();
                format!("{} {}", text(deprecation.msg), text(deprecation.mitigation)).trim().to_owned()
            });
        }
        list.objects.unwrap_or_default()
    }

    /// Whether the server leaves objects out of a page that are in its place in the list: those that have expired and are
    /// not deleted yet.
    async fn may_hide_objects(&self, call: &mut Call) -> bool {
        match self.version_that_matters(call).await {
            Some(server) => gate::check_feature(server, Feature::ObjectTtl).is_ok(),
            None => true,
        }
    }
}

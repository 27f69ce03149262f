//! The standard health service, which is well whatever service it is asked for.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;
use tonic::{Request, Response, Status, async_trait};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use super::{authenticate, unauthenticated};
use crate::emulated::Emulated;

#[derive(Debug)]
pub(super) struct Serving {
    pub(super) emulated: Arc<Emulated>,
}

const SERVING: HealthCheckResponse = HealthCheckResponse { status: ServingStatus::Serving as i32 };

#[async_trait]
impl Health for Serving {
    async fn check(&self, _: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(SERVING))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    /// Tells the status once. Streams ask for a key, single calls of this service do not.
    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        authenticate(&self.emulated, request.metadata()).await.map_err(|denied| unauthenticated(&denied))?;
        let told = futures_util::stream::once(std::future::ready(Ok(SERVING)));
        Ok(Response::new(Box::pin(told)))
    }
}

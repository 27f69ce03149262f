//! Aggregations over gRPC and gRPC-Web.

use weaviate_generated::grpc::{AggregateReply, AggregateRequest};

use super::encoded::Encoded;
use crate::call::Call;
use crate::error::Result;
use crate::transport::{Method, Transport};
use crate::values::server::Feature;

/// Sends an aggregation.
pub(crate) async fn aggregate(
    transport: &Transport,
    mut call: Call,
    request: AggregateRequest,
) -> Result<AggregateReply> {
    transport.require_feature(&mut call, Feature::Aggregate).await?;
    let message = Encoded::new(request).checked(transport, &mut call).await?;
    transport.message(&call, Method::AGGREGATE, message, |_: &AggregateReply| 1).await
}

//! `Aggregate`: figures about properties over many objects, or over groups of them.

pub(crate) mod fault;
mod reply;
mod request;

use tonic::Status;
use weaviate_generated::grpc::{AggregateReply, AggregateRequest};

use self::request::Request;
use super::unknown;
use crate::emulated::Emulated;
use crate::engine::providers::{NO_KEYS, ProviderKeys};
use crate::engine::search::Scope;
use crate::engine::search::aggregate::{Aggregated, aggregate as compute};
use fault::AggregateFault;

/// Answers an aggregation; anything wrong with it is reported as the server does.
pub(crate) fn aggregate(
    emulated: &Emulated,
    keys: &ProviderKeys,
    message: &AggregateRequest,
) -> Result<AggregateReply, Status> {
    let reply = find(emulated, keys, message).and_then(|found| reply::reply(message, &found));
    reply.map_err(
        |fault| if fault.is_of_the_request() { unknown(fault) } else { unknown(format!("aggregate: {fault}")) },
    )
}

/// Counts the objects that the filter finds.
pub(crate) fn count(emulated: &Emulated, message: &AggregateRequest) -> Result<usize, AggregateFault> {
    Ok(match find(emulated, &NO_KEYS, message)? {
        Aggregated::Whole(section) => section.count,
        Aggregated::Groups(groups) => groups.len(),
    })
}

/// Aggregates, once the functions that make vectors have been called.
fn find(emulated: &Emulated, keys: &ProviderKeys, message: &AggregateRequest) -> Result<Aggregated, AggregateFault> {
    emulated.wake(&message.collection, &message.tenant);
    emulated.answered(|asked| {
        let state = emulated.read();
        let providers = emulated.providers(keys, asked);
        let request = Request::parse(message, &state, &emulated.config)?;
        let scope = Scope::new(&state, request.collection, &message.tenant);
        let (scope, aggregation) = request.bounded(scope, providers)?;
        Ok(compute(&scope, &aggregation, providers).map_err(Box::new)?)
    })
}

//! `Aggregate`: figures about properties over many objects, or over groups of them.

pub(crate) mod fault;
mod reply;
mod request;

use tonic::Status;
use weaviate_generated::grpc::{AggregateReply, AggregateRequest};

use self::request::Request;
use super::unknown;
use crate::emulated::Emulated;
use crate::engine::providers::{Asked, NO_KEYS, ProviderKeys};
use crate::engine::search::Scope;
use crate::engine::search::aggregate::{Aggregated, aggregate as compute};
use fault::AggregateFault;

/// Answers an aggregation; anything wrong with it is reported as the server does.
pub(crate) fn aggregate(
    emulated: &Emulated,
    keys: &ProviderKeys,
    message: &AggregateRequest,
) -> Result<AggregateReply, Status> {
    let reply = find(emulated, keys, message, reply::reply);
    reply.map_err(
        |fault| if fault.is_of_the_request() { unknown(fault) } else { unknown(format!("aggregate: {fault}")) },
    )
}

/// Counts the objects that the filter finds.
pub(crate) fn count(emulated: &Emulated, message: &AggregateRequest) -> Result<usize, AggregateFault> {
    find(emulated, &NO_KEYS, message, |_, found| match found {
        Aggregated::Whole(section) => Ok(section.count),
        Aggregated::Groups(groups) => Ok(groups.len()),
    })
}

/// Aggregates, once the functions that make vectors have been called.
fn find<R>(
    emulated: &Emulated,
    keys: &ProviderKeys,
    message: &AggregateRequest,
    show: impl Fn(&AggregateRequest, &Aggregated) -> Result<R, AggregateFault>,
) -> Result<R, AggregateFault> {
    emulated.wake(&message.collection, &message.tenant);
    let asked = Asked::default();
    loop {
        let found = {
            let state = emulated.read();
            let providers = emulated.providers(keys, &asked);
            Request::parse(message, &state, &emulated.config).and_then(|request| {
                let scope = Scope::new(&state, request.collection, &message.tenant);
                let (scope, aggregation) = request.bounded(scope, providers)?;
                let found = compute(&scope, &aggregation, providers).map_err(Box::new)?;
                show(message, &found)
            })
        };
        if !asked.answer(&emulated.config.models) {
            return found;
        }
    }
}

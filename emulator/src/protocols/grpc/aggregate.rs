//! `Aggregate`: how many objects there are, all of them or those a filter lets through. The emulator computes nothing else.

use tonic::Status;
use weaviate_generated::grpc::aggregate_reply::{Result as Outcome, Single};
use weaviate_generated::grpc::{AggregateReply, AggregateRequest};

use super::fault::AggregateFault;
use super::{filters, unknown};
use crate::engine::search::{Scope, filter};
use crate::engine::store::State;

/// Counts, or says what it cannot do.
pub(crate) fn aggregate(state: &State, request: &AggregateRequest) -> Result<AggregateReply, Status> {
    if !request.aggregations.is_empty() || request.group_by.is_some() || request.search.is_some() {
        return Err(Status::unimplemented("the emulator counts objects, and does not aggregate otherwise"));
    }
    let counted = count(state, request).map_err(|fault| match fault {
        AggregateFault::NoCollection(_) | AggregateFault::Filter(_) => unknown(fault),
        AggregateFault::Tenant(_) | AggregateFault::Evaluation { .. } => unknown(format!("aggregate: {fault}")),
    })?;
    let single = Single { objects_count: Some(i64::try_from(counted).unwrap_or(i64::MAX)), aggregations: None };
    Ok(AggregateReply { took: 0.0, result: Some(Outcome::SingleResult(single)) })
}

/// Counts the objects that the filter finds.
pub(crate) fn count(state: &State, request: &AggregateRequest) -> Result<usize, AggregateFault> {
    let name = &request.collection;
    let collection = state.known_collection(name)?;
    let filter = request.filters.as_ref().map(|message| filters::parse(message, state, &collection.schema));
    let filter = filter.transpose()?;
    let scope = Scope::new(state, collection, &request.tenant)?;
    if !request.objects_count {
        return Ok(0);
    }
    match filter {
        None => Ok(scope.objects().count()),
        Some(filter) => {
            let in_shard = |fault| AggregateFault::Evaluation { shard: scope.shard.name.clone(), fault };
            let matches = filter::compile(&filter, &scope).map_err(in_shard)?;
            Ok(scope.objects().filter(|object| matches(object)).count())
        }
    }
}

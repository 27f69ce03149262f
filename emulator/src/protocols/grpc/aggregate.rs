//! `Aggregate`: how many objects there are, all of them or those a filter lets through. The emulator computes nothing else.

use tonic::Status;
use weaviate_generated::grpc::aggregate_reply::{Result as Outcome, Single};
use weaviate_generated::grpc::{AggregateReply, AggregateRequest};

use super::filters;
use crate::engine::search::{Scope, filter};
use crate::engine::store::State;

/// Counts, or says what it cannot do.
pub(crate) fn aggregate(state: &State, request: &AggregateRequest) -> Result<AggregateReply, Status> {
    if !request.aggregations.is_empty() || request.group_by.is_some() || request.search.is_some() {
        return Err(Status::unimplemented("the emulator counts objects, and does not aggregate otherwise"));
    }
    let counted = count(state, request).map_err(Status::unknown)?;
    let single = Single { objects_count: Some(i64::try_from(counted).unwrap_or(i64::MAX)), aggregations: None };
    Ok(AggregateReply { took: 0.0, result: Some(Outcome::SingleResult(single)) })
}

fn count(state: &State, request: &AggregateRequest) -> Result<usize, String> {
    let name = &request.collection;
    let collection =
        state.collection(name).ok_or_else(|| format!("parse params: could not find class {name} in schema"))?;
    let filter = request.filters.as_ref().map(|message| filters::parse(message, state, &collection.schema));
    let filter = filter.transpose().map_err(|fault| format!("parse params: {fault}"))?;
    let failed = |fault: String| format!("aggregate: {fault}");
    let scope = Scope::new(state, collection, &request.tenant).map_err(|fault| failed(fault.to_string()))?;
    if !request.objects_count {
        return Ok(0);
    }
    match filter {
        None => Ok(scope.objects().count()),
        Some(filter) => {
            let in_shard = |fault: filter::Fault| {
                failed(format!("shard {}: retrieve doc IDs from searcher: {fault}", scope.shard.name))
            };
            let matches = filter::compile(&filter, &scope).map_err(in_shard)?;
            Ok(scope.objects().filter(|object| matches(object)).count())
        }
    }
}

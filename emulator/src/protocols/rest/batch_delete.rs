//! `DELETE /v1/batch/objects`: deletes what a filter matches. The request becomes the message that gRPC has for it.

use http::StatusCode;
use serde_json::{Value as Json, json};
use uuid::Uuid;
use weaviate_generated::grpc::{BatchDeleteRequest, Filters};

use crate::emulated::Emulated;
use crate::engine::letter_case::capitalised;
use crate::protocols::grpc::delete::{Deleted, evaluating, matching};
use crate::protocols::grpc::write_fault::{DeleteFault, ObjectDeleteFault};

use super::bodies::BATCH_DELETE;
use super::call::Call;
use super::objects::check_consistency;
use super::reply::Reply;
use super::where_filter;

/// The answer for a time that was not given: Go's year 1.
const NO_TIME: i64 = -62_135_596_800_000;

pub(super) fn delete(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&BATCH_DELETE)?;
    let given = &body["match"]["where"];
    where_filter::check_operators("match.match.where", given)?;
    check_consistency(call)?;
    let filters = filters(emulated, &body)?;
    let output = match &body["output"] {
        Json::String(word) if word == "minimal" || word == "verbose" => word,
        Json::String(word) => {
            let text = format!("validate: invalid output: \"{word}\", possible values are: \"minimal\", \"verbose\"");
            return Err(Reply::error(StatusCode::INTERNAL_SERVER_ERROR, text));
        }
        _ => "minimal",
    };
    let dry_run = body["dryRun"] == true;
    let class = capitalised(body["match"]["class"].as_str().unwrap_or_default());
    let request = BatchDeleteRequest {
        collection: class.clone(),
        filters: Some(filters),
        dry_run,
        tenant: call.parameter("tenant").map(str::to_owned),
        ..BatchDeleteRequest::default()
    };
    let found = match where_filter::late_fault(given) {
        Some(fault) => Err(evaluating(emulated, &request, fault.into())),
        None => matching(emulated, &request),
    };
    let Deleted { matches, objects } = found.map_err(|fault| match fault {
        DeleteFault::NoCollection(_) | DeleteFault::NoFilter | DeleteFault::Filter(_) => {
            invalid(&format!("invalid where filter: {fault}"))
        }
        DeleteFault::Tenant(_) => Reply::unprocessable(format!("batch delete objects: cannot find objects: {fault}")),
        DeleteFault::Evaluation { .. } => Reply::error(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("batch delete objects: cannot find objects: {fault}"),
        ),
    })?;
    let failed = objects.iter().filter(|(_, fault)| fault.is_some()).count();
    let successful = if dry_run { 0 } else { objects.len() - failed };
    // Whatever the output, what failed is told.
    let shown: Vec<Json> = objects
        .into_iter()
        .filter(|(_, fault)| output == "verbose" || fault.is_some())
        .map(|object| outcome(object, dry_run))
        .collect();
    Ok(Reply::ok(json!({
        "deletionTimeUnixMilli": body["deletionTimeUnixMilli"].as_i64().unwrap_or(NO_TIME),
        "dryRun": dry_run,
        "match": {"class": class, "where": where_filter::shown(given)},
        "output": output,
        "results": {
            "failed": failed,
            "limit": emulated.config.query_maximum_results,
            "matches": matches,
            "objects": if shown.is_empty() { Json::Null } else { Json::Array(shown) },
            "successful": successful,
        },
    })))
}

/// The filter, after all that the server checks of the request.
fn filters(emulated: &Emulated, body: &Json) -> Result<Filters, Reply> {
    let wanted = &body["match"];
    if wanted.is_null() {
        return Err(invalid("empty match clause"));
    }
    let name = wanted["class"].as_str().filter(|name| !name.is_empty());
    let name = capitalised(name.ok_or_else(|| invalid("empty match.class clause"))?);
    if wanted["where"].is_null() {
        return Err(invalid("empty match.where clause"));
    }
    let state = emulated.read();
    let collection = state.collection(&name).ok_or_else(|| invalid(&format!("failed to get class: {name}")))?;
    let message = where_filter::message(&wanted["where"])
        .map_err(|fault| invalid(&format!("failed to parse where filter: {fault}")))?;
    where_filter::check(&wanted["where"], &state, &collection.schema)
        .map_err(|fault| invalid(&format!("invalid where filter: {fault}")))?;
    Ok(message)
}

fn invalid(text: &str) -> Reply {
    Reply::unprocessable(format!("validate: {text}"))
}

fn outcome((id, fault): (Uuid, Option<ObjectDeleteFault>), dry_run: bool) -> Json {
    match fault {
        Some(fault) => json!({"errors": {"error": [{"message": fault.to_string()}]}, "id": id, "status": "FAILED"}),
        None => json!({"id": id, "status": if dry_run { "DRYRUN" } else { "SUCCESS" }}),
    }
}

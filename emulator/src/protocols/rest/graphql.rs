//! `POST /v1/graphql`.

use http::StatusCode;
use serde_json::json;

use crate::emulated::Emulated;
use crate::protocols::graphql::{self, Refusal};

use super::bodies::GRAPHQL_QUERY;
use super::call::Call;
use super::reply::Reply;

pub(super) fn answer(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&GRAPHQL_QUERY)?;
    if emulated.read().collections.is_empty() {
        return Err(Reply::unprocessable(
            "no graphql provider present, this is most likely because no schema is present. Import a schema first!",
        ));
    }
    let query = body["query"].as_str().filter(|query| !query.is_empty());
    let query = query.ok_or_else(|| Reply::unprocessable("query cannot be empty"))?;
    let operation = body["operationName"].as_str().unwrap_or_default();
    match graphql::answer(emulated, &call.caller, query, operation) {
        Ok(answer) => Ok(Reply::ok(answer)),
        Err(Refusal::Invalid(error)) => Ok(Reply::ok(json!({"errors": [*error]}))),
        Err(Refusal::LeftOut(what)) => Err(Reply::error(
            StatusCode::NOT_IMPLEMENTED,
            format!("GraphQL with {what} exists in Weaviate but not in the emulator"),
        )),
    }
}

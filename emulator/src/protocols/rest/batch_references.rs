//! Many references in one request: each has its own result, in the order they came.

use serde_json::{Map, Value as Json, json};

use crate::emulated::Emulated;
use crate::engine::store::{Link, State};

use super::bodies::BATCH_REFERENCE;
use super::call::Call;
use super::objects::check_consistency;
use super::reply::Reply;

pub(super) fn add(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let given = call.objects(&BATCH_REFERENCE, "[]*models.BatchReference")?;
    for field in ["from", "to"] {
        let mut texts = given.iter().filter_map(|reference| reference[field].as_str());
        if let Some(bad) = texts.find(|text| !text.is_empty() && !text.contains("://")) {
            return Err(Reply::code(601, format!("{field} in body must be of type uri: \"{bad}\"")));
        }
    }
    check_consistency(call)?;
    if given.is_empty() {
        return Err(Reply::unprocessable(
            "invalid params: length cannot be 0, need at least one reference for batching",
        ));
    }
    let mut state = emulated.write();
    Ok(Reply::ok(given.iter().map(|reference| one(&mut state, reference)).collect()))
}

/// The reference with its result; an end that cannot be read is left out.
fn one(state: &mut State, given: &Json) -> Json {
    let text = |field: &str| given[field].as_str().unwrap_or_default();
    let mut link = Link::parse(text("from"), text("to"));
    let result = match link.add(state, text("tenant")) {
        Ok(()) => json!({"status": "SUCCESS"}),
        Err(fault) => json!({"errors": {"error": [{"message": fault.to_string()}]}, "status": "FAILED"}),
    };
    let mut shown = Map::new();
    if link.source.is_ok() {
        shown.insert("from".to_owned(), json!(text("from")));
    }
    if let Ok(target) = &link.target {
        shown.insert("to".to_owned(), target.to_json()["beacon"].clone());
    }
    shown.insert("result".to_owned(), result);
    Json::Object(shown)
}

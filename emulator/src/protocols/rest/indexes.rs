//! The inverted indexes of properties: their state, and tasks that create, change, rebuild or give one up.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::emulated::Emulated;
use crate::engine::schema::{Index, Plan, Wanted, index_conflict, plan_rebuild, plan_upsert};
use crate::engine::store::{NewTask, State};

use super::bodies::INDEX_UPSERT;
use super::call::{Call, check_enum};
use super::reply::Reply;
use super::schema::INDEX_NAMES;

/// The index that a path names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) class: &'a str,
    pub(super) property: &'a str,
    pub(super) index: &'a str,
}

pub(super) fn all(emulated: &Emulated, class: &str) -> Result<Reply, Reply> {
    emulated.write().shown_indexes(class).map(Reply::ok).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))
}

pub(super) fn tasks(emulated: &Emulated) -> Reply {
    Reply::ok(emulated.read().shown_tasks(&emulated.config.node_name))
}

pub(super) fn upsert(emulated: &Emulated, place: Place<'_>, call: &Call) -> Result<Reply, Reply> {
    let index = place.index()?;
    let body = call.object(&INDEX_UPSERT)?;
    let mut state = emulated.write();
    let (class, property) = place.find(&state)?;
    let text = |name: &str| body[name].as_str().unwrap_or_default().trim().to_owned();
    let (tokenization, algorithm) = (text("tokenization"), text("algorithm"));
    let wanted = Wanted { tokenization: &tokenization, algorithm: &algorithm };
    let running = state.running_tasks(&class, place.property);
    let plan = plan_upsert(&property, index, &wanted, &running).map_err(|fault| bad_request(fault.to_string()))?;
    let tenants = tenants(call);
    match plan {
        Plan::Conflict(conflict) => Err(Reply::error(StatusCode::CONFLICT, conflict)),
        Plan::Keep => {
            check_tenants(&state, &class, &tenants, index != Index::RangeFilters)?;
            Ok(Reply::ok(json!({"status": "NO_OP"})))
        }
        Plan::Join(id) => {
            check_tenants(&state, &class, &tenants, index != Index::RangeFilters)?;
            Ok(started(&id))
        }
        Plan::Start { migration, tokenization } => {
            let task = NewTask { property: place.property, migration, tokenization, tenants };
            start(emulated, &mut state, &class, task)
        }
    }
}

pub(super) fn rebuild(emulated: &Emulated, place: Place<'_>, call: &Call) -> Result<Reply, Reply> {
    let index = place.index()?;
    let mut state = emulated.write();
    let (class, property) = place.find(&state)?;
    let migration = plan_rebuild(&property, index).map_err(|fault| bad_request(fault.to_string()))?;
    let task = NewTask { property: place.property, migration, tokenization: None, tenants: tenants(call) };
    start(emulated, &mut state, &class, task)
}

pub(super) fn cancel(emulated: &Emulated, place: Place<'_>) -> Result<Reply, Reply> {
    let index = place.index()?;
    let mut state = emulated.write();
    let (class, _) = place.find(&state)?;
    let body = match state.cancel_task(&class, place.property, index) {
        Some(id) => json!({"status": "CANCELLED", "taskId": id}),
        None => json!({"status": "NO_OP"}),
    };
    Ok(Reply::json(StatusCode::ACCEPTED, body))
}

impl Place<'_> {
    fn index(self) -> Result<Index, Reply> {
        check_enum("indexName in path", &json!(self.index), &INDEX_NAMES)?;
        Index::from_name(self.index).ok_or_else(|| bad_request(format!("invalid index type \"{}\"", self.index)))
    }

    /// The collection's name and the property.
    fn find(self, state: &State) -> Result<(String, Json), Reply> {
        let missing = |text: String| Reply::error(StatusCode::NOT_FOUND, text);
        let collection =
            state.collection(self.class).ok_or_else(|| missing(format!("collection \"{}\" not found", self.class)))?;
        let name = collection.schema.name.clone();
        let mut properties = collection.schema.stored()["properties"].as_array().into_iter().flatten();
        let property = properties.find(|property| property["name"] == self.property);
        let property = property
            .ok_or_else(|| missing(format!("property \"{}\" not found on collection \"{name}\"", self.property)))?;
        Ok((name, property.clone()))
    }
}

fn bad_request(text: String) -> Reply {
    Reply::error(StatusCode::BAD_REQUEST, text)
}

fn started(id: &str) -> Reply {
    Reply::json(StatusCode::ACCEPTED, json!({"status": "STARTED", "taskId": id}))
}

/// The tenants that the query names, with commas between them.
fn tenants(call: &Call) -> Vec<String> {
    let named = call.parameter("tenants").unwrap_or_default().split(',');
    named.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn check_tenants(state: &State, class: &str, tenants: &[String], semantic: bool) -> Result<(), Reply> {
    let Some(collection) = state.collection(class).filter(|_| !tenants.is_empty()) else { return Ok(()) };
    if !collection.schema.multi_tenancy.enabled {
        return Err(bad_request("tenants parameter is only valid for multi-tenant collections".to_owned()));
    }
    if semantic {
        let text = "tenants parameter cannot be used with semantic migrations; all tenants must be targeted";
        return Err(bad_request(text.to_owned()));
    }
    match tenants.iter().find(|name| !collection.shards.contains_key(*name)) {
        Some(unknown) => Err(bad_request(format!("tenant \"{unknown}\" does not exist"))),
        None => Ok(()),
    }
}

fn start(emulated: &Emulated, state: &mut State, class: &str, task: NewTask<'_>) -> Result<Reply, Reply> {
    check_tenants(state, class, &task.tenants, task.migration.is_semantic())?;
    if state.collection(class).is_none_or(|collection| collection.shards.is_empty()) {
        return Err(bad_request("collection has no shards".to_owned()));
    }
    if let Some(busy) = state.running_tasks(class, task.property).first() {
        return Err(Reply::error(StatusCode::CONFLICT, index_conflict(*busy, task.migration)));
    }
    if let Some(fault) = state.too_many_tasks(class) {
        return Err(Reply::error(StatusCode::TOO_MANY_REQUESTS, fault));
    }
    Ok(started(&state.start_task(class, task, emulated.config.index_task_looks)))
}

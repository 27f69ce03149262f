//! The work on inverted indexes: tasks that create, change or rebuild one.

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::fault::TaskFault;
use crate::engine::schema::{Index, Migration, Running};

use super::date::rfc3339_ms;
use super::{Collection, State, now_ms};
use crate::engine::letter_case::capitalised;

/// Bound on the tasks that one collection may have at work.
const MOST_AT_ONCE: usize = 32;

/// Bound on the tasks that are remembered. The server forgets ended ones after a while.
const MOST_REMEMBERED: usize = 1000;

/// Stage of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody has looked yet.
    New,
    Pending,
    Working,
    Finished,
    Cancelled,
}

/// Work on one index of one property.
#[derive(Debug)]
pub(crate) struct IndexTask {
    id: String,
    class: String,
    property: String,
    migration: Migration,
    /// The tokenization it leads to.
    tokenization: Option<String>,
    /// The one before, where the task tells it.
    original: Option<String>,
    tenants: Vec<String>,
    shards: Vec<String>,
    stage: Stage,
    /// Number of times it is still seen at work.
    looks_left: u32,
    started_ms: i64,
    finished_ms: Option<i64>,
    version: u64,
}

/// New task on the index of a property.
pub(crate) struct NewTask<'a> {
    pub(crate) property: &'a str,
    pub(crate) migration: Migration,
    pub(crate) tokenization: Option<String>,
    /// Those it is for; none means all.
    pub(crate) tenants: Vec<String>,
}

impl IndexTask {
    fn is_active(&self) -> bool {
        matches!(self.stage, Stage::New | Stage::Pending | Stage::Working)
    }

    fn running(&self) -> Running<'_> {
        Running { id: &self.id, migration: self.migration, tokenization: self.tokenization.as_deref() }
    }

    fn status(&self) -> &'static str {
        match self.stage {
            Stage::New | Stage::Pending | Stage::Working => "STARTED",
            Stage::Finished => "FINISHED",
            Stage::Cancelled => "CANCELLED",
        }
    }

    /// The task as `GET /v1/tasks` lists it.
    fn shown(&self, node: &str) -> Json {
        const NEVER: &str = "0001-01-01T00:00:00.000Z";
        let finished = self.finished_ms.map_or_else(|| NEVER.to_owned(), rfc3339_ms);
        let started = rfc3339_ms(self.started_ms);
        let units = self.shards.iter().map(|shard| {
            let mut unit = json!({"finishedAt": finished, "id": format!("{shard}__{node}"), "nodeId": node});
            unit["status"] = json!(match self.stage {
                Stage::New | Stage::Pending => "PENDING",
                Stage::Working | Stage::Cancelled => "IN_PROGRESS",
                Stage::Finished => "COMPLETED",
            });
            if self.stage == Stage::Finished {
                unit["progress"] = json!(1);
            }
            unit["updatedAt"] = json!(started);
            unit
        });
        json!({
            "finishedAt": finished, "finishedNodes": null, "id": self.id, "payload": self.payload(node),
            "startedAt": started, "status": self.status(), "units": units.collect::<Vec<_>>(),
            "version": self.version,
        })
    }

    fn payload(&self, node: &str) -> Json {
        let by_unit = |value: &dyn Fn(&String) -> String| {
            let entries = self.shards.iter().map(|shard| (format!("{shard}__{node}"), json!(value(shard))));
            Json::Object(entries.collect::<Map<_, _>>())
        };
        let mut payload = json!({
            "collection": self.class, "migrationType": self.migration.name(), "properties": [self.property],
            "unitToNode": by_unit(&|_| node.to_owned()), "unitToShard": by_unit(&String::clone),
        });
        if self.migration == Migration::ChangeTokenization {
            payload["bucketStrategy"] = json!("inverted");
        }
        for (name, value) in [("originalTokenization", &self.original), ("targetTokenization", &self.tokenization)] {
            if let Some(value) = value {
                payload[name] = json!(value);
            }
        }
        if !self.tenants.is_empty() {
            payload["tenants"] = json!(self.tenants);
        }
        payload
    }
}

impl State {
    /// The work on a property that is not done.
    pub(crate) fn running_tasks(&self, class: &str, property: &str) -> Vec<Running<'_>> {
        let tasks = self.index_tasks.iter().filter(|task| task.is_active());
        tasks.filter(|task| task.class == class && task.property == property).map(IndexTask::running).collect()
    }

    /// Reason why nothing may be changed about a property now.
    pub(crate) fn property_in_work(&self, class: &str, property: &str) -> Option<TaskFault> {
        let mut tasks = self.index_tasks.iter().filter(|task| task.is_active());
        let task = tasks.find(|task| task.class == class && task.property == property)?;
        Some(TaskFault::InWork {
            id: task.id.clone(),
            migration: task.migration.name(),
            class: class.to_owned(),
            property: property.to_owned(),
            status: task.status(),
        })
    }

    /// Reason why the collection can have no more tasks now.
    pub(crate) fn too_many_tasks(&self, class: &str) -> Option<TaskFault> {
        let active = self.index_tasks.iter().filter(|task| task.is_active() && task.class == class).count();
        (active >= MOST_AT_ONCE).then(|| TaskFault::TooMany { class: class.to_owned(), active, most: MOST_AT_ONCE })
    }

    /// Starts a task, which is done once it has been looked at so often. Returns its id.
    pub(crate) fn start_task(&mut self, class: &str, task: NewTask<'_>, looks: u32) -> String {
        let suffix: String = Uuid::new_v4().simple().to_string().chars().take(4).collect();
        let id = format!("{class}:{}:{}:{suffix}", task.migration.name(), task.property);
        let shards = self.collections.get(class).map(|collection| units(collection, &task.tenants)).unwrap_or_default();
        let original = self
            .collections
            .get(class)
            .and_then(|collection| property(collection.schema.stored(), task.property))
            .and_then(|property| property["tokenization"].as_str())
            .filter(|_| task.migration.tells_tokenization())
            .map(str::to_owned);
        self.forget_tasks();
        self.task_version += 1;
        self.index_tasks.push(IndexTask {
            id: id.clone(),
            class: class.to_owned(),
            property: task.property.to_owned(),
            migration: task.migration,
            tokenization: task.tokenization,
            original,
            tenants: task.tenants,
            shards,
            stage: Stage::New,
            looks_left: looks,
            started_ms: now_ms(),
            finished_ms: None,
            version: self.task_version,
        });
        if looks == 0 {
            self.advance_tasks(class);
        }
        id
    }

    /// Makes room for one more, if need be.
    fn forget_tasks(&mut self) {
        if self.index_tasks.len() >= MOST_REMEMBERED
            && let Some(oldest) = self.index_tasks.iter().position(|task| !task.is_active())
        {
            self.index_tasks.remove(oldest);
        }
    }

    /// Deletes a collection, and with it the work on its indexes.
    pub(crate) fn delete_collection(&mut self, name: &str) {
        let name = capitalised(name);
        self.collections.remove(&name);
        self.index_tasks.retain(|task| !task.is_active() || task.class != name);
    }

    /// Ends the task at work on this index, if there is one. Returns its id.
    pub(crate) fn cancel_task(&mut self, class: &str, property: &str, index: Index) -> Option<String> {
        let mut tasks = self.index_tasks.iter_mut().filter(|task| task.is_active());
        let task =
            tasks.find(|task| task.class == class && task.property == property && task.migration.touches(index))?;
        task.stage = Stage::Cancelled;
        task.finished_ms = Some(now_ms());
        Some(task.id.clone())
    }

    /// All tasks as `GET /v1/tasks` lists them, the latest first.
    pub(crate) fn shown_tasks(&self, node: &str) -> Json {
        let tasks: Vec<Json> = self.index_tasks.iter().rev().map(|task| task.shown(node)).collect();
        if tasks.is_empty() { json!({}) } else { json!({"reindex": tasks}) }
    }

    /// The indexes of a collection as `GET /v1/schema/{class}/indexes` lists them. Counts as a look at its tasks.
    pub(crate) fn shown_indexes(&mut self, class: &str) -> Option<Json> {
        let class = self.collection(class)?.schema.name.clone();
        self.advance_tasks(&class);
        let collection = self.collections.get(&class)?;
        let properties = collection.schema.stored()["properties"].as_array().into_iter().flatten();
        let properties: Vec<Json> = properties.map(|property| self.shown_property(&class, property)).collect();
        Some(json!({"collection": class, "properties": properties}))
    }

    fn shown_property(&self, class: &str, property: &Json) -> Json {
        let name = property["name"].as_str().unwrap_or_default();
        let indexes: Vec<Json> = [
            (Index::Filterable, "indexFilterable"),
            (Index::Searchable, "indexSearchable"),
            (Index::RangeFilters, "indexRangeFilters"),
        ]
        .into_iter()
        .filter_map(|(index, flag)| {
            let mut tasks = self.index_tasks.iter().rev();
            let task = tasks.find(|task| task.class == class && task.property == name && task.migration.touches(index));
            shown_index(index, property, property[flag] == true, task)
        })
        .collect();
        let names = property["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str);
        let mut shown = json!({"dataType": names.collect::<Vec<_>>().join(", ")});
        if !property["description"].is_null() {
            shown["description"] = property["description"].clone();
        }
        shown["indexes"] = if indexes.is_empty() { Json::Null } else { Json::Array(indexes) };
        shown["name"] = json!(name);
        shown
    }

    /// One look at the tasks of a collection: those that have been seen often enough are done.
    fn advance_tasks(&mut self, class: &str) {
        let mut done = Vec::new();
        for task in self.index_tasks.iter_mut().filter(|task| task.is_active() && task.class == class) {
            if task.looks_left == 0 {
                task.stage = Stage::Finished;
                task.finished_ms = Some(now_ms());
                done.push((task.property.clone(), task.migration, task.tokenization.clone()));
            } else {
                let waits = task.stage == Stage::New && task.looks_left > 1;
                task.stage = if waits { Stage::Pending } else { Stage::Working };
                task.looks_left -= 1;
            }
        }
        let Some(collection) = self.collections.get_mut(class).filter(|_| !done.is_empty()) else { return };
        let mut definition = collection.schema.stored().clone();
        for (name, migration, tokenization) in done {
            let properties = definition.get_mut("properties").and_then(Json::as_array_mut).into_iter().flatten();
            for property in properties.filter(|property| property["name"] == name.as_str()) {
                migration.finish(property, tokenization.as_deref());
            }
        }
        collection.redefine(definition);
    }
}

/// The shards a task works on: those of its tenants, or all.
fn units(collection: &Collection, tenants: &[String]) -> Vec<String> {
    let names = collection.shards.values().map(|shard| &shard.name).chain(&collection.further_shards);
    names.filter(|name| tenants.is_empty() || tenants.contains(name)).cloned().collect()
}

fn property<'a>(class: &'a Json, name: &str) -> Option<&'a Json> {
    class["properties"].as_array()?.iter().find(|property| property["name"] == name)
}

/// One index; one that is not there is shown only while work on it goes on, or after that has been given up.
fn shown_index(index: Index, property: &Json, exists: bool, task: Option<&IndexTask>) -> Option<Json> {
    let task = task.filter(|task| task.stage != Stage::Finished);
    if !exists && task.is_none() {
        return None;
    }
    let mut shown = json!({"type": index.name()});
    if exists && index != Index::RangeFilters && !property["tokenization"].is_null() {
        shown["tokenization"] = property["tokenization"].clone();
    }
    if exists && index == Index::Searchable {
        shown["algorithm"] = json!("blockmax");
    }
    shown["status"] = json!(match task.map(|task| task.stage) {
        None | Some(Stage::Finished) => "ready",
        Some(Stage::New | Stage::Pending) => "pending",
        Some(Stage::Working) => "indexing",
        Some(Stage::Cancelled) => "cancelled",
    });
    if let Some(task) = task {
        shown["taskId"] = json!(task.id);
        match task.migration {
            Migration::EnableSearchable => shown["tokenization"] = json!(task.tokenization),
            Migration::ChangeTokenization | Migration::ChangeTokenizationFilterable => {
                shown["targetTokenization"] = json!(task.tokenization);
            }
            _ => {}
        }
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn state() -> State {
        let mut state = State::default();
        let class = json!({"class": "Shelf", "properties": [{"name": "n", "dataType": ["int"]}]});
        state.create_collection(&class, &Config::default()).unwrap();
        state
    }

    fn range(state: &mut State, looks: u32) -> String {
        let task =
            NewTask { property: "n", migration: Migration::EnableRangeable, tokenization: None, tenants: Vec::new() };
        state.start_task("Shelf", task, looks)
    }

    fn statuses(state: &mut State) -> Vec<String> {
        let shown = state.shown_indexes("Shelf").unwrap();
        let indexes = shown["properties"][0]["indexes"].as_array().unwrap();
        indexes.iter().map(|index| format!("{} {}", index["type"], index["status"]).replace('"', "")).collect()
    }

    #[test]
    fn is_done_after_so_many_looks() {
        let mut state = state();
        let id = range(&mut state, 2);
        assert_eq!(state.running_tasks("Shelf", "n")[0].id, id);
        assert!(matches!(
            state.property_in_work("Shelf", "n"),
            Some(TaskFault::InWork { migration: "enable-rangeable", .. })
        ));
        assert_eq!(statuses(&mut state), ["filterable ready", "rangeFilters pending"]);
        assert_eq!(statuses(&mut state), ["filterable ready", "rangeFilters indexing"]);
        assert_eq!(state.shown_tasks("node1")["reindex"][0]["status"], "STARTED");
        assert_eq!(statuses(&mut state), ["filterable ready", "rangeFilters ready"]);
        assert!(state.running_tasks("Shelf", "n").is_empty());
        assert_eq!(state.shown_tasks("node1")["reindex"][0]["status"], "FINISHED");
    }

    #[test]
    fn can_be_cancelled_while_it_works() {
        let mut state = state();
        let id = range(&mut state, 5);
        assert_eq!(state.cancel_task("Shelf", "n", Index::Filterable), None);
        assert_eq!(state.cancel_task("Shelf", "n", Index::RangeFilters), Some(id));
        assert_eq!(statuses(&mut state), ["filterable ready", "rangeFilters cancelled"]);
        assert_eq!(state.cancel_task("Shelf", "n", Index::RangeFilters), None);
    }

    #[test]
    fn a_new_collection_of_the_same_name_is_free() {
        let mut state = state();
        range(&mut state, 5);
        state.delete_collection("shelf");
        assert!(state.running_tasks("Shelf", "n").is_empty());
    }

    #[test]
    fn is_done_at_once_unless_told_otherwise() {
        let mut state = state();
        range(&mut state, 0);
        assert_eq!(statuses(&mut state), ["filterable ready", "rangeFilters ready"]);
    }
}

//! `objectTtlConfig`: when the objects of a collection expire.

use serde_json::{Value as Json, json};

use super::fault::ExpiryFault;
use crate::config::Config;

const CREATION: &str = "_creationTimeUnix";
const UPDATE: &str = "_lastUpdateTimeUnix";

/// The least that may be asked for where objects expire some time after they were written.
const MINIMUM_SECONDS: i64 = 60;

/// Settings that have passed.
pub(super) struct Checked {
    /// The settings as they are shown.
    pub(super) config: Json,
    /// Needs an index of the objects' times.
    pub(super) needs_timestamps: bool,
}

/// Checks the settings against the completed properties; `None` where there are none.
pub(super) fn complete(
    given: &Json,
    properties: &Json,
    timestamps: bool,
    is_update: bool,
    config: &Config,
) -> Result<Option<Checked>, ExpiryFault> {
    if !given.is_object() {
        return Ok(None);
    }
    let seconds = given["defaultTtl"].as_i64().unwrap_or(0);
    let mut delete_on = given["deleteOn"].as_str().unwrap_or_default();
    let enabled = given["enabled"] == true;
    let mut needs_timestamps = false;
    if enabled {
        delete_on = delete_on.trim();
        let by_time = check(delete_on, properties, config)?;
        needs_timestamps = by_time && !timestamps;
        if needs_timestamps && is_update {
            return Err(ExpiryFault::Timestamps(delete_on.to_owned()));
        }
        if by_time && seconds < MINIMUM_SECONDS {
            return Err(ExpiryFault::Short { delete_on: delete_on.to_owned(), minimum: MINIMUM_SECONDS, seconds });
        }
    }
    let config = json!({
        "defaultTtl": seconds,
        "deleteOn": delete_on,
        "enabled": enabled,
        "filterExpiredObjects": given["filterExpiredObjects"] == true,
    });
    Ok(Some(Checked { config, needs_timestamps }))
}

/// Returns whether it is one of the two times that each object has.
fn check(delete_on: &str, properties: &Json, config: &Config) -> Result<bool, ExpiryFault> {
    if !config.object_ttl {
        return Err(ExpiryFault::NoSchedule);
    }
    if delete_on.is_empty() {
        return Err(ExpiryFault::NoProperty);
    }
    if matches!(delete_on, CREATION | UPDATE) {
        return Ok(true);
    }
    let property = properties.as_array().into_iter().flatten().find(|property| property["name"] == delete_on);
    let property = property.ok_or_else(|| ExpiryFault::Unknown(delete_on.to_owned()))?;
    if property["dataType"] != json!(["date"]) {
        let found = match property["dataType"].as_array().map(Vec::as_slice) {
            Some([one]) => {
                one.as_str().filter(|name| super::DataType::from_name(name).is_some_and(|kind| !kind.is_nested()))
            }
            _ => None,
        };
        let found = found.unwrap_or_default().to_owned();
        return Err(ExpiryFault::NotDate { property: delete_on.to_owned(), found });
    }
    if property["indexFilterable"] != true && property["indexRangeFilters"] != true {
        return Err(ExpiryFault::NotIndexed(delete_on.to_owned()));
    }
    Ok(false)
}

/// Expiry of the objects of a collection whose searches leave expired ones out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expiry {
    pub(crate) start: ExpiryStart,
    seconds: i64,
}

/// Time of an object that its expiry is counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExpiryStart {
    Creation,
    Update,
    Property(String),
}

impl Expiry {
    /// `None` where searches show all objects.
    pub(super) fn parse(class: &Json) -> Option<Self> {
        let config = &class["objectTtlConfig"];
        let filters = config["enabled"] == true && config["filterExpiredObjects"] == true;
        let start = || match config["deleteOn"].as_str().unwrap_or_default() {
            CREATION => ExpiryStart::Creation,
            UPDATE => ExpiryStart::Update,
            property => ExpiryStart::Property(property.to_owned()),
        };
        filters.then(|| Self { start: start(), seconds: config["defaultTtl"].as_i64().unwrap_or(0) })
    }

    /// Returns whether what started then has expired.
    pub(crate) fn is_over(&self, start_ms: i64, now_ms: i64) -> bool {
        start_ms.saturating_add(self.seconds.saturating_mul(1000)) <= now_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(given: &Json, properties: &Json, is_update: bool) -> Result<Checked, ExpiryFault> {
        let config = Config { object_ttl: true, ..Config::default() };
        complete(given, properties, false, is_update, &config).map(Option::unwrap)
    }

    #[test]
    fn asks_for_the_index_it_needs() {
        let given = json!({"enabled": true, "deleteOn": CREATION, "defaultTtl": 60});
        assert!(completed(&given, &Json::Null, false).unwrap().needs_timestamps);
        assert!(
            completed(&given, &Json::Null, true)
                .is_err_and(|fault| fault.to_string().contains("requires indexed timestamps"))
        );
        let short = json!({"enabled": true, "deleteOn": CREATION, "defaultTtl": 59});
        assert!(
            completed(&short, &Json::Null, false)
                .is_err_and(|fault| fault.to_string().contains("given \"59\" seconds"))
        );
    }

    #[test]
    fn takes_an_indexed_date_alone() {
        let given = json!({"enabled": true, "deleteOn": " due ", "defaultTtl": -5});
        let date = |filterable: bool| json!([{"name": "due", "dataType": ["date"], "indexFilterable": filterable}]);
        assert_eq!(completed(&given, &date(true), false).unwrap().config["deleteOn"], "due");
        assert!(completed(&given, &date(false), false).is_err_and(|fault| fault.to_string().contains("index enabled")));
        let text = json!([{"name": "due", "dataType": ["text"]}]);
        assert!(completed(&given, &text, false).is_err_and(|fault| fault.to_string().contains("\"text\" given")));
        assert!(completed(&given, &Json::Null, false).is_err_and(|fault| fault.to_string().contains("not found")));
    }

    #[test]
    fn needs_a_schedule_only_where_it_is_on() {
        let off = complete(&json!({"enabled": false}), &Json::Null, false, false, &Config::default()).unwrap().unwrap();
        assert_eq!(
            off.config,
            json!({"defaultTtl": 0, "deleteOn": "", "enabled": false, "filterExpiredObjects": false})
        );
        let on = complete(&json!({"enabled": true}), &Json::Null, false, false, &Config::default());
        assert!(on.is_err_and(|fault| fault.to_string().contains("OBJECTS_TTL_DELETE_SCHEDULE")));
    }
}

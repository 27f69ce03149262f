//! Limits that an operator sets: how much there may be, and which vector indexes.

use serde_json::Value as Json;
use thiserror::Error;

use super::fault::SettingFault;
use crate::config::Limits;

const INDEX_TYPES: [&str; 4] = ["hnsw", "flat", "dynamic", "hfresh"];
const COMPRESSIONS: [&str; 7] = ["none", "pq", "sq", "rq-1", "rq-4", "rq-8", "bq"];

/// A limit of the server would be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{} count limit of {most} reached for this instance.", .limit.name())]
pub(crate) struct LimitReached {
    pub(crate) limit: Limit,
    pub(crate) most: usize,
}

/// A kind of thing whose number is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Collections,
    Objects,
    /// Of one collection.
    Tenants,
    /// Of one collection.
    Shards,
}

impl Limit {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Collections => "collections",
            Self::Objects => "objects",
            Self::Tenants => "tenants",
            Self::Shards => "shards",
        }
    }

    /// Refuses a number beyond the limit.
    pub(crate) fn check(self, wanted: usize, most: Option<usize>) -> Result<(), LimitReached> {
        match most {
            Some(most) if wanted > most => Err(LimitReached { limit: self, most }),
            _ => Ok(()),
        }
    }
}

/// A setting of a vector index that the operator does not allow.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{value} is not allowed for {restriction}. Allowed values: {}.{}", sorted(.allowed), hint(*.outdated))]
pub(crate) struct NotAllowed {
    pub(crate) restriction: &'static str,
    pub(crate) value: String,
    pub(crate) allowed: Vec<String>,
    /// Old clients send it without having been asked to.
    outdated: bool,
}

fn sorted(allowed: &[String]) -> String {
    let mut allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
    allowed.sort_unstable();
    allowed.join(", ")
}

fn hint(outdated: bool) -> &'static str {
    if outdated {
        " If you have not explicitly set vectorIndexType=hnsw, your client version is out of date — please update to the latest."
    } else {
        ""
    }
}

/// Refuses an index type that is not allowed, unless the vector has it already.
pub(super) fn check_index_type(
    index_type: &str,
    before: Option<&str>,
    is_named: bool,
    limits: &Limits,
) -> Result<(), Box<NotAllowed>> {
    let outdated = is_named && index_type == "hnsw";
    match &limits.index_types {
        Some(allowed) if before != Some(index_type) => {
            check("vector_index_type", index_type, allowed).map_err(|fault| Box::new(NotAllowed { outdated, ..fault }))
        }
        _ => Ok(()),
    }
}

/// Refuses a compression that is not allowed, unless the vector has it already. The settings are complete.
pub(super) fn check_compression(
    index_type: &str,
    settings: &Json,
    before: Option<&Json>,
    limits: &Limits,
) -> Result<(), Box<NotAllowed>> {
    let Some(allowed) = limits.compressions.as_ref().filter(|_| index_type != "hfresh") else { return Ok(()) };
    let wanted = compressions(index_type, settings);
    if before.is_some_and(|before| compressions(index_type, before) == wanted) {
        return Ok(());
    }
    wanted.into_iter().try_for_each(|wanted| check("compression", wanted, allowed).map_err(Box::new))
}

fn check(restriction: &'static str, value: &str, allowed: &[String]) -> Result<(), NotAllowed> {
    if allowed.iter().any(|known| known == value) {
        return Ok(());
    }
    Err(NotAllowed { restriction, value: value.to_owned(), allowed: allowed.to_vec(), outdated: false })
}

/// The compressions that were chosen; a dynamic index has up to two.
fn compressions(index_type: &str, settings: &Json) -> Vec<&'static str> {
    let places = if index_type == "dynamic" { vec![&settings["hnsw"], &settings["flat"]] } else { vec![settings] };
    places.into_iter().filter_map(compression).collect()
}

fn compression(settings: &Json) -> Option<&'static str> {
    let is_on = |name: &str| settings[name]["enabled"] == true;
    let of_rotation = || match settings["rq"]["bits"].as_u64() {
        Some(1) => "rq-1",
        Some(4) => "rq-4",
        _ => "rq-8",
    };
    if is_on("pq") {
        Some("pq")
    } else if is_on("sq") {
        Some("sq")
    } else if is_on("rq") {
        Some(of_rotation())
    } else if is_on("bq") {
        Some("bq")
    } else {
        // Only where it was said that there is to be none.
        (settings["skipDefaultQuantization"] == true).then_some("none")
    }
}

/// Refuses values that no server knows.
pub(super) fn check_settings(limits: &Limits) -> Result<(), SettingFault> {
    let unknown = |given: &Option<Vec<String>>, known: &[&str]| {
        given.iter().flatten().find(|name| !known.contains(&name.as_str())).cloned()
    };
    if let Some(name) = unknown(&limits.index_types, &INDEX_TYPES) {
        return Err(SettingFault::IndexType(name));
    }
    unknown(&limits.compressions, &COMPRESSIONS).map_or(Ok(()), |name| Err(SettingFault::Compression(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn limits() -> Limits {
        let list = |names: [&str; 2]| Some(names.map(str::to_owned).to_vec());
        Limits { index_types: list(["hnsw", "flat"]), compressions: list(["none", "bq"]), ..Limits::default() }
    }

    #[test]
    fn only_changes_are_held_against_the_lists() {
        let check = |index_type, before| check_index_type(index_type, before, false, &limits());
        assert!(check("flat", None).is_ok() && check("dynamic", Some("dynamic")).is_ok());
        let fault = check("dynamic", Some("hnsw")).unwrap_err().to_string();
        assert_eq!(fault, "dynamic is not allowed for vector_index_type. Allowed values: flat, hnsw.");
        let (pq, rq) = (json!({"pq": {"enabled": true}}), json!({"rq": {"enabled": true, "bits": 1}}));
        let check = |settings: &Json, before| check_compression("hnsw", settings, before, &limits());
        assert!(check(&json!({}), None).is_ok() && check(&pq, Some(&pq)).is_ok());
        assert_eq!(check(&rq, Some(&pq)).unwrap_err().value, "rq-1");
        let dynamic = json!({"hnsw": {"bq": {"enabled": true}}, "flat": rq});
        assert_eq!(check_compression("dynamic", &dynamic, None, &limits()).unwrap_err().value, "rq-1");
    }

    #[test]
    fn an_old_client_is_told_to_be_one() {
        let limits = Limits { index_types: Some(vec!["hfresh".to_owned()]), ..Limits::default() };
        let fault = |is_named| check_index_type("hnsw", None, is_named, &limits).unwrap_err().to_string();
        assert!(fault(true).ends_with("please update to the latest.") && fault(false).ends_with("values: hfresh."));
    }

    #[test]
    fn numbers_are_held_against_their_limit() {
        assert!(Limit::Tenants.check(3, None).is_ok() && Limit::Tenants.check(3, Some(3)).is_ok());
        let fault = Limit::Objects.check(4, Some(3)).unwrap_err().to_string();
        assert_eq!(fault, "objects count limit of 3 reached for this instance.");
    }
}

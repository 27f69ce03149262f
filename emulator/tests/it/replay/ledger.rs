//! The committed record of what passes: it only grows, and what is missing is accounted for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;

use super::Result;
use super::scenario::{folder, index};

/// The scenarios in which every step that does not pass has a reason in `missing.toml`.
const ACCOUNTED: [&str; 30] = [
    "aggregate",
    "batch_grpc",
    "batch_rest",
    "generative_provider",
    "graphql_filters",
    "grpc_web",
    "index_ops",
    "meta_health",
    "objects",
    "objects_list",
    "oidc",
    "references",
    "rerank_generative",
    "schema",
    "schema_async",
    "schema_features",
    "schema_providers",
    "schema_update",
    "search_fetch",
    "search_filters",
    "search_hybrid",
    "search_index_types",
    "search_keyword",
    "search_near_text",
    "search_vector",
    "search_vector_extras",
    "tenants",
    "tenants_data",
    "tokenize",
    "usage_limits",
];

/// The scenarios that pass in part, each with the number of steps below which it must not fall.
const FLOORS: [(&str, usize); 6] = [
    ("aggregate", 71),
    ("generative_provider", 23),
    ("graphql_near_text", 17),
    ("preview_features", 30),
    ("rerank_generative", 54),
    ("search_near_text", 81),
];

/// The number of steps below which all scenarios together must not fall.
const FLOOR_OF_ALL: usize = 2_628;

/// A step that does not pass, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    scenario: String,
    step: String,
    reason: String,
    /// The issue that will bring it, where there is one.
    #[serde(default)]
    #[expect(dead_code, reason = "for the reader of the file")]
    issue: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MissingFile {
    #[serde(default)]
    missing: Vec<Missing>,
}

pub(super) struct Ledger {
    passing: BTreeMap<String, BTreeSet<String>>,
    missing: Vec<Missing>,
}

fn list_of(scenario: &str) -> PathBuf {
    folder().join("passing").join(format!("{scenario}.txt"))
}

impl Ledger {
    pub(super) fn load() -> Self {
        let read = |name: &String| {
            let text = std::fs::read_to_string(list_of(name)).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        };
        let text = std::fs::read_to_string(folder().join("missing.toml")).expect("missing.toml is readable");
        let file: MissingFile = toml::from_str(&text).expect("missing.toml has the expected form");
        Self { passing: index().keys().map(|name| (name.clone(), read(name))).collect(), missing: file.missing }
    }

    /// Holds the results to the lists; `UPDATE_REPLAY=1` adds what passes for the first time.
    pub(super) fn settle(&self, results: &BTreeMap<String, Result>, everything: bool) {
        if std::env::var("UPDATE_REPLAY").is_ok_and(|v| v == "1") {
            for (scenario, result) in results {
                write_list(scenario, &self.passing[scenario].union(&result.passing).collect());
            }
        }
        let mut faults = self.faults(results, everything);
        if everything {
            faults += &below_floors(results, &FLOORS, FLOOR_OF_ALL);
        }
        assert!(faults.is_empty(), "\n{faults}");
    }

    /// Where the results and the lists do not agree, one line each.
    fn faults(&self, results: &BTreeMap<String, Result>, everything: bool) -> String {
        let mut faults = String::new();
        for (scenario, result) in results {
            for step in self.passing.get(scenario).into_iter().flatten().filter(|step| !result.passing.contains(*step))
            {
                let _ =
                    writeln!(faults, "{scenario}/{step} passed before; REPLAY={scenario}/{step} shows what differs");
            }
            if everything && ACCOUNTED.contains(&scenario.as_str()) {
                self.account(scenario, result, &mut faults);
            }
        }
        for Missing { scenario, step, reason, .. } in self.missing.iter().filter(|_| everything) {
            if !results.get(scenario).is_some_and(|r| r.passing.contains(step) || r.failing.contains(step)) {
                let _ = writeln!(faults, "missing.toml names {scenario}/{step}, which was not replayed");
            }
            if reason.trim().is_empty() {
                let _ = writeln!(faults, "missing.toml gives no reason for {scenario}/{step}");
            }
        }
        faults
    }

    /// Every failing step of the scenario is in `missing.toml`, and no passing one.
    fn account(&self, scenario: &str, result: &Result, faults: &mut String) {
        let missing: BTreeSet<&str> =
            self.missing.iter().filter(|m| m.scenario == scenario).map(|m| m.step.as_str()).collect();
        for step in result.failing.iter().filter(|step| !missing.contains(step.as_str())) {
            let _ = writeln!(faults, "{scenario}/{step} fails and missing.toml does not say why");
        }
        for step in missing.iter().filter(|step| result.passing.contains(**step)) {
            let _ = writeln!(
                faults,
                "{scenario}/{step} passes now: take it out of missing.toml (UPDATE_REPLAY=1 lists it as passing)"
            );
        }
    }
}

/// Where fewer steps pass than once did, one line each.
fn below_floors(results: &BTreeMap<String, Result>, floors: &[(&str, usize)], floor_of_all: usize) -> String {
    let mut faults = String::new();
    for (scenario, floor) in floors {
        let passing = results.get(*scenario).map_or(0, |result| result.passing.len());
        if passing < *floor {
            let _ = writeln!(faults, "{scenario} has {passing} passing steps, and {floor} are the least");
        }
    }
    let passing: usize = results.values().map(|result| result.passing.len()).sum();
    if passing < floor_of_all {
        let _ = writeln!(faults, "{passing} steps pass, and {floor_of_all} are the least");
    }
    faults
}

fn write_list(scenario: &str, steps: &BTreeSet<&String>) {
    if steps.is_empty() {
        return;
    }
    let path = list_of(scenario);
    std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("the folder can be made");
    let lines: Vec<&str> = steps.iter().map(|step| step.as_str()).collect();
    std::fs::write(path, lines.join("\n") + "\n").expect("the list can be written");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(steps: &[&str]) -> BTreeSet<String> {
        steps.iter().map(ToString::to_string).collect()
    }

    fn result(passing: &[&str], failing: &[&str]) -> Result {
        Result {
            total: passing.len() + failing.len(),
            passing: set(passing),
            failing: failing.iter().map(ToString::to_string).collect(),
            reports: Vec::new(),
            skipped: None,
        }
    }

    fn faults(listed: &[&str], missing: &[&str], passing: &[&str], failing: &[&str]) -> Vec<String> {
        let scenario = "schema".to_owned();
        let missing = missing.iter().map(|step| Missing {
            scenario: scenario.clone(),
            step: (*step).to_owned(),
            reason: "later".to_owned(),
            issue: None,
        });
        let ledger = Ledger { passing: [(scenario.clone(), set(listed))].into(), missing: missing.collect() };
        ledger.faults(&[(scenario, result(passing, failing))].into(), true).lines().map(str::to_owned).collect()
    }

    #[test]
    fn agrees_where_every_step_passes_or_has_a_reason() {
        assert!(faults(&["a"], &["b"], &["a", "c"], &["b"]).is_empty());
    }

    #[test]
    fn sees_a_step_that_passed_before() {
        let found = faults(&["a", "b"], &["b"], &["a"], &["b"]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("schema/b passed before"), "{}", found[0]);
    }

    #[test]
    fn sees_a_failure_without_reason_and_a_reason_without_failure() {
        assert!(faults(&[], &[], &[], &["b"])[0].starts_with("schema/b fails and missing.toml does not say why"));
        assert!(faults(&[], &["a"], &["a"], &[])[0].starts_with("schema/a passes now"));
        assert!(faults(&[], &["z"], &["a"], &[])[0].starts_with("missing.toml names schema/z"));
    }

    #[test]
    fn sees_fewer_steps_than_the_floors() {
        let results = [("schema".to_owned(), result(&["a", "b"], &["c"]))].into();
        assert_eq!(below_floors(&results, &[("schema", 2)], 2), "");
        let found = below_floors(&results, &[("schema", 3), ("tenants", 1)], 3);
        let expected = [
            "schema has 2 passing steps, and 3 are the least",
            "tenants has 0 passing steps, and 1 are the least",
            "2 steps pass, and 3 are the least",
        ];
        assert_eq!(found.lines().collect::<Vec<_>>(), expected);
    }
}

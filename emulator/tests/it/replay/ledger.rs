//! The committed record of what passes: it only grows, and what is missing is accounted for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;

use super::Result;
use super::scenario::{folder, index};

/// The scenarios in which every step that does not pass has a reason in `missing.toml`.
const ACCOUNTED: [&str; 5] = ["batch_grpc", "meta_health", "objects", "objects_list", "schema"];

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
        let mut faults = String::new();
        for (scenario, result) in results {
            let listed = &self.passing[scenario];
            for step in listed.difference(&result.passing) {
                let _ =
                    writeln!(faults, "{scenario}/{step} passed before; REPLAY={scenario}/{step} shows what differs");
            }
            if std::env::var("UPDATE_REPLAY").is_ok_and(|v| v == "1") {
                write_list(scenario, &listed.union(&result.passing).collect());
            }
            if everything && ACCOUNTED.contains(&scenario.as_str()) {
                self.account(scenario, result, &mut faults);
            }
        }
        if everything {
            for missing in &self.missing {
                let (scenario, step) = (&missing.scenario, &missing.step);
                if !results.get(scenario).is_some_and(|r| r.passing.contains(step) || r.failing.contains(step)) {
                    let _ = writeln!(faults, "missing.toml names {scenario}/{step}, which was not replayed");
                }
                if missing.reason.trim().is_empty() {
                    let _ = writeln!(faults, "missing.toml gives no reason for {scenario}/{step}");
                }
            }
        }
        assert!(faults.is_empty(), "\n{faults}");
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

fn write_list(scenario: &str, steps: &BTreeSet<&String>) {
    if steps.is_empty() {
        return;
    }
    let path = list_of(scenario);
    std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("the folder can be made");
    let lines: Vec<&str> = steps.iter().map(|step| step.as_str()).collect();
    std::fs::write(path, lines.join("\n") + "\n").expect("the list can be written");
}

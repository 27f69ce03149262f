//! Sends every recorded request to the emulator and compares the replies.
//!
//! Each scenario runs twice, as recorded and with other names and ids, each time on a fresh server; a step passes if it
//! does both times. `tests/golden/README.md` says how to use this.

pub(crate) mod compare;
mod ledger;
pub(crate) mod marks;
pub(crate) mod messages;
pub(crate) mod pass;
mod rename;
pub(crate) mod scenario;
pub(crate) mod send_grpc;
mod send_rest;
pub(crate) mod target;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use futures_util::StreamExt;

use ledger::Ledger;
use rename::Renaming;
use scenario::{Entry, Scenario};
use target::RealServer;

/// How a scenario went.
struct Result {
    total: usize,
    passing: BTreeSet<String>,
    failing: Vec<String>,
    /// What differs, for `REPLAY=scenario`.
    reports: Vec<String>,
    /// Reason why it was not run.
    skipped: Option<String>,
}

/// What `REPLAY` asks for: `scenario`, `scenario/step`, several with commas, `all`; nothing set means all, without reports.
struct Selection(Option<Vec<(String, Option<String>)>>);

impl Selection {
    fn from_environment() -> Self {
        let parse = |item: &str| match item.split_once('/') {
            Some((scenario, step)) => (scenario.to_owned(), Some(step.to_owned())),
            None => (item.to_owned(), None),
        };
        Self(std::env::var("REPLAY").ok().filter(|v| !v.is_empty()).map(|v| v.split(',').map(parse).collect()))
    }

    fn is_everything(&self) -> bool {
        self.0.as_ref().is_none_or(|list| list.iter().any(|(scenario, _)| scenario == "all"))
    }

    fn runs(&self, scenario: &str) -> bool {
        self.is_everything() || self.0.iter().flatten().any(|(s, _)| s == scenario)
    }

    fn reports(&self, scenario: &str, step: &str) -> bool {
        self.0
            .iter()
            .flatten()
            .any(|(s, only)| (s == "all" || s == scenario) && only.as_ref().is_none_or(|only| only == step))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_steps() {
    let selection = Selection::from_environment();
    let real = RealServer::from_environment();
    let index = scenario::index();
    let chosen: Vec<(&String, &Entry)> = index.iter().filter(|(name, _)| selection.runs(name)).collect();
    assert!(!chosen.is_empty(), "REPLAY names no scenario of tests/golden/index.json");
    // A real server is one for all, so that scenarios wait for each other.
    let at_once = if real.is_some() { 1 } else { 4 };
    let results: BTreeMap<String, Result> = futures_util::stream::iter(chosen)
        .map(|(name, entry)| {
            let (real, selection) = (real.as_ref(), &selection);
            async move { (name.clone(), replay(name, entry, real, selection).await) }
        })
        .buffer_unordered(at_once)
        .collect()
        .await;

    for report in results.values().flat_map(|r| &r.reports) {
        println!("{report}");
    }
    let mut summary = String::new();
    for (name, result) in &results {
        let skipped = result.skipped.as_ref().map_or_else(String::new, |reason| format!(" (not run: {reason})"));
        let _ = writeln!(summary, "{name}: {}/{}{skipped}", result.passing.len(), result.total);
    }
    let passed: usize = results.values().map(|r| r.passing.len()).sum();
    let total: usize = results.values().map(|r| r.total).sum();
    let _ = write!(summary, "{passed} of {total} recorded steps pass");
    println!("{summary}");
    if let Ok(path) = std::env::var("REPLAY_SUMMARY") {
        std::fs::write(path, format!("{summary}\n")).expect("REPLAY_SUMMARY can be written");
    }
    if real.is_none() {
        Ledger::load().settle(&results, selection.is_everything());
    }
}

/// Both passes of one scenario.
async fn replay(name: &str, entry: &Entry, real: Option<&RealServer>, selection: &Selection) -> Result {
    let skipped = |reason: &str| Result {
        total: entry.steps,
        passing: BTreeSet::new(),
        failing: Vec::new(),
        reports: Vec::new(),
        skipped: Some(reason.to_owned()),
    };
    let recorded = Scenario::load(name);
    let renaming = Renaming::of(&recorded);
    let renamed =
        Scenario { name: recorded.name.clone(), steps: recorded.steps.iter().map(|s| renaming.step(s)).collect() };
    let mut failing = BTreeSet::new();
    let mut reports = Vec::new();
    for (scenario, pass) in [(&recorded, "as recorded"), (&renamed, "renamed")] {
        let target = match real {
            Some(_) if entry.instance != RealServer::instance() => return skipped("another kind of instance"),
            Some(server) => server.target().await,
            None => match target::emulator(&entry.instance).await {
                Ok(target) => target,
                Err(reason) => return skipped(reason),
            },
        };
        for outcome in pass::run(scenario, &target).await.iter().filter(|o| !o.passed()) {
            // A step that failed as recorded says the same again under other names.
            if failing.insert(outcome.step.name.clone()) && selection.reports(name, &outcome.step.name) {
                reports.push(outcome.report(name, pass));
            }
        }
    }
    let (failing, passing): (Vec<_>, Vec<_>) =
        recorded.steps.iter().map(|s| s.name.clone()).partition(|step| failing.contains(step));
    Result { total: entry.steps, passing: passing.into_iter().collect(), failing, reports, skipped: None }
}

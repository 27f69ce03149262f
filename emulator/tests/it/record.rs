//! `make record`: the recorded requests again, at a real server, and its replies into the recordings.

use serde_json::Value;

use crate::golden::sums;
use crate::replay::pass;
use crate::replay::scenario::{Scenario, folder, index};
use crate::replay::target::RealServer;

/// Rewrites the replies that no longer agree with the recorded ones. Requests and marks stay as they are.
#[tokio::test]
#[ignore = "writes into tests/golden; run by `make record`"]
async fn record() {
    assert!(std::env::var("RECORD").is_ok_and(|v| v == "1"), "run by `make record`, which sets RECORD=1");
    let server = RealServer::from_environment().expect("make record needs WEAVIATE_URL and WEAVIATE_GRPC_URL");
    let wanted = std::env::var("REPLAY").unwrap_or_default();
    let mut changed = 0;
    for (name, entry) in index() {
        let chosen = wanted.is_empty() || wanted.split(',').any(|w| w == name);
        if chosen && entry.instance == RealServer::instance() {
            let count = record_scenario(&name, &server).await;
            println!("{name}: {count} replies changed");
            changed += count;
        }
    }
    assert_eq!(sums::of_marks(), sums::committed(sums::MARKS), "recording leaves the marks alone");
    sums::write(sums::FILES, &sums::of_files());
    println!("{changed} replies changed");
}

async fn record_scenario(name: &str, server: &RealServer) -> usize {
    let path = folder().join(format!("{name}.jsonl"));
    let text = std::fs::read_to_string(&path).expect("a recording is readable");
    let outcomes = pass::run(&Scenario::load(name), &server.target().await).await;
    let mut changed = 0;
    let mut out = String::new();
    for (line, outcome) in text.lines().zip(&outcomes) {
        if outcome.passed() {
            out += line;
        } else {
            let reply = outcome.reply.as_ref().unwrap_or_else(|e| panic!("{name}/{}: {e}", outcome.step.name));
            let mut step: Value = serde_json::from_str(line).expect("a line is JSON");
            step["reply"] = outcome.as_recorded(reply, &step["reply"]);
            out += &step.to_string();
            changed += 1;
        }
        out.push('\n');
    }
    std::fs::write(&path, out).expect("the recording can be written");
    changed
}

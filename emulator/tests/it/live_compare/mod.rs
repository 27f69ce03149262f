//! `make live-compare`: the same requests to a real server and to the emulator, whose replies have to agree.
//!
//! The requests are the scripts in `emulator/tests/requests/`. A recording says what a server replied once; here it
//! is asked anew, so that a new request costs one line.

mod script;

use std::path::Path;

use crate::replay::pass::{self, Outcome};
use crate::replay::scenario::Scenario;
use crate::replay::target::{self, RealServer};

/// What all collections of the scripts begin with. A comparison deletes those of the real server.
const COLLECTIONS: &str = "Cmp";

/// The script that needs roles, and so a server of the instance `rbac`.
const WITH_ROLES: &str = "roles";

/// All scripts by name.
fn scripts() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requests");
    let entries = std::fs::read_dir(folder).expect("the scripts are readable");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let parse = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a script is readable");
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        script::parse(&name, &text).unwrap_or_else(|fault| panic!("{fault}"))
    };
    paths.iter().map(parse).collect()
}

/// Runs a script on a fresh emulator. Its replies are compared with those that the script holds.
async fn on_the_emulator(script: &Scenario) -> Vec<Outcome> {
    let instance = if script.name == WITH_ROLES { "rbac" } else { "live" };
    pass::run(script, &target::emulator(instance).await.expect("the emulator has this instance")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a real server; run by `make live-compare`"]
async fn live_compare() {
    let server = RealServer::from_environment().expect("make live-compare needs WEAVIATE_URL and WEAVIATE_GRPC_URL");
    let wanted = std::env::var("COMPARE").unwrap_or_default();
    let with_roles = RealServer::instance() == "rbac";
    let (mut requests, mut different) = (0, 0);
    for mut script in scripts() {
        let chosen = wanted.is_empty() || wanted.split(',').any(|name| name == script.name);
        if !chosen || (script.name == WITH_ROLES) != with_roles {
            continue;
        }
        let replies = pass::run(&script, &server.target_without(COLLECTIONS).await).await;
        for (step, outcome) in script.steps.iter_mut().zip(replies) {
            step.reply = outcome.reply.unwrap_or_else(|fault| panic!("{}, {}: {fault}", script.name, step.name));
        }
        let outcomes = on_the_emulator(&script).await;
        let reports: Vec<String> =
            outcomes.iter().filter(|outcome| !outcome.passed()).map(|it| it.report(&script.name, "emulator")).collect();
        for report in &reports {
            println!("{report}");
        }
        println!("{}: {} requests, {} answered differently", script.name, outcomes.len(), reports.len());
        requests += outcomes.len();
        different += reports.len();
    }
    server.target_without(COLLECTIONS).await;
    println!("{requests} requests, {different} answered differently");
    assert_ne!(requests, 0, "COMPARE names no script of emulator/tests/requests that this server can run");
    assert_eq!(different, 0, "the emulator does not answer as the server does");
}

#[tokio::test]
async fn the_emulator_has_what_the_scripts_ask_for() {
    let mut requests = 0;
    for script in scripts() {
        for outcome in on_the_emulator(&script).await {
            let place = format!("{}, {}", script.name, outcome.step.name);
            let reply = outcome.reply.unwrap_or_else(|fault| panic!("{place}: {fault}"));
            assert!(reply["status"] != 501 && reply["code"] != "UNIMPLEMENTED", "{place}: {reply}");
            requests += 1;
        }
    }
    assert!(requests >= 620, "{requests} requests");
}

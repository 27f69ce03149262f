//! Tests of the replay, on extracts of past contracts and on faulty folders.

use std::fs;

use anyhow::{Context as _, Result};

use super::*;
use crate::history_test::extract;
use crate::sync::history::Kind;

/// Committed history of the items that some extract has.
fn history_of(releases: &[Release]) -> Result<History> {
    let items: Vec<_> = releases
        .iter()
        .map(|release| Contract::from_upstream(&release.upstream).and_then(|contract| contract.items()))
        .collect::<Result<_>>()?;
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs").join(history::FILE);
    let mut history = History::parse(&fs::read_to_string(committed)?)?;
    history.retain(|kind, name| items.iter().any(|items| items.contains(kind, name)));
    Ok(history)
}

fn replay(folder: &Path, releases: &[Release]) -> Result<Replay> {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut replay = Replay::new(&committed, folder.join("specs"), folder.join("generated"))?;
    replay.history = history_of(releases)?;
    Ok(replay)
}

#[test]
fn extracts_of_past_contracts_are_recorded_and_generated() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let releases = extract::read()?;
    let replay = replay(folder.path(), &releases)?;
    let mut counts = Vec::new();
    for release in &releases {
        let outcome = replay.run(release.version, &release.upstream);
        let Some(generate::Report { counts: found, fixups, .. }) = outcome.report else {
            bail!("{outcome}");
        };
        assert!(fixups >= 12, "{outcome}");
        counts.push((release.version.to_string(), found.operations, found.definitions));
    }
    let counts: Vec<_> =
        counts.iter().map(|(version, operations, definitions)| (version.as_str(), *operations, *definitions)).collect();
    let expected = [
        ("1.27.27", 11, 23),
        ("1.28.16", 14, 26),
        ("1.29.11", 14, 26),
        ("1.30.23", 14, 26),
        ("1.31.22", 14, 26),
        ("1.32.27", 15, 27),
        ("1.33.18", 15, 27),
        ("1.34.20", 15, 29),
        ("1.35.23", 15, 30),
        ("1.36.23", 15, 30),
        ("1.37.14", 15, 33),
        ("1.38.11", 17, 44),
        ("1.39.0", 16, 39),
        ("1.39.1", 17, 40),
    ];
    assert_eq!(counts, expected);
    let history = fs::read_to_string(folder.path().join("specs/history.json"))?;
    let settled = "\"BackupCreateRequest.includeRoles\": {\"backports\":{\"1.38\":\"1.38.10\"},\"settled\":\"1.39.1\"}";
    assert!(history.contains(settled), "{history}");
    let table = fs::read_to_string(folder.path().join("generated/src/availability/operations.rs"))?;
    let row = "row(\"POST /search/{collection}/bm25\", &[Range(Version(1, 38, 10), Version(1, 39, 0)), \
               Range(Version(1, 39, 1), END)])";
    assert!(table.contains(row), "{table}");
    Ok(())
}

#[test]
fn a_history_that_disagrees_with_a_contract_fails() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let releases = extract::read()?;
    let mut replay = replay(folder.path(), &releases)?;
    let [first, second, ..] = releases.as_slice() else {
        bail!("fewer than two extracts");
    };
    assert!(replay.run(first.version, &first.upstream).error.is_none());
    // An entry that was forgotten: the history says that every release has the item.
    replay.history.retain(|kind, name| (kind, name) != (Kind::Definition, "Role"));
    let line = replay.run(second.version, &second.upstream).to_string();
    let expected = "failed: sync records another history than the committed one: definition \"Role\" {\"settled\":";
    assert!(line.contains(expected), "{line}");
    Ok(())
}

#[test]
fn folders_without_contracts_or_with_one_twice_are_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let message = |folder: &Path| releases(folder).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(message(folder.path()).ends_with("no subfolder has openapi-specs/schema.json"));
    let extracts = extract::read()?;
    let release = extracts.first().context("no extract")?;
    for name in ["one", "two"] {
        for (path, bytes) in &release.upstream.files {
            let path = folder.path().join(name).join(path);
            fs::create_dir_all(path.parent().context("a file has a folder")?)?;
            fs::write(path, bytes)?;
        }
    }
    let error = message(folder.path());
    assert!(error.ends_with(&format!("two folders have the contract of {}", release.version)), "{error}");
    Ok(())
}

#[test]
#[ignore = "rewrites the extracts from the folder in the environment variable CONTRACTS"]
fn extracts_are_rewritten() -> Result<()> {
    let folder = std::env::var_os("CONTRACTS").context("CONTRACTS is not set")?;
    let oldest = generate::oldest_server(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs"))?;
    let mut releases = releases(Path::new(&folder))?;
    releases.retain(|release| release.version >= oldest);
    extract::write(&releases)
}

//! `codegen check`: compares `generated/` with a fresh generation and reports what is missing in the
//! handwritten files that follow the contract. `codegen publishable` refuses a preview.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{bail, ensure};
use similar::TextDiff;

use crate::documents;
use crate::generate::{self, Report, output::FileSet};
use crate::page::Coverage;
use crate::stdout;
use crate::sync::manifest::{self, Preview};

/// Compares `generated` with a fresh generation from `specs`. Returns `false` after printing
/// differences or findings.
pub fn run(repository: &Path, specs: &Path, generated: &Path) -> anyhow::Result<bool> {
    if let Some(preview) = Preview::read(specs)? {
        stdout::print(&format!("{}\n", described(specs, &preview)))?;
    }
    let fresh = tempfile::tempdir()?;
    let report = generate::run(specs, fresh.path())?;
    let findings = findings(repository, report)?;
    for finding in &findings {
        stdout::print(&format!("fix needed: {finding}\n"))?;
    }
    let differences = differences(&FileSet::read(generated)?, &FileSet::read(fresh.path())?);
    if differences.is_empty() {
        stdout::print(&format!("{} is up to date\n", generated.display()))?;
        return Ok(findings.is_empty());
    }
    stdout::print(&format!(
        "{differences}\n{} differs from a fresh generation; run `make regen` and commit the result\n",
        generated.display()
    ))?;
    Ok(false)
}

/// Returns what the overlay, the table of operations and the documents lack.
///
/// They are not tests of the client: a new contract compiles and passes its tests before anything is
/// written by hand.
fn findings(repository: &Path, report: Report) -> anyhow::Result<Vec<String>> {
    let covered = Coverage::read(repository)?.findings(&report.items()?);
    let mut findings = report.findings;
    findings.extend(covered);
    findings.extend(documents::findings(repository, &report.version)?);
    Ok(findings)
}

/// Checks that a package generated from `specs` can be published.
///
/// # Errors
///
/// Fails if `specs` holds a preview.
pub fn publishable(specs: &Path) -> anyhow::Result<()> {
    let manifest = specs.join(manifest::FILE);
    ensure!(
        manifest.exists(),
        "{0} is missing, which says whether this is a release; run `git checkout -- {0}`, or `make sync VERSION=<release>`",
        manifest.display()
    );
    match Preview::read(specs)? {
        Some(preview) => bail!(
            "{}; nothing is published from a preview: run `make sync VERSION=<release>` and `make regen` first",
            described(specs, &preview)
        ),
        None => Ok(()),
    }
}

fn described(specs: &Path, preview: &Preview) -> String {
    format!("{} holds a preview, {}, not the contract of a release", specs.display(), preview.description())
}

/// Returns the unified diff from the committed to the fresh files. Empty if they are equal.
pub fn differences(committed: &FileSet, fresh: &FileSet) -> String {
    let paths: BTreeSet<&str> = committed.iter().chain(fresh.iter()).map(|(path, _)| path).collect();
    let mut out = String::new();
    for path in paths {
        let (old, new) = (committed.get(path), fresh.get(path));
        if old == new {
            continue;
        }
        let from = if old.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
        let to = if new.is_some() { format!("b/{path}") } else { "/dev/null".to_owned() };
        let diff = TextDiff::from_lines(old.unwrap_or_default(), new.unwrap_or_default());
        out.push_str(&diff.unified_diff().context_radius(3).header(&from, &to).to_string());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{Fixture, operation};

    /// Returns the findings about a fixture after `make regen`.
    fn found(root: &Path) -> anyhow::Result<Vec<String>> {
        let report = generate::run(&root.join("specs"), &root.join("generated"))?;
        documents::update(root, &report.version)?;
        findings(root, report)
    }

    #[test]
    fn an_operation_without_a_row_and_a_row_without_an_operation_are_findings() -> anyhow::Result<()> {
        let fixture = Fixture::new()?;
        assert_eq!(found(&fixture.tree())?, Vec::<String>::new());
        fixture.write(
            "specs/overlay/docs.toml",
            "[operations]\n\"things.list\" = \"L.\"\n\"things.more\" = \"M.\"\n[rpcs]\nSearch = \"S.\"\n",
        )?;
        fixture.release("1.1.0", |schema| schema["paths"]["/more"]["get"] = operation("things.more"))?;
        fixture.sync(&fixture.tree())?;
        let row = "docs/operations.toml lacks `GET /more`; add a row with its verbs, or with `left_out`";
        let entry = "CHANGELOG.md does not name the contract of 1.1.0; add the entry that `make page` prints";
        assert_eq!(found(&fixture.tree())?, [row, entry]);

        fixture.write("CHANGELOG.md", "## Unreleased\n\nCovers the contract of Weaviate 1.0.0.\n")?;
        fixture.write(
            "docs/operations.toml",
            "[[area]]\nname = \"All\"\noperations = [\n  { operation = \"GET /things\" },\n  { operation = \"GET /more\" },\n  \
             { operation = \"GET /gone\" },\n  { operation = \"rpc Search\" },\n]\n",
        )?;
        let gone = "docs/operations.toml lists `GET /gone`, which the contract does not have; remove the row";
        assert_eq!(found(&fixture.tree())?, [gone]);
        Ok(())
    }

    #[test]
    fn a_plan_for_a_deprecated_operation_is_a_finding() -> anyhow::Result<()> {
        let fixture = Fixture::new()?;
        fixture.write(
            "docs/operations.toml",
            "[[area]]\nname = \"All\"\noperations = [\n  { operation = \"GET /things\", not_yet = [\"client.list\"] },\n  \
             { operation = \"rpc Search\", not_yet = [\"client.search\"] },\n]\n",
        )?;
        assert_eq!(found(&fixture.tree())?, Vec::<String>::new());
        fixture.release("1.0.0", |schema| schema["paths"]["/things"]["get"]["deprecated"] = true.into())?;
        fixture.sync(&fixture.tree())?;
        let planned =
            "docs/operations.toml plans verbs for `GET /things`, which is deprecated; name in `left_out` what to use";
        assert_eq!(found(&fixture.tree())?, [planned]);
        Ok(())
    }

    fn files(entries: &[(&str, &str)]) -> FileSet {
        let mut files = FileSet::default();
        for (path, body) in entries {
            files.rust(*path, body);
        }
        files
    }

    #[test]
    fn changed_missing_and_stale_files_are_in_the_diff() {
        let committed = files(&[("src/a.rs", "one\ntwo"), ("src/stale.rs", "old"), ("src/same.rs", "same")]);
        let fresh = files(&[("src/a.rs", "one\n2"), ("src/new.rs", "new"), ("src/same.rs", "same")]);
        let text = differences(&committed, &fresh);
        for line in ["--- a/src/a.rs", "-two", "+2", "+++ b/src/new.rs", "+new", "--- a/src/stale.rs", "-old"] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(!text.contains("same"));
    }

    #[test]
    fn equal_file_sets_have_an_empty_diff() {
        let set = files(&[("src/a.rs", "a")]);
        assert_eq!(differences(&set, &set.clone()), "");
    }
}

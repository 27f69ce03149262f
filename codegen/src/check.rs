//! `codegen check`: compares `generated/` with a fresh generation and reports faults of the
//! overlay. `codegen publishable` refuses a preview.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;
use similar::TextDiff;

use crate::generate::{self, output::FileSet};
use crate::stdout;
use crate::sync::manifest::Preview;

/// Compares `generated` with a fresh generation from `specs`. Returns `false` after printing
/// differences or findings.
pub fn run(specs: &Path, generated: &Path) -> anyhow::Result<bool> {
    if let Some(preview) = Preview::read(specs)? {
        stdout::print(&format!("{}\n", described(specs, &preview)))?;
    }
    let fresh = tempfile::tempdir()?;
    let findings = generate::run(specs, fresh.path())?.findings;
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

/// Checks that a package generated from `specs` can be published.
///
/// # Errors
///
/// Fails if `specs` holds a preview.
pub fn publishable(specs: &Path) -> anyhow::Result<()> {
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

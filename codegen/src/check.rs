//! `codegen check`: is `generated/` what `generate` would write, and is nothing left to repair?

use std::collections::BTreeSet;
use std::path::Path;

use similar::TextDiff;

use crate::generate::{self, output::FileSet};

/// Compares `generated` with a fresh generation from `specs`; `false` means that differences or findings
/// were printed.
pub fn run(specs: &Path, generated: &Path) -> anyhow::Result<bool> {
    let fresh = tempfile::tempdir()?;
    let findings = generate::run(specs, fresh.path())?.findings;
    for finding in &findings {
        println!("to be repaired: {finding}");
    }
    let differences = differences(&FileSet::read(generated)?, &FileSet::read(fresh.path())?);
    if differences.is_empty() {
        println!("{} is up to date", generated.display());
        return Ok(findings.is_empty());
    }
    println!("{differences}");
    println!("{} differs from what its contract gives. Repair it with: make regen", generated.display());
    Ok(false)
}

/// A unified diff from what is there to what should be; empty where they agree.
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
    fn changed_missing_and_stale_files_are_shown() {
        let committed = files(&[("src/a.rs", "one\ntwo"), ("src/stale.rs", "old"), ("src/same.rs", "same")]);
        let fresh = files(&[("src/a.rs", "one\n2"), ("src/new.rs", "new"), ("src/same.rs", "same")]);
        let text = differences(&committed, &fresh);
        for line in ["--- a/src/a.rs", "-two", "+2", "+++ b/src/new.rs", "+new", "--- a/src/stale.rs", "-old"] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(!text.contains("same"));
    }

    #[test]
    fn equal_sets_have_no_difference() {
        let set = files(&[("src/a.rs", "a")]);
        assert_eq!(differences(&set, &set.clone()), "");
    }
}

//! Staging folder next to `specs/`. Files are written there first and moved at the end, so that an
//! error leaves the old contract intact.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

/// Files and folders in `specs/` that `sync` replaces. The others, such as `overlay/`, are
/// handwritten.
const OWNED: &[&str] = &["openapi.json", "proto", "UPSTREAM.toml", "history.json"];

/// Staging folder on the same file system as `specs/`, which makes renames possible.
pub struct Staging {
    folder: TempDir,
}

impl Staging {
    /// Creates a staging folder in the parent of `specs`.
    pub fn next_to(specs: &Path) -> Result<Self> {
        let parent = match specs.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
        let folder = tempfile::Builder::new()
            .prefix(".sync-")
            .tempdir_in(&parent)
            .with_context(|| format!("cannot create a temporary folder in {}", parent.display()))?;
        Ok(Self { folder })
    }

    /// Writes a file of the new contract.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.new_folder().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Replaces the old contract by the new one. Restores the old one if a rename fails.
    pub fn commit(self, specs: &Path) -> Result<()> {
        fs::create_dir_all(specs).with_context(|| format!("cannot create {}", specs.display()))?;
        let old = self.folder.path().join("old");
        fs::create_dir_all(&old).with_context(|| format!("cannot create {}", old.display()))?;

        let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
        let mut swap = || -> Result<()> {
            for name in OWNED {
                let (target, fresh) = (specs.join(name), self.new_folder().join(name));
                for (from, to) in [(target.clone(), old.join(name)), (fresh, target)] {
                    if from.exists() {
                        fs::rename(&from, &to).with_context(|| format!("cannot replace {}", to.display()))?;
                        moved.push((from, to));
                    }
                }
            }
            Ok(())
        };
        let outcome = swap();
        if outcome.is_err() {
            for (from, to) in moved.iter().rev() {
                fs::rename(to, from).with_context(|| format!("cannot restore {}", from.display()))?;
            }
        }
        outcome
    }

    fn new_folder(&self) -> PathBuf {
        self.folder.path().join("new")
    }
}

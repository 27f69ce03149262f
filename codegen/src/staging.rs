//! Staging folder next to a folder of output. Files are written there first and moved at the end, so
//! that an error leaves the old output intact.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

/// Staging folder on the same file system as the output, which makes renames possible.
pub struct Staging {
    folder: TempDir,
}

impl Staging {
    /// Creates a staging folder in the parent of `output`.
    pub fn next_to(output: &Path) -> Result<Self> {
        let parent = match output.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
        let folder = tempfile::Builder::new()
            .prefix(".codegen-")
            .tempdir_in(&parent)
            .with_context(|| format!("cannot create a temporary folder in {}", parent.display()))?;
        Ok(Self { folder })
    }

    /// Writes a file of the new output.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.new_folder().join(name);
        create_parent(&path)?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Replaces files and folders of `output` by the new ones, and removes those that have no new one.
    /// Restores the old ones if a rename fails.
    pub fn commit<'a>(self, output: &Path, names: impl IntoIterator<Item = &'a str>) -> Result<()> {
        fs::create_dir_all(output).with_context(|| format!("cannot create {}", output.display()))?;
        let (old, new) = (self.folder.path().join("old"), self.new_folder());
        let names: Vec<&str> = names.into_iter().collect();
        let replaced = names.iter().map(|name| (output.join(name), old.join(name)));
        // All old ones first: a file may take the place of a folder, and a folder that of a file.
        let renames = replaced.chain(names.iter().map(|name| (new.join(name), output.join(name))));
        let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
        let outcome = renames.filter(|(from, _)| from.exists()).try_for_each(|(from, to)| {
            create_parent(&to)?;
            fs::rename(&from, &to).with_context(|| format!("cannot replace {}", to.display()))?;
            moved.push((from, to));
            anyhow::Ok(())
        });
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

fn create_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_can_take_the_place_of_a_folder_and_a_folder_that_of_a_file() -> Result<()> {
        let root = tempfile::tempdir()?;
        let output = root.path().join("output");
        fs::create_dir_all(output.join("folder"))?;
        fs::write(output.join("folder/inside"), "old")?;
        fs::write(output.join("file"), "old")?;
        fs::write(output.join("kept"), "old")?;
        let staging = Staging::next_to(&output)?;
        staging.write("folder", "new")?;
        staging.write("file/inside", "new")?;
        staging.commit(&output, ["folder", "folder/inside", "file", "file/inside"])?;
        assert_eq!(fs::read_to_string(output.join("folder"))?, "new");
        assert_eq!(fs::read_to_string(output.join("file/inside"))?, "new");
        assert_eq!(fs::read_to_string(output.join("kept"))?, "old");
        assert_eq!(fs::read_dir(root.path())?.count(), 1, "no staging folder is left");
        Ok(())
    }

    #[test]
    fn a_file_that_cannot_be_moved_leaves_all_files_as_they_were() -> Result<()> {
        let root = tempfile::tempdir()?;
        let output = root.path().join("output");
        fs::create_dir(&output)?;
        for name in ["changed", "in the way", "stale"] {
            fs::write(output.join(name), "old")?;
        }
        let staging = Staging::next_to(&output)?;
        staging.write("added", "new")?;
        staging.write("changed", "new")?;
        staging.write("in the way/inside", "new")?;
        let error = staging.commit(&output, ["added", "changed", "in the way/inside", "stale"]);
        assert!(error.is_err_and(|error| error.to_string().contains("in the way")));
        for name in ["changed", "in the way", "stale"] {
            assert_eq!(fs::read_to_string(output.join(name))?, "old", "{name}");
        }
        assert!(!output.join("added").exists());
        assert_eq!(fs::read_dir(root.path())?.count(), 1, "no staging folder is left");
        Ok(())
    }
}

//! Staging folder next to a folder of output. Files are written there first and moved at the end, so
//! that an error leaves the old output intact.
//!
//! A run that is killed between two moves leaves the folder behind, with a list of the moves. The next
//! run takes them back ([`recover`]).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::stderr;

/// Staging folder on the same file system as the output, which makes renames possible.
pub struct Staging {
    folder: TempDir,
}

/// File in the staging folder that lists the moves. It exists only while they are made.
const MOVES: &str = "moves.json";

/// Move of a file or folder between the output and the staging folder.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
struct Move {
    name: String,
    /// `false`: an old file moves out of the output. `true`: a new file moves into it.
    is_new: bool,
}

impl Move {
    /// Returns where the file comes from and where it goes.
    fn paths(&self, staging: &Path, output: &Path) -> (PathBuf, PathBuf) {
        let outside = output.join(&self.name);
        if self.is_new {
            (staging.join("new").join(&self.name), outside)
        } else {
            (outside, staging.join("old").join(&self.name))
        }
    }

    /// Moves the file back if it was moved.
    fn take_back(&self, staging: &Path, output: &Path) -> Result<()> {
        let (from, to) = self.paths(staging, output);
        if from.exists() || !to.exists() {
            return Ok(());
        }
        create_parent(&from)?;
        fs::rename(&to, &from).with_context(|| format!("cannot restore {}", from.display()))
    }
}

/// Restores what an interrupted run left between two moves, and removes its staging folder.
///
/// # Errors
///
/// Fails if the output cannot be restored, and names the folder that has its old files.
pub fn recover(output: &Path) -> Result<()> {
    let (parent, prefix) = (parent_of(output), prefix(output));
    if !parent.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(&parent).with_context(|| format!("cannot list {}", parent.display()))? {
        let entry = entry.with_context(|| format!("cannot list {}", parent.display()))?;
        let staging = entry.path();
        if !entry.file_name().to_string_lossy().starts_with(&prefix) || !staging.is_dir() {
            continue;
        }
        recover_from(&staging, output).with_context(|| {
            format!(
                "an interrupted run left {staging} with the old files of {output} in {staging}/old; restore {output} from there \
                 or from version control, then remove {staging}",
                staging = staging.display(),
                output = output.display()
            )
        })?;
    }
    Ok(())
}

fn recover_from(staging: &Path, output: &Path) -> Result<()> {
    let list = staging.join(MOVES);
    // Without the list, no file was moved, or all were.
    if list.exists() {
        let text = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
        let moves: Vec<Move> = serde_json::from_str(&text).with_context(|| list.display().to_string())?;
        moves.iter().rev().try_for_each(|moved| moved.take_back(staging, output))?;
        let left =
            moves.iter().filter(|moved| !moved.is_new).find(|moved| staging.join("old").join(&moved.name).exists());
        if let Some(left) = left {
            bail!("{} is in both", left.name);
        }
        stderr::note(&format!("restored the files of {} that an interrupted run had moved away", output.display()));
    }
    fs::remove_dir_all(staging).with_context(|| format!("cannot remove {}", staging.display()))
}

fn parent_of(output: &Path) -> PathBuf {
    match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Returns the beginning of the names of staging folders. `.gitignore` lists them.
fn prefix(output: &Path) -> String {
    format!(".codegen-{}-", output.file_name().unwrap_or_default().to_string_lossy())
}

impl Staging {
    /// Creates a staging folder in the parent of `output`, after a recovery.
    pub fn next_to(output: &Path) -> Result<Self> {
        let parent = parent_of(output);
        fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
        recover(output)?;
        let folder = tempfile::Builder::new()
            .prefix(&prefix(output))
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
        let moves = self.plan(output, names)?;
        let outcome = moves.iter().try_for_each(|planned| {
            let (from, to) = planned.paths(self.folder.path(), output);
            // A file in a folder has gone with it.
            if !from.exists() {
                return Ok(());
            }
            create_parent(&to)?;
            fs::rename(&from, &to).with_context(|| format!("cannot replace {}", to.display()))
        });
        if outcome.is_err()
            && let Err(error) = moves.iter().rev().try_for_each(|moved| moved.take_back(self.folder.path(), output))
        {
            // The old files are in the folder.
            return Err(error.context(format!("the old files are in {}", self.folder.keep().display())));
        }
        let list = self.folder.path().join(MOVES);
        fs::remove_file(&list).with_context(|| format!("cannot remove {}", list.display()))?;
        outcome
    }

    /// Lists the moves, and writes the list for a recovery.
    fn plan<'a>(&self, output: &Path, names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Move>> {
        let names: Vec<&str> = names.into_iter().collect();
        let all = |is_new: bool| names.iter().map(move |name| Move { name: (*name).to_owned(), is_new });
        // All old ones first: a file may take the place of a folder, and a folder that of a file.
        let exists = |planned: &Move| planned.paths(self.folder.path(), output).0.exists();
        let moves: Vec<Move> = all(false).chain(all(true)).filter(exists).collect();
        let (draft, list) = (self.folder.path().join("draft.json"), self.folder.path().join(MOVES));
        // In one step, so that no list is half a list.
        fs::write(&draft, serde_json::to_string_pretty(&moves)?)
            .and_then(|()| fs::rename(&draft, &list))
            .with_context(|| format!("cannot write {}", list.display()))?;
        Ok(moves)
    }

    /// Stops after some of the moves, as a run that is killed. Returns the number of all moves.
    #[cfg(test)]
    pub fn interrupt<'a>(self, output: &Path, names: impl IntoIterator<Item = &'a str>, done: usize) -> Result<usize> {
        let moves = self.plan(output, names)?;
        for planned in moves.iter().take(done) {
            let (from, to) = planned.paths(self.folder.path(), output);
            create_parent(&to)?;
            fs::rename(from, to)?;
        }
        let _ = self.folder.keep();
        Ok(moves.len())
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

    /// Leaves the staging folder as a run does that is killed after some of the moves.
    fn interrupted(output: &Path, done: usize) -> Result<()> {
        let staging = Staging::next_to(output)?;
        for name in ["added", "changed", "folder/inside"] {
            staging.write(name, "new")?;
        }
        assert_eq!(staging.interrupt(output, ["added", "changed", "folder", "stale"], done)?, 6);
        Ok(())
    }

    #[test]
    fn what_an_interrupted_run_moved_is_restored() -> Result<()> {
        for done in 0..=6 {
            let root = tempfile::tempdir()?;
            let output = root.path().join("output");
            fs::create_dir_all(output.join("folder"))?;
            for name in ["changed", "folder/inside", "stale"] {
                fs::write(output.join(name), "old")?;
            }
            // The folder of another output stays.
            fs::create_dir(root.path().join(".codegen-other-1"))?;
            interrupted(&output, done)?;
            recover(&output)?;
            for name in ["changed", "folder/inside", "stale"] {
                assert_eq!(fs::read_to_string(output.join(name))?, "old", "{name} after {done} moves");
            }
            assert!(!output.join("added").exists(), "{done}");
            assert_eq!(fs::read_dir(root.path())?.count(), 2, "the staging folder is removed");
        }
        Ok(())
    }

    #[test]
    fn what_cannot_be_restored_is_named() -> Result<()> {
        let root = tempfile::tempdir()?;
        let output = root.path().join("output");
        fs::create_dir_all(output.join("folder"))?;
        for name in ["changed", "folder/inside", "stale"] {
            fs::write(output.join(name), "old")?;
        }
        interrupted(&output, 3)?;
        fs::write(output.join("changed"), "by hand")?;
        let error = Staging::next_to(&output).err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(error.contains("/.codegen-output-") && error.contains("then remove "), "{error}");
        assert!(error.ends_with(": changed is in both"), "{error}");
        assert_eq!(fs::read_to_string(output.join("changed"))?, "by hand");
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

//! Calls of cargo in a tree.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Cargo, and the folder it builds into.
#[derive(Debug, Clone)]
pub struct Cargo {
    program: OsString,
    target: Option<PathBuf>,
}

impl Cargo {
    /// Takes the cargo that runs this program, or the one in `PATH`.
    pub fn from_env() -> Self {
        Self { program: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), target: None }
    }

    /// Builds into a folder of its own, even if `CARGO_TARGET_DIR` names another.
    pub fn with_target(self, target: PathBuf) -> Self {
        Self { target: Some(target), ..self }
    }

    /// Takes another program in place of cargo.
    #[cfg(test)]
    pub fn stub(program: &Path) -> Self {
        Self { program: program.into(), target: None }
    }

    /// Returns a command that runs in the folder, without colours and without input.
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(folder).env("CARGO_TERM_COLOR", "never").stdin(Stdio::null());
        if let Some(target) = &self.target {
            command.env("CARGO_TARGET_DIR", target);
        }
        command
    }
}

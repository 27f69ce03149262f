//! Section of the page about the workspace: what does not compile with the new contract.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::cargo::Cargo;
use crate::markdown::{Document, code, counted};

/// Result of `cargo check` in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compilation {
    /// Whether everything compiles.
    pub succeeded: bool,
    output: String,
}

impl Compilation {
    /// Compiles the workspace with all features, tests, examples and benches, without a network.
    pub fn of(cargo: &Cargo, workspace: &Path) -> Result<Self> {
        let mut command = cargo.command(workspace);
        command.args(["check", "--locked", "--offline", "--workspace", "--all-features", "--all-targets"]);
        command.args(["--keep-going", "--message-format", "short"]);
        let output = command.output().context("cannot run cargo check")?;
        Ok(Self { succeeded: output.status.success(), output: String::from_utf8_lossy(&output.stderr).into_owned() })
    }

    /// Adds the errors, each once although the tests repeat those of the library.
    pub fn add_to(&self, document: &mut Document) {
        if self.succeeded {
            document.paragraph("The whole workspace compiles, with all features, tests, examples and benches.");
            return;
        }
        let errors: BTreeSet<&str> = self.output.lines().filter(|line| line.contains(": error")).collect();
        if errors.is_empty() {
            document.paragraph("`cargo check` failed:");
            document.log(&self.output);
        } else {
            document.paragraph(format!("{}:", counted(errors.len(), "error")));
            document.list(errors.into_iter().map(code));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(succeeded: bool, output: &str) -> String {
        let mut document = Document::default();
        Compilation { succeeded, output: output.to_owned() }.add_to(&mut document);
        document.render()
    }

    #[test]
    fn each_error_is_listed_once() {
        let output = "src/a.rs:1:2: warning: unused\nsrc/b.rs:9:1: error[E0063]: missing field `x`\nerror: could not compile \
                      `weaviate` (lib) due to 1 previous error\nsrc/b.rs:9:1: error[E0063]: missing field `x`\n";
        assert_eq!(section(false, output), "1 error:\n\n- `` src/b.rs:9:1: error[E0063]: missing field `x` ``\n");
    }

    #[test]
    fn a_failure_without_a_place_is_quoted() {
        let output = "error: no matching package named `x` found\nlocation searched: crates.io index\n";
        assert_eq!(section(false, output), format!("`cargo check` failed:\n\n```\n{output}```\n"));
        assert!(section(true, output).starts_with("The whole workspace compiles"));
    }
}

//! Scratch workspace in which generated code is compiled, with the manifest and lock file of the
//! repository.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml::{Table, Value};

use crate::cargo::Cargo;
use crate::generate::read_toml;

/// Name of the folder of the generated package, in the repository and in the scratch workspace.
const PACKAGE: &str = "generated";

/// Scratch workspace with the generated package.
pub struct Package {
    folder: PathBuf,
    target: PathBuf,
}

impl Package {
    /// Creates the workspace in `folder`. All compilations share the folder `target`.
    pub fn create(repository: &Path, folder: &Path, target: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join(PACKAGE)).with_context(|| format!("cannot create {}", folder.display()))?;
        let write = |name: &str, text: String| {
            fs::write(folder.join(name), text).with_context(|| format!("cannot write {}/{name}", folder.display()))
        };
        write("Cargo.toml", toml::to_string(&workspace(&read_toml(&repository.join("Cargo.toml"))?)?)?)?;
        let manifest = package(read_toml(&repository.join(PACKAGE).join("Cargo.toml"))?);
        write(&format!("{PACKAGE}/Cargo.toml"), toml::to_string(&manifest)?)?;
        let lock = repository.join("Cargo.lock");
        let lock = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        write("Cargo.lock", lock)?;
        Ok(Self { folder: folder.to_owned(), target: target.to_owned() })
    }

    /// Returns the folder of the generated package.
    pub fn generated(&self) -> PathBuf {
        self.folder.join(PACKAGE)
    }

    /// Compiles the package with all features, types and stubs.
    ///
    /// # Errors
    ///
    /// Fails with the compiler's messages.
    pub fn compile(&self) -> Result<()> {
        let mut command = Cargo::from_env().with_target(self.target.clone()).command(&self.folder);
        // Not `--locked`: the lock file loses the packages that this workspace does not have.
        command.args(["check", "--quiet", "--offline", "--all-features"]);
        let output = command.output().context("cannot run cargo")?;
        if !output.status.success() {
            bail!("compile: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }
}

/// Returns the root manifest of a workspace with the generated package only.
fn workspace(root: &Table) -> Result<Table> {
    let mut workspace =
        root.get("workspace").and_then(Value::as_table).context("Cargo.toml has no [workspace]")?.clone();
    workspace.insert("members".into(), Value::Array(vec![PACKAGE.into()]));
    // A root package has the resolver of its edition; a workspace without one has to name it.
    workspace.entry("resolver").or_insert_with(|| "3".into());
    for key in ["exclude", "default-members"] {
        workspace.remove(key);
    }
    Ok(Table::from_iter([("workspace".to_owned(), Value::Table(workspace))]))
}

/// Removes what the package needs for its tests, which are not copied, and the lints: code is
/// compiled here, not judged.
fn package(mut manifest: Table) -> Table {
    for key in ["test", "dev-dependencies", "lints"] {
        manifest.remove(key);
    }
    manifest
}

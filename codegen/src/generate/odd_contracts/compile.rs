//! Compiles generated packages with the dependencies of `generated/`: each becomes a module of one
//! scratch package.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::generate::output::FileSet;

/// Runs `cargo check` on the packages.
///
/// The dependencies are those of the repository's lock file. Nothing is downloaded: the client is
/// built from them first, or `cargo fetch` downloads them.
pub fn check(packages: &[(&str, FileSet)]) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| fs::read_to_string(repository.join(name)).with_context(|| format!("cannot read {name}"));

    let mut workspace: toml::Table = toml::from_str(&read("Cargo.toml")?)?;
    workspace.retain(|key, _| key == "workspace");
    let table = workspace.get_mut("workspace").and_then(toml::Value::as_table_mut).context("no workspace")?;
    table.insert("members".into(), toml::Value::Array(vec!["generated".into()]));
    table.remove("exclude");
    if let Some(dependencies) = table.get_mut("dependencies").and_then(toml::Value::as_table_mut) {
        dependencies.retain(|_, of| of.get("path").is_none());
    }
    let mut package: toml::Table = toml::from_str(&read("generated/Cargo.toml")?)?;
    package.retain(|key, _| ["package", "features", "dependencies"].contains(&key));
    let own = package.get_mut("package").and_then(toml::Value::as_table_mut).context("no package")?;
    for key in ["readme", "include", "metadata"] {
        own.remove(key);
    }

    fs::write(scratch.path().join("Cargo.toml"), toml::to_string(&workspace)?)?;
    fs::write(scratch.path().join("Cargo.lock"), read("Cargo.lock")?)?;
    let member = scratch.path().join("generated");
    fs::create_dir_all(member.join("src"))?;
    fs::write(member.join("Cargo.toml"), toml::to_string(&package)?)?;
    let mut index = String::from("#![allow(warnings)]\n");
    for (name, files) in packages {
        let mut modules = Vec::new();
        for (path, body) in files.iter() {
            let Some((module, _)) = path.strip_prefix("src/").and_then(|path| path.split_once('/')) else { continue };
            if !modules.contains(&module) {
                modules.push(module);
            }
            // The package is a module here.
            let body = body.replace("use crate::", &format!("use crate::{name}::"));
            let path = member.join(path.replacen("src/", &format!("src/{name}/"), 1));
            fs::create_dir_all(path.parent().context("the path of a file has a folder")?)?;
            fs::write(path, body)?;
        }
        index.push_str(&format!("pub mod {name} {{ pub mod {}; }}\n", modules.join("; pub mod ")));
    }
    fs::write(member.join("src/lib.rs"), index)?;

    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), std::path::PathBuf::from);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--features", "server", "--target-dir"])
        .arg(target.join("odd-contracts"))
        .current_dir(scratch.path())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo check failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

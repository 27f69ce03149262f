//! Compiles generated packages with the dependencies of `generated/`: each becomes a module of one
//! scratch package.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::generate::output::FileSet;
use crate::scratch_package::Package;

/// Runs `cargo check` on the packages.
///
/// The dependencies are those of the repository's lock file. Nothing is downloaded: the client is
/// built from them first, or `cargo fetch` downloads them.
pub fn check(packages: &[(&str, FileSet)]) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| own.join("target"), PathBuf::from);
    let package = Package::create(&own.join(".."), scratch.path(), &target.join("odd-contracts"))?;
    let member = package.generated();
    fs::create_dir_all(member.join("src"))?;
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

    package.compile()
}

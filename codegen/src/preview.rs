//! `codegen preview`: shows the page for a contract that is not taken yet, and what would not
//! compile.
//!
//! All work is done in a copy of the tree below `target/`, so an interruption leaves nothing
//! behind in the tree itself.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cargo::Cargo;
use crate::generate;
use crate::page::{Change, Compilation, Verdict};
use crate::stdout;
use crate::sync;
use crate::sync::version::Target;

/// Arguments of `codegen preview`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Contract to try: a folder laid out like Weaviate's repository
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Release or preview to take it for [default: the version that the folder states]
    #[arg(long, value_name = "VERSION")]
    version: Option<Target>,
    /// Tree of this repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

/// Copy of the tree, below the root.
const COPY: &str = "target/preview/tree";
/// Build folder of the copy, kept for the next preview. In the folder of the tree itself, cargo would
/// take the packages of the copy for those of the tree: it names packages by their paths in the
/// workspace.
const BUILT: &str = "target/preview/target";

/// Names at the root that no package of the workspace needs.
const LEFT_OUT: &[&str] = &[".git", "target", "codegen"];

/// Prints the page. Returns `false` if the new contract does not generate or compile.
pub fn run(args: &Args) -> Result<bool> {
    let root = std::path::absolute(&args.root).context("the path of the tree")?;
    let cargo = Cargo::from_env().with_target(root.join(BUILT));
    let (page, succeeded) = preview(&root, &args.from, args.version.clone(), &cargo)?;
    stdout::print(&page)?;
    Ok(succeeded)
}

fn preview(root: &Path, from: &Path, version: Option<Target>, cargo: &Cargo) -> Result<(String, bool)> {
    let copy = copied(root)?;
    sync::run(&sync::Args::from_folder(from, version, &copy.join("specs"))?)?;
    let generated = generate::run(&copy.join("specs"), &copy.join("generated"));
    let change = Change::between(root, &copy)?;
    if generated.is_err() {
        return Ok((change.page(&Verdict::Outdated, None, None)?, false));
    }
    let compilation = Compilation::of(cargo, &copy)?;
    let verdict = if compilation.succeeded { Verdict::of(cargo, root, &copy)? } else { Verdict::NotCompiled };
    Ok((change.page(&verdict, Some(&compilation), None)?, compilation.succeeded))
}

/// Copies the workspace and returns the folder of the copy.
fn copied(root: &Path) -> Result<PathBuf> {
    let copy = root.join(COPY);
    if copy.exists() {
        fs::remove_dir_all(&copy).with_context(|| format!("cannot remove {}", copy.display()))?;
    }
    copy_folder(root, &copy, LEFT_OUT)?;
    Ok(copy)
}

/// Copies a folder, except for what is directly in it and left out.
pub fn copy_folder(from: &Path, to: &Path, left_out: &[&str]) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry.with_context(|| format!("cannot list {}", from.display()))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if left_out.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if source.is_dir() {
            copy_folder(&source, &target, &[])?;
        } else {
            // Written, not copied: cargo builds again what is newer than its last result, and some
            // systems copy the time, too.
            let bytes = fs::read(&source).with_context(|| format!("cannot read {}", source.display()))?;
            fs::write(&target, bytes).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::page::fixture::{Fixture, operation};
    use crate::page::tests::git;

    /// Shell script in place of cargo, without cargo-semver-checks. It notes its folder, and answers
    /// as told for `check`.
    fn cargo(folder: &Path, check: &str) -> Result<Cargo> {
        cargo_with(folder, check, "exit 101")
    }

    fn cargo_with(folder: &Path, check: &str, semver: &str) -> Result<Cargo> {
        let path = folder.join("cargo");
        let script = format!(
            "#!/bin/sh\ncase \"$1\" in\ncheck) pwd >\"{}\"; {check} ;;\nsemver-checks) {semver} ;;\nesac\n",
            folder.join("ran-in").display()
        );
        fs::write(&path, script)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        Ok(Cargo::stub(&path))
    }

    /// Returns a repository under version control, and a newer contract beside it.
    fn repository(version: &str) -> Result<Fixture> {
        let fixture = Fixture::new()?;
        git(&fixture.tree(), &["init", "--quiet"])?;
        git(&fixture.tree(), &["add", "."])?;
        git(&fixture.tree(), &["commit", "--quiet", "-m", "x"])?;
        fixture.release(version, |schema| schema["paths"]["/more"]["get"] = operation("things.more"))?;
        Ok(fixture)
    }

    #[test]
    fn the_tree_stays_as_it_was() -> Result<()> {
        let (fixture, tools) = (repository("1.1.0")?, tempfile::tempdir()?);
        let root = fixture.tree();
        fs::write(root.join("src/lib.rs"), "// Not committed yet.\n")?;
        fs::write(root.join("new.txt"), "Not tracked.\n")?;
        let before = (git(&root, &["status", "--porcelain"])?, git(&root, &["diff"])?);
        // What an interruption of the compiler would leave.
        let during = tools.path().join("during");
        let status = format!("git -C '{}' status --porcelain >'{}'", root.display(), during.display());
        // The second time, the copy of the first is there.
        for _ in 0..2 {
            let (page, succeeded) = preview(&root, &fixture.upstream(), None, &cargo(tools.path(), &status)?)?;
            assert!(succeeded);
            assert!(page.starts_with("# Weaviate 1.0.0 → 1.1.0\n"), "{page}");
            assert!(page.contains("added 1 method (`Client::things_more`)"), "{page}");
            assert!(page.contains("The whole workspace compiles"), "{page}");
            assert!(page.contains("cargo-semver-checks did not run: it is not installed."), "{page}");
            assert_eq!(fs::read_to_string(&during)?, before.0);
            assert_eq!((git(&root, &["status", "--porcelain"])?, git(&root, &["diff"])?), before);
        }
        // The compiler saw the new code, and what is not committed yet.
        let folder = PathBuf::from(fs::read_to_string(tools.path().join("ran-in"))?.trim_end());
        assert_eq!(folder.canonicalize()?, root.join(COPY).canonicalize()?);
        assert!(fs::read_to_string(folder.join("generated/src/rest/things.rs"))?.contains("fn things_more"));
        assert_eq!(fs::read_to_string(folder.join("src/lib.rs"))?, "// Not committed yet.\n");
        Ok(())
    }

    #[test]
    fn semver_is_asked_about_the_copy_if_its_check_is_installed() -> Result<()> {
        let (fixture, tools) = (repository("1.1.0")?, tempfile::tempdir()?);
        let semver = "test \"$2\" = --version && echo cargo-semver-checks 9.9.9 || \
                      { echo \"$@\" >&2; pwd; echo ' Summary no semver update required'; echo ' Summary requires'; }";
        let cargo = cargo_with(tools.path(), "exit 0", semver)?;
        let (page, _) = preview(&fixture.tree(), &fixture.upstream(), None, &cargo)?;
        let said = "cargo-semver-checks 9.9.9 says about weaviate and weaviate-emulator:\n\n```\nSummary no semver update \
                    required\nSummary requires\n```\n";
        assert!(page.contains(said), "{page}");

        let cargo = cargo_with(tools.path(), "exit 0", &semver.replace("Summary requires", "error: no rustdoc"))?;
        let (page, _) = preview(&fixture.tree(), &fixture.upstream(), None, &cargo)?;
        assert!(page.contains("9.9.9 has no verdict"), "{page}");
        // The old tree is the baseline, the copy is the current one.
        let root = fixture.tree();
        let arguments = format!("--baseline-root {} --package weaviate", root.display());
        assert!(page.contains(&arguments), "{arguments} in {page}");
        assert!(page.contains(&*root.join(COPY).to_string_lossy()), "{page}");
        Ok(())
    }

    #[test]
    fn what_does_not_compile_is_on_the_page() -> Result<()> {
        let (fixture, tools) = (repository("1.1.0")?, tempfile::tempdir()?);
        let check = "echo 'src/lib.rs:3:1: error[E0063]: missing field' >&2; exit 101";
        let (page, succeeded) = preview(&fixture.tree(), &fixture.upstream(), None, &cargo(tools.path(), check)?)?;
        assert!(!succeeded);
        assert!(
            page.contains("## Compilation\n\n1 error:\n\n- `src/lib.rs:3:1: error[E0063]: missing field`\n"),
            "{page}"
        );
        Ok(())
    }

    #[test]
    fn a_contract_that_does_not_generate_is_not_compiled() -> Result<()> {
        let (fixture, tools) = (repository("1.1.0")?, tempfile::tempdir()?);
        fixture.write("specs/overlay/behaviours.toml", "oldest = \"1.0.0\"\n[features]\nX = {}\n")?;
        let (page, succeeded) = preview(&fixture.tree(), &fixture.upstream(), None, &cargo(tools.path(), "exit 0")?)?;
        assert!(!succeeded && page.contains("`make regen` fails:"), "{page}");
        assert!(!tools.path().join("ran-in").exists());
        Ok(())
    }

    #[test]
    fn a_contract_that_cannot_be_read_changes_nothing() -> Result<()> {
        let (fixture, tools) = (repository("1.1.0")?, tempfile::tempdir()?);
        let before = git(&fixture.tree(), &["status", "--porcelain"])?;
        fs::write(fixture.upstream().join("openapi-specs/schema.json"), "{")?;
        assert!(preview(&fixture.tree(), &fixture.upstream(), None, &cargo(tools.path(), "exit 0")?).is_err());
        assert_eq!(git(&fixture.tree(), &["status", "--porcelain"])?, before);
        Ok(())
    }
}

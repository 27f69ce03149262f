//! Rules of the house that the compiler does not know.

mod examples;
mod imports;
mod layout;
mod modules;
mod names;
mod prose;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::calls;

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "target") {
                    open.push(path);
                }
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no {ending} below {}", dir.display());
    found
}

/// Prints all that a check finds, whether or not it is within its limit, where `TIDY_REPORT` is set.
#[expect(clippy::print_stdout, reason = "the report is for people")]
fn reporting(title: &str, lines: &[String]) {
    if std::env::var_os("TIDY_REPORT").is_some() {
        println!("== {title}\n{}", list(lines));
    }
}

fn list(lines: &[String]) -> String {
    lines.join("\n")
}

/// A new contract cannot break the public API where only these private modules name generated code.
#[test]
fn only_transport_operations_and_wire_name_generated_code() {
    let src = root().join("src");
    let strangers: Vec<_> = files(&src, ".rs")
        .into_iter()
        .filter(|path| ["transport", "operations", "wire"].iter().all(|layer| !path.starts_with(src.join(layer))))
        .filter(|path| fs::read_to_string(path).unwrap().contains("weaviate_generated"))
        .collect();
    assert!(strangers.is_empty(), "these name weaviate_generated: {strangers:?}");
}

/// A text that arose deep in the emulator cannot be told from another, and its words are spread. The program only prints it.
#[test]
fn faults_of_the_emulator_have_types() {
    let src = root().join("emulator/src");
    let mut found = Vec::new();
    for path in files(&src, ".rs").into_iter().filter(|path| *path != src.join("main.rs")) {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if line.split("Result<").skip(1).any(fails_with_a_text) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "these fail with a text:\n{}", list(&found));
}

/// `behind`: the line behind `Result<`.
fn fails_with_a_text(behind: &str) -> bool {
    let mut open = 1;
    let end = behind.find(|c| {
        open += i32::from(c == '<') - i32::from(c == '>');
        open == 0
    });
    behind[..end.unwrap_or(behind.len())].ends_with(", String")
}

#[test]
fn a_text_as_the_fault_is_told_from_a_text_in_what_is_found() {
    for (behind, expected) in [
        ("(), String> {", true),
        ("Vec<Pick<'a>>, String>;", true),
        ("Map<String, String>, Fault> {", false),
        ("String, Fault>", false),
    ] {
        assert_eq!(fails_with_a_text(behind), expected, "{behind}");
    }
}

/// An ignored example rots.
#[test]
fn every_documented_example_compiles() {
    for dir in ["src", "derive/src", "emulator/src"] {
        for path in files(&root().join(dir), ".rs") {
            let text = fs::read_to_string(&path).unwrap();
            let ignored = text.lines().any(|line| {
                let line = line.trim_start().trim_start_matches("//!").trim_start_matches("///").trim_start();
                line.starts_with("```ignore") || line.starts_with("```rust,ignore")
            });
            assert!(!ignored, "{} has an ignored example", path.display());
        }
    }
}

/// `make check` compares the version of the contract.
#[test]
fn the_documents_agree_with_the_manifest() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let msrv = manifest.lines().find_map(|l| l.strip_prefix("rust-version = ")).unwrap().trim_matches('"');
    let page = fs::read_to_string(root().join("docs/crate.md")).unwrap();
    assert!(page.contains(&format!("Rust {msrv}")), "docs/crate.md names another Rust version than {msrv}");
    let release = manifest.lines().find_map(|l| l.strip_prefix("version = ")).unwrap().trim_matches('"');
    let (minor, _) = release.rsplit_once('.').unwrap();
    for package in ["weaviate", "weaviate-emulator"] {
        let line = format!("{package} = \"{minor}\"");
        assert!(page.contains(&line), "docs/crate.md does not say {line}");
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for command in ["make demo", "make test"] {
        assert!(readme.lines().any(|line| line.starts_with(command)), "README does not show {command} on its own line");
    }
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains("## Unreleased"));
}

/// A call that no test drops, lets run into its deadline or searches for secrets is one that fails first in production.
#[test]
fn every_public_call_is_on_the_table() {
    let mut found = BTreeSet::new();
    for path in files(&root().join("src"), ".rs") {
        let mut owner = String::new();
        let mut method = None;
        for line in fs::read_to_string(&path).unwrap().lines() {
            let line = line.trim();
            if line.starts_with("//") {
                continue;
            }
            if let Some((_, request)) = line.split_once("IntoFuture for ") {
                found.insert(name(request));
            }
            if let Some(of) = owner_of_impl(line) {
                owner = of;
            }
            if let Some((visibility, call)) = line.split_once("fn ") {
                method = visibility.starts_with("pub ").then(|| format!("{owner}::{}", name(call)));
            }
            if line.starts_with("pub async fn ") || line.contains(") -> impl Future<Output = Result<") {
                found.extend(method.take());
            }
        }
    }
    let listed: BTreeSet<_> = calls::all()
        .iter()
        .map(|call| call.name.to_owned())
        .chain(calls::ELSEWHERE.iter().map(|(name, _)| (*name).to_owned()))
        .collect();
    assert_eq!(found, listed, "left: what is in src/; right: what tests/it/calls.rs lists");
}

/// The type that an `impl` line is about: behind the generics, and behind the trait if there is one.
pub(crate) fn owner_of_impl(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("impl")?;
    let rest = rest.strip_prefix('<').and_then(|rest| rest.split_once("> ")).map_or(rest, |(_, rest)| rest);
    Some(name(rest.rsplit(" for ").next()?.trim()))
}

/// The identifier at the beginning.
pub(crate) fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

//! Tests of the whole `sync` command on a small contract.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use tempfile::TempDir;

use super::Args;
use crate::page::tests::git;

mod sources;

const PROTO: &str = "syntax = \"proto3\";\npackage weaviate.v1;\n// prose\nmessage M { string a = 1; }\n";

fn swagger(version: &str, definitions: &str) -> String {
    format!(
        r#"{{ "swagger": "2.0", "basePath": "/v1", "info": {{ "title": "T", "version": "{version}" }},
              "paths": {{}}, "definitions": {{ {definitions} }} }}"#
    )
}

/// Temporary folder with a source tree like Weaviate's and a `specs` folder.
struct Fixture {
    folder: TempDir,
}

impl Fixture {
    fn new() -> Result<Self> {
        let fixture = Self { folder: tempfile::tempdir()? };
        fixture.release("1.0.0", r#""Thing": {}"#)?;
        Ok(fixture)
    }

    fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn specs(&self) -> PathBuf {
        self.folder.path().join("specs")
    }

    fn release(&self, version: &str, definitions: &str) -> Result<()> {
        self.write("openapi-specs/schema.json", &swagger(version, definitions))?;
        self.write("grpc/proto/v1/x.proto", PROTO)
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.tree().join(path);
        fs::create_dir_all(path.parent().context("a file has a folder")?)?;
        Ok(fs::write(path, text)?)
    }

    fn sync(&self, version: &str, from: &[&str]) -> Result<()> {
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            args: Args,
        }
        let specs = self.specs();
        let line =
            ["sync", "--version", version, "--specs"].map(Into::into).into_iter().chain([specs.into_os_string()]);
        super::run(&Line::try_parse_from(line.chain(from.iter().map(Into::into)))?.args)
    }

    fn sync_tree(&self, version: &str) -> Result<()> {
        self.sync(version, &["--from", &self.tree().to_string_lossy()])
    }

    /// Commits the source tree to a branch and reads that.
    fn sync_branch(&self, branch: &str) -> Result<()> {
        let tree = self.tree();
        git(&tree, &["init", "--quiet"])?;
        git(&tree, &["checkout", "--quiet", "-B", branch])?;
        git(&tree, &["add", "."])?;
        git(&tree, &["commit", "--quiet", "--message", "contract"])?;
        self.sync(branch, &["--git", &tree.to_string_lossy()])
    }

    /// Returns every file of `specs` with its text.
    fn snapshot(&self) -> Result<Vec<(String, String)>> {
        fn walk(folder: &Path, root: &Path, into: &mut Vec<(String, String)>) -> Result<()> {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    walk(&path, root, into)?;
                } else {
                    into.push((path.strip_prefix(root)?.display().to_string(), fs::read_to_string(&path)?));
                }
            }
            Ok(())
        }
        let mut files = Vec::new();
        walk(&self.specs(), &self.specs(), &mut files)?;
        files.sort();
        Ok(files)
    }

    fn text(&self, name: &str) -> Result<String> {
        Ok(fs::read_to_string(self.specs().join(name))?)
    }
}

/// Returns the error with all its causes.
fn message(outcome: Result<()>) -> String {
    outcome.err().map(|error| format!("{error:#}")).unwrap_or_default()
}

#[test]
fn syncing_a_folder_twice_gives_the_same_files() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    let once = fixture.snapshot()?;
    let names: Vec<_> = once.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["UPSTREAM.toml", "history.json", "openapi.json", "proto/weaviate/v1/x.proto"]);
    fixture.sync_tree("1.0.0")?;
    assert_eq!(fixture.snapshot()?, once);

    let manifest = fixture.text("UPSTREAM.toml")?;
    assert!(manifest.contains("version = \"1.0.0\"\nsource = \"tree\"\n"), "{manifest}");
    let sum = super::manifest::sha256(PROTO.as_bytes());
    assert!(manifest.contains(&format!("\"grpc/proto/v1/x.proto\" = \"{sum}\"")), "{manifest}");
    assert!(!manifest.contains(&*fixture.tree().to_string_lossy()), "{manifest}");
    Ok(())
}

#[test]
fn a_newer_release_replaces_the_contract_and_is_recorded_in_the_history() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    fs::create_dir_all(fixture.specs().join("overlay"))?;
    fs::write(fixture.specs().join("overlay/words.md"), "by hand")?;
    fs::write(fixture.specs().join("proto/weaviate/v1/stale.proto"), "syntax = \"proto3\";")?;

    fixture.release("1.1.0", r#""Thing": {}, "More": {}"#)?;
    fixture.sync_tree("1.1.0")?;
    assert!(fixture.text("history.json")?.contains("\"More\": {\"settled\":\"1.1.0\"}"));
    assert!(!fixture.text("history.json")?.contains("\"Thing\""));
    assert!(fixture.text("openapi.json")?.contains("\"More\""));
    assert_eq!(fixture.text("overlay/words.md")?, "by hand");
    assert!(!fixture.specs().join("proto/weaviate/v1/stale.proto").exists());
    assert_eq!(fs::read_dir(fixture.folder.path())?.count(), 2, "no staging folder is left");
    Ok(())
}

#[test]
fn a_preview_is_marked_and_the_next_release_replaces_it() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.release("1.0.0", r#""Thing": {}, "Lost": {}, "Back": {}"#)?;
    fixture.sync_tree("1.0.0")?;
    let released = fixture.snapshot()?;

    fixture.release("1.1.0-rc.1", r#""Thing": {}, "New": {}, "Trial": {}"#)?;
    fixture.sync_tree("v1.1.0-rc.1")?;
    let manifest = fixture.text("UPSTREAM.toml")?;
    assert!(manifest.contains("version = \"1.1.0-rc.1\"\npreview = \"1.1.0-rc.1\"\nsource = \"tree\"\n"), "{manifest}");
    let history = fixture.text("history.json")?;
    for line in
        ["\"New\": {}", "\"Trial\": {}", "\"Lost\": {\"settled\":\"1.0.0\"}", "\"covers\": [\"1.0.0\", \"1.0.0\"]"]
    {
        assert!(history.contains(line), "{line} in {history}");
    }
    assert!(!history.contains("\"Thing\""), "{history}");
    let preview = super::Preview::read(&fixture.specs())?.context("no mark of a preview")?;
    assert_eq!((preview.name(), preview.version.as_str()), ("1.1.0-rc.1", "1.1.0-rc.1"));

    // A branch replaces the release candidate.
    fixture.release("1.1.0-dev", r#""Thing": {}, "New": {}, "Back": {}"#)?;
    fixture.sync_branch("stable/v1.1")?;
    let history = fixture.text("history.json")?;
    assert!(fixture.text("UPSTREAM.toml")?.contains("preview = \"stable/v1.1\"\n"));
    assert!(history.contains("\"New\": {}") && history.contains("\"Lost\": {\"settled\""), "{history}");
    assert!(!history.contains("\"Trial\"") && !history.contains("\"Back\""), "{history}");

    fixture.release("1.1.0", r#""Thing": {}, "New": {}, "Back": {}"#)?;
    fixture.sync_tree("1.1.0")?;
    let history = fixture.text("history.json")?;
    assert!(history.contains("\"New\": {\"settled\":\"1.1.0\"}"), "{history}");
    assert!(history.contains("\"Lost\": {\"backports\":{\"1.0\":\"1.0.0\"},\"gone\":\"1.1.0\"}"), "{history}");
    assert!(super::Preview::read(&fixture.specs())?.is_none());

    // Without a preview in between the files are the same, and so are they after a return.
    let direct = Fixture::new()?;
    direct.release("1.0.0", r#""Thing": {}, "Lost": {}, "Back": {}"#)?;
    direct.sync_tree("1.0.0")?;
    assert_eq!(direct.snapshot()?, released);
    direct.release("1.1.0-rc.1", r#""Thing": {}, "New": {}"#)?;
    direct.sync_tree("1.1.0-rc.1")?;
    direct.release("1.0.0", r#""Thing": {}, "Lost": {}, "Back": {}"#)?;
    direct.sync_tree("1.0.0")?;
    assert_eq!(direct.snapshot()?, released);
    direct.release("1.1.0", r#""Thing": {}, "New": {}, "Back": {}"#)?;
    direct.sync_tree("1.1.0")?;
    assert_eq!(direct.snapshot()?, fixture.snapshot()?);
    Ok(())
}

#[test]
fn a_preview_is_refused_where_it_does_not_fit() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.release("1.1.0-rc.1", r#""Thing": {}"#)?;
    let error = message(fixture.sync_tree("1.1.0-rc.1"));
    assert!(error.contains("a history starts with a release, so sync one before a preview"), "{error}");
    fixture.release("1.0.0", r#""Thing": {}"#)?;
    fixture.sync_tree("1.0.0")?;
    let released = fixture.snapshot()?;
    fixture.release("1.1.0-rc.1", r#""Thing": {}"#)?;
    for (version, expected) in [
        (
            "1.1.0",
            "info/version is 1.1.0-rc.1, but --version is 1.1.0; pass VERSION=1.1.0-rc.1, or read the contract of 1.1.0",
        ),
        ("1.2.0-rc.1", "info/version is 1.1.0-rc.1, but --version is 1.2.0-rc.1"),
    ] {
        let error = message(fixture.sync_tree(version));
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(fixture.snapshot()?, released);

    // Marks that do not fit the contract are found by the next sync.
    fixture.sync_tree("1.1.0-rc.1")?;
    let history = fixture.text("history.json")?.replace("\"definition\": {}", "\"definition\": { \"Ghost\": {} }");
    fs::write(fixture.specs().join("history.json"), history)?;
    fixture.release("1.1.0", r#""Thing": {}"#)?;
    let error = message(fixture.sync_tree("1.1.0"));
    assert!(error.contains("the contract of the preview disagree about 1 items: definition \"Ghost\""), "{error}");
    Ok(())
}

#[test]
fn nothing_is_published_from_a_preview() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    crate::check::publishable(&fixture.specs())?;
    fixture.release("1.1.0-rc.1", r#""Thing": {}"#)?;
    fixture.sync_tree("1.1.0-rc.1")?;
    let error = message(crate::check::publishable(&fixture.specs()));
    assert!(error.contains("holds a preview, 1.1.0-rc.1, not the contract of a release"), "{error}");
    fixture.release("1.1.0-dev", r#""Thing": {}"#)?;
    fixture.sync_branch("main")?;
    let error = message(crate::check::publishable(&fixture.specs()));
    assert!(error.contains("holds a preview, main (states 1.1.0-dev), not the contract of a release"), "{error}");
    assert!(error.contains("run `make sync VERSION=<release>` and `make regen` first"), "{error}");
    fs::remove_file(fixture.specs().join("UPSTREAM.toml"))?;
    let error = message(crate::check::publishable(&fixture.specs()));
    assert!(error.contains("UPSTREAM.toml is missing"), "{error}");
    Ok(())
}

#[test]
fn an_error_leaves_specs_unchanged() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    let before = fixture.snapshot()?;
    let refused = |version: &str, expected: &str| -> Result<()> {
        let message = message(fixture.sync_tree(version));
        ensure!(message.contains(expected), "{message:?} does not contain {expected:?}");
        ensure!(fixture.snapshot()? == before, "specs changed in spite of {message:?}");
        fixture.release("1.0.0", "")
    };

    refused("2.0.0", "openapi-specs/schema.json: info/version is 1.0.0, but --version is 2.0.0; pass VERSION=1.0.0")?;
    for stated in ["abc", "", "1.0"] {
        fixture.release(stated, "")?;
        let expected =
            format!("openapi-specs/schema.json: info/version is {stated:?}; a contract has to state a release such as");
        refused("1.0.0", &expected)?;
    }
    fixture.write("openapi-specs/schema.json", &swagger("1.0.0", r#""D": { "type": "string", "minlength": 3 }"#))?;
    refused("1.0.0", "openapi-specs/schema.json#/definitions/D/minlength: unsupported key")?;
    fixture.write("openapi-specs/schema.json", "{}")?;
    refused("1.0.0", "not a Swagger 2.0 document")?;
    fixture.write("grpc/proto/v1/x.proto", "syntax = \"proto3\";\nmessage M { oops }")?;
    refused("1.0.0", "v1/x.proto:2:")?;
    fs::remove_file(fixture.tree().join("openapi-specs/schema.json"))?;
    refused("1.0.0", "openapi-specs/schema.json")?;
    fs::remove_file(fixture.tree().join("grpc/proto/v1/x.proto"))?;
    let expected = format!("{}: no proto files in grpc/proto/v1", fixture.tree().display());
    refused("1.0.0", &expected)?;
    fixture.release("0.9.0", "")?;
    refused(
        "0.9.0",
        "specs/history.json: 0.9.0 is older than 1.0.0, the first release of the history; sync 1.0.0 or a newer",
    )
}

#[test]
fn a_skipped_release_cannot_be_recorded_later() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    fixture.release("1.0.2", r#""Thing": {}, "New": {}"#)?;
    fixture.sync_tree("1.0.2")?;
    let before = fixture.snapshot()?;
    fixture.release("1.0.1", r#""Thing": {}, "New": {}"#)?;
    let error = message(fixture.sync_tree("1.0.1"));
    let expected = "specs/history.json: the history and the contract of 1.0.1 disagree about 2 items: definition \"New\", \
                    property \"New <alias>\"; if 1.0.1 was skipped or one of them was edited, restore specs/ from version control and sync the releases";
    assert!(error.contains(expected), "{error}");
    assert_eq!(fixture.snapshot()?, before);
    Ok(())
}

#[test]
fn a_lost_history_is_not_started_again() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    let path = fixture.specs().join("history.json");
    fs::remove_file(&path)?;
    let expected = format!("{} is missing, and only it has the versions of past releases; restore it", path.display());
    for error in [fixture.sync_tree("1.0.0"), fixture.sync_branch("main")].map(message) {
        assert!(error.starts_with(&expected), "{error}");
    }
    let error = crate::generate::run(&fixture.specs(), &fixture.folder.path().join("generated"));
    let error = message(error.map(|_| ()));
    assert!(error.starts_with(&expected), "{error}");
    // Whatever is left of a contract speaks against a new history.
    fs::create_dir(fixture.specs().join("overlay"))?;
    fs::remove_dir_all(fixture.specs().join("proto"))?;
    for lost in ["openapi.json", "UPSTREAM.toml"] {
        fs::remove_file(fixture.specs().join(lost))?;
        let error = message(fixture.sync_tree("1.0.0"));
        assert!(error.starts_with(&expected), "{lost}: {error}");
    }
    Ok(())
}

#[test]
fn a_file_with_a_merge_conflict_is_named_with_the_way_out() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    fixture.release("1.1.0", r#""Thing": {}"#)?;
    for name in ["openapi.json", "history.json", "UPSTREAM.toml"] {
        let path = fixture.specs().join(name);
        let whole = fixture.text(name)?;
        for (text, expected) in [
            (format!("<<<<<<< ours\n{whole}=======\n{whole}>>>>>>> theirs\n"), "has a merge conflict; "),
            ("}".to_owned(), "is damaged; restore it "),
        ] {
            fs::write(&path, text)?;
            let error = message(fixture.sync_tree("1.1.0"));
            let command = format!("git checkout {}", path.display());
            let command =
                if expected.contains("conflict") { command.replace("checkout", "checkout --ours") } else { command };
            assert!(error.contains(&format!("{} {expected}", path.display())), "{error}");
            assert!(error.contains(&command), "{command} in {error}");
        }
        fs::write(&path, whole)?;
    }
    fixture.sync_tree("1.1.0")
}

#[test]
fn the_next_sync_restores_what_an_interrupted_one_moved() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    let before = fixture.snapshot()?;
    // A run that was killed after it had moved the old files away.
    let staging = fixture.folder.path().join(".codegen-specs-1");
    let moves = super::OWNED.map(|name| format!(r#"{{ "name": "{name}", "is_new": false }}"#)).join(", ");
    fs::create_dir_all(staging.join("old"))?;
    fs::write(staging.join("moves.json"), format!("[{moves}]"))?;
    for name in super::OWNED {
        fs::rename(fixture.specs().join(name), staging.join("old").join(name))?;
    }
    fixture.release("1.1.0", r#""Thing": {}, "More": {}"#)?;
    fixture.sync_tree("1.1.0")?;
    assert!(fixture.text("history.json")?.contains("\"More\": {\"settled\":\"1.1.0\"}"));
    assert!(!staging.exists());
    fixture.release("1.0.0", r#""Thing": {}"#)?;
    fixture.sync_tree("1.0.0")?;
    assert_eq!(
        fixture.text("openapi.json")?,
        before.iter().find(|(name, _)| name == "openapi.json").context("a file")?.1
    );
    Ok(())
}

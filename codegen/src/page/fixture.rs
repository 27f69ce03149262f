//! Small repository with a contract, its generated code and the handwritten files that a page
//! reads.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::generate;
use crate::sync;

const PROTO: &str = r#"syntax = "proto3"; package weaviate.v1;
    message Request { string a = 1; }
    service Weaviate { rpc Search(Request) returns (Request); }"#;

/// Repository in the folder `tree`, and a newer contract in `upstream`.
pub struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// Creates a repository that is up to date with Weaviate 1.0.0.
    pub fn new() -> Result<Self> {
        let fixture = Self { folder: tempfile::tempdir()? };
        fixture.release("1.0.0", |_| ())?;
        fixture.sync(&fixture.tree())?;
        for (path, text) in [
            (".gitignore", "/target\n"),
            (
                "CHANGELOG.md",
                "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\nCovers the contract of Weaviate 1.0.0.\n",
            ),
            ("docs/crate.md", "Servers from 1.0.0 on; the contract is that of 1.0.0.\n"),
            ("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n"),
            ("api/weaviate.txt", "pub mod weaviate\n"),
            ("src/lib.rs", "pub fn search() {}\n"),
            (
                "docs/operations.toml",
                "[[area]]\nname = \"All\"\noperations = [\n  { operation = \"GET /things\", verbs = [\"client.list\"] },\n  \
                 { operation = \"rpc Search\", verbs = [\"client.search\"] },\n]\n",
            ),
            ("specs/overlay/docs.toml", "[operations]\n\"things.list\" = \"Lists.\"\n[rpcs]\nSearch = \"Searches.\"\n"),
            (
                "specs/overlay/behaviours.toml",
                "oldest = \"1.0.0\"\n[features]\nThings = { contract = [\"operation GET /things\"] }\n",
            ),
        ] {
            fixture.write(path, text)?;
        }
        generate::run(&fixture.tree().join("specs"), &fixture.tree().join("generated"))?;
        Ok(fixture)
    }

    pub fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub fn upstream(&self) -> PathBuf {
        self.folder.path().join("upstream")
    }

    /// Writes a file of the repository.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        write(&self.tree().join(path), text)
    }

    /// Writes a contract to `upstream`: that of 1.0.0 after a change.
    pub fn release(&self, version: &str, change: impl Fn(&mut Value)) -> Result<()> {
        let mut schema = json!({
            "swagger": "2.0", "basePath": "/v1", "info": { "title": "T", "version": version },
            "consumes": ["application/json"], "produces": ["application/json"],
            "definitions": { "Thing": { "type": "object", "properties": { "name": { "type": "string" } } } },
            "paths": { "/things": { "get": operation("things.list") } },
        });
        change(&mut schema);
        write(&self.upstream().join("openapi-specs/schema.json"), &schema.to_string())?;
        write(&self.upstream().join("grpc/proto/v1/x.proto"), PROTO)
    }

    /// Takes the contract in `upstream` into a tree.
    pub fn sync(&self, tree: &Path) -> Result<()> {
        sync::run(&sync::Args::from_folder(&self.upstream(), None, &tree.join("specs"))?)
    }

    /// Copies the repository and takes the contract in `upstream` into the copy.
    pub fn synced(&self) -> Result<PathBuf> {
        let after = self.folder.path().join("after");
        crate::preview::copy_folder(&self.tree(), &after, &[])?;
        self.sync(&after)?;
        Ok(after)
    }
}

/// Returns an operation that answers with a thing.
pub fn operation(id: &str) -> Value {
    json!({
        "operationId": id, "tags": ["things"],
        "responses": { "200": { "description": "", "schema": { "$ref": "#/definitions/Thing" } } },
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(path.parent().context("a file has a folder")?)?;
    Ok(fs::write(path, text)?)
}

//! Extracts of past contracts, small enough for the repository: a few paths and proto files of each,
//! with all that they refer to.
//!
//! The first file is a whole extract. Each later one is a JSON merge patch (RFC 7396) on the one
//! before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};

use super::Release;
use crate::sync::source::{self, Upstream};
use crate::sync::version::Version;

/// Paths of the REST contract that changed much, and that together need every fixup.
const PATHS: &[&str] = &[
    "/.well-known/openid-configuration",
    "/authz/groups/{id}/roles/{groupType}",
    "/authz/roles/{id}",
    "/authz/roles/{id}/add-permissions",
    "/backups/{backend}",
    "/batch/references",
    "/meta",
    "/schema",
    "/schema/{className}/indexes/{propertyName}",
    "/schema/{className}/properties/{propertyName}/index/{indexName}/rebuild",
    "/schema/{className}/tenants",
    "/search/{collection}/bm25",
];
const PROTOS: &[&str] = &["base.proto", "batch_delete.proto", "tenants.proto", "weaviate.proto"];
const RPCS: &[&str] = &["BatchDelete", "TenantsGet"];
/// Keys of the REST contract that are kept as they are.
const KEPT: &[&str] = &["basePath", "consumes", "info", "produces", "swagger"];
/// Sections that others refer to.
const SECTIONS: &[&str] = &["definitions", "parameters"];

/// Returns the folder of the extracts.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/contracts")
}

/// Reads the extracts in the order of their versions.
pub fn read() -> Result<Vec<Release>> {
    let mut patches = Vec::new();
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let version: Version = name.parse().with_context(|| path.display().to_string())?;
        let extract: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        patches.push((version, extract));
    }
    patches.sort_by_key(|(version, _)| *version);
    let mut extract = json!({});
    let mut releases = Vec::new();
    for (version, patch) in patches {
        merge(&mut extract, &patch);
        releases.push(Release { version, upstream: upstream(&extract)? });
    }
    Ok(releases)
}

/// Writes the extracts of the contracts, each as a patch on the one before.
pub fn write(releases: &[Release]) -> Result<()> {
    fs::create_dir_all(folder())?;
    let documents: Vec<Value> = releases
        .iter()
        .map(|release| Ok(serde_json::from_str(release.upstream.text(source::SCHEMA)?)?))
        .collect::<Result<_>>()?;
    let names = references(&documents);
    let mut before = json!({});
    for (release, document) in releases.iter().zip(&documents) {
        let extract = json!({ "rest": reduced(document, &names), "protos": protos(&release.upstream)? });
        let patch = patch(&before, &extract);
        let mut merged = before.clone();
        merge(&mut merged, &patch);
        ensure!(merged == extract, "{}: the extract cannot be written as a patch", release.version);
        let text = serde_json::to_string_pretty(&patch)? + "\n";
        fs::write(folder().join(format!("{}.json", release.version)), text)?;
        before = extract;
    }
    Ok(())
}

fn upstream(extract: &Value) -> Result<Upstream> {
    let mut files = BTreeMap::from([(source::SCHEMA.to_owned(), extract["rest"].to_string().into_bytes())]);
    for (name, text) in extract["protos"].as_object().context("an extract has protos")? {
        files.insert(format!("grpc/proto/v1/{name}"), text.as_str().unwrap_or_default().as_bytes().to_vec());
    }
    Upstream::new(files, "extract".to_owned(), None)
}

/// Returns all that the paths refer to in any release. An item that one extract has is in each extract
/// whose contract has it, as the history says.
fn references(documents: &[Value]) -> BTreeSet<String> {
    fn collect(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(entries) => entries.iter().for_each(|(key, value)| match (key.as_str(), value) {
                ("$ref", Value::String(target)) => names.extend(target.strip_prefix('#').map(str::to_owned)),
                _ => collect(value, names),
            }),
            Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for document in documents {
        PATHS.iter().filter_map(|path| document["paths"].get(path)).for_each(|path| collect(path, &mut names));
    }
    loop {
        let mut more = names.clone();
        for document in documents {
            names.iter().filter_map(|name| document.pointer(name)).for_each(|target| collect(target, &mut more));
        }
        if more == names {
            return names;
        }
        names = more;
    }
}

fn reduced(document: &Value, names: &BTreeSet<String>) -> Value {
    let select = |section: &str, keep: &dyn Fn(&str) -> bool| -> Value {
        let entries = document[section].as_object().into_iter().flatten().filter(|(name, _)| keep(name));
        Value::Object(entries.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    let mut reduced: Map<String, Value> =
        KEPT.iter().filter_map(|key| Some(((*key).to_owned(), document.get(key)?.clone()))).collect();
    reduced.insert("paths".into(), select("paths", &|path| PATHS.contains(&path)));
    for section in SECTIONS {
        reduced.insert((*section).into(), select(section, &|name| names.contains(&format!("/{section}/{name}"))));
    }
    let mut reduced = Value::Object(reduced);
    drop_nulls(&mut reduced);
    reduced
}

/// Removes nulls, such as a default, which a merge patch cannot write.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|_, value| !value.is_null());
            entries.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Returns the proto files, with the service reduced to some methods.
fn protos(upstream: &Upstream) -> Result<Value> {
    let mut protos = Map::new();
    for (path, import) in upstream.protos() {
        let name = import.rsplit('/').next().unwrap_or_default();
        if !PROTOS.contains(&name) {
            continue;
        }
        let kept = |line: &&str| {
            let line = line.trim();
            let method = line.strip_prefix("rpc ").and_then(|rest| rest.split('(').next());
            let imported = line.strip_prefix("import \"v1/").and_then(|rest| rest.split('"').next());
            method.is_none_or(|method| RPCS.contains(&method.trim()))
                && imported.is_none_or(|name| PROTOS.contains(&name))
                && !line.is_empty()
                && !line.starts_with("option ")
        };
        let lines: Vec<&str> = upstream.text(path)?.lines().filter(kept).collect();
        protos.insert(name.to_owned(), Value::String(lines.join("\n") + "\n"));
    }
    Ok(Value::Object(protos))
}

/// Returns the merge patch that makes `to` of `from`.
fn patch(from: &Value, to: &Value) -> Value {
    let (Value::Object(from), Value::Object(to)) = (from, to) else {
        return to.clone();
    };
    let removed = from.keys().filter(|key| !to.contains_key(*key)).map(|key| (key.clone(), Value::Null));
    let changed = to.iter().filter(|(key, value)| from.get(*key) != Some(value));
    let changed =
        changed.map(|(key, value)| (key.clone(), from.get(key).map_or(value.clone(), |old| patch(old, value))));
    Value::Object(removed.chain(changed).collect())
}

/// Applies a merge patch.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(entries) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            entries.remove(key);
        } else {
            merge(entries.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

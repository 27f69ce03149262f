//! Files: their length and their names.

use std::collections::BTreeMap;
use std::fs;

use super::source::relative;
use super::{files, list, root};

const LINES: usize = 500;

/// File names that occur more than once in `src/`: the folders, and why.
const TWICE: &[(&str, &[&str], &str)] = &[
    ("builder.rs", &["client", "client/embedded"], "the builders of the two kinds of client"),
    ("cache.rs", &["auth", "client/embedded"], "of tokens, and of downloaded servers"),
    ("call.rs", &["", "transport/grpc"], "what a call is, and the same as a future of gRPC"),
    ("collection.rs", &["", "wire/schema"], LAYERS),
    ("collections.rs", &["", "operations"], LAYERS),
    ("consistency.rs", &["values/types", "wire"], LAYERS),
    ("delete_many.rs", &["operations", "requests/data"], LAYERS),
    ("environment.rs", &["client", "client/embedded"], "of the client, and of the server it starts"),
    ("insert_many.rs", &["operations", "requests/data"], LAYERS),
    ("keyword.rs", &["requests/query", "wire"], LAYERS),
    ("meta.rs", &["values/server", "wire"], LAYERS),
    ("near.rs", &["requests/query", "values/query"], LAYERS),
    ("object.rs", &["values/properties", "wire", "wire/properties"], "object properties, and whole objects"),
    ("objects.rs", &["operations", "requests/iterate"], LAYERS),
    ("property.rs", &["values/schema", "wire/schema"], LAYERS),
    ("property_index.rs", &["requests/config", "values/schema"], LAYERS),
    ("reference.rs", &["values/data", "values/query"], "written, and read"),
    ("references.rs", &["operations", "requests/data", "wire"], LAYERS),
    ("search.rs", &["operations", "wire"], LAYERS),
    ("server.rs", &["client/embedded", "operations"], "the process, and the operations of any server"),
    ("source.rs", &["client/embedded", "requests/iterate"], "of a binary, and of pages"),
    ("tenants.rs", &["operations", "requests/iterate", "wire"], LAYERS),
    ("tls.rs", &["options", "transport/connection"], LAYERS),
    ("value.rs", &["values/properties", "wire/properties"], LAYERS),
    ("vector.rs", &["values/types", "wire", "wire/schema"], LAYERS),
    ("version.rs", &["transport", "values/server"], LAYERS),
    ("wait.rs", &["", "requests/tenants"], "the loop, and the call that polls with it"),
];
const LAYERS: &str = "the same subject in several layers, each of which is a folder";

/// A file too long to take in at once is two files.
#[test]
fn handwritten_files_are_short() {
    let mut long = Vec::new();
    let mut longest = (0, String::new());
    for path in files(&root(), ".rs").iter().filter(|path| !path.starts_with(root().join("generated"))) {
        let lines = fs::read_to_string(path).unwrap().lines().count();
        longest = longest.max((lines, relative(path)));
        if lines > LINES {
            long.push(format!("{}: {lines}", relative(path)));
        }
    }
    println!("files: the longest is {} with {} lines", longest.1, longest.0);
    assert!(long.is_empty(), "longer than {LINES} lines:\n{}", list(&long));
}

/// `mod.rs` and `tests.rs` are named by their folder, and what is in `tests/` by what it tests. `api/` is named by the
/// modules that users see.
#[test]
fn file_names_in_src_are_unique() {
    let src = root().join("src");
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files(&src, ".rs") {
        let folder = path.strip_prefix(&src).unwrap().parent().unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name != "mod.rs" && name != "tests.rs" && !folder.ends_with("tests") && !folder.ends_with("api") {
            by_name.entry(name).or_default().push(folder.display().to_string());
        }
    }
    for folders in by_name.values_mut() {
        folders.sort();
    }
    by_name.retain(|_, folders| folders.len() > 1);
    println!("files: {} names occur more than once in src/", by_name.len());
    let allowed: BTreeMap<String, Vec<String>> = TWICE
        .iter()
        .map(|(name, folders, _)| ((*name).to_owned(), folders.iter().map(|folder| (*folder).to_owned()).collect()))
        .collect();
    assert_eq!(by_name, allowed, "left: the folders of names in src/ that are not unique; right: TWICE");
}

//! Files: their length and their names.

use std::collections::BTreeMap;
use std::fs;

use syn::{Item, ItemEnum, ItemStruct, ItemTrait};

use super::source::relative;
use super::{files, list, root};

const LINES: usize = 500;

/// File names that occur more than once in `src/`, with their folders: the same subject in several
/// layers, each of which is a folder.
const TWICE: &[(&str, &[&str])] = &[
    ("aggregate.rs", &["operations", "wire"]),
    ("collection.rs", &["", "wire/schema"]),
    ("collections.rs", &["", "operations"]),
    ("consistency.rs", &["values/types", "wire"]),
    ("delete_many.rs", &["operations", "requests/data"]),
    ("insert_many.rs", &["operations", "requests/data"]),
    ("keyword.rs", &["requests/query", "wire"]),
    ("meta.rs", &["values/server", "wire"]),
    ("near.rs", &["requests/query", "wire"]),
    ("nodes.rs", &["operations", "transport/run"]),
    ("objects.rs", &["operations", "requests/iterate"]),
    ("property_index.rs", &["requests/config", "values/schema"]),
    ("ranking.rs", &["requests/query", "wire"]),
    ("references.rs", &["operations", "requests/data", "wire"]),
    ("search.rs", &["operations", "wire"]),
    ("selection.rs", &["values/properties", "wire"]),
    ("targets.rs", &["values/query", "wire"]),
    ("tenants.rs", &["operations", "requests/iterate", "wire"]),
    ("tls.rs", &["options", "transport/connection"]),
    ("vector.rs", &["values/types", "wire"]),
];

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
        .map(|(name, folders)| ((*name).to_owned(), folders.iter().map(|folder| (*folder).to_owned()).collect()))
        .collect();
    assert_eq!(by_name, allowed, "left: the folders of names in src/ that are not unique; right: TWICE");
}

/// Two types of one name make a reader look up which is meant. `Inner` is the idiom for the shared part of a handle.
#[test]
fn type_names_in_src_are_unique() {
    let src = root().join("src");
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files(&src, ".rs") {
        if path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        for item in syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap().items {
            let (Item::Struct(ItemStruct { ident, .. })
            | Item::Enum(ItemEnum { ident, .. })
            | Item::Trait(ItemTrait { ident, .. })) = item
            else {
                continue;
            };
            by_name.entry(ident.to_string()).or_default().push(relative(&path));
        }
    }
    assert!(by_name.len() > 200, "found {} types only", by_name.len());
    by_name.retain(|name, files| name != "Inner" && files.len() > 1);
    assert!(by_name.is_empty(), "types of one name: {by_name:#?}");
}

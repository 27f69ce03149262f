//! The names at the root of the crate.

use std::fs;

use syn::{Item, UseTree, Visibility};

use super::root;

/// A newcomer reads them all on one page.
const NAMES: usize = 25;

#[test]
fn the_root_has_few_names() {
    let file = syn::parse_file(&fs::read_to_string(root().join("src/lib.rs")).unwrap()).unwrap();
    let mut names = Vec::new();
    for item in &file.items {
        match item {
            Item::Mod(it) if matches!(it.vis, Visibility::Public(_)) => names.push(it.ident.to_string()),
            Item::Use(it) if matches!(it.vis, Visibility::Public(_)) => leaves(&it.tree, &mut names),
            _ => {}
        }
    }
    names.sort();
    println!("root: {} names: {}", names.len(), names.join(", "));
    assert!(names.len() <= NAMES, "{} names at the root, more than {NAMES}", names.len());
    assert!(!names.iter().any(|name| name == "*"), "a glob hides how many names there are");
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        UseTree::Glob(_) => names.push("*".to_owned()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
    }
}

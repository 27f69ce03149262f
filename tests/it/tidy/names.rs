//! The names at the root of the crate.

use std::fs;

use syn::{Item, UseTree, Visibility};

use super::root;

/// Types at the root: what every program begins with.
const TYPES: usize = 10;
/// Modules at the root, one for each subject. A newcomer reads them all on one page.
const MODULES: usize = 20;

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
    let (types, modules): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.starts_with(char::is_uppercase));
    assert!(types.len() <= TYPES, "{} types at the root, more than {TYPES}", types.len());
    assert!(modules.len() <= MODULES, "{} modules at the root, more than {MODULES}", modules.len());
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

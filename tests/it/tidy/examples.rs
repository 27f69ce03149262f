//! What a newcomer meets has an example.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::Tree;
use super::source::{Documented, Kind, documented};
use super::{list, reporting};

/// An item, and the item whose example shows it.
const SHOWN_ELSEWHERE: &[(&str, &str)] = &[];

/// Modules of the public API whose types need an example, and their methods too.
const MODULES: &[&str] = &["query", "data", "tenants", "iterate"];
/// Types that need an example, and their methods too.
const TYPES: &[&str] = &["Client", "ClientBuilder", "Collection", "Collections", "Filter", "Error"];
/// Types that need an example, and their constructors too.
const CONSTRUCTED: &[&str] = &["CollectionConfig", "Property", "VectorConfig"];
/// Macros whose methods are those of the types above.
const MACROS: &[&str] =
    &["call_options!", "near_options!", "scope_options!", "draft_options!", "reference_options!", "vector_selection!"];

#[test]
fn what_a_newcomer_meets_has_an_example() {
    let (tree, all) = (Tree::of("src"), documented(&["src"]));
    let mut whole: BTreeSet<String> = TYPES.iter().map(|name| (*name).to_owned()).collect();
    whole.extend(tree.exports("client").iter().cloned());
    whole.extend(MODULES.iter().flat_map(|module| tree.exports(&format!("api::{module}"))).cloned());
    let mut alone: BTreeSet<String> = CONSTRUCTED.iter().map(|name| (*name).to_owned()).collect();
    alone.extend(tree.exports("prelude").iter().cloned());

    let needed: Vec<_> = all
        .iter()
        .filter(|item| match item.kind {
            Kind::Type | Kind::Function => whole.contains(&item.name) || alone.contains(&item.name),
            Kind::Method => {
                whole.contains(&item.owner)
                    || MACROS.contains(&item.owner.as_str())
                    || (item.constructor && CONSTRUCTED.contains(&item.owner.as_str()))
            }
            Kind::Module | Kind::Other => false,
        })
        .collect();
    let known: BTreeSet<_> = needed.iter().map(|item| item.name.as_str()).collect();
    let unknown: Vec<_> = whole.union(&alone).filter(|name| !known.contains(name.as_str())).collect();
    println!("examples: not handwritten here, or made by macros: {unknown:?}");

    let mut by_path: BTreeMap<String, Vec<&Documented>> = BTreeMap::new();
    for item in &all {
        by_path.entry(item.path()).or_default().push(item);
    }
    for (shown, by) in SHOWN_ELSEWHERE {
        let example = by_path.get(*by).into_iter().flatten().find(|item| item.has_example());
        let example = example.unwrap_or_else(|| panic!("{by} has no example, and {shown} relies on it"));
        let name = shown.rsplit("::").next().unwrap();
        assert!(example.example().iter().any(|line| line.contains(name)), "the example of {by} does not use {shown}");
        assert!(
            needed.iter().any(|item| item.path() == *shown && !item.has_example()),
            "{shown} needs no entry: it is gone, or has an example of its own"
        );
    }

    let missing: Vec<_> = needed
        .iter()
        .filter(|item| !item.has_example() && !shown_by_its_type(item, &by_path))
        .filter(|item| SHOWN_ELSEWHERE.iter().all(|(shown, _)| *shown != item.path()))
        .map(|item| format!("{}:{}: {}", item.file, item.line, item.path()))
        .collect();
    println!("examples: {} of {} types and methods have none", missing.len(), needed.len());
    reporting("missing examples", &missing);
    reporting("missing examples that another example may show", &candidates(&all, &needed));
    assert!(missing.is_empty(), "{} types and methods without an example:\n{}", missing.len(), list(&missing));
}

/// Whether the example of the type calls the method: it is on the same page.
fn shown_by_its_type(item: &Documented, by_path: &BTreeMap<String, Vec<&Documented>>) -> bool {
    let calls = [format!(".{}(", item.name), format!("{}::{}(", item.owner, item.name)];
    let types = by_path.get(&item.owner).into_iter().flatten();
    item.kind == Kind::Method
        && types.flat_map(|of| of.example()).any(|line| calls.iter().any(|call| line.contains(call)))
}

/// Items without an example, and what uses a method of their name in an example: material for [`SHOWN_ELSEWHERE`].
fn candidates(all: &[Documented], needed: &[&Documented]) -> Vec<String> {
    let mut found = Vec::new();
    for item in needed.iter().filter(|item| !item.has_example()) {
        let call = if item.kind == Kind::Method { format!(".{}(", item.name) } else { item.name.clone() };
        let constructor = format!("{}::{}(", item.owner, item.name);
        let uses = |other: &&Documented| {
            other.example().iter().any(|line| line.contains(&call) || line.contains(&constructor))
        };
        let by: Vec<_> = all.iter().filter(uses).map(Documented::path).collect();
        if !by.is_empty() {
            found.push(format!("{}:{}: {} by {}", item.file, item.line, item.path(), by.join(", ")));
        }
    }
    found
}

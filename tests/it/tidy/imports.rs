//! The direction of imports between the folders of `src/` and of `emulator/src/`.

use std::collections::{BTreeMap, BTreeSet};

use super::list;
use super::modules::{Module, Tree};

/// Each module of the root, and those that it may name.
type Layers = &'static [(&'static str, &'static [&'static str])];

/// The layers of `src/`. `lib.rs`, `api/` and `prelude.rs` re-export, and may name everything.
const LAYERS: Layers = &[
    ("error", &[]),
    ("values", &["error"]),
    ("options", &["error"]),
    ("wait", &["error", "values"]),
    ("auth", &["error", "options", "values"]),
    ("call", &["error", "options", "values"]),
    ("wire", &["error", "values"]),
    ("transport", &["auth", "call", "error", "options", "values"]),
    ("operations", &["call", "error", "options", "transport", "values", "wait", "wire"]),
    ("scope", &["call", "error", "transport", "values"]),
    ("requests", &["call", "error", "operations", "options", "scope", "transport", "values", "wait", "wire"]),
    ("collection", &["error", "options", "requests", "scope", "transport", "values", "wait"]),
    ("collections", &["call", "collection", "error", "operations", "transport", "values", "wire"]),
    (
        "client",
        &[
            "auth",
            "collection",
            "collections",
            "error",
            "operations",
            "options",
            "requests",
            "transport",
            "values",
            "wait",
        ],
    ),
];

/// The layers of `emulator/src/`: the engine knows neither callers nor protocols nor faults.
const EMULATOR_LAYERS: Layers = &[
    ("engine", &["config"]),
    ("access", &["config", "engine"]),
    ("faults", &["connections", "requests"]),
    ("emulated", &["access", "config", "engine", "faults", "requests"]),
    ("protocols", &["access", "config", "connections", "emulated", "engine", "faults", "requests"]),
    ("ports", &["connections", "emulated", "faults", "protocols"]),
    ("builder", &["config"]),
    ("server", &["builder", "connections", "emulated", "engine", "faults", "ports", "protocols", "requests"]),
];

/// The layers of `emulator/src/engine/`: definitions are known without objects, and both without a search.
const ENGINE_LAYERS: Layers = &[
    ("engine::go", &[]),
    ("engine::letter_case", &[]),
    ("engine::named_vector", &[]),
    ("engine::schema", &["config", "engine::go", "engine::letter_case"]),
    ("engine::providers", &["config", "engine::named_vector", "engine::schema"]),
    (
        "engine::store",
        &["config", "engine::go", "engine::letter_case", "engine::named_vector", "engine::providers", "engine::schema"],
    ),
    ("engine::search", &["engine::go", "engine::named_vector", "engine::providers", "engine::schema", "engine::store"]),
];

/// The re-exports: no other module names them.
const FACADE: &[&str] = &["api", "prelude"];

/// Folders whose modules are looked at one by one, too.
const FOLDERS: &[&str] = &["values", "requests", "wire", "transport", "operations", "client"];

/// How many modules may need each other.
const CYCLE: usize = 4;

/// Larger cycles, by their members, and why they stay.
const LARGER: &[(&[&str], &str)] = &[];

/// Edges, and the first line that has each.
type Edges = BTreeMap<(String, String), String>;

fn edges(tree: &Tree, node: impl Fn(&Module) -> String) -> Edges {
    let mut edges = Edges::new();
    for named in &tree.named {
        let Some(resolved) = tree.resolve(&named.from, &named.path) else { continue };
        // A module that hands on what is within it does not depend on it.
        if named.reexport && resolved.module.starts_with(&named.from) {
            continue;
        }
        let (from, to) = (node(&named.from), node(&resolved.module));
        let facade = from.is_empty() || FACADE.contains(&from.as_str());
        if from != to && !facade {
            let place = format!("{}:{} {}", named.from.join("/"), named.line, named.path.join("::"));
            edges.entry((from, to)).or_insert(place);
        }
    }
    edges
}

fn top(module: &Module) -> String {
    module.first().cloned().unwrap_or_default()
}

fn second(module: &Module) -> String {
    match module.as_slice() {
        [folder, child, ..] if FOLDERS.contains(&folder.as_str()) => format!("{folder}::{child}"),
        _ => top(module),
    }
}

/// The folders of the emulator's engine one by one, apart from the module that holds them.
fn in_engine(module: &Module) -> String {
    match module.as_slice() {
        [engine, child, ..] if engine == "engine" => format!("engine::{child}"),
        _ => top(module),
    }
}

#[test]
fn imports_follow_the_layers() {
    check_layers("src", LAYERS, &edges(&Tree::of("src"), top));
}

#[test]
fn imports_of_the_emulator_follow_its_layers() {
    check_layers("emulator/src", EMULATOR_LAYERS, &edges(&Tree::of("emulator/src"), top));
}

#[test]
fn imports_of_the_engine_follow_its_layers() {
    let mut edges = edges(&Tree::of("emulator/src"), in_engine);
    edges.retain(|(from, _), _| from.starts_with("engine::"));
    check_layers("emulator/src/engine", ENGINE_LAYERS, &edges);
}

#[expect(clippy::print_stdout, reason = "the report is for people")]
fn check_layers(src: &str, layers: Layers, edges: &Edges) {
    let allowed: BTreeSet<(String, String)> =
        layers.iter().flat_map(|(from, to)| to.iter().map(|to| ((*from).to_owned(), (*to).to_owned()))).collect();
    let mut by_module: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in edges.keys() {
        by_module.entry(from).or_default().push(to);
    }
    for (from, to) in by_module {
        println!("imports of {src}: {from} -> {}", to.join(", "));
    }
    let wrong: Vec<_> = edges
        .iter()
        .filter(|(edge, _)| !allowed.contains(edge))
        .map(|((from, to), place)| format!("{from} -> {to}, first at {place}"))
        .collect();
    assert!(wrong.is_empty(), "against the layers:\n{}", list(&wrong));
    let unused: Vec<_> = allowed.iter().filter(|edge| !edges.contains_key(edge)).collect();
    assert!(unused.is_empty(), "the layers of {src} allow what is not there: {unused:?}");
}

/// A path through the public modules hides which layer it leads to.
#[test]
fn the_facade_is_for_users_alone() {
    let tree = Tree::of("src");
    let mut wrong = Vec::new();
    for named in &tree.named {
        let from = top(&named.from);
        if from.is_empty() || FACADE.contains(&from.as_str()) {
            continue;
        }
        let Some(resolved) = tree.resolve(&named.from, &named.path) else { continue };
        if resolved.through.iter().chain([&resolved.module]).any(|module| FACADE.contains(&top(module).as_str())) {
            wrong.push(format!("{}:{} {}", named.from.join("/"), named.line, named.path.join("::")));
        }
    }
    assert!(wrong.is_empty(), "these go through the public modules:\n{}", list(&wrong));
}

#[test]
fn cycles_of_modules_are_small() {
    let tree = Tree::of("src");
    let mut large = Vec::new();
    for (title, edges) in [("top", edges(&tree, top)), ("second", edges(&tree, second))] {
        let cycles = cycles(&edges);
        let sizes: Vec<_> = cycles.iter().map(|cycle| cycle.len().to_string()).collect();
        println!("cycles, {title} level: {} ({})", cycles.len(), sizes.join(", "));
        for cycle in cycles {
            println!("    {}: {}", cycle.len(), cycle.join(", "));
            if std::env::var_os("TIDY_REPORT").is_some() {
                for ((from, to), place) in &edges {
                    if cycle.contains(from) && cycle.contains(to) {
                        println!("        {from} -> {to}, first at {place}");
                    }
                }
            }
            if cycle.len() > CYCLE && LARGER.iter().all(|(members, _)| *members != cycle.as_slice()) {
                large.push(format!("{title} level: {}", cycle.join(", ")));
            }
        }
    }
    assert!(large.is_empty(), "more than {CYCLE} modules need each other:\n{}", list(&large));
}

/// The strongly connected components of more than one node, the largest first.
fn cycles(edges: &Edges) -> Vec<Vec<String>> {
    let mut reach: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges.keys() {
        reach.entry(from).or_default().insert(to);
        reach.entry(to).or_default();
    }
    let nodes: Vec<_> = reach.keys().copied().collect();
    for via in &nodes {
        let beyond = reach[via].clone();
        for from in &nodes {
            if reach[from].contains(via) {
                reach.get_mut(from).unwrap().extend(&beyond);
            }
        }
    }
    let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
    for node in &nodes {
        let cycle: Vec<_> =
            nodes.iter().filter(|other| reach[*node].contains(**other) && reach[**other].contains(node)).collect();
        if cycle.len() > 1 {
            found.insert(cycle.into_iter().map(|node| (*node).to_owned()).collect());
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|cycle| std::cmp::Reverse(cycle.len()));
    found
}

#[test]
fn a_cycle_is_found() {
    let edges: Edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")]
        .into_iter()
        .map(|(from, to)| ((from.to_owned(), to.to_owned()), String::new()))
        .collect();
    assert_eq!(cycles(&edges), [["a", "b", "c"]]);
}

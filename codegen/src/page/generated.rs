//! Section of the page about generated files: what each adds, removes and changes.

use std::collections::{BTreeMap, BTreeSet};

use super::rust_items::{Difference, Items, Key};
use crate::generate::output::FileSet;
use crate::markdown::{Document, code, counted, names};

/// Number of names of one kind that a line lists.
const MAX_NAMES: usize = 8;

/// Adds a line for each file that differs.
pub fn add_to(document: &mut Document, old: &FileSet, new: &FileSet) {
    let lines = lines(old, new);
    if lines.is_empty() {
        document.paragraph("No change.");
    } else {
        document.paragraph(format!("{} differ.", counted(lines.len(), "file")));
        document.list(lines);
    }
}

fn lines(old: &FileSet, new: &FileSet) -> Vec<String> {
    let paths: BTreeSet<&str> = old.iter().chain(new.iter()).map(|(path, _)| path).collect();
    let line = |path: &str| {
        let (before, after) = (old.get(path), new.get(path));
        let state = match (before, after) {
            (None, Some(_)) => "new file, ",
            (Some(_), None) => "removed file, ",
            _ if before == after => return None,
            _ => "",
        };
        let change = change(path, before.unwrap_or_default(), after.unwrap_or_default());
        Some(format!("{}: {state}{change}", code(path)))
    };
    paths.into_iter().filter_map(line).collect()
}

/// Describes the change of a file in one line.
fn change(path: &str, before: &str, after: &str) -> String {
    let items = |text: &str| match path.rsplit_once('.') {
        Some((_, "rs")) => Items::of_rust(text),
        _ => Ok(Items::of_inventory(text)),
    };
    let (Ok(old), Ok(new)) = (items(before), items(after)) else {
        return "not parsed as Rust".to_owned();
    };
    let difference = old.difference(&new);
    if difference.is_empty() {
        return "only comments, order or layout".to_owned();
    }
    let Difference { added, removed, changed } = difference;
    let parts = [("added", added), ("removed", removed), ("changed", changed)].into_iter();
    let parts = parts.filter(|(_, keys)| !keys.is_empty()).map(|(title, keys)| format!("{title} {}", listed(&keys)));
    parts.collect::<Vec<_>>().join("; ")
}

/// Lists items by kind: ``2 structs `A`, `B`, 1 field `C.d` ``.
fn listed(keys: &[Key]) -> String {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in keys {
        kinds.entry(key.noun).or_default().push(&key.name);
    }
    let kind = |(noun, found): (&str, Vec<&str>)| {
        format!("{} ({})", counted(found.len(), noun), names(found.iter().copied(), MAX_NAMES))
    };
    kinds.into_iter().map(kind).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> FileSet {
        let mut files = FileSet::default();
        for (path, body) in entries {
            files.rust(*path, body);
        }
        files
    }

    #[test]
    fn each_file_that_differs_has_a_line() {
        let many = (0..9).map(|index| format!("pub struct S{index};")).collect::<Vec<_>>().join("\n");
        let old = files(&[
            ("src/a.rs", "pub struct A { pub x: u8 } impl Client { fn get() {} }"),
            ("src/gone.rs", "fn f() {}"),
            ("src/layout.rs", "const A: u8 = 1;\nconst B: u8 = 2;"),
            ("src/same.rs", "fn same() {}"),
            ("src/text.rs", "not Rust"),
        ]);
        let new = files(&[
            ("src/a.rs", "pub struct A { pub x: u8, pub y: u8, pub z: u8 } impl Client { fn put() {} }"),
            ("src/layout.rs", "const B: u8 = 2;\n\nconst A: u8 = 1;"),
            ("src/many.rs", &many),
            ("src/same.rs", "fn same() {}"),
            ("src/text.rs", "no Rust"),
        ]);
        assert_eq!(
            lines(&old, &new),
            [
                "`src/a.rs`: added 2 fields (`A.y`, `A.z`), 1 method (`Client::put`); removed 1 method (`Client::get`)",
                "`src/gone.rs`: removed file, removed 1 function (`f`)",
                "`src/layout.rs`: only comments, order or layout",
                "`src/many.rs`: new file, added 9 structs (`S0`, `S1`, `S2`, `S3`, `S4`, `S5`, `S6`, `S7` and 1 more)",
                "`src/text.rs`: not parsed as Rust",
            ]
        );
        let mut document = Document::default();
        add_to(&mut document, &old, &old);
        assert_eq!(document.render(), "No change.\n");
    }
}

//! Checksums of the recordings and of their marks: the committed lists, and what the files give now.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::replay::scenario::{folder, index};

/// Checksums of the recordings.
pub(crate) const FILES: &str = "SHA256SUMS";
/// Checksums of the marks of each recording.
pub(crate) const MARKS: &str = "MARKS";

pub(crate) fn committed(list: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join(list)).expect("the list is readable");
    let entry = |line: &str| line.split_once("  ").map(|(sum, name)| (name.to_owned(), sum.to_owned()));
    text.lines().map(|line| entry(line).expect("a line is a checksum and a name")).collect()
}

pub(crate) fn of_files() -> BTreeMap<String, String> {
    let sum = |name: String| {
        let bytes = std::fs::read(folder().join(&name)).expect("a recording is readable");
        (name, hex(&bytes))
    };
    let entries = std::fs::read_dir(folder()).expect("the folder is readable");
    let names = entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned());
    let is_recording =
        |name: &String| Path::new(name).extension().is_some_and(|e| e == "jsonl") || name == "index.json";
    names.filter(is_recording).map(sum).collect()
}

/// The marks alone, so that a new recording cannot loosen the comparison.
pub(crate) fn of_marks() -> BTreeMap<String, String> {
    let sum = |name: String| {
        let text = std::fs::read_to_string(folder().join(format!("{name}.jsonl"))).expect("a recording is readable");
        let marks: String = text
            .lines()
            .map(|line| {
                let step: Value = serde_json::from_str(line).expect("a line is JSON");
                let list = |key: &str| step.get(key).cloned().unwrap_or_else(|| json!([]));
                let marks = [list("volatile"), list("unordered"), list("approx")];
                json!([step["step"], marks]).to_string() + "\n"
            })
            .collect();
        (name, hex(marks.as_bytes()))
    };
    index().into_keys().map(sum).collect()
}

pub(crate) fn write(list: &str, sums: &BTreeMap<String, String>) {
    let mut text = String::new();
    for (name, sum) in sums {
        let _ = writeln!(text, "{sum}  {name}");
    }
    std::fs::write(folder().join(list), text).expect("the list can be written");
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

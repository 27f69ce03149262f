//! Checks of the contract before progenitor, typify and prost see it.
//!
//! Those tools panic on what they do not support, or write code that does not compile. The checks
//! name the place in the contract and the way out instead. The REST part is prepared for progenitor
//! at the same time: schemas without a type become JSON, and names get a form that cannot collide.

mod arguments;
mod contradictions;
pub mod enum_values;
mod names;
mod operations;
pub mod protos;
mod schemas;

use anyhow::bail;
use serde_json::Value;

pub use arguments::without_marks;
pub use names::{INNER, contents, is_identifier, method_name, type_name};

/// Faults of the contract.
#[derive(Debug, Default)]
struct Problems(Vec<String>);

impl Problems {
    /// Adds a fault at a place: a JSON pointer or a proto symbol.
    fn add(&mut self, place: impl AsRef<str>, what: impl AsRef<str>, way_out: &str) {
        self.0.push(format!("{}: {}; {way_out}", place.as_ref(), what.as_ref()));
    }

    /// Fails if there are any faults, with all of them.
    fn result(mut self) -> anyhow::Result<()> {
        self.0.sort();
        self.0.dedup();
        match self.0.as_slice() {
            [] => Ok(()),
            [problem] => bail!("cannot generate code for {problem}"),
            problems => bail!("cannot generate code for {} places:\n- {}", problems.len(), problems.join("\n- ")),
        }
    }
}

/// Returns the pointer to the root of the contract.
fn root() -> String {
    "openapi.json#".to_owned()
}

/// Returns the pointer to a member.
fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Checks the corrected contract, and returns the form that progenitor reads.
///
/// # Errors
///
/// Fails with all faults, each with its JSON pointer and the way out.
pub fn prepare(corrected: &Value) -> anyhow::Result<Value> {
    let mut prepared = corrected.clone();
    let mut problems = Problems::default();
    schemas::prepare(&mut prepared, &mut problems);
    operations::check(&prepared, &mut problems);
    names::check(&prepared, &mut problems);
    arguments::rename(&mut prepared, &mut problems);
    problems.result()?;
    enum_values::encode(&mut prepared);
    Ok(prepared)
}

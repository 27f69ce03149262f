//! Generation of field numbers, for messages that the client reads and writes in place.
//!
//! Property values are read from the encoded reply straight into the caller's type, and written
//! the same way. The numbers are all that the client needs of these messages then.

use anyhow::Context as _;
use prost_types::{DescriptorProto, FileDescriptorSet};

use super::output::FileSet;

/// Module of the numbers.
pub const MODULE: &str = "field_number";

/// Messages whose numbers are generated.
const MESSAGES: &[&str] = &["Properties", "Value", "ListValue"];

/// Generates the module, if the contract has the messages.
pub fn emit(descriptors: &FileDescriptorSet, files: &mut FileSet) -> anyhow::Result<bool> {
    // Google has messages of the same names.
    let files_of_contract = descriptors.file.iter().filter(|file| !file.name().starts_with("google/"));
    let all = files_of_contract.flat_map(|file| &file.message_type);
    let found: Vec<&DescriptorProto> = all.filter(|message| MESSAGES.contains(&message.name())).collect();
    if found.is_empty() {
        return Ok(false);
    }
    let mut text = String::from("//! Field numbers of messages that the client reads and writes in place.\n");
    for message in found {
        text.push_str(&format!("\n/// `{}`.\npub mod {} {{\n", message.name(), snake_case(message.name())));
        for field in &message.field {
            let number = u32::try_from(field.number()).with_context(|| format!("{} has no number", field.name()))?;
            text.push_str(&format!("    pub const {}: u32 = {number};\n", field.name().to_uppercase()));
        }
        text.push_str("}\n");
    }
    files.rust(format!("src/grpc/{MODULE}.rs"), &text);
    Ok(true)
}

fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

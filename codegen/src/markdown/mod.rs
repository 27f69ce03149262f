//! Markdown for pages that quote a contract: code spans that no name can break out of, and
//! documents made of blocks.

mod document;
mod spans;

pub use document::Document;
pub use spans::{code, counted};

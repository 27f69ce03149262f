//! Markdown for pages that quote a contract: code spans that no name can break out of, and
//! documents of limited length.

mod document;
mod spans;

pub use document::{Document, Limits};
pub use spans::{code, counted, names};

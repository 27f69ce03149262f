//! Embedders: models of the caller that turn text into vectors.

mod embedder;
mod object_embedding;

pub use embedder::Embedder;
pub(crate) use embedder::{SharedEmbedder, ToEmbed};
pub use object_embedding::Embed;

//! In-process Weaviate.

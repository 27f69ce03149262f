//! Rust client for the Weaviate vector database.

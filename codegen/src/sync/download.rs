//! The source archive of a tag from Weaviate's public repository.

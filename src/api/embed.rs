//! Embeddings by a model of the caller: [`Embedder`] turns text into vectors, [`Embed`] gives them to
//! objects.
//!
//! A collection with a [vectorizer module](crate::schema::modules) needs none of it: its server asks
//! the model. See Weaviate's page on
//! [bring your own vectors](https://docs.weaviate.io/weaviate/starter-guides/custom-vectors).
//!
//! ```no_run
//! use weaviate::prelude::*;
//!
//! # async fn model(_: Vec<String>) -> std::io::Result<Vec<Vec<f32>>> { Ok(vec![]) }
//! # async fn example(articles: Collection) -> weaviate::Result<()> {
//! let hits = articles.query().near_text_with(model, "snowy owl").limit(5).await?;
//! # Ok(())
//! # }
//! ```

pub use crate::values::embed::{Embed, Embedder};

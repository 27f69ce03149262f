//! Iteration over all objects of a collection or of its tenants, with a cursor.
//!
//! [`Collection::iterate`](crate::Collection::iterate) returns an [`Iterate`] request. Its stream
//! fetches the objects page by page, in the order of their ids. A [`ResumeToken`] stores its
//! position.
//!
//! ```no_run
//! use weaviate::prelude::*;
//!
//! # async fn example(client: Client) -> weaviate::Result<()> {
//! let mut all = client.collection("Article").iterate().stream();
//! while let Some(article) = all.next().await {
//!     println!("{}", article?.id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! See [read all objects](https://docs.weaviate.io/weaviate/manage-objects/read-all-objects) in
//! Weaviate's documentation.

pub use crate::requests::iterate::{Iterate, IterateTenants, Objects, ResumeToken, TenantHit, TenantObjects};

//! The server: version, features that depend on it, modules and limits.
//!
//! ```no_run
//! use weaviate::server::{Feature, ServerVersion};
//!
//! # async fn example(client: weaviate::Client) -> weaviate::Result<()> {
//! let meta = client.meta().await?;
//! assert!(meta.server_version() >= Some(&ServerVersion::MINIMUM));
//! if !client.supports(Feature::GrpcWeb).await? {
//!     println!("Weaviate {} has no gRPC-Web", meta.version());
//! }
//! # Ok(())
//! # }
//! ```

pub use crate::values::server::{Feature, Meta, ServerVersion};

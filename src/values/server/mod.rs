//! Version, features and limits of a server.

mod feature;
mod meta;
mod version;

pub use feature::Feature;
pub use meta::Meta;
pub use version::ServerVersion;

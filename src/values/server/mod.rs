//! What a server tells about itself: version, features, limits.

mod feature;
mod meta;
mod version;

pub use feature::Feature;
pub use meta::Meta;
pub use version::ServerVersion;

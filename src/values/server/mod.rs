//! Version, features, limits and readiness of a server.

mod feature;
mod meta;
mod readiness;
mod version;

pub use feature::Feature;
pub use meta::Meta;
pub use readiness::Readiness;
pub use version::ServerVersion;

//! Points on Earth.

use serde::{Deserialize, Serialize};

/// A point on Earth: the data type `geoCoordinates`.
///
/// The server keeps both numbers as 32-bit floats, hence the type here.
///
/// ```
/// use weaviate::types::GeoCoordinates;
///
/// let zurich = GeoCoordinates::new(47.3769, 8.5417);
/// assert_eq!(zurich.latitude, 47.3769);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "$weaviate::GeoCoordinates")]
pub struct GeoCoordinates {
    /// Degrees north of the equator, −90 to 90.
    pub latitude: f32,
    /// Degrees east of Greenwich, −180 to 180.
    pub longitude: f32,
}

impl GeoCoordinates {
    /// A point by its latitude and longitude, in degrees.
    #[must_use]
    pub const fn new(latitude: f32, longitude: f32) -> Self {
        Self { latitude, longitude }
    }
}

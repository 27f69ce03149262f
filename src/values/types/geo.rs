//! Values of the data type `geoCoordinates`.

use serde::{Deserialize, Serialize};

/// Value of a `geoCoordinates` property: a point on Earth by latitude and longitude, in degrees.
///
/// The server stores both as 32-bit floats. Filters find the points around a center, see
/// [`within_geo_range`](crate::filter::FilterTarget::within_geo_range). See Weaviate's page on
/// [data types](https://docs.weaviate.io/weaviate/config-refs/datatypes#geocoordinates).
///
/// ```
/// use weaviate::prelude::*;
///
/// let zurich = GeoCoordinates::new(47.3769, 8.5417);
/// assert_eq!(zurich.latitude, 47.3769);
/// let museum = PropertyMap::from([("location", zurich)]);
/// ```
#[doc(alias = "geo")]
#[doc(alias = "point")]
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "$weaviate::GeoCoordinates")]
pub struct GeoCoordinates {
    /// Latitude in degrees, −90 to 90. North is positive.
    #[doc(alias = "lat")]
    pub latitude: f32,
    /// Longitude in degrees, −180 to 180. East is positive.
    #[doc(alias = "lon")]
    #[doc(alias = "lng")]
    pub longitude: f32,
}

impl GeoCoordinates {
    /// Creates a point from its latitude and longitude, in degrees.
    ///
    /// The ranges are checked by the server.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let wellington = GeoCoordinates::new(-41.29, 174.78);
    /// let nearby = Filter::property("location").within_geo_range(wellington, 5_000.0);
    /// ```
    #[must_use]
    pub const fn new(latitude: f32, longitude: f32) -> Self {
        Self { latitude, longitude }
    }
}

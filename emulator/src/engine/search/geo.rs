//! Distances on the globe, for `WithinGeoRange`.

const EARTH_RADIUS_METRES: f64 = 6_371_000.0;

/// A point in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// Great-circle distance in metres (haversine).
pub(crate) fn metres(a: Point, b: Point) -> f64 {
    let (lat_a, lat_b) = (a.latitude.to_radians(), b.latitude.to_radians());
    let d_lat = (b.latitude - a.latitude).to_radians();
    let d_lon = (b.longitude - a.longitude).to_radians();
    let h = (d_lat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    2.0 * EARTH_RADIUS_METRES * h.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amsterdam_to_utrecht_is_about_35_km() {
        let amsterdam = Point { latitude: 52.37, longitude: 4.9 };
        let utrecht = Point { latitude: 52.09, longitude: 5.12 };
        let d = metres(amsterdam, utrecht);
        assert!((34_000.0..36_000.0).contains(&d), "{d}");
    }
}

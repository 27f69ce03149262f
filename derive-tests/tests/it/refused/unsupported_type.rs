use std::collections::HashMap;

use weaviate::types::GeoCoordinates;
use weaviate::Properties;

#[derive(Properties)]
struct Article {
    words: HashMap<String, i64>,
    took: std::time::Duration,
    places: Vec<GeoCoordinates>,
}

fn main() {}

//! `#[derive(Properties)]`: a struct as a collection, its checks, queries and dates.

mod checks;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod dates;
mod parts;
mod queries;

use serde::{Deserialize, Serialize};
use weaviate::Uuid;
use weaviate::prelude::*;
use weaviate::types::DateTime;

use crate::support::Bed;
use crate::support::time::until;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
#[serde(rename_all = "camelCase")]
struct Owl {
    name: String,
    #[weaviate(data_type = "text", tokenization = "field", description = "Which kind")]
    species: Species,
    #[weaviate(index_range_filters)]
    wing_span: f64,
    born: Option<i64>,
    tags: Vec<String>,
    ringed: DateTime,
    ring: Uuid,
    #[serde(rename = "seenAt")]
    place: Option<GeoCoordinates>,
    picture: Option<Blob>,
    nest: Option<Nest>,
    #[serde(flatten)]
    keeping: Keeping,
    #[serde(skip)]
    petted: bool,
}

/// Text on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Species {
    Snowy,
    Barn,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Nest {
    tree: String,
    height: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Keeping {
    tame: bool,
}

fn owl(name: &str, species: Species, wing_span: f64, born: Option<i64>, tags: &[&str]) -> Owl {
    Owl {
        name: name.to_owned(),
        species,
        wing_span,
        born,
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ringed: DateTime::from_unix(born.unwrap_or_default() * 31_557_600, 0).unwrap(),
        ring: Uuid::from_u128(u128::from(wing_span.to_bits())),
        place: Some(GeoCoordinates::new(47.0, 8.0)),
        picture: Some(Blob::from(name.as_bytes())),
        nest: Some(Nest { tree: "oak".to_owned(), height: None }),
        keeping: Keeping { tame: species == Species::Barn },
        petted: false,
    }
}

fn all() -> [Owl; 4] {
    [
        owl("Snow in winter", Species::Snowy, 1.5, Some(20), &["white", "north"]),
        owl("Winter", Species::Snowy, 1.25, Some(10), &["white"]),
        owl("Barney", Species::Barn, 0.75, Some(10), &[]),
        owl("Old winter barn", Species::Barn, 0.875, None, &["north"]),
    ]
}

/// A collection of four, with vectors that turn from the first to the last.
async fn owls(bed: &Bed) -> Collection<Owl> {
    let index = InvertedIndexConfig::new().index_null_state(true).index_property_length(true);
    let config = CollectionConfig::of::<Owl>("Owl").inverted_index(index).vector(VectorConfig::self_provided());
    let owls: Collection<Owl> = bed.fresh(config).await;
    let vectors = [[1.0, 0.0], [0.9, 0.4], [0.3, 0.9], [0.0, 1.0]];
    let objects = all().into_iter().zip(vectors).map(|(owl, vector)| NewObject::new(owl).vector(vector));
    owls.data().insert_many(objects).await.unwrap().into_result().unwrap();
    let there = Filter::property("seenAt").within_geo_range(GeoCoordinates::new(47.0, 8.0), 10.0);
    // A real server indexes vectors and coordinates a little later than it stores objects.
    until("all owls are indexed", async || {
        let near = owls.query().near_vector([1.0, 0.0]).await.unwrap();
        near.len() == 4 && owls.query().fetch_objects().filter(there.clone()).await.unwrap().len() == 4
    })
    .await;
    owls
}

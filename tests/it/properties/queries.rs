use serde::Deserialize;
use weaviate::filter::FilterValue;
use weaviate::prelude::*;
use weaviate::properties::{FieldValue, Typed};
use weaviate::types::DateTime;
use weaviate::{Filter, Uuid};

use super::{Nest, Owl, Species, all, owls};
use crate::support::live_bed;

impl FieldValue<String> for Species {
    fn into_filter_value(self) -> FilterValue {
        FilterValue::from(match self {
            Self::Snowy => "snowy",
            Self::Barn => "barn",
        })
    }
}

fn names(hits: &SearchResults<Owl>) -> Vec<&str> {
    hits.iter().map(|hit| hit.properties.name.as_str()).collect()
}

/// All but blobs comes unasked; the projection onto the struct itself brings those, too.
#[tokio::test]
async fn derived_struct_round_trips() {
    let bed = live_bed().await;
    let owls = owls(&bed).await;
    let fields = Owl::fields();
    let hits = owls.query().near_vector([1.0, 0.0]).project::<Owl>().await.unwrap();
    let found: Vec<_> = hits.into_iter().map(|hit| hit.properties).collect();
    assert_eq!(found, all());
    let hits = owls.query().fetch_objects().filter(fields.ring.equal(found[2].ring)).await.unwrap();
    assert_eq!(hits[0].properties, Owl { picture: None, ..found[2].clone() });
}

#[tokio::test]
async fn field_handles_build_every_filter_operator() {
    let bed = live_bed().await;
    let owls = owls(&bed).await;
    let f = Owl::fields();
    // By their initials, the widest wings first.
    let table: Vec<(Typed<Owl, Filter>, &str)> = vec![
        (f.name.equal("winter"), "SWO"),
        (f.name.equal("barney"), "B"),
        (f.name.contains_all(["snow", "winter"]), "S"),
        (f.name.like("barn*"), "OB"),
        (f.name.length().greater_than(10), "SO"),
        (f.species.equal(Species::Snowy), "SW"),
        (f.species.not_equal("snowy"), "OB"),
        (f.wing_span.greater_or_equal(1.25), "SW"),
        (f.wing_span.less_than(1), "OB"),
        (f.born.greater_than(10), "S"),
        (f.born.contains_none([20]), "WOB"),
        (f.born.is_null(true), "O"),
        (f.tags.contains_any(["north"]), "SO"),
        (f.tags.contains_all(["north", "white"]), "S"),
        (f.tags.length().equal(0), "B"),
        (f.ringed.less_or_equal(DateTime::from_unix(10 * 31_557_600, 0).unwrap()), "WOB"),
        (f.ring.equal(all()[1].ring), "W"),
        (f.ring.contains_any([Uuid::nil()]), ""),
        (f.place.within_geo_range(GeoCoordinates::new(47.0, 8.0), 10.0), "SWOB"),
        (f.keeping.tame.equal(true), "OB"),
        (!f.born.equal(10) & f.keeping.tame.equal(false), "S"),
        (Filter::property("born").equal(20) | f.name.equal("barney"), "SB"),
    ];
    for (filter, expected) in table {
        let hits = owls.query().fetch_objects().filter(filter.clone()).sort(f.wing_span.descending()).await.unwrap();
        let initials: String = names(&hits).iter().filter_map(|name| name.chars().next()).collect();
        assert_eq!(initials, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn sort_group_by_and_query_properties_take_field_handles() {
    let bed = live_bed().await;
    let owls = owls(&bed).await;
    let f = Owl::fields();
    let hits = owls.query().fetch_objects().sort(f.born.descending().then(f.name.clone())).await.unwrap();
    assert_eq!(names(&hits), ["Snow in winter", "Barney", "Winter", "Old winter barn"]);
    let hits = owls.query().fetch_objects().sort(f.wing_span).limit(1).await.unwrap();
    assert_eq!(names(&hits), ["Barney"]);

    let groups = owls.query().near_vector([1.0, 0.0]).group_by(f.species.clone()).await.unwrap();
    assert_eq!(
        groups.iter().map(|group| (&*group.name, group.hits.len())).collect::<Vec<_>>(),
        [("snowy", 2), ("barn", 2)]
    );
    let by_species = f.species.groups(1).objects_per_group(1);
    let groups = owls.query().bm25("winter").query_properties((f.name.clone(),)).group_by(by_species).await.unwrap();
    assert_eq!((groups.len(), groups[0].hits.len()), (1, 1));

    let hits = owls.query().bm25("north").query_properties((f.name.weight(2.0), f.tags.clone())).await.unwrap();
    assert_eq!(hits.len(), 2);
    let hits = owls.query().hybrid("north").alpha(0.0).query_properties((f.name, "tags^2")).await.unwrap();
    assert_eq!(hits.len(), 2);
}

/// The result has a type of its own; what is filtered and sorted by is still the collection's.
#[tokio::test]
async fn project_reads_hits_into_a_smaller_struct() {
    #[derive(Debug, PartialEq, Deserialize, Properties)]
    struct Summary {
        name: String,
        nest: Option<Nest>,
        picture: Option<Blob>,
        // Optional, as it never comes: the type does not ask for it.
        #[serde(skip, default)]
        born: Option<i64>,
    }

    #[derive(Debug, Deserialize)]
    struct Named {
        name: String,
    }

    let bed = live_bed().await;
    let owls = owls(&bed).await;
    let f = Owl::fields();
    let nest = Nest { tree: "oak".to_owned(), height: None };
    let expected = |name: &str| Summary {
        name: name.to_owned(),
        nest: Some(nest.clone()),
        picture: Some(Blob::from(name.as_bytes())),
        born: None,
    };
    let query = owls.query().fetch_objects().filter(f.species.equal(Species::Barn)).project::<Summary>();
    let hits = query.clone().sort(f.name.clone()).await.unwrap();
    let found: Vec<_> = hits.into_iter().map(|hit| hit.properties).collect();
    assert_eq!(found, [expected("Barney"), expected("Old winter barn")]);

    let groups = owls.query().near_vector([1.0, 0.0]).project::<Summary>().group_by(f.species.groups(1)).await.unwrap();
    assert_eq!(groups[0].hits[1].properties, expected("Winter"));

    let some: Collection<Named> = bed.client.collection_as("Owl");
    let hits = some.query().fetch_objects().properties(["name"]).limit(1).await.unwrap();
    assert!(!hits[0].properties.name.is_empty());
    let hits = owls.query().fetch_objects().properties((f.name, f.species, f.nest)).limit(1).await;
    let error = hits.unwrap_err();
    assert!(error.to_string().contains("wingSpan"), "what was not asked for is missing, by its name: {error}");
}

/// Without that word, the server says what it lacks; the path is the one it knows.
#[tokio::test]
async fn nested_field_handles_filter_by_path() {
    let bed = live_bed().await;
    let owls = owls(&bed).await;
    let nest = Owl::fields().nest;
    assert_eq!((nest.name(), nest.height.name()), ("nest", "nest.height"));
    for filter in [nest.tree.equal("oak"), nest.height.greater_than(2), nest.is_null(false)] {
        match owls.query().fetch_objects().filter(filter).await {
            // A live server may run with the preview.
            Ok(found) => assert!(bed.is_live(), "{found:?}"),
            Err(error) => assert!(error.to_string().contains("WEAVIATE_PREVIEW_NESTED_FILTERING"), "{error}"),
        }
    }
}

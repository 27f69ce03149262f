//! Target vectors: joins of their distances, with one query vector and with several.

use weaviate::query::{HybridVector, QueryVectors, Targets};
use weaviate::{ErrorKind, prelude::*};

use super::indexed;
use crate::support::{Bed, live_bed};

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Named {
    name: String,
}

/// Distances to the origin (squared): of title a 0, b 4, c 1; of body a 9, b 0, c 1.
async fn pairs(bed: &Bed) -> Collection<Named> {
    let vector = |name| VectorConfig::self_provided().name(name).distance(Distance::L2Squared);
    let config = CollectionConfig::new("Pair")
        .property(Property::new("name", DataType::Text))
        .vector(vector("title"))
        .vector(vector("body"));
    let pairs = bed.fresh(config).await;
    let object = |number: u128, name: &str, title: [f32; 2], body: [f32; 2]| {
        let object = NewObject::new(Named { name: name.to_owned() }).id(Uuid::from_u128(number));
        object.named_vector("title", title).named_vector("body", body)
    };
    let report = pairs.data().insert_many([
        object(1, "a", [0.0, 0.0], [3.0, 0.0]),
        object(2, "b", [2.0, 0.0], [0.0, 0.0]),
        object(3, "c", [1.0, 0.0], [1.0, 0.0]),
    ]);
    report.await.unwrap().into_result().unwrap();
    for name in ["title", "body"] {
        indexed(async || pairs.query().near_vector(ORIGIN).target(name).await.unwrap().len() == 3).await;
    }
    pairs
}

fn found(hits: &SearchResults<Named>) -> Vec<(&str, f32)> {
    hits.iter().map(|hit| (hit.properties.name.as_str(), hit.metadata.distance.unwrap())).collect()
}

const ORIGIN: [f32; 2] = [0.0, 0.0];

type Found = Vec<(&'static str, f32)>;

/// Joins, with what they find from the origin.
fn joins() -> [(Targets, QueryVectors, Found); 5] {
    let names = ["title", "body"];
    let vectors = [("title", ORIGIN), ("body", ORIGIN)];
    let weights = [("title", 1.0), ("body", 0.1)];
    let weighted = [("title", 1.0, ORIGIN), ("body", 0.1, ORIGIN)];
    [
        (Targets::sum(names), QueryVectors::sum(vectors), vec![("c", 2.0), ("b", 4.0), ("a", 9.0)]),
        (Targets::average(names), QueryVectors::average(vectors), vec![("c", 1.0), ("b", 2.0), ("a", 4.5)]),
        (Targets::minimum(names), QueryVectors::minimum(vectors), vec![("a", 0.0), ("b", 0.0), ("c", 1.0)]),
        (
            Targets::manual_weights(weights),
            QueryVectors::manual_weights(weighted),
            vec![("a", 0.9), ("c", 1.1), ("b", 4.0)],
        ),
        (
            Targets::relative_score(weights),
            QueryVectors::relative_score(weighted),
            vec![("a", 0.1), ("c", 0.261_111_1), ("b", 1.0)],
        ),
    ]
}

fn assert_close(found: &[(&str, f32)], expected: &[(&str, f32)], what: &dyn std::fmt::Debug) {
    let (mut found, mut expected) = (found.to_vec(), expected.to_vec());
    // Equal distances come in either order.
    for list in [&mut found, &mut expected] {
        list.sort_by(|(a, near), (b, far)| near.total_cmp(far).then(a.cmp(b)));
    }
    assert_eq!(found.len(), expected.len(), "{what:?}: {found:?}");
    for ((name, distance), (other, wanted)) in found.iter().zip(&expected) {
        assert!(name == other && (distance - wanted).abs() < 1e-5, "{what:?}: {found:?}, expected {expected:?}");
    }
}

#[tokio::test]
async fn each_join_ranks_by_its_rule() {
    let bed = live_bed().await;
    let pairs = pairs(&bed).await;
    for (targets, vectors, expected) in joins() {
        let one = pairs.query().near_vector(ORIGIN).target(targets.clone()).await.unwrap();
        assert_close(&found(&one), &expected, &targets);
        let several = pairs.query().near_vectors(vectors.clone()).await.unwrap();
        assert_close(&found(&several), &expected, &vectors);
    }
}

#[tokio::test]
async fn a_target_can_have_several_query_vectors() {
    let bed = live_bed().await;
    let pairs = pairs(&bed).await;
    let two = QueryVectors::sum([("title", [0.0, 0.0]), ("title", [2.0, 0.0])]);
    let hits = pairs.query().near_vectors(two).await.unwrap();
    assert_close(&found(&hits), &[("c", 2.0), ("a", 4.0), ("b", 4.0)], &"sum of two");
    // The vectors of a target need not stand together.
    let mixed = QueryVectors::manual_weights([
        ("title", 1.0, [0.0, 0.0]),
        ("body", 0.5, [0.0, 0.0]),
        ("title", 0.1, [2.0, 0.0]),
    ]);
    let hits = pairs.query().near_vectors(mixed).await.unwrap();
    // title to 0: 0, 4, 1; to 2: 4, 0, 1, a tenth; body a half: 4.5, 0, 0.5.
    assert_close(&found(&hits), &[("a", 4.9), ("b", 4.0), ("c", 1.6)], &"three vectors");
}

#[tokio::test]
async fn objects_and_hybrid_searches_have_targets() {
    let bed = live_bed().await;
    let pairs = pairs(&bed).await;
    let by_object = pairs.query().near_object(Uuid::from_u128(1)).target(Targets::sum(["title", "body"]));
    assert_close(&found(&by_object.await.unwrap()), &[("a", 0.0), ("c", 5.0), ("b", 13.0)], &"near_object");
    let alpha = |vector: HybridVector| pairs.query().hybrid("").vector(vector).alpha(1.0);
    for (what, hits) in [
        ("one vector", alpha(ORIGIN.into()).target(Targets::sum(["title", "body"])).await.unwrap()),
        ("several", alpha(QueryVectors::sum([("title", ORIGIN), ("body", ORIGIN)]).into()).await.unwrap()),
    ] {
        let names: Vec<_> = hits.iter().map(|hit| hit.properties.name.as_str()).collect();
        assert_eq!(names, ["c", "b", "a"], "{what}");
    }
    let both = alpha(QueryVectors::sum([("title", ORIGIN)]).into()).target("title");
    let error = both.await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("target")));
}

#[tokio::test]
async fn an_unknown_target_is_named() {
    let bed = live_bed().await;
    let pairs = pairs(&bed).await;
    let error = pairs.query().near_vector(ORIGIN).target(Targets::sum(["title", "cover"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
    assert!(error.to_string().contains("cover"), "{error}");
}

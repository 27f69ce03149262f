use weaviate::prelude::*;
use weaviate::query::{BoostCondition, Diversity, QueryVectors, Rerank};

fn targets(owls: Collection) {
    let _ = owls.query().bm25("a").target("title");
    let _ = owls.query().fetch_objects().target("title");
    let _ = owls.query().near_vectors(QueryVectors::sum([("title", [1.0])])).target("title");
}

fn thresholds(owls: Collection) {
    let _ = owls.query().bm25("a").distance(0.5);
    let _ = owls.query().hybrid("a").certainty(0.5);
    let _ = owls.query().fetch_objects().distance(0.5);
}

fn diversity(owls: Collection) {
    let _ = owls.query().bm25("a").diversity(Diversity::mmr(2));
    let _ = owls.query().near_image(vec![1]).diversity(Diversity::mmr(2));
    let _ = owls.query().fetch_objects().diversity(Diversity::mmr(2));
}

fn groups(owls: Collection) {
    let _ = owls.query().fetch_objects().group_by(GroupBy::new("topic"));
    let _ = owls.query().bm25("a").group_by(GroupBy::new("topic")).group_by(GroupBy::new("topic"));
    let _ = owls.query().fetch_objects().auto_limit(1);
}

fn one_object(owls: Collection, id: Uuid) {
    let _ = owls.query().fetch_by_id(id).limit(1);
    let _ = owls.query().fetch_by_id(id).rerank(Rerank::new("title", "a"));
    let _ = owls.query().fetch_by_ids([id]).boost(BoostCondition::property_value("year"));
    let _ = owls.query().fetch_by_id(id).group_by(GroupBy::new("topic"));
}

fn listings(owls: Collection, id: Uuid) {
    let _ = owls.query().bm25("a").sort(Sort::by("year"));
    let _ = owls.query().near_vector([1.0]).after(id);
}

fn media(owls: Collection) {
    let _ = owls.query().near_image("owl.jpg");
}

fn main() {}

use weaviate::types::{Blob, GeoCoordinates};
use weaviate::{Properties, Uuid};

#[derive(Properties)]
struct Article {
    year: i64,
    draft: bool,
    tags: Vec<String>,
    key: Uuid,
    picture: Blob,
    place: GeoCoordinates,
}

fn main() {
    let fields = Article::fields();
    let _ = fields.year.like("20*");
    let _ = fields.draft.greater_than(false);
    let _ = fields.tags.equal("a");
    let _ = fields.year.length();
    let _ = fields.key.ascending();
    let _ = fields.picture.groups(3);
    let _ = fields.year.weight(2.0);
    let _ = fields.place.contains_any([1]);
    let _ = fields.year.rerank("owls");
    let _ = fields.draft.value();
    let _ = fields.tags.decay(1.0, 2.0);
}

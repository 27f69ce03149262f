use weaviate::Collection;
use weaviate::schema::CollectionConfig;

struct Article {
    title: String,
}

fn example(articles: Collection) {
    let _ = CollectionConfig::of::<Article>("Article");
    let _ = articles.query().fetch_objects().project::<Article>();
}

fn main() {}

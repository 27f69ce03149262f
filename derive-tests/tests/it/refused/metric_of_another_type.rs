use serde::{Deserialize, Serialize};
use weaviate::properties::Field;
use weaviate::{Collection, Properties, Uuid};

#[derive(Serialize, Deserialize, Properties)]
struct Article {
    title: String,
    key: Uuid,
    year: i64,
}

#[derive(Serialize, Deserialize, Properties)]
struct Author {
    born: i64,
}

fn metrics(key: &Field<Article, Uuid>) {
    let fields = Article::fields();
    let _ = fields.title.mean();
    let _ = fields.year.top_occurrences(3);
    let _ = key.count();
}

fn aggregations(articles: Collection<Article>) {
    let _ = articles.aggregate().metrics(Author::fields().born.mean());
    let _ = articles.aggregate().limit(3);
    let _ = articles.query().bm25("a").limit(3).aggregate();
    let _ = articles.query().fetch_objects().limit(3).aggregate();
}

fn main() {}

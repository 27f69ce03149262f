use weaviate::types::DateTime;
use weaviate::Properties;

#[derive(Properties)]
struct Article {
    title: String,
    year: i32,
    tags: Vec<String>,
    published: DateTime,
}

fn main() {
    let fields = Article::fields();
    let _ = fields.year.greater_or_equal("2020");
    let _ = fields.year.equal(2020.5);
    let _ = fields.title.equal(1);
    let _ = fields.tags.contains_any([1, 2]);
    let _ = fields.published.less_than("2020-01-01T00:00:00Z");
}

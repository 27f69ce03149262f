use weaviate::Properties;

#[derive(Properties)]
enum Topic {
    Birds,
}

#[derive(Properties)]
struct Year(i64);

#[derive(Properties)]
struct Page<T> {
    content: T,
}

#[derive(Properties)]
#[weaviate(name = "Article")]
struct Article {
    title: String,
}

fn main() {}

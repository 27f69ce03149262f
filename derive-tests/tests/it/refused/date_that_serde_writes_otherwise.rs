use weaviate::Properties;

#[derive(Properties)]
struct Article {
    written: Option<time::OffsetDateTime>,
}

fn main() {}

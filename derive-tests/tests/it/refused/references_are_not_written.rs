use serde::Serialize;
use weaviate::Properties;

#[derive(Serialize, Properties)]
struct Article {
    #[weaviate(reference = "Author")]
    written_by: Option<String>,
    #[weaviate(description = "of nothing")]
    #[serde(skip)]
    nothing: i64,
}

fn main() {}

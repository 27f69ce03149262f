use serde::Serialize;
use weaviate::Properties;

#[derive(Serialize, Properties)]
struct Article {
    #[weaviate(data_type = "string")]
    slug: String,
}

#[derive(Serialize, Properties)]
struct Page {
    #[weaviate(data_type = "object")]
    article: Article,
}

#[derive(Serialize, Properties)]
struct Book {
    #[weaviate(reference = "Author", tokenization = "field")]
    written_by: Option<String>,
}

#[derive(Serialize, Properties)]
struct Shelf {
    #[weaviate(description = "more of them")]
    #[serde(flatten)]
    book: Book,
}

fn main() {}

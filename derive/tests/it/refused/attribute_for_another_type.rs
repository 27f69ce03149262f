use weaviate::Properties;

#[derive(Properties)]
struct Article {
    #[weaviate(tokenization = "field")]
    year: i64,
    #[weaviate(index_range_filters)]
    title: String,
    #[weaviate(index_searchable)]
    draft: Option<bool>,
}

fn main() {}

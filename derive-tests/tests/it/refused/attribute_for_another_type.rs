use weaviate::Properties;

#[derive(Properties)]
struct Article {
    #[weaviate(tokenization = "field")]
    year: i64,
    #[weaviate(index_range_filters)]
    title: String,
    #[weaviate(index_searchable)]
    draft: Option<bool>,
    #[weaviate(index_range_filters = true)]
    counts: Vec<i64>,
    #[weaviate(tokenization = "word", index_searchable, index_range_filters = false)]
    tags: Option<Vec<String>>,
}

fn main() {}

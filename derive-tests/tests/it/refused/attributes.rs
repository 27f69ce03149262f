use weaviate::Properties;

#[derive(Properties)]
struct Article {
    #[weaviate(tokenisation = "field")]
    title: String,
    #[weaviate(tokenization = "words")]
    body: String,
    #[weaviate(index_filterable = "no")]
    topic: String,
    #[weaviate(name = "heading")]
    caption: String,
    #[weaviate(description = "a", description = "b")]
    twice: String,
}

fn main() {}

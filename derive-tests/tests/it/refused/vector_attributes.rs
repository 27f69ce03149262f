use serde::Serialize;
use weaviate::Properties;

#[derive(Serialize, Properties)]
struct Article {
    #[weaviate(vector = "title")]
    one: Vec<f32>,
    #[weaviate(vector = "title")]
    other: Vec<f32>,
    #[weaviate(vector = "")]
    nameless: Vec<f32>,
    #[weaviate(vector, description = "of nothing")]
    described: Vec<f32>,
    #[weaviate(description = "of nothing")]
    #[serde(skip)]
    nothing: i64,
}

#[derive(Serialize, Properties)]
struct Both {
    #[weaviate(vector, reference = "Author")]
    both: Vec<f32>,
}

#[derive(Serialize, Properties)]
struct Names {
    #[weaviate(vector = "a b")]
    spaced: Vec<f32>,
    #[weaviate(reference = "bad name!")]
    by: Vec<weaviate::Uuid>,
    #[weaviate(reference = "Author", reference = "author")]
    twice: Vec<weaviate::Uuid>,
}

fn main() {}

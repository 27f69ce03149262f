use serde::{Deserialize, Serialize};
use weaviate::Properties;
use weaviate::query::{Reference, Selection};

#[derive(Serialize, Deserialize)]
struct Plain {
    name: String,
}

#[derive(Serialize, Deserialize, Properties)]
struct Author {
    name: String,
}

#[derive(Serialize, Deserialize, Properties)]
struct VectorOfText {
    #[weaviate(vector)]
    title: String,
}

#[derive(Serialize, Deserialize, Properties)]
struct ReferenceOfText {
    #[weaviate(reference = "Author")]
    written_by: Option<String>,
}

#[derive(Serialize, Properties)]
struct ReferenceToPlain {
    #[weaviate(reference = "Author")]
    written_by: Vec<Reference<Plain>>,
}

#[derive(Serialize, Deserialize, Properties)]
struct SeveralTargets {
    #[weaviate(reference = "Author", reference = "Press")]
    made_by: Vec<Reference>,
}

#[derive(Serialize, Deserialize, Properties)]
struct Article {
    title: String,
    #[weaviate(vector)]
    embedding: Vec<f32>,
    #[weaviate(reference = "Author")]
    written_by: Vec<Reference<Author>>,
}

#[derive(Serialize, Deserialize, Properties)]
struct Shelf {
    article: Article,
}

#[derive(Serialize, Deserialize, Properties)]
struct Flat {
    #[serde(flatten)]
    article: Article,
}

#[derive(Serialize, Deserialize, Properties)]
struct Embedded {
    #[weaviate(vector)]
    embedding: Vec<f32>,
}

#[derive(Serialize, Deserialize, Properties)]
struct TwiceInFlattened {
    #[weaviate(vector)]
    embedding: Vec<f32>,
    #[serde(flatten)]
    inner: Embedded,
}

#[derive(Serialize, Deserialize, Properties)]
struct NotMarked {
    written_by: Vec<Reference<Author>>,
}

fn selections() {
    let article = Article::fields();
    let _ = Selection::<Article>::all().reference(article.written_by, Selection::of((article.title,)));
    let _ = Selection::<Article>::of((Author::fields().name,));
    let _ = Selection::<Author>::all().vectors((article.embedding,));
}

fn main() {}

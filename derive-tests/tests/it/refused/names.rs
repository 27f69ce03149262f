use serde::Serialize;
use weaviate::Properties;

#[derive(Serialize, Properties)]
#[serde(rename_all = "kebab-case")]
struct Article {
    year_written: i64,
    #[serde(rename = "Title")]
    title: String,
    #[serde(rename(serialize = "a", deserialize = "b"))]
    body: String,
    #[serde(rename = "one")]
    first: String,
    #[serde(rename = "one")]
    second: String,
}

#[derive(Serialize, Properties)]
#[serde(tag = "kind")]
struct Tagged {
    title: String,
}

fn main() {}

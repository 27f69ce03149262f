//! The rest stands on this: a struct without fault compiles, in a module of its own and with handles used from outside.

mod model {
    #![deny(missing_docs, warnings)]

    use serde::{Deserialize, Serialize};
    use weaviate::Properties;

    /// What was written.
    #[derive(Serialize, Deserialize, Properties)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct Article {
        /// What it is called.
        #[weaviate(tokenization = "field", index_searchable = false)]
        #[serde(alias = "heading")]
        pub title: Option<String>,
        #[serde(with = "time::serde::rfc3339")]
        pub(crate) written: time::OffsetDateTime,
        #[serde(default)]
        year: i64,
    }

    /// Handles are as visible as the fields.
    pub fn year() -> weaviate::properties::Typed<Article, weaviate::Filter> {
        Article::fields().year.greater_than(2000)
    }
}

use weaviate::Properties as _;

fn main() {
    let fields = model::Article::fields();
    let _ = fields.title.like("a*") & model::year();
    assert_eq!(fields.written.name(), "written");
}

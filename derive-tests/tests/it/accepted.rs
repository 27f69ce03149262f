//! A valid struct compiles in a module of its own, with strict lints, and its handles can be used from outside.
//! The tests of `refused` depend on this: otherwise they could fail for another reason.

mod model {
    #![deny(missing_docs, warnings)]
    // `pub` is part of what is tested, although no other crate can see it here.
    #![allow(unreachable_pub)]

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

/// Types with names that the derive could have taken for its own.
mod names {
    use serde::{Deserialize, Serialize};
    use weaviate::Properties;
    use weaviate::query::Reference;

    #[derive(Serialize, Deserialize, Properties)]
    pub(crate) struct P {
        pub(crate) name: String,
    }

    #[derive(Serialize, Deserialize, Properties)]
    pub(crate) struct BookFields {
        pub(crate) at: P,
    }

    #[derive(Serialize, Deserialize, Properties)]
    pub(crate) struct Book {
        pub(crate) fields: BookFields,
        #[weaviate(reference = "P")]
        by: Vec<Reference<P>>,
    }
}

use weaviate::Properties as _;

#[test]
fn handles_are_as_visible_as_the_fields() {
    let fields = model::Article::fields();
    let _ = fields.title.like("a*") & model::year();
    assert_eq!(fields.written.name(), "written");
    assert_eq!(names::Book::fields().fields.at.name.name(), "fields.at.name");
}

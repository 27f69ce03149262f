//! Tests of the tables as a whole: their extent, their printed page, every option.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Generative, Reranker, Row, Vectorizer, generative, rerankers, vectorizers};
use crate::values::query::generate::providers;

fn rows() -> impl Iterator<Item = &'static Row> {
    vectorizers::ROWS.iter().chain(generative::ROWS).chain(rerankers::ROWS)
}

/// Returns a JSON value of the type of an option.
fn sample(ty: &str) -> Value {
    match ty {
        "String" => json!("text"),
        "bool" => json!(true),
        "i64" => json!(3),
        "f64" => json!(0.5),
        "[String]" | "[WeightedField]" => json!(["a", "b"]),
        "HuggingFaceOptions" => json!({ "waitForModel": true, "useGPU": false, "useCache": true }),
        other => panic!("no sample of {other}"),
    }
}

#[test]
fn all_modules_have_unique_names() {
    let of = |kind: &str| rows().filter(|row| row.kind == kind && row.wire != "none").count();
    assert_eq!((of("Vectorizer"), of("Generative"), of("Reranker")), (32, 15, 6));
    let mut names = BTreeSet::new();
    for row in rows() {
        assert!(names.insert(row.wire) && row.aliases.iter().all(|alias| names.insert(alias)), "{}", row.wire);
        let keys: BTreeSet<_> = row.options.iter().map(|[_, _, key, _]| key).collect();
        assert_eq!(keys.len(), row.options.len(), "{}", row.wire);
    }
}

/// A module of a collection is a provider of a query, too, and the other way round.
#[test]
fn queries_can_name_all_generative_modules() {
    let modules: BTreeSet<_> = generative::ROWS.iter().map(|row| row.wire).collect();
    let named: BTreeSet<_> = providers::ROWS.iter().map(|row| row.module).collect();
    assert_eq!((named.len(), modules), (15, named));
}

#[test]
fn every_option_is_read_into_a_field_and_written_back() {
    for row in rows() {
        for name in [row.wire].iter().chain(row.aliases) {
            for [field, ty, key, _] in row.options {
                let settings = json!({ *key: sample(ty) });
                let (module, written, shown) = match row.kind {
                    "Vectorizer" => {
                        let read = Vectorizer::read(name, &settings);
                        (read.module().to_owned(), read.write(), format!("{read:?}"))
                    }
                    "Generative" => {
                        let read = Generative::read(name, &settings);
                        (read.module().to_owned(), read.write(), format!("{read:?}"))
                    }
                    _ => {
                        let read = Reranker::read(name, &settings);
                        (read.module().to_owned(), read.write(), format!("{read:?}"))
                    }
                };
                assert_eq!((module.as_str(), written), (*name, settings), "{field}");
                assert!(shown.contains(&format!("{field}: Some(")), "{name}.{key}: {shown}");
            }
        }
    }
}

#[test]
fn settings_that_are_not_an_object_make_a_custom_module() {
    let read = Vectorizer::read("text2vec-openai", &json!(null));
    assert!(matches!(&read, Vectorizer::Custom(module) if module.name() == "text2vec-openai"));
    assert_eq!(read.write(), json!(null));
}

fn page() -> String {
    let mut page = String::from(
        "# Modules\n\nVectorizers, generative modules and rerankers of the server, with every option. The types are in \
         `weaviate::schema::modules`. A module that is not listed is a `CustomModule`. Last are the generative providers \
         that a query can name.\n\nThis page is generated from the tables in `src/values/schema/modules/` and \
         `src/values/query/generate/`: `UPDATE_DOCS=1 cargo test --all-features --lib modules`.\n",
    );
    let mut kind = "";
    for row in rows().filter(|row| row.wire != "none") {
        if row.kind != kind {
            kind = row.kind;
            let _ = write!(page, "\n## {kind}\n");
        }
        let _ = write!(page, "\n### `{}`: {}\n\n{}", row.wire, row.rust, row.doc.trim());
        if !row.aliases.is_empty() {
            let _ = write!(page, " Former name: `{}`.", row.aliases.join("`, `"));
        }
        page.push('\n');
        if !row.options.is_empty() {
            page.push_str("\n| option | type | JSON name | |\n| --- | --- | --- | --- |\n");
        }
        for [field, ty, key, doc] in row.options {
            let _ = writeln!(page, "| `{field}` | `{ty}` | `{key}` | {} |", doc.trim());
        }
    }
    page.push_str(
        "\n## GenerativeProvider\n\nProviders that a query can name, in `weaviate::generate::providers`. They need Weaviate \
         1.27.14. An option has the name of its field in the message `GenerativeProvider`.\n",
    );
    for row in providers::ROWS {
        let _ = write!(page, "\n### `{}` in a query: {}\n\n{}\n", row.module, row.rust, row.doc.trim());
        if !row.options.is_empty() {
            page.push_str("\n| option | type | |\n| --- | --- | --- |\n");
        }
        for [field, ty, doc] in row.options {
            let _ = writeln!(page, "| `{field}` | `{ty}` | {} |", doc.trim());
        }
        if row.has_metadata {
            page.push_str("| `return_metadata` | `bool` | Returns what the provider counted. Default: off. |\n");
        }
    }
    page
}

#[test]
fn the_page_lists_all_modules() {
    let path = format!("{}/docs/modules.md", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page(), "docs/modules.md differs from the tables; run this test with UPDATE_DOCS=1");
}

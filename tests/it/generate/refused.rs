//! What is refused before it is sent, and what the server refuses.

use weaviate::generate::{Generate, GroupedTask, providers};
use weaviate::prelude::*;
use weaviate::properties::Typed;

use super::{Tale, tales};
use crate::support::{bed, live_bed};

#[tokio::test]
async fn what_the_server_would_refuse_or_leave_out_is_not_sent() {
    let bed = bed().await;
    let tales = tales(&bed).await;
    let before = bed.requests().grpc;
    let task = |text: &str| GroupedTask::new(text);
    let cases: Vec<(Typed<Tale, Generate>, &str)> = vec![
        (Generate::single("{titel}"), "the struct of the collection has no property `titel`"),
        (Generate::grouped(task("a").properties(["titel"])), "has no property `titel`"),
        (Generate::single("Sum up {title"), "the prompt has a `{` without `}`"),
        (Generate::single("Sum up title}"), "the prompt has a `}` without `{`"),
        (Generate::single("Sum up {}"), "empty braces"),
        (Generate::single("Sum up { title }"), "spaces in the placeholder `{ title }`"),
        (Generate::single(""), "the prompt is empty"),
        (Generate::grouped(""), "the task is empty"),
        (Generate::grouped("Compare {title}"), "takes the braces of `{title}` away"),
        (Generate::grouped(task("a").properties([""; 0])), "omit `properties` for all"),
        (Generate::grouped("Compare {}"), "a grouped task has no placeholders"),
        (Generate::grouped("Compare { title }"), "a grouped task has no placeholders"),
        (Generate::single("a").debug(true), "`debug` needs a provider"),
        (Generate::grouped("a").debug(true), "`debug` needs a provider"),
        (Generate::single("a").provider(providers::OpenAi::new().image_properties(["foto"])), "no property `foto`"),
        (Generate::single("a").provider(providers::Xai::new().temperature(f64::NAN)), "finite numbers, got NaN"),
    ];
    for (generate, says) in cases {
        let error = tales.query().bm25("fox").generate(generate).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("generate")), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let untyped: Collection = bed.client.collection("GeneratedTale");
    let error = untyped.query().bm25("fox").generate(Generate::single("{Title}")).await.unwrap_err();
    assert!(error.to_string().contains("use `title`"), "{error}");
    let error = tales.query().fetch_by_id(Uuid::from_u128(1)).generate(Generate::grouped("a")).await.unwrap_err();
    assert!(error.to_string().contains("use `Generate::single`"), "{error}");
    let sorted = tales.query().fetch_objects().sort(Sort::by("year")).generate(Generate::single("a"));
    assert!(sorted.await.unwrap_err().to_string().contains("cannot be combined with `generate`"));
    assert_eq!(bed.requests().grpc, before);
}

#[tokio::test]
async fn names_of_flattened_structs_and_of_types_without_derive_are_sent() {
    #[derive(Debug, serde::Serialize, serde::Deserialize, Properties)]
    struct Outer {
        title: String,
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(Debug, serde::Serialize, serde::Deserialize, Properties)]
    struct Inner {
        plot: String,
    }

    let bed = bed().await;
    tales(&bed).await;
    let outer = bed.client.collection_of::<Outer>("GeneratedTale").query().bm25("fox");
    assert!(outer.clone().generate(Generate::single("{title}{plot}")).await.is_ok());
    let error = outer.generate(Generate::single("{topic}")).await.unwrap_err();
    assert!(error.to_string().contains("has no property `topic`"), "{error}");
    let map: Collection = bed.client.collection("GeneratedTale");
    assert!(map.query().bm25("fox").generate(Generate::single("{topic}")).await.is_ok());
    // Without a struct, the server says it.
    let error = map.query().bm25("fox").generate(Generate::single("{titel}")).await.unwrap_err();
    assert!(error.to_string().contains("no such prop with name 'titel'"), "{error}");
}

#[tokio::test]
async fn the_whole_query_fails_where_one_object_has_no_text() {
    let bed = live_bed().await;
    let tales = tales(&bed).await;
    let search = || tales.query().near_vector([1.0, 0.0]);
    let generate = || Generate::single("{note}");
    assert_eq!(search().limit(2).generate(generate()).await.unwrap().len(), 2);
    let error = search().limit(3).generate(generate()).await.unwrap_err();
    assert!(error.to_string().contains("Following property has empty value: 'note'"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Server);
    let error = search().generate(Generate::single("{title}").provider(providers::OpenAi::new())).await.unwrap_err();
    assert!(error.to_string().contains("X-Openai-Api-Key"), "{error}");
}

#[tokio::test]
async fn a_collection_without_a_module_is_told_how_to_get_one() {
    let bed = live_bed().await;
    let tales: Collection =
        bed.fresh(CollectionConfig::new("GeneratedTale").vector(VectorConfig::self_provided())).await;
    tales.data().insert(PropertyMap::from([("title", "brown fox")])).vector([1.0, 0.0]).await.unwrap();
    let search = || tales.query().bm25("fox");
    let error = search().generate(Generate::single("a")).await.unwrap_err();
    assert!(error.to_string().contains("set a module with `CollectionConfig::generative(..)`"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Validation);
    let groups = search().group_by("title").generate(Generate::single("a"));
    let error = groups.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
}

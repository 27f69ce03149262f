//! Prompts, tasks and groups, with the dummy in the place of a model.

use weaviate::generate::{Generate, GroupedTask, providers};
use weaviate::prelude::*;
use weaviate::query::Rerank;
use weaviate::schema::modules::GenerativeDummy;

use weaviate_emulator::Emulator;

use super::{Tale, config, filled, prompt, prompts, tales};
use crate::support::{bed_of, live_bed};

#[tokio::test]
async fn a_prompt_is_answered_for_each_object_of_every_kind_of_search() {
    let bed = live_bed().await;
    let tales = tales(&bed).await;
    let query = tales.query();
    let generate = || Generate::single("{title} of {year}");
    let first = Uuid::from_u128(1);
    let listed = query.fetch_objects().generate(generate()).await.unwrap();
    assert_eq!(prompts(&listed), ["brown fox of 1991", "lazy dog of 1992", "dark forest of 1993"]);
    assert_eq!(listed.generated(), None);
    for hits in [
        query.near_vector([1.0, 0.0]).limit(1).generate(generate()).await.unwrap(),
        query.near_object(first).limit(1).generate(generate()).await.unwrap(),
        query.bm25("brown").generate(generate()).await.unwrap(),
        query.hybrid("brown").vector([1.0, 0.0]).limit(1).generate(generate()).await.unwrap(),
        query.fetch_by_ids([first]).generate(generate()).await.unwrap(),
        query.fetch_objects().filter(Filter::property("year").equal(1991)).generate(generate()).await.unwrap(),
    ] {
        assert_eq!(prompts(&hits), ["brown fox of 1991"]);
    }
    let one = query.fetch_by_id(first).generate(generate()).await.unwrap().unwrap();
    assert_eq!(prompt(one.generated()), "brown fox of 1991");
    let none = query.bm25("zebra").generate(generate().and_grouped("sum up")).await.unwrap();
    assert!(none.is_empty() && none.generated().is_none(), "nothing is generated from nothing");
    let plain = query.bm25("brown").await.unwrap();
    assert_eq!((plain[0].generated(), plain.generated()), (None, None));
}

#[tokio::test]
async fn a_task_gets_all_objects_or_their_chosen_properties() {
    let bed = live_bed().await;
    let tales = tales(&bed).await;
    let fields = Tale::fields();
    let search = || tales.query().near_vector([1.0, 0.0]).limit(2);
    let titles = r#"sum up: [{"title":"brown fox"},{"title":"lazy dog"}]"#;
    for task in
        [GroupedTask::new("sum up").properties((fields.title,)), GroupedTask::new("sum up").properties(["title"])]
    {
        let hits = search().generate(Generate::grouped(task)).await.unwrap();
        assert_eq!(prompt(hits.generated()), titles);
        assert!(hits.iter().all(|hit| hit.generated().is_none()), "there is no text for each");
    }
    let both = Generate::single("{title}").and_grouped(GroupedTask::new("sum up").properties(["title"]));
    let hits = search().generate(both).await.unwrap();
    assert_eq!((prompts(&hits), prompt(hits.generated())), (vec!["brown fox", "lazy dog"], titles));
    let hits = search().generate(Generate::grouped("all").and_single("{title}")).limit(1).await.unwrap();
    let all = r#"all: [{"note":"a","plot":"brown fox and more","title":"brown fox","topic":"animals","year":"1991"}]"#;
    assert_eq!(prompt(hits.generated()), all);
}

#[tokio::test]
async fn a_property_that_only_the_prompt_names_is_fetched() {
    #[derive(serde::Deserialize, Properties)]
    struct Title {
        title: String,
    }

    let bed = live_bed().await;
    let tales = tales(&bed).await;
    let search = || tales.query().near_vector([1.0, 0.0]).limit(1).generate(Generate::single("{plot}"));
    let hits = search().project::<Title>().await.unwrap();
    assert_eq!((hits[0].properties.title.as_str(), prompt(hits[0].generated())), ("brown fox", "brown fox and more"));
    // Whoever reads a map sees it.
    let untyped: Collection = bed.client.collection(tales.name());
    let hits = untyped.query().bm25("brown").properties(["title"]).generate(Generate::single("{plot}")).await.unwrap();
    assert_eq!(hits[0].properties.get("plot"), Some(&PropertyValue::from("brown fox and more")));
}

#[tokio::test]
async fn the_best_object_of_a_group_has_the_text_of_the_group() {
    let bed = live_bed().await;
    let tales = tales(&bed).await;
    let task = GroupedTask::new("sum up").properties(["title"]);
    let search = tales.query().near_vector([1.0, 0.0]).group_by(Tale::fields().topic);
    let groups = search.generate(Generate::single("{title}").and_grouped(task)).limit(3).await.unwrap();
    let found: Vec<_> = groups.iter().map(|group| (group.name.as_str(), prompt(group.generated()))).collect();
    assert_eq!(found, [("animals", "brown fox"), ("places", "dark forest")]);
    assert_eq!(prompt(groups.generated()), r#"sum up: [{"title":"brown fox"},{"title":"dark forest"}]"#);
    assert!(groups.hits().all(|hit| hit.generated().is_none()));
    let groups = tales.query().near_vector([1.0, 0.0]).group_by("topic").await.unwrap();
    assert_eq!((groups.generated(), groups[0].generated()), (None, None));
}

#[tokio::test]
async fn texts_are_written_after_reranking() {
    let bed = live_bed().await;
    let dummies = config().generative(GenerativeDummy::new()).reranker(
        weaviate::schema::modules::CustomModule::new(
            "reranker-dummy",
            std::collections::BTreeMap::<String, String>::new(),
        )
        .unwrap(),
    );
    let tales = filled(&bed, dummies).await;
    // The dummy ranks by the length of the text.
    let search = tales.query().near_vector([1.0, 0.0]).rerank(Rerank::new("title", "any"));
    let hits = search.generate(Generate::single("{title}")).await.unwrap();
    assert_eq!(prompts(&hits), ["dark forest", "brown fox", "lazy dog"]);
}

/// With the newer fields, such a server answers in another place, if at all.
#[tokio::test]
async fn an_older_server_gets_the_older_form() {
    let mut found = Vec::new();
    for version in ["1.27.13", "1.27.14"] {
        let bed = bed_of(Emulator::builder().version(version)).await;
        let tales = tales(&bed).await;
        let task = || GroupedTask::new("sum up").properties(["title"]);
        let generate = || Generate::single("{title}").and_grouped(task());
        let search = || tales.query().near_vector([1.0, 0.0]).limit(2);
        let hits = search().generate(generate()).await.unwrap();
        assert_eq!(prompts(&hits), ["brown fox", "lazy dog"], "{version}");
        let groups = search().group_by("topic").generate(generate()).await.unwrap();
        assert_eq!(prompt(groups[0].generated()), "brown fox", "{version}");
        found.push((prompt(hits.generated()).to_owned(), prompt(groups.generated()).to_owned()));
    }
    assert_eq!(found[0], found[1]);
}

#[tokio::test]
async fn the_dummy_as_provider_is_that_of_the_collection() {
    let bed = live_bed().await;
    let tales = tales(&bed).await;
    let task = GroupedTask::new("sum up").properties(["title"]);
    let generate = Generate::single("{title}").and_grouped(task).provider(providers::Dummy::new()).debug(true);
    let search = tales.query().near_vector([1.0, 0.0]).limit(1);
    let hits = search.generate(generate).await.unwrap();
    assert_eq!(prompts(&hits), ["brown fox"]);
    // It tells nothing about itself.
    let generated = hits[0].generated().unwrap();
    assert_eq!((&generated.full_prompt, &generated.metadata), (&None, &None));
}

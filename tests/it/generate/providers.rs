//! Providers named by the query: their options, metadata, prompts and images.

use weaviate::generate::{Generate, GroupedTask, ProviderMetadata, providers};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use super::{Tale, tales_of};
use crate::support::provider::Provider;
use crate::support::{Bed, live_bed_of};

async fn bed() -> Bed {
    live_bed_of(Emulator::builder().offline_models(true)).await
}

fn with_keys(tales: &Collection<Tale>) -> Collection<Tale> {
    ["Anthropic", "Mistral", "Cohere"]
        .into_iter()
        .fold(tales.clone(), |tales, provider| tales.header(format!("X-{provider}-Api-Key"), "any"))
}

#[tokio::test]
async fn the_provider_of_the_query_answers_and_counts() {
    let bed = bed().await;
    let provider = Provider::of(&bed).await;
    let tales = with_keys(&tales_of(&bed, &provider).await);
    let search = || tales.query().near_vector([1.0, 0.0]).limit(1);
    let hits = search().generate(Generate::single("say {title}")).await.unwrap();
    assert_eq!(hits[0].generated().unwrap().text, "model claude says: say brown fox");

    let claude = providers::Anthropic::new().base_url(provider.url()).model("opus").max_tokens(9).top_k(3);
    let claude = claude.temperature(0.5).top_p(0.9).stop_sequences(["END"]).return_metadata(true);
    let task =
        || Generate::grouped(GroupedTask::new("sum up").properties(["title"])).provider(claude.clone()).debug(true);
    let all = search().generate(task()).await.unwrap();
    let hits = search().generate(task().and_single("say {title}")).await.unwrap();
    let (one, all, both) = (hits[0].generated().unwrap(), all.generated().unwrap(), hits.generated().unwrap());
    assert_eq!(both.text, all.text);
    // Beside a prompt, the server tells of the first one what it has to tell of the task.
    assert_eq!((&both.full_prompt, &both.metadata), (&one.full_prompt, &one.metadata));
    assert_eq!(
        (one.text.as_str(), one.full_prompt.as_deref()),
        ("model opus says: say brown fox", Some("say brown fox"))
    );
    assert_eq!(all.full_prompt.as_deref(), Some(r#"sum up: [{"title":"brown fox"}]"#));
    let Some(ProviderMetadata::Anthropic(usage)) = &one.metadata else { panic!("{one:?}") };
    assert_eq!((usage.input_tokens, usage.output_tokens), (3, 7));

    let mistral = providers::Mistral::new().base_url(provider.url()).model("small").return_metadata(true);
    let hits = search().generate(Generate::single("say {title}").provider(mistral)).await.unwrap();
    let one = hits[0].generated().unwrap();
    let Some(ProviderMetadata::Mistral(usage)) = &one.metadata else { panic!("{one:?}") };
    assert_eq!((one.text.as_str(), usage.total_tokens), ("model small says: say brown fox", Some(10)));

    let cohere = providers::Cohere::new().base_url(provider.url()).model("r").return_metadata(true);
    let hits = search().generate(Generate::single("say {title}").provider(cohere)).await.unwrap();
    let one = hits[0].generated().unwrap();
    let Some(ProviderMetadata::Cohere(found)) = &one.metadata else { panic!("{one:?}") };
    assert_eq!(found.billed_units.and_then(|units| units.input_tokens), Some(3.0));
    assert_eq!(found.tokens.and_then(|tokens| tokens.output_tokens), Some(9.0));
}

#[tokio::test]
async fn a_provider_gets_images_of_the_objects_and_of_the_query() {
    let bed = bed().await;
    let provider = Provider::of(&bed).await;
    let tales = with_keys(&tales_of(&bed, &provider).await);
    let near = || tales.query().near_vector([1.0, 0.0]).limit(1);
    let search = || near().properties(["title", "plot", "topic", "year", "photo"]);
    let claude = || providers::Anthropic::new().base_url(provider.url()).model("m");
    for claude in [claude().image_properties(["photo"]), claude().images([b"foxes".to_vec()])] {
        let hits = search().generate(Generate::single("describe {title}").provider(claude)).await.unwrap();
        let text = &hits[0].generated().unwrap().text;
        assert_eq!(text, "model m says: Image 1: <image> describe brown fox");
    }
    let image = Generate::single("describe {title}").provider(claude().image_properties(["photo"]));
    let hits = tales.query().bm25("brown").generate(image.clone()).await.unwrap();
    assert_eq!(hits[0].generated().unwrap().text, "model m says: Image 1: <image> describe brown fox");
    assert_eq!(hits[0].properties.photo, None, "the server does not return it for that");
    let id = hits[0].id;
    for error in [
        near().generate(image.clone()).await.unwrap_err(),
        tales.query().hybrid("brown").vector([1.0, 0.0]).generate(image.clone()).await.unwrap_err(),
        tales.query().fetch_by_id(id).generate(image.clone()).await.unwrap_err(),
        tales.query().fetch_by_ids([id]).generate(image.clone()).await.unwrap_err(),
        tales.query().fetch_objects().filter(Filter::property("title").equal("a")).generate(image).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Validation, "the server would ask without the image");
        assert!(error.to_string().contains("`photo` is not selected"), "{error}");
    }
    let image = Generate::single("describe {title}").provider(claude().image_properties(["photo"]));
    let found = tales.query().fetch_by_id(id).properties(["title", "plot", "topic", "year", "photo"]).generate(image);
    let text = &found.await.unwrap().unwrap().generated().unwrap().text.clone();
    assert_eq!(text, "model m says: Image 1: <image> describe brown fox");
    let task = Generate::grouped(GroupedTask::new("a").properties(["title"]));
    let task = task.provider(claude().image_properties(["photo"]));
    let all = near().generate(task).await.unwrap();
    assert!(all.generated().unwrap().text.starts_with("model m says: Image 1: <image> a: ["), "{all:?}");
}

#[tokio::test]
async fn a_failing_provider_fails_the_query() {
    let bed = bed().await;
    let provider = Provider::of(&bed).await;
    let tales = with_keys(&tales_of(&bed, &provider).await);
    let error = tales.query().bm25("fox").generate(Generate::single("provoke error")).await.unwrap_err();
    assert!(error.to_string().contains("rate_limit_error - Rate limit reached"), "{error}");
}

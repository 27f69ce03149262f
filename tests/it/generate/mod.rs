//! Generative searches: prompts, tasks, groups and providers.

mod prompts;
mod providers;
mod refused;

use weaviate::generate::Generated;
use weaviate::prelude::*;
use weaviate::schema::modules::{GenerativeAnthropic, GenerativeDummy};

use crate::support::provider::Provider;
use crate::support::{Bed, time};

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, Properties)]
struct Tale {
    title: String,
    plot: String,
    topic: String,
    year: i64,
    note: Option<String>,
    photo: Option<Blob>,
}

fn config() -> CollectionConfig {
    CollectionConfig::of::<Tale>("GeneratedTale").vector(VectorConfig::self_provided())
}

/// Three tales, in the order of a search by `[1, 0]`, whose texts the dummy writes.
async fn tales(bed: &Bed) -> Collection<Tale> {
    filled(bed, config().generative(GenerativeDummy::new())).await
}

/// The same with a provider that repeats its prompts.
async fn tales_of(bed: &Bed, provider: &Provider) -> Collection<Tale> {
    let claude = GenerativeAnthropic::new().model("claude").base_url(provider.url());
    filled(bed, config().generative(claude)).await
}

async fn filled(bed: &Bed, config: CollectionConfig) -> Collection<Tale> {
    let tales: Collection<Tale> = bed.fresh_of(config).await;
    let tale = |number: u128, title: &str, topic: &str, note: Option<&str>, vector: [f32; 2]| {
        let properties = Tale {
            title: title.to_owned(),
            plot: format!("{title} and more"),
            topic: topic.to_owned(),
            year: 1990 + i64::try_from(number).unwrap(),
            note: note.map(str::to_owned),
            photo: Some(Blob::from(b"foxes".to_vec())),
        };
        NewObject::new(properties).id(Uuid::from_u128(number)).vector(vector)
    };
    let report = tales.data().insert_many([
        tale(1, "brown fox", "animals", Some("a"), [1.0, 0.0]),
        tale(2, "lazy dog", "animals", Some("b"), [0.9, 0.4]),
        tale(3, "dark forest", "places", None, [0.0, 1.0]),
    ]);
    report.await.unwrap().into_result().unwrap();
    let is_complete = async || tales.query().near_vector([1.0, 0.0]).await.unwrap().len() == 3;
    time::until("all vectors are indexed", is_complete).await;
    tales
}

/// What the dummy was asked.
fn prompt(generated: Option<&Generated>) -> &str {
    let text = &generated.expect("a text").text;
    let text = text.strip_prefix("You want me to generate something based on the following prompt: ");
    text.and_then(|text| text.split(". With settings").next()).expect("the words of the dummy")
}

fn prompts(hits: &SearchResults<Tale>) -> Vec<&str> {
    hits.iter().map(|hit| prompt(hit.generated())).collect()
}

use weaviate::generate::{Generate, providers};
use weaviate::prelude::*;

fn images() {
    let _ = providers::Mistral::new().images([vec![1]]);
    let _ = providers::Databricks::new().image_properties(["photo"]);
}

fn metadata() {
    let _ = providers::Dummy::new().return_metadata(true);
}

fn options(owls: Collection) {
    let _ = owls.query().bm25("a").generate(Generate::single("a").provider(providers::Anthropic::new().n(2)));
    let _ = owls.query().bm25("a").generate("a");
}

fn main() {}

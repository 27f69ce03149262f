//! Embedders: text that becomes vectors by a model of the caller.

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use weaviate::ErrorKind;
use weaviate::embed::{Embed, Embedder};
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::support::time::until;
use crate::support::{Bed, GRPC_PROTOCOLS, bed, live_bed};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Note {
    text: String,
    #[weaviate(vector = "text")]
    embedding: Option<Vec<f32>>,
}

fn note(text: &str) -> Note {
    Note { text: text.to_owned(), embedding: None }
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the model does not know {0:?}")]
struct Unknown(String);

/// A model with one dimension per bird. It keeps what it was asked.
#[derive(Default)]
struct Birds(Mutex<Vec<Vec<String>>>);

impl Birds {
    fn asked(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn vector(text: &str) -> Vec<f32> {
        ["owl", "kite", "crow"].map(|bird| if text.contains(bird) { 1.0 } else { 0.125 }).to_vec()
    }
}

impl Embedder for Birds {
    type Vector = Vec<f32>;
    type Error = Unknown;

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, Unknown> {
        self.0.lock().unwrap().push(texts.clone());
        tokio::task::yield_now().await;
        match texts.iter().find(|text| text.contains("dodo")) {
            Some(text) => Err(Unknown(text.clone())),
            None => Ok(texts.iter().map(|text| Self::vector(text)).collect()),
        }
    }
}

fn birds() -> Arc<Birds> {
    Arc::new(Birds::default())
}

async fn notes(bed: &Bed) -> Collection<Note> {
    bed.fresh_of(CollectionConfig::of::<Note>("Note")).await
}

fn embed(model: &Arc<Birds>) -> Embed<Note> {
    Embed::new(Arc::clone(model), |note: &Note| note.text.clone()).target(Note::fields().embedding)
}

async fn texts(hits: impl IntoFuture<Output = weaviate::Result<SearchResults<Note>>>) -> Vec<String> {
    hits.await.unwrap().into_iter().map(|hit| hit.properties.text).collect()
}

#[tokio::test]
async fn text_finds_what_was_embedded() {
    let bed = live_bed().await;
    let notes = notes(&bed).await;
    let model = birds();
    let all = ["an owl", "a kite", "a crow", "an owl and a crow"].map(note);
    notes.data().insert_many(all).embed(embed(&model)).await.unwrap().into_result().unwrap();
    assert_eq!(model.asked(), [["an owl", "a kite", "a crow", "an owl and a crow"]]);
    until("all notes are indexed", async || {
        notes.query().near_vector([1.0, 1.0, 1.0]).target("text").await.unwrap().len() == 4
    })
    .await;
    for protocol in GRPC_PROTOCOLS {
        let search = notes.query().near_text_with(Arc::clone(&model), "the kite").target(Note::fields().embedding);
        assert_eq!(texts(search.limit(1).protocol(protocol)).await, ["a kite"]);
        let search = notes.query().hybrid("owl crow").vector_with(Arc::clone(&model)).alpha(1.0).target("text");
        assert_eq!(texts(search.limit(1).protocol(protocol)).await, ["an owl and a crow"]);
        assert_eq!(model.asked(), [["the kite"], ["owl crow"]]);
    }
    let embedder = |texts: Vec<String>| async move {
        Ok::<_, Unknown>(texts.iter().map(|text| Birds::vector(text)).collect::<Vec<_>>())
    };
    let search = notes.query().near_text_with(embedder, "crow").limit(1);
    assert_eq!(texts(search.clone()).await, texts(search).await, "a query is sent twice");
}

#[tokio::test]
async fn texts_are_embedded_in_batches_and_vectors_are_kept() {
    let bed = live_bed().await;
    let notes = notes(&bed).await;
    let model = birds();
    let own = Note { embedding: Some(vec![0.5, 0.5, 0.5]), ..note("own") };
    let set = NewObject::new(note("set")).named_vector("text", [0.25, 0.25, 0.25]);
    let objects = [note("owl 1").into(), own.into(), note("owl 2").into(), set, note("kite").into()];
    let import = notes.data().insert_many(objects).embed(embed(&model).batch_size(2));
    let ids = import.await.unwrap().into_result().unwrap();
    assert_eq!(model.asked(), [vec!["owl 1"], vec!["owl 2"], vec!["kite"]]);
    let mut found = Vec::new();
    for id in ids {
        let hit = notes.query().fetch_by_id(id).include_vectors(["text"]).await.unwrap().unwrap();
        found.push(hit.properties.embedding.unwrap());
    }
    let [owl, kite] = ["owl", "kite"].map(Birds::vector);
    assert_eq!(found, [owl.clone(), vec![0.5; 3], owl, vec![0.25; 3], kite.clone()]);

    let one = notes.data().insert(embed(&model).object(note("a kite")).await.unwrap()).await.unwrap();
    let found = notes.data().get(one).include_vector(true).await.unwrap().unwrap();
    assert_eq!(found.properties, Note { embedding: Some(kite), ..note("a kite") });
}

/// A channel has a next object after it had none.
#[tokio::test]
async fn an_import_ends_where_its_iterator_ends_first() {
    let bed = bed().await;
    let notes = notes(&bed).await;
    let model = birds();
    let mut items = [Some("owl"), None, Some("kite")].into_iter();
    let objects = std::iter::from_fn(move || items.next().flatten().map(note));
    let ids =
        notes.data().insert_many(objects).embed(embed(&model).batch_size(2)).await.unwrap().into_result().unwrap();
    assert_eq!((ids.len(), model.asked()), (1, vec![vec!["owl".to_owned()]]));
}

/// A model may cost money.
#[tokio::test]
async fn nothing_is_embedded_for_a_query_that_is_refused() {
    let bed = bed().await;
    let notes = notes(&bed).await;
    let model = birds();
    let search = || notes.query().near_text_with(Arc::clone(&model), "owl");
    let unknown = search().generate(weaviate::generate::Generate::single("{titel}")).await.unwrap_err();
    assert!(unknown.to_string().contains("has no property `titel`"), "{unknown}");
    assert!(search().limit(0).offset(u32::MAX).await.is_err());
    assert!(search().limit(u32::MAX).aggregate().await.is_err());
    assert_eq!(model.asked(), Vec::<Vec<String>>::new());
}

#[tokio::test]
async fn a_failed_embedder_fails_the_objects_of_its_texts() {
    let bed = bed().await;
    let notes = notes(&bed).await;
    let model = birds();
    let own = Note { embedding: Some(vec![0.5, 0.5, 0.5]), ..note("own") };
    let objects = [note("owl"), note("kite"), note("dodo"), own, note("crow"), note("owl")];
    let report = notes.data().insert_many(objects).embed(embed(&model).batch_size(2)).await.unwrap();
    let failed: Vec<_> = report.errors().iter().map(|error| (error.index(), error.kind(), error.outcome())).collect();
    assert_eq!(failed, [(2, ErrorKind::Embedding, Outcome::NotSent)]);
    assert_eq!(report.errors()[0].item().properties(), &note("dodo"));
    let error = report.errors()[0].error();
    assert_eq!(error.source().unwrap().downcast_ref(), Some(&Unknown("dodo".to_owned())));
    assert_eq!(
        error.to_string(),
        "insert many `Note`: embedding failed: the embedder failed: the model does not know \"dodo\""
    );
    assert_eq!(report.succeeded().count(), 5);

    let before = bed.requests();
    for (error, text) in [
        (notes.query().near_text_with(birds(), "dodo").await.unwrap_err(), "does not know"),
        (notes.query().hybrid("dodo").vector_with(birds()).await.unwrap_err(), "does not know"),
        (embed(&model).object(note("dodo")).await.unwrap_err(), "does not know"),
        (
            notes
                .query()
                .near_text_with(|_: Vec<String>| async { Ok::<Vec<Vec<f32>>, Unknown>(vec![]) }, "x")
                .await
                .unwrap_err(),
            "the embedder returned 0 vectors for 1 texts",
        ),
    ] {
        assert_eq!(
            (error.kind(), error.outcome(), error.is_retryable()),
            (ErrorKind::Embedding, Outcome::NotSent, false)
        );
        assert!(error.to_string().contains(text), "{error}");
    }
    assert_eq!(bed.requests(), before, "nothing was sent");
}

#[tokio::test]
async fn what_is_wrong_costs_no_embedding() {
    let bed = bed().await;
    let notes = notes(&bed).await;
    let model = birds();
    let shared = || Arc::clone(&model);
    for (error, field) in [
        (notes.query().near_text_with(shared(), "").await.unwrap_err(), "near_text_with"),
        (notes.query().hybrid("").vector_with(shared()).await.unwrap_err(), "hybrid"),
        (notes.data().insert_many([note("x")]).embed(embed(&model).batch_size(0)).await.unwrap_err(), "batch_size"),
        (notes.query().near_text_with(shared(), "x").header("a b", "c").await.unwrap_err(), "header"),
        (bed.client.collection("no name").query().near_text_with(shared(), "x").await.unwrap_err(), "collection"),
    ] {
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)), "{error}");
    }
    assert!(notes.query().near_text_with(shared(), "x").limit(0).await.unwrap().is_empty());
    let error = notes.query().near_text_with(shared(), "x").distance(f64::NAN).await.unwrap_err();
    assert_eq!(error.field(), Some("distance"));
    assert_eq!(model.asked(), Vec::<Vec<String>>::new());
}

#[tokio::test]
async fn an_embedder_that_brings_an_odd_vector_is_told() {
    let bed = bed().await;
    let notes = notes(&bed).await;
    let odd = |_: Vec<String>| async { Ok::<_, Unknown>(vec![vec![f32::NAN]]) };
    let error = notes.query().near_text_with(odd, "x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Embedding);
    assert!(
        error.to_string().contains("a vector for text 0 of 1 that is empty or has a number that is not finite"),
        "{error}"
    );
    let embed = Embed::new(odd, |note: &Note| note.text.clone()).target("text");
    let report = notes.data().insert_many([note("x")]).embed(embed).await.unwrap();
    assert_eq!((report.errors()[0].kind(), report.errors()[0].outcome()), (ErrorKind::Embedding, Outcome::NotSent));
    let multi = |texts: Vec<String>| async move { Ok::<_, Unknown>(vec![vec![vec![1.0], vec![2.0]]; texts.len()]) };
    let embed = Embed::new(multi, |note: &Note| note.text.clone()).target("text");
    let report = notes.data().insert_many([note("x")]).embed(embed).await.unwrap();
    assert!(report.errors()[0].message().contains("is a multi-vector, and the field of the struct a single vector"));
}

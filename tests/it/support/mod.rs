//! Support of the tests: an emulator with a client, fault proxies, proxies, TLS, recorded replies and waiting.

pub(crate) mod broken_ports;
pub(crate) mod contract;
pub(crate) mod faults;
pub(crate) mod golden;
mod live;
pub(crate) mod log;
pub(crate) mod provider;
pub(crate) mod proxy;
pub(crate) mod recorder;
pub(crate) mod restart;
pub(crate) mod tcp;
mod tests;
pub(crate) mod time;
pub(crate) mod tls;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate_emulator::{Builder, Emulator};

/// Every protocol a call can be sent over.
pub(crate) const PROTOCOLS: [Protocol; 3] = [Protocol::Grpc, Protocol::GrpcWeb, Protocol::Rest];

/// The protocols of calls that REST does not have, such as searches.
pub(crate) const GRPC_PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::GrpcWeb];

pub(crate) struct Bed {
    pub(crate) client: Client,
    rest: String,
    grpc: String,
    /// Dropping it stops the server. None if that is a real one.
    emulator: Option<Emulator>,
}

pub(crate) async fn bed() -> Bed {
    bed_of(Emulator::builder()).await
}

/// Starts the given emulator.
pub(crate) async fn bed_of(builder: Builder) -> Bed {
    let emulator = builder.start().await.unwrap();
    Bed::new(emulator.rest_url(), emulator.grpc_url(), Some(emulator)).await
}

/// At the real server of `make live` if there is one, at an emulator otherwise. For tests that use only collections
/// they create themselves.
pub(crate) async fn live_bed() -> Bed {
    live_bed_of(Emulator::builder()).await
}

/// Like [`live_bed`], with the given emulator instead of the default one.
pub(crate) async fn live_bed_of(builder: Builder) -> Bed {
    match live_urls() {
        Some((rest, grpc)) => Bed::new(rest, grpc, None).await,
        None => bed_of(builder).await,
    }
}

/// The real server at `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`, if there is one.
fn live_urls() -> Option<(String, String)> {
    let rest = std::env::var("WEAVIATE_URL").ok()?;
    Some((rest, std::env::var("WEAVIATE_GRPC_URL").unwrap()))
}

impl Bed {
    async fn new(rest: String, grpc: String, emulator: Option<Emulator>) -> Self {
        let client = Client::custom(&rest).grpc(&grpc).connect().await.unwrap();
        Self { client, rest, grpc, emulator }
    }

    pub(crate) fn rest_url(&self) -> String {
        self.rest.clone()
    }

    pub(crate) fn grpc_url(&self) -> String {
        self.grpc.clone()
    }

    pub(crate) fn is_live(&self) -> bool {
        self.emulator.is_none()
    }

    /// Creates a collection, and deletes one of the same name first.
    pub(crate) async fn fresh<P>(&self, config: CollectionConfig) -> Collection<P> {
        self.client.collections().delete(config.name()).await.unwrap();
        let collection = self.client.collections().create(config).await.unwrap();
        self.client.collection_as(collection.name())
    }

    /// The same for a struct with vectors or references.
    pub(crate) async fn fresh_of<P: Properties>(&self, config: CollectionConfig) -> Collection<P> {
        self.client.collections().delete(config.name()).await.unwrap();
        self.client.collections().create_of(config).await.unwrap()
    }

    /// Numbers of requests that reached the emulator.
    pub(crate) fn requests(&self) -> weaviate_emulator::Requests {
        self.emulator.as_ref().expect("a real server does not count them").requests()
    }

    /// A collection with a title, a year and one vector of three dimensions per object.
    pub(crate) async fn articles(&self) -> Collection<Article> {
        self.fresh(article_config()).await
    }

    /// Six short texts with vectors of two dimensions, for searches by words and by vector.
    pub(crate) async fn notes(&self) -> Collection<Note> {
        let notes = self
            .client
            .collections()
            .create_of::<Note>(
                CollectionConfig::new("Note")
                    .property(Property::new("title", DataType::Text))
                    .property(Property::new("body", DataType::Text))
                    .property(Property::new("topic", DataType::Text).tokenization(Tokenization::Field))
                    .vector(VectorConfig::self_provided()),
            )
            .await
            .unwrap();
        let note = |title: &str, body: &str, topic: &str, vector: [f32; 2]| {
            let properties = Note { title: title.to_owned(), body: body.to_owned(), topic: topic.to_owned() };
            NewObject::new(properties).vector(vector)
        };
        let report = notes.data().insert_many([
            note("Quick brown fox", "It jumps over the dog", "animals", [1.0, 0.0]),
            note("Lazy dog", "It sleeps all day beside the fox", "animals", [0.9, 0.4]),
            note("Fox fox fox", "One word and no other", "words", [0.0, 1.0]),
            note("Quick words", "Short ones are quick to read", "words", [0.3, 0.9]),
            note("Forest", "A place where nobody hunts", "places", [-0.5, 0.8]),
            note("Meadow", "Grass and a hare", "places", [-1.0, 0.1]),
        ]);
        report.await.unwrap().into_result().unwrap();
        notes
    }

    /// Sends JSON to the server's REST API, for what the client cannot express.
    pub(crate) async fn post(&self, path: &str, body: &serde_json::Value) {
        let body = body.to_string();
        let head = format!(
            "POST /v1/{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        let url = &self.rest;
        let mut socket = tokio::net::TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
        socket.write_all((head + &body).as_bytes()).await.unwrap();
        let mut reply = String::new();
        socket.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{path}: {reply}");
    }
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, Properties)]
pub(crate) struct Note {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) topic: String,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, Properties)]
pub(crate) struct Article {
    pub(crate) title: String,
    pub(crate) year: i64,
}

/// A collection for [`Article`]s, with one vector per object.
pub(crate) fn article_config() -> CollectionConfig {
    CollectionConfig::new("Article")
        .property(Property::new("title", DataType::Text))
        .property(Property::new("year", DataType::Int))
        .vector(VectorConfig::self_provided())
}

pub(crate) fn article(title: &str, year: i64) -> Article {
    Article { title: title.to_owned(), year }
}

//! An emulator with a client on it.

use weaviate::prelude::*;
use weaviate_emulator::Emulator;

pub(crate) struct Bed {
    pub(crate) client: Client,
    /// Dropping it stops the server.
    _emulator: Emulator,
}

pub(crate) async fn bed() -> Bed {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    Bed { client, _emulator: emulator }
}

impl Bed {
    /// A collection with a title, a year and one vector of three dimensions per object.
    pub(crate) async fn articles(&self) -> Collection<Article> {
        self.client
            .collections()
            .create_of::<Article>(
                CollectionConfig::new("Article")
                    .property(Property::new("title", DataType::Text))
                    .property(Property::new("year", DataType::Int))
                    .vector(VectorConfig::self_provided()),
            )
            .await
            .unwrap()
    }
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Article {
    pub(crate) title: String,
    pub(crate) year: i64,
}

pub(crate) fn article(title: &str, year: i64) -> Article {
    Article { title: title.to_owned(), year }
}

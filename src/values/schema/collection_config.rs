use super::modules::{CustomModule, Generative, Reranker};
use super::settings::Extra;
use super::{
    CollectionName, InvertedIndexConfig, MultiTenancyConfig, ObjectTtlConfig, Property, ReplicationConfig,
    ShardingConfig, VectorConfig,
};
use crate::values::properties::Properties;

/// What a collection is: written to create one, read back from the server, compared with another.
///
/// What is not set is left to the server. What the server has and this client does not know is kept, and is sent back
/// when the configuration is.
///
/// ```
/// use weaviate::schema::modules::{GenerativeOpenAi, Text2VecOpenAi};
/// use weaviate::prelude::*;
///
/// let config = CollectionConfig::new("Article")
///     .description("What was written")
///     .property(Property::new("title", DataType::Text))
///     .property(Property::new("address", DataType::object([Property::new("city", DataType::Text)])))
///     .property(Property::new("writtenBy", DataType::reference(["Author"])))
///     .vector(VectorConfig::new(Text2VecOpenAi::new().source_properties(["title"])).name("title"))
///     .vector(VectorConfig::self_provided().name("picture").distance(Distance::Dot))
///     .generative(GenerativeOpenAi::new().model("gpt-4o"));
/// ```
///
/// # JSON
///
/// It is serialised as the server's own JSON and read from it, and from what the Python client exports:
///
/// ```
/// use weaviate::schema::CollectionConfig;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = r#"{ "class": "Article", "vectorConfig": {}, "unheardOf": 1 }"#;
/// let config: CollectionConfig = serde_json::from_str(text)?;
/// assert_eq!(config.name(), "Article");
/// assert_eq!(serde_json::to_value(&config)?, serde_json::from_str::<serde_json::Value>(text)?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CollectionConfig {
    pub(crate) name: CollectionName,
    /// A text for people.
    pub description: Option<String>,
    /// The properties, references among them.
    pub properties: Vec<Property>,
    /// The vectors of an object.
    pub vectors: Vec<VectorConfig>,
    /// How words, numbers and dates are indexed.
    pub inverted_index: Option<InvertedIndexConfig>,
    /// How many copies there are.
    pub replication: Option<ReplicationConfig>,
    /// Into how many shards it is divided.
    pub sharding: Option<ShardingConfig>,
    /// Whether each tenant has objects of its own.
    pub multi_tenancy: Option<MultiTenancyConfig>,
    /// When objects are deleted by themselves.
    pub object_ttl: Option<ObjectTtlConfig>,
    /// Who writes answers.
    pub generative: Vec<Generative>,
    /// Who ranks results anew.
    pub rerankers: Vec<Reranker>,
    /// Modules of other kinds.
    pub modules: Vec<CustomModule>,
    pub(crate) extra: Extra,
}

impl CollectionConfig {
    /// A collection of this name: a letter, then up to 254 letters, digits and underscores. The server makes the first
    /// letter upper case.
    #[must_use]
    pub fn new(name: impl AsRef<str>) -> Self {
        Self {
            name: CollectionName::new(name.as_ref()),
            description: None,
            properties: Vec::new(),
            vectors: Vec::new(),
            inverted_index: None,
            replication: None,
            sharding: None,
            multi_tenancy: None,
            object_ttl: None,
            generative: Vec::new(),
            rerankers: Vec::new(),
            modules: Vec::new(),
            extra: Extra::default(),
        }
    }

    /// A collection of this name whose properties are those of the struct. What else it is, its vectors above all, is said as
    /// for any other.
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize, Deserialize, Properties)]
    /// struct Article {
    ///     title: String,
    ///     year: Option<i64>,
    /// }
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let config = CollectionConfig::of::<Article>("Article").vector(VectorConfig::self_provided());
    /// let articles: Collection<Article> = client.collections().create_of(config).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn of<P: Properties>(name: impl AsRef<str>) -> Self {
        Self { properties: P::properties(), ..Self::new(name) }
    }

    /// The name as the server keeps it: the first letter is upper case.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The same for another name, to make a copy of a collection that was read.
    #[must_use]
    pub fn renamed(mut self, name: impl AsRef<str>) -> Self {
        self.name = CollectionName::new(name.as_ref());
        self
    }

    setter! {
        /// A text for people.
        description String
    }

    /// One more property. Properties that are not listed are added by the server when an object brings them, unless it
    /// was told not to.
    #[must_use]
    pub fn property(mut self, property: Property) -> Self {
        self.properties.push(property);
        self
    }

    /// One more vector per object. Each needs a name of its own; the first may keep `default`.
    #[must_use]
    pub fn vector(mut self, vector: VectorConfig) -> Self {
        self.vectors.push(vector);
        self
    }

    setter! {
        /// How words, numbers and dates are indexed.
        inverted_index InvertedIndexConfig
    }

    setter! {
        /// How many copies there are.
        replication ReplicationConfig
    }

    setter! {
        /// Into how many shards it is divided.
        sharding ShardingConfig
    }

    setter! {
        /// Whether each tenant has objects of its own.
        multi_tenancy MultiTenancyConfig
    }

    setter! {
        /// When objects are deleted by themselves. Needs Weaviate 1.35.
        object_ttl ObjectTtlConfig
    }

    /// Who writes answers, unless a query says otherwise. Of several, a query has to name one.
    #[must_use]
    pub fn generative(mut self, module: impl Into<Generative>) -> Self {
        self.generative.push(module.into());
        self
    }

    /// Who ranks results anew. Of several, the server takes whichever it likes.
    #[must_use]
    pub fn reranker(mut self, module: impl Into<Reranker>) -> Self {
        self.rerankers.push(module.into());
        self
    }

    /// A module of another kind.
    #[must_use]
    pub fn module(mut self, module: CustomModule) -> Self {
        self.modules.push(module);
        self
    }
}

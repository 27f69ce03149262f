use super::modules::{CustomModule, Generative, Reranker};
use super::settings::Extra;
use super::{
    Hnsw, InvertedIndexConfig, MultiTenancyConfig, MultiVector, ObjectTtlConfig, Property, ReplicationConfig,
    ShardingConfig, VectorConfig,
};
use crate::values::collection_name::CollectionName;
use crate::values::properties::Properties;

/// Configuration of a collection (a "class" in the server's schema): properties, vectors, indexes.
///
/// It is written to create a collection, read back from the server, and compared with another
/// configuration. The server applies its defaults to everything that is not set. Settings that this
/// client does not know are kept and sent back.
///
/// See [Collection definition](https://docs.weaviate.io/weaviate/config-refs/collections).
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::schema::modules::{GenerativeOpenAi, Text2VecOpenAi};
///
/// let config = CollectionConfig::new("Article")
///     .description("Articles of the newspaper")
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
/// With serde, it reads and writes the server's JSON of a collection. It also reads the JSON that
/// the Python client exports:
///
/// ```
/// use weaviate::prelude::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = r#"{ "class": "Article", "vectorConfig": {}, "unheardOf": 1 }"#;
/// let config: CollectionConfig = serde_json::from_str(text)?;
/// assert_eq!(config.name(), "Article");
/// assert_eq!(serde_json::to_value(&config)?, serde_json::from_str::<serde_json::Value>(text)?);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "class")]
#[doc(alias = "schema")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CollectionConfig {
    pub(crate) name: CollectionName,
    /// Description of the collection, for people.
    pub description: Option<String>,
    /// Properties, including references.
    pub properties: Vec<Property>,
    /// Vectors of each object, by name (`vectorConfig`).
    pub vectors: Vec<VectorConfig>,
    /// Inverted index settings, for keyword search and filters.
    pub inverted_index: Option<InvertedIndexConfig>,
    /// Replication settings.
    pub replication: Option<ReplicationConfig>,
    /// Sharding settings.
    pub sharding: Option<ShardingConfig>,
    /// Multi-tenancy settings.
    pub multi_tenancy: Option<MultiTenancyConfig>,
    /// Object TTL settings.
    pub object_ttl: Option<ObjectTtlConfig>,
    /// Generative (RAG) modules.
    pub generative: Vec<Generative>,
    /// Reranker modules.
    pub rerankers: Vec<Reranker>,
    /// Modules of other kinds, with their settings.
    pub modules: Vec<CustomModule>,
    pub(crate) extra: Extra,
}

impl CollectionConfig {
    /// Creates the configuration of a collection with this name.
    ///
    /// A name is a letter, then up to 254 ASCII letters, digits or underscores. The first letter
    /// becomes upper case. The name is checked when the configuration is sent.
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

    /// Creates the configuration of a collection with the properties of a struct that derives
    /// [`Properties`], and a self-provided vector for each of its vectors. Other settings are added
    /// as usual; [`vector`](Self::vector) replaces the vector of the same name.
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
        let vectors = P::LAYOUT.vectors().map(|part| {
            let vector = VectorConfig::self_provided().name(part.vector);
            if part.is_multi == Some(true) {
                vector.index(Hnsw::new().multi_vector(MultiVector::new()))
            } else {
                vector
            }
        });
        Self { properties: P::properties(), vectors: vectors.collect(), ..Self::new(name) }
    }

    /// Returns the name as the server stores it, with an upper-case first letter.
    #[doc(alias = "class")]
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Replaces the name, for instance to create a copy of a collection that was read.
    #[must_use]
    pub fn renamed(mut self, name: impl AsRef<str>) -> Self {
        self.name = CollectionName::new(name.as_ref());
        self
    }

    setter! {
        /// Sets the description, for people.
        description String
    }

    /// Adds a property.
    ///
    /// With [auto-schema](https://docs.weaviate.io/weaviate/config-refs/collections#auto-schema),
    /// which is on by default, the server also adds the properties of inserted objects.
    #[must_use]
    pub fn property(mut self, property: Property) -> Self {
        self.properties.push(property);
        self
    }

    /// Adds a vector, or replaces the one with its name. The name is `default` unless it is set.
    ///
    /// Without vectors, the collection has the vectorizer of the server's
    /// `DEFAULT_VECTORIZER_MODULE`.
    #[doc(alias = "vectorConfig")]
    #[doc(alias = "vectorizer")]
    #[must_use]
    pub fn vector(mut self, vector: VectorConfig) -> Self {
        match self.vectors.iter_mut().find(|known| known.name == vector.name) {
            Some(known) => *known = vector,
            None => self.vectors.push(vector),
        }
        self
    }

    setter! {
        /// Sets the inverted index settings, for keyword search and filters.
        inverted_index InvertedIndexConfig
    }

    setter! {
        /// Sets the replication settings: replication factor, async replication, deletion strategy.
        replication ReplicationConfig
    }

    setter! {
        /// Sets the sharding settings. Not together with multi-tenancy.
        sharding ShardingConfig
    }

    /// Sets the multi-tenancy settings, and enables multi-tenancy unless they say
    /// [`enabled(false)`](MultiTenancyConfig::enabled).
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let config = CollectionConfig::new("Article").multi_tenancy(MultiTenancyConfig::new());
    /// ```
    #[must_use]
    pub fn multi_tenancy(mut self, settings: impl Into<MultiTenancyConfig>) -> Self {
        let mut settings = settings.into();
        settings.enabled.get_or_insert(true);
        self.multi_tenancy = Some(settings);
        self
    }

    setter! {
        /// Sets the object TTL settings, which delete expired objects. Needs Weaviate 1.35.
        #[doc(alias = "ttl")]
        object_ttl ObjectTtlConfig
    }

    /// Adds a generative (RAG) module, the default of generative queries.
    ///
    /// With several modules, each query must name one. See [Generative and reranker
    /// models](https://docs.weaviate.io/weaviate/manage-collections/generative-reranker-models).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::modules::GenerativeOpenAi;
    ///
    /// let config = CollectionConfig::new("Article").generative(GenerativeOpenAi::new().model("gpt-4o"));
    /// ```
    #[doc(alias = "rag")]
    #[must_use]
    pub fn generative(mut self, module: impl Into<Generative>) -> Self {
        self.generative.push(module.into());
        self
    }

    /// Adds a reranker module, which reorders the results of a query.
    ///
    /// Set only one: with several, the server's choice is undefined. See [Generative and reranker
    /// models](https://docs.weaviate.io/weaviate/manage-collections/generative-reranker-models).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::modules::RerankerCohere;
    ///
    /// let config = CollectionConfig::new("Article").reranker(RerankerCohere::new());
    /// ```
    #[must_use]
    pub fn reranker(mut self, module: impl Into<Reranker>) -> Self {
        self.rerankers.push(module.into());
        self
    }

    /// Adds a module of another kind, with its settings as JSON.
    #[must_use]
    pub fn module(mut self, module: CustomModule) -> Self {
        self.modules.push(module);
        self
    }
}

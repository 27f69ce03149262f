use super::{CollectionName, Property, VectorConfig};

/// What a new collection looks like. What is not set is left to the server.
///
/// ```
/// use weaviate::prelude::*;
///
/// let config = CollectionConfig::new("Article")
///     .description("What was written")
///     .property(Property::new("title", DataType::Text))
///     .property(Property::new("address", DataType::object([Property::new("city", DataType::Text)])))
///     .vector(VectorConfig::self_provided().distance(Distance::Cosine));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CollectionConfig {
    pub(crate) name: CollectionName,
    pub(crate) description: Option<String>,
    pub(crate) properties: Vec<Property>,
    pub(crate) vectors: Vec<VectorConfig>,
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
        }
    }

    /// A text for people.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
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
}

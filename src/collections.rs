//! Collections as a whole: create, delete, look whether one is there.

use crate::schema::{CollectionConfig, CollectionName};
use crate::wire::schema;
use crate::{Client, Collection, Result};

/// The collections of a server, reached through [`Client::collections`].
#[derive(Clone, Debug)]
pub struct Collections {
    client: Client,
}

impl Collections {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates a collection whose objects are maps. An error of kind
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the name is taken.
    pub async fn create(&self, config: CollectionConfig) -> Result<Collection> {
        self.create_of(config).await
    }

    /// Creates a collection whose objects are of type `P`. An error of kind
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the name is taken.
    pub async fn create_of<P>(&self, config: CollectionConfig) -> Result<Collection<P>> {
        let class = schema::class(&config)?;
        let name = config.name.as_str();
        self.client.transport().create_class(name, &class).await?;
        Ok(self.client.collection_of(name))
    }

    /// Deletes a collection and all its objects. Without effect if there is none of this name.
    pub async fn delete(&self, name: impl AsRef<str>) -> Result<()> {
        let name = CollectionName::new(name.as_ref());
        self.client.transport().delete_class(name.as_str()).await
    }

    /// Whether there is a collection of this name.
    pub async fn exists(&self, name: impl AsRef<str>) -> Result<bool> {
        let name = CollectionName::new(name.as_ref());
        Ok(self.client.transport().class(name.as_str()).await?.is_some())
    }
}

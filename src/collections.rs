//! Collections as a whole: create, list, delete, look whether one is there.

use crate::schema::{CollectionConfig, CollectionName, Json as _};
use crate::transport::{Call, Idempotency};
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
        let name = config.name();
        schema::check(&config).map_err(|error| error.in_operation("create collection", Some(name)))?;
        self.client.transport().create_collection(name, config.write()).await?;
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
        let call = Call::new("read collection", Idempotency::Read).collection(name.as_str());
        Ok(self.client.transport().collection_config(&call, name.as_str()).await?.is_some())
    }

    /// All collections with all that the server has filled in. One that this client does not understand in every part is
    /// there all the same.
    pub async fn list(&self) -> Result<Vec<CollectionConfig>> {
        Ok(schema::list(&self.client.transport().collection_configs().await?))
    }

    /// Deletes all collections and all their objects. An error leaves those that were not reached yet.
    pub async fn delete_all(&self) -> Result<()> {
        for config in self.list().await? {
            self.delete(config.name()).await?;
        }
        Ok(())
    }
}

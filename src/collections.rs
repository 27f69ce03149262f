//! The collections of a server as a whole: create, ensure, list, delete, exists.

use crate::call::{Call, Idempotency};
use crate::transport::Transport;
use crate::values::schema::{CollectionConfig, CollectionName, Json as _, check_name};
use crate::wire::schema;
use crate::{Collection, Result, operations};

/// The collections of a server, reached through [`Client::collections`](crate::Client::collections).
#[derive(Clone, Debug)]
pub struct Collections {
    transport: Transport,
}

impl Collections {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Creates a collection whose objects are maps. An error of kind
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the name is taken.
    pub async fn create(&self, config: CollectionConfig) -> Result<Collection> {
        self.create_of(config).await
    }

    /// Creates a collection whose objects are of type `P`. An error of kind
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the name is taken.
    pub async fn create_of<P>(&self, config: CollectionConfig) -> Result<Collection<P>> {
        const OPERATION: &str = "create collection";
        let name = config.name();
        let create = async {
            schema::check(&config)?;
            let call = call(OPERATION, Idempotency::Never, &CollectionName::new(name))?;
            operations::collections::create(&self.transport, call, config.write()).await
        };
        create.await.map_err(|error| error.in_operation(OPERATION, Some(name)))?;
        Ok(Collection::new(self.transport.clone(), name))
    }

    /// Deletes a collection and all its objects. Without effect if there is none of this name.
    pub async fn delete(&self, name: impl AsRef<str>) -> Result<()> {
        let name = CollectionName::new(name.as_ref());
        let call = call("delete collection", Idempotency::Idempotent, &name)?;
        operations::collections::delete(&self.transport, &call, name.as_str()).await
    }

    /// Whether there is a collection of this name.
    pub async fn exists(&self, name: impl AsRef<str>) -> Result<bool> {
        let name = CollectionName::new(name.as_ref());
        let call = call("read collection", Idempotency::Read, &name)?;
        Ok(operations::collections::get(&self.transport, &call, name.as_str()).await?.is_some())
    }

    /// All collections with all that the server has filled in. One that this client does not understand in every part is
    /// there all the same.
    pub async fn list(&self) -> Result<Vec<CollectionConfig>> {
        Ok(schema::list(&operations::collections::list(&self.transport).await?))
    }

    /// Deletes all collections and all their objects. An error leaves those that were not reached yet.
    pub async fn delete_all(&self) -> Result<()> {
        for config in self.list().await? {
            self.delete(config.name()).await?;
        }
        Ok(())
    }
}

/// A call about one collection. A name that the server would refuse is refused here.
fn call(operation: &'static str, idempotency: Idempotency, name: &CollectionName) -> Result<Call> {
    check_name(name.as_str()).map_err(|error| error.in_operation(operation, Some(name.as_str())))?;
    Ok(Call::new(operation, idempotency).collection(name.clone()))
}

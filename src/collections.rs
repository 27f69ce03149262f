//! The collections of a server as a whole: create, ensure, list, delete, exists.

use crate::call::{Call, Idempotency};
use crate::transport::Transport;
use crate::values::collection_name::{CollectionName, check_name};
use crate::values::schema::{CollectionConfig, Difference, Json as _, Plan};
use crate::wire::schema;
use crate::{Collection, Error, PropertyMap, Result, operations};

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

    /// Creates a collection whose objects are maps, or compares the one that exists with `config`. See
    /// [`ensure_of`](Self::ensure_of).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let config = CollectionConfig::new("Article").property(Property::new("title", DataType::Text));
    /// let articles = client.collections().ensure(config).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`ensure_of`](Self::ensure_of).
    pub async fn ensure(&self, config: CollectionConfig) -> Result<Ensured> {
        self.ensure_of(config).await
    }

    /// Creates a collection whose objects are of type `P`, or compares the one that exists with `config`.
    ///
    /// Only settings that `config` names are compared. An existing collection is not changed:
    /// [`CollectionConfig::plan`] and [`Config::apply`](crate::schema::Config::apply) do that. Any number of processes may
    /// call this at the same time.
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize, Deserialize, Properties)]
    /// struct Article {
    ///     title: String,
    /// }
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let config = CollectionConfig::of::<Article>("Article").vector(VectorConfig::self_provided());
    /// let ensured = client.collections().ensure_of::<Article>(config).await?;
    /// for difference in &ensured.differences {
    ///     println!("{difference}"); // ~ description: "Texts" -> "Articles"
    /// }
    /// let articles = ensured.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for a configuration that the server would refuse;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for one that needs a newer server. A collection that differs is not
    /// an error here, but one of [`Ensured::into_result`].
    pub async fn ensure_of<P>(&self, config: CollectionConfig) -> Result<Ensured<P>> {
        const OPERATION: &str = "ensure collection";
        let name = CollectionName::new(config.name());
        let collection = || Collection::new(self.transport.clone(), name.as_str());
        let read = || async {
            let call = call(OPERATION, Idempotency::Read, &name)?;
            operations::collections::get(&self.transport, &call, name.as_str()).await
        };
        let found = match read().await? {
            Some(found) => found,
            None => match self.create_of::<P>(config.clone()).await {
                Ok(collection) => return Ok(Ensured { collection, created: true, differences: Vec::new() }),
                // Another process was faster: the collection is there now.
                Err(error) if error.is_already_exists() => read().await?.ok_or(error)?,
                Err(error) => return Err(error),
            },
        };
        let plan = Plan::merging(name.as_str(), &found, &config.write());
        let differences = plan.steps().iter().map(|step| step.difference.clone()).collect();
        Ok(Ensured { collection: collection(), created: false, differences })
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

/// A collection that exists now, see [`Collections::ensure`].
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "a collection that differs is reported here and nowhere else"]
pub struct Ensured<P = PropertyMap> {
    /// The handle of the collection.
    pub collection: Collection<P>,
    /// The collection did not exist before.
    pub created: bool,
    /// The settings of an existing collection that differ from those of the configuration, in the order of their paths.
    pub differences: Vec<Difference>,
}

impl<P> Ensured<P> {
    /// Returns the handle of a collection that is as configured.
    ///
    /// # Errors
    ///
    /// [`SchemaDrift`](crate::ErrorKind::SchemaDrift) if the collection differs from its configuration, with the
    /// [`differences`](Self::differences) in its text.
    pub fn into_result(self) -> Result<Collection<P>> {
        if self.differences.is_empty() {
            return Ok(self.collection);
        }
        let lines: Vec<_> = self.differences.iter().map(ToString::to_string).collect();
        Err(Error::schema_drift(self.collection.name(), "its configuration", &lines.join("; ")))
    }
}

/// A call about one collection. A name that the server would refuse is refused here.
fn call(operation: &'static str, idempotency: Idempotency, name: &CollectionName) -> Result<Call> {
    check_name(name.as_str()).map_err(|error| error.in_operation(operation, Some(name.as_str())))?;
    Ok(Call::new(operation, idempotency).collection(name.clone()))
}

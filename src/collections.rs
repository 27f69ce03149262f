//! Handle of all collections: create, ensure, list, delete, exists.

use crate::call::{Call, Idempotency};
use crate::transport::Transport;
use crate::values::collection_name::{CollectionName, check_name};
use crate::values::properties::Properties;
use crate::values::schema::{CollectionConfig, Difference, Json as _, Plan};
use crate::wire::schema;
use crate::{Collection, Error, PropertyMap, Result, operations};

/// Handle of all collections of a server, returned by
/// [`Client::collections`](crate::Client::collections).
///
/// [`Client::collection`](crate::Client::collection) returns the handle of a single one. See
/// [manage collections](https://docs.weaviate.io/weaviate/manage-collections) in Weaviate's
/// documentation.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client) -> weaviate::Result<()> {
/// let collections = client.collections();
/// if !collections.exists("Article").await? {
///     let title = Property::new("title", DataType::Text);
///     collections.create(CollectionConfig::new("Article").property(title)).await?;
/// }
/// for config in collections.list().await? {
///     println!("{}", config.name());
/// }
/// # Ok(())
/// # }
/// ```
#[doc(alias = "schema")]
#[doc(alias = "class")]
#[derive(Clone, Debug)]
pub struct Collections {
    transport: Transport,
}

impl Collections {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Creates a collection whose objects are [`PropertyMap`]s.
    ///
    /// # Errors
    ///
    /// Those of [`create_of`](Self::create_of).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let config = CollectionConfig::new("Article")
    ///     .property(Property::new("title", DataType::Text))
    ///     .vector(VectorConfig::self_provided());
    /// let articles = client.collections().create(config).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, config: CollectionConfig) -> impl Future<Output = Result<Collection>> + Send + '_ {
        self.create_of(config)
    }

    /// Creates a collection whose objects are of type `P`.
    ///
    /// # Errors
    ///
    /// - [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if a collection has this name.
    ///   [`ensure_of`](Self::ensure_of) accepts an existing one.
    /// - [`Validation`](crate::ErrorKind::Validation) for a configuration that the server would
    ///   refuse.
    /// - [`Unsupported`](crate::ErrorKind::Unsupported) for one that needs a newer server.
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
    /// let vector = VectorConfig::self_provided();
    /// let config = CollectionConfig::of::<Article>("Article").vector(vector);
    /// let articles = client.collections().create_of::<Article>(config).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_of<P: Properties>(
        &self,
        config: CollectionConfig,
    ) -> impl Future<Output = Result<Collection<P>>> + Send {
        const OPERATION: &str = "create collection";
        let name = CollectionName::new(config.name());
        let create = Box::pin(async move {
            schema::check(&config)?;
            let call = call(OPERATION, Idempotency::Never, &CollectionName::new(config.name()))?;
            operations::collections::create(&self.transport, call, schema::body_of_creation(&config)).await
        });
        async move {
            create.await.map_err(|error| error.in_operation(OPERATION, Some(name.as_str())))?;
            Ok(Collection::new(self.transport.clone(), name.as_str(), P::LAYOUT))
        }
    }

    /// Creates a collection whose objects are [`PropertyMap`]s, or compares the existing one with
    /// `config`.
    ///
    /// See [`ensure_of`](Self::ensure_of).
    ///
    /// # Errors
    ///
    /// Those of [`ensure_of`](Self::ensure_of).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let title = Property::new("title", DataType::Text);
    /// let config = CollectionConfig::new("Article").property(title);
    /// let articles = client.collections().ensure(config).await?.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "create_if_not_exists")]
    pub fn ensure(&self, config: CollectionConfig) -> impl Future<Output = Result<Ensured>> + Send + '_ {
        self.ensure_of(config)
    }

    /// Creates a collection whose objects are of type `P`, or compares the existing one with
    /// `config`.
    ///
    /// Only settings that `config` names are compared. An existing collection is not changed:
    /// [`CollectionConfig::plan`] and [`Config::apply`](crate::schema::Config::apply) do that.
    /// Several processes can call this at the same time.
    ///
    /// A setting that the server accepts and ignores, such as
    /// [`ReplicationConfig::async_enabled`](crate::schema::ReplicationConfig::async_enabled) on
    /// Weaviate 1.39, stays a difference. Leave it out of `config`.
    ///
    /// # Errors
    ///
    /// - [`Validation`](crate::ErrorKind::Validation) for a configuration that the server would
    ///   refuse.
    /// - [`Unsupported`](crate::ErrorKind::Unsupported) for one that needs a newer server.
    /// - [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the name differs from that of another
    ///   collection only in case.
    ///
    /// A collection that differs is not an error here, but one of [`Ensured::into_result`].
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
    /// let vector = VectorConfig::self_provided();
    /// let config = CollectionConfig::of::<Article>("Article").vector(vector);
    /// let ensured = client.collections().ensure_of::<Article>(config).await?;
    /// for difference in &ensured.differences {
    ///     println!("{difference}"); // ~ description: "Texts" -> "Articles"
    /// }
    /// let articles = ensured.into_result()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "create_if_not_exists")]
    pub fn ensure_of<P: Properties>(
        &self,
        config: CollectionConfig,
    ) -> impl Future<Output = Result<Ensured<P>>> + Send {
        Box::pin(async move {
            const OPERATION: &str = "ensure collection";
            let name = CollectionName::new(config.name());
            let collection = || Collection::new(self.transport.clone(), name.as_str(), P::LAYOUT);
            let read = || async {
                let call = call(OPERATION, Idempotency::Read, &name)?;
                operations::collections::get(&self.transport, &call, name.as_str()).await
            };
            schema::check(&config).map_err(|error| error.in_operation(OPERATION, Some(name.as_str())))?;
            let found = match read().await? {
                Some(found) => found,
                None => match self.create_of::<P>(config.clone()).await {
                    Ok(collection) => return Ok(Ensured { collection, created: true, differences: Vec::new() }),
                    // Another process created the collection meanwhile.
                    Err(error) if error.is_already_exists() => read().await?.ok_or(error)?,
                    Err(error) => return Err(error),
                },
            };
            let plan = Plan::merging(name.as_str(), &found, &config.write());
            let differences = plan.steps().iter().map(|step| step.difference.clone()).collect();
            Ok(Ensured { collection: collection(), created: false, differences })
        })
    }

    /// Deletes a collection and all its objects. Succeeds also if it does not exist.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for an invalid name.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// client.collections().delete("Article").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "drop")]
    pub async fn delete(&self, name: impl AsRef<str>) -> Result<()> {
        let name = CollectionName::new(name.as_ref());
        let call = call("delete collection", Idempotency::Idempotent, &name)?;
        operations::collections::delete(&self.transport, &call, name.as_str()).await
    }

    /// Checks that a collection with this name exists.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for an invalid name.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let exists: bool = client.collections().exists("Article").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn exists(&self, name: impl AsRef<str>) -> Result<bool> {
        let name = CollectionName::new(name.as_ref());
        let call = call("read collection", Idempotency::Read, &name)?;
        Ok(operations::collections::get(&self.transport, &call, name.as_str()).await?.is_some())
    }

    /// Lists the configurations of all collections, with the server's defaults filled in.
    ///
    /// A configuration with parts that this client does not know is listed, too.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// for config in client.collections().list().await? {
    ///     println!("{}: {} properties", config.name(), config.properties.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "list_all")]
    #[doc(alias = "schema")]
    pub async fn list(&self) -> Result<Vec<CollectionConfig>> {
        Ok(schema::list(&operations::collections::list(&self.transport).await?))
    }

    /// Deletes all collections and all their objects, one collection after the other.
    ///
    /// # Errors
    ///
    /// The first deletion that fails. The collections after it stay.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// client.collections().delete_all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete_all(&self) -> Result<()> {
        let names: Vec<_> = self.list().await?.iter().map(|config| config.name().to_owned()).collect();
        for name in names {
            self.delete(name).await?;
        }
        Ok(())
    }
}

/// Result of [`Collections::ensure`]: the handle of the collection and its differences.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client) -> weaviate::Result<()> {
/// let ensured = client.collections().ensure(CollectionConfig::new("Article")).await?;
/// println!("created: {}, differences: {}", ensured.created, ensured.differences.len());
/// let articles = ensured.into_result()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "a collection that differs is reported here and nowhere else"]
pub struct Ensured<P = PropertyMap> {
    /// Handle of the collection.
    pub collection: Collection<P>,
    /// The collection did not exist before, and was created.
    pub created: bool,
    /// Settings of an existing collection that differ from the configuration, in the order of their
    /// paths.
    pub differences: Vec<Difference>,
}

impl<P> Ensured<P> {
    /// Returns the handle of the collection, if it has no differences.
    ///
    /// # Errors
    ///
    /// [`SchemaDrift`](crate::ErrorKind::SchemaDrift) if the collection differs from its
    /// configuration. Its text lists the [`differences`](Self::differences).
    pub fn into_result(self) -> Result<Collection<P>> {
        if self.differences.is_empty() {
            return Ok(self.collection);
        }
        let lines: Vec<_> = self.differences.iter().map(ToString::to_string).collect();
        Err(Error::schema_drift(self.collection.name(), "its configuration", &lines.join("; ")))
    }
}

/// Makes a call about one collection. Refuses a name that the server would refuse.
fn call(operation: &'static str, idempotency: Idempotency, name: &CollectionName) -> Result<Call> {
    check_name(name.as_str()).map_err(|error| error.in_operation(operation, Some(name.as_str())))?;
    Ok(Call::new(operation, idempotency).collection(name.clone()))
}

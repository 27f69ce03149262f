//! The handle of one collection.

use std::fmt;
use std::marker::PhantomData;

use crate::config::CollectionSettings;
use crate::data::Data;
use crate::headers::Headers;
use crate::iterate::Iterate;
use crate::properties::{Properties, PropertiesCheck, compare};
use crate::query::Queries;
use crate::schema::CollectionName;
use crate::tenants::Tenants;
use crate::transport::Transport;
use crate::{Client, ConsistencyLevel, Integrations, PropertyMap, Result};

/// One collection, whose objects have properties of type `P`. Cheap to clone; making one does no I/O.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(client: Client) -> weaviate::Result<()> {
/// let articles = client.collection("Article");
/// let hits = articles.query().fetch_objects().limit(10).await?;
/// # Ok(())
/// # }
/// ```
pub struct Collection<P = PropertyMap> {
    client: Client,
    name: CollectionName,
    tenant: Option<String>,
    consistency_level: Option<ConsistencyLevel>,
    headers: Headers,
    properties: PhantomData<fn() -> P>,
}

impl<P> Collection<P> {
    pub(crate) fn new(client: Client, name: &str) -> Self {
        Self {
            client,
            name: CollectionName::new(name),
            tenant: None,
            consistency_level: None,
            headers: Headers::default(),
            properties: PhantomData,
        }
    }

    /// The name as the server keeps it: the first letter is upper case.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The same collection as one tenant sees it. For collections with multi-tenancy, and necessary there. Whether there is
    /// such a tenant is not looked at; [`tenants`](Self::tenants) makes them.
    #[must_use]
    pub fn tenant(&self, tenant: impl Into<String>) -> Self {
        Self { tenant: Some(tenant.into()), ..self.clone() }
    }

    /// The same collection with another consistency level for all that is done through the new handle.
    #[must_use]
    pub fn consistency_level(&self, level: ConsistencyLevel) -> Self {
        Self { consistency_level: Some(level), ..self.clone() }
    }

    /// The same collection with a header that goes with all that is done through the new handle, in place of one of the same
    /// name that the client has. A call may have another.
    #[must_use]
    pub fn header(&self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let mut own = self.clone();
        own.headers.insert(name.as_ref(), value.as_ref());
        own
    }

    /// The same collection with other keys of model providers for all that is done through the new handle.
    #[must_use]
    pub fn integrations(&self, integrations: &Integrations) -> Self {
        let mut own = self.clone();
        own.headers.extend(integrations.headers());
        own
    }

    /// The objects: storing, reading, changing and deleting them.
    #[must_use]
    pub fn data(&self) -> Data<P> {
        Data::new(self.clone())
    }

    /// The tenants, for collections with multi-tenancy: making, changing, listing and deleting them.
    #[must_use]
    pub fn tenants(&self) -> Tenants {
        Tenants::new(self)
    }

    /// Searches.
    #[must_use]
    pub fn query(&self) -> Queries<P> {
        Queries::new(self.clone())
    }

    /// All objects, one after the other, in the order of their ids. [`Iterate::stream`] gives a stream, which fetches them page
    /// by page, one page ahead, however many they are.
    ///
    /// An object that is there from beginning to end comes once. One that is stored meanwhile may come or not, and one that
    /// is changed meanwhile comes as it was or as it is. A page that the server repeats, or that does not go on where the
    /// last one ended, is an error before anything of it is given out.
    ///
    /// Each page is a search of its own and has the time of one, [`Timeouts::query`](crate::Timeouts::query), retries
    /// included; the stream as a whole may take as long as it takes, and so may whoever reads it. An error ends the stream; its [`token`](crate::Objects::token) says where to go on.
    ///
    /// Over plain REST objects come whole, and what was not asked for is dropped here; a name that the collection does not
    /// have is no error there. Blobs come unasked, and so do expired objects that are not deleted yet. In a [`PropertyMap`] a
    /// value is taken for what it looks like in JSON, as in [`get`](crate::Data::get).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let mut all = articles.iterate().stream();
    /// while let Some(article) = all.next().await {
    ///     let article = article?;
    ///     println!("{} {:?}", article.id, article.properties);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn iterate(&self) -> Iterate<P> {
        Iterate::new(self.clone())
    }

    /// The settings: reading and changing them, indexes, shards.
    #[must_use]
    pub fn config(&self) -> CollectionSettings {
        CollectionSettings::new(self)
    }

    /// Holds a struct against the collection as the server has it, and says all that differs.
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize, Deserialize, Properties)]
    /// struct Article {
    ///     title: String,
    ///     year: i64,
    /// }
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let articles = client.collection_of::<Article>("Article");
    /// let check = articles.check::<Article>().await?;
    /// println!("{check}"); // `year`: data type int in the struct, number in the collection
    /// check.into_result()?; // an error if anything is not as the struct says
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check<S: Properties>(&self) -> Result<PropertiesCheck> {
        let found = self.config().read().await?;
        let differences = compare(&S::properties(), &found.properties);
        Ok(PropertiesCheck { collection: self.name().to_owned(), differences })
    }

    pub(crate) fn transport(&self) -> &Transport {
        self.client.transport()
    }

    pub(crate) fn tenant_name(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    pub(crate) fn headers(&self) -> &Headers {
        &self.headers
    }

    pub(crate) fn level(&self) -> Option<ConsistencyLevel> {
        self.consistency_level
    }
}

// Not derived: `P` is only a promise about what comes out.
impl<P> Clone for Collection<P> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            name: self.name.clone(),
            tenant: self.tenant.clone(),
            consistency_level: self.consistency_level,
            headers: self.headers.clone(),
            properties: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Collection<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collection")
            .field("name", &self.name.as_str())
            .field("tenant", &self.tenant)
            .field("consistency_level", &self.consistency_level)
            .finish_non_exhaustive()
    }
}

//! The handle of one collection.

use std::fmt;
use std::marker::PhantomData;

use crate::options::Integrations;
use crate::requests::config::Config;
use crate::requests::data::Data;
use crate::requests::iterate::Iterate;
use crate::requests::query::Queries;
use crate::requests::tenants::Tenants;
use crate::scope::Scope;
use crate::transport::Transport;
use crate::values::properties::{Properties, PropertiesCheck, compare};
use crate::values::target::Target;
use crate::values::types::ConsistencyLevel;
use crate::{PropertyMap, Result};

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
    scope: Scope,
    properties: PhantomData<fn() -> P>,
}

impl<P> Collection<P> {
    pub(crate) fn new(transport: Transport, name: &str) -> Self {
        Self { scope: Scope::new(transport, name), properties: PhantomData }
    }

    /// The name as the server keeps it: the first letter is upper case.
    #[must_use]
    pub fn name(&self) -> &str {
        self.scope.collection()
    }

    /// The same collection as one tenant sees it. For collections with multi-tenancy, and necessary there. Whether there is
    /// such a tenant is not looked at; [`tenants`](Self::tenants) makes them.
    #[must_use]
    pub fn tenant(&self, tenant: impl Into<String>) -> Self {
        let mut own = self.clone();
        own.scope.target.tenant = Some(tenant.into().into());
        own
    }

    /// The same collection with another consistency level for all that is done through the new handle.
    #[must_use]
    pub fn consistency_level(&self, level: ConsistencyLevel) -> Self {
        let mut own = self.clone();
        own.scope.target.level = Some(level);
        own
    }

    /// The same collection with a header that goes with all that is done through the new handle, in place of one of the same
    /// name that the client has. A call may have another.
    #[must_use]
    pub fn header(&self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let mut own = self.clone();
        own.scope.options.headers.insert(name.as_ref(), value.as_ref());
        own
    }

    /// The same collection with other keys of model providers for all that is done through the new handle.
    #[must_use]
    pub fn integrations(&self, integrations: &Integrations) -> Self {
        let mut own = self.clone();
        own.scope.options.headers.extend(integrations.headers());
        own
    }

    /// The objects: storing, reading, changing and deleting them.
    #[must_use]
    pub fn data(&self) -> Data<P> {
        Data::new(&self.scope)
    }

    /// The tenants, for collections with multi-tenancy: making, changing, listing and deleting them.
    #[must_use]
    pub fn tenants(&self) -> Tenants {
        Tenants::new(&self.scope)
    }

    /// Searches.
    #[must_use]
    pub fn query(&self) -> Queries<P> {
        Queries::new(&self.scope)
    }

    /// All objects, one after the other, in the order of their ids. [`Iterate::stream`] gives a stream, which fetches them page
    /// by page, one page ahead, however many they are.
    ///
    /// An object that is there from beginning to end comes once. One that is stored meanwhile may come or not, and one that
    /// is changed meanwhile comes as it was or as it is. A page that the server repeats, or that does not go on where the
    /// last one ended, is an error before anything of it is given out.
    ///
    /// Each page is a search of its own and has the time of one, [`Timeouts::query`](crate::connect::Timeouts::query), retries
    /// included; the stream as a whole may take as long as it takes, and so may whoever reads it. An error ends the stream; its [`token`](crate::iterate::Objects::token) says where to go on.
    ///
    /// Over plain REST objects come whole, and what was not asked for is dropped here; a name that the collection does not
    /// have is no error there. Blobs come unasked, and so do expired objects that are not deleted yet. In a [`PropertyMap`] a
    /// value is taken for what it looks like in JSON, as in [`get`](crate::data::Data::get).
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
        Iterate::new(&self.scope)
    }

    /// The settings: reading and changing them, indexes, shards.
    #[must_use]
    pub fn config(&self) -> Config {
        Config::new(&self.scope)
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
    /// let check = articles.check().await?;
    /// println!("{check}"); // `year`: data type int in the struct, number in the collection
    /// check.into_result()?; // an error if anything is not as the struct says
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(&self) -> Result<PropertiesCheck>
    where
        P: Properties,
    {
        let found = self.config().get().await?;
        let differences = compare(&P::properties(), &found.properties);
        Ok(PropertiesCheck { collection: self.name().to_owned(), differences })
    }
}

// Not derived: `P` is only a promise about what comes out.
impl<P> Clone for Collection<P> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), properties: PhantomData }
    }
}

impl<P> fmt::Debug for Collection<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target { collection, tenant, level } = &self.scope.target;
        f.debug_struct("Collection")
            .field("name", &collection.as_str())
            .field("tenant", tenant)
            .field("consistency_level", level)
            .finish_non_exhaustive()
    }
}

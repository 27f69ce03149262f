//! Iteration over all objects of a collection, or of many tenants.

mod expired;
mod objects;
mod page_source;
mod reader;
mod resume_token;
mod tenants;

mod walk;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use self::objects::Objects;
use self::page_source::PageSource;
use self::reader::{Fetching, Reader};
pub use self::resume_token::ResumeToken;
pub use self::tenants::{IterateTenants, TenantHit, TenantObjects};
use crate::call::call_options;
use crate::requests::selection_setters::selection_setters;
use crate::scope::Scope;
use crate::values::properties::Properties;
use crate::values::query::{Metadata, Options};
use crate::values::types::ConsistencyLevel;
use crate::wire::listing::ListedObject;
use crate::wire::reply::Reading;
use crate::{Error, Uuid};

/// Default number of objects in a page.
const PAGE_SIZE: u32 = 100;

/// Request to read all objects of a collection, made by
/// [`Collection::iterate`](crate::Collection::iterate).
///
/// It is a plain value: it can be cloned, kept, changed and used again.
///
/// - `P`: type of the collection's objects.
/// - `S`: type of the returned objects. Default: `P`; [`project`](Self::project) changes it.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let titles = articles.iterate().properties(["title"]).page_size(1_000);
/// let mut all = titles.stream();
/// while let Some(article) = all.next().await {
///     println!("{:?}", article?.properties.get("title"));
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until the stream is asked for objects"]
pub struct Iterate<P, S = P> {
    scope: Scope,
    options: Options,
    after: ResumeToken,
    page_size: u32,
    prefetch: bool,
    types: PhantomData<fn() -> (P, S)>,
}

impl<P> Iterate<P> {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            options: Options::default(),
            after: ResumeToken::start(),
            page_size: PAGE_SIZE,
            prefetch: true,
            types: PhantomData,
        }
    }
}

impl<P, S> Iterate<P, S> {
    /// Resumes from the [`token`](Objects::token) of an earlier iteration, or after an id.
    ///
    /// The object with this id need not exist any more.
    ///
    /// ```no_run
    /// use weaviate::iterate::ResumeToken;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, saved: &str) -> weaviate::Result<()> {
    /// let token: ResumeToken = saved.parse()?;
    /// let mut rest = articles.iterate().after(token).stream();
    /// while let Some(article) = rest.next().await {
    ///     println!("{}", article?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "cursor")]
    #[doc(alias = "resume")]
    pub fn after(mut self, token: impl Into<ResumeToken>) -> Self {
        self.after = token.into();
        self
    }

    /// Sets the number of objects in each page. Range: 1 or more. Default: 100.
    ///
    /// The server's maximum is usually 10,000 (`QUERY_MAXIMUM_RESULTS`). A page must fit into one
    /// message, usually of 100 MB. Small objects are read faster in larger pages. Up to two pages
    /// are in memory: the current one and the prefetched one.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(articles: Collection) {
    /// let all = articles.iterate().page_size(1_000).stream();
    /// # }
    /// ```
    #[doc(alias = "batch_size")]
    #[doc(alias = "cache_size")]
    pub fn page_size(mut self, objects: u32) -> Self {
        self.page_size = objects;
        self
    }

    /// Prefetches one page while the page before it is consumed. Default: on.
    ///
    /// A stream that is no longer polled fetches no further page.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(articles: Collection) {
    /// let all = articles.iterate().prefetch(false).stream();
    /// # }
    /// ```
    pub fn prefetch(mut self, ahead: bool) -> Self {
        self.prefetch = ahead;
        self
    }

    /// Returns metadata with each object, besides its id: the times and the consistency.
    ///
    /// Distance, certainty and score exist only in searches.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(articles: Collection) {
    /// let all = articles.iterate().metadata([Metadata::LastUpdateTime]).stream();
    /// # }
    /// ```
    #[doc(alias = "return_metadata")]
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.options.selected.metadata = metadata.into_iter().collect();
        self
    }

    selection_setters!("articles.iterate()", "all properties except blobs and references", options.selected);

    /// Returns objects of type `T`, with only what `T` has: properties, blobs among them, vectors and
    /// references. The objects of references come with the properties of their struct.
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize, Deserialize, Properties)]
    /// struct Article {
    ///     title: String,
    ///     body: String,
    /// }
    ///
    /// #[derive(Deserialize, Properties)]
    /// struct Summary {
    ///     title: String,
    /// }
    ///
    /// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
    /// let mut all = articles.iterate().project::<Summary>().stream();
    /// while let Some(article) = all.next().await {
    ///     println!("{}", article?.properties.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn project<T: Properties>(self) -> Iterate<P, T> {
        let Self { mut scope, mut options, after, page_size, prefetch, .. } = self;
        scope.layout = T::LAYOUT;
        options.selected.project::<T>();
        Iterate { scope, options, after, page_size, prefetch, types: PhantomData }
    }

    /// Sets the consistency level: the number of replicas that must answer.
    ///
    /// Default: that of the collection's handle, otherwise the server's: `ONE`. Fails over REST,
    /// which does not support it for listings.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(articles: Collection) {
    /// let all = articles.iterate().consistency_level(ConsistencyLevel::Quorum).stream();
    /// # }
    /// ```
    pub fn consistency_level(mut self, level: ConsistencyLevel) -> Self {
        self.scope.target.level = Some(level);
        self
    }

    /// Reads the objects of many tenants, several tenants at the same time.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let names = articles.tenants().list().await?.into_iter().map(|tenant| tenant.name);
    /// let mut all = articles.iterate().tenants(names).concurrency(8).stream();
    /// while let Some(article) = all.next().await {
    ///     match article {
    ///         Ok(article) => println!("{} of {}", article.id, article.tenant),
    ///         Err(error) => eprintln!("tenant {:?} failed: {error}", error.tenant()),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn tenants<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> IterateTenants<P, S> {
        IterateTenants::new(self, names.into_iter().map(Into::into).collect())
    }

    call_options!(scope.options);
}

impl<P: 'static, S> Iterate<P, S> {
    /// Returns the objects as a stream.
    ///
    /// # Errors
    ///
    /// The only item of the stream is [`Validation`](crate::ErrorKind::Validation) for an option
    /// out of range.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let mut all = articles.iterate().stream();
    /// while let Some(article) = all.next().await {
    ///     println!("{}", article?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> Objects<S> {
        let name = self.scope.name();
        let wrong = self.check().err();
        let Self { scope, mut options, after, page_size, prefetch, .. } = self;
        options.limit = Some(page_size);
        scope.layout.complete(&mut options.selected);
        let reading = Reading::of(scope.layout, &options.selected);
        let source = Arc::new(PageSource { scope, options });
        let fetch = move |after: Option<Uuid>| -> Fetching<ListedObject> {
            let source = Arc::clone(&source);
            Box::pin(async move { source.page(after).await })
        };
        let reader = Reader::new(after, prefetch, Box::new(fetch));
        Objects::new(if let Some(wrong) = wrong { reader.refused(wrong) } else { reader }, name, reading)
    }
}

impl<P, S> Iterate<P, S> {
    fn check(&self) -> crate::Result<()> {
        if self.page_size == 0 {
            return Err(Error::validation("page_size", "must be 1 or more"));
        }
        Ok(())
    }
}

impl<P, S> Clone for Iterate<P, S> {
    fn clone(&self) -> Self {
        let Self { scope, options, after, page_size, prefetch, .. } = self;
        Self {
            scope: scope.clone(),
            options: options.clone(),
            after: *after,
            page_size: *page_size,
            prefetch: *prefetch,
            types: PhantomData,
        }
    }
}

impl<P, S> fmt::Debug for Iterate<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, options, after, page_size, prefetch, .. } = self;
        f.debug_struct("Iterate")
            .field("target", &scope.target)
            .field("after", after)
            .field("page_size", page_size)
            .field("prefetch", prefetch)
            .field("options", options)
            .finish()
    }
}

//! Reading all objects of a collection, or of many of its tenants.

mod expired;
mod objects;
mod reader;
mod resume_token;
mod source;
mod tenants;

mod walk;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use self::objects::Objects;
use self::reader::{Fetching, Reader};
pub use self::resume_token::ResumeToken;
use self::source::Source;
pub use self::tenants::{IterateTenants, TenantHit, TenantObjects};
use crate::call::call_options;
use crate::scope::Scope;
use crate::values::properties::{IntoList, Properties, PropertyName, selected};
use crate::values::query::Metadata;
use crate::values::query::{Options, vector_selection};
use crate::values::types::ConsistencyLevel;
use crate::wire::listing::ListedObject;
use crate::{Error, Uuid};

/// How many objects a page has unless said otherwise.
const PAGE_SIZE: u32 = 100;

/// What to read of all objects, and how: see [`Collection::iterate`](crate::Collection::iterate). `S` is what the objects are, the collection's own type
/// unless [`project`](Self::project) says otherwise.
///
/// A plain value: it can be cloned, kept, changed and used again.
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
    /// Goes on where another iteration stopped, as its [`token`](Objects::token) says, or behind the object of this id, which
    /// need not exist any more.
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
    pub fn after(mut self, token: impl Into<ResumeToken>) -> Self {
        self.after = token.into();
        self
    }

    /// How many objects are fetched at once, 1 or more, 100 without it. The server takes up to 10,000 unless it was set up
    /// otherwise (`QUERY_MAXIMUM_RESULTS`), and the objects of a page have to fit into one message, usually of 100 MB.
    ///
    /// Small objects are read faster in larger pages. Up to two pages are in memory, one that is consumed and one that was
    /// fetched ahead.
    pub fn page_size(mut self, objects: u32) -> Self {
        self.page_size = objects;
        self
    }

    /// Whether a page is fetched while the one before it is consumed, one and no more; true without it. A stream that is not
    /// polled any more does not go beyond that.
    pub fn prefetch(mut self, ahead: bool) -> Self {
        self.prefetch = ahead;
        self
    }

    /// Asks for metadata beside the id, which always comes: the times, or whether replicas agree. The rest is for searches.
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.options.metadata = metadata.into_iter().collect();
        self
    }

    vector_selection!();

    /// Only these properties come with the objects. Without it all come but blobs and references; a blob has to be named
    /// here. Naming an object brings all that is in it.
    ///
    /// It takes names, or a tuple of handles of the struct: `(fields.title, fields.year)`.
    pub fn properties(mut self, names: impl IntoList<P, PropertyName>) -> Self {
        self.options.properties = Some(names.into_list().into_iter().map(|PropertyName(name)| name).collect());
        self
    }

    /// Only the properties of `T` come with the objects, blobs among them, and the objects are of that type.
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
        let Self { scope, mut options, after, page_size, prefetch, .. } = self;
        options.properties = Some(selected::<T>());
        Iterate { scope, options, after, page_size, prefetch, types: PhantomData }
    }

    /// How many replicas have to answer, in place of what the collection's handle says. Not over REST, which refuses it.
    pub fn consistency_level(mut self, level: ConsistencyLevel) -> Self {
        self.scope.target.level = Some(level);
        self
    }

    /// The objects of many tenants instead of those of the collection or of one tenant.
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
    ///         Err(error) => eprintln!("{:?} is left out: {error}", error.tenant()),
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
    /// The objects, as a stream. What is wrong with the request comes as its first and only item.
    pub fn stream(self) -> Objects<S> {
        let name = self.scope.name();
        let wrong = self.check().err();
        let Self { scope, mut options, after, page_size, prefetch, .. } = self;
        options.limit = Some(page_size);
        let source = Arc::new(Source { scope, options });
        let fetch = move |after: Option<Uuid>| -> Fetching<ListedObject> {
            let source = Arc::clone(&source);
            Box::pin(async move { source.page(after).await })
        };
        let reader = Reader::new(after, prefetch, Box::new(fetch));
        Objects::new(if let Some(wrong) = wrong { reader.refused(wrong) } else { reader }, name)
    }
}

impl<P, S> Iterate<P, S> {
    fn check(&self) -> crate::Result<()> {
        if self.page_size == 0 {
            return Err(Error::validation("page_size", "a page has 1 object or more"));
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

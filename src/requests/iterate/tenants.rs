//! Iteration over many tenants, several at a time.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::page_source::OPERATION;
use super::{Iterate, Objects, ResumeToken};
use crate::values::query::Hit;
use crate::{Error, Result};

/// Default number of tenants that are read at the same time.
const CONCURRENCY: usize = 4;

/// Request to read all objects of many tenants, made by [`Iterate::tenants`].
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(orders: Collection) -> weaviate::Result<()> {
/// let each = orders.iterate().tenants(["ann", "bob"]);
/// let mut all = each.concurrency(2).fail_fast(true).stream();
/// while let Some(order) = all.next().await {
///     println!("{}", order?.tenant);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until the stream is asked for objects"]
pub struct IterateTenants<P, S = P> {
    each: Iterate<P, S>,
    names: Vec<String>,
    after: BTreeMap<String, ResumeToken>,
    concurrency: usize,
    fail_fast: bool,
}

impl<P, S> IterateTenants<P, S> {
    pub(super) fn new(each: Iterate<P, S>, names: Vec<String>) -> Self {
        Self { each, names, after: BTreeMap::new(), concurrency: CONCURRENCY, fail_fast: false }
    }

    /// Resumes from the [`tokens`](TenantObjects::tokens) of an earlier iteration.
    ///
    /// Tenants without a token are read from the start. Tokens of tenants that are not read now are
    /// kept.
    ///
    /// ```no_run
    /// use std::collections::BTreeMap;
    /// use weaviate::iterate::ResumeToken;
    /// # use weaviate::prelude::*;
    ///
    /// # fn example(orders: Collection, saved: BTreeMap<String, ResumeToken>) {
    /// let rest = orders.iterate().tenants(["ann", "bob"]).after(saved).stream();
    /// # }
    /// ```
    #[doc(alias = "resume")]
    pub fn after<N: Into<String>>(mut self, tokens: impl IntoIterator<Item = (N, ResumeToken)>) -> Self {
        self.after = tokens.into_iter().map(|(name, token)| (name.into(), token)).collect();
        self
    }

    /// Sets the number of tenants that are read at the same time. Range: 1 or more. Default: 4.
    ///
    /// Each of them has up to two pages in memory.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(orders: Collection) {
    /// let all = orders.iterate().tenants(["ann", "bob"]).concurrency(8).stream();
    /// # }
    /// ```
    pub fn concurrency(mut self, tenants: usize) -> Self {
        self.concurrency = tenants;
        self
    }

    /// Ends the iteration at the first error. Default: off, an error ends only its own tenant.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(orders: Collection) {
    /// let all = orders.iterate().tenants(["ann", "bob"]).fail_fast(true).stream();
    /// # }
    /// ```
    pub fn fail_fast(mut self, fail_fast: bool) -> Self {
        self.fail_fast = fail_fast;
        self
    }

    fn check(&self) -> Result<()> {
        if self.concurrency == 0 {
            return Err(Error::validation("concurrency", "must be 1 or more"));
        }
        if self.names.iter().any(String::is_empty) {
            return Err(Error::validation("tenants", "a tenant name is empty; remove it from the list"));
        }
        if self.each.after != ResumeToken::start() {
            let message = "each tenant has a token of its own; call `after` on the result of `tenants`";
            return Err(Error::validation("after", message));
        }
        self.each.check()
    }
}

impl<P: 'static, S: 'static> IterateTenants<P, S> {
    /// Returns the objects as a stream. A tenant that is named twice is read once.
    ///
    /// # Errors
    ///
    /// The only item of the stream is [`Validation`](crate::ErrorKind::Validation) for an option
    /// out of range, an empty tenant name, or a token set with [`Iterate::after`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(orders: Collection) -> weaviate::Result<()> {
    /// let mut all = orders.iterate().tenants(["ann", "bob"]).stream();
    /// while let Some(order) = all.next().await {
    ///     println!("{}", order?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> TenantObjects<S> {
        let wrong = self.check().err().map(|error| self.each.scope.failed(OPERATION, error));
        let Self { each, mut names, after, concurrency, fail_fast } = self;
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let start = move |tenant: &str, after: ResumeToken| {
            let mut one = each.clone().after(after);
            one.scope.target.tenant = Some(tenant.into());
            one.stream()
        };
        TenantObjects {
            waiting: if wrong.is_some() { Vec::new() } else { names }.into_iter(),
            wrong,
            start: Box::new(start),
            reading: Vec::new(),
            turn: 0,
            left: after,
            concurrency,
            fail_fast,
            filters: Vec::new(),
        }
    }
}

impl<P, S> Clone for IterateTenants<P, S> {
    fn clone(&self) -> Self {
        let Self { each, names, after, concurrency, fail_fast } = self;
        Self {
            each: each.clone(),
            names: names.clone(),
            after: after.clone(),
            concurrency: *concurrency,
            fail_fast: *fail_fast,
        }
    }
}

impl<P, S> fmt::Debug for IterateTenants<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IterateTenants")
            .field("each", &self.each)
            .field("names", &self.names)
            .field("after", &self.after)
            .field("concurrency", &self.concurrency)
            .field("fail_fast", &self.fail_fast)
            .finish()
    }
}

/// Object of a tenant. Derefs to its [`Hit`].
///
/// ```no_run
/// use weaviate::iterate::TenantHit;
/// use weaviate::prelude::*;
///
/// fn print(order: &TenantHit<PropertyMap>) {
///     println!("{} of {}: {:?}", order.id, order.tenant, order.properties);
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TenantHit<P> {
    /// Name of its tenant.
    pub tenant: Arc<str>,
    /// Object.
    pub hit: Hit<P>,
}

impl<P> Deref for TenantHit<P> {
    type Target = Hit<P>;

    fn deref(&self) -> &Hit<P> {
        &self.hit
    }
}

/// Stream of the objects of many tenants, made by [`IterateTenants::stream`].
///
/// It implements [`Stream`]; [`next`](Self::next) needs no extension trait. The objects of one
/// tenant come in the order of their ids; those of different tenants are mixed. An error names its
/// [`tenant`](Error::tenant). The other tenants continue, unless
/// [`fail_fast`](IterateTenants::fail_fast) is set.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(orders: Collection) -> weaviate::Result<()> {
/// let all = orders.iterate().tenants(["ann", "bob"]).stream();
/// let mut paid = all.client_side_filter(|order| order.properties.contains_key("paid"));
/// while let Some(order) = paid.next().await {
///     match order {
///         Ok(order) => println!("{} of {}", order.id, order.tenant),
///         Err(error) => eprintln!("tenant {:?} failed: {error}", error.tenant()),
///     }
/// }
/// let resume_from = paid.tokens();
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is read until objects are asked for"]
pub struct TenantObjects<S> {
    waiting: vec::IntoIter<String>,
    wrong: Option<Error>,
    start: Start<S>,
    reading: Vec<(Arc<str>, Objects<S>)>,
    /// Index of the tenant to poll first. It rotates, so that no tenant waits for the others.
    turn: usize,
    /// Positions of the tenants that are not being read.
    left: BTreeMap<String, ResumeToken>,
    concurrency: usize,
    fail_fast: bool,
    filters: Vec<Filter<S>>,
}

/// Starts the iteration over one tenant.
type Start<S> = Box<dyn Fn(&str, ResumeToken) -> Objects<S> + Send>;

type Filter<S> = Box<dyn FnMut(&TenantHit<S>) -> bool + Send>;

impl<S> TenantObjects<S> {
    /// Returns only objects for which `keep` returns `true`. **The client still reads all
    /// objects.**
    ///
    /// See [`Objects::client_side_filter`].
    pub fn client_side_filter(mut self, keep: impl FnMut(&TenantHit<S>) -> bool + Send + 'static) -> Self {
        self.filters.push(Box::new(keep));
        self
    }

    /// Returns the position of each tenant that was started, now or earlier: see
    /// [`Objects::token`].
    ///
    /// The map is built on each call, with an entry for each tenant. Do not call it after every
    /// object.
    #[must_use]
    pub fn tokens(&self) -> BTreeMap<String, ResumeToken> {
        let mut tokens = self.left.clone();
        tokens.extend(self.reading.iter().map(|(tenant, objects)| (tenant.to_string(), objects.token())));
        tokens
    }

    /// Stops reading a tenant, and keeps its position.
    fn leave(&mut self, index: usize) -> Arc<str> {
        let (tenant, objects) = self.reading.remove(index);
        self.left.insert(tenant.to_string(), objects.token());
        tenant
    }

    fn stop(&mut self) {
        self.waiting = Vec::new().into_iter();
        while !self.reading.is_empty() {
            self.leave(0);
        }
    }
}

impl<S: DeserializeOwned> TenantObjects<S> {
    /// Returns the next object, or `None` at the end.
    ///
    /// Cancel-safe: a future that is dropped before it is ready loses no object.
    ///
    /// # Errors
    ///
    /// Those of [`Objects::next`], with the [`tenant`](Error::tenant).
    pub async fn next(&mut self) -> Option<Result<TenantHit<S>>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<TenantHit<S>>>> {
        if let Some(wrong) = self.wrong.take() {
            return Poll::Ready(Some(Err(wrong)));
        }
        let mut idle = 0;
        loop {
            while self.reading.len() < self.concurrency
                && let Some(name) = self.waiting.next()
            {
                let after = self.left.get(&name).copied().unwrap_or_default();
                let objects = (self.start)(&name, after);
                self.reading.push((name.into(), objects));
                idle = 0;
            }
            if self.reading.is_empty() {
                return Poll::Ready(None);
            }
            if idle == self.reading.len() {
                return Poll::Pending;
            }
            self.turn %= self.reading.len();
            let (tenant, objects) = &mut self.reading[self.turn];
            match objects.poll(context) {
                Poll::Pending => {
                    idle += 1;
                    self.turn += 1;
                }
                Poll::Ready(Some(Ok(hit))) => {
                    let found = TenantHit { tenant: Arc::clone(tenant), hit };
                    self.turn += 1;
                    idle = 0;
                    if self.filters.iter_mut().all(|keep| keep(&found)) {
                        return Poll::Ready(Some(Ok(found)));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    let tenant = self.leave(self.turn);
                    if self.fail_fast {
                        self.stop();
                    }
                    return Poll::Ready(Some(Err(error.of_tenant(&tenant))));
                }
                Poll::Ready(None) => {
                    self.leave(self.turn);
                    idle = 0;
                }
            }
        }
    }
}

impl<S: DeserializeOwned> Stream for TenantObjects<S> {
    type Item = Result<TenantHit<S>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<S> fmt::Debug for TenantObjects<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantObjects")
            .field("reading", &self.reading)
            .field("waiting", &self.waiting.len())
            .field("concurrency", &self.concurrency)
            .field("fail_fast", &self.fail_fast)
            .finish_non_exhaustive()
    }
}

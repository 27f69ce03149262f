//! The objects of many tenants, a few tenants at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::source::OPERATION;
use super::{Iterate, Objects, ResumeToken};
use crate::values::query::Hit;
use crate::{Error, Result};

/// How many tenants are read at the same time unless said otherwise.
const CONCURRENCY: usize = 4;

/// What to read of the objects of many tenants: see [`Iterate::tenants`].
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

    /// Goes on where another iteration stopped: what its [`tokens`](TenantObjects::tokens) were. A tenant that is not among
    /// them is read from its start; the token of a tenant that is not asked for is kept as it is.
    pub fn after<N: Into<String>>(mut self, tokens: impl IntoIterator<Item = (N, ResumeToken)>) -> Self {
        self.after = tokens.into_iter().map(|(name, token)| (name.into(), token)).collect();
        self
    }

    /// How many tenants are read at the same time, 1 or more, 4 without it. Each has up to two pages in memory.
    pub fn concurrency(mut self, tenants: usize) -> Self {
        self.concurrency = tenants;
        self
    }

    /// Whether the first error ends it all. Without it, an error ends the tenant that it came from, and the others go on.
    pub fn fail_fast(mut self, fail_fast: bool) -> Self {
        self.fail_fast = fail_fast;
        self
    }

    fn check(&self) -> Result<()> {
        if self.concurrency == 0 {
            return Err(Error::validation("concurrency", "1 tenant or more is read at a time"));
        }
        if self.names.iter().any(String::is_empty) {
            return Err(Error::validation("tenants", "the name of a tenant is empty"));
        }
        if self.each.after != ResumeToken::start() {
            let message = "each tenant has a place of its own: give their tokens behind `tenants`";
            return Err(Error::validation("after", message));
        }
        self.each.check()
    }
}

impl<P: 'static, S: 'static> IterateTenants<P, S> {
    /// The objects, as a stream. What is wrong with the request comes as its first and only item. A tenant that is named
    /// twice is read once.
    pub fn stream(self) -> TenantObjects<S> {
        let wrong = self.check().err().map(|error| self.each.scope.failed(OPERATION, error));
        let Self { each, mut names, after, concurrency, fail_fast } = self;
        let mut seen = BTreeSet::new();
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

/// An object, and the tenant it is of. Whatever [`Hit`] has, it has too.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TenantHit<P> {
    /// The name of its tenant.
    pub tenant: Arc<str>,
    /// The object.
    pub hit: Hit<P>,
}

impl<P> Deref for TenantHit<P> {
    type Target = Hit<P>;

    fn deref(&self) -> &Hit<P> {
        &self.hit
    }
}

/// The objects of many tenants: see [`Iterate::tenants`].
///
/// A [`Stream`], and [`next`](Self::next) for those who do not import any extension. The objects of one tenant come in the
/// order of their ids, those of different tenants mixed. An error says which [`tenant`](Error::tenant) it is of; the others
/// go on, unless [`fail_fast`](IterateTenants::fail_fast) was asked for.
#[must_use = "nothing is read until objects are asked for"]
pub struct TenantObjects<S> {
    waiting: vec::IntoIter<String>,
    wrong: Option<Error>,
    start: Start<S>,
    reading: Vec<(Arc<str>, Objects<S>)>,
    /// Whose turn it is to be looked at first, so that none has to wait for the others.
    turn: usize,
    /// How far those came that are not read just now.
    left: BTreeMap<String, ResumeToken>,
    concurrency: usize,
    fail_fast: bool,
    filters: Vec<Filter<S>>,
}

/// Begins to read a tenant.
type Start<S> = Box<dyn Fn(&str, ResumeToken) -> Objects<S> + Send>;

type Filter<S> = Box<dyn FnMut(&TenantHit<S>) -> bool + Send>;

impl<S> TenantObjects<S> {
    /// Gives out only what `keep` says yes to, see [`Objects::client_side_filter`].
    pub fn client_side_filter(mut self, keep: impl FnMut(&TenantHit<S>) -> bool + Send + 'static) -> Self {
        self.filters.push(Box::new(keep));
        self
    }

    /// Where to go on, for each tenant that was begun, now or earlier: see [`Objects::token`]. They are put together when they
    /// are asked for, one for each tenant, so better not after each object.
    #[must_use]
    pub fn tokens(&self) -> BTreeMap<String, ResumeToken> {
        let mut tokens = self.left.clone();
        tokens.extend(self.reading.iter().map(|(tenant, objects)| (tenant.to_string(), objects.token())));
        tokens
    }

    /// No longer reads a tenant.
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
    /// The next object, `None` at the end. Whoever stops waiting for it loses nothing.
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

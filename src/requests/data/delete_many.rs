//! The request that deletes all objects that match a filter.

use std::future::IntoFuture;

use super::setters::scope_options;
use crate::call::Idempotency;
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::data::DeleteReport;
use crate::wire::delete;
use crate::{Filter, Result};

const OPERATION: &str = "delete many";

/// Request to delete all objects that match a filter, made by
/// [`Data::delete_many`](super::Data::delete_many).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let old = Filter::property("year").less_than(1900);
/// let report = articles.data().delete_many(old).dry_run(true).verbose(true).await?;
/// println!("{} articles would be deleted", report.matches);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is deleted until the request is awaited"]
pub struct DeleteMany {
    scope: Scope,
    filter: Filter,
    dry_run: bool,
    verbose: bool,
}

impl DeleteMany {
    pub(super) fn new(scope: &Scope, filter: Filter) -> Self {
        Self { scope: scope.clone(), filter, dry_run: false, verbose: false }
    }

    /// Only counts the objects that match, and deletes none. Default: off.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, old: Filter) -> weaviate::Result<()> {
    /// let report = articles.data().delete_many(old).dry_run(true).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Lists each object in the report. Default: off.
    ///
    /// In a dry run, the server lists at most 10,000 objects.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, old: Filter) -> weaviate::Result<()> {
    /// for object in articles.data().delete_many(old).verbose(true).await?.objects {
    ///     println!("{} {:?}", object.id, object.error);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    scope_options!();

    async fn send(&self) -> Result<DeleteReport> {
        let Self { scope, filter, dry_run, verbose } = self;
        let request = delete::Request { target: &scope.target, dry_run: *dry_run, verbose: *verbose };
        let request = request.message(filter)?;
        let mut report = DeleteReport::default();
        loop {
            // Idempotent: a second attempt deletes nothing beyond the filter.
            let call = scope.call(OPERATION, Idempotency::Idempotent)?;
            let reply = operations::delete_many::delete_many(&scope.transport, call, request.clone())
                .await
                .and_then(delete::report);
            let reply = match reply {
                Ok(reply) => reply,
                Err(error) if report.successful > 0 => return Err(error.with_unknown_outcome()),
                Err(error) => return Err(error),
            };
            if report.add(reply) || *dry_run {
                return Ok(report);
            }
        }
    }
}

impl IntoFuture for DeleteMany {
    type Output = Result<DeleteReport>;
    type IntoFuture = Pending<'static, DeleteReport>;

    fn into_future(self) -> Self::IntoFuture {
        perform(OPERATION, self.scope.name(), async move { self.send().await })
    }
}

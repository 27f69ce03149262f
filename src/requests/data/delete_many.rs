//! The request that deletes what a filter matches.

use std::future::IntoFuture;

use super::setters::scope_options;
use crate::call::Idempotency;
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::data::DeleteReport;
use crate::wire::delete;
use crate::{Filter, Result};

const OPERATION: &str = "delete many";

/// Deletes what a filter matches, see [`Data::delete_many`](super::Data::delete_many).
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

    /// Whether objects are only counted, and none is deleted.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Whether the report names each object. Of a dry run, the server names 10,000 at most.
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
            // What is gone is gone: a repetition deletes no more than the filter says.
            let call = scope.call(OPERATION, Idempotency::Idempotent)?;
            let reply =
                operations::delete_many::delete_many(&scope.transport, call, &request).await.and_then(delete::report);
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

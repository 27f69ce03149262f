//! Waits until all vectors of a collection or a tenant are indexed.
//!
//! The server lists a queue for each replica of each shard. It has the vectors in the queue before
//! it answers an import, so that an empty queue means what it says, except for a moment: a replica
//! may get its objects after the answer, and older servers count a chunk neither as queued nor as
//! indexed while they carry it over. So two looks have to agree.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::call::{Call, Idempotency};
use crate::error::{ErrorKind, Verdict};
use crate::operations;
use crate::operations::nodes::{NodeState, ShardState};
use crate::requests::aggregate::Count;
use crate::scope::Scope;
use crate::values::indexing_status::IndexingStatus;
use crate::values::tenants::TenantStatus;
use crate::wait::{Look, Looking, Seen, Wait, timed_out};
use crate::{Error, PropertyMap, Result};

const OPERATION: &str = "wait for indexing";
/// The pauses between looks: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));
/// The pause before the look that has to agree with the last one.
const CONFIRM_AFTER: Duration = Duration::from_millis(500);

pub(crate) fn wait_until_indexed(scope: &Scope, within: Duration) -> Wait<IndexingStatus> {
    let own = scope.clone();
    Wait::new(OPERATION, Some(scope.collection()), within, PAUSES, move || IndexingLook {
        scope: own.clone(),
        at_least: 0,
        last: None,
    })
}

struct IndexingLook {
    scope: Scope,
    at_least: u64,
    last: Option<ShardsReading>,
}

impl Look<IndexingStatus> for IndexingLook {
    fn look(&mut self, left: Duration) -> Looking<'_, IndexingStatus> {
        Box::pin(async move {
            let reading = match self.read(left).await {
                Ok(reading) => reading,
                // The server may recover before the time is over.
                Err(error) if error.is_retryable() => {
                    self.last = self.last.take().map(ShardsReading::unconfirmed);
                    return Ok(Seen::Failed(error));
                }
                Err(error) => return Err(error),
            };
            let is_quiet = reading.is_quiet() && reading.objects >= self.at_least;
            let before = self.last.as_ref().filter(|last| last.is_quiet && is_quiet);
            let is_done = before.is_some_and(|before| reading.objects <= before.objects);
            let status = reading.status(is_done);
            self.last = Some(ShardsReading { is_quiet, ..reading });
            Ok(match (is_done, is_quiet) {
                (true, _) => Seen::Done(status),
                (false, true) => Seen::Confirm(status, CONFIRM_AFTER),
                (false, false) => Seen::NotYet(status),
            })
        })
    }

    fn at_least(&mut self, objects: u64) {
        self.at_least = objects;
    }

    fn late(&mut self, within: Duration) -> Error {
        let mut text = format!("not all vectors are indexed within {within:?}");
        let _ = match &self.last {
            Some(last) => write!(text, ": {}", last.problem(self.at_least)),
            None => write!(text, ": the shards were not read"),
        };
        timed_out(text)
    }
}

impl IndexingLook {
    /// Reads the shards once, within the time that is left.
    async fn read(&self, left: Duration) -> Result<ShardsReading> {
        let Scope { transport, target, .. } = &self.scope;
        let call = self.call(left)?;
        let nodes = operations::nodes::with_shards(transport, &call, target.collection(), target.tenant()).await?;
        let mut reading = ShardsReading::of(&nodes, target.tenant());
        match target.tenant() {
            Some(tenant) if reading.shards == 0 => self.check_tenant(tenant, left).await?,
            _ => {}
        }
        if reading.is_quiet() && reading.objects < self.at_least {
            reading.objects = reading.objects.max(self.count(left).await?);
        }
        Ok(reading)
    }

    /// Counts the objects. The nodes leave out those that are in their memory only. Returns 0 if they
    /// cannot be counted: those of all tenants, or without permission to read them.
    async fn count(&self, left: Duration) -> Result<u64> {
        let within = self.call(left)?.options.timeout.unwrap_or(left);
        match Count::<PropertyMap>::new(&self.scope).timeout(within).await {
            Ok(objects) => Ok(objects),
            Err(error) if error.is_retryable() => Err(error),
            Err(error) => {
                tracing::debug!(%error, "the objects cannot be counted");
                Ok(0)
            }
        }
    }

    fn call(&self, left: Duration) -> Result<Call> {
        let call = self.scope.call(OPERATION, Idempotency::Read)?;
        let within = self.scope.transport.deadline_of(&call).min(left);
        Ok(call.timeout(within))
    }

    /// Fails unless the tenant will have a shard soon. The nodes list the shards of active tenants
    /// only, and do not tell which tenants exist.
    async fn check_tenant(&self, name: &str, left: Duration) -> Result<()> {
        let Scope { transport, target, .. } = &self.scope;
        let found = operations::tenants::get(transport, self.call(left)?, target.collection(), name).await?;
        let message = match found.map(|tenant| tenant.status) {
            Some(TenantStatus::Active | TenantStatus::Onloading) => return Ok(()),
            Some(status) => format!(
                "tenant {name:?} is {status}, and the server indexes active tenants only; activate it with `tenants().activate`"
            ),
            None => format!("tenant {name:?} does not exist; create it with `tenants().create`"),
        };
        Err(Error::new(Verdict::refused(ErrorKind::Tenant), message))
    }
}

/// One reading of all shards.
#[derive(Debug, Default)]
struct ShardsReading {
    objects: u64,
    queue_length: u64,
    /// Replicas of shards, the missing ones included.
    shards: usize,
    indexing: usize,
    /// The first replica that is not indexed.
    first: Option<String>,
    /// Replicas of which the server knows, and that no node lists.
    missing: usize,
    /// Why there may be more shards than the nodes list.
    unlisted: Option<String>,
    /// Whether it can be the end of the wait.
    is_quiet: bool,
}

impl ShardsReading {
    fn of(nodes: &[NodeState], tenant: Option<&str>) -> Self {
        let mut reading = Self::default();
        let mut by_name = BTreeMap::<_, Replicas>::new();
        for node in nodes {
            for shard in node.shards.iter().filter(|shard| tenant.is_none_or(|tenant| tenant == shard.name)) {
                reading.add(node, shard);
                by_name.entry(&shard.name).or_default().add(shard);
            }
        }
        reading.objects = by_name.values().fold(0, |sum, shard| shard.objects.saturating_add(sum));
        reading.missing = by_name.values().fold(0, |sum, shard| shard.missing().saturating_add(sum));
        reading.shards = reading.shards.saturating_add(reading.missing);
        // The replicas of a tenant may all be on the other nodes.
        let has_all = tenant.is_some() && !by_name.is_empty() && by_name.values().all(Replicas::has_all);
        let silent = nodes.iter().find(|node| !node.is_healthy()).filter(|_| !has_all);
        reading.unlisted = match (silent, tenant) {
            (Some(node), _) => Some(format!("node {:?} is {}", node.name, or_unknown(&node.status))),
            (None, Some(tenant)) if by_name.is_empty() => Some(format!("no node has loaded tenant {tenant:?}")),
            (None, _) if nodes.is_empty() => Some("the server lists no nodes".to_owned()),
            (None, _) => None,
        };
        reading
    }

    fn add(&mut self, node: &NodeState, shard: &ShardState) {
        self.queue_length = self.queue_length.saturating_add(shard.vector_queue_length);
        self.shards += 1;
        if is_indexed(shard) {
            return;
        }
        self.indexing += 1;
        self.first.get_or_insert_with(|| describe(node, shard));
    }

    /// Returns whether nothing is left to index.
    fn is_quiet(&self) -> bool {
        self.indexing == 0 && self.missing == 0 && self.unlisted.is_none()
    }

    /// After a look that failed, two more have to agree.
    fn unconfirmed(self) -> Self {
        Self { is_quiet: false, ..self }
    }

    fn status(&self, is_done: bool) -> IndexingStatus {
        IndexingStatus {
            objects: self.objects,
            queue_length: self.queue_length,
            shards: self.shards,
            shards_indexing: self.indexing.saturating_add(self.missing),
            is_done,
        }
    }

    /// Says what keeps the wait from its end.
    fn problem(&self, at_least: u64) -> String {
        let mut text = self.status(false).to_string();
        let mut add = |more: &str| {
            text.push_str("; ");
            text.push_str(more);
        };
        if let Some(first) = &self.first {
            add(first);
        }
        if self.missing > 0 {
            add(&format!("no node lists {} of the replicas, as while a node is down", self.missing));
        }
        if let Some(unlisted) = &self.unlisted {
            add(unlisted);
        }
        if self.objects < at_least {
            add(&format!("waiting for at least {at_least} objects"));
        } else if self.is_quiet() {
            add("a second look has not confirmed it");
        }
        text
    }
}

/// The replicas of one shard that the nodes list.
#[derive(Default)]
struct Replicas {
    listed: usize,
    /// As many as the server says there are.
    expected: Option<usize>,
    objects: u64,
}

impl Replicas {
    fn add(&mut self, shard: &ShardState) {
        self.listed += 1;
        self.expected = self.expected.max(shard.replicas.map(|number| number.try_into().unwrap_or(usize::MAX)));
        self.objects = self.objects.max(shard.object_count);
    }

    fn missing(&self) -> usize {
        self.expected.map_or(0, |expected| expected.saturating_sub(self.listed))
    }

    fn has_all(&self) -> bool {
        self.expected.is_some() && self.missing() == 0
    }
}

/// A shard that accepts no writes can be indexed. One that is not in memory has a queue that the
/// server does not count.
fn is_indexed(shard: &ShardState) -> bool {
    shard.loaded && shard.vector_queue_length == 0 && matches!(shard.status.as_str(), "READY" | "READONLY")
}

fn describe(node: &NodeState, shard: &ShardState) -> String {
    let ShardState { name, status, vector_queue_length: queued, .. } = shard;
    let status = or_unknown(status);
    let place = format!("shard {name:?} of node {:?}", node.name);
    match (shard.loaded, status) {
        (false, _) => format!("{place} is not loaded; a read of its objects loads it"),
        (true, "READONLY") => {
            format!("{place} is READONLY with {queued} vectors queued; make it writable with `config().update_shards`")
        }
        (true, _) => format!("{place} is {status} with {queued} vectors queued"),
    }
}

fn or_unknown(status: &str) -> &str {
    if status.is_empty() { "without a status" } else { status }
}

#[cfg(test)]
mod tests;

//! Refused writes, in the words of what was refused: a put, a merge, a deletion, a reference.

use http::StatusCode;
use uuid::Uuid;

use crate::emulated::Emulated;
use crate::engine::letter_case::capitalised;
use crate::engine::store::Refusal;
use crate::engine::store::fault::{ReadOnly, TenantFault};

use super::reply::Reply;

const FAILED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// Target of a write: collection and tenant.
pub(super) struct Target<'a> {
    pub(super) emulated: &'a Emulated,
    pub(super) collection: &'a str,
    pub(super) tenant: &'a str,
}

impl Target<'_> {
    fn index(&self) -> String {
        capitalised(self.collection).to_lowercase()
    }

    /// The shard as errors name it.
    fn shard(&self) -> String {
        let state = self.emulated.read();
        let found = state.collection(self.collection).and_then(|known| known.shards.get(self.tenant));
        format!("shard=\"{}\"", found.map(|shard| shard.name.as_str()).unwrap_or_default())
    }

    /// A refused insert or replacement. An insert with an id of its own first asks whether the id is taken.
    pub(super) fn put(&self, refusal: &Refusal, with_id: bool) -> Reply {
        let index = self.index();
        if let Some(reached) = refusal.limit() {
            return Reply::limit(reached);
        }
        match refusal {
            Refusal::Invalid(fault) => Reply::unprocessable(format!("invalid object: {fault}")),
            Refusal::AutoSchema(fault) | Refusal::NotCreated { fault, .. } => {
                Reply::error(FAILED, format!("invalid object: {fault}"))
            }
            Refusal::UnknownCollection(name) => {
                Reply::unprocessable(format!("invalid object: class \"{name}\" not found in schema"))
            }
            // An unknown tenant holds nothing, so that no id is taken.
            Refusal::Tenant(fault) if with_id && !matches!(fault, TenantFault::Unknown(_)) => {
                Reply::unprocessable(format!("determine shard: {fault}"))
            }
            Refusal::Tenant(fault) => {
                Reply::unprocessable(format!("put object: import into index {index}: determine shard: {fault}"))
            }
            Refusal::Unvectorized(unvectorized) => Reply::error(FAILED, unvectorized.of_one()),
            Refusal::AutoTenant { .. } | Refusal::Exists(_) => Reply::unprocessable(refusal.batch_text()),
            Refusal::NotFound(_) => Reply::empty(StatusCode::NOT_FOUND),
            Refusal::Misfit { .. }
            | Refusal::TooLong { .. }
            | Refusal::Unindexed { .. }
            | Refusal::Unqueued { .. }
            | Refusal::ReadOnly(_)
            | Refusal::Limit(_)
            | Refusal::Injected(_) => {
                let (shard, text) = (self.shard(), refusal.put_text());
                Reply::error(
                    FAILED,
                    format!("put object: import into index {index}: put local object: {shard}: {text}"),
                )
            }
        }
    }

    /// A refused merge.
    pub(super) fn merge(&self, refusal: &Refusal) -> Reply {
        let index = self.index();
        match refusal {
            Refusal::Invalid(fault) => Reply::unprocessable(format!("msg:bad request code:400 err:{fault}")),
            Refusal::AutoSchema(fault) => {
                Reply::unprocessable(format!("msg:bad request code:400 err:invalid object: {fault}"))
            }
            Refusal::Tenant(fault) => Reply::unprocessable(format!(
                "msg:repo.object code:422 err:search index {index}: determine shard: {fault}"
            )),
            Refusal::NotFound(_) => Reply::empty(StatusCode::NOT_FOUND),
            Refusal::Unvectorized(unvectorized) => {
                Reply::error(FAILED, format!("msg:merge and vectorize code:500 err:{}", unvectorized.of_one()))
            }
            other => {
                let (shard, text) = (self.shard(), other.merge_text());
                let words = "msg:repo.merge code:500 err:merge into index";
                Reply::error(FAILED, format!("{words} {index}: update local object: {shard}: {text}"))
            }
        }
    }

    /// A refused deletion.
    pub(super) fn deletion(&self, refusal: &Refusal) -> Reply {
        const WORDS: &str = "delete object from vector repo: delete from";
        let index = self.index();
        match refusal {
            Refusal::Tenant(fault) => {
                Reply::unprocessable(format!("{WORDS} index \"{index}\": determine shard: {fault}"))
            }
            Refusal::ReadOnly(_) => {
                let (shard, text) = (self.shard(), refusal.put_text());
                Reply::error(
                    FAILED,
                    format!("could not {WORDS} index \"{index}\": delete local object: {shard}: {text}"),
                )
            }
            _ => Reply::error(FAILED, format!("could not {WORDS} non-existing index for {}", self.collection)),
        }
    }

    /// A vector that does not follow the references of its object.
    pub(super) fn centroid(&self, id: Uuid, refusal: &Refusal) -> Reply {
        let Self { collection, .. } = self;
        let text = match refusal {
            Refusal::Unvectorized(unvectorized) => {
                format!("calculate ref vector for '{}/{id}': {}", capitalised(collection), unvectorized.of_one())
            }
            other => {
                let (index, shard, text) = (self.index(), self.shard(), other.put_text());
                format!("put object: import into index {index}: put local object: {shard}: {text}")
            }
        };
        Reply::error(FAILED, format!("msg:update ref vector code:500 err:{text}"))
    }

    /// A reference that a shard does not take.
    pub(super) fn reference(&self, added: bool) -> Reply {
        let (index, shard, text) = (self.index(), self.shard(), ReadOnly::Manually);
        let words = if added {
            format!("add reference to repo code:500 err:merge into index {index}: update local object")
        } else {
            format!("repo.putobject code:500 err:import into index {index}: put local object")
        };
        Reply::error(FAILED, format!("msg:{words}: {shard}: {text}"))
    }
}

//! Searching: filters, order, vector, keyword and hybrid search, grouping, aggregation. Pure functions over the store.

pub(crate) mod aggregate;
pub(crate) mod aim;
pub(crate) mod analysis;
pub(crate) mod autocut;
pub(crate) mod boost;
pub(crate) mod boost_filter;
pub(crate) mod distance;
pub(crate) mod fault;
pub(crate) mod filter;
mod folding;
pub(crate) mod generate;
pub(crate) mod geo;
pub(crate) mod group;
pub(crate) mod hybrid;
pub(crate) mod keyword;
pub(crate) mod like;
pub(crate) mod mmr;
pub(crate) mod near;
pub(crate) mod rerank;
pub(crate) mod rfc3339;
pub(crate) mod sort;
pub(crate) mod tokenization;
pub(crate) mod vector;

use uuid::Uuid;

use crate::engine::schema::{ClassView, Property};
use crate::engine::store::fault::TenantFault;
use crate::engine::store::{Collection, Object, Shard, State};
use analysis::Analyzer;
use fault::LinkedFault;
use group::Group;

/// Scope of one search: a collection and one of its shards, with the rest of the data for references.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) state: &'a State,
    pub(crate) collection: &'a Collection,
    pub(crate) shard: &'a Shard,
    pub(crate) tenant: &'a str,
}

/// One object found, with what the search knows of it.
#[derive(Debug, Clone)]
pub(crate) struct Hit<'a> {
    pub(crate) object: &'a Object,
    pub(crate) distance: Option<f32>,
    /// The distance in the one search that a fusion had.
    pub(crate) fused_distance: Option<f32>,
    pub(crate) score: f32,
    pub(crate) explain: String,
    /// The score that a reranker gave it.
    pub(crate) rerank_score: Option<f64>,
    /// The group it stands for, whose best object it is.
    pub(crate) group: Option<Box<Group<'a>>>,
}

impl<'a> Hit<'a> {
    pub(crate) fn new(object: &'a Object) -> Self {
        Self {
            object,
            distance: None,
            fused_distance: None,
            score: 0.0,
            explain: String::new(),
            rerank_score: None,
            group: None,
        }
    }
}

impl<'a> Scope<'a> {
    /// Callers put their own words in front of the fault.
    pub(crate) fn new(state: &'a State, collection: &'a Collection, tenant: &'a str) -> Result<Self, TenantFault> {
        Ok(Self { state, collection, shard: collection.shard(tenant)?, tenant })
    }

    pub(crate) fn class(&self) -> &'a ClassView {
        &self.collection.schema
    }

    /// Objects in the order of their ids.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.shard.objects.values()
    }

    /// Those behind an id, in the same order, found without a look at those before it.
    pub(crate) fn objects_after(&self, after: Option<Uuid>) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.shard.objects_after(after)
    }

    /// The scope of a collection that a reference leads to; the tenant goes along.
    pub(crate) fn linked(&self, collection: &str) -> Result<Self, LinkedFault> {
        let target = self.state.known_collection(collection)?;
        Self::new(self.state, target, self.tenant)
            .map_err(|fault| LinkedFault::Shard { index: target.schema.name.to_lowercase(), fault })
    }

    pub(crate) fn analyzer(&self, property: &Property) -> Analyzer {
        Analyzer::new(property, &self.class().inverted)
    }

    /// The index's name in the server's messages.
    pub(crate) fn index_name(&self) -> String {
        self.class().name.to_lowercase()
    }

    /// The shard's name in the server's messages.
    pub(crate) fn shard_name(&self) -> String {
        format!("{}_{}", self.index_name(), self.shard.name)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

//! The objects that are aggregated: all, those that a filter finds, or the results of a search.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Aggregation;
use super::fault::{AggregateFault, HybridCause, SearchCause, Unbounded};
use crate::engine::providers::Providers;
use crate::engine::search::fault::{KeywordFault, VectorSearchFault};
use crate::engine::search::filter::{self, Predicate};
use crate::engine::search::hybrid::{Hybrid, Source};
use crate::engine::search::keyword::{self, Keyword};
use crate::engine::search::vector::{self, Nearest};
use crate::engine::search::{Hit, Scope};
use crate::engine::store::Object;

/// Search whose results are aggregated.
#[derive(Debug)]
pub(crate) enum Bound {
    Nearest {
        nearest: Nearest,
        /// The least certainty; 0 stands for none.
        certainty: f64,
    },
    Hybrid {
        hybrid: Box<Hybrid>,
        /// The least certainty of the vector search; 0 stands for none.
        certainty: f64,
    },
}

impl Bound {
    /// Refuses a search that would find everything. Vectors of a hybrid search's own are looked at later.
    pub(crate) fn check(&self, object_limit: Option<usize>) -> Result<(), Unbounded> {
        let (certainty, own) = match self {
            Self::Nearest { certainty, .. } => (*certainty, false),
            Self::Hybrid { hybrid, certainty } => (*certainty, matches!(hybrid.nearest, Source::Vectors(_))),
        };
        if certainty == 0.0 && object_limit.is_none() && !own { Err(Unbounded) } else { Ok(()) }
    }
}

/// The objects to aggregate. Their order is that in which the server reads them.
pub(super) fn of<'a>(
    scope: &Scope<'a>,
    asked: &Aggregation,
    providers: Providers<'_>,
) -> Result<Vec<&'a Object>, AggregateFault> {
    let found = match &asked.bound {
        None => filtered(scope, asked),
        Some(Bound::Nearest { nearest, certainty }) => nearest_within(scope, asked, nearest, *certainty),
        Some(Bound::Hybrid { hybrid, certainty }) => {
            hybrid_search(scope, asked, hybrid, *certainty, providers).map_err(SearchCause::Hybrid)
        }
    };
    let grouped = asked.group_by.is_some();
    found.map_err(|cause| AggregateFault::Search { shard: scope.shard.name.clone(), grouped, cause: Box::new(cause) })
}

fn filtered<'a>(scope: &Scope<'a>, asked: &Aggregation) -> Result<Vec<&'a Object>, SearchCause> {
    let allowed = allowed(scope, asked).map_err(SearchCause::Filter)?;
    let Some(matches) = allowed else { return Ok(scope.objects().collect()) };
    let mut found: Vec<&Object> = scope.objects().filter(|object| matches(object)).collect();
    found.sort_by_key(|object| object.doc_id);
    Ok(found)
}

fn nearest_within<'a>(
    scope: &Scope<'a>,
    asked: &Aggregation,
    nearest: &Nearest,
    certainty: f64,
) -> Result<Vec<&'a Object>, SearchCause> {
    let allowed = allowed(scope, asked).map_err(SearchCause::Filter)?;
    let range = Range::new(asked.object_limit, certainty).ok_or(SearchCause::Unbounded(Unbounded))?;
    let hits = range.find(scope, nearest, allowed.as_ref());
    let hits = hits.map_err(|fault| SearchCause::Vector { fault, limited: range.limit.is_some() })?;
    Ok(hits.iter().map(|hit| hit.object).collect())
}

fn allowed<'a>(scope: &Scope<'a>, asked: &Aggregation) -> Result<Option<Predicate<'a>>, filter::Fault> {
    asked.filter.as_ref().map(|filter| filter::compile(filter, scope)).transpose()
}

/// Bounds of a vector search.
#[derive(Debug, Clone, Copy)]
struct Range {
    limit: Option<usize>,
    certainty: f64,
}

impl Range {
    /// `None` if it would end nowhere.
    fn new(limit: Option<usize>, certainty: f64) -> Option<Self> {
        (limit.is_some() || certainty > 0.0).then_some(Self { limit, certainty })
    }

    fn find<'a>(
        self,
        scope: &Scope<'a>,
        nearest: &Nearest,
        allowed: Option<&Predicate<'_>>,
    ) -> Result<Vec<Hit<'a>>, VectorSearchFault> {
        let mut hits = vector::nearest(scope, nearest, allowed, self.limit.unwrap_or(usize::MAX))?;
        if self.certainty > 0.0 {
            // Whatever the distance of the index, it is taken for a cosine distance.
            #[expect(clippy::cast_possible_truncation, reason = "distances are singles")]
            let farthest = (1.0 - self.certainty) as f32 * 2.0;
            hits.retain(|hit| hit.distance.is_some_and(|distance| distance <= farthest));
        }
        Ok(hits)
    }
}

/// The results of both searches, each cut at the limit. The server applies the filter to the vector search alone, and looks
/// for the words in all properties, whatever the request names.
fn hybrid_search<'a>(
    scope: &Scope<'a>,
    asked: &Aggregation,
    hybrid: &Hybrid,
    certainty: f64,
    providers: Providers<'_>,
) -> Result<Vec<&'a Object>, HybridCause> {
    let allowed = || allowed(scope, asked).map_err(HybridCause::Filter);
    let first = asked.group_by.is_some().then(allowed).transpose()?;
    let mut limit = asked.object_limit;
    let mut words = Vec::new();
    if hybrid.alpha < 1.0 && !hybrid.keyword.query.is_empty() {
        // The keyword search takes a limit of 0 for none.
        let limit = Some(*limit.get_or_insert(asked.default_limit)).filter(|limit| *limit > 0);
        let keyword = Keyword { properties: Vec::new(), ..hybrid.keyword.clone() };
        words = match keyword::search(scope, &keyword, None, limit.unwrap_or(usize::MAX), false) {
            Err(KeywordFault::NothingSearchable) => Vec::new(),
            found => found.map_err(HybridCause::Keyword)?,
        };
    }
    let mut found: Vec<&Object> = Vec::new();
    if hybrid.alpha > 0.0 {
        let made;
        let nearest = match &hybrid.nearest {
            Source::Vectors(nearest) | Source::NearVector(nearest) => nearest,
            Source::Aim(aim) => {
                made = providers.nearest(scope, aim).map_err(HybridCause::NoVector)?;
                &made
            }
        };
        let allowed = first.map_or_else(allowed, Ok)?;
        let range = Range::new(limit, certainty).ok_or(HybridCause::Unbounded(Unbounded))?;
        let mut hits = range.find(scope, nearest, allowed.as_ref());
        if let (Ok(hits), Some(farthest)) = (&mut hits, hybrid.vector_distance) {
            hits.retain(|hit| hit.distance.is_some_and(|distance| distance <= farthest));
            let near: BTreeSet<Uuid> = hits.iter().map(|hit| hit.object.id).collect();
            words.retain(|hit| near.contains(&hit.object.id));
        }
        let hits = hits.map_err(|fault| HybridCause::Vector { fault, limited: range.limit.is_some() })?;
        found.extend(hits.iter().map(|hit| hit.object));
    }
    let known: BTreeSet<Uuid> = found.iter().map(|object| object.id).collect();
    found.extend(words.iter().map(|hit| hit.object).filter(|object| !known.contains(&object.id)));
    Ok(found)
}

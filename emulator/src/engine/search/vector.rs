//! Exact nearest-neighbour search over one or several target vectors.

use super::fault::{LengthMismatch, VectorSearchFault};
use super::filter::Predicate;
use super::{Hit, Scope, distance};
use crate::engine::named_vector::NamedVector;
use crate::engine::schema::{Distance, IndexKind, VectorIndex};
use crate::engine::store::Object;

/// A vector to search near.
pub(crate) type QueryVector = NamedVector;

/// Vector search: vectors to search near, and the combination of several distances.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Nearest {
    pub(crate) targets: Vec<TargetQuery>,
    pub(crate) combination: Combination,
    /// One for each target, where the combination is a weighted one.
    pub(crate) weights: Vec<f32>,
    /// The bound that callers hold the results against.
    pub(crate) threshold: Option<Cutoff>,
}

/// Bound on what is near enough to be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cutoff {
    /// The largest distance.
    Distance(f64),
    /// The least certainty.
    Certainty(f64),
}

impl Cutoff {
    /// Returns whether a result is near enough. What has no distance is.
    pub(crate) fn admits(self, hit: &Hit<'_>) -> bool {
        /// Distances that differ by less are the same to the server.
        const SAME: f64 = 1e-6;
        let Some(found) = hit.distance else { return true };
        match self {
            Self::Distance(maximum) => f64::from(found) <= maximum + SAME,
            #[expect(clippy::cast_possible_truncation, reason = "certainties are compared as singles")]
            Self::Certainty(minimum) => distance::certainty(found) >= minimum as f32,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TargetQuery {
    /// Name of the vector; empty for the unnamed one.
    pub(crate) name: String,
    pub(crate) vector: QueryVector,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Combination {
    #[default]
    Minimum,
    Sum,
    Average,
    Manual,
    RelativeScore,
}

/// The nearest objects first, at most `limit`, whatever the threshold.
pub(crate) fn nearest<'a>(
    scope: &Scope<'a>,
    query: &Nearest,
    allowed: Option<&Predicate<'_>>,
    limit: usize,
) -> Result<Vec<Hit<'a>>, VectorSearchFault> {
    let objects: Vec<&'a Object> =
        scope.objects().filter(|object| allowed.is_none_or(|allowed| allowed(object))).collect();
    let mut lists = Vec::with_capacity(query.targets.len());
    for target in &query.targets {
        lists.push(distances(scope, target, &objects)?);
    }
    let mut combined = match lists.as_slice() {
        [only] => only.iter().zip(&objects).filter_map(|(distance, object)| Some((*object, (*distance)?))).collect(),
        several => combine(query, several, &objects, limit)?,
    };
    combined.sort_by(|(a, x), (b, y)| x.total_cmp(y).then(a.doc_id.cmp(&b.doc_id)));
    combined.truncate(limit);
    Ok(combined.into_iter().map(|(object, distance)| Hit { distance: Some(distance), ..Hit::new(object) }).collect())
}

/// The distance of each object; `None` where it lacks the vector.
fn distances(
    scope: &Scope<'_>,
    target: &TargetQuery,
    objects: &[&Object],
) -> Result<Vec<Option<f32>>, VectorSearchFault> {
    let Some(index) = scope.class().index(&target.name) else {
        return Ok(vec![None; objects.len()]);
    };
    if index.skipped {
        return Err(VectorSearchFault::Skipped);
    }
    if matches!(target.vector, NamedVector::Multi(_)) && !index.multi {
        return Err(VectorSearchFault::NotMulti);
    }
    // An empty query is equally near to everything, even to objects without a vector.
    let Some(wanted) = target.vector.dimensions() else {
        return Ok(vec![Some(0.0); objects.len()]);
    };
    if let Some(&stored) = scope.shard.dimensions.get(&target.name)
        && stored != wanted
    {
        return Err(match index.kind {
            IndexKind::Flat => LengthMismatch::Flat { stored, wanted }.into(),
            IndexKind::Hnsw { .. } | IndexKind::Hfresh => LengthMismatch::Graph { stored, wanted }.into(),
        });
    }
    // A vector of another length is stored, but not in the index.
    let indexed =
        |object: &Object| object.vector_named(&target.name).filter(|vector| vector.dimensions() == Some(wanted));
    Ok(objects.iter().map(|object| indexed(object).and_then(|vector| one(index, &target.vector, &vector))).collect())
}

fn one(index: &VectorIndex, query: &NamedVector, vector: &NamedVector) -> Option<f32> {
    match (query, vector) {
        (NamedVector::Single(query), NamedVector::Single(vector)) => {
            Some(distance::between(index.distance, query, vector))
        }
        // With cosine the server scales the query's rows, but not the stored ones, and with MUVERA neither.
        (NamedVector::Multi(query), NamedVector::Multi(rows))
            if index.distance == Distance::Cosine && !index.encoded =>
        {
            let query: Vec<Vec<f32>> = query.iter().map(|row| distance::normalize(row)).collect();
            Some(distance::max_sim(&query, rows))
        }
        (NamedVector::Multi(query), NamedVector::Multi(rows)) => Some(distance::max_sim(query, rows)),
        // The server finds all rows at no distance.
        (NamedVector::Single(_), NamedVector::Multi(_)) => Some(0.0),
        (NamedVector::Multi(_), NamedVector::Single(_)) => None,
    }
}

/// Joins the distances to several targets. Candidates are the best `limit` of each target; with every method but the minimum an
/// object has to have all the vectors.
fn combine<'a>(
    query: &Nearest,
    lists: &[Vec<Option<f32>>],
    objects: &[&'a Object],
    limit: usize,
) -> Result<Vec<(&'a Object, f32)>, VectorSearchFault> {
    let weighted = matches!(query.combination, Combination::Manual | Combination::RelativeScore);
    if weighted && query.weights.len() != lists.len() {
        return Err(VectorSearchFault::Weights);
    }
    let mut candidate = vec![false; objects.len()];
    for list in lists {
        let mut ranked: Vec<(usize, f32)> =
            list.iter().enumerate().filter_map(|(i, distance)| Some((i, (*distance)?))).collect();
        ranked.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        for (i, _) in ranked.into_iter().take(limit) {
            if let Some(flag) = candidate.get_mut(i) {
                *flag = true;
            }
        }
    }
    let rows = objects.iter().zip(candidate).enumerate().filter(|(_, (_, candidate))| *candidate);
    let row = |i: usize| lists.iter().map(move |list| list.get(i).copied().flatten());
    if query.combination == Combination::Minimum {
        return Ok(rows.filter_map(|(i, (object, _))| Some((*object, row(i).flatten().reduce(f32::min)?))).collect());
    }
    let mut complete: Vec<(&Object, Vec<f32>)> =
        rows.filter_map(|(i, (object, _))| Some((*object, row(i).collect::<Option<Vec<f32>>>()?))).collect();
    if query.combination == Combination::RelativeScore {
        normalise(&mut complete);
    }
    #[expect(clippy::cast_precision_loss, reason = "a request names few targets")]
    let count = query.targets.len() as f32;
    let joined = complete
        .into_iter()
        .map(|(object, distances)| {
            let pairs = distances.iter().zip(&query.weights);
            let joined = match query.combination {
                Combination::Manual | Combination::RelativeScore => {
                    pairs.map(|(distance, weight)| distance * weight).sum()
                }
                Combination::Average => distances.iter().sum::<f32>() / count,
                Combination::Minimum | Combination::Sum => distances.iter().sum(),
            };
            (object, joined)
        })
        .collect();
    Ok(joined)
}

/// Scales the distances to each target to 0 (nearest) … 1 (farthest).
fn normalise(rows: &mut [(&Object, Vec<f32>)]) {
    let targets = rows.first().map_or(0, |(_, distances)| distances.len());
    for target in 0..targets {
        let column = || rows.iter().filter_map(|(_, distances)| distances.get(target).copied());
        let low = column().fold(f32::INFINITY, f32::min);
        let high = column().fold(f32::NEG_INFINITY, f32::max);
        for (_, distances) in rows.iter_mut() {
            if let Some(distance) = distances.get_mut(target) {
                *distance = if high > low { (*distance - low) / (high - low) } else { 0.0 };
            }
        }
    }
}

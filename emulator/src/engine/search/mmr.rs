//! Maximal marginal relevance: picks results that are near to the query and far from each other.

use super::Hit;
use super::distance;
use crate::engine::named_vector::NamedVector;
use crate::engine::schema::Distance;

/// Selection by MMR (maximal marginal relevance).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mmr {
    pub(crate) limit: usize,
    /// Share of relevance (1) against diversity (0).
    pub(crate) balance: f32,
    /// The vector that tells how far results are from each other.
    pub(crate) target: String,
    pub(crate) distance: Distance,
}

/// Measure of how near a result is to the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relevance {
    /// The distance itself.
    Distance,
    /// The score as a share of the way from the worst to the best, for results that are in the order of scores.
    Score,
}

/// Picks one after the other; the best result always comes first. Results without the vector stay where they are.
pub(crate) fn select<'a>(page: Vec<Hit<'a>>, mmr: &Mmr, relevance: Relevance) -> Vec<Hit<'a>> {
    let has_vector = |hit: &Hit<'_>| matches!(hit.object.vector_named(&mmr.target), Some(NamedVector::Single(_)));
    let places: Vec<bool> = page.iter().take(mmr.limit).map(has_vector).collect();
    let (with, without): (Vec<_>, Vec<_>) = page.into_iter().partition(has_vector);
    let wanted = places.iter().filter(|has_vector| **has_vector).count();
    let (mut picked, mut kept) = (picked(with, wanted, mmr, relevance).into_iter(), without.into_iter());
    places.into_iter().filter_map(|has_vector| if has_vector { picked.next() } else { kept.next() }).collect()
}

/// A result that may be picked.
struct Candidate<'a> {
    hit: Hit<'a>,
    vector: Vec<f32>,
    /// The distance to the query.
    away: f32,
    /// The least distance to what is picked.
    apart: f32,
}

fn picked<'a>(rest: Vec<Hit<'a>>, wanted: usize, mmr: &Mmr, relevance: Relevance) -> Vec<Hit<'a>> {
    let scores = || rest.iter().map(|hit| hit.score);
    let (low, high) = (scores().fold(f32::INFINITY, f32::min), scores().fold(f32::NEG_INFINITY, f32::max));
    let away = |hit: &Hit<'_>| match relevance {
        Relevance::Distance => hit.distance.unwrap_or_default(),
        Relevance::Score if high > low => 1.0 - (hit.score - low) / (high - low),
        Relevance::Score => 0.0,
    };
    let candidate = |hit: Hit<'a>| match hit.object.vector_named(&mmr.target) {
        Some(NamedVector::Single(vector)) => Some(Candidate { vector, away: away(&hit), apart: f32::INFINITY, hit }),
        _ => None,
    };
    let mut rest: Vec<Candidate<'a>> = rest.into_iter().filter_map(candidate).collect();
    let mut picked = Vec::new();
    let mut next = 0;
    while picked.len() < wanted && next < rest.len() {
        let chosen = rest.remove(next);
        for other in &mut rest {
            other.apart = other.apart.min(apart(&chosen.vector, &other.vector, mmr.distance));
        }
        picked.push(chosen.hit);
        let worth = |it: &Candidate<'_>| (1.0 - mmr.balance) * it.apart - mmr.balance * it.away;
        // The first of equals wins.
        let best = rest.iter().map(worth).enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
        next = best.map_or(0, |(at, _)| at);
    }
    picked
}

/// The server takes the vectors as they are stored: cosine is not scaled here.
fn apart(a: &[f32], b: &[f32], distance: Distance) -> f32 {
    match distance {
        Distance::Cosine => (1.0 + distance::between(Distance::Dot, a, b)).max(0.0),
        other => distance::between(other, a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::store::Object;
    use uuid::Uuid;

    fn object(number: u128, vector: [f32; 2]) -> Object {
        Object { id: Uuid::from_u128(number), vector: Some(vector.to_vec()), ..Object::default() }
    }

    /// With cosine, long vectors are all at no distance, and the nearest to the query wins.
    #[test]
    fn no_distance_is_below_zero() {
        let objects = [object(1, [4.0, 0.0]), object(2, [3.0, 3.0]), object(3, [9.0, 1.0])];
        let hits = objects.iter().zip([0.0, 0.1, 0.2]);
        let hits = hits.map(|(object, distance)| Hit { distance: Some(distance), ..Hit::new(object) }).collect();
        let mmr = Mmr { limit: 3, balance: 0.1, target: String::new(), distance: Distance::Cosine };
        let picked = select(hits, &mmr, Relevance::Distance);
        assert_eq!(picked.iter().map(|hit| hit.object.id.as_u128()).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn balance_decides_between_near_and_different() {
        let objects = [object(1, [1.0, 0.0]), object(2, [0.9, 0.1]), object(3, [-1.0, 0.0])];
        let hits = || {
            objects
                .iter()
                .zip([0.0, 0.1, 2.0])
                .map(|(object, distance)| Hit { distance: Some(distance), ..Hit::new(object) })
                .collect()
        };
        let order = |balance| {
            let mmr = Mmr { limit: 2, balance, target: String::new(), distance: Distance::Cosine };
            let picked = select(hits(), &mmr, Relevance::Distance);
            picked.iter().map(|hit| hit.object.id.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(order(1.0), [1, 2]);
        assert_eq!(order(0.0), [1, 3]);
    }

    #[test]
    fn results_without_a_vector_keep_their_places() {
        let mut objects = [object(1, [1.0, 0.0]), object(2, [0.0, 0.0]), object(3, [0.9, 0.1]), object(4, [-1.0, 0.0])];
        objects[1].vector = None;
        let scores = [4.0, 3.0, 2.9, 1.0];
        let hits = objects.iter().zip(scores).map(|(object, score)| Hit { score, ..Hit::new(object) }).collect();
        let mmr = Mmr { limit: 3, balance: 0.5, target: String::new(), distance: Distance::Cosine };
        let picked = select(hits, &mmr, Relevance::Score);
        // Of the other two the second is farther from the first than it is worse.
        assert_eq!(picked.iter().map(|hit| hit.object.id.as_u128()).collect::<Vec<_>>(), [1, 2, 4]);
    }

    /// Work that grows with the cube of their number would take hours.
    #[test]
    fn thousands_are_ordered() {
        let objects: Vec<Object> = (0_u16..2_000).map(|n| object(n.into(), [f32::from(n), 1.0])).collect();
        let hits = objects.iter().zip(0_u16..).map(|(object, n)| Hit { distance: Some(n.into()), ..Hit::new(object) });
        let mmr = Mmr { limit: 2_000, balance: 0.5, target: String::new(), distance: Distance::L2Squared };
        let picked = select(hits.collect(), &mmr, Relevance::Distance);
        assert_eq!(picked.iter().map(|hit| hit.object.id.as_u128()).take(2).collect::<Vec<_>>(), [0, 1_999]);
        assert_eq!(picked.len(), 2_000);
    }
}

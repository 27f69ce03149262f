//! Hybrid search: a keyword and a vector search, and their two lists fused into one.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::aim::{Aim, Anchor};
use super::fault::HybridFault;
use super::filter::Predicate;
use super::keyword::{self, Keyword};
use super::vector::{self, Nearest};
use super::{Hit, Scope};
use crate::engine::go;
use crate::engine::providers::Providers;

/// Both searches fetch at least this much before their results are fused.
pub(crate) const CANDIDATES: usize = 100;

/// Hybrid search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hybrid {
    pub(crate) keyword: Keyword,
    pub(crate) nearest: Source,
    /// Weight of the vector search; the keyword search has the rest of one.
    pub(crate) alpha: f64,
    pub(crate) fusion: Fusion,
    /// Leave out what is farther away, however well its text matches.
    pub(crate) vector_distance: Option<f32>,
}

/// Origin of the vectors of the vector search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// The request's `vectors`.
    Vectors(Nearest),
    /// The request's `near_vector`.
    NearVector(Nearest),
    /// Vectors that are made only if the vector search has any weight.
    Aim(Aim),
}

impl Source {
    /// Names of the vectors to search in.
    pub(crate) fn targets(&self) -> Vec<&String> {
        match self {
            Self::Vectors(nearest) | Self::NearVector(nearest) => {
                nearest.targets.iter().map(|target| &target.name).collect()
            }
            Self::Aim(aim) => aim.targets.iter().collect(),
        }
    }
}

/// Fusion of two lists into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Fusion {
    /// By place in the lists alone.
    Ranked,
    /// By scores, each list's scaled to 0…1.
    #[default]
    RelativeScore,
}

/// All that was found, best first. `limit` is how much of it the caller is going to show, without what it skips.
/// Where both searches fail the server reports whichever did so first; here it is the keyword search.
pub(crate) fn search<'a>(
    scope: &Scope<'a>,
    hybrid: &Hybrid,
    providers: Providers<'_>,
    allowed: Option<&Predicate<'_>>,
    limit: usize,
) -> Result<Vec<Hit<'a>>, HybridFault> {
    let limit = limit.max(CANDIDATES);
    let mut keyword = None;
    if 1.0 - hybrid.alpha > 0.0 {
        keyword = Some(
            keyword::search(scope, &hybrid.keyword, allowed, limit, false)
                .map_err(|fault| HybridFault::Keyword(fault.at(scope)))?,
        );
    }
    let mut legs = Vec::new();
    if hybrid.alpha > 0.0 {
        let made;
        let (nearest, name) = match &hybrid.nearest {
            Source::Vectors(nearest) => (nearest, "vector,hybridVector"),
            Source::NearVector(nearest) => (nearest, "vector,nearVector"),
            Source::Aim(aim) => {
                made = providers.nearest(scope, aim).map_err(|fault| HybridFault::NoVector { fault })?;
                (&made, if matches!(aim.anchor, Anchor::Query(_)) { "vector,hybridVector" } else { "vector,nearText" })
            }
        };
        let mut hits = vector::nearest(scope, nearest, allowed, limit).map_err(|fault| HybridFault::Vector {
            index: scope.index_name(),
            shard: scope.shard_name(),
            fault,
        })?;
        if let Some(threshold) = nearest.threshold {
            hits.retain(|hit| threshold.admits(hit));
        }
        if let Some(maximum) = hybrid.vector_distance {
            hits.retain(|hit| hit.distance.is_some_and(|distance| distance <= maximum));
            let near: BTreeSet<Uuid> = hits.iter().map(|hit| hit.object.id).collect();
            if let Some(hits) = &mut keyword {
                hits.retain(|hit| near.contains(&hit.object.id));
            }
        }
        for hit in &mut hits {
            let distance = hit.distance.take();
            hit.score = 1.0 - distance.unwrap_or_default();
            // Groups show it where no other search has a say.
            hit.fused_distance = distance.filter(|_| keyword.is_none());
        }
        legs.push(Leg { name, weight: hybrid.alpha, hits });
    }
    legs.extend(keyword.map(|hits| Leg { name: "keyword,bm25", weight: 1.0 - hybrid.alpha, hits }));
    Ok(fuse(hybrid.fusion, legs))
}

/// The result of one of the searches, best first, scores being higher for the better.
#[derive(Debug)]
struct Leg<'a> {
    name: &'static str,
    weight: f64,
    hits: Vec<Hit<'a>>,
}

/// A hit on its way through the fusion.
struct Fused<'a> {
    hit: Hit<'a>,
    /// Its score in the last of the searches that found it, which decides between equals.
    original: f32,
}

fn fuse(fusion: Fusion, legs: Vec<Leg<'_>>) -> Vec<Hit<'_>> {
    let mut fused: BTreeMap<Uuid, Fused<'_>> = BTreeMap::new();
    for Leg { name, weight, hits } in legs {
        let scores = || hits.iter().map(|hit| hit.score);
        let (low, high) = (scores().fold(f32::INFINITY, f32::min), scores().fold(f32::NEG_INFINITY, f32::max));
        for (place, mut hit) in hits.into_iter().enumerate() {
            let original = hit.score;
            let known = fused.get(&hit.object.id);
            (hit.score, hit.explain) = match fusion {
                Fusion::Ranked => ranked(name, weight, place, &hit, known),
                Fusion::RelativeScore => relative(name, weight, (low, high), &hit, known),
            };
            fused.insert(hit.object.id, Fused { hit, original });
        }
    }
    sorted(fused.into_values().collect()).into_iter().map(|fused| fused.hit).collect()
}

fn ranked(name: &str, weight: f64, place: usize, hit: &Hit<'_>, known: Option<&Fused<'_>>) -> (f32, String) {
    #[expect(clippy::cast_precision_loss, reason = "result lists are short")]
    let score = single(weight / (place as f64 + 60.0));
    let before = known.map_or(hit.explain.as_str(), |known| &known.hit.explain);
    let explain = format!(
        "{before}\nHybrid (Result Set {name}) Document {} contributed {} to the score",
        hit.object.id,
        go::float(score)
    );
    (score + known.map_or(0.0, |known| known.hit.score), explain)
}

fn relative(
    name: &str,
    weight: f64,
    (low, high): (f32, f32),
    hit: &Hit<'_>,
    known: Option<&Fused<'_>>,
) -> (f32, String) {
    let mut score = single(weight);
    // With one score alone there is nothing to scale.
    if high > low {
        score *= (hit.score - low) / (high - low);
    }
    let (original, normalized) = (go::float(hit.score), go::float(score));
    let mut explain = format!(
        "\nHybrid (Result Set {name}) Document {}: original score {original}, normalized score: {normalized}",
        hit.object.id
    );
    if let Some(known) = known {
        score += known.hit.score;
        explain = format!("{explain} - {}", known.hit.explain);
    }
    (score, explain)
}

/// Best first. Scores within 1e-7 are equal, which is no order that a library's sort could be given: it goes in two steps.
fn sorted(mut list: Vec<Fused<'_>>) -> Vec<Fused<'_>> {
    const SAME: f32 = 1e-7;
    list.sort_by(|a, b| b.hit.score.total_cmp(&a.hit.score));
    let mut ordered: Vec<Fused<'_>> = Vec::with_capacity(list.len());
    for next in list {
        let better = |known: &Fused<'_>| {
            let equal = |a: f32, b: f32| (a - b).abs() < SAME;
            match (equal(known.hit.score, next.hit.score), equal(known.original, next.original)) {
                (false, _) => false,
                (true, true) => next.hit.object.id < known.hit.object.id,
                (true, false) => next.original > known.original,
            }
        };
        let place = ordered.iter().rposition(|known| !better(known)).map_or(0, |before| before + 1);
        ordered.insert(place, next);
    }
    ordered
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "scores are singles on the wire and between the steps of the search"
)]
fn single(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::store::Object;

    fn objects() -> Vec<Object> {
        (0..8).map(|number| Object { id: Uuid::from_u128(number), ..Object::default() }).collect()
    }

    fn leg<'a>(objects: &'a [Object], name: &'static str, weight: f64, scores: &[(usize, f32)]) -> Leg<'a> {
        let hits = scores.iter().map(|(id, score)| Hit { score: *score, ..Hit::new(&objects[*id]) }).collect();
        Leg { name, weight, hits }
    }

    fn both(objects: &[Object], alpha: f64) -> Vec<Leg<'_>> {
        let near = [
            (1, 0.995_037_2),
            (2, 0.975_441),
            (3, 0.773_957_3),
            (4, 0.312_988_12),
            (7, 0.0),
            (5, -0.442_989_68),
            (6, -0.980_198),
        ];
        let text = [(7, 4.355_119), (6, 4.052_424_4), (1, 3.433_725), (3, 1.390_382), (4, 0.209_146_37)];
        vec![leg(objects, "vector,hybridVector", alpha, &near), leg(objects, "keyword,bm25", 1.0 - alpha, &text)]
    }

    fn check(found: &[Hit<'_>], expected: &[(u128, f32)], tolerance: f32) {
        let found: Vec<_> = found.iter().map(|hit| (hit.object.id.as_u128(), hit.score)).collect();
        assert_eq!(
            found.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            expected.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            "{found:?}"
        );
        for ((id, score), (_, expected)) in found.iter().zip(expected) {
            assert!((score - expected).abs() < tolerance, "document {id}: {score} is not {expected}");
        }
    }

    #[test]
    fn relative_scores() {
        let objects = objects();
        let expected = [
            (1, 0.888_880_85),
            (7, 0.748_121_86),
            (3, 0.586_492_9),
            (2, 0.495_039_52),
            (6, 0.463_496_83),
            (4, 0.327_349_93),
            (5, 0.135_985_94),
        ];
        check(&fuse(Fusion::RelativeScore, both(&objects, 0.5)), &expected, 1e-5);
        let keyword_alone = vec![both(&objects, 0.0).remove(1)];
        check(
            &fuse(Fusion::RelativeScore, keyword_alone),
            &[(7, 1.0), (6, 0.926_993_67), (1, 0.777_761_7), (3, 0.284_911_57), (4, 0.0)],
            1e-5,
        );
    }

    #[test]
    fn ranks() {
        let objects = objects();
        let expected = [
            (1, 0.016_397_849),
            (7, 0.016_145_833),
            (3, 0.016_001_023),
            (6, 0.015_772_479),
            (4, 0.015_749_007),
            (2, 0.008_196_721),
            (5, 0.007_692_307_7),
        ];
        check(&fuse(Fusion::Ranked, both(&objects, 0.5)), &expected, 1e-8);
    }

    #[test]
    fn explanations() {
        let objects = objects();
        let best = &fuse(Fusion::Ranked, both(&objects, 0.5))[0];
        let id = objects[1].id;
        assert_eq!(
            best.explain,
            format!(
                "\nHybrid (Result Set vector,hybridVector) Document {id} contributed 0.008333334 to the score\
                 \nHybrid (Result Set keyword,bm25) Document {id} contributed 0.008064516 to the score"
            )
        );
        let best = &fuse(Fusion::RelativeScore, both(&objects, 0.5))[0];
        assert_eq!(
            best.explain,
            format!(
                "\nHybrid (Result Set keyword,bm25) Document {id}: original score 3.433725, normalized score: 0.38888085 - \
                 \nHybrid (Result Set vector,hybridVector) Document {id}: original score 0.9950372, normalized score: 0.5"
            )
        );
    }

    #[test]
    fn equal_scores_go_by_the_original_and_then_by_id() {
        let objects = objects();
        let legs = vec![leg(&objects, "v", 0.5, &[(3, 2.0), (2, 2.0)]), leg(&objects, "k", 0.5, &[(1, 7.0)])];
        let order: Vec<u128> = fuse(Fusion::RelativeScore, legs).iter().map(|hit| hit.object.id.as_u128()).collect();
        assert_eq!(order, [1, 2, 3]);
    }

    #[test]
    fn empty_lists_and_odd_numbers() {
        let objects = objects();
        assert!(fuse(Fusion::RelativeScore, Vec::new()).is_empty());
        assert!(fuse(Fusion::Ranked, vec![leg(&objects, "k", 1.0, &[])]).is_empty());
        let odd = vec![leg(&objects, "k", 1.0, &[(1, f32::INFINITY), (2, f32::NAN), (3, 1.0)])];
        assert_eq!(fuse(Fusion::RelativeScore, odd).len(), 3);
    }
}

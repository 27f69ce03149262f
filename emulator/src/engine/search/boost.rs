//! Boosting: reorders results by how well their properties fit some conditions.

use super::Hit;
use super::boost_filter;
use super::filter::Filter;
use crate::engine::store::{Object, Value};

/// The conditions and their share in the final score.
#[derive(Debug)]
pub(crate) struct Boost {
    pub(crate) conditions: Vec<(Condition, f32)>,
    /// Share of the conditions (1) against the search (0).
    pub(crate) weight: f32,
    /// Number of the search's best results to look at, at least.
    pub(crate) depth: usize,
}

/// Condition that gives an object a value from 0 to 1.
#[derive(Debug)]
pub(crate) enum Condition {
    /// One if the object matches.
    Filter(Filter),
    /// One at the origin, less farther away.
    Decay { property: String, origin: f64, decay: Decay },
    /// The property's own value, scaled to the largest.
    Value { property: String, modifier: Modifier },
    /// A condition that cannot be read fits nothing.
    Nothing,
}

/// Decay of a value with the distance from an origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Decay {
    pub(crate) curve: Curve,
    /// The distance, behind the offset, at which the value has fallen to `value`.
    pub(crate) scale: f64,
    pub(crate) offset: f64,
    pub(crate) value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    Exponential,
    Gauss,
    Linear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modifier {
    None,
    Log1p,
    Sqrt,
}

impl Decay {
    /// The value at a distance from the origin.
    pub(crate) fn at(&self, distance: f64) -> f64 {
        let relative = (distance - self.offset).max(0.0) / self.scale;
        match self.curve {
            Curve::Exponential => self.value.powf(relative),
            Curve::Gauss => self.value.powf(relative * relative),
            Curve::Linear => (1.0 - (1.0 - self.value) * relative).max(0.0),
        }
    }
}

/// Gives every hit its boosted score, 1 for the best and 0 for the worst, and sorts by it; equal ones by id.
pub(crate) fn apply(hits: &mut [Hit<'_>], boost: &Boost, relevance: impl Fn(&Hit<'_>) -> f32) {
    let searched = scaled(&hits.iter().map(|hit| f64::from(relevance(hit))).collect::<Vec<_>>());
    let mut boosted = vec![0.0; hits.len()];
    // A weight of zero is the default.
    let weight = |weight: f32| if weight == 0.0 { 1.0 } else { f64::from(weight) };
    let total: f64 = boost.conditions.iter().map(|(_, given)| weight(*given).abs()).sum();
    for (condition, given) in &boost.conditions {
        for (sum, value) in boosted.iter_mut().zip(condition.values(hits)) {
            *sum += value * weight(*given) / total;
        }
    }
    let share = f64::from(boost.weight);
    let joined: Vec<f64> =
        searched.iter().zip(&boosted).map(|(searched, boosted)| (1.0 - share) * searched + share * boosted).collect();
    for (hit, score) in hits.iter_mut().zip(scaled(&joined)) {
        #[expect(clippy::cast_possible_truncation, reason = "scores are singles on the wire")]
        let score = score as f32;
        hit.score = score;
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.object.id.cmp(&b.object.id)));
}

/// Scales to 0 … 1; where all are equal there is nothing to tell them apart, and all are 1.
fn scaled(values: &[f64]) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    values.iter().map(|value| if high > low { (value - low) / (high - low) } else { 1.0 }).collect()
}

impl Condition {
    /// One value for each hit; 0 where the object lacks the property.
    fn values(&self, hits: &[Hit<'_>]) -> Vec<f64> {
        match self {
            Self::Filter(filter) => {
                hits.iter().map(|hit| if boost_filter::matches(filter, hit.object) { 1.0 } else { 0.0 }).collect()
            }
            Self::Decay { property, origin, decay } => hits
                .iter()
                .map(|hit| number(hit.object, property).map_or(0.0, |value| decay.at((value - origin).abs())))
                .collect(),
            Self::Value { property, modifier } => {
                let values: Vec<Option<f64>> =
                    hits.iter().map(|hit| number(hit.object, property).map(|value| modifier.apply(value))).collect();
                let present = || values.iter().copied().flatten();
                let low = present().fold(f64::INFINITY, f64::min);
                let high = present().fold(f64::NEG_INFINITY, f64::max);
                let scale = |value: f64| if high > low { (value - low) / (high - low) } else { 1.0 };
                values.iter().map(|value| value.map_or(0.0, scale)).collect()
            }
            Self::Nothing => vec![0.0; hits.len()],
        }
    }
}

impl Modifier {
    fn apply(self, value: f64) -> f64 {
        match self {
            Self::None => value,
            Self::Log1p => value.max(0.0).ln_1p(),
            Self::Sqrt => value.max(0.0).sqrt(),
        }
    }
}

/// A number as it is, a date in seconds since 1970.
fn number(object: &Object, property: &str) -> Option<f64> {
    match object.properties.get(property)? {
        Value::Int(number) | Value::Number(number) => Some(*number),
        Value::Date(date) => Some(seconds(date.unix_nanos())),
        _ => None,
    }
}

/// Nanoseconds as seconds.
#[expect(clippy::cast_precision_loss, reason = "scores need no nanoseconds")]
pub(crate) fn seconds(nanos: i128) -> f64 {
    nanos as f64 / 1e9
}

/// Reads a span of time such as `30d` or `1.5h` in seconds.
pub(crate) fn span(text: &str) -> Option<f64> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];
    let (number, seconds) = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))?;
    let number: f64 = number.parse().ok()?;
    Some(number * seconds).filter(|span| span.is_finite() && *span >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decay(curve: Curve) -> Decay {
        Decay { curve, scale: 10.0, offset: 5.0, value: 0.5 }
    }

    #[test]
    fn every_curve_reaches_its_value_at_the_scale() {
        for curve in [Curve::Exponential, Curve::Gauss, Curve::Linear] {
            assert!((decay(curve).at(3.0) - 1.0).abs() < 1e-12, "{curve:?}");
            assert!((decay(curve).at(15.0) - 0.5).abs() < 1e-12, "{curve:?}");
            assert!(decay(curve).at(100.0) < 0.1, "{curve:?}");
        }
        assert!((decay(Curve::Linear).at(1_000.0)).abs() < 1e-12);
    }

    #[test]
    fn spans() {
        assert_eq!(span("30d"), Some(2_592_000.0));
        assert_eq!(span("1.5h"), Some(5_400.0));
        assert_eq!(span("250ms"), Some(0.25));
        for text in ["soon", "", "d", "-1d", "5", "infd", "1é"] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}

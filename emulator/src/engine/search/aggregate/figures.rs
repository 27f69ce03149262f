//! Figures about a list of values: sums and means, the most frequent ones, the first and the last.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::engine::store::Date;

/// Figures about numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NumberFigures {
    pub(crate) count: usize,
    pub(crate) sum: f64,
    pub(crate) mean: f64,
    pub(crate) median: f64,
    pub(crate) mode: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
}

/// Figures about dates, as texts of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateFigures {
    pub(crate) count: usize,
    pub(crate) median: String,
    pub(crate) mode: String,
    pub(crate) minimum: String,
    pub(crate) maximum: String,
}

/// A text, and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Occurrence {
    pub(crate) text: String,
    pub(crate) count: usize,
}

impl NumberFigures {
    /// `None` for no numbers. An index lists each number once with its count, so its sum rounds
    /// differently.
    #[expect(clippy::cast_precision_loss, reason = "counts stay within 2^53")]
    pub(super) fn of(numbers: &[f64], from_index: bool) -> Option<Self> {
        let count = numbers.len();
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (minimum, maximum) = (*sorted.first()?, *sorted.last()?);
        #[expect(clippy::float_cmp, reason = "equal numbers are counted")]
        let runs: Vec<(f64, usize)> =
            sorted.chunk_by(|a, b| a == b).filter_map(|run| Some((*run.first()?, run.len()))).collect();
        let sum = if from_index {
            runs.iter().map(|(number, count)| number * *count as f64).sum()
        } else {
            numbers.iter().sum::<f64>()
        };
        // Of several modes the lowest, as the last of equal maxima is taken.
        let mode = runs.iter().rev().max_by_key(|(_, count)| *count)?.0;
        let median = match middle(&sorted)? {
            (low, None) => *low,
            (low, Some(high)) => f64::midpoint(*low, *high),
        };
        Some(Self { count, sum, mean: sum / count as f64, median, mode, minimum, maximum })
    }
}

/// The value in the middle of a sorted list, or the two around the middle.
fn middle<T>(sorted: &[T]) -> Option<(&T, Option<&T>)> {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        return Some((sorted.get(half)?, None));
    }
    Some((sorted.get(half.checked_sub(1)?)?, sorted.get(half)))
}

impl DateFigures {
    /// `None` for no dates. An index has them in UTC, the objects have them in their own offset. Both count the nanoseconds in
    /// 64 bits, which turn over in the years 1677 and 2262.
    pub(super) fn of(mut dates: Vec<Date>, from_index: bool) -> Option<Self> {
        if from_index {
            dates = dates.iter().map(|date| Date::in_utc(date.wrapped_nanos())).collect();
        }
        // Dates of one instant stay in their order: the first of them is in the reply.
        dates.sort_by_key(Date::wrapped_nanos);
        let (first, last) = (dates.first()?.wrapped_nanos(), dates.last()?.wrapped_nanos());
        let at = |nanos| dates.iter().find(|date| date.wrapped_nanos() == nanos).map(Date::text);
        let median = match middle(&dates)? {
            (low, None) => low.text(),
            (low, Some(high)) => {
                let (low, high) = (low.wrapped_nanos(), high.wrapped_nanos());
                Date::in_utc(low.wrapping_add(high) / 2).text()
            }
        };
        let mut counts: BTreeMap<(i64, String), usize> = BTreeMap::new();
        for date in &dates {
            *counts.entry((date.wrapped_nanos(), date.text())).or_default() += 1;
        }
        let ((_, mode), _) = counts.iter().max_by_key(|((nanos, _), count)| (**count, Reverse(*nanos)))?;
        Some(Self { count: dates.len(), median, mode: mode.clone(), minimum: at(first)?, maximum: at(last)? })
    }
}

/// The most frequent texts; equally frequent ones in the order of their bytes.
pub(super) fn most_frequent(texts: &[&str], limit: usize) -> Vec<Occurrence> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut ranked: Vec<(&str, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, count)| Reverse(*count));
    let occurrence = |(text, count): (&str, usize)| Occurrence { text: text.to_owned(), count };
    ranked.into_iter().take(limit.max(1)).map(occurrence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equally_frequent_numbers_the_lowest_is_the_mode() {
        let figures = NumberFigures::of(&[9.0, 4.0, 9.0, 4.0, 3.0, -7.0], false).unwrap();
        assert_eq!(figures.mode.to_bits(), 4.0_f64.to_bits());
        assert_eq!(figures.median.to_bits(), 4.0_f64.to_bits());
        assert_eq!(NumberFigures::of(&[], false), None);
    }

    #[test]
    fn a_sum_rounds_as_the_values_are_read() {
        let numbers = [0.7, 0.1, 0.7, 0.2];
        let (objects, index) = (NumberFigures::of(&numbers, false), NumberFigures::of(&numbers, true));
        assert_eq!(objects.unwrap().sum.to_bits(), (0.7_f64 + 0.1 + 0.7 + 0.2).to_bits());
        assert_eq!(index.unwrap().sum.to_bits(), (0.1_f64 + 0.2 + 0.7 * 2.0).to_bits());
    }

    #[test]
    fn dates_far_away_turn_over() {
        let dates = ["2020-01-01T02:00:00+02:00", "1650-03-03T00:00:00Z"].map(|text| Date::parse(text).unwrap());
        let index = DateFigures::of(dates.to_vec(), true).unwrap();
        assert_eq!(
            (index.minimum.as_str(), index.maximum.as_str()),
            ("2020-01-01T00:00:00Z", "2234-09-21T23:34:33.709551616Z")
        );
        let objects = DateFigures::of(dates.to_vec(), false).unwrap();
        assert_eq!(
            (objects.minimum.as_str(), objects.maximum.as_str()),
            ("2020-01-01T02:00:00+02:00", "1650-03-03T00:00:00Z")
        );
    }

    #[test]
    fn frequent_texts_come_first() {
        let top = |limit| most_frequent(&["b", "a", "c", "b"], limit).into_iter().map(|it| it.text).collect::<Vec<_>>();
        assert_eq!(top(5), ["b", "a", "c"]);
        assert_eq!(top(2), ["b", "a"]);
        assert_eq!(top(0), ["b"]);
    }
}

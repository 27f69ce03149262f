//! `autocut`: keep the results up to the n-th jump in their scores.
//!
//! The scores are laid onto the unit square and compared with its diagonal. A result that rises above the diagonal further than
//! its neighbours is the last point before a plateau ends, and counts as one jump.

/// Returns the number of leading results to keep. `scores` are distances or scores in result order.
pub(crate) fn keep(scores: &[f32], jumps: usize) -> usize {
    let count = scores.len();
    let (Some(&first), Some(&last)) = (scores.first(), scores.last()) else { return 0 };
    if count < 2 || jumps == 0 {
        return count;
    }
    #[expect(clippy::cast_precision_loss, reason = "result lists are short")]
    let step = 1.0 / (count as f64 - 1.0);
    let range = f64::from(last) - f64::from(first);
    let mut above = Vec::with_capacity(count);
    let mut x = 0.0;
    for &score in scores {
        above.push((f64::from(score) - f64::from(first)) / range - x);
        x += step;
    }
    let mut found = 0;
    for (i, window) in above.windows(2).enumerate() {
        let [before, here] = window else { continue };
        let at = i + 1;
        let next = if at + 1 < count { above.get(at + 1) } else { i.checked_sub(1).and_then(|j| above.get(j)) };
        if here > before && next.is_none_or(|next| here > next) {
            found += 1;
            if found == jumps {
                return at;
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn cuts_before_the_jump() {
        assert_eq!(keep(&[0.1, 0.11, 0.12, 0.9, 0.91, 0.92], 1), 3);
        assert_eq!(keep(&[], 1), 0);
        assert_eq!(keep(&[0.4], 1), 1);
    }

    #[test]
    fn equal_scores_are_one_plateau() {
        assert_eq!(keep(&[0.5, 0.5, 0.5], 1), 3);
    }
}

//! The five distances a vector index can be configured with, computed and reported as the server does.

use crate::engine::schema::Distance;

/// The distance of two vectors of equal length, in single precision like the server; smaller is nearer.
pub(crate) fn between(distance: Distance, a: &[f32], b: &[f32]) -> f32 {
    let pairs = a.iter().zip(b);
    match distance {
        Distance::Cosine => (1.0 - dot(&normalize(a), &normalize(b))).max(0.0),
        Distance::Dot => -dot(a, b),
        Distance::L2Squared => pairs.map(|(x, y)| (x - y) * (x - y)).sum(),
        #[expect(clippy::float_cmp, reason = "hamming counts the positions that are not identical")]
        Distance::Hamming => pairs.map(|(x, y)| if x == y { 0.0 } else { 1.0 }).sum(),
        Distance::Manhattan => pairs.map(|(x, y)| (x - y).abs()).sum(),
    }
}

/// Late interaction over two multi-vectors: the negative sum, over the query's rows, of the best dot product with any row.
pub(crate) fn max_sim(query: &[Vec<f32>], rows: &[Vec<f32>]) -> f32 {
    -query.iter().map(|q| rows.iter().map(|row| dot(q, row)).fold(f32::NEG_INFINITY, f32::max)).sum::<f32>()
}

/// Certainty as the server derives it from a cosine distance.
pub(crate) fn certainty(distance: f32) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "the wire field is a float")]
    let certainty = (1.0 - f64::from(distance) / 2.0) as f32;
    certainty
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Scales to length one; the zero vector stays as it is. Rounds where the server does, so that last digits agree.
pub(crate) fn normalize(vector: &[f32]) -> Vec<f32> {
    let squared = vector.iter().fold(0.0_f32, |sum, x| x.mul_add(*x, sum));
    if squared == 0.0 {
        return vector.to_vec();
    }
    #[expect(clippy::cast_possible_truncation, reason = "vectors are singles")]
    let factor = (1.0 / f64::from(squared).sqrt()) as f32;
    vector.iter().map(|x| x * factor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f32, b: f32) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    #[test]
    fn cosine_ignores_length() {
        close(between(Distance::Cosine, &[2.0, 0.0], &[5.0, 0.0]), 0.0);
        close(between(Distance::Cosine, &[1.0, 0.0], &[0.0, 3.0]), 1.0);
        close(between(Distance::Cosine, &[1.0, 0.0], &[-1.0, 0.0]), 2.0);
        close(between(Distance::Cosine, &[0.0, 0.0], &[-1.0, 0.0]), 1.0);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the last digits are the point")]
    fn rounds_as_the_server_does() {
        assert_eq!(between(Distance::Cosine, &[0.8, 0.6], &[0.8, 0.6]), 1.192_092_9e-7);
        assert_eq!(between(Distance::Cosine, &[0.8, 0.6], &[1.0, 0.0]), 0.200_000_05);
        assert_eq!(between(Distance::Cosine, &[0.9, 0.1, 0.05], &[0.9, 0.1, 0.05]), 0.0);
    }

    #[test]
    fn other_distances() {
        close(between(Distance::Dot, &[1.0, 2.0], &[3.0, 4.0]), -11.0);
        close(between(Distance::L2Squared, &[1.0, 2.0], &[3.0, 5.0]), 13.0);
        close(between(Distance::Hamming, &[1.0, 2.0, 3.0], &[1.0, 5.0, 4.0]), 2.0);
        close(between(Distance::Manhattan, &[1.0, 2.0], &[-3.0, 5.0]), 7.0);
    }

    #[test]
    fn late_interaction_takes_the_best_row_for_each_query_row() {
        let rows = [vec![1.0, 0.0], vec![0.0, 2.0]];
        close(max_sim(&[vec![1.0, 0.0], vec![1.0, 1.0]], &rows), -3.0);
    }
}

//! Vectors of either kind.

/// A named vector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NamedVector {
    Single(Vec<f32>),
    Multi(Vec<Vec<f32>>),
}

impl NamedVector {
    /// The length the index holds every vector to; `None` for one without elements.
    pub(crate) fn dimensions(&self) -> Option<usize> {
        match self {
            Self::Single(vector) => Some(vector.len()),
            Self::Multi(rows) => rows.first().map(Vec::len),
        }
        .filter(|length| *length > 0)
    }
}

/// The mean, place by place. Of several vectors with rows there is none.
pub(crate) fn mean(mut vectors: Vec<NamedVector>) -> Option<NamedVector> {
    if vectors.len() < 2 {
        return vectors.pop();
    }
    combined(vectors, None)
}

/// The sum of all vectors, each with its weight, divided at each place by how many have it.
#[expect(clippy::cast_precision_loss, reason = "few vectors are combined")]
pub(crate) fn combined(vectors: Vec<NamedVector>, weights: Option<&[f32]>) -> Option<NamedVector> {
    let single = |vector| match vector {
        NamedVector::Single(vector) => Some(vector),
        NamedVector::Multi(_) => None,
    };
    let vectors: Vec<Vec<f32>> = vectors.into_iter().map(single).collect::<Option<_>>()?;
    let longest = vectors.iter().map(Vec::len).max().unwrap_or_default();
    let place = |place: usize| {
        let at = vectors.iter().enumerate().filter_map(|(index, vector)| {
            let weight = weights.map_or(1.0, |weights| weights.get(index).copied().unwrap_or_default());
            vector.get(place).map(|value| value * weight)
        });
        let (sum, count) = at.fold((0.0_f32, 0_usize), |(sum, count), value| (sum + value, count + 1));
        sum / count as f32
    };
    Some(NamedVector::Single((0..longest).map(place).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(values: &[f32]) -> NamedVector {
        NamedVector::Single(values.to_vec())
    }

    #[test]
    fn a_mean_divides_each_place_by_the_vectors_that_have_it() {
        assert_eq!(mean(vec![single(&[1.0, 2.0]), single(&[3.0])]), Some(single(&[2.0, 2.0])));
        assert_eq!(mean(vec![single(&[1.0])]), Some(single(&[1.0])));
        assert_eq!(mean(Vec::new()), None);
        let rows = NamedVector::Multi(vec![vec![1.0]]);
        assert_eq!(mean(vec![rows.clone(), rows]), None);
        assert_eq!(combined(vec![single(&[1.0]), single(&[1.0])], Some(&[0.75, 0.25])), Some(single(&[0.5])));
    }
}

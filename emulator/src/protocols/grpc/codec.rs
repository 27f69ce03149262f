//! The byte layouts in which numbers and vectors travel.

use bytes::Bytes;
use weaviate_generated::grpc::{Vectors, vectors::VectorType};

use super::fault::NoDimension;
use crate::engine::named_vector::NamedVector;

/// Little-endian singles; an incomplete one at the end is cut off.
pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect()
}

/// Little-endian doubles; an incomplete one at the end is cut off.
pub(crate) fn doubles(bytes: &[u8]) -> Vec<f64> {
    bytes.as_chunks::<8>().0.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect()
}

pub(crate) fn float_bytes(numbers: &[f32]) -> Bytes {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

pub(crate) fn double_bytes(numbers: &[f64]) -> Bytes {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Whole numbers as 64-bit integers.
pub(crate) fn int_bytes(numbers: &[f64]) -> Bytes {
    numbers.iter().flat_map(|number| int(*number).to_le_bytes()).collect()
}

/// The integer a stored double stands for.
#[expect(
    clippy::cast_possible_truncation,
    reason = "integers are stored as doubles; beyond 64 bits the nearest bound is taken"
)]
pub(crate) fn int(number: f64) -> i64 {
    number as i64
}

/// The rows of a multi-vector: their length as 16 bits, then row after row.
pub(crate) fn rows(bytes: &[u8]) -> Result<Vec<Vec<f32>>, NoDimension> {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else {
        return Ok(Vec::new());
    };
    match usize::from(u16::from_le_bytes(*length)) {
        0 => Err(NoDimension),
        dimension => Ok(floats(rest).chunks_exact(dimension).map(<[f32]>::to_vec).collect()),
    }
}

fn row_bytes(rows: &[Vec<f32>]) -> Bytes {
    let Some(first) = rows.first() else { return Bytes::new() };
    let length = u16::try_from(first.len()).unwrap_or(u16::MAX).to_le_bytes();
    length.into_iter().chain(rows.iter().flatten().flat_map(|number| number.to_le_bytes())).collect()
}

/// Reads a vector of either kind.
pub(crate) fn vector(message: &Vectors) -> Result<NamedVector, NoDimension> {
    if message.r#type == VectorType::MultiFp32 as i32 {
        rows(&message.vector_bytes).map(NamedVector::Multi)
    } else {
        Ok(NamedVector::Single(floats(&message.vector_bytes)))
    }
}

/// Writes a vector of either kind.
#[expect(deprecated, reason = "the message still has the field")]
pub(crate) fn vector_message(name: &str, vector: &NamedVector) -> Vectors {
    let (vector_bytes, kind) = match vector {
        NamedVector::Single(vector) => (float_bytes(vector), VectorType::SingleFp32),
        NamedVector::Multi(rows) => (row_bytes(rows), VectorType::MultiFp32),
    };
    Vectors { name: name.to_owned(), index: 0, vector_bytes, r#type: kind.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailing_fragment_is_cut_off() {
        assert_eq!(floats(&[0, 0, 128, 63, 0, 0, 0, 64, 9]), [1.0, 2.0]);
        assert_eq!(doubles(&double_bytes(&[0.1, -2.0])), [0.1, -2.0]);
    }

    #[test]
    fn multi_vectors_round_trip() {
        let vector = NamedVector::Multi(vec![vec![1.0, 2.0], vec![3.0, 4.0]]);
        assert_eq!(super::vector(&vector_message("m", &vector)), Ok(vector));
        assert_eq!(rows(&[]), Ok(vec![]));
        assert_eq!(rows(&[0, 0]), Err(NoDimension));
        assert_eq!(rows(&[2, 0, 0, 0, 128, 63]), Ok(vec![]));
    }

    #[test]
    fn integers_are_whole() {
        assert_eq!(int_bytes(&[-2.0]), Bytes::copy_from_slice(&(-2_i64).to_le_bytes()));
    }
}

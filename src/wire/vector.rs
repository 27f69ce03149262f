//! Conversion of vectors to and from the two wire formats.

use bytes::{BufMut, Bytes, BytesMut};
use weaviate_generated::grpc::Vectors as Named;
use weaviate_generated::grpc::vectors::VectorType;

use crate::values::properties::Layout;
use crate::values::types::vector::VectorShape;
use crate::values::types::{Vector, Vectors};
use crate::{Error, Result};

/// Largest dimension of a vector that the server can store.
const MAX_DIMENSION: usize = u16::MAX as usize;

/// Checks that the server accepts the vector. `field` is its name for the caller.
pub(crate) fn check(vector: &Vector, field: &str) -> Result<()> {
    check_parts(vector.bytes(), vector.shape(), field)
}

/// Checks that the server accepts a vector of these bytes.
pub(crate) fn check_parts(bytes: &[u8], shape: VectorShape, field: &str) -> Result<()> {
    let numbers = || bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    let (what, dimension) = match shape {
        VectorShape::Single => ("the vector", bytes.len() / 4),
        VectorShape::Multi(dimension) | VectorShape::Ragged { expected: dimension, .. } => ("a row", dimension),
    };
    let message = match shape {
        VectorShape::Ragged { row, expected, found } => {
            format!(
                "row {row} has {found} numbers, row 0 has {expected}; all rows of a multi-vector must have one length"
            )
        }
        _ if bytes.is_empty() => "the vector is empty".to_owned(),
        _ if dimension > MAX_DIMENSION => {
            format!("{what} has {dimension} numbers; the server's limit is {MAX_DIMENSION}")
        }
        _ if are_finite(bytes) => return Ok(()),
        _ => {
            let at = numbers().position(|number| !number.is_finite()).unwrap_or_default();
            format!("number {at} of the vector is not finite")
        }
    };
    Err(Error::validation(field.to_owned(), message))
}

/// Returns whether no number is a NaN or an infinity.
fn are_finite(bytes: &[u8]) -> bool {
    const EXPONENT: u32 = 0x7f80_0000;
    const LOWEST_OF_EXPONENT: u32 = 0x0080_0000;
    // The addition reaches the sign only if all bits of the exponent are set. Nothing but integers and no early exit, so
    // that the compiler vectorizes the loop.
    let overflown = |bytes: &[u8; 4]| (u32::from_le_bytes(*bytes) & EXPONENT).wrapping_add(LOWEST_OF_EXPONENT);
    bytes.as_chunks::<4>().0.iter().fold(0, |all, bytes| all | overflown(bytes)) >> 31 == 0
}

/// Checks all vectors of an object, and that the named ones have a name.
pub(crate) fn check_all(unnamed: Option<&Vector>, named: &Vectors) -> Result<()> {
    unnamed.map_or(Ok(()), |vector| check(vector, "vector"))?;
    named.iter().try_for_each(|(name, vector)| match name {
        "" => Err(Error::validation("vectors", "a vector has an empty name; `unnamed_vector` sets one without a name")),
        name => check(vector, name),
    })
}

/// Refuses a multi-vector where the struct has a single one, and the other way round: the server may store it and
/// stop indexing.
pub(crate) fn check_kinds(layout: &'static Layout, vectors: &Vectors) -> Result<()> {
    if layout.is_empty() {
        return Ok(());
    }
    for (name, vector) in vectors.iter() {
        let is_multi = vector.is_multi();
        let known = layout.vectors().find(|part| part.vector == name).and_then(|part| part.is_multi);
        if known.is_some_and(|known| known != is_multi) {
            let kind = |is_multi| if is_multi { "a multi-vector" } else { "a single vector" };
            let message = format!("is {}, and the field of the struct {}", kind(is_multi), kind(!is_multi));
            return Err(Error::validation(name.to_owned(), message));
        }
    }
    Ok(())
}

/// Returns the wire format of a vector.
pub(crate) fn kind(shape: VectorShape) -> VectorType {
    if shape == VectorShape::Single { VectorType::SingleFp32 } else { VectorType::MultiFp32 }
}

/// Returns the prefix of the numbers: the dimension of a multi-vector.
pub(crate) fn dimension_prefix(shape: VectorShape) -> Option<[u8; 2]> {
    match shape {
        VectorShape::Single => None,
        VectorShape::Multi(dimension) | VectorShape::Ragged { expected: dimension, .. } => {
            Some(u16::try_from(dimension).unwrap_or(u16::MAX).to_le_bytes())
        }
    }
}

/// Converts a vector to a message. `name` is empty if the target is named elsewhere.
pub(crate) fn message(vector: &Vector, name: &str) -> Named {
    let vector_bytes = match dimension_prefix(vector.shape()) {
        None => vector.bytes().clone(),
        Some(prefix) => {
            let mut bytes = BytesMut::with_capacity(prefix.len() + vector.bytes().len());
            bytes.put_slice(&prefix);
            bytes.put_slice(vector.bytes());
            bytes.freeze()
        }
    };
    Named { name: name.to_owned(), vector_bytes, r#type: kind(vector.shape()).into(), ..Named::default() }
}

/// Parses the unnamed vector; `None` if there is none.
pub(crate) fn unnamed(bytes: Bytes, deprecated: &[f32]) -> Result<Option<Vector>, String> {
    match (bytes.is_empty(), deprecated) {
        (true, []) => Ok(None),
        (true, numbers) => Ok(Some(Vector::from(numbers))),
        (false, _) => single(bytes).map(Some),
    }
}

/// Parses named vectors.
pub(crate) fn named(all: Vec<Named>) -> Result<Vectors, String> {
    if all.is_empty() {
        return Ok(Vectors::new());
    }
    all.into_iter()
        .map(|Named { name, vector_bytes, r#type, .. }| {
            let vector = match VectorType::try_from(r#type) {
                // Servers before 1.29 do not name the type.
                Ok(VectorType::SingleFp32 | VectorType::Unspecified) => single(vector_bytes),
                Ok(VectorType::MultiFp32) => multi(vector_bytes),
                Err(_) => Err(format!("type {type} is unknown; a newer version of this crate may read it")),
            };
            match vector {
                Ok(vector) => Ok((name, vector)),
                Err(fault) => Err(format!("vector `{name}`: {fault}")),
            }
        })
        .collect()
}

fn single(bytes: Bytes) -> Result<Vector, String> {
    if bytes.len().is_multiple_of(4) {
        Ok(Vector::from_wire(bytes, VectorShape::Single))
    } else {
        Err(format!("{} bytes are not a whole number of 4-byte floats", bytes.len()))
    }
}

fn multi(bytes: Bytes) -> Result<Vector, String> {
    let Some(([low, high], rows)) = bytes.split_first_chunk() else {
        return if bytes.is_empty() {
            Ok(Vector::from_wire(bytes, VectorShape::Multi(0)))
        } else {
            Err("the dimension is missing".to_owned())
        };
    };
    let dimension = usize::from(u16::from_le_bytes([*low, *high]));
    if rows.len().checked_rem(dimension * 4).unwrap_or(rows.len()) != 0 {
        return Err(format!("{} bytes are not a whole number of rows of {dimension} floats", rows.len()));
    }
    Ok(Vector::from_wire(bytes.slice(2..), VectorShape::Multi(dimension)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_survive_a_round_trip() {
        for vector in [Vector::from([1.0, -2.5]), Vector::from(vec![vec![1.0, 0.0], vec![0.5, 3.0], vec![0.0, 1.0]])] {
            assert!(check(&vector, "vector").is_ok());
            let back = named(vec![message(&vector, "v")]).unwrap();
            assert_eq!(back.get("v"), Some(&vector));
        }
        let multi = message(&Vector::from(vec![vec![1.0, 0.0]]), "");
        assert_eq!(multi.vector_bytes.as_ref(), [2, 0, 0, 0, 128, 63, 0, 0, 0, 0]);
        assert_eq!(multi.r#type(), VectorType::MultiFp32);
        for unknown in [3, -1, i32::MAX] {
            let future = Named { r#type: unknown, ..message(&Vector::from([1.0]), "v") };
            let fault = named(vec![future]).unwrap_err();
            assert_eq!(
                fault,
                format!("vector `v`: type {unknown} is unknown; a newer version of this crate may read it")
            );
        }
        // Servers before 1.29 have one format and do not name it.
        let untyped = Named { r#type: 0, ..message(&Vector::from([1.0]), "v") };
        assert_eq!(named(vec![untyped]).unwrap().get("v"), Some(&Vector::from([1.0])));
    }

    #[test]
    fn invalid_vectors_are_refused() {
        for (vector, expected_text) in [
            (Vector::from(Vec::<f32>::new()), "empty"),
            (Vector::from(Vec::<Vec<f32>>::new()), "empty"),
            (Vector::from(vec![Vec::<f32>::new(), Vec::new()]), "empty"),
            (Vector::from(vec![vec![1.0, 2.0], vec![3.0]]), "row 1 has 1 numbers"),
            (Vector::from(vec![vec![], vec![3.0]]), "row 1 has 1 numbers"),
            (Vector::from([1.0, f32::NAN]), "number 1"),
            (Vector::from([f32::INFINITY]), "number 0"),
            (Vector::from(vec![vec![0.0; 70_000]]), "a row has 70000 numbers; the server's limit is 65535"),
            (Vector::from(vec![0.0; 65_536]), "the vector has 65536 numbers"),
        ] {
            let error = check(&vector, "near_vector").unwrap_err();
            assert!(error.to_string().contains(expected_text), "{error}");
            assert_eq!(error.field(), Some("near_vector"));
        }
        assert!(check(&Vector::from(vec![0.0; 65_535]), "near_vector").is_ok());
    }

    #[test]
    fn incomplete_bytes_are_an_error() {
        let whole = message(&Vector::from(vec![vec![1.0, 2.0], vec![3.0, 4.0]]), "m");
        for len in 0..whole.vector_bytes.len() {
            let cut = Named { vector_bytes: whole.vector_bytes.slice(..len), ..whole.clone() };
            let rows = len.checked_sub(2).filter(|rest| rest % 8 == 0).map(|rest| rest / 8);
            match named(vec![cut]) {
                Ok(vectors) => assert_eq!(vectors.get("m").unwrap().row_count(), rows.unwrap_or(0), "{len}"),
                Err(fault) => assert!(rows.is_none(), "{len}: {fault}"),
            }
        }
        let no_dimension = Named { vector_bytes: Bytes::from_static(&[0, 0, 1, 1, 1, 1]), ..whole };
        assert!(named(vec![no_dimension]).is_err());
        assert!(unnamed(Bytes::from_static(&[1, 2, 3]), &[]).is_err());
        assert_eq!(unnamed(Bytes::new(), &[]), Ok(None));
        assert_eq!(unnamed(Bytes::new(), &[1.0]), Ok(Some(Vector::from([1.0]))));
    }
}

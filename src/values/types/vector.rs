//! Vectors, kept in the bytes in which they are sent and received.

use std::borrow::Cow;
use std::fmt;

use bytes::{Bytes, BytesMut};

/// Vector (embedding) of 32-bit floats, or a multi-vector: rows of the same dimension.
///
/// Multi-vectors come from late-interaction models such as ColBERT and need Weaviate 1.29. See
/// Weaviate's page on
/// [multi-vectors](https://docs.weaviate.io/weaviate/tutorials/multi-vector-embeddings).
///
/// A vector is kept as little-endian bytes, as it is sent. A vector of a search result is a view
/// into the reply and keeps all of the reply in memory; [`into_owned`](Self::into_owned) copies it
/// out.
///
/// ```
/// use weaviate::prelude::*;
///
/// let single = Vector::from(vec![0.25, 0.5, 1.0]);
/// assert_eq!(single.dimension(), 3);
/// assert_eq!(single.as_f32().unwrap().as_ref(), [0.25, 0.5, 1.0]);
///
/// let multi = Vector::from(vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![0.5, 0.5]]);
/// assert!(multi.is_multi());
/// assert_eq!((multi.row_count(), multi.dimension()), (3, 2));
/// assert_eq!(multi.rows().last().unwrap().iter().collect::<Vec<_>>(), [0.5, 0.5]);
/// ```
///
/// # Errors
///
/// The request that uses the vector fails with [`Validation`](crate::ErrorKind::Validation) if the
/// vector is empty, holds a NaN or an infinity, or has rows of unequal length.
#[doc(alias = "embedding")]
#[doc(alias = "multi-vector")]
#[doc(alias = "colbert")]
#[derive(Clone)]
pub struct Vector {
    /// Little-endian `f32`s, row after row. The length is a multiple of four.
    bytes: Bytes,
    shape: VectorShape,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VectorShape {
    Single,
    /// Rows of this dimension.
    Multi(usize),
    /// The length of this row differs from that of the first one.
    Ragged {
        row: usize,
        expected: usize,
        found: usize,
    },
}

const WIDTH: usize = size_of::<f32>();

impl Vector {
    /// Takes the bytes of a reply. The caller checks that they do not end within a number.
    pub(crate) fn from_wire(bytes: Bytes, shape: VectorShape) -> Self {
        Self { bytes, shape }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn shape(&self) -> VectorShape {
        self.shape
    }

    /// Returns `true` for a multi-vector, even if it has only one row.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// assert!(!Vector::from([0.5, 1.0]).is_multi());
    /// assert!(Vector::from(vec![vec![0.5, 1.0]]).is_multi());
    /// ```
    #[must_use]
    pub fn is_multi(&self) -> bool {
        self.shape != VectorShape::Single
    }

    /// Returns the dimension: the number of floats, in each row for a multi-vector.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// assert_eq!(Vector::from([0.25, 0.5, 1.0]).dimension(), 3);
    /// assert_eq!(Vector::from(vec![vec![0.5, 1.0], vec![1.0, 0.5]]).dimension(), 2);
    /// ```
    #[must_use]
    pub fn dimension(&self) -> usize {
        match self.shape {
            VectorShape::Single => self.bytes.len() / WIDTH,
            VectorShape::Multi(dimension) | VectorShape::Ragged { expected: dimension, .. } => dimension,
        }
    }

    /// Returns the number of rows, which is 1 for a single vector.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// assert_eq!(Vector::from(vec![vec![0.5, 1.0], vec![1.0, 0.5], vec![0.0, 0.0]]).row_count(), 3);
    /// ```
    #[must_use]
    pub fn row_count(&self) -> usize {
        match self.shape {
            VectorShape::Single => 1,
            _ => (self.bytes.len() / WIDTH).checked_div(self.dimension()).unwrap_or(0),
        }
    }

    /// Returns an iterator over the rows. Each row is a single vector that shares the bytes of this
    /// one. A single vector is its own only row.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let tokens = Vector::from(vec![vec![0.5, 1.0], vec![1.0, 0.5]]);
    /// assert_eq!(tokens.rows().next(), Some(Vector::from([0.5, 1.0])));
    /// ```
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Self> + '_ {
        let width = self.dimension() * WIDTH;
        (0..self.row_count()).map(move |row| Self {
            bytes: self.bytes.slice(row * width..(row + 1) * width),
            shape: VectorShape::Single,
        })
    }

    /// Returns the floats of a single vector as a slice, `None` for a multi-vector.
    ///
    /// They are copied only if the bytes are not aligned for `f32`, which depends on their position
    /// in the reply, or if the machine is big-endian.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let vector = Vector::from([0.25, 0.5]);
    /// assert_eq!(vector.as_f32().as_deref(), Some(&[0.25, 0.5][..]));
    /// ```
    #[must_use]
    pub fn as_f32(&self) -> Option<Cow<'_, [f32]>> {
        match self.shape {
            VectorShape::Single => Some(numbers(&self.bytes)),
            _ => None,
        }
    }

    /// Returns an iterator over all floats, row after row. It does not allocate.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let length = Vector::from([3.0, 4.0]).iter().map(|number| number * number).sum::<f32>().sqrt();
    /// assert_eq!(length, 5.0);
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = f32> + '_ {
        self.bytes.as_chunks::<WIDTH>().0.iter().copied().map(f32::from_le_bytes)
    }

    /// Copies the floats into `out`, row after row, and returns the number of floats copied.
    ///
    /// It stops at the end of the vector or of `out`, whichever comes first, and does not allocate.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let mut buffer = [0.0; 4];
    /// assert_eq!(Vector::from([0.25, 0.5]).copy_into(&mut buffer), 2);
    /// assert_eq!(buffer, [0.25, 0.5, 0.0, 0.0]);
    /// ```
    pub fn copy_into(&self, out: &mut [f32]) -> usize {
        out.iter_mut().zip(self.iter()).map(|(to, from)| *to = from).count()
    }

    /// Returns a copy that does not keep the reply of the server in memory.
    ///
    /// Use it to keep a few vectors of a large reply for a long time.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// fn keep(best: &Hit<PropertyMap>) -> Option<Vector> {
    ///     best.vector().cloned().map(Vector::into_owned)
    /// }
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Self {
        Self { bytes: pack(&numbers(&self.bytes)), shape: self.shape }
    }
}

fn numbers(bytes: &[u8]) -> Cow<'_, [f32]> {
    #[cfg(target_endian = "little")]
    if let Ok(numbers) = bytemuck::try_cast_slice(bytes) {
        return Cow::Borrowed(numbers);
    }
    Cow::Owned(bytes.as_chunks::<WIDTH>().0.iter().copied().map(f32::from_le_bytes).collect())
}

fn pack(numbers: &[f32]) -> Bytes {
    #[cfg(target_endian = "little")]
    return own(numbers.to_vec());
    #[cfg(not(target_endian = "little"))]
    return own_portable(numbers);
}

/// The little-endian bytes of the numbers, without a copy on a little-endian machine.
fn own(numbers: Vec<f32>) -> Bytes {
    #[cfg(target_endian = "little")]
    {
        struct Owner(Vec<f32>);

        impl AsRef<[u8]> for Owner {
            fn as_ref(&self) -> &[u8] {
                bytemuck::cast_slice(&self.0)
            }
        }

        Bytes::from_owner(Owner(numbers))
    }
    #[cfg(not(target_endian = "little"))]
    own_portable(&numbers)
}

#[cfg(any(test, not(target_endian = "little")))]
fn own_portable(numbers: &[f32]) -> Bytes {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

impl From<Vec<f32>> for Vector {
    fn from(numbers: Vec<f32>) -> Self {
        Self { bytes: own(numbers), shape: VectorShape::Single }
    }
}

impl From<&[f32]> for Vector {
    fn from(numbers: &[f32]) -> Self {
        Self { bytes: pack(numbers), shape: VectorShape::Single }
    }
}

impl From<&Vec<f32>> for Vector {
    fn from(numbers: &Vec<f32>) -> Self {
        numbers.as_slice().into()
    }
}

impl<const N: usize> From<[f32; N]> for Vector {
    fn from(numbers: [f32; N]) -> Self {
        numbers.as_slice().into()
    }
}

impl From<&Vector> for Vector {
    fn from(vector: &Vector) -> Self {
        vector.clone()
    }
}

/// Creates a multi-vector from its rows.
impl From<Vec<Vec<f32>>> for Vector {
    fn from(rows: Vec<Vec<f32>>) -> Self {
        rows.iter().map(Vec::as_slice).collect()
    }
}

/// Creates a multi-vector from its rows.
impl<'a> FromIterator<&'a [f32]> for Vector {
    fn from_iter<I: IntoIterator<Item = &'a [f32]>>(rows: I) -> Self {
        let mut bytes = BytesMut::new();
        let mut shape = VectorShape::Multi(0);
        for (index, row) in rows.into_iter().enumerate() {
            shape = match shape {
                _ if index == 0 => VectorShape::Multi(row.len()),
                VectorShape::Multi(expected) if row.len() != expected => {
                    VectorShape::Ragged { row: index, expected, found: row.len() }
                }
                shape => shape,
            };
            bytes.extend(row.iter().flat_map(|number| number.to_le_bytes()));
        }
        Self { bytes: bytes.freeze(), shape }
    }
}

/// Compares shape and floats. A vector with a NaN is not equal to any vector.
impl PartialEq for Vector {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 4;
        if self.is_multi() {
            write!(f, "{} x ", self.row_count())?;
        }
        write!(f, "{} [", self.dimension())?;
        for (index, number) in self.iter().take(SHOWN).enumerate() {
            write!(f, "{}{number}", if index == 0 { "" } else { ", " })?;
        }
        f.write_str(if self.iter().len() > SHOWN { ", ...]" } else { "]" })
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers come back bit for bit")]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_little_endian_floats() {
        assert_eq!(Vector::from([1.0, -2.5]).bytes().as_ref(), [0, 0, 128, 63, 0, 0, 32, 192]);
        assert_eq!(own_portable(&[1.0, -2.5]), Vector::from([1.0, -2.5]).bytes());
    }

    #[test]
    fn taking_a_vec_does_not_copy_it() {
        let numbers = vec![1.0_f32, 2.0];
        let at = numbers.as_ptr();
        let vector = Vector::from(numbers);
        let Some(Cow::Borrowed(seen)) = vector.as_f32() else { panic!("copied") };
        assert_eq!(seen.as_ptr(), at);
    }

    #[test]
    fn unaligned_bytes_are_read_correctly() {
        let aligned = Vector::from([1.0, 2.0, 3.0]);
        for shift in 0..4 {
            let mut shifted = vec![0xff; shift];
            shifted.extend_from_slice(aligned.bytes());
            let vector = Vector::from_wire(Bytes::from(shifted).slice(shift..), VectorShape::Single);
            assert_eq!(vector.as_f32().unwrap().as_ref(), [1.0, 2.0, 3.0]);
            assert_eq!(vector, aligned);
            let mut two = [0.0; 2];
            assert_eq!(vector.copy_into(&mut two), 2);
            assert_eq!(two, [1.0, 2.0]);
        }
        let mut five = [9.0; 5];
        assert_eq!(aligned.copy_into(&mut five), 3);
        assert_eq!(five, [1.0, 2.0, 3.0, 9.0, 9.0]);
    }

    #[test]
    fn truncated_bytes_do_not_panic() {
        for len in 0..12 {
            for shape in [
                VectorShape::Single,
                VectorShape::Multi(2),
                VectorShape::Multi(0),
                VectorShape::Ragged { row: 1, expected: 3, found: 0 },
            ] {
                let vector = Vector::from_wire(Bytes::from(vec![0; len]), shape);
                assert_eq!(vector.iter().len(), len / 4);
                assert!(vector.rows().map(|row| row.iter().len()).sum::<usize>() <= len / 4);
                assert_eq!(vector.clone().into_owned().iter().len(), len / 4);
                let _ = (vector.as_f32(), format!("{vector:?}"));
            }
        }
    }

    #[test]
    fn an_owned_vector_releases_the_reply() {
        let reply = Bytes::from(vec![0; 64]);
        let vector = Vector::from_wire(reply.slice(8..16), VectorShape::Single).into_owned();
        assert!(reply.is_unique());
        assert_eq!(vector.dimension(), 2);
    }

    #[test]
    fn shapes_are_detected_and_shown() {
        let ragged = Vector::from(vec![vec![1.0, 2.0], vec![3.0]]);
        assert_eq!(ragged.shape(), VectorShape::Ragged { row: 1, expected: 2, found: 1 });
        let multi = Vector::from(vec![vec![1.0, 2.0], vec![3.0, 4.0]]);
        assert_eq!(multi.shape(), VectorShape::Multi(2));
        assert!(multi.as_f32().is_none());
        assert_eq!(format!("{multi:?}"), "2 x 2 [1, 2, 3, 4]");
        assert_eq!(format!("{:?}", Vector::from([1.0; 5])), "5 [1, 1, 1, 1, ...]");
        assert_ne!(multi, Vector::from([1.0, 2.0, 3.0, 4.0]));
    }
}

//! One vector, kept in the bytes of the wire.

use std::borrow::Cow;
use std::fmt;

use bytes::{Bytes, BytesMut};

/// An embedding, or one multi-vector: several rows of the same dimension.
///
/// The numbers stay in the bytes they travel in, little-endian 32-bit floats, until somebody asks. A vector out of a
/// search is a view into the reply and keeps the whole of it alive; [`into_owned`](Self::into_owned) cuts it loose.
///
/// ```
/// use weaviate::types::Vector;
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
/// An empty vector, one with a NaN or an infinity in it, and rows of unequal length are a
/// [`Validation`](crate::ErrorKind::Validation) error where the vector is used.
#[derive(Clone)]
pub struct Vector {
    /// Little-endian `f32`s, row after row; a multiple of four bytes.
    bytes: Bytes,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Single,
    /// Rows of so many numbers each.
    Multi(usize),
    /// This row does not have the length of the first one.
    Ragged {
        row: usize,
        expected: usize,
        found: usize,
    },
}

const WIDTH: usize = size_of::<f32>();

impl Vector {
    /// `bytes` as they came off the wire; a partial number at the end is the caller's to refuse.
    pub(crate) fn from_wire(bytes: Bytes, shape: Shape) -> Self {
        Self { bytes, shape }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// Whether this is a multi-vector.
    #[must_use]
    pub fn is_multi(&self) -> bool {
        self.shape != Shape::Single
    }

    /// How many numbers there are, in each row if this is a multi-vector.
    #[must_use]
    pub fn dimension(&self) -> usize {
        match self.shape {
            Shape::Single => self.bytes.len() / WIDTH,
            Shape::Multi(dimension) | Shape::Ragged { expected: dimension, .. } => dimension,
        }
    }

    /// How many rows there are: one, unless this is a multi-vector.
    #[must_use]
    pub fn row_count(&self) -> usize {
        match self.shape {
            Shape::Single => 1,
            _ => (self.bytes.len() / WIDTH).checked_div(self.dimension()).unwrap_or(0),
        }
    }

    /// The rows, each as a vector of its own that shares these bytes. A single vector is its only row.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Self> + '_ {
        let width = self.dimension() * WIDTH;
        (0..self.row_count())
            .map(move |row| Self { bytes: self.bytes.slice(row * width..(row + 1) * width), shape: Shape::Single })
    }

    /// The numbers of a single vector, `None` for a multi-vector. They are copied only where the bytes are not aligned
    /// for `f32`, which is up to where in the reply they happen to lie.
    #[must_use]
    pub fn as_f32(&self) -> Option<Cow<'_, [f32]>> {
        match self.shape {
            Shape::Single => Some(numbers(&self.bytes)),
            _ => None,
        }
    }

    /// All numbers in order, row after row, without allocating.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = f32> + '_ {
        self.bytes.as_chunks::<WIDTH>().0.iter().copied().map(f32::from_le_bytes)
    }

    /// Copies as many numbers as there are and as `out` has room for, without allocating. Returns how many that were.
    pub fn copy_into(&self, out: &mut [f32]) -> usize {
        out.iter_mut().zip(self.iter()).map(|(to, from)| *to = from).count()
    }

    /// A copy that does not keep the reply alive in which the vector came.
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

/// The bytes of the numbers, without a copy where the machine keeps them as the wire does.
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
        Self { bytes: own(numbers), shape: Shape::Single }
    }
}

impl From<&[f32]> for Vector {
    fn from(numbers: &[f32]) -> Self {
        Self { bytes: pack(numbers), shape: Shape::Single }
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

/// A multi-vector of these rows.
impl From<Vec<Vec<f32>>> for Vector {
    fn from(rows: Vec<Vec<f32>>) -> Self {
        rows.iter().map(Vec::as_slice).collect()
    }
}

/// A multi-vector of these rows.
impl<'a> FromIterator<&'a [f32]> for Vector {
    fn from_iter<I: IntoIterator<Item = &'a [f32]>>(rows: I) -> Self {
        let mut bytes = BytesMut::new();
        let mut shape = Shape::Multi(0);
        for (index, row) in rows.into_iter().enumerate() {
            shape = match shape {
                _ if index == 0 => Shape::Multi(row.len()),
                Shape::Multi(expected) if row.len() != expected => {
                    Shape::Ragged { row: index, expected, found: row.len() }
                }
                shape => shape,
            };
            bytes.extend(row.iter().flat_map(|number| number.to_le_bytes()));
        }
        Self { bytes: bytes.freeze(), shape }
    }
}

/// Two vectors are equal when they have the same shape and equal numbers, so that none with a NaN equals anything.
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
    fn unaligned_bytes_are_read_all_the_same() {
        let aligned = Vector::from([1.0, 2.0, 3.0]);
        for shift in 0..4 {
            let mut shifted = vec![0xff; shift];
            shifted.extend_from_slice(aligned.bytes());
            let vector = Vector::from_wire(Bytes::from(shifted).slice(shift..), Shape::Single);
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
    fn cut_off_bytes_never_panic() {
        for len in 0..12 {
            for shape in
                [Shape::Single, Shape::Multi(2), Shape::Multi(0), Shape::Ragged { row: 1, expected: 3, found: 0 }]
            {
                let vector = Vector::from_wire(Bytes::from(vec![0; len]), shape);
                assert_eq!(vector.iter().len(), len / 4);
                assert!(vector.rows().map(|row| row.iter().len()).sum::<usize>() <= len / 4);
                assert_eq!(vector.clone().into_owned().iter().len(), len / 4);
                let _ = (vector.as_f32(), format!("{vector:?}"));
            }
        }
    }

    #[test]
    fn an_owned_vector_lets_go_of_the_reply() {
        let reply = Bytes::from(vec![0; 64]);
        let vector = Vector::from_wire(reply.slice(8..16), Shape::Single).into_owned();
        assert!(reply.is_unique());
        assert_eq!(vector.dimension(), 2);
    }

    #[test]
    fn shapes() {
        let ragged = Vector::from(vec![vec![1.0, 2.0], vec![3.0]]);
        assert_eq!(ragged.shape(), Shape::Ragged { row: 1, expected: 2, found: 1 });
        let multi = Vector::from(vec![vec![1.0, 2.0], vec![3.0, 4.0]]);
        assert_eq!(multi.shape(), Shape::Multi(2));
        assert!(multi.as_f32().is_none());
        assert_eq!(format!("{multi:?}"), "2 x 2 [1, 2, 3, 4]");
        assert_eq!(format!("{:?}", Vector::from([1.0; 5])), "5 [1, 1, 1, 1, ...]");
        assert_ne!(multi, Vector::from([1.0, 2.0, 3.0, 4.0]));
    }
}

//! Serializer of a field with a vector: writes its numbers behind those of the other vectors.

use serde::ser::{Impossible, Serialize, Serializer};

use super::encode::{PropertiesEncoder, Result, common, sequences};
use super::error::PathError;
use crate::values::types::vector::VectorShape;

/// Vector of an object: a part of the encoder's numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrittenVector {
    pub(super) name: &'static str,
    start: usize,
    end: usize,
    shape: VectorShape,
}

impl WrittenVector {
    pub(super) fn bytes(self, numbers: &[u8]) -> &[u8] {
        numbers.get(self.start..self.end).unwrap_or_default()
    }

    pub(super) fn shape(self) -> VectorShape {
        self.shape
    }
}

/// Serializer of a vector, or of a part of it.
pub(super) struct VectorSerializer<'e> {
    pub(super) encoder: &'e mut PropertiesEncoder,
    pub(super) level: VectorLevel,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VectorLevel {
    /// The vector of this name.
    Field(&'static str),
    /// A number, or a row of a multi-vector.
    Element,
    /// A number of a row.
    Number,
}

fn not_a_vector<T>() -> Result<T> {
    Err(PathError::new("a vector must be a list of numbers, or a list of rows of numbers"))
}

impl<'e> Serializer for VectorSerializer<'e> {
    common!();
    type SerializeSeq = Numbers<'e>;
    type SerializeTuple = Numbers<'e>;
    type SerializeTupleStruct = Numbers<'e>;
    type SerializeMap = Impossible<(), PathError>;
    type SerializeStruct = Impossible<(), PathError>;

    fn serialize_bool(self, _: bool) -> Result {
        not_a_vector()
    }

    fn serialize_i64(self, number: i64) -> Result {
        #[expect(clippy::cast_precision_loss, reason = "numbers of a vector have 32 bits")]
        self.serialize_f64(number as f64)
    }

    fn serialize_f64(self, number: f64) -> Result {
        if matches!(self.level, VectorLevel::Field(_)) {
            return not_a_vector();
        }
        #[expect(clippy::cast_possible_truncation, reason = "numbers of a vector have 32 bits")]
        self.encoder.numbers.extend_from_slice(&(number as f32).to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, _: &str) -> Result {
        not_a_vector()
    }

    /// The object does not have this vector.
    fn serialize_none(self) -> Result {
        if matches!(self.level, VectorLevel::Field(_)) { Ok(()) } else { not_a_vector() }
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Numbers<'e>> {
        if self.level == VectorLevel::Number {
            return not_a_vector();
        }
        let PropertiesEncoder { numbers, .. } = self.encoder;
        // The hint is the caller's; a wrong one must not cost memory.
        numbers.reserve(len.unwrap_or_default().min(MAX_RESERVED) * size_of::<f32>());
        let start = numbers.len();
        Ok(Numbers { encoder: self.encoder, level: self.level, start, rows: 0, shape: None })
    }

    fn serialize_tuple(self, len: usize) -> Result<Numbers<'e>> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Numbers<'e>> {
        self.serialize_seq(Some(len))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        not_a_vector()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        not_a_vector()
    }
}

/// Most numbers for which memory is reserved ahead.
const MAX_RESERVED: usize = u16::MAX as usize;

/// Serializer of the numbers of a vector or a row, or of the rows of a multi-vector.
pub(super) struct Numbers<'e> {
    encoder: &'e mut PropertiesEncoder,
    level: VectorLevel,
    start: usize,
    rows: usize,
    /// `None` until the first element.
    shape: Option<VectorShape>,
}

impl Numbers<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let level = if self.level == VectorLevel::Element { VectorLevel::Number } else { VectorLevel::Element };
        let before = self.encoder.numbers.len();
        self.encoder.closed_row = false;
        value.serialize(VectorSerializer { encoder: self.encoder, level })?;
        let found = (self.encoder.numbers.len() - before) / size_of::<f32>();
        self.shape = Some(match (self.shape, self.encoder.closed_row) {
            (None | Some(VectorShape::Single), false) => VectorShape::Single,
            (None, true) => VectorShape::Multi(found),
            (Some(VectorShape::Multi(expected)), true) if expected != found => {
                VectorShape::Ragged { row: self.rows, expected, found }
            }
            (Some(shape @ (VectorShape::Multi(_) | VectorShape::Ragged { .. })), true) => shape,
            _ => return not_a_vector(),
        });
        self.rows += 1;
        Ok(())
    }

    fn complete(self) {
        let PropertiesEncoder { numbers, vectors, closed_row, .. } = self.encoder;
        match self.level {
            VectorLevel::Field(name) => {
                let shape = self.shape.unwrap_or(VectorShape::Single);
                vectors.push(WrittenVector { name, start: self.start, end: numbers.len(), shape });
            }
            VectorLevel::Element | VectorLevel::Number => *closed_row = true,
        }
    }
}

sequences!(Numbers);

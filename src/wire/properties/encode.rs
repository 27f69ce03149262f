//! Serializer of properties: writes a user's struct directly into the bytes of
//! `BatchObject.properties`.
//!
//! Single values go into a `google.protobuf.Struct`, arrays and objects into fields of their own.
//! So there are two buffers. A nested object is written at the end of both and remembers its start
//! in each. When it is complete, the part after the start is wrapped and becomes part of the outer
//! object. The buffers are reused for the next object, so encoding does not allocate once they have
//! grown.

use std::fmt::Write as _;

use serde::ser::{Error as _, Impossible, Serialize, Serializer};

use super::super::references;
use super::array::ArraySerializer;
use super::error::PathError;
use super::object_serializer::{ObjectSerializer, RootSerializer};
use super::protobuf::{field_len, key, put_field, put_prefix};
use super::vector_serializer::WrittenVector;
use crate::values::data::ReferenceTo;
use crate::values::properties::Layout;
use crate::values::types::marker;
use crate::values::types::vector::VectorShape;

pub(super) type Result<T = ()> = std::result::Result<T, PathError>;

/// Encoder of the properties of objects, one after the other.
#[derive(Debug, Default)]
pub(crate) struct PropertiesEncoder {
    /// Entries of `Struct.fields`.
    pub(super) fields: Vec<u8>,
    /// All other fields.
    pub(super) rest: Vec<u8>,
    /// Stack of map keys and of texts formatted on the fly.
    pub(super) stack: String,
    /// Number of objects that are open inside each other, without the root.
    pub(super) depth: usize,
    allow_lossy_integers: bool,
    /// Names of the references, which properties cannot have.
    pub(super) reference_names: Vec<String>,
    /// Fields of the struct that are vectors and references.
    pub(super) layout: &'static Layout,
    /// Vectors of the struct, as parts of `numbers`.
    pub(super) vectors: Vec<WrittenVector>,
    /// Little-endian `f32`s.
    pub(super) numbers: Vec<u8>,
    /// The element of a vector that was written last is a row.
    pub(super) closed_row: bool,
    /// References of the struct.
    pub(super) references: Vec<(&'static str, ReferenceTo)>,
    /// Names of fields that are properties and were found to be valid.
    valid_names: Vec<&'static str>,
    /// Position in `valid_names` of the field that is expected next.
    next_name: usize,
}

impl PropertiesEncoder {
    /// Creates an encoder. `allow_lossy_integers` accepts integers that the server rounds.
    pub(crate) fn new(layout: &'static Layout, allow_lossy_integers: bool) -> Self {
        Self { allow_lossy_integers, layout, ..Self::default() }
    }

    pub(crate) fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// Returns the vectors of the last object, which are fields of the struct.
    pub(crate) fn vectors(&self) -> impl Iterator<Item = (&'static str, &[u8], VectorShape)> {
        self.vectors.iter().map(|vector| (vector.name, vector.bytes(&self.numbers), vector.shape()))
    }

    /// Returns the name of the first reference of the last object that is a field of the struct.
    pub(crate) fn reference(&self) -> Option<&'static str> {
        self.references.first().map(|(name, _)| *name)
    }

    /// Encodes an object in place of the last one. After an error, the content is invalid.
    pub(crate) fn encode<T: Serialize + ?Sized>(&mut self, properties: &T) -> Result {
        self.encode_with(properties, &[])
    }

    /// Encodes an object with its references.
    pub(crate) fn encode_with<T: Serialize + ?Sized>(
        &mut self,
        properties: &T,
        references: &[(String, ReferenceTo)],
    ) -> Result {
        self.reference_names.clear();
        for (name, _) in references {
            references::check_name(name).map_err(|message| PathError::new(message).under(name))?;
            self.reference_names.push(name.clone());
        }
        self.fields.clear();
        self.rest.clear();
        self.stack.clear();
        self.depth = 0;
        self.vectors.clear();
        self.numbers.clear();
        self.references.clear();
        self.next_name = 0;
        properties.serialize(RootSerializer(self))?;
        let own = self.references.iter().map(|(name, to)| (*name, to));
        references::put(&mut self.rest, own.chain(references.iter().map(|(name, to)| (name.as_str(), to))));
        Ok(())
    }

    /// Returns whether the name of a field was found to be valid before. Objects of an import have the
    /// same fields in the same order, so that a name is compared by its address, and once.
    pub(super) fn is_known(&mut self, name: &'static str) -> bool {
        let is_it = |known: &&str| std::ptr::eq(*known, name);
        let later = self.valid_names.get(self.next_name..).unwrap_or_default();
        let Some(steps) = later.iter().position(is_it) else { return false };
        self.next_name += steps + 1;
        true
    }

    /// Remembers a valid name of a field.
    pub(super) fn remember(&mut self, name: &'static str) {
        self.valid_names.truncate(MAX_VALID_NAMES);
        self.next_name = self.next_name.min(self.valid_names.len());
        self.valid_names.insert(self.next_name, name);
        self.next_name += 1;
    }

    /// Returns the length of the `BatchObject.Properties` message.
    pub(crate) fn encoded_len(&self) -> usize {
        let fields = if self.fields.is_empty() { 0 } else { field_len(self.fields.len()) };
        fields + self.rest.len()
    }

    /// Appends the message `BatchObject.Properties`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        if !self.fields.is_empty() {
            put_field(out, key(1), &self.fields);
        }
        out.extend_from_slice(&self.rest);
    }
}

/// Limit of remembered names. An encoder may see other structs than that of its collection.
const MAX_VALID_NAMES: usize = 100;

/// Field numbers that differ between the properties of an object and of a nested object.
#[derive(Debug)]
pub(super) struct FieldNumbers {
    pub(super) number_array: u32,
    pub(super) int_array: u32,
    pub(super) text_array: u32,
    pub(super) boolean_array: u32,
    pub(super) object: u32,
    pub(super) object_array: u32,
}

pub(super) static OUTER: FieldNumbers =
    FieldNumbers { number_array: 4, int_array: 5, text_array: 6, boolean_array: 7, object: 8, object_array: 9 };
pub(super) static INNER: FieldNumbers =
    FieldNumbers { number_array: 2, int_array: 3, text_array: 4, boolean_array: 5, object: 6, object_array: 7 };
pub(super) const EMPTY_LISTS: u32 = 10;

/// Name of a property: of a struct field, or on the stack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    Field(&'static str),
    Stacked { start: usize, end: usize },
}

impl Key {
    pub(super) fn name(self, encoder: &PropertiesEncoder) -> &str {
        self.of(&encoder.stack)
    }

    pub(super) fn of(self, stack: &str) -> &str {
        match self {
            Self::Field(name) => name,
            Self::Stacked { start, end } => stack.get(start..end).unwrap_or_default(),
        }
    }
}

/// Writes a `Value.string_value` with its name.
fn put_text(out: &mut Vec<u8>, name: &str, text: &str) {
    let value = field_len(text.len());
    put_prefix(out, key(1), field_len(name.len()) + field_len(value));
    put_field(out, key(1), name.as_bytes());
    put_prefix(out, key(2), value);
    put_field(out, key(3), text.as_bytes());
}

fn put_number(out: &mut Vec<u8>, name: &str, number: f64) {
    put_prefix(out, key(1), field_len(name.len()) + field_len(9));
    put_field(out, key(1), name.as_bytes());
    // `number_value` is field 2, an eight-byte field.
    out.extend_from_slice(&[key(2), 9, 2 << 3 | 1]);
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_bool(out: &mut Vec<u8>, name: &str, value: bool) {
    put_prefix(out, key(1), field_len(name.len()) + field_len(2));
    put_field(out, key(1), name.as_bytes());
    // `bool_value` is field 4, a varint.
    out.extend_from_slice(&[key(2), 2, 4 << 3, u8::from(value)]);
}

/// Largest integer that is exact in the server, which stores 64-bit floats.
const MAX_EXACT: u64 = 1 << 53;

/// Smallest integer the server would round up to 2^63, which it cannot read.
const OUT_OF_RANGE: i64 = i64::MAX - 511;

impl PropertiesEncoder {
    /// Checks that the server can store an integer, or may round it.
    pub(super) fn integer(&self, value: i64) -> Result<i64> {
        if value.unsigned_abs() <= MAX_EXACT || self.allow_lossy_integers && value < OUT_OF_RANGE {
            return Ok(value);
        }
        if value >= OUT_OF_RANGE {
            return Err(out_of_range(value));
        }
        Err(PathError::lossy(format!(
            "{value} is beyond ±2^53 (9007199254740992); the server stores integers as 64-bit floats and would round \
            it. Store it as text, or allow rounding with allow_lossy_integers"
        )))
    }
}

pub(super) fn out_of_range(value: impl std::fmt::Display) -> PathError {
    PathError::new(format!(
        "{value} is far beyond 2^53 (9007199254740992); the server stores integers as 64-bit floats and cannot read it \
         back. Store it as text"
    ))
}

pub(super) fn finite(value: f64) -> Result<f64> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(PathError::new(format!("{value} cannot be stored; use a finite number")))
    }
}

pub(super) fn variant_with_data(name: &str, variant: &str) -> PathError {
    PathError::new(format!(
        "the variant `{name}::{variant}` has data, which has no data type; add `#[serde(tag = \"...\")]`, which makes \
        it an object, or `#[serde(untagged)]`"
    ))
}

pub(super) const BYTES: &str = "bytes have no data type; wrap them in `weaviate::Blob`";
pub(super) const I128: &str = "128-bit integers have no data type; store them as text";

macro_rules! refuse {
    ($($method:ident: $type:ty => $error:expr;)*) => {
        $(
            fn $method(self, _: $type) -> Result<Self::Ok> {
                Err(PathError::new($error))
            }
        )*
    };
}

macro_rules! numbers_by_widening {
    ($($method:ident: $type:ty => $wide:ident;)*) => {
        $(
            fn $method(self, value: $type) -> std::result::Result<Self::Ok, Self::Error> {
                self.$wide(value.into())
            }
        )*
    };
}

/// Methods that all serializers of single values share.
macro_rules! common {
    () => {
        type Ok = ();
        type Error = PathError;
        type SerializeTupleVariant = Impossible<(), PathError>;
        type SerializeStructVariant = Impossible<(), PathError>;

        super::encode::numbers_by_widening! {
            serialize_i8: i8 => serialize_i64;
            serialize_i16: i16 => serialize_i64;
            serialize_i32: i32 => serialize_i64;
            serialize_u8: u8 => serialize_i64;
            serialize_u16: u16 => serialize_i64;
            serialize_u32: u32 => serialize_i64;
            serialize_f32: f32 => serialize_f64;
        }

        super::encode::refuse! {
            serialize_i128: i128 => super::encode::I128;
            serialize_u128: u128 => super::encode::I128;
            serialize_bytes: &[u8] => super::encode::BYTES;
        }

        fn serialize_u64(self, value: u64) -> Result {
            match i64::try_from(value) {
                Ok(value) => self.serialize_i64(value),
                Err(_) => Err(super::encode::out_of_range(value)),
            }
        }

        fn serialize_char(self, value: char) -> Result {
            self.serialize_str(value.encode_utf8(&mut [0; 4]))
        }

        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
            value.serialize(self)
        }

        fn serialize_unit(self) -> Result {
            self.serialize_none()
        }

        fn serialize_unit_struct(self, _: &'static str) -> Result {
            self.serialize_none()
        }

        fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
            self.serialize_str(variant)
        }

        fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
            value.serialize(self)
        }

        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            name: &'static str,
            _: u32,
            variant: &'static str,
            _: &T,
        ) -> Result {
            Err(super::encode::variant_with_data(name, variant))
        }

        fn serialize_tuple_variant(
            self,
            name: &'static str,
            _: u32,
            variant: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant> {
            Err(super::encode::variant_with_data(name, variant))
        }

        fn serialize_struct_variant(
            self,
            name: &'static str,
            _: u32,
            variant: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant> {
            Err(super::encode::variant_with_data(name, variant))
        }
    };
}

/// The interfaces by which serde hands over the elements of a list, for a serializer with `element` and `complete`.
macro_rules! sequences {
    ($serializer:ident) => {
        sequences!($serializer SerializeSeq serialize_element);
        sequences!($serializer SerializeTuple serialize_element);
        sequences!($serializer SerializeTupleStruct serialize_field);
    };
    ($serializer:ident $interface:ident $method:ident) => {
        impl ::serde::ser::$interface for $serializer<'_> {
            type Ok = ();
            type Error = PathError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
                self.element(value)
            }

            fn end(self) -> Result {
                self.complete();
                Ok(())
            }
        }
    };
}

pub(super) use {common, numbers_by_widening, refuse, sequences};

/// Serializer of a property with a known name.
pub(super) struct PropertySerializer<'e> {
    pub(super) encoder: &'e mut PropertiesEncoder,
    pub(super) numbers: &'static FieldNumbers,
    pub(super) key: Key,
}

impl<'e> Serializer for PropertySerializer<'e> {
    common!();
    type SerializeSeq = ArraySerializer<'e>;
    type SerializeTuple = ArraySerializer<'e>;
    type SerializeTupleStruct = ArraySerializer<'e>;
    type SerializeMap = ObjectSerializer<'e>;
    type SerializeStruct = ObjectSerializer<'e>;

    fn serialize_bool(self, value: bool) -> Result {
        let PropertiesEncoder { fields, stack, .. } = self.encoder;
        put_bool(fields, self.key.of(stack), value);
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result {
        let value = self.encoder.integer(value)?;
        let PropertiesEncoder { fields, stack, .. } = self.encoder;
        #[expect(clippy::cast_precision_loss, reason = "the value is exact, or rounded as the server does")]
        put_number(fields, self.key.of(stack), value as f64);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result {
        let PropertiesEncoder { fields, stack, .. } = self.encoder;
        put_number(fields, self.key.of(stack), finite(value)?);
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result {
        let PropertiesEncoder { fields, stack, .. } = self.encoder;
        put_text(fields, self.key.of(stack), value);
        Ok(())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result {
        let PropertiesEncoder { fields, stack, .. } = self.encoder;
        let start = stack.len();
        write!(stack, "{value}").map_err(PathError::custom)?;
        put_text(fields, self.key.of(stack), stack.get(start..).unwrap_or_default());
        stack.truncate(start);
        Ok(())
    }

    /// For the server, null and absent are the same.
    fn serialize_none(self) -> Result {
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ArraySerializer<'e>> {
        Ok(ArraySerializer::new(self.encoder, self.numbers, self.key))
    }

    fn serialize_tuple(self, _: usize) -> Result<ArraySerializer<'e>> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<ArraySerializer<'e>> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<ObjectSerializer<'e>> {
        ObjectSerializer::property_of(self.encoder, self.numbers, self.key)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<ObjectSerializer<'e>> {
        let known: &[_] = match name {
            marker::GEO_COORDINATES => &["latitude", "longitude"],
            marker::PHONE_NUMBER => &["input", "defaultCountry"],
            _ => return self.serialize_map(None),
        };
        ObjectSerializer::struct_value(self.encoder, known, self.key)
    }
}

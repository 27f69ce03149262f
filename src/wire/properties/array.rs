//! Array serializer: elements of one type are written in sequence, and wrapped after the last one,
//! when the type is known.

use std::fmt::Write as _;

use prost::encoding::{decode_varint, encode_varint};
use serde::ser::{Error as _, Impossible, Serialize, Serializer};

use super::encode::{EMPTY_LISTS, FieldNumbers, Key, PropertiesEncoder, Result, common, finite, sequences};
use super::error::PathError;
use super::object_serializer::ObjectSerializer;
use super::protobuf::{Prefix, field_len, key, put_field};
use crate::values::types::marker;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ElementKind {
    Text,
    Int,
    Number,
    Bool,
    Object,
}

impl ElementKind {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "integers",
            Self::Number => "numbers with a fraction",
            Self::Bool => "booleans",
            Self::Object => "objects",
        }
    }
}

pub(super) struct ArraySerializer<'e> {
    encoder: &'e mut PropertiesEncoder,
    numbers: &'static FieldNumbers,
    key: Key,
    /// `None` until the first element.
    kind: Option<ElementKind>,
    start: usize,
    count: usize,
}

impl<'e> ArraySerializer<'e> {
    pub(super) fn new(encoder: &'e mut PropertiesEncoder, numbers: &'static FieldNumbers, key: Key) -> Self {
        let start = encoder.rest.len();
        Self { encoder, numbers, key, kind: None, start, count: 0 }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let element = ElementSerializer { encoder: self.encoder, kind: &mut self.kind, start: self.start };
        value.serialize(element).map_err(|error| error.at(self.count))?;
        self.count += 1;
        Ok(())
    }

    fn complete(self) {
        let PropertiesEncoder { rest, stack, .. } = self.encoder;
        let name = self.key.of(stack);
        let content = rest.len() - self.start;
        let named = field_len(name.len());
        let mut prefix = Prefix::new();
        match self.kind {
            None => return put_field(rest, key(EMPTY_LISTS), name.as_bytes()),
            Some(ElementKind::Text) => prefix.push(key(self.numbers.text_array), content + named),
            Some(ElementKind::Object) => prefix.push(key(self.numbers.object_array), content + named),
            Some(ElementKind::Int) => {
                prefix.push(key(self.numbers.int_array), field_len(content) + named);
                prefix.push(key(1), content);
            }
            Some(ElementKind::Bool) => {
                prefix.push(key(self.numbers.boolean_array), field_len(content) + named);
                prefix.push(key(1), content);
            }
            Some(ElementKind::Number) => {
                prefix.push(key(self.numbers.number_array), field_len(content) + named);
                // `values_bytes`
                prefix.push(key(3), content);
            }
        }
        prefix.insert(rest, self.start, &[]);
        put_field(rest, key(2), name.as_bytes());
    }
}

sequences!(ArraySerializer);

struct ElementSerializer<'e> {
    encoder: &'e mut PropertiesEncoder,
    kind: &'e mut Option<ElementKind>,
    /// Start of the array in the buffer.
    start: usize,
}

impl<'e> ElementSerializer<'e> {
    /// Returns the encoder if the earlier elements have this type.
    fn of(self, kind: ElementKind) -> Result<&'e mut PropertiesEncoder> {
        match *self.kind.get_or_insert(kind) {
            known if known == kind => Ok(self.encoder),
            known => {
                Err(PathError::new(format!("an array must hold one type, got {} among {}", kind.name(), known.name())))
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "the value is exact, or rounded as the server does")]
fn number(value: i64) -> f64 {
    value as f64
}

fn nested<T>() -> Result<T> {
    Err(PathError::new("an array cannot contain arrays; wrap each in an object"))
}

impl<'e> Serializer for ElementSerializer<'e> {
    common!();
    type SerializeSeq = Impossible<(), PathError>;
    type SerializeTuple = Impossible<(), PathError>;
    type SerializeTupleStruct = Impossible<(), PathError>;
    type SerializeMap = ObjectSerializer<'e>;
    type SerializeStruct = ObjectSerializer<'e>;

    fn serialize_bool(self, value: bool) -> Result {
        self.of(ElementKind::Bool)?.rest.push(u8::from(value));
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result {
        let value = self.encoder.integer(value)?;
        if *self.kind == Some(ElementKind::Number) {
            return self.serialize_f64(number(value));
        }
        let bits = value.cast_unsigned();
        encode_varint(bits, &mut self.of(ElementKind::Int)?.rest);
        Ok(())
    }

    /// Converts the integers before the first fraction. One fraction makes an array of numbers, as in
    /// a `PropertyMap` that is read from JSON.
    fn serialize_f64(self, value: f64) -> Result {
        let value = finite(value)?;
        if *self.kind == Some(ElementKind::Int) {
            let rest = &mut self.encoder.rest;
            let integers = rest.split_off(self.start);
            let mut integers = integers.as_slice();
            while !integers.is_empty() {
                let bits = decode_varint(&mut integers).map_err(PathError::custom)?;
                rest.extend_from_slice(&number(bits.cast_signed()).to_le_bytes());
            }
            *self.kind = Some(ElementKind::Number);
        }
        self.of(ElementKind::Number)?.rest.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result {
        put_field(&mut self.of(ElementKind::Text)?.rest, key(1), value.as_bytes());
        Ok(())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result {
        let PropertiesEncoder { rest, stack, .. } = self.of(ElementKind::Text)?;
        let start = stack.len();
        write!(stack, "{value}").map_err(PathError::custom)?;
        put_field(rest, key(1), stack.get(start..).unwrap_or_default().as_bytes());
        stack.truncate(start);
        Ok(())
    }

    fn serialize_none(self) -> Result {
        Err(PathError::new("an array cannot contain null; omit the element"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        nested()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        nested()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        nested()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<ObjectSerializer<'e>> {
        ObjectSerializer::element(self.of(ElementKind::Object)?)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<ObjectSerializer<'e>> {
        match name {
            marker::GEO_COORDINATES => {
                Err(PathError::new("arrays of coordinates have no data type; wrap each in an object"))
            }
            marker::PHONE_NUMBER => {
                Err(PathError::new("arrays of phone numbers have no data type; wrap each in an object"))
            }
            _ => self.serialize_map(None),
        }
    }
}

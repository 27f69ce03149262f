//! Property values of a reply, read from the encoded messages `Properties`, `Value` and `ListValue`.

use weaviate_generated::grpc::field_number::{list_value, properties, value};

use super::error::PathError;
use super::fields::{Content, Fields, text};
use super::parts::ReferenceContext;
use crate::values::types::Vector;
use crate::wire::found_references::FoundReference;

type Result<T> = std::result::Result<T, PathError>;

/// Limit of nested objects, the same as in prost: each level needs stack.
const MAX_DEPTH: usize = 100;

/// An object: the found one, or a nested one.
#[derive(Clone, Copy)]
pub(super) struct Object<'b> {
    fields: Fields<'b>,
    depth: usize,
}

impl<'b> Object<'b> {
    pub(super) fn new(message: &'b [u8]) -> Self {
        Self { fields: Fields::new(message), depth: 0 }
    }

    /// Returns the nested object in `message`.
    fn nested(self, message: &'b [u8]) -> Result<Self> {
        match self.depth {
            MAX_DEPTH.. => Err(PathError::too_deep(MAX_DEPTH)),
            depth => Ok(Self { fields: Fields::new(message), depth: depth + 1 }),
        }
    }

    /// Returns name and value of the next property with a value.
    pub(super) fn next(&mut self) -> Result<Option<(&'b str, Value<'b>)>> {
        while let Some((number, content)) = self.fields.next()? {
            let (properties::FIELDS, Content::Bytes(entry)) = (number, content) else { continue };
            let (mut name, mut value) = (&b""[..], &b""[..]);
            let mut entry = Fields::new(entry);
            while let Some(field) = entry.next()? {
                match field {
                    (1, Content::Bytes(bytes)) => name = bytes,
                    (2, Content::Bytes(bytes)) => value = bytes,
                    _ => {}
                }
            }
            let name = text(name)?;
            if let Some(value) = self.value(value).map_err(|error| error.under(name))? {
                return Ok(Some((name, value)));
            }
        }
        Ok(None)
    }

    /// Parses a value; `None` for null and for data types of newer servers. As in protobuf, the
    /// last field applies.
    fn value(&self, message: &'b [u8]) -> Result<Option<Value<'b>>> {
        let mut fields = Fields::new(message);
        let mut found = None;
        while let Some(field) = fields.next()? {
            found = match field {
                (value::NUMBER_VALUE, Content::Eight(bytes)) => Some(Value::Number(f64::from_le_bytes(bytes))),
                (value::BOOL_VALUE, Content::Varint(bit)) => Some(Value::Bool(bit != 0)),
                (value::OBJECT_VALUE, Content::Bytes(object)) => Some(Value::Object(self.nested(object)?)),
                (value::LIST_VALUE, Content::Bytes(list)) => Some(Value::List(self.list(list)?)),
                (value::DATE_VALUE, Content::Bytes(bytes)) => Some(Value::Text(Textual::Date, text(bytes)?)),
                (value::UUID_VALUE, Content::Bytes(bytes)) => Some(Value::Text(Textual::Uuid, text(bytes)?)),
                (value::INT_VALUE, Content::Varint(bits)) => Some(Value::Int(bits.cast_signed())),
                (value::GEO_VALUE, Content::Bytes(point)) => Some(Value::Geo(point)),
                (value::BLOB_VALUE, Content::Bytes(bytes)) => Some(Value::Text(Textual::Blob, text(bytes)?)),
                (value::PHONE_VALUE, Content::Bytes(number)) => Some(Value::Phone(number)),
                (value::NULL_VALUE, Content::Varint(_)) => None,
                (value::TEXT_VALUE, Content::Bytes(bytes)) => Some(Value::Text(Textual::Text, text(bytes)?)),
                _ => continue,
            };
        }
        Ok(found)
    }

    fn list(self, message: &'b [u8]) -> Result<List<'b>> {
        let mut fields = Fields::new(message);
        let mut list = List { kind: ListKind::Empty, elements: &[], object: self };
        while let Some((number, content)) = fields.next()? {
            let Content::Bytes(elements) = content else { continue };
            let kind = match number {
                list_value::NUMBER_VALUES => ListKind::Numbers,
                list_value::BOOL_VALUES => ListKind::Bools,
                list_value::OBJECT_VALUES => ListKind::Objects,
                list_value::DATE_VALUES => ListKind::Texts(Textual::Date),
                list_value::UUID_VALUES => ListKind::Texts(Textual::Uuid),
                list_value::INT_VALUES => ListKind::Ints,
                list_value::TEXT_VALUES => ListKind::Texts(Textual::Text),
                _ => continue,
            };
            list = List { kind, elements, object: self };
        }
        Ok(list)
    }
}

/// A value that is not null.
#[derive(Clone, Copy)]
pub(super) enum Value<'b> {
    Text(Textual, &'b str),
    Int(i64),
    Number(f64),
    Bool(bool),
    Object(Object<'b>),
    List(List<'b>),
    /// The encoded message, as for a phone number. Both are rare, and the contract's types parse
    /// them.
    Geo(&'b [u8]),
    Phone(&'b [u8]),
    References(&'b [FoundReference], ReferenceContext<'b>),
    Reference(&'b FoundReference, ReferenceContext<'b>),
}

impl<'b> Value<'b> {
    /// Returns a vector of the object.
    pub(super) fn vector(vector: &'b Vector) -> Self {
        let kind = if vector.is_multi() { ListKind::Rows(vector.dimension()) } else { ListKind::Floats };
        Self::List(List { kind, elements: vector.bytes(), object: Object::new(&[]) })
    }

    /// Returns an empty list.
    pub(super) fn nothing() -> Self {
        Self::List(List { kind: ListKind::Empty, elements: &[], object: Object::new(&[]) })
    }
}

/// Data types that are text on the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Textual {
    Text,
    Date,
    Uuid,
    Blob,
}

#[derive(Clone, Copy)]
pub(super) struct List<'b> {
    pub(super) kind: ListKind,
    elements: &'b [u8],
    /// The object with the list as a property.
    object: Object<'b>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    /// An empty list has no type.
    Empty,
    Texts(Textual),
    Ints,
    Numbers,
    Bools,
    Objects,
    /// A vector: 4 bytes each, one after the other.
    Floats,
    /// A multi-vector with rows of this dimension.
    Rows(usize),
}

impl<'b> List<'b> {
    /// Returns an iterator over the elements.
    pub(super) fn elements(self) -> Result<Elements<'b>> {
        let mut elements = Elements { list: self, fields: Fields::new(self.elements), packed: &[] };
        if matches!(self.kind, ListKind::Floats | ListKind::Rows(_)) {
            elements.packed = self.elements;
        }
        // Numbers are packed, eight bytes each. The length is checked before any is read.
        if matches!(self.kind, ListKind::Ints | ListKind::Numbers) {
            while let Some(field) = elements.fields.next()? {
                if let (1, Content::Bytes(bytes)) = field {
                    elements.packed = bytes;
                }
            }
            if !elements.packed.len().is_multiple_of(8) {
                let len = elements.packed.len();
                return Err(PathError::new(format!(
                    "{len} bytes are not a whole number of 8-byte elements: the reply is incomplete"
                )));
            }
        }
        Ok(elements)
    }
}

pub(super) struct Elements<'b> {
    list: List<'b>,
    fields: Fields<'b>,
    /// Packed elements, without a key each.
    packed: &'b [u8],
}

impl<'b> Elements<'b> {
    pub(super) fn next(&mut self) -> Result<Option<Value<'b>>> {
        match self.list.kind {
            ListKind::Empty => Ok(None),
            ListKind::Ints => Ok(self.next_eight_bytes().map(|bytes| Value::Int(i64::from_le_bytes(bytes)))),
            ListKind::Numbers => Ok(self.next_eight_bytes().map(|bytes| Value::Number(f64::from_le_bytes(bytes)))),
            ListKind::Bools => self.bool(),
            ListKind::Floats => Ok(self.float().map(|number| Value::Number(number.into()))),
            ListKind::Rows(dimension) => Ok(self.row(dimension)),
            ListKind::Texts(kind) => match self.message()? {
                Some(bytes) => Ok(Some(Value::Text(kind, text(bytes)?))),
                None => Ok(None),
            },
            ListKind::Objects => match self.message()? {
                Some(message) => Ok(Some(Value::Object(self.list.object.nested(message)?))),
                None => Ok(None),
            },
        }
    }

    /// Returns the number of elements, if known.
    pub(super) fn len(&self) -> Option<usize> {
        match self.list.kind {
            ListKind::Ints | ListKind::Numbers => Some(self.packed.len() / 8),
            ListKind::Floats => Some(self.packed.len() / 4),
            _ => None,
        }
    }

    fn float(&mut self) -> Option<f32> {
        let (first, rest) = self.packed.split_first_chunk()?;
        self.packed = rest;
        Some(f32::from_le_bytes(*first))
    }

    fn row(&mut self, dimension: usize) -> Option<Value<'b>> {
        let (row, rest) = self.packed.split_at_checked(dimension * 4).filter(|(row, _)| !row.is_empty())?;
        self.packed = rest;
        Some(Value::List(List { kind: ListKind::Floats, elements: row, object: self.list.object }))
    }

    fn next_eight_bytes(&mut self) -> Option<[u8; 8]> {
        let (first, rest) = self.packed.split_first_chunk()?;
        self.packed = rest;
        Some(*first)
    }

    fn message(&mut self) -> Result<Option<&'b [u8]>> {
        while let Some(field) = self.fields.next()? {
            if let (1, Content::Bytes(bytes)) = field {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// Reads a bool, packed or not: protobuf allows both.
    fn bool(&mut self) -> Result<Option<Value<'b>>> {
        loop {
            if let Some((first, rest)) = self.packed.split_first() {
                self.packed = rest;
                return Ok(Some(Value::Bool(*first != 0)));
            }
            match self.fields.next()? {
                Some((1, Content::Bytes(packed))) => self.packed = packed,
                Some((1, Content::Varint(bit))) => return Ok(Some(Value::Bool(bit != 0))),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }
}

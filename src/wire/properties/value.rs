//! What a property of a reply holds, by the numbers of the contract: `Properties`, `Value` and `ListValue`.

use super::error::PathError;
use super::fields::{Content, Fields, text};

type Result<T> = std::result::Result<T, PathError>;

/// Objects lie in objects no deeper than prost would read them: each level takes room on the stack.
const DEEPEST: u8 = 100;

/// An object: the one that was found, or one nested in it.
#[derive(Clone, Copy)]
pub(super) struct Object<'b> {
    fields: Fields<'b>,
    depth: u8,
}

impl<'b> Object<'b> {
    pub(super) fn new(message: &'b [u8]) -> Self {
        Self { fields: Fields::new(message), depth: 0 }
    }

    /// The object that `message` is within this one.
    fn nested(self, message: &'b [u8]) -> Result<Self> {
        match self.depth {
            DEEPEST.. => Err(PathError::new("objects within objects go deeper than can be read")),
            depth => Ok(Self { fields: Fields::new(message), depth: depth + 1 }),
        }
    }

    /// The name and the value of the next property that has one.
    pub(super) fn next(&mut self) -> Result<Option<(&'b str, Value<'b>)>> {
        while let Some((number, content)) = self.fields.next()? {
            let (1, Content::Bytes(entry)) = (number, content) else { continue };
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

    /// `None` for null, and for what only a newer server knows. As everywhere in protobuf, the last field counts.
    fn value(&self, message: &'b [u8]) -> Result<Option<Value<'b>>> {
        let mut fields = Fields::new(message);
        let mut value = None;
        while let Some(field) = fields.next()? {
            value = match field {
                (1, Content::Eight(bytes)) => Some(Value::Number(f64::from_le_bytes(bytes))),
                (3, Content::Varint(bit)) => Some(Value::Bool(bit != 0)),
                (4, Content::Bytes(object)) => Some(Value::Object(self.nested(object)?)),
                (5, Content::Bytes(list)) => Some(Value::List(self.list(list)?)),
                (6, Content::Bytes(bytes)) => Some(Value::Text(Text::Date, text(bytes)?)),
                (7, Content::Bytes(bytes)) => Some(Value::Text(Text::Uuid, text(bytes)?)),
                (8, Content::Varint(bits)) => Some(Value::Int(bits.cast_signed())),
                (9, Content::Bytes(point)) => Some(Value::Geo(point)),
                (10, Content::Bytes(bytes)) => Some(Value::Text(Text::Blob, text(bytes)?)),
                (11, Content::Bytes(number)) => Some(Value::Phone(number)),
                (12, Content::Varint(_)) => None,
                (13, Content::Bytes(bytes)) => Some(Value::Text(Text::Text, text(bytes)?)),
                _ => continue,
            };
        }
        Ok(value)
    }

    fn list(self, message: &'b [u8]) -> Result<List<'b>> {
        let mut fields = Fields::new(message);
        let mut list = List { kind: ListKind::Empty, elements: &[], object: self };
        while let Some((number, content)) = fields.next()? {
            let Content::Bytes(elements) = content else { continue };
            let kind = match number {
                2 => ListKind::Numbers,
                3 => ListKind::Bools,
                4 => ListKind::Objects,
                5 => ListKind::Texts(Text::Date),
                6 => ListKind::Texts(Text::Uuid),
                7 => ListKind::Ints,
                8 => ListKind::Texts(Text::Text),
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
    Text(Text, &'b str),
    Int(i64),
    Number(f64),
    Bool(bool),
    Object(Object<'b>),
    List(List<'b>),
    /// The message, as it is for a telephone number: they are rare, and the contract's own type reads them.
    Geo(&'b [u8]),
    Phone(&'b [u8]),
}

/// The data types that are text on the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Text,
    Date,
    Uuid,
    Blob,
}

#[derive(Clone, Copy)]
pub(super) struct List<'b> {
    pub(super) kind: ListKind,
    elements: &'b [u8],
    /// Where the list is a property.
    object: Object<'b>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    /// The server does not say of what.
    Empty,
    Texts(Text),
    Ints,
    Numbers,
    Bools,
    Objects,
}

impl<'b> List<'b> {
    /// Iterates over the elements.
    pub(super) fn elements(self) -> Result<Elements<'b>> {
        let mut elements = Elements { list: self, fields: Fields::new(self.elements), packed: &[] };
        // Numbers are one run of bytes, eight to each, whose length is looked at before any is read.
        if matches!(self.kind, ListKind::Ints | ListKind::Numbers) {
            while let Some(field) = elements.fields.next()? {
                if let (1, Content::Bytes(bytes)) = field {
                    elements.packed = bytes;
                }
            }
            if !elements.packed.len().is_multiple_of(8) {
                let len = elements.packed.len();
                return Err(PathError::new(format!(
                    "{len} bytes hold no whole number of 8-byte elements: the reply is cut off"
                )));
            }
        }
        Ok(elements)
    }
}

pub(super) struct Elements<'b> {
    list: List<'b>,
    fields: Fields<'b>,
    /// Elements that lie one behind the other without a key to each.
    packed: &'b [u8],
}

impl<'b> Elements<'b> {
    pub(super) fn next(&mut self) -> Result<Option<Value<'b>>> {
        match self.list.kind {
            ListKind::Empty => Ok(None),
            ListKind::Ints => Ok(self.eight().map(|bytes| Value::Int(i64::from_le_bytes(bytes)))),
            ListKind::Numbers => Ok(self.eight().map(|bytes| Value::Number(f64::from_le_bytes(bytes)))),
            ListKind::Bools => self.bool(),
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

    /// How many there are, where that is known.
    pub(super) fn len(&self) -> Option<usize> {
        matches!(self.list.kind, ListKind::Ints | ListKind::Numbers).then_some(self.packed.len() / 8)
    }

    fn eight(&mut self) -> Option<[u8; 8]> {
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

    /// Packed or one by one: protobuf leaves that to the sender.
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

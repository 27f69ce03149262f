//! Deserializer of reply properties. Reads the encoded bytes in place, directly into a user's type.
//!
//! Nulls are skipped: for the server, null and absent properties are the same. So
//! `#[serde(default)]` works for both.

use prost::Message;
use serde::de::value::{BorrowedStrDeserializer, MapDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use uuid::Uuid;
use weaviate_generated::grpc::{GeoCoordinate, PhoneNumber};

use super::error::PathError;
use super::parts::{self, Parts, ReferenceContext, ReferenceElements};
use super::reply_value::{Elements, ListKind, Object, Textual, Value};
use crate::values::types::marker;
use crate::wire::found_references::FoundReference;

type Result<T> = std::result::Result<T, PathError>;

/// Deserializes an object from an encoded `Properties` message, and its other parts.
pub(crate) fn from_wire<P: DeserializeOwned>(properties: &[u8], parts: Option<Parts<'_>>) -> Result<P> {
    let parts = parts.filter(|parts| !parts.layout.is_empty());
    P::deserialize(ObjectDeserializer { object: Object::new(properties), parts })
}

/// Deserializer of an object: the found one, or a nested one.
struct ObjectDeserializer<'b> {
    object: Object<'b>,
    /// Of the found object, if the struct has fields for them.
    parts: Option<Parts<'b>>,
}

impl<'de> Deserializer<'de> for ObjectDeserializer<'de> {
    type Error = PathError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(ObjectAccess { object: self.object, pending: None, parts: self.parts, next_part: 0 })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    /// A type without properties accepts any object.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple tuple_struct map struct
        enum identifier ignored_any
    }
}

struct ObjectAccess<'b> {
    object: Object<'b>,
    pending: Option<(&'b str, Value<'b>)>,
    parts: Option<Parts<'b>>,
    next_part: usize,
}

impl<'b> ObjectAccess<'b> {
    /// Returns the next property, and after the last one the next vector or reference.
    fn next(&mut self) -> Result<Option<(&'b str, Value<'b>)>> {
        let is_part = |name: &str| self.parts.as_ref().is_some_and(|parts| parts.layout.find(name).is_some());
        while let Some((name, value)) = self.object.next()? {
            if !is_part(name) {
                return Ok(Some((name, value)));
            }
        }
        let Some(parts) = &self.parts else { return Ok(None) };
        while let Some(field) = parts.layout.field(self.next_part) {
            self.next_part += 1;
            if let Some(value) = parts.value(field)? {
                return Ok(Some((field.name, value)));
            }
        }
        Ok(None)
    }
}

impl<'de> MapAccess<'de> for ObjectAccess<'de> {
    type Error = PathError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        let Some((name, value)) = self.next()? else { return Ok(None) };
        self.pending = Some((name, value));
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let (name, value) =
            self.pending.take().ok_or_else(|| PathError::new("a map value was requested before its key"))?;
        seed.deserialize(ValueDeserializer(value)).map_err(|error| error.under(name))
    }
}

/// Deserializer of a value that is not null.
struct ValueDeserializer<'b>(Value<'b>);

/// Largest whole number that is exact as `f64`.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Accepts a `number` without a fraction for an integer field. Auto-schema stores the integers of a
/// struct as `number`.
macro_rules! integers {
    ($($method:ident)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
                match self.0 {
                    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and exact")]
                    Value::Number(number) if number.fract() == 0.0 && number.abs() <= MAX_EXACT => {
                        visitor.visit_i64(number as i64)
                    }
                    _ => self.deserialize_any(visitor),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for ValueDeserializer<'de> {
    type Error = PathError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0 {
            Value::Text(_, text) => visitor.visit_borrowed_str(text),
            Value::Int(value) => visitor.visit_i64(value),
            Value::Number(value) => visitor.visit_f64(value),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Object(object) => ObjectDeserializer { object, parts: None }.deserialize_any(visitor),
            Value::List(list) => {
                let mut sequence = Sequence { elements: list.elements()?, index: 0 };
                let value = visitor.visit_seq(&mut sequence)?;
                let mut more = 0;
                while sequence.elements.next()?.is_some() {
                    more += 1;
                }
                all_taken(more, sequence.index)?;
                Ok(value)
            }
            Value::Geo(message) => {
                let GeoCoordinate { longitude, latitude } =
                    GeoCoordinate::decode(message).map_err(PathError::custom)?;
                let fields = [("latitude", latitude), ("longitude", longitude)];
                visitor.visit_map(MapDeserializer::new(fields.into_iter()))
            }
            Value::Phone(message) => {
                let number = PhoneNumber::decode(message).map_err(PathError::custom)?;
                visitor.visit_map(MapDeserializer::new(phone_fields(number)))
            }
            Value::References(found, context) => {
                let mut references = References { found: found.iter(), context, index: 0 };
                let value = visitor.visit_seq(&mut references)?;
                all_taken(references.found.len(), references.index)?;
                Ok(value)
            }
            Value::Reference(found, _) => {
                visitor.visit_str(parts::id(found)?.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
            }
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.single()?.deserialize_any(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            marker::PROPERTY_VALUE => visitor.visit_enum(TypedValue(self.0)),
            marker::REFERENCE => match self.single()?.0 {
                Value::Reference(FoundReference::Beacon(beacon), _) => visitor.visit_str(beacon),
                Value::Reference(found, ReferenceContext { ids_alone: true, .. }) => {
                    visitor.visit_str(&parts::beacon(found)?)
                }
                Value::Reference(FoundReference::Message(message), context) => {
                    visitor.visit_seq(ReferenceElements::new(context, message))
                }
                value => Self(value).deserialize_any(visitor),
            },
            _ => visitor.visit_newtype_struct(self),
        }
    }

    /// Unit variants are text.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.0 {
            Value::Text(Textual::Text, variant) => visitor.visit_enum(BorrowedStrDeserializer::new(variant)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    forward_to_deserialize_any! {
        bool f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

impl ValueDeserializer<'_> {
    /// Takes the one reference of a list, for a field that holds one.
    fn single(self) -> Result<Self> {
        match self.0 {
            Value::References(found, context) => Ok(Self(Value::Reference(parts::single(found)?, context))),
            value => Ok(Self(value)),
        }
    }
}

/// The references of a field that holds several.
struct References<'b> {
    found: std::slice::Iter<'b, FoundReference>,
    context: ReferenceContext<'b>,
    index: usize,
}

impl<'de> SeqAccess<'de> for &mut References<'de> {
    type Error = PathError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(found) = self.found.next() else { return Ok(None) };
        let read = seed.deserialize(ValueDeserializer(Value::Reference(found, self.context)));
        let read = read.map_err(|error| error.at(self.index))?;
        self.index += 1;
        Ok(Some(read))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.found.len())
    }
}

fn phone_fields(number: PhoneNumber) -> impl Iterator<Item = (&'static str, PhoneField)> {
    let country = Some(number.default_country).filter(|country| !country.is_empty());
    [
        Some(("input", PhoneField::Text(number.input))),
        country.map(|country| ("defaultCountry", PhoneField::Text(country))),
        Some(("countryCode", PhoneField::Digits(number.country_code))),
        Some(("national", PhoneField::Digits(number.national))),
        Some(("internationalFormatted", PhoneField::Text(number.international_formatted))),
        Some(("nationalFormatted", PhoneField::Text(number.national_formatted))),
        Some(("valid", PhoneField::Flag(number.valid))),
    ]
    .into_iter()
    .flatten()
}

enum PhoneField {
    Text(String),
    Digits(u64),
    Flag(bool),
}

impl IntoDeserializer<'_, PathError> for PhoneField {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for PhoneField {
    type Error = PathError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            Self::Digits(digits) => visitor.visit_u64(digits),
            Self::Flag(flag) => visitor.visit_bool(flag),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct Sequence<'b> {
    elements: Elements<'b>,
    index: usize,
}

/// Refuses a type that takes fewer elements than there are, such as an array.
fn all_taken(more: usize, taken: usize) -> Result<()> {
    if more == 0 {
        return Ok(());
    }
    Err(PathError::new(format!("there are {} elements, and the type of the field takes {taken}", taken + more)))
}

impl<'de> SeqAccess<'de> for &mut Sequence<'de> {
    type Error = PathError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let read = match self.elements.next() {
            Ok(None) => return Ok(None),
            Ok(Some(value)) => seed.deserialize(ValueDeserializer(value)),
            Err(error) => Err(error),
        };
        let read = read.map_err(|error| error.at(self.index))?;
        self.index += 1;
        Ok(Some(read))
    }

    fn size_hint(&self) -> Option<usize> {
        self.elements.len()
    }
}

/// Deserializer of a value with its data type, for `PropertyValue`.
struct TypedValue<'b>(Value<'b>);

impl<'de> EnumAccess<'de> for TypedValue<'de> {
    type Error = PathError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let name = match self.0 {
            Value::Text(Textual::Text, _) | Value::Reference(..) => "Text",
            Value::Text(Textual::Date, _) => "Date",
            Value::Text(Textual::Uuid, _) => "Uuid",
            Value::Text(Textual::Blob, _) => "Blob",
            Value::Int(_) => "Int",
            Value::Number(_) => "Number",
            Value::Bool(_) => "Bool",
            Value::Geo(_) => "Geo",
            Value::Phone(_) => "Phone",
            Value::Object(_) => "Object",
            Value::References(..) => "TextArray",
            Value::List(list) => match list.kind {
                ListKind::Empty | ListKind::Texts(Textual::Text | Textual::Blob) => "TextArray",
                ListKind::Texts(Textual::Date) => "DateArray",
                ListKind::Texts(Textual::Uuid) => "UuidArray",
                ListKind::Ints => "IntArray",
                ListKind::Numbers | ListKind::Floats | ListKind::Rows(_) => "NumberArray",
                ListKind::Bools => "BoolArray",
                ListKind::Objects => "ObjectArray",
            },
        };
        let kind = seed.deserialize(BorrowedStrDeserializer::<PathError>::new(name))?;
        Ok((kind, self))
    }
}

impl<'de> VariantAccess<'de> for TypedValue<'de> {
    type Error = PathError;

    fn unit_variant(self) -> Result<()> {
        Err(PathError::new("a property value cannot be a unit variant"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(ValueDeserializer(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        ValueDeserializer(self.0).deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value> {
        ValueDeserializer(self.0).deserialize_any(visitor)
    }
}

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
use weaviate_generated::grpc::{GeoCoordinate, PhoneNumber};

use super::error::PathError;
use super::reply_value::{Elements, ListKind, Object, Textual, Value};
use crate::values::types::marker;

type Result<T> = std::result::Result<T, PathError>;

/// Deserializes the properties of an object from an encoded `Properties` message.
pub(crate) fn from_wire<P: DeserializeOwned>(properties: &[u8]) -> Result<P> {
    P::deserialize(ObjectDeserializer(Object::new(properties)))
}

/// Deserializer of an object: the found one, or a nested one.
struct ObjectDeserializer<'b>(Object<'b>);

impl<'de> Deserializer<'de> for ObjectDeserializer<'de> {
    type Error = PathError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(ObjectAccess { object: self.0, pending: None })
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
}

impl<'de> MapAccess<'de> for ObjectAccess<'de> {
    type Error = PathError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        let Some((name, value)) = self.object.next()? else { return Ok(None) };
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
            Value::Object(object) => ObjectDeserializer(object).deserialize_any(visitor),
            Value::List(list) => visitor.visit_seq(Sequence { elements: list.elements()?, index: 0 }),
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
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == marker::PROPERTY_VALUE {
            visitor.visit_enum(TypedValue(self.0))
        } else {
            visitor.visit_newtype_struct(self)
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
        bool f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
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

impl<'de> SeqAccess<'de> for Sequence<'de> {
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
            Value::Text(Textual::Text, _) => "Text",
            Value::Text(Textual::Date, _) => "Date",
            Value::Text(Textual::Uuid, _) => "Uuid",
            Value::Text(Textual::Blob, _) => "Blob",
            Value::Int(_) => "Int",
            Value::Number(_) => "Number",
            Value::Bool(_) => "Bool",
            Value::Geo(_) => "Geo",
            Value::Phone(_) => "Phone",
            Value::Object(_) => "Object",
            Value::List(list) => match list.kind {
                ListKind::Empty | ListKind::Texts(Textual::Text | Textual::Blob) => "TextArray",
                ListKind::Texts(Textual::Date) => "DateArray",
                ListKind::Texts(Textual::Uuid) => "UuidArray",
                ListKind::Ints => "IntArray",
                ListKind::Numbers => "NumberArray",
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

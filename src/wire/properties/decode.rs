//! From the properties of a reply straight into a user's type.
//!
//! Nulls are passed over: to the server a property that is null and one that is absent are one, and so a field with
//! `#[serde(default)]` works for both.

use bytes::Bytes;
use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use weaviate_generated::grpc::list_value::Kind as List;
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{ListValue, PhoneNumber, Properties, Value};

use super::error::PathError;
use crate::types::marker;

type Result<T> = std::result::Result<T, PathError>;

/// Reads the properties of one object.
pub(crate) fn from_reply<P: DeserializeOwned>(properties: Properties) -> Result<P> {
    from_entries(properties.fields.into_iter())
}

/// The same of properties that are not in a map.
pub(crate) fn from_entries<P: DeserializeOwned>(entries: impl Iterator<Item = (String, Value)>) -> Result<P> {
    P::deserialize(ObjectDeserializer(entries))
}

/// An object: the one that was found, or one nested in it.
struct ObjectDeserializer<I>(I);

impl<'de, I: Iterator<Item = (String, Value)>> Deserializer<'de> for ObjectDeserializer<I> {
    type Error = PathError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(Fields { entries: self.0, pending: None })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    /// A type without properties takes any object.
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

struct Fields<I> {
    entries: I,
    pending: Option<(String, Kind)>,
}

impl<'de, I: Iterator<Item = (String, Value)>> MapAccess<'de> for Fields<I> {
    type Error = PathError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        for (name, value) in self.entries.by_ref() {
            let Some(kind) = value.kind.filter(|kind| !matches!(kind, Kind::NullValue(_))) else { continue };
            let key = seed.deserialize(StrDeserializer::new(&name))?;
            self.pending = Some((name, kind));
            return Ok(Some(key));
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let (name, kind) =
            self.pending.take().ok_or_else(|| PathError::new("a value was asked for before its name"))?;
        seed.deserialize(ValueDeserializer(kind)).map_err(|error| error.under(&name))
    }

    fn size_hint(&self) -> Option<usize> {
        self.entries.size_hint().1
    }
}

/// A value that is not null.
struct ValueDeserializer(Kind);

/// Whole numbers up to here are exact as `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A collection that made its own schema stores the integers of a struct as `number`, so a field of an integer type takes
/// a `number` without a fraction.
macro_rules! integers {
    ($($method:ident)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
                match self.0 {
                    #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
                    Kind::NumberValue(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
                        visitor.visit_i64(number as i64)
                    }
                    _ => self.deserialize_any(visitor),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for ValueDeserializer {
    type Error = PathError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0 {
            Kind::TextValue(text) | Kind::DateValue(text) | Kind::UuidValue(text) | Kind::BlobValue(text) => {
                visitor.visit_string(text)
            }
            Kind::IntValue(value) => visitor.visit_i64(value),
            Kind::NumberValue(value) => visitor.visit_f64(value),
            Kind::BoolValue(value) => visitor.visit_bool(value),
            Kind::ObjectValue(properties) => ObjectDeserializer(properties.fields.into_iter()).deserialize_any(visitor),
            Kind::ListValue(list) => list_elements(list, visitor),
            Kind::GeoValue(point) => visitor.visit_map(MapDeserializer::new(
                [("latitude", point.latitude), ("longitude", point.longitude)].into_iter(),
            )),
            Kind::PhoneValue(number) => visitor.visit_map(MapDeserializer::new(phone_fields(*number))),
            Kind::NullValue(_) => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0 {
            Kind::NullValue(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == marker::PROPERTY_VALUE {
            visitor.visit_enum(Typed(self.0))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    /// The variants of an enum without data are text.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.0 {
            Kind::TextValue(variant) => visitor.visit_enum(variant.into_deserializer()),
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

fn list_elements<'de, V: Visitor<'de>>(list: ListValue, visitor: V) -> Result<V::Value> {
    match list.kind {
        None => visitor.visit_seq(Elements::new(std::iter::empty())),
        Some(List::TextValues(texts)) => {
            visitor.visit_seq(Elements::new(texts.values.into_iter().map(Kind::TextValue)))
        }
        Some(List::DateValues(dates)) => {
            visitor.visit_seq(Elements::new(dates.values.into_iter().map(Kind::DateValue)))
        }
        Some(List::UuidValues(uuids)) => {
            visitor.visit_seq(Elements::new(uuids.values.into_iter().map(Kind::UuidValue)))
        }
        Some(List::BoolValues(bools)) => {
            visitor.visit_seq(Elements::new(bools.values.into_iter().map(Kind::BoolValue)))
        }
        Some(List::ObjectValues(objects)) => {
            visitor.visit_seq(Elements::new(objects.values.into_iter().map(Kind::ObjectValue)))
        }
        Some(List::IntValues(ints)) => {
            let ints = eights(&ints.values)?.iter().map(|bytes| Kind::IntValue(i64::from_le_bytes(*bytes)));
            visitor.visit_seq(Elements::new(ints))
        }
        Some(List::NumberValues(numbers)) => {
            let numbers = eights(&numbers.values)?.iter().map(|bytes| Kind::NumberValue(f64::from_le_bytes(*bytes)));
            visitor.visit_seq(Elements::new(numbers))
        }
    }
}

fn eights(bytes: &Bytes) -> Result<&[[u8; 8]]> {
    match bytes.as_chunks() {
        (whole, []) => Ok(whole),
        _ => Err(PathError::new(format!(
            "{} bytes hold no whole number of 8-byte elements: the reply is cut off",
            bytes.len()
        ))),
    }
}

struct Elements<I> {
    elements: I,
    index: usize,
}

impl<I> Elements<I> {
    fn new(elements: I) -> Self {
        Self { elements, index: 0 }
    }
}

impl<'de, I: Iterator<Item = Kind>> SeqAccess<'de> for Elements<I> {
    type Error = PathError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(kind) = self.elements.next() else { return Ok(None) };
        let value = seed.deserialize(ValueDeserializer(kind)).map_err(|error| error.at(self.index))?;
        self.index += 1;
        Ok(Some(value))
    }

    fn size_hint(&self) -> Option<usize> {
        self.elements.size_hint().1
    }
}

/// A value together with its data type, for `PropertyValue`.
struct Typed(Kind);

impl<'de> EnumAccess<'de> for Typed {
    type Error = PathError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let name = match &self.0 {
            Kind::TextValue(_) => "Text",
            Kind::IntValue(_) => "Int",
            Kind::NumberValue(_) => "Number",
            Kind::BoolValue(_) => "Bool",
            Kind::DateValue(_) => "Date",
            Kind::UuidValue(_) => "Uuid",
            Kind::BlobValue(_) => "Blob",
            Kind::GeoValue(_) => "Geo",
            Kind::PhoneValue(_) => "Phone",
            Kind::ObjectValue(_) => "Object",
            Kind::ListValue(list) => match &list.kind {
                None | Some(List::TextValues(_)) => "TextArray",
                Some(List::IntValues(_)) => "IntArray",
                Some(List::NumberValues(_)) => "NumberArray",
                Some(List::BoolValues(_)) => "BoolArray",
                Some(List::DateValues(_)) => "DateArray",
                Some(List::UuidValues(_)) => "UuidArray",
                Some(List::ObjectValues(_)) => "ObjectArray",
            },
            Kind::NullValue(_) => return Err(PathError::custom("null is no value; read it as an `Option`")),
        };
        let kind = seed.deserialize(StrDeserializer::<PathError>::new(name))?;
        Ok((kind, self))
    }
}

impl<'de> VariantAccess<'de> for Typed {
    type Error = PathError;

    fn unit_variant(self) -> Result<()> {
        Err(PathError::new("a property has a value"))
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

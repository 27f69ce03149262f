//! The value of one property, of any data type.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::ser::{Serialize, Serializer};

use super::{Blob, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, Uuid, marker};

/// The value of one property, of any data type that a property can have.
///
/// There is no null: a property without a value is absent from its [`PropertyMap`].
///
/// ```
/// use weaviate::PropertyMap;
/// use weaviate::types::PropertyValue;
///
/// let value = PropertyValue::from(vec![1.5, 2.5]);
/// assert_eq!(value, PropertyValue::NumberArray(vec![1.5, 2.5]));
/// let address = PropertyValue::from(PropertyMap::from([("city", "Zürich")]));
/// assert!(matches!(address, PropertyValue::Object(_)));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PropertyValue {
    /// `text`
    Text(String),
    /// `int`: the server stores a 64-bit float, so beyond ±2^53 it is refused unless asked for.
    Int(i64),
    /// `number`
    Number(f64),
    /// `boolean`
    Bool(bool),
    /// `date`
    Date(DateTime),
    /// `uuid`
    Uuid(Uuid),
    /// `blob`
    Blob(Blob),
    /// `geoCoordinates`
    Geo(GeoCoordinates),
    /// `phoneNumber`
    Phone(PhoneNumber),
    /// `object`
    Object(PropertyMap),
    /// `text[]`
    TextArray(Vec<String>),
    /// `int[]`
    IntArray(Vec<i64>),
    /// `number[]`
    NumberArray(Vec<f64>),
    /// `boolean[]`
    BoolArray(Vec<bool>),
    /// `date[]`
    DateArray(Vec<DateTime>),
    /// `uuid[]`
    UuidArray(Vec<Uuid>),
    /// `object[]`
    ObjectArray(Vec<PropertyMap>),
}

macro_rules! conversions {
    ($($variant:ident $array:ident: $type:ty, $name:ident -> $seen:ty, $read:expr;)*) => {
        $(
            impl From<$type> for PropertyValue {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }

            impl From<Vec<$type>> for PropertyValue {
                fn from(values: Vec<$type>) -> Self {
                    Self::$array(values)
                }
            }

            impl<const N: usize> From<[$type; N]> for PropertyValue {
                fn from(values: [$type; N]) -> Self {
                    Self::$array(values.into())
                }
            }

            impl PropertyValue {
                #[doc = concat!("The value, if it is [`", stringify!($variant), "`](Self::", stringify!($variant), ").")]
                #[must_use]
                pub fn $name(&self) -> Option<$seen> {
                    match self {
                        Self::$variant(value) => Some($read(value)),
                        _ => None,
                    }
                }
            }
        )*
    };
}

conversions! {
    Text TextArray: String, as_text -> &str, String::as_str;
    Int IntArray: i64, as_int -> i64, i64::clone;
    Number NumberArray: f64, as_number -> f64, f64::clone;
    Bool BoolArray: bool, as_bool -> bool, bool::clone;
    Date DateArray: DateTime, as_date -> &DateTime, std::convert::identity;
    Uuid UuidArray: Uuid, as_uuid -> Uuid, Uuid::clone;
    Object ObjectArray: PropertyMap, as_object -> &PropertyMap, std::convert::identity;
}

macro_rules! more_conversions {
    ($($type:ty => |$value:ident| $into:expr;)*) => {
        $(
            impl From<$type> for PropertyValue {
                fn from($value: $type) -> Self {
                    $into
                }
            }
        )*
    };
}

more_conversions! {
    &str => |text| Self::Text(text.to_owned());
    i32 => |value| Self::Int(value.into());
    u32 => |value| Self::Int(value.into());
    f32 => |value| Self::Number(value.into());
    Blob => |blob| Self::Blob(blob);
    GeoCoordinates => |point| Self::Geo(point);
    PhoneNumber => |number| Self::Phone(number);
    Vec<&str> => |texts| Self::TextArray(texts.into_iter().map(str::to_owned).collect());
}

impl<const N: usize> From<[i32; N]> for PropertyValue {
    fn from(values: [i32; N]) -> Self {
        Self::IntArray(values.map(i64::from).into())
    }
}

impl<const N: usize> From<[&str; N]> for PropertyValue {
    fn from(texts: [&str; N]) -> Self {
        Self::TextArray(texts.map(str::to_owned).into())
    }
}

impl Serialize for PropertyValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(value) => value.serialize(serializer),
            Self::Int(value) => value.serialize(serializer),
            Self::Number(value) => value.serialize(serializer),
            Self::Bool(value) => value.serialize(serializer),
            Self::Date(value) => value.serialize(serializer),
            Self::Uuid(value) => value.serialize(serializer),
            Self::Blob(value) => value.serialize(serializer),
            Self::Geo(value) => value.serialize(serializer),
            Self::Phone(value) => value.serialize(serializer),
            Self::Object(value) => value.serialize(serializer),
            Self::TextArray(values) => values.serialize(serializer),
            Self::IntArray(values) => values.serialize(serializer),
            Self::NumberArray(values) => values.serialize(serializer),
            Self::BoolArray(values) => values.serialize(serializer),
            Self::DateArray(values) => values.serialize(serializer),
            Self::UuidArray(values) => values.serialize(serializer),
            Self::ObjectArray(values) => values.serialize(serializer),
        }
    }
}

/// What our own deserializer calls the data type of a value, see [`Typed`].
#[derive(serde::Deserialize)]
#[serde(variant_identifier)]
enum Kind {
    Text,
    Int,
    Number,
    Bool,
    Date,
    Uuid,
    Blob,
    Geo,
    Phone,
    Object,
    TextArray,
    IntArray,
    NumberArray,
    BoolArray,
    DateArray,
    UuidArray,
    ObjectArray,
}

/// Our own deserializer sees the marker and answers with an enum that names the data type. Any other format, and serde's
/// buffer behind `flatten`, answers with plain values, which are taken for what they look like.
impl<'de> Deserialize<'de> for PropertyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(marker::PROPERTY_VALUE, Typed)
    }
}

struct Typed;

impl<'de> Visitor<'de> for Typed {
    type Value = PropertyValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a property")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<PropertyValue, A::Error> {
        let (kind, value) = access.variant::<Kind>()?;
        Ok(match kind {
            Kind::Text => PropertyValue::Text(value.newtype_variant()?),
            Kind::Int => PropertyValue::Int(value.newtype_variant()?),
            Kind::Number => PropertyValue::Number(value.newtype_variant()?),
            Kind::Bool => PropertyValue::Bool(value.newtype_variant()?),
            Kind::Date => PropertyValue::Date(value.newtype_variant()?),
            Kind::Uuid => PropertyValue::Uuid(value.newtype_variant()?),
            Kind::Blob => PropertyValue::Blob(value.newtype_variant()?),
            Kind::Geo => PropertyValue::Geo(value.newtype_variant()?),
            Kind::Phone => PropertyValue::Phone(value.newtype_variant()?),
            Kind::Object => PropertyValue::Object(value.newtype_variant()?),
            Kind::TextArray => PropertyValue::TextArray(value.newtype_variant()?),
            Kind::IntArray => PropertyValue::IntArray(value.newtype_variant()?),
            Kind::NumberArray => PropertyValue::NumberArray(value.newtype_variant()?),
            Kind::BoolArray => PropertyValue::BoolArray(value.newtype_variant()?),
            Kind::DateArray => PropertyValue::DateArray(value.newtype_variant()?),
            Kind::UuidArray => PropertyValue::UuidArray(value.newtype_variant()?),
            Kind::ObjectArray => PropertyValue::ObjectArray(value.newtype_variant()?),
        })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, plain: D) -> Result<PropertyValue, D::Error> {
        plain.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<PropertyValue, E> {
        Ok(PropertyValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<PropertyValue, E> {
        Ok(PropertyValue::Int(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<PropertyValue, E> {
        i64::try_from(value)
            .map(PropertyValue::Int)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &"a 64-bit signed integer"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<PropertyValue, E> {
        Ok(PropertyValue::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<PropertyValue, E> {
        Ok(PropertyValue::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<PropertyValue, E> {
        Ok(PropertyValue::Text(value))
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<PropertyValue, D::Error> {
        PropertyValue::deserialize(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<PropertyValue, A::Error> {
        PropertyMap::deserialize(MapAccessDeserializer::new(access)).map(PropertyValue::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<PropertyValue, A::Error> {
        let values = Vec::<PropertyValue>::deserialize(SeqAccessDeserializer::new(access))?;
        array(values).ok_or_else(|| A::Error::custom("an array holds values of one data type, and no arrays"))
    }
}

/// The array that these values make, if they are all of one type. An empty one passes for `text[]`: empty arrays of all
/// types are written alike.
fn array(values: Vec<PropertyValue>) -> Option<PropertyValue> {
    macro_rules! all {
        ($variant:ident, $array:ident) => {
            values
                .into_iter()
                .map(|value| if let PropertyValue::$variant(value) = value { Some(value) } else { None })
                .collect::<Option<_>>()
                .map(PropertyValue::$array)
        };
    }
    let is_number = |value: &PropertyValue| matches!(value, PropertyValue::Number(_));
    let Some(first) = values.first() else { return Some(PropertyValue::TextArray(Vec::new())) };
    match first {
        PropertyValue::Int(_) | PropertyValue::Number(_) if values.iter().any(is_number) => {
            let numbers = values.into_iter().map(|value| match value {
                #[expect(clippy::cast_precision_loss, reason = "among fractions, a whole number is one too")]
                PropertyValue::Int(value) => Some(value as f64),
                PropertyValue::Number(value) => Some(value),
                _ => None,
            });
            numbers.collect::<Option<_>>().map(PropertyValue::NumberArray)
        }
        PropertyValue::Text(_) => all!(Text, TextArray),
        PropertyValue::Int(_) => all!(Int, IntArray),
        PropertyValue::Bool(_) => all!(Bool, BoolArray),
        PropertyValue::Object(_) => all!(Object, ObjectArray),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_json(text: &str) -> Result<PropertyMap, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn plain_values_are_taken_for_what_they_look_like() {
        let map = from_json(
            r#"{"t": "x", "i": -3, "n": 1.5, "b": true, "o": {"z": null, "a": 1}, "ts": ["a", "b"], "is": [1, 2],
                "ns": [1, 2.5], "bs": [false], "os": [{"a": 1}, {}], "none": [], "absent": null}"#,
        )
        .unwrap();
        let expected = PropertyMap::from_iter([
            ("t", PropertyValue::from("x")),
            ("i", (-3).into()),
            ("n", 1.5.into()),
            ("b", true.into()),
            ("o", PropertyMap::from([("a", 1)]).into()),
            ("ts", ["a", "b"].into()),
            ("is", [1_i64, 2].into()),
            ("ns", [1.0, 2.5].into()),
            ("bs", [false].into()),
            ("os", [PropertyMap::from([("a", 1)]), PropertyMap::new()].into()),
            ("none", PropertyValue::TextArray(Vec::new())),
        ]);
        assert_eq!(map, expected);
    }

    #[test]
    fn what_no_property_can_hold_is_refused() {
        for text in [r#"{"a": [1, "x"]}"#, r#"{"a": [null]}"#, r#"{"a": [[1]]}"#, r#"{"a": 18446744073709551615}"#] {
            assert!(from_json(text).is_err(), "{text}");
        }
    }
}

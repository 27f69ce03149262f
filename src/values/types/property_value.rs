//! Values of properties of any data type.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::ser::{Serialize, Serializer};

use super::{Blob, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, Uuid, marker};

/// Value of one property, with a variant for each data type.
///
/// It has no null: a property without a value is absent from its [`PropertyMap`]. Vectors and
/// arrays of Rust convert to the array types. See Weaviate's page on [data
/// types](https://docs.weaviate.io/weaviate/config-refs/datatypes).
///
/// ```
/// use weaviate::prelude::*;
///
/// let value = PropertyValue::from(vec![1.5, 2.5]);
/// assert_eq!(value, PropertyValue::NumberArray(vec![1.5, 2.5]));
/// let address = PropertyValue::from(PropertyMap::from([("city", "Zürich")]));
/// assert!(matches!(address, PropertyValue::Object(_)));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PropertyValue {
    /// Value of a `text` property.
    #[doc(alias = "string")]
    Text(String),
    /// Value of an `int` property.
    ///
    /// The server stores a 64-bit float and would round integers beyond ±2⁵³. The client refuses
    /// them when it writes the object.
    Int(i64),
    /// Value of a `number` property, a 64-bit float.
    #[doc(alias = "float")]
    Number(f64),
    /// Value of a `boolean` property.
    #[doc(alias = "boolean")]
    Bool(bool),
    /// Value of a `date` property, RFC 3339.
    Date(DateTime),
    /// Value of a `uuid` property.
    Uuid(Uuid),
    /// Value of a `blob` property, binary data.
    Blob(Blob),
    /// Value of a `geoCoordinates` property.
    #[doc(alias = "geoCoordinates")]
    Geo(GeoCoordinates),
    /// Value of a `phoneNumber` property.
    #[doc(alias = "phoneNumber")]
    Phone(PhoneNumber),
    /// Value of an `object` property: a nested object.
    #[doc(alias = "nested")]
    Object(PropertyMap),
    /// Value of a `text[]` property. Empty arrays of every data type are read as this variant, if
    /// the reply does not name the data type.
    TextArray(Vec<String>),
    /// Value of an `int[]` property.
    IntArray(Vec<i64>),
    /// Value of a `number[]` property.
    NumberArray(Vec<f64>),
    /// Value of a `boolean[]` property.
    BoolArray(Vec<bool>),
    /// Value of a `date[]` property.
    DateArray(Vec<DateTime>),
    /// Value of a `uuid[]` property.
    UuidArray(Vec<Uuid>),
    /// Value of an `object[]` property: nested objects.
    ObjectArray(Vec<PropertyMap>),
}

macro_rules! conversions {
    ($($variant:ident $array:ident: $type:ty, $name:ident -> $seen:ty, $read:expr, $example:literal;)*) => {
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
                #[doc = concat!("Returns the value of [`", stringify!($variant), "`](Self::", stringify!($variant), "),")]
                /// `None` for another variant.
                ///
                /// ```
                /// use weaviate::prelude::*;
                ///
                #[doc = $example]
                /// ```
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
    Text TextArray: String, as_text -> &str, String::as_str,
        "assert_eq!(PropertyValue::from(\"owl\").as_text(), Some(\"owl\"));";
    Int IntArray: i64, as_int -> i64, i64::clone,
        "assert_eq!(PropertyValue::from(7).as_int(), Some(7));";
    Number NumberArray: f64, as_number -> f64, f64::clone,
        "assert_eq!(PropertyValue::from(0.5).as_number(), Some(0.5));";
    Bool BoolArray: bool, as_bool -> bool, bool::clone,
        "assert_eq!(PropertyValue::from(true).as_bool(), Some(true));";
    Date DateArray: DateTime, as_date -> &DateTime, std::convert::identity,
        "assert!(PropertyValue::from(WeaviateDateTime::now()).as_date().is_some());";
    Uuid UuidArray: Uuid, as_uuid -> Uuid, Uuid::clone,
        "assert_eq!(PropertyValue::from(Uuid::nil()).as_uuid(), Some(Uuid::nil()));";
    Object ObjectArray: PropertyMap, as_object -> &PropertyMap, std::convert::identity,
        "let address = PropertyValue::from(PropertyMap::from([(\"city\", \"Bern\")]));\n\
         assert!(address.as_object().is_some_and(|address| address.contains_key(\"city\")));";
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

/// The data type of a value, as the deserializer of this crate names it. See [`ValueVisitor`].
#[derive(serde::Deserialize)]
#[serde(variant_identifier)]
enum DataTypeName {
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

/// The deserializer of this crate sees the marker and answers with an enum that names the data
/// type. Other formats, and serde's buffer behind `flatten`, answer with plain values, whose data
/// type is inferred.
impl<'de> Deserialize<'de> for PropertyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(marker::PROPERTY_VALUE, ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = PropertyValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a property")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<PropertyValue, A::Error> {
        let (data_type, value) = access.variant::<DataTypeName>()?;
        Ok(match data_type {
            DataTypeName::Text => PropertyValue::Text(value.newtype_variant()?),
            DataTypeName::Int => PropertyValue::Int(value.newtype_variant()?),
            DataTypeName::Number => PropertyValue::Number(value.newtype_variant()?),
            DataTypeName::Bool => PropertyValue::Bool(value.newtype_variant()?),
            DataTypeName::Date => PropertyValue::Date(value.newtype_variant()?),
            DataTypeName::Uuid => PropertyValue::Uuid(value.newtype_variant()?),
            DataTypeName::Blob => PropertyValue::Blob(value.newtype_variant()?),
            DataTypeName::Geo => PropertyValue::Geo(value.newtype_variant()?),
            DataTypeName::Phone => PropertyValue::Phone(value.newtype_variant()?),
            DataTypeName::Object => PropertyValue::Object(value.newtype_variant()?),
            DataTypeName::TextArray => PropertyValue::TextArray(value.newtype_variant()?),
            DataTypeName::IntArray => PropertyValue::IntArray(value.newtype_variant()?),
            DataTypeName::NumberArray => PropertyValue::NumberArray(value.newtype_variant()?),
            DataTypeName::BoolArray => PropertyValue::BoolArray(value.newtype_variant()?),
            DataTypeName::DateArray => PropertyValue::DateArray(value.newtype_variant()?),
            DataTypeName::UuidArray => PropertyValue::UuidArray(value.newtype_variant()?),
            DataTypeName::ObjectArray => PropertyValue::ObjectArray(value.newtype_variant()?),
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
        array(values).ok_or_else(|| {
            A::Error::custom("an array must hold values of one data type, and neither nulls nor other arrays")
        })
    }
}

/// Makes an array of values of one data type. An empty array becomes `text[]`, because plain values
/// do not tell the data type of an empty array.
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
                #[expect(clippy::cast_precision_loss, reason = "one fraction makes it an array of 64-bit floats")]
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
    fn data_types_of_plain_values_are_inferred() {
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
    fn values_that_fit_no_data_type_are_refused() {
        for text in [r#"{"a": [1, "x"]}"#, r#"{"a": [null]}"#, r#"{"a": [[1]]}"#, r#"{"a": 18446744073709551615}"#] {
            assert!(from_json(text).is_err(), "{text}");
        }
    }
}

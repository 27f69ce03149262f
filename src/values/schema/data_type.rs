use std::fmt;

use super::Property;
use crate::values::collection_name::CollectionName;

/// Data type of a property.
///
/// `Display` prints the name in the server's schema. See
/// [Data types](https://docs.weaviate.io/weaviate/config-refs/datatypes).
///
/// ```
/// use weaviate::prelude::*;
///
/// let address = DataType::object([Property::new("city", DataType::Text)]);
/// let authors = DataType::reference(["Author"]);
/// assert_eq!(DataType::TextArray.to_string(), "text[]");
/// ```
#[doc(alias = "type")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DataType {
    /// Text, in Rust a `String`.
    Text,
    /// Array of texts, in Rust a `Vec<String>`.
    TextArray,
    /// Integer, in Rust an `i64`. The server stores it exactly within ±2⁵³.
    Int,
    /// Array of integers, in Rust a `Vec<i64>`.
    IntArray,
    /// Floating-point number, in Rust an `f64`.
    Number,
    /// Array of floating-point numbers, in Rust a `Vec<f64>`.
    NumberArray,
    /// Boolean, in Rust a `bool`.
    Boolean,
    /// Array of booleans, in Rust a `Vec<bool>`.
    BooleanArray,
    /// Date and time (RFC 3339), in Rust a [`DateTime`](crate::types::DateTime).
    Date,
    /// Array of dates, in Rust a `Vec<DateTime>`.
    DateArray,
    /// UUID, in Rust a [`Uuid`](crate::Uuid).
    Uuid,
    /// Array of UUIDs, in Rust a `Vec<Uuid>`.
    UuidArray,
    /// Latitude and longitude, in Rust [`GeoCoordinates`](crate::types::GeoCoordinates).
    GeoCoordinates,
    /// Phone number, in Rust a [`PhoneNumber`](crate::types::PhoneNumber).
    PhoneNumber,
    /// Bytes (base64 on the wire), in Rust a [`Blob`](crate::types::Blob). A query returns it only
    /// if it selects the property by name.
    Blob,
    /// Bytes of which the server stores only a hash. Needs Weaviate 1.37.
    BlobHash,
    /// Nested object, in Rust a struct.
    Object(Vec<Property>),
    /// Array of nested objects, in Rust a `Vec` of structs.
    ObjectArray(Vec<Property>),
    /// Cross-references to objects of these collections.
    #[doc(alias = "cref")]
    #[doc(alias = "cross-reference")]
    Reference(Vec<String>),
    /// Data type that this client does not know, by its name in the server's schema.
    Other(String),
}

impl DataType {
    /// Creates the type of a nested object with these properties.
    #[must_use]
    pub fn object(properties: impl IntoIterator<Item = Property>) -> Self {
        Self::Object(properties.into_iter().collect())
    }

    /// Creates the type of an array of nested objects with these properties.
    #[must_use]
    pub fn object_array(properties: impl IntoIterator<Item = Property>) -> Self {
        Self::ObjectArray(properties.into_iter().collect())
    }

    /// Creates the type of a reference to objects of these collections.
    #[must_use]
    pub fn reference(targets: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let name = |target: &str| CollectionName::new(target).as_str().to_owned();
        Self::Reference(targets.into_iter().map(|target| name(target.as_ref())).collect())
    }

    /// Converts a name of the server's schema, for types without parts.
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "text" => Self::Text,
            "text[]" => Self::TextArray,
            "int" => Self::Int,
            "int[]" => Self::IntArray,
            "number" => Self::Number,
            "number[]" => Self::NumberArray,
            "boolean" => Self::Boolean,
            "boolean[]" => Self::BooleanArray,
            "date" => Self::Date,
            "date[]" => Self::DateArray,
            "uuid" => Self::Uuid,
            "uuid[]" => Self::UuidArray,
            "geoCoordinates" => Self::GeoCoordinates,
            "phoneNumber" => Self::PhoneNumber,
            "blob" => Self::Blob,
            "blobHash" => Self::BlobHash,
            _ => Self::Other(name.to_owned()),
        }
    }

    /// Returns the name in the server's schema, such as `text[]`. For references, the name of the
    /// first collection.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text => "text",
            Self::TextArray => "text[]",
            Self::Int => "int",
            Self::IntArray => "int[]",
            Self::Number => "number",
            Self::NumberArray => "number[]",
            Self::Boolean => "boolean",
            Self::BooleanArray => "boolean[]",
            Self::Date => "date",
            Self::DateArray => "date[]",
            Self::Uuid => "uuid",
            Self::UuidArray => "uuid[]",
            Self::GeoCoordinates => "geoCoordinates",
            Self::PhoneNumber => "phoneNumber",
            Self::Blob => "blob",
            Self::BlobHash => "blobHash",
            Self::Object(_) => "object",
            Self::ObjectArray(_) => "object[]",
            Self::Reference(targets) => targets.first().map_or("", String::as_str),
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for DataType {
    /// Prints the name in the server's schema. For references, the names of all collections.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference(targets) => f.write_str(&targets.join(", ")),
            other => f.write_str(other.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_prints_the_schema_name() {
        for (data_type, printed) in [
            (DataType::Text, "text"),
            (DataType::IntArray, "int[]"),
            (DataType::GeoCoordinates, "geoCoordinates"),
            (DataType::object_array([Property::new("city", DataType::Text)]), "object[]"),
            (DataType::reference(["author", "Publisher"]), "Author, Publisher"),
            (DataType::from_name("novelty"), "novelty"),
        ] {
            assert_eq!(data_type.to_string(), printed);
        }
    }
}

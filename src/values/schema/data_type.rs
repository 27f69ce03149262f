use std::fmt;

use super::{CollectionName, Property};

/// What a property holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DataType {
    /// Text: `String`.
    Text,
    /// Texts: `Vec<String>`.
    TextArray,
    /// An integer: `i64`, which the server keeps exactly within ±2⁵³.
    Int,
    /// Integers: `Vec<i64>`.
    IntArray,
    /// A number: `f64`.
    Number,
    /// Numbers: `Vec<f64>`.
    NumberArray,
    /// Yes or no: `bool`.
    Boolean,
    /// Several of them: `Vec<bool>`.
    BooleanArray,
    /// A point in time: [`DateTime`](crate::types::DateTime).
    Date,
    /// Points in time: `Vec<DateTime>`.
    DateArray,
    /// [`Uuid`](crate::Uuid).
    Uuid,
    /// `Vec<Uuid>`.
    UuidArray,
    /// [`GeoCoordinates`](crate::types::GeoCoordinates).
    GeoCoordinates,
    /// [`PhoneNumber`](crate::types::PhoneNumber).
    PhoneNumber,
    /// Bytes: [`Blob`](crate::types::Blob). Read back only when it is named.
    Blob,
    /// Bytes of which the server keeps a hash alone. Needs Weaviate 1.37.
    BlobHash,
    /// An object within the object: a struct.
    Object(Vec<Property>),
    /// Objects within the object: a `Vec` of structs.
    ObjectArray(Vec<Property>),
    /// References to objects of these collections.
    Reference(Vec<String>),
    /// A type that this client does not know, by its name in the server's schema.
    Other(String),
}

impl DataType {
    /// An object with these properties.
    #[must_use]
    pub fn object(properties: impl IntoIterator<Item = Property>) -> Self {
        Self::Object(properties.into_iter().collect())
    }

    /// Objects with these properties.
    #[must_use]
    pub fn object_array(properties: impl IntoIterator<Item = Property>) -> Self {
        Self::ObjectArray(properties.into_iter().collect())
    }

    /// References to objects of these collections.
    #[must_use]
    pub fn reference(targets: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let name = |target: &str| CollectionName::new(target).as_str().to_owned();
        Self::Reference(targets.into_iter().map(|target| name(target.as_ref())).collect())
    }

    /// A type without parts of its own, by its name in the server's schema.
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

    /// The name in the server's schema; that of the first collection for references.
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
    fn it_prints_as_the_server_names_it() {
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

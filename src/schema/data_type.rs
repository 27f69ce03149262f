use super::Property;

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
    /// A point in time: [`DateTime`](crate::DateTime).
    Date,
    /// Points in time: `Vec<DateTime>`.
    DateArray,
    /// [`Uuid`](crate::Uuid).
    Uuid,
    /// `Vec<Uuid>`.
    UuidArray,
    /// [`GeoCoordinates`](crate::GeoCoordinates).
    GeoCoordinates,
    /// [`PhoneNumber`](crate::PhoneNumber).
    PhoneNumber,
    /// Bytes: [`Blob`](crate::Blob). Read back only when it is named.
    Blob,
    /// An object within the object: a struct.
    Object(Vec<Property>),
    /// Objects within the object: a `Vec` of structs.
    ObjectArray(Vec<Property>),
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

    /// The name in the server's schema.
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
            Self::Object(_) => "object",
            Self::ObjectArray(_) => "object[]",
            Self::Other(name) => name,
        }
    }
}

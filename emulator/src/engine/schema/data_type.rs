//! The data types a property can have.

/// Data type of a property, as the schema names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DataType {
    Text,
    TextArray,
    Int,
    IntArray,
    Number,
    NumberArray,
    Boolean,
    BooleanArray,
    Date,
    DateArray,
    Uuid,
    UuidArray,
    Geo,
    Phone,
    Blob,
    /// A blob of which only a digest is kept.
    BlobHash,
    Object,
    ObjectArray,
    /// Cross-reference to one of these collections.
    Reference(Vec<String>),
}

impl DataType {
    /// A primitive or nested type by its name in the schema; `None` for anything else, a collection's name included.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            // `string` is the older spelling of a text with tokenization `field` or `word`.
            "text" | "string" => Self::Text,
            "text[]" | "string[]" => Self::TextArray,
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
            "geoCoordinates" => Self::Geo,
            "phoneNumber" => Self::Phone,
            "blob" => Self::Blob,
            "blobHash" => Self::BlobHash,
            "object" => Self::Object,
            "object[]" => Self::ObjectArray,
            _ => return None,
        })
    }

    /// The name in the schema; the first target for a reference.
    pub(crate) fn name(&self) -> &str {
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
            Self::Geo => "geoCoordinates",
            Self::Phone => "phoneNumber",
            Self::Blob => "blob",
            Self::BlobHash => "blobHash",
            Self::Object => "object",
            Self::ObjectArray => "object[]",
            Self::Reference(targets) => targets.first().map_or("", String::as_str),
        }
    }

    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::TextArray)
    }

    pub(crate) fn is_blob(&self) -> bool {
        matches!(self, Self::Blob | Self::BlobHash)
    }

    /// Returns whether there may be several values in one.
    pub(crate) fn is_list(&self) -> bool {
        self.name().ends_with("[]")
    }

    pub(crate) fn is_nested(&self) -> bool {
        matches!(self, Self::Object | Self::ObjectArray)
    }

    pub(crate) fn is_numeric(&self) -> bool {
        matches!(self, Self::Int | Self::Number | Self::Date)
    }
}

//! Values that properties are compared with.

use crate::values::types::{DateTime, Uuid};

/// The right side of a comparison.
///
/// Made from text, `i64` and smaller integers, floats, `bool`, [`DateTime`] and [`Uuid`]; with the features `chrono`, `jiff`
/// and `time` also from the dates of these libraries. The server converts between integers and fractions.
///
/// ```
/// use weaviate::Filter;
/// use weaviate::filter::FilterValue;
///
/// let bounds = [FilterValue::from(2020), FilterValue::from(2.5)];
/// assert_eq!(Filter::property("year").equal(2020), Filter::property("year").equal(bounds[0].clone()));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FilterValue {
    /// Value of a `text` property.
    Text(String),
    /// Value of an `int` property.
    Int(i64),
    /// Value of a `number` property.
    Number(f64),
    /// Value of a `boolean` property.
    Bool(bool),
    /// Value of a `date` property.
    Date(DateTime),
    /// Date of another library outside of the years 0000 to 9999, as text. The query refuses it.
    DateOutOfRange(String),
    /// Value of a `uuid` property.
    Uuid(Uuid),
}

macro_rules! values {
    ($($type:ty => |$value:ident| $into:expr;)*) => {
        $(
            impl From<$type> for FilterValue {
                fn from($value: $type) -> Self {
                    $into
                }
            }
        )*
    };
}

values! {
    &str => |text| Self::Text(text.to_owned());
    &String => |text| Self::Text(text.clone());
    String => |text| Self::Text(text);
    i8 => |value| Self::Int(value.into());
    i16 => |value| Self::Int(value.into());
    i32 => |value| Self::Int(value.into());
    i64 => |value| Self::Int(value);
    u8 => |value| Self::Int(value.into());
    u16 => |value| Self::Int(value.into());
    u32 => |value| Self::Int(value.into());
    f32 => |value| Self::Number(value.into());
    f64 => |value| Self::Number(value);
    bool => |value| Self::Bool(value);
    DateTime => |date| Self::Date(date);
    &DateTime => |date| Self::Date(date.clone());
    Uuid => |uuid| Self::Uuid(uuid);
}

//! What goes with what: values with types of properties, operators with both.

use crate::Uuid;
use crate::values::filter::FilterValue;
use crate::values::types::DateTime;

/// A value that a property of type `T` can be compared with: an `i32` with an integer, a `&str` with a text.
///
/// It can be implemented for one's own types, such as an enum that serde writes as text.
///
/// ```
/// use weaviate::filter::FilterValue;
/// use weaviate::properties::FieldValue;
///
/// enum Topic {
///     Birds,
///     Trees,
/// }
///
/// impl FieldValue<String> for Topic {
///     fn into_filter_value(self) -> FilterValue {
///         FilterValue::from(match self {
///             Self::Birds => "birds",
///             Self::Trees => "trees",
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a property of type `{T}` cannot be compared with `{Self}`",
    label = "not a value for a property of type `{T}`"
)]
pub trait FieldValue<T> {
    /// The value as a filter takes it.
    fn into_filter_value(self) -> FilterValue;
}

macro_rules! values {
    ($($property:ty = $($value:ty),+ => $convert:expr;)*) => {
        $($(
            impl FieldValue<$property> for $value {
                fn into_filter_value(self) -> FilterValue {
                    ($convert)(self)
                }
            }
        )+)*
    };
}

values! {
    String = &str, &String, String => FilterValue::from;
    i64 = i8, i16, i32, i64, u8, u16, u32 => FilterValue::from;
    f64 = f32, f64 => FilterValue::from;
    f64 = i8, i16, i32, u8, u16, u32 => |value| FilterValue::Number(f64::from(value));
    bool = bool => FilterValue::from;
    DateTime = DateTime, &DateTime => FilterValue::from;
    Uuid = Uuid => FilterValue::from;
}

macro_rules! capabilities {
    ($($(#[$attribute:meta])* $name:ident: $($type:ty),+;)*) => {
        $(
            $(#[$attribute])*
            pub trait $name {}
            $(impl $name for $type {})+
        )*
    };
}

capabilities! {
    /// A property that has one value to compare.
    #[diagnostic::on_unimplemented(
        message = "a property of type `{Self}` is not compared as a whole",
        note = "arrays have `contains_any`, points `within_geo_range`"
    )]
    Comparable: String, i64, f64, bool, DateTime, Uuid;

    /// A property whose values are greater or less than others.
    #[diagnostic::on_unimplemented(message = "values of type `{Self}` are neither greater nor less than others")]
    Ordered: String, i64, f64, DateTime;

    /// A property that objects can be sorted by.
    #[diagnostic::on_unimplemented(
        message = "objects cannot be sorted by a property of type `{Self}`",
        note = "the server sorts by text, int, number, boolean and date, and by arrays of them"
    )]
    Sortable: String, i64, f64, bool, DateTime, Vec<String>, Vec<i64>, Vec<f64>, Vec<bool>, Vec<DateTime>;

    /// A property that results can be grouped by.
    #[diagnostic::on_unimplemented(message = "results cannot be grouped by a property of type `{Self}`")]
    Groupable: String, i64, f64, bool, DateTime, Uuid, Vec<String>, Vec<i64>, Vec<f64>, Vec<bool>, Vec<DateTime>, Vec<Uuid>;

    /// A property that is made of text, which keyword searches and patterns look into.
    #[diagnostic::on_unimplemented(message = "a property of type `{Self}` is no text")]
    Searchable: String, Vec<String>;

    /// A property that has a length: text and arrays.
    #[diagnostic::on_unimplemented(message = "a property of type `{Self}` has no length")]
    Measured: String, Vec<String>, Vec<i64>, Vec<f64>, Vec<bool>, Vec<DateTime>, Vec<Uuid>;
}

/// A property that holds values of type `Element`: an array, or the one value itself.
#[diagnostic::on_unimplemented(message = "a property of type `{Self}` holds no values to look for")]
pub trait Contains {
    /// What it holds.
    type Element;
}

macro_rules! contains {
    ($($type:ty),+) => {
        $(
            impl Contains for $type {
                type Element = Self;
            }

            impl Contains for Vec<$type> {
                type Element = $type;
            }
        )+
    };
}

contains!(String, i64, f64, bool, DateTime, Uuid);

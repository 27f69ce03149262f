//! Values that a typed handle can be compared with, and the operations that its type allows.

use crate::Uuid;
use crate::values::filter::FilterValue;
use crate::values::types::DateTime;

/// Value that a filter can compare with a property of type `T`.
///
/// For example, an `i32` can be compared with an `i64`, and a `&str` with a `String`. Implement it
/// for types of your own, such as an enum that serde writes as text:
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
    label = "is not a value for a property of type `{T}`"
)]
pub trait FieldValue<T> {
    /// Converts to the value of a filter.
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
    /// Type of a property that `equal` and `not_equal` compare: one value, not an array.
    #[diagnostic::on_unimplemented(
        message = "a property of type `{Self}` cannot be compared with `equal` or `not_equal`",
        note = "use `contains_any` for arrays and `within_geo_range` for coordinates"
    )]
    Comparable: String, i64, f64, bool, DateTime, Uuid;

    /// Type of a property whose values are ordered, for `greater_than`, `less_than` and the like.
    #[diagnostic::on_unimplemented(
        message = "values of type `{Self}` have no order, so that `greater_than` and the like do not apply"
    )]
    Ordered: String, i64, f64, DateTime;

    /// Type of a property that objects can be sorted by.
    #[diagnostic::on_unimplemented(
        message = "objects cannot be sorted by a property of type `{Self}`",
        note = "the server sorts by text, int, number, boolean and date, and by arrays of them"
    )]
    Sortable: String, i64, f64, bool, DateTime, Vec<String>, Vec<i64>, Vec<f64>, Vec<bool>, Vec<DateTime>;

    /// Type of a property that results can be grouped by.
    #[diagnostic::on_unimplemented(message = "results cannot be grouped by a property of type `{Self}`")]
    Groupable: String, i64, f64, bool, DateTime, Uuid, Vec<String>, Vec<i64>, Vec<f64>, Vec<bool>, Vec<DateTime>, Vec<Uuid>;

    /// Type of a text property, for keyword search (BM25) and `like`.
    #[diagnostic::on_unimplemented(
        message = "a property of type `{Self}` is not text, which `like` and keyword search need"
    )]
    Searchable: String, Vec<String>;

    /// Type of a property that has a length: text and arrays.
    #[diagnostic::on_unimplemented(
        message = "a property of type `{Self}` has no length",
        note = "text and arrays have a length"
    )]
    Measured: String, Vec<String>, Vec<i64>, Vec<f64>, Vec<bool>, Vec<DateTime>, Vec<Uuid>;
}

/// Type of a property for `contains_any`, `contains_all` and `contains_none`: an array, or one
/// value.
#[diagnostic::on_unimplemented(message = "`contains_any` and the like do not apply to a property of type `{Self}`")]
pub trait Contains {
    /// Type of the values that the property holds.
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

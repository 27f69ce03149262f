//! Rust types of properties and their data types.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::Field;
use crate::Uuid;
use crate::values::schema::DataType;
use crate::values::types::{Blob, DateTime, GeoCoordinates, PhoneNumber};

/// Rust type of a property.
///
/// The derive macro of [`Properties`](super::Properties) implements it for structs. A program does
/// not implement it otherwise. See Weaviate's page on [data
/// types](https://docs.weaviate.io/weaviate/config-refs/datatypes).
///
/// | Rust | data type | handle |
/// | --- | --- | --- |
/// | `String`, `Box<str>`, `Cow<'static, str>`, `char` | `text` | [`Field<_, String>`](Field) |
/// | `i8` to `i64`, `u8` to `u64`, `usize`, `isize` | `int` | `Field<_, i64>` |
/// | `f32`, `f64` | `number` | `Field<_, f64>` |
/// | `bool` | `boolean` | `Field<_, bool>` |
/// | [`DateTime`], with features `chrono::DateTime<Utc>` and `<FixedOffset>`, `jiff::Timestamp`, `time::OffsetDateTime` | `date` | `Field<_, DateTime>` |
/// | [`Uuid`] | `uuid` | `Field<_, Uuid>` |
/// | [`GeoCoordinates`] | `geoCoordinates` | `Field<_, GeoCoordinates>` |
/// | [`PhoneNumber`] | `phoneNumber` | `Field<_, PhoneNumber>` |
/// | [`Blob`] | `blob` | `Field<_, Blob>` |
/// | a struct that derives [`Properties`](super::Properties) | `object` | [`ObjectField`](super::ObjectField) |
/// | `Vec`, `BTreeSet`, `HashSet`, `[T; N]` of text, int, number, boolean, date, uuid or structs | `text[]`, `int[]` etc. | `Field<_, Vec<String>>` etc. |
/// | `Option<T>`, `Box<T>` | that of `T` | that of `T` |
///
/// The client refuses to write an integer beyond ±2⁵³. A `Vec<u8>` is an `int[]`; use [`Blob`] for
/// bytes. Any other type that serde writes as one of these needs `#[weaviate(data_type = "...")]`,
/// such as `"text"` for an enum without data.
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::properties::PropertyType;
///
/// assert_eq!(Option::<u16>::data_type(), DataType::Int);
/// assert_eq!(Vec::<String>::data_type(), DataType::TextArray);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of a property",
    label = "has no data type of Weaviate",
    note = "derive `Properties` for a struct to make it a nested object",
    note = "types of chrono, jiff and time need the crate feature of that name",
    note = "add `#[weaviate(reference = \"..\")]` to a field with references, and `#[weaviate(vector)]` to one with a vector",
    note = "add `#[weaviate(data_type = \"text\")]` to the field if serde writes it as text, and so on for other data types"
)]
pub trait PropertyType {
    #[doc(hidden)]
    const SHAPE: Shape;
    /// It is a struct with vectors or references, which only the object itself has.
    #[doc(hidden)]
    const HAS_PARTS: bool = false;
    /// Handle of a property of this type, such as [`Field`].
    type Handle<P, At>;

    /// Returns the data type.
    fn data_type() -> DataType;

    #[doc(hidden)]
    fn handle<P, At>(name: Cow<'static, str>) -> Self::Handle<P, At>;
}

/// Rust type of the elements of an array property: text, int, number, boolean, date, uuid and
/// structs.
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::properties::ArrayElement;
///
/// assert_eq!(bool::array_type(), DataType::BooleanArray);
/// ```
#[diagnostic::on_unimplemented(
    message = "Weaviate does not have arrays of `{Self}`",
    label = "cannot be an element of an array",
    note = "arrays hold text, int, number, boolean, date, uuid or structs that derive `Properties`",
    note = "add `#[weaviate(reference = \"..\")]` to a field with references"
)]
pub trait ArrayElement: PropertyType {
    /// Handle of an array property with elements of this type.
    type ArrayHandle<P, At>;

    /// Returns the data type of the array.
    fn array_type() -> DataType;

    #[doc(hidden)]
    fn array_handle<P, At>(name: Cow<'static, str>) -> Self::ArrayHandle<P, At>;
}

/// Facts about a type that the derive macro checks while a struct is compiled.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    is_text: bool,
    has_ranges: bool,
    is_written_by_serde: bool,
}

impl Shape {
    pub(super) const TEXT: Self = Self { is_text: true, ..Self::OTHER };
    /// Types with an inverted index for range filters.
    pub(super) const ORDERED: Self = Self { has_ranges: true, ..Self::OTHER };
    /// Dates that serde does not write as RFC 3339 by default.
    #[cfg(feature = "time")]
    pub(super) const DATE_WITH_HELP: Self = Self { is_written_by_serde: false, ..Self::ORDERED };
    pub const OTHER: Self = Self { is_text: false, has_ranges: false, is_written_by_serde: true };

    /// Shape of an array of these.
    const fn array(self) -> Self {
        Self { has_ranges: false, ..self }
    }

    #[must_use]
    pub const fn is_text(self) -> bool {
        self.is_text
    }

    #[must_use]
    pub const fn has_ranges(self) -> bool {
        self.has_ranges
    }

    #[must_use]
    pub const fn is_written_by_serde(self) -> bool {
        self.is_written_by_serde
    }
}

/// Implements [`PropertyType`] for types that share the data type and the handle of `canonical`.
macro_rules! property_types {
    ($($canonical:ty: $shape:ident $data_type:ident $array:tt = $($type:ty),+;)*) => {
        $($(
            impl PropertyType for $type {
                const SHAPE: Shape = Shape::$shape;
                type Handle<P, At> = Field<P, $canonical, At>;

                fn data_type() -> DataType {
                    DataType::$data_type
                }

                fn handle<P, At>(name: Cow<'static, str>) -> Self::Handle<P, At> {
                    Field::new(name)
                }
            }

            property_types!(@array $canonical: $type, $array);
        )+)*
    };
    (@array $canonical:ty: $type:ty, ($array:ident)) => {
        impl ArrayElement for $type {
            type ArrayHandle<P, At> = Field<P, Vec<$canonical>, At>;

            fn array_type() -> DataType {
                DataType::$array
            }

            fn array_handle<P, At>(name: Cow<'static, str>) -> Self::ArrayHandle<P, At> {
                Field::new(name)
            }
        }
    };
    (@array $canonical:ty: $type:ty, ()) => {};
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) use property_types;

property_types! {
    String: TEXT Text (TextArray) = String, Box<str>, Cow<'static, str>, char;
    i64: ORDERED Int (IntArray) = i8, i16, i32, i64, isize, u8, u16, u32, u64, usize;
    f64: ORDERED Number (NumberArray) = f32, f64;
    bool: OTHER Boolean (BooleanArray) = bool;
    DateTime: ORDERED Date (DateArray) = DateTime;
    Uuid: OTHER Uuid (UuidArray) = Uuid;
    GeoCoordinates: OTHER GeoCoordinates () = GeoCoordinates;
    PhoneNumber: OTHER PhoneNumber () = PhoneNumber;
    Blob: OTHER Blob () = Blob;
}

macro_rules! transparent {
    ($($type:ty),*) => {
        $(
            impl<T: PropertyType> PropertyType for $type {
                const SHAPE: Shape = T::SHAPE;
                const HAS_PARTS: bool = T::HAS_PARTS;
                type Handle<P, At> = T::Handle<P, At>;

                fn data_type() -> DataType {
                    T::data_type()
                }

                fn handle<P, At>(name: Cow<'static, str>) -> Self::Handle<P, At> {
                    T::handle(name)
                }
            }
        )*
    };
}

transparent!(Option<T>, Box<T>);

macro_rules! arrays {
    ($([$($generics:tt)*] $type:ty;)*) => {
        $(
            impl<T: ArrayElement, $($generics)*> PropertyType for $type {
                const SHAPE: Shape = T::SHAPE.array();
                const HAS_PARTS: bool = T::HAS_PARTS;
                type Handle<P, At> = T::ArrayHandle<P, At>;

                fn data_type() -> DataType {
                    T::array_type()
                }

                fn handle<P, At>(name: Cow<'static, str>) -> Self::Handle<P, At> {
                    T::array_handle(name)
                }
            }
        )*
    };
}

arrays! {
    [] Vec<T>;
    [] BTreeSet<T>;
    [S] HashSet<T, S>;
    [const N: usize] [T; N];
}

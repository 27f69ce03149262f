//! Rust types of the vectors of a struct.

use crate::values::types::Vector;

/// Rust type of a field with a vector: `#[weaviate(vector)]` or `#[weaviate(vector = "title")]`.
///
/// | Rust | vector |
/// | --- | --- |
/// | `Vec<f32>`, `Box<[f32]>`, `[f32; N]` up to 32 | one vector |
/// | `Vec<Vec<f32>>`, `Vec<[f32; N]>` | a multi-vector: rows of one dimension |
/// | [`Vector`](crate::types::Vector) | either |
/// | `Option<T>`, `Box<T>` | that of `T` |
///
/// See [`Properties`](super::Properties#vectors).
///
/// ```
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// struct Article {
///     title: String,
///     #[weaviate(vector)]
///     embedding: Option<Vec<f32>>,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of a vector",
    label = "cannot hold a vector",
    note = "use `Vec<f32>`, `[f32; N]` or `Vector`, `Vec<Vec<f32>>` for a multi-vector, or an `Option` of one"
)]
pub trait VectorType {
    #[doc(hidden)]
    const IS_MULTI: Option<bool>;
    #[doc(hidden)]
    const IS_OPTIONAL: bool;
    /// An object without the vector can be read.
    #[doc(hidden)]
    const CAN_BE_EMPTY: bool;
}

macro_rules! vector_types {
    ($([$($generics:tt)*] $type:ty => $is_multi:expr, $can_be_empty:literal;)*) => {
        $(
            impl<$($generics)*> VectorType for $type {
                const IS_MULTI: Option<bool> = $is_multi;
                const IS_OPTIONAL: bool = false;
                const CAN_BE_EMPTY: bool = $can_be_empty;
            }
        )*
    };
}

vector_types! {
    [] Vec<f32> => Some(false), true;
    [] Box<[f32]> => Some(false), true;
    [const N: usize] [f32; N] => Some(false), false;
    [] Vec<Vec<f32>> => Some(true), true;
    [const N: usize] Vec<[f32; N]> => Some(true), true;
    [] Vector => None, true;
}

impl<T: VectorType> VectorType for Option<T> {
    const IS_MULTI: Option<bool> = T::IS_MULTI;
    const IS_OPTIONAL: bool = true;
    const CAN_BE_EMPTY: bool = true;
}

impl<T: VectorType> VectorType for Box<T> {
    const IS_MULTI: Option<bool> = T::IS_MULTI;
    const IS_OPTIONAL: bool = T::IS_OPTIONAL;
    const CAN_BE_EMPTY: bool = T::CAN_BE_EMPTY;
}

//! Rust types of the references of a struct.

use super::Properties;
use crate::values::query::Reference;
use crate::{PropertyMap, Uuid};

/// Rust type of a field with references: `#[weaviate(reference = "Author")]`.
///
/// | Rust | references |
/// | --- | --- |
/// | [`Reference<Author>`](crate::query::Reference) | one, which can hold the object it leads to |
/// | [`Reference`](crate::query::Reference) | one, with the properties as a [`PropertyMap`] |
/// | [`Uuid`] | one, by its id alone |
/// | `Vec<T>` of these | any number |
/// | `Option<T>`, `Box<T>` | that of `T` |
///
/// See [`Properties`](super::Properties#references).
///
/// ```
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Author { name: String }
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// struct Article {
///     title: String,
///     #[weaviate(reference = "Author")]
///     written_by: Vec<Reference<Author>>,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of a reference",
    label = "cannot hold a reference",
    note = "use `Reference<T>`, `Reference` or `Uuid`, or a `Vec` or `Option` of one"
)]
pub trait ReferenceType {
    /// Struct of the objects that are referred to.
    type Target: Properties;
    #[doc(hidden)]
    const IS_OPTIONAL: bool = false;
    #[doc(hidden)]
    const IS_MANY: bool = false;
}

impl<T: Properties> ReferenceType for Reference<T> {
    type Target = T;
}

impl ReferenceType for Uuid {
    type Target = PropertyMap;
}

/// Type of a field with one reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reference",
    label = "a list of references holds `Reference<T>`, `Reference` or `Uuid`"
)]
#[doc(hidden)]
#[expect(unnameable_types, reason = "it bounds the elements of a list")]
pub trait SingleReference: ReferenceType {}

impl<T: Properties> SingleReference for Reference<T> {}
impl SingleReference for Uuid {}

impl<T: SingleReference> ReferenceType for Vec<T> {
    type Target = T::Target;
    const IS_MANY: bool = true;
}

impl<T: ReferenceType> ReferenceType for Option<T> {
    type Target = T::Target;
    const IS_OPTIONAL: bool = true;
    const IS_MANY: bool = T::IS_MANY;
}

impl<T: ReferenceType> ReferenceType for Box<T> {
    type Target = T::Target;
    const IS_OPTIONAL: bool = T::IS_OPTIONAL;
    const IS_MANY: bool = T::IS_MANY;
}

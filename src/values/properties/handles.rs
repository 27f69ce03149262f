//! Typed handles of nested objects and lengths.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::{Field, FieldValue, Nested, Place, Properties, PropertyName, Top, Typed};
use crate::Filter;
use crate::values::filter::FilterTarget;

/// Typed handle of a property of data type `object` or `object[]`, in collections of `P`.
///
/// The handles of the properties of `T`, the struct of the nested object, are its fields. Filters
/// on them need Weaviate 1.38 with the environment variable `WEAVIATE_PREVIEW_NESTED_FILTERING`.
///
/// ```
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Address { city: String }
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Author { address: Address }
/// let filter = Author::fields().address.city.equal("Zürich");
/// assert_eq!(filter.into_inner(), Filter::property("address.city").equal("Zürich"));
/// ```
pub struct ObjectField<P, T: Properties, At = Top> {
    field: Field<P, T, At>,
    fields: T::Fields<P, Nested>,
}

impl<P, T: Properties, At> ObjectField<P, T, At> {
    #[doc(hidden)]
    #[must_use]
    pub fn new(name: Cow<'static, str>) -> Self {
        let fields = T::fields_at(&Place::within(&name));
        Self { field: Field::new(name), fields }
    }

    /// Returns the name of the property in the collection.
    #[must_use]
    pub fn name(&self) -> &str {
        self.field.name()
    }

    /// Matches objects without a nested object (`true`) or with one (`false`).
    ///
    /// It needs Weaviate 1.38 with the environment variable `WEAVIATE_PREVIEW_NESTED_FILTERING`.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Address { city: String }
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Author { address: Option<Address> }
    /// let without_address = Author::fields().address.is_null(true);
    /// ```
    pub fn is_null(&self, is_null: bool) -> Typed<P, Filter> {
        self.field.is_null(is_null)
    }
}

impl<P, T: Properties, At> Deref for ObjectField<P, T, At> {
    type Target = T::Fields<P, Nested>;

    fn deref(&self) -> &Self::Target {
        &self.fields
    }
}

impl<P, T: Properties> From<ObjectField<P, T>> for Typed<P, PropertyName> {
    fn from(object: ObjectField<P, T>) -> Self {
        object.field.into()
    }
}

impl<P, T: Properties, At> Clone for ObjectField<P, T, At> {
    fn clone(&self) -> Self {
        Self::new(self.name().to_owned().into())
    }
}

impl<P, T: Properties, At> fmt::Debug for ObjectField<P, T, At> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ObjectField").field(&self.name()).finish()
    }
}

/// Number that a filter compares: the length of a text or an array, or the count of a reference.
///
/// ```
/// # use weaviate::prelude::*;
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, tags: Vec<String> }
/// let fields = Article::fields();
/// let filter = fields.title.length().less_than(10) & fields.tags.length().greater_or_equal(2);
/// ```
#[must_use = "a filter needs a comparison"]
pub struct Measure<P> {
    target: FilterTarget,
    of: PhantomData<fn() -> P>,
}

macro_rules! comparisons {
    ($($(#[$attribute:meta])* $method:ident;)*) => {
        $(
            $(#[$attribute])*
            pub fn $method<V: FieldValue<i64>>(&self, number: V) -> Typed<P, Filter> {
                Typed::new(self.target.clone().$method(number.into_filter_value()))
            }
        )*
    };
}

impl<P> Measure<P> {
    pub(super) const fn new(target: FilterTarget) -> Self {
        Self { target, of: PhantomData }
    }

    comparisons! {
        /// Matches objects whose number is equal.
        equal;
        /// Matches objects whose number is another one.
        not_equal;
        /// Matches objects whose number is greater.
        greater_than;
        /// Matches objects whose number is greater or equal.
        greater_or_equal;
        /// Matches objects whose number is less.
        less_than;
        /// Matches objects whose number is less or equal.
        less_or_equal;
    }
}

impl<P> fmt::Debug for Measure<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Measure").field(&self.target).finish()
    }
}

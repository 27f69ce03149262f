//! Typed handles of nested objects, references and lengths.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::{Field, FieldValue, Nested, Place, Properties, PropertyName, Top, Typed};
use crate::Filter;
use crate::values::filter::FilterReference;
use crate::values::filter::FilterTarget;
use crate::values::query::GroupBy;

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

/// Typed handle of a cross-reference to other objects, in collections of `P`.
///
/// ```
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article {
/// #     #[weaviate(reference = "Author")]
/// #     #[serde(skip_serializing, default)]
/// #     written_by: (),
/// # }
/// let by_several = Article::fields().written_by.count().greater_than(1);
/// ```
#[doc(alias = "cross-reference")]
pub struct ReferenceField<P> {
    name: &'static str,
    of: PhantomData<fn() -> P>,
}

impl<P> ReferenceField<P> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, of: PhantomData }
    }

    /// Returns the name of the property in the collection.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// Starts a filter on the number of objects that the reference points at.
    pub fn count(&self) -> Measure<P> {
        Measure::new(Filter::reference_count(self.name))
    }

    /// Starts a filter on the objects that the reference points at. See [`Filter::reference`].
    ///
    /// Their properties are named by text, because the struct of the other collection is not known.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article {
    /// #     #[weaviate(reference = "Author")]
    /// #     #[serde(skip_serializing, default)]
    /// #     written_by: (),
    /// # }
    /// let written_by = Article::fields().written_by;
    /// let by_swedes = written_by.objects().property("country").equal("Sweden");
    /// let filter = by_swedes & written_by.count().less_than(3);
    /// ```
    pub fn objects(&self) -> FilterReference {
        Filter::reference(self.name)
    }

    /// Groups results by the objects that the reference points at, into at most `groups` groups, 1
    /// or more.
    ///
    /// A query takes the handle itself for 10 groups of 10 objects.
    pub fn groups(&self, groups: u32) -> Typed<P, GroupBy> {
        Typed::new(GroupBy::new(self.name).groups(groups))
    }
}

impl<P> From<ReferenceField<P>> for Typed<P, GroupBy> {
    fn from(reference: ReferenceField<P>) -> Self {
        Self::new(GroupBy::new(reference.name))
    }
}

impl<P> Clone for ReferenceField<P> {
    fn clone(&self) -> Self {
        Self::new(self.name)
    }
}

impl<P> fmt::Debug for ReferenceField<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReferenceField").field(&self.name).finish()
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

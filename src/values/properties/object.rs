//! Handles of what is more than a value: objects within the object, references, lengths.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::{Field, FieldValue, Nested, Place, Properties, PropertyName, Top, Typed};
use crate::Filter;
use crate::values::filter::FilterReference;
use crate::values::filter::FilterTarget;
use crate::values::query::GroupBy;

/// A property of a collection of `P` that is an object `T`, or several. The properties of `T` are its fields.
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

    /// The name of the property in the collection.
    #[must_use]
    pub fn name(&self) -> &str {
        self.field.name()
    }

    /// There is no object (`true`), or there is one (`false`). Like all filters on objects within the object, it needs Weaviate
    /// 1.38 and `WEAVIATE_PREVIEW_NESTED_FILTERING` there.
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

/// A property of a collection of `P` that refers to other objects.
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

    /// The name of the property in the collection.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// How many objects it points at.
    pub fn count(&self) -> Measure<P> {
        Measure::new(Filter::reference_count(self.name))
    }

    /// The objects that it points at, whose properties go by their names. See [`Filter::reference`].
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
    /// let filter = written_by.objects().property("country").equal("Sweden") & written_by.count().less_than(3);
    /// ```
    pub fn objects(&self) -> FilterReference {
        Filter::reference(self.name)
    }

    /// Groups by what it points at, at most so many. The handle itself stands for ten groups of ten objects.
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

/// A number that comes with a property: the length of a text or an array, or how many objects a reference points at.
#[must_use = "name the comparison"]
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
        /// It is this one.
        equal;
        /// It is another one.
        not_equal;
        /// It is greater.
        greater_than;
        /// It is greater, or this one.
        greater_or_equal;
        /// It is less.
        less_than;
        /// It is less, or this one.
        less_or_equal;
    }
}

impl<P> fmt::Debug for Measure<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Measure").field(&self.target).finish()
    }
}

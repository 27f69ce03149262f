//! Typed handles of vectors and references.

use std::fmt;
use std::marker::PhantomData;

use super::into_list::from_text;
use super::{Measure, Properties, Typed};
use crate::Filter;
use crate::PropertyMap;
use crate::values::filter::FilterReference;
use crate::values::query::{GroupBy, Targets};

/// Typed handle of a vector, in collections of `P`.
///
/// It is a target of a search, and selects the vector of the results.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// struct Article {
///     title: String,
///     #[weaviate(vector = "title")]
///     title_vector: Option<Vec<f32>>,
/// }
///
/// # async fn example(articles: Collection<Article>, query: Vec<f32>) -> weaviate::Result<()> {
/// let fields = Article::fields();
/// let search = articles.query().near_vector(query).target(fields.title_vector);
/// for hit in &search.include_vectors((fields.title_vector,)).await? {
///     println!("{:?}", hit.properties.title_vector);
/// }
/// # Ok(())
/// # }
/// ```
pub struct VectorField<P> {
    name: &'static str,
    of: PhantomData<fn() -> P>,
}

impl<P> VectorField<P> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, of: PhantomData }
    }

    /// Returns the name of the vector in the collection.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String, #[weaviate(vector)] embedding: Vec<f32> }
    /// assert_eq!(Article::fields().embedding.name(), "default");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<P> Clone for VectorField<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for VectorField<P> {}

impl<P> fmt::Debug for VectorField<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VectorField").field(&self.name).finish()
    }
}

/// One target vector.
impl<P> From<VectorField<P>> for Typed<P, Targets> {
    fn from(vector: VectorField<P>) -> Self {
        Self::new(vector.name.into())
    }
}

/// One target vector.
impl<P> From<&str> for Typed<P, Targets> {
    fn from(name: &str) -> Self {
        Self::new(name.into())
    }
}

/// One target vector.
impl<P> From<String> for Typed<P, Targets> {
    fn from(name: String) -> Self {
        Self::new(name.into())
    }
}

/// One target vector.
impl<P> From<&String> for Typed<P, Targets> {
    fn from(name: &String) -> Self {
        Self::new(name.as_str().into())
    }
}

/// Name of a vector, made from text or from a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorName(pub(crate) String);

impl<P> From<VectorField<P>> for Typed<P, VectorName> {
    fn from(vector: VectorField<P>) -> Self {
        Self::new(VectorName(vector.name.to_owned()))
    }
}

from_text!(VectorName);

/// Typed handle of a cross-reference from objects of `P` to objects of `T`.
///
/// ```
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article {
/// #     #[weaviate(reference = "Author")]
/// #     written_by: Vec<Reference>,
/// # }
/// let by_several = Article::fields().written_by.reference_count().greater_than(1);
/// ```
#[doc(alias = "cross-reference")]
pub struct ReferenceField<P, T = PropertyMap> {
    name: &'static str,
    of: PhantomData<fn() -> (P, T)>,
}

impl<P, T> ReferenceField<P, T> {
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
    pub fn reference_count(&self) -> Measure<P> {
        Measure::new(Filter::reference_count(self.name))
    }

    /// Starts a filter on the objects that the reference points at. See [`Filter::reference`].
    ///
    /// Their properties are named by text: a filter on them takes no handles.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article {
    /// #     #[weaviate(reference = "Author")]
    /// #     written_by: Vec<Reference>,
    /// # }
    /// let written_by = Article::fields().written_by;
    /// let by_swedes = written_by.objects().property("country").equal("Sweden");
    /// let filter = by_swedes & written_by.reference_count().less_than(3);
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

impl<P, T> From<ReferenceField<P, T>> for Typed<P, GroupBy> {
    fn from(reference: ReferenceField<P, T>) -> Self {
        Self::new(GroupBy::new(reference.name))
    }
}

impl<P, T> Clone for ReferenceField<P, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, T> Copy for ReferenceField<P, T> {}

impl<P, T> fmt::Debug for ReferenceField<P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReferenceField").field(&self.name).finish()
    }
}

/// Reference property as an argument of a [`Selection`](super::Selection): a name or a handle.
pub trait ReferenceProperty<P> {
    /// Struct of the objects that are referred to.
    type Target: Properties;

    #[doc(hidden)]
    fn into_name(self) -> String;
}

macro_rules! names {
    ($($type:ty),+) => {
        $(
            impl<P> ReferenceProperty<P> for $type {
                type Target = PropertyMap;

                fn into_name(self) -> String {
                    self.into()
                }
            }
        )+
    };
}

names!(&str, String, &String);

impl<P, T: Properties> ReferenceProperty<P> for ReferenceField<P, T> {
    type Target = T;

    fn into_name(self) -> String {
        self.name.to_owned()
    }
}

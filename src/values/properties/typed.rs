//! Filters, orders and the like that belong to a struct.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::Filter;
use crate::values::query::{GroupBy, SearchProperty, Sort};

/// An `X` about properties of `P`: `Typed<Article, Filter>` is a [`Filter`] made of handles of `Article`, which goes into
/// queries of articles and no others.
///
/// An `X` made of plain names is about anything, hence `From<X>`.
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::properties::Typed;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, year: i64 }
/// fn recent() -> Typed<Article, Filter> {
///     Article::fields().year.greater_or_equal(2020)
/// }
///
/// let wanted = recent() & !Article::fields().title.equal("Owls") & Filter::property("legacy").is_null(true);
/// ```
#[must_use = "it does nothing until a query takes it"]
pub struct Typed<P, X> {
    value: X,
    of: PhantomData<fn() -> P>,
}

impl<P, X> Typed<P, X> {
    pub(crate) const fn new(value: X) -> Self {
        Self { value, of: PhantomData }
    }

    /// The same, no longer held to its struct.
    pub fn into_inner(self) -> X {
        self.value
    }
}

impl<P, X> From<X> for Typed<P, X> {
    fn from(value: X) -> Self {
        Self::new(value)
    }
}

impl<P, X: Clone> Clone for Typed<P, X> {
    fn clone(&self) -> Self {
        Self::new(self.value.clone())
    }
}

impl<P, X: fmt::Debug> fmt::Debug for Typed<P, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<P, X: PartialEq> PartialEq for Typed<P, X> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<P> Typed<P, Filter> {
    /// All of these conditions, see [`Filter::all_of`].
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Filter::all_of(filters.into_iter().map(Self::into_inner)))
    }

    /// At least one of these conditions, see [`Filter::any_of`].
    pub fn any_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Filter::any_of(filters.into_iter().map(Self::into_inner)))
    }
}

impl<P> From<Typed<P, Self>> for Filter {
    fn from(filter: Typed<P, Self>) -> Self {
        filter.value
    }
}

macro_rules! combined {
    ($($operator:ident $method:ident $doc:literal;)*) => {
        $(
            #[doc = $doc]
            impl<P> $operator for Typed<P, Filter> {
                type Output = Self;

                fn $method(self, other: Self) -> Self {
                    Self::new(self.value.$method(other.value))
                }
            }

            #[doc = $doc]
            impl<P> $operator<Filter> for Typed<P, Filter> {
                type Output = Self;

                fn $method(self, other: Filter) -> Self {
                    Self::new(self.value.$method(other))
                }
            }

            #[doc = $doc]
            impl<P> $operator<Typed<P, Self>> for Filter {
                type Output = Typed<P, Self>;

                fn $method(self, other: Typed<P, Self>) -> Typed<P, Self> {
                    Typed::new(self.$method(other.value))
                }
            }
        )*
    };
}

combined! {
    BitAnd bitand "Both conditions.";
    BitOr bitor "One condition or the other, or both.";
}

/// The opposite. Needs Weaviate 1.33.
impl<P> Not for Typed<P, Filter> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(!self.value)
    }
}

impl<P> Typed<P, Sort> {
    /// Decides among objects that are equal so far.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String, year: i64 }
    /// let fields = Article::fields();
    /// let newest = fields.year.descending().then(fields.title);
    /// ```
    pub fn then(self, other: impl Into<Self>) -> Self {
        Self::new(self.value.then(other.into().value))
    }
}

impl<P> Typed<P, GroupBy> {
    /// At most so many groups, 1 or more. Default: 10.
    pub fn groups(self, groups: u32) -> Self {
        Self::new(self.value.groups(groups))
    }

    /// At most so many objects in each, 1 or more. Default: 10.
    pub fn objects_per_group(self, objects: u32) -> Self {
        Self::new(self.value.objects_per_group(objects))
    }
}

/// `title`, or `title^2` for a weight of 2.
impl<P> From<&str> for Typed<P, SearchProperty> {
    fn from(text: &str) -> Self {
        Self::new(text.into())
    }
}

/// `title`, or `title^2` for a weight of 2.
impl<P> From<String> for Typed<P, SearchProperty> {
    fn from(text: String) -> Self {
        Self::new(text.into())
    }
}

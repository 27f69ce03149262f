//! Filters, sort orders and other arguments of queries, tied to a struct.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::Filter;
use crate::values::query::{GroupBy, SearchProperty, Sort};

/// Value `X`, such as a [`Filter`], about properties of `P`.
///
/// `Typed<Article, Filter>` is a filter made of handles of `Article`. Only queries of a
/// `Collection<Article>` take it. An `X` made of plain names converts to `Typed<P, X>` of any `P`.
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
/// let others = !Article::fields().title.equal("Owls");
/// let wanted = recent() & others & Filter::property("legacy").is_null(true);
/// ```
#[must_use = "a typed value does nothing until a query takes it"]
pub struct Typed<P, X> {
    value: X,
    of: PhantomData<fn() -> P>,
}

impl<P, X> Typed<P, X> {
    pub(crate) const fn new(value: X) -> Self {
        Self { value, of: PhantomData }
    }

    /// Returns the value, without the tie to its struct.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { year: i64 }
    /// let filter: Filter = Article::fields().year.equal(2020).into_inner();
    /// assert_eq!(filter, Filter::property("year").equal(2020));
    /// ```
    pub fn into_inner(self) -> X {
        self.value
    }

    pub(crate) const fn value_mut(&mut self) -> &mut X {
        &mut self.value
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
    /// Combines filters that are made in a loop: all have to hold. See [`Filter::all_of`].
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # use weaviate::properties::Typed;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String }
    /// let fields = Article::fields();
    /// let both = Typed::all_of(["owl", "snow"].map(|word| fields.title.like(format!("*{word}*"))));
    /// ```
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Filter::all_of(filters.into_iter().map(Self::into_inner)))
    }

    /// Combines filters that are made in a loop: at least one has to hold. See [`Filter::any_of`].
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # use weaviate::properties::Typed;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String }
    /// let fields = Article::fields();
    /// let birds = Typed::any_of(["owl", "kite"].map(|word| fields.title.like(format!("{word}*"))));
    /// ```
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
    BitAnd bitand "Both filters have to hold.";
    BitOr bitor "At least one of the filters has to hold.";
}

/// The filter must not hold. Needs Weaviate 1.33.
impl<P> Not for Typed<P, Filter> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(!self.value)
    }
}

impl<P> Typed<P, Sort> {
    /// Sorts objects that are equal in this order by another one.
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
    /// Sets the maximum number of groups, 1 or more. Default: 10.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # use weaviate::properties::Typed;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { topic: String }
    /// let by_topic: Typed<Article, GroupBy> = Article::fields().topic.into();
    /// let by_topic = by_topic.groups(3);
    /// ```
    pub fn groups(self, groups: u32) -> Self {
        Self::new(self.value.groups(groups))
    }

    /// Sets the maximum number of objects per group, 1 or more. Default: 10.
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { topic: String }
    /// let by_topic = Article::fields().topic.groups(3).objects_per_group(2);
    /// ```
    pub fn objects_per_group(self, objects: u32) -> Self {
        Self::new(self.value.objects_per_group(objects))
    }
}

/// Groups by a property.
impl<P> From<&str> for Typed<P, GroupBy> {
    fn from(property: &str) -> Self {
        Self::new(GroupBy::new(property))
    }
}

/// Parses `title`, or `title^2` for a weight of 2.
impl<P> From<&str> for Typed<P, SearchProperty> {
    fn from(text: &str) -> Self {
        Self::new(text.into())
    }
}

/// Parses `title`, or `title^2` for a weight of 2.
impl<P> From<String> for Typed<P, SearchProperty> {
    fn from(text: String) -> Self {
        Self::new(text.into())
    }
}

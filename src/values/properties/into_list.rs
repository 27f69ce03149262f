//! Lists of properties as arguments.

use super::Typed;
use super::tuples::for_each_tuple;

/// List of `X` about properties of `P`, as an argument of a query.
///
/// An array, a slice or a `Vec` of names is a list. So is a tuple of up to 12 handles, which differ
/// in type.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, body: Option<String>, year: i64 }
/// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
/// let fields = Article::fields();
/// articles.query().bm25("owls").query_properties((fields.title.weight(2.0), fields.body)).await?;
/// articles.query().bm25("owls").query_properties(["title^2", "body"]).await?;
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of properties of `{P}`",
    note = "pass an array, slice or `Vec` of names, or a tuple of handles of the same struct, such as `(fields.title,)`"
)]
pub trait IntoList<P, X> {
    /// Converts to a vector of the elements.
    fn into_list(self) -> Vec<X>;
}

fn list<P, X>(items: impl IntoIterator<Item: Into<Typed<P, X>>>) -> Vec<X> {
    items.into_iter().map(|item| item.into().into_inner()).collect()
}

impl<P, X, I: Into<Typed<P, X>>> IntoList<P, X> for Vec<I> {
    fn into_list(self) -> Vec<X> {
        list(self)
    }
}

impl<P, X, I: Into<Typed<P, X>>, const N: usize> IntoList<P, X> for [I; N] {
    fn into_list(self) -> Vec<X> {
        list(self)
    }
}

impl<P, X, I: Into<Typed<P, X>> + Clone> IntoList<P, X> for &[I] {
    fn into_list(self) -> Vec<X> {
        list(self.iter().cloned())
    }
}

impl<P, X, I: Into<Typed<P, X>> + Clone> IntoList<P, X> for &Vec<I> {
    fn into_list(self) -> Vec<X> {
        self.as_slice().into_list()
    }
}

impl<P, X, I: Into<Typed<P, X>> + Clone, const N: usize> IntoList<P, X> for &[I; N] {
    fn into_list(self) -> Vec<X> {
        self.as_slice().into_list()
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {
        $(
            impl<Typed_, X, $($name: Into<Typed<Typed_, X>>),+> IntoList<Typed_, X> for ($($name,)+) {
                fn into_list(self) -> Vec<X> {
                    #[expect(non_snake_case, reason = "each variable is named after its type")]
                    let ($($name,)+) = self;
                    vec![$($name.into().into_inner()),+]
                }
            }
        )*
    };
}

for_each_tuple!(tuples);

/// Name of a property, made from text or from a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyName(pub(crate) String);

/// Conversions of a text into a name.
macro_rules! from_text {
    ($name:ident) => {
        impl<P> From<&str> for Typed<P, $name> {
            fn from(name: &str) -> Self {
                Self::new($name(name.to_owned()))
            }
        }

        impl<P> From<String> for Typed<P, $name> {
            fn from(name: String) -> Self {
                Self::new($name(name))
            }
        }

        impl<P> From<&String> for Typed<P, $name> {
            fn from(name: &String) -> Self {
                Self::new($name(name.clone()))
            }
        }
    };
}

from_text!(PropertyName);

pub(super) use from_text;

//! Searches whose results can be aggregated.

use super::{Hybrid, NearMedia, NearObject, NearText, NearVector};

/// Kinds of search whose results can be aggregated: by vector and hybrid. Sealed.
///
/// [`Query::aggregate`](crate::query::Query::aggregate) turns a query of them into an aggregation.
///
/// ```no_run
/// use weaviate::aggregate::{Aggregable, Aggregate};
/// use weaviate::query::Query;
///
/// fn best_hundred<P, K: Aggregable>(query: Query<P, K>) -> Aggregate<P>
/// where
///     K: weaviate::query::Listed,
/// {
///     query.limit(100).aggregate()
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the results of `{Self}` cannot be aggregated",
    note = "the server aggregates the results of near_vector, near_object, near_text, near_media and hybrid; without a search, use `collection.aggregate()`"
)]
pub trait Aggregable: Into<Bound> {}

/// Search that bounds an aggregation.
#[expect(unnameable_types, reason = "it seals the public trait")]
#[derive(Clone, Debug)]
pub enum Bound {
    #[doc(hidden)]
    NearVector(NearVector),
    #[doc(hidden)]
    NearText(NearText),
    #[doc(hidden)]
    NearMedia(NearMedia),
    #[doc(hidden)]
    NearObject(NearObject),
    #[doc(hidden)]
    Hybrid(Box<Hybrid>),
}

macro_rules! bounds {
    ($($kind:ident),*) => {
        $(
            impl From<$kind> for Bound {
                fn from(kind: $kind) -> Self {
                    Self::$kind(kind)
                }
            }

            impl Aggregable for $kind {}
        )*
    };
}

bounds!(NearVector, NearText, NearMedia, NearObject);

impl From<Hybrid> for Bound {
    fn from(kind: Hybrid) -> Self {
        Self::Hybrid(Box::new(kind))
    }
}

impl Aggregable for Hybrid {}

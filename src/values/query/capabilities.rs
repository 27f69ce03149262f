//! Traits of the kinds of search: which options a kind takes. All are sealed.

use super::threshold::Threshold;
use super::{Bm25, FetchObjects, Hybrid, NearMedia, NearObject, NearText, NearVector, NearVectors};

mod sealed {
    #[expect(unnameable_types, reason = "that is what seals the traits below")]
    pub trait Sealed {}
}

/// Access to the thresholds. Unnameable: it seals [`Thresholded`].
#[expect(unnameable_types, reason = "it seals the public trait")]
pub trait HasThreshold {
    #[doc(hidden)]
    fn threshold(&mut self) -> &mut Threshold;
}

macro_rules! sealed {
    ($($kind:ty),*) => {
        $(impl sealed::Sealed for $kind {})*
    };
}

sealed!(Bm25, FetchObjects, Hybrid, NearMedia, NearObject, NearText, NearVector, NearVectors);

/// Kinds of search with a list of results: all but the fetches by id. Sealed.
///
/// They can be limited ([`limit`](crate::query::Query::limit)), boosted
/// ([`boost`](crate::query::Query::boost)) and reranked ([`rerank`](crate::query::Query::rerank)).
///
/// ```no_run
/// use weaviate::query::{Listed, Query, SearchResults};
///
/// fn hundred<P, K: Listed>(query: Query<P, K>) -> Query<P, K> {
///     query.limit(100)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no list of results to limit",
    note = "`limit`, `offset`, `boost` and `rerank` work with fetch_objects and all searches"
)]
pub trait Listed: sealed::Sealed {}

/// Kinds of search that rank their results by distance or score. Sealed.
///
/// Only ranked results can be grouped ([`group_by`](crate::query::Query::group_by)) and cut at a
/// jump in distance or score ([`auto_limit`](crate::query::Query::auto_limit)).
///
/// ```no_run
/// use weaviate::query::{GroupBy, GroupedResults, Query, Ranked, SearchResults};
///
/// /// The three best objects of each topic, for any ranked search.
/// fn by_topic<P, K: Ranked>(
///     query: Query<P, K, SearchResults<P>>,
/// ) -> Query<P, K, GroupedResults<P>> {
///     query.group_by(GroupBy::new("topic").objects_per_group(3))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a ranked search",
    note = "`group_by` and `auto_limit` work with bm25, hybrid and all searches by vector"
)]
pub trait Ranked: sealed::Sealed {}

/// Kinds of search that compare one query vector or text with target vectors. Sealed.
///
/// [`target`](crate::query::Query::target) sets the targets.
///
/// ```no_run
/// use weaviate::query::{Query, Targeted};
///
/// fn by_title<P, K: Targeted>(query: Query<P, K>) -> Query<P, K> {
///     query.target("title")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no target vector to set",
    note = "`target` works with hybrid, near_vector, near_object, near_text and near_media; near_vectors names its targets itself"
)]
pub trait Targeted: sealed::Sealed {}

/// Kinds of search with a maximal distance or a minimal certainty. Sealed.
///
/// [`distance`](crate::query::Query::distance) and [`certainty`](crate::query::Query::certainty)
/// set them.
///
/// ```no_run
/// use weaviate::query::{Query, Thresholded};
///
/// fn near<P, K: Thresholded>(query: Query<P, K>) -> Query<P, K> {
///     query.distance(0.3)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no distance to limit",
    note = "`distance` and `certainty` work with searches by vector; a hybrid search has `max_vector_distance`"
)]
pub trait Thresholded: HasThreshold {}

/// Kinds of search whose results can be selected for their diversity. Sealed.
///
/// [`diversity`](crate::query::Query::diversity) sets the selection.
///
/// ```no_run
/// use weaviate::query::{Diverse, Diversity, Query};
///
/// fn ten_of_fifty<P, K: Diverse + weaviate::query::Listed>(query: Query<P, K>) -> Query<P, K> {
///     query.limit(50).diversity(Diversity::mmr(10))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot select diverse results",
    note = "`diversity` works with hybrid, near_vector, near_vectors, near_object and near_text; the server ignores it with media"
)]
pub trait Diverse: sealed::Sealed {}

macro_rules! capable {
    ($($capability:ident: $($kind:ty),*;)*) => {
        $($(impl $capability for $kind {})*)*
    };
}

capable! {
    Listed: Bm25, FetchObjects, Hybrid, NearMedia, NearObject, NearText, NearVector, NearVectors;
    Ranked: Bm25, Hybrid, NearMedia, NearObject, NearText, NearVector, NearVectors;
    Targeted: Hybrid, NearMedia, NearObject, NearText, NearVector;
    Diverse: Hybrid, NearObject, NearText, NearVector, NearVectors;
}

macro_rules! thresholded {
    ($($kind:ty),*) => {
        $(
            impl Thresholded for $kind {}

            impl HasThreshold for $kind {
                fn threshold(&mut self) -> &mut Threshold {
                    &mut self.threshold
                }
            }
        )*
    };
}

thresholded!(NearMedia, NearObject, NearText, NearVector, NearVectors);

//! Listing of objects: sort order and cursor.

use super::Sort;
use crate::Uuid;

/// Listing of objects without a search, made by
/// [`Queries::fetch_objects`](crate::query::Queries::fetch_objects).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{FetchObjects, Query};
///
/// # fn example(articles: Collection) {
/// let newest: Query<PropertyMap, FetchObjects> =
///     articles.query().fetch_objects().sort(Sort::by_creation_time().descending());
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct FetchObjects {
    pub(crate) sort: Option<Sort>,
    pub(crate) after: Option<Uuid>,
}

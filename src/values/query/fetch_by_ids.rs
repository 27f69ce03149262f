//! Objects by their ids.

use crate::Uuid;

/// Object by its id, made by [`Queries::fetch_by_id`](crate::query::Queries::fetch_by_id).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{FetchById, Query};
///
/// # fn example(articles: Collection, id: Uuid) {
/// let one: Query<PropertyMap, FetchById, Option<Hit<PropertyMap>>> =
///     articles.query().fetch_by_id(id);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FetchById {
    pub(crate) id: Uuid,
}

/// Objects by their ids, made by [`Queries::fetch_by_ids`](crate::query::Queries::fetch_by_ids).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{FetchByIds, Query};
///
/// # fn example(articles: Collection, ids: Vec<Uuid>) {
/// let some: Query<PropertyMap, FetchByIds> = articles.query().fetch_by_ids(ids);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FetchByIds {
    pub(crate) ids: Vec<Uuid>,
}
